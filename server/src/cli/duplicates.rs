//! `gatefold duplicates`

use crate::cli::{Common, Failure};
use crate::exploring;
use gatefold::catalog::{Access, Catalog};
use gatefold::report::AlbumLine;
use serde::Serialize;
use std::fmt::Write;

/// List albums that have the same picture
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
}

#[derive(Serialize)]
struct Report {
    duplicates: Vec<Vec<AlbumLine>>,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: &Args) -> Result<(), Failure> {
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    let atlas = exploring::atlas_of(&catalog)?;
    let report = Report { duplicates: exploring::duplicates(&catalog, &atlas)? };
    args.common.output().answer(&report, || text(&report.duplicates))
}

fn text(groups: &[Vec<AlbumLine>]) -> String {
    let mut text = String::new();
    for (n, group) in (1..).zip(groups) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{n}");
        for album in group {
            let artist = album.artist.as_deref().unwrap_or("–");
            let _ = writeln!(text, "  {}  {artist} · {}", album.id, album.title);
        }
    }
    text
}

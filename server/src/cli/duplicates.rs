//! `gatefold duplicates`

use crate::cli::{Common, Failure};
use gatefold::operations::ListDuplicates;
use gatefold::report::AlbumLine;
use std::fmt::Write;

/// List albums that have the same picture
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Leave out so many groups first
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u32,
    /// At most so many groups [default: all]
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let found = args.common.ask(ListDuplicates { offset: args.offset, limit: args.limit })?;
    args.common.output().answer(&found, || text(&found.duplicates))
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

//! `gatefold surprises`

use crate::cli::{Common, Failure};
use crate::queries;
use gatefold::catalog::{Access, Catalog};
use gatefold::pipeline::Built;
use gatefold::wire::Surprise;
use serde::Serialize;
use std::fmt::Write;

/// List albums whose cover looks like another genre than they are tagged with
#[derive(Debug, clap::Args)]
pub struct Args {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Serialize)]
struct Report {
    surprises: Vec<Surprise>,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    let built = Built::open(&catalog).map_err(|error| Failure::Failed(error.to_string()))?;
    let built =
        built.ok_or_else(|| Failure::Failed("there is no map yet: run `gatefold build`".to_owned()))?;
    let report = Report { surprises: queries::surprising(&catalog, &built, args.limit)? };
    args.common.output().answer(&report, || text(&report))
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    for Surprise { album, looks_like, likely, tagged } in &report.surprises {
        let artist = album.artist.as_deref().unwrap_or("–");
        let genre = album.genre.as_ref().map_or("–", |genre| genre.as_str());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}  {artist} · {}  looks like {looks_like} ({:.0} %), is tagged {genre} ({:.0} %)",
            album.id,
            album.title,
            100.0 * likely,
            100.0 * tagged
        );
    }
    text
}

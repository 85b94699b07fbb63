//! `gatefold journey`

use crate::cli::{Common, Failure, Mix};
use gatefold::album::AlbumId;
use gatefold::operations::FindJourneys;
use gatefold::wire::Journeys;
use std::fmt::Write;

/// Find ways from one album to another in small steps
///
/// No artist comes twice, and different journeys have little in common.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where from: an album's id, as `gatefold albums` prints it
    from: AlbumId,
    /// Where to
    to: AlbumId,
    /// How many different journeys
    #[arg(long, value_name = "N", default_value_t = FindJourneys::USUAL)]
    count: u32,
    /// Albums on the way, both ends included [default: as many as it takes]
    #[arg(long, value_name = "N")]
    stops: Option<u32>,
    /// Albums that were played already and must not come again
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    avoid: Vec<AlbumId>,
    #[command(flatten)]
    mix: Mix,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let mix = args.mix.mixture()?;
    let Args { from, to, count, stops, avoid, .. } = args;
    let journeys = args.common.ask(FindJourneys { from, to, count, stops, avoid, mix })?;
    args.common.output().answer(&journeys, || text(&journeys))
}

fn text(found: &Journeys) -> String {
    if let Some(reason) = &found.reason {
        return format!("{reason}\n");
    }
    let mut text = String::new();
    for (n, journey) in (1..).zip(&found.journeys) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "Journey {n}");
        for stop in &journey.stops {
            let artist = stop.album.artist.as_deref().unwrap_or("–");
            let words = stop.reasons.first().map_or("", |reason| reason.words.as_str());
            let _ = writeln!(text, "  {}  {artist} · {}  {words}", stop.album.id, stop.album.title);
        }
    }
    text
}

//! `gatefold neighbourhoods`

use crate::cli::{Common, Failure, Mix};
use gatefold::operations::{ListNeighbourhoods, ReadNeighbourhood};
use gatefold::wire::Neighbourhoods;
use std::fmt::Write;

/// Bridges told to people.
const BRIDGES: usize = 10;

/// List the neighbourhoods of the map, their central albums, and where they meet; or the albums of one
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The one whose albums are listed
    number: Option<u32>,
    #[command(flatten)]
    mix: Mix,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let (mix, output) = (args.mix.mixture()?, args.common.output());
    match args.number {
        None => {
            let found = args.common.ask(ListNeighbourhoods { mix })?;
            output.answer(&found, || text(&found))
        }
        Some(number) => {
            let found = args.common.ask(ReadNeighbourhood { number, mix })?;
            output.answer(&found, || found.albums.iter().map(|id| format!("{id}\n")).collect())
        }
    }
}

fn text(found: &Neighbourhoods) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for place in &found.neighbourhoods {
        let _ = writeln!(text, "{:>4}  {} ({} albums)", place.number, place.name, place.albums);
        for album in place.central.iter().take(3) {
            let _ = writeln!(text, "        {}  {}", album.id, album.title);
        }
    }
    for bridge in found.bridges.iter().take(BRIDGES) {
        let (a, b) = bridge.between;
        let _ = writeln!(text, "{a} – {b}: {} lines", bridge.lines);
        for (one, other, similarity) in bridge.crossings.iter().take(1) {
            let _ = writeln!(text, "        {} – {} ({:.0} %)", one.title, other.title, 100.0 * similarity);
        }
    }
    text
}

//! `gatefold neighbourhoods`

use crate::cli::{Common, Failure, Mix};
use crate::exploring;
use gatefold::catalog::{Access, Catalog};
use gatefold::wire::Neighbourhoods;
use std::fmt::Write;

/// Bridges told to people.
const BRIDGES: usize = 10;

/// List the neighbourhoods of the map, their central albums, and where they meet
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    mix: Mix,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: &Args) -> Result<(), Failure> {
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    let atlas = exploring::atlas_of(&catalog)?;
    let found = exploring::neighbourhoods(&catalog, &atlas, &args.mix.mixture()?)?;
    args.common.output().answer(&found, || text(&found))
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

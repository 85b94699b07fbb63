//! `gatefold nearest`

use crate::cli::{Common, Failure, lines};
use gatefold::album::AlbumId;
use gatefold::operations::FindNearest;
use std::fmt::Write;

/// List the albums nearest to one on the map, from neighbour to neighbour
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The album in the middle, as `gatefold albums` prints it
    id: AlbumId,
    /// How many, itself included
    #[arg(short, value_name = "N", default_value_t = FindNearest::USUAL)]
    n: u32,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let found = args.common.ask(FindNearest { id: args.id, n: args.n })?;
    args.common.output().answer(&found, || {
        let mut text = String::new();
        for album in &found.albums {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}", lines::full(album));
        }
        text
    })
}

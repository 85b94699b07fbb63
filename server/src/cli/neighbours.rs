//! `gatefold neighbours`

use crate::cli::why::reasons;
use crate::cli::{Common, Failure, Mix, lines};
use gatefold::album::AlbumId;
use gatefold::operations::FindNeighbours;
use std::fmt::Write;

/// List an album's neighbours, nearest first, with the reasons
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The album's id, as `gatefold albums` prints it
    id: AlbumId,
    #[command(flatten)]
    mix: Mix,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let found = args.common.ask(FindNeighbours { id: args.id, mix: args.mix.mixture()? })?;
    args.common.output().answer(&found, || {
        let mut text = String::new();
        for neighbour in &found.albums {
            // Writing to a string cannot fail.
            let _ =
                writeln!(text, "{:>5.1} %  {}", 100.0 * neighbour.similarity, lines::short(&neighbour.album));
            text.push_str(&reasons(&neighbour.reasons, "         "));
        }
        text
    })
}

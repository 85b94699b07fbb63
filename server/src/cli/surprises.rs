//! `gatefold surprises`

use crate::cli::{Common, Failure};
use gatefold::operations::ListSurprises;
use gatefold::wire::{Surprise, Surprises};
use std::fmt::Write;

/// List albums whose cover looks like another genre than they are tagged with
#[derive(Debug, clap::Args)]
pub struct Args {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = ListSurprises::default().limit)]
    limit: u32,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let found = args.common.ask(ListSurprises { limit: args.limit })?;
    args.common.output().answer(&found, || text(&found))
}

fn text(found: &Surprises) -> String {
    let mut text = String::new();
    for Surprise { album, looks_like, likely, tagged } in &found.surprises {
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

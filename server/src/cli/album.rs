//! `gatefold album`

use crate::cli::{Common, Failure, lines};
use gatefold::album::AlbumId;
use gatefold::operations::ReadAlbum;
use gatefold::report::AlbumLine;
use gatefold::wire::AlbumDetail;
use std::fmt::Write;

/// Genres named to people.
const NAMED: usize = 3;

/// Show an album: what is known of it, its neighbours, its colours, and what its cover looks like
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The album's id, as `gatefold albums` prints it
    id: AlbumId,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let detail = args.common.ask(ReadAlbum { id: args.id })?;
    args.common.output().answer(&detail, || text(&detail))
}

fn text(detail: &AlbumDetail) -> String {
    let mut text = lines::full(&AlbumLine::from(&detail.album)) + "\n";
    // Writing to a string cannot fail.
    if !detail.palette.is_empty() {
        let _ = writeln!(text, "Colours: {}", detail.palette.join(" "));
    }
    for (genre, p) in detail.opinion.iter().take(NAMED) {
        let _ = writeln!(text, "{:>5.1} %  {genre}", 100.0 * p);
    }
    if !detail.neighbours.is_empty() {
        let _ = write!(text, "Neighbours:\n{}", lines::alike(&detail.neighbours));
    }
    text
}

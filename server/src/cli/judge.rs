//! `gatefold judge`

use crate::cli::{Common, Failure, picture};
use crate::service::pictures;
use gatefold::cover;
use gatefold::wire::Judged;
use std::fmt::Write;
use std::path::PathBuf;

/// Genres named to people.
const NAMED: usize = 5;

/// Say which genres of the catalogue a picture looks like
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The picture
    picture: PathBuf,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let picture = cover::derive(&picture::read(&args.picture)?)
        .map_err(|error| Failure::Failed(format!("{}: {error}", args.picture.display())))?;
    let map = args.common.reading()?.maps.present()?;
    let judged = pictures::judged(&map, &picture)?;
    args.common.output().answer(&judged, || text(&judged))
}

fn text(judged: &Judged) -> String {
    let mut text = String::new();
    for (genre, p) in judged.opinion.iter().take(NAMED) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:>5.1} %  {genre}", 100.0 * p);
    }
    text
}

//! `gatefold judge`

use crate::cli::{Common, Failure, picture};
use gatefold::catalog::{Access, Catalog};
use gatefold::cover;
use gatefold::pipeline::{Built, Judge};
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
pub fn run(args: &Args) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(error.to_string());
    let name = args.picture.display();
    let picture = cover::derive(&picture::read(&args.picture)?)
        .map_err(|error| failed(&format_args!("{name}: {error}")))?;
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    let built = Built::open(&catalog).map_err(|error| failed(&error))?;
    let built = built.ok_or_else(|| failed(&"there is no map yet: run `gatefold build`"))?;
    let judge = Judge::of(&built).map_err(|error| failed(&error))?;
    let judged = Judged { opinion: judge.judge(&picture).map_err(|error| failed(&error))? };
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

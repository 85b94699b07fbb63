//! `gatefold near`

use crate::cli::asking::wait_for;
use crate::cli::{Common, Failure, lines, picture};
use crate::service::exploring::{self, explore};
use gatefold::cover;
use gatefold::operations::{NEAR_MOST, NEAR_USUAL};
use std::path::PathBuf;

/// List the albums whose covers look most like a picture
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The picture
    picture: PathBuf,
    /// How many
    #[arg(short, value_name = "N", default_value_t = NEAR_USUAL, value_parser = clap::value_parser!(u32).range(1..=i64::from(NEAR_MOST)))]
    n: u32,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let picture = cover::derive(&picture::read(&args.picture)?)
        .map_err(|error| Failure::Failed(format!("{}: {error}", args.picture.display())))?;
    let state = args.common.reading()?;
    let ask = move |catalog: &_, atlas: &_| exploring::near_picture(catalog, atlas, &picture, args.n);
    let found = wait_for(async { Ok(explore(&state, None, ask).await?) })?;
    args.common.output().answer(&found, || lines::alike(&found.albums))
}

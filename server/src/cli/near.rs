//! `gatefold near`

use crate::cli::like::listed;
use crate::cli::{Common, Failure, picture};
use crate::exploring;
use gatefold::catalog::{Access, Catalog};
use gatefold::cover;
use std::path::PathBuf;

/// List the albums whose covers look most like a picture
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The picture
    picture: PathBuf,
    /// How many
    #[arg(short, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=i64::from(exploring::MOST)))]
    n: u32,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: &Args) -> Result<(), Failure> {
    let name = args.picture.display();
    let picture = cover::derive(&picture::read(&args.picture)?)
        .map_err(|error| Failure::Failed(format!("{name}: {error}")))?;
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    let atlas = exploring::atlas_of(&catalog)?;
    let found = exploring::near_picture(&catalog, &atlas, &picture, args.n)?;
    args.common.output().answer(&found, || listed(&found.albums))
}

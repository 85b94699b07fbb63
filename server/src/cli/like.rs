//! `gatefold like`

use crate::cli::{Common, Failure, Mix, lines};
use gatefold::album::NotAnAlbumId;
use gatefold::operations::{MoreLike, Seed};

/// List albums that are like some, and unlike others
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ids of albums that others should be like; with a minus before it, of one that they should not be like
    #[arg(value_name = "ID,-ID,…", allow_hyphen_values = true)]
    albums: String,
    /// How many
    #[arg(short, value_name = "N", default_value_t = MoreLike::USUAL)]
    n: u32,
    #[command(flatten)]
    mix: Mix,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let words = args.albums.split(',').map(str::trim).filter(|word| !word.is_empty());
    let ids = words.map(str::parse).collect::<Result<Vec<Seed>, NotAnAlbumId>>();
    let ids = ids.map_err(|error| Failure::Usage(error.to_string()))?;
    let found = args.common.ask(MoreLike { ids, n: args.n, mix: args.mix.mixture()? })?;
    args.common.output().answer(&found, || lines::alike(&found.albums))
}

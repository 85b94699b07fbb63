//! `gatefold demo`

use crate::cli::asking::check;
use crate::cli::progress::Bar;
use crate::cli::{Common, Failure, import};
use crate::service::long_work;
use gatefold::catalog::{Access, Catalog};
use gatefold::operations::Demo;

/// Fill the catalogue with an invented record label, drawn from a seed
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many albums
    #[arg(long, value_name = "N", default_value_t = Demo::default().albums)]
    albums: u32,
    /// Another seed is another label
    #[arg(long, value_name = "N", default_value_t = Demo::default().seed)]
    seed: u64,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: Args) -> Result<(), Failure> {
    let asked = Demo { albums: args.albums, seed: args.seed };
    check(&asked)?;
    let mut catalog = Catalog::open(&args.common.data()?, Access::Write)?;
    let report = {
        let bar = Bar::new();
        long_work::demo(&mut catalog, &asked, &bar)?
    };
    import::tell(args.common.output(), &report)
}

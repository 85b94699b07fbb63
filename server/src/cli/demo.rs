//! `gatefold demo`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure, import};
use crate::long_work::{ImportWorkError, import_and_build};
use gatefold::catalog::{Access, Catalog};
use gatefold::progress::Progress;
use gatefold::report::ImportReport;

/// Albums of the demo label, where nothing else is said.
pub const ALBUMS: u32 = 400;
/// Its seed, where nothing else is said.
pub const SEED: u64 = 1;

/// Fill the catalogue with an invented record label, drawn from a seed
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many albums
    #[arg(long, value_name = "N", default_value_t = ALBUMS, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    albums: u32,
    /// Another seed is another label
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let mut catalog = Catalog::open(&args.common.data()?, Access::Write)?;
    let report = {
        let bar = Bar::new();
        fill(&mut catalog, args.albums, args.seed, &bar)?
    };
    import::tell(args.common.output(), &report)
}

/// Draws the label and builds its map; `serve` does the same at its first start.
pub fn fill(
    catalog: &mut Catalog,
    albums: u32,
    seed: u64,
    progress: &dyn Progress,
) -> Result<ImportReport, ImportWorkError> {
    import_and_build(catalog, progress, |catalog, progress| {
        gatefold::import::demo(catalog, albums, seed, progress)
    })
}

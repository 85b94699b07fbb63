//! `gatefold build`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use gatefold::catalog::{Access, Catalog, CatalogError};

/// Bring the map up to date: features, neighbours, layout, sheets
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What covers are compared by, from now on: pixels, or learned, which sees more
    #[arg(long, value_name = "NAME")]
    look: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let dir = args.common.data()?;
    if !Catalog::exists(&dir) {
        // Opening for writing would make an empty one.
        return Err(CatalogError::Missing(dir).into());
    }
    let mut catalog = Catalog::open(&dir, Access::Write)?;
    if let Some(look) = &args.look {
        gatefold::build::choose_look(&mut catalog, look)?;
    }
    let report = {
        let bar = Bar::new();
        gatefold::build::run(&mut catalog, &bar)?
    };
    let output = args.common.output();
    output.say(format_args!(
        "{} albums, {} edges, {} features of {}, in {:.1} s",
        report.albums, report.edges, report.features.dims, report.features.name, report.seconds.total
    ));
    if output.is_json() { output.object(&report) } else { Ok(()) }
}

//! `gatefold build`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use gatefold::catalog::{Access, Catalog};

/// Bring the map up to date: features, neighbours, layout, sheets
///
/// What did not change is not made again. Every file of the map is compared with what was written; one that is missing or
/// damaged is made anew.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What covers are compared by, from now on: pixels, or learned, which sees more
    #[arg(long, value_name = "NAME")]
    look: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: Args) -> Result<(), Failure> {
    let dir = args.common.data()?;
    // Opening for writing would make an empty one.
    Catalog::expect(&dir)?;
    let mut catalog = Catalog::open(&dir, Access::Write)?;
    if let Some(look) = &args.look {
        gatefold::pipeline::choose_look(&mut catalog, look)?;
    }
    let report = {
        let bar = Bar::new();
        gatefold::pipeline::run(&mut catalog, &bar)?
    };
    let output = args.common.output();
    if report.damaged > 0 {
        output.say(match report.damaged {
            1 => "a file of the map was missing or damaged, and was made anew".to_owned(),
            n => format!("{n} files of the map were missing or damaged, and were made anew"),
        });
    }
    output.say(format_args!(
        "{} albums, {} edges, {} features of {}, in {:.1} s",
        report.albums, report.edges, report.features.dims, report.features.name, report.seconds.total
    ));
    if output.is_json() { output.object(&report) } else { Ok(()) }
}

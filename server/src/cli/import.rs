//! `gatefold import`

use crate::cli::output::Output;
use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use crate::long_work::import_and_build;
use gatefold::catalog::{Access, Catalog};
use gatefold::report::ImportReport;
use std::path::PathBuf;

/// Skipped records that are shown one by one; `--json` has them all.
const SHOWN: usize = 20;

/// Import a folder of covers (its sub-folders are genres) or a CSV file, and build the map
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder of covers, or a CSV file
    path: PathBuf,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    if !args.path.exists() {
        return Err(Failure::Failed(format!("there is nothing at {}: check the path", args.path.display())));
    }
    let mut catalog = Catalog::open(&args.common.data()?, Access::Write)?;
    let report = {
        let bar = Bar::new();
        import_and_build(&mut catalog, &bar, |catalog, bar| gatefold::import::run(catalog, &args.path, bar))
            .map_err(Failure::Failed)?
    };
    tell(args.common.output(), &report)
}

/// Prints what an import did; a failure when nothing could be imported.
pub fn tell(output: Output, report: &ImportReport) -> Result<(), Failure> {
    for skipped in report.skipped.iter().take(SHOWN) {
        output.say(format_args!("skipped {}: {}", skipped.source, skipped.reason));
    }
    if report.skipped.len() > SHOWN {
        let more = report.skipped.len() - SHOWN;
        output.say(format_args!("… and {more} more; --json lists them all"));
    }
    output.say(format_args!(
        "{} imported, {} unchanged, {} duplicates, {} skipped; {} albums in all, in {:.1} s",
        report.imported,
        report.unchanged,
        report.duplicates,
        report.skipped.len(),
        report.albums,
        report.seconds
    ));
    if output.is_json() {
        output.object(report)?;
    }
    if report.imported + report.unchanged + report.duplicates == 0 {
        output.say("error: nothing could be imported");
        return Err(Failure::Reported);
    }
    Ok(())
}

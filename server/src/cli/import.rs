//! `gatefold import`

use crate::cli::output::Output;
use crate::cli::progress::Bar;
use crate::cli::{Common, Failure, terminal};
use crate::service::long_work::{ImportWorkError, import_and_build};
use gatefold::catalog::{Access, Catalog};
use gatefold::import::ImportError;
use gatefold::report::{FirstLevel, ImportReport, Skipped};
use serde::Serialize;
use std::path::PathBuf;

/// Skipped records that are shown one by one; `--json` has them all.
const SHOWN: usize = 20;

/// Import a folder of covers (its sub-folders are genres) or a CSV file, and build the map
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder of covers, or a CSV file
    path: PathBuf,
    /// What covers are compared by, from now on: pixels, or learned, which sees more
    #[arg(long, value_name = "NAME")]
    look: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: Args) -> Result<(), Failure> {
    if !args.path.exists() {
        return Err(Failure::Failed(format!("there is nothing at {}: check the path", args.path.display())));
    }
    let output = args.common.output();
    let mut catalog = Catalog::open(&args.common.data()?, Access::Write)?;
    if let Some(look) = &args.look {
        gatefold::pipeline::choose_look(&mut catalog, look)?;
    }
    let result = {
        let bar = Bar::new();
        import_and_build(&mut catalog, &bar, |catalog, bar| gatefold::import::run(catalog, &args.path, bar))
    };
    match result {
        Ok(report) => tell(output, &report),
        Err(ImportWorkError::Import(error @ ImportError::Nothing { .. })) => nothing(output, &catalog, error),
        Err(error) => Err(error.into()),
    }
}

/// What `--json` prints when not one record could be used: a report, and the sentence that sums it up.
#[derive(Serialize)]
struct Nothing {
    error: String,
    #[serde(flatten)]
    report: ImportReport,
}

fn nothing(output: Output, catalog: &Catalog, error: ImportError) -> Result<(), Failure> {
    let sentence = error.to_string();
    let ImportError::Nothing { skipped, .. } = error else { return Err(error.into()) };
    tell_skipped(output, &skipped);
    if !output.is_json() {
        return Err(Failure::Failed(sentence));
    }
    output.say(format_args!("error: {sentence}"));
    let report = ImportReport { skipped, albums: catalog.len()?, ..ImportReport::default() };
    output.object(&Nothing { error: sentence, report })?;
    Err(Failure::Reported)
}

fn tell_skipped(output: Output, skipped: &[Skipped]) {
    let (beside, amiss): (Vec<_>, Vec<_>) = skipped.iter().partition(|one| one.is_beside());
    for one in amiss.iter().take(SHOWN) {
        let (source, reason) = (terminal::one_line(&one.source), terminal::one_line(&one.reason));
        output.say(format_args!("skipped {source}: {reason}"));
    }
    if amiss.len() > SHOWN {
        output.say(format_args!("… and {} more; --json lists them all", amiss.len() - SHOWN));
    }
    if !beside.is_empty() {
        let pictures = if beside.len() == 1 { "picture" } else { "pictures" };
        output.say(format_args!(
            "skipped {} {pictures} beside a cover (backs, discs, booklets); --json lists them",
            beside.len()
        ));
    }
}

/// Prints what an import did.
pub fn tell(output: Output, report: &ImportReport) -> Result<(), Failure> {
    tell_skipped(output, &report.skipped);
    if report.first_level == Some(FirstLevel::Artists) {
        output.say("its folders were read as artists: no genres are known of their albums");
    }
    for note in &report.notes {
        output.say(terminal::one_line(note));
    }
    if !report.unused_columns.is_empty() {
        let columns = report.unused_columns.join(", ");
        output.say(format_args!("columns that were not used: {}", terminal::one_line(&columns)));
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
    if output.is_json() { output.object(report) } else { Ok(()) }
}

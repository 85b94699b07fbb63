//! `gatefold doctor`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use crate::service::generating;
use crate::weights;
use gatefold::catalog::Catalog;
use gatefold::doctor;
use gatefold::models::{DeviceChoice, Generator};
use gatefold::report::{DoctorReport, Finding, FindingState};
use gatefold::wire::Generated;
use std::cell::OnceCell;
use std::fmt::Write;

/// Look at all of a data directory: say what is damaged, and mend what can be
///
/// The catalogue is read page by page and every cover, thumbnail, file of the map and generated cover is compared with what
/// was written. What is derived is made anew. Nothing that you imported or made is removed or changed: a cover whose file is
/// damaged is named with its album, for you to import again. Beside a server it only looks.
///
/// Exit code 0: all is well, or mended. 1: something remains.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. `--json` prints a [`DoctorReport`]: `{"data":"…","well":bool,"mends":bool,"why":"…"?,"looked_at":{"covers":n,…},
/// "findings":[{"part":"covers","state":"mended|remains|note","what":"…","advice":"…"?,"file":"…"?,"albums":[…]?}],
/// "disk":{…}?,"free":n?}`.
pub fn run(args: Args) -> Result<(), Failure> {
    let model: OnceCell<Result<Generator, String>> = OnceCell::new();
    let remake = |catalog: &Catalog, generated: &Generated| {
        // It takes a while to load, and is seldom needed.
        let load = || weights::load(None, DeviceChoice::Auto).map_err(|error| error.to_string());
        let model = model.get_or_init(load).as_ref().map_err(Clone::clone)?;
        generating::again(catalog, model, generated).map_err(|problem| problem.to_string())
    };
    let report = {
        let bar = Bar::new();
        doctor::examine(&args.common.data()?, &remake, &bar)?
    };
    args.common.output().answer(&report, || text(&report))?;
    if report.well { Ok(()) } else { Err(Failure::Reported) }
}

fn text(report: &DoctorReport) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let looked: Vec<String> =
        report.looked_at.iter().map(|(what, n)| format!("{n} {}", what.replace('_', " "))).collect();
    let _ = writeln!(text, "{}: looked at {}", report.data, looked.join(", "));
    if let Some(why) = &report.why {
        let _ = writeln!(text, "Nothing was mended, only looked at: {why}");
    }
    for finding in &report.findings {
        let _ = writeln!(text, "{}", line(finding));
    }
    let count = |state| report.findings.iter().filter(|finding| finding.state == state).count();
    let _ = match (count(FindingState::Mended), count(FindingState::Remains)) {
        (0, 0) => writeln!(text, "All is well."),
        (mended, 0) => writeln!(text, "All is well: {mended} mended."),
        (mended, remains) => writeln!(text, "{remains} remain, {mended} mended."),
    };
    text
}

fn line(finding: &Finding) -> String {
    let state = match finding.state {
        FindingState::Mended => "mended",
        FindingState::Remains => "REMAINS",
        FindingState::Note => "note",
    };
    let mut line = format!("{state:>8}  {}: {}", finding.part, finding.what);
    if let Some(file) = &finding.file {
        let _ = write!(line, "\n          {file}");
    }
    if let Some(advice) = &finding.advice {
        let _ = write!(line, "\n          → {advice}");
    }
    line
}

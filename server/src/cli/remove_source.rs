//! `gatefold remove-source` and `gatefold hide-source`

use crate::cli::edit::Follow;
use crate::cli::{Common, Failure};
use crate::problem::missing::no_source;
use gatefold::report::{BuildReport, ImportedSource};
use serde::Serialize;

/// Forget a source, with the albums and covers that only it brought
///
/// Your own files are left alone; importing the source again brings its albums back.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The source's number, as `gatefold catalogue` prints it
    id: i64,
    #[command(flatten)]
    follow: Follow,
    #[command(flatten)]
    pub common: Common,
}

/// Leave a source's albums out of lists and the map, without forgetting them
#[derive(Debug, clap::Args)]
pub struct HideArgs {
    /// The source's number, as `gatefold catalogue` prints it
    id: i64,
    /// Let its albums take part again
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    follow: Follow,
    #[command(flatten)]
    pub common: Common,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    source: ImportedSource,
    albums: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    build: Option<BuildReport>,
}

/// Runs `gatefold remove-source`.
pub fn run(args: Args) -> Result<(), Failure> {
    change(&args.common, args.id, args.follow, "was removed", |catalog| {
        catalog.remove_source(args.id).map(drop)
    })
}

/// Runs `gatefold hide-source`.
pub fn hide(args: HideArgs) -> Result<(), Failure> {
    let what = if args.undo { "takes part again" } else { "is hidden" };
    change(&args.common, args.id, args.follow, what, |catalog| {
        catalog.show_source(args.id, args.undo).map(drop)
    })
}

fn change(
    common: &Common,
    id: i64,
    follow: Follow,
    what: &str,
    change: impl FnOnce(&mut gatefold::catalog::Catalog) -> Result<(), gatefold::catalog::CatalogError>,
) -> Result<(), Failure> {
    let state = common.writing()?;
    let source = {
        let mut catalog = state.store.writer()?;
        let source = catalog.sources()?.into_iter().find(|source| source.id == id);
        let source = source.ok_or_else(|| no_source(id))?;
        change(&mut catalog)?;
        source
    };
    let build = follow.build(&state)?;
    let report = Report { albums: state.store.writer()?.len()?, source, build };
    common.output().answer(&report, || {
        format!("{} {} {what}; {} albums in all", report.source.kind, report.source.name, report.albums)
    })
}

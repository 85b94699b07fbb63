//! Jobs on the compute thread: imports, builds, the demo, evaluations.

use super::Serve;
use crate::compute::Full;
use crate::jobs::JobHandle;
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::blocking;
use gatefold::catalog::{Access, Catalog, CatalogError};
use gatefold::genre::Networks;
use gatefold::import::ImportError;
use gatefold::operations::{Build, Demo, Evaluate, Import};
use gatefold::pipeline::BuildError;
use gatefold::progress::Progress;
use gatefold::report::{EvaluationSettings, ImportReport};
use gatefold::wire::{Job, Outcome};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Why an import did not end in a map.
#[derive(Debug, thiserror::Error)]
pub enum ImportWorkError {
    /// Nothing was imported, or not all.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Imported, and not built.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// Imports and builds, in one report: `gatefold import` and `POST import` do the same.
///
/// # Errors
/// The import's or the build's own.
pub fn import_and_build(
    catalog: &mut Catalog,
    progress: &dyn Progress,
    import: impl FnOnce(&mut Catalog, &dyn Progress) -> Result<ImportReport, ImportError>,
) -> Result<ImportReport, ImportWorkError> {
    let started = Instant::now();
    let mut report = import(catalog, progress)?;
    let importing = started.elapsed().as_secs_f64();
    let mut build = gatefold::pipeline::run(catalog, progress)?;
    // An import decodes as it goes; what is left for the build is little.
    build.seconds.decode += importing;
    build.seconds.total += importing;
    report.build = Some(build);
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Draws the demo label and builds its map.
///
/// # Errors
/// The import's or the build's own.
pub fn demo(
    catalog: &mut Catalog,
    asked: &Demo,
    progress: &dyn Progress,
) -> Result<ImportReport, ImportWorkError> {
    import_and_build(catalog, progress, |catalog, progress| {
        gatefold::import::demo(catalog, asked.albums, asked.seed, progress)
    })
}

impl Serve<Import> for AppState {
    /// Refused for a path that is not below a root, before the job begins and again when its turn comes.
    async fn serve(&self, Import { path }: Import) -> Result<Job, Problem> {
        let (shared, asked, path) = (self.clone(), PathBuf::from(&path), PathBuf::from(path));
        blocking(move || shared.settings.roots.admit(&asked)).await?;
        let of_job = self.clone();
        let work = move |job: &JobHandle| {
            // Again, since it may have waited for hours.
            let path = of_job.settings.roots.admit(&path).map_err(|e| e.to_string())?;
            let import = |catalog: &mut Catalog, progress: &dyn Progress| {
                gatefold::import::run(catalog, &path, progress)
            };
            import_job(&of_job, |catalog| import_and_build(catalog, job, import))
        };
        Ok(submit(self, work).await?.job())
    }
}

impl Serve<Demo> for AppState {
    async fn serve(&self, asked: Demo) -> Result<Job, Problem> {
        let of_job = self.clone();
        let work = move |job: &JobHandle| import_job(&of_job, |catalog| demo(catalog, &asked, job));
        Ok(submit(self, work).await?.job())
    }
}

fn import_job(
    state: &AppState,
    import: impl FnOnce(&mut Catalog) -> Result<ImportReport, ImportWorkError>,
) -> Result<Outcome, String> {
    let mut catalog = state.store.writer().map_err(|e| e.to_string())?;
    let report = import(&mut catalog).map_err(|e| said_over_http(&e))?;
    state.maps.refresh(&catalog).map_err(|e| e.to_string())?;
    Ok(Outcome::Import(report))
}

/// What is wrong with an import, without a word of what stands in a file that was refused.
fn said_over_http(error: &ImportWorkError) -> String {
    match error {
        ImportWorkError::Import(ImportError::NoColumns { path, .. }) => format!(
            "{} has no column for a cover's file (`file`) or an album's title (`album`): is it the right table?",
            path.display()
        ),
        ImportWorkError::Import(ImportError::StackedHeader { path, .. }) => format!(
            "{} has several lines of column names, which make no sense together: keep one header line",
            path.display()
        ),
        error => error.to_string(),
    }
}

impl Serve<Build> for AppState {
    async fn serve(&self, _: Build) -> Result<Job, Problem> {
        Ok(build(self).await?.job())
    }
}

/// Brings the map up to date.
///
/// # Errors
/// [`Problem::Busy`] when too much waits.
pub async fn build(state: &AppState) -> Result<Arc<JobHandle>, Problem> {
    change_and_build(state, |_| Ok(())).await
}

/// Changes the catalogue in its turn, behind imports that wait already, and builds.
///
/// # Errors
/// [`Problem::Busy`] when too much waits.
pub async fn change_and_build(
    state: &AppState,
    change: impl FnOnce(&mut Catalog) -> Result<(), CatalogError> + Send + 'static,
) -> Result<Arc<JobHandle>, Problem> {
    let of_job = state.clone();
    submit(state, move |job| {
        let mut catalog = of_job.store.writer().map_err(|e| e.to_string())?;
        change(&mut catalog).map_err(|e| e.to_string())?;
        let report = gatefold::pipeline::run(&mut catalog, job).map_err(|e| e.to_string())?;
        of_job.maps.refresh(&catalog).map_err(|e| e.to_string())?;
        Ok(Outcome::Build(report))
    })
    .await
}

impl Serve<Evaluate> for AppState {
    async fn serve(&self, asked: Evaluate) -> Result<Job, Problem> {
        let settings = asked.settings().map_err(Problem::Unacceptable)?;
        let store = self.store.clone();
        blocking(move || store.may_change()).await?;
        let genres = self.store.read(Catalog::genres).await?;
        gatefold::genre::check(&settings, &genres).map_err(|e| Problem::Unacceptable(e.to_string()))?;
        check_offered(&settings.features)?;
        let of_job = self.clone();
        let work = move |job: &JobHandle| {
            // Its own connection: reading goes on while others write.
            let catalog = Catalog::open(of_job.store.dir(), Access::Read).map_err(|e| e.to_string())?;
            let (report, scores) = gatefold::genre::evaluate(&catalog, &settings, Networks::default(), job)
                .map_err(|e| e.to_string())?;
            let mut keeper = of_job.store.keeper().map_err(|e| e.to_string())?;
            let run = keeper.put_evaluation(&report, &scores).map_err(|e| e.to_string())?;
            Ok(Outcome::Evaluation { run })
        };
        Ok(submit(self, work).await?.job())
    }
}

/// Features that need a file of one's own are for the command line: a server is told no paths.
fn check_offered(features: &str) -> Result<(), Problem> {
    let offered = gatefold::genre::offered();
    let unknown = features.split('+').find(|part| !offered.iter().any(|name| name == part));
    unknown.map_or(Ok(()), |part| {
        Err(Problem::Unacceptable(format!(
            "“{part}” cannot be asked for here, because it needs a network's file: choose among {}, or run \
             `gatefold evaluate --features {features}` on the server's machine",
            offered.join(", ")
        )))
    })
}

/// Says what in the settings can never work, whatever is in the catalogue.
///
/// # Errors
/// The sentence.
pub fn check(settings: &EvaluationSettings) -> Result<(), String> {
    let any = settings.genres.iter().map(|genre| (genre.to_string(), u64::MAX)).collect();
    gatefold::genre::check(settings, &any).map_err(|e| e.to_string())
}

/// Puts work into the compute thread's queue. It is begun, and counts as done, only while the data directory is the one that was opened.
///
/// # Errors
/// [`Problem::Busy`] when too much waits, and those of [`Store::may_change`](crate::store::Store::may_change).
pub(super) async fn submit(
    state: &AppState,
    work: impl FnOnce(&JobHandle) -> Result<Outcome, String> + Send + 'static,
) -> Result<Arc<JobHandle>, Problem> {
    let store = state.store.clone();
    blocking(move || store.may_change()).await?;
    let (job, store) = (state.jobs.start(), state.store.clone());
    let checked = move |job: &JobHandle| {
        store.still_there().map_err(|e| e.to_string())?;
        let outcome = work(job)?;
        store.still_there().map_err(|e| e.to_string())?;
        Ok(outcome)
    };
    state
        .compute
        .submit(&job, checked)
        .map_err(|full: Full| Problem::Busy { sentence: full.to_string(), retry_after_s: 30 })?;
    Ok(job)
}

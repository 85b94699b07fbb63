//! Measures of neighbours and models as jobs.

use super::own_process::{self, Child};
use super::{Serve, long_work};
use crate::jobs::JobHandle;
use crate::problem::Problem;
use crate::state::AppState;
use gatefold::album::{Album, CoverHash};
use gatefold::assess::{GraphSubjects, recommendation};
use gatefold::catalog::{Access, Catalog, text};
use gatefold::features::learned;
use gatefold::mixture::Mixture;
use gatefold::operations::{EvaluateGraph, EvaluateModel};
use gatefold::pipeline::{Built, Facts, pixel_components};
use gatefold::progress::Progress;
use gatefold::report::{GraphReport, ModelReport};
use gatefold::training::cover_files;
use gatefold::wire::{Job, Outcome};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The network in whose features pictures are compared.
const YARDSTICK: &str = "efficientnet-lite0.safetensors";

/// How good neighbours are as recommendations, by each part of what is known and by mixtures.
///
/// # Errors
/// When nothing was built yet, and the build's.
pub fn neighbours(
    catalog: &Catalog,
    mixtures: &[Mixture],
    progress: &dyn Progress,
) -> Result<GraphReport, Problem> {
    let no_map =
        || Problem::NotFound("there is no map yet: import covers, or run `gatefold build`".to_owned());
    let built = Built::open(catalog)?.ok_or_else(no_map)?;
    let internal = |error: &dyn std::fmt::Display| Problem::Internal(error.to_string());
    let albums = catalog.albums()?;
    let facts = Facts::of(&built, &albums).map_err(|error| internal(&error))?;
    let pixels = pixel_components(catalog, &built, progress).map_err(|error| internal(&error))?;
    let by_id: HashMap<u64, &Album> = albums.iter().map(|album| (album.id.0, album)).collect();
    let of_build = || built.columns.id.iter().map(|id| by_id.get(id).copied());
    let genre = text::numbered(of_build().map(|album| Some(album?.genre.as_ref()?.as_str())));
    let artist = text::numbered_artists(of_build().map(|album| album?.artist.as_deref()));
    let popularity: Vec<Option<f32>> = of_build()
        .map(|album| {
            let count = album?.plays.or(album?.listeners).map(|n| n as f32);
            count.or(album?.popularity)
        })
        .collect();
    let asked = unseen(catalog, of_build())?;
    let subjects = GraphSubjects {
        known: facts.known(),
        pixels: pixels.view(),
        asked: &asked,
        genre: &genre,
        artist: &artist,
        cluster: &built.clusters,
        popularity: &popularity,
    };
    Ok(recommendation(&subjects, mixtures))
}

/// Whether the encoder behind the look was not taught on each album's cover.
fn unseen<'a>(
    catalog: &Catalog,
    albums: impl Iterator<Item = Option<&'a Album>>,
) -> Result<Vec<bool>, Problem> {
    let learned = learned::built_in().map_err(|error| Problem::Internal(error.to_string()))?;
    let hashes: Vec<Option<CoverHash>> = albums.map(|album| album?.cover.clone()).collect();
    let covers: Vec<CoverHash> = hashes.iter().flatten().cloned().collect();
    let mut dhashes = catalog.dhashes(&covers)?.into_iter();
    let saw = |dhash: u64| learned.as_ref().is_some_and(|learned| learned.saw(dhash));
    Ok(hashes.iter().map(|hash| hash.is_none() || !dhashes.next().flatten().is_some_and(saw)).collect())
}

impl Serve<EvaluateGraph> for AppState {
    async fn serve(&self, asked: EvaluateGraph) -> Result<Job, Problem> {
        let mixtures = asked.mixtures().map_err(Problem::Unacceptable)?;
        self.maps.present()?;
        let of_job = self.clone();
        let work = move |job: &JobHandle| {
            // Its own connection: reading goes on while others write.
            let catalog = Catalog::open(of_job.store.dir(), Access::Read).map_err(|e| e.to_string())?;
            Ok(Outcome::Graph(neighbours(&catalog, &mixtures, job).map_err(|e| e.to_string())?))
        };
        Ok(long_work::submit(self, work).await?.job())
    }
}

impl Serve<EvaluateModel> for AppState {
    /// In a process of its own: it takes half an hour.
    async fn serve(&self, asked: EvaluateModel) -> Result<Job, Problem> {
        let teacher = yardstick(self.store.dir())?;
        let table = self.store.read(table_of_covers).await?;
        let begin = move |folder: &Path| -> std::io::Result<Vec<OsString>> {
            let covers = folder.join("covers.csv");
            std::fs::write(&covers, table)?;
            let mut args: Vec<OsString> = vec!["evaluate-model".into(), "--covers".into(), covers.into()];
            args.extend(["--teacher".into(), teacher.into_os_string()]);
            for (name, n) in [("--sets", asked.sets), ("--samples", asked.samples), ("--pairs", asked.pairs)]
            {
                args.extend([name.into(), n.to_string().into()]);
            }
            Ok(args)
        };
        let ended = |child: &mut Child<'_>| {
            let mut report = None;
            child.each_line(|line, _| report = serde_json::from_str::<ModelReport>(line).ok())?;
            report
                .take()
                .map(Outcome::Model)
                .ok_or_else(|| "the process said nothing of the model".to_owned())
        };
        Ok(own_process::start(self, begin, ended).await?.job())
    }
}

/// The yardstick's weights: in the folder `models` of the data directory.
fn yardstick(data: &Path) -> Result<PathBuf, Problem> {
    let path = data.join("models").join(YARDSTICK);
    if path.is_file() {
        return Ok(path);
    }
    Err(Problem::NotHere(format!(
        "a model is measured in EfficientNet-Lite0's features, and their weights are not here: put {YARDSTICK} into the folder \
         `models` of the data directory"
    )))
}

/// A table that names the covers' files, each once.
fn table_of_covers(catalog: &Catalog) -> Result<String, Problem> {
    let mut table = "file\n".to_owned();
    for file in cover_files(catalog)? {
        let path = std::path::absolute(file).map_err(|e| Problem::Internal(e.to_string()))?;
        // Writing to a string cannot fail.
        let _ = writeln!(table, "\"{}\"", path.display().to_string().replace('"', "\"\""));
    }
    Ok(table)
}

//! What can be asked of the catalogue and the map. HTTP and the pages' [`Backend`] ask the same.
//!
//! [`Backend`]: gatefold_app::backend::Backend

use crate::asker::Asker;
use crate::exploring;
use crate::http::uploads::Picture;
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::blocking;
use gatefold::album::{Album, AlbumId, Edge, Genre};
use gatefold::catalog::{Catalog, CatalogError};
use gatefold::cover::{self, Derived, Wish};
use gatefold::mixture::Mixture;
use gatefold::pipeline::{BuildError, Built, Judge};
use gatefold::report::{AlbumLine, AlbumList, EvaluationReport, Info, PairReport, PairScores};
use gatefold::train::runs;
use gatefold::wire::{
    AlbumDetail, AlbumQuery, EvaluationLine, EvaluationRun, Generated, Judged, Nearest, Surprise, Training,
    TrainingLine,
};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Albums of one answer at most; `total` says how many there are.
const MOST_ALBUMS: u32 = 10_000;
/// Albums around one at most.
pub const MOST_NEAREST: u32 = 500;
/// Albums that can be asked for by their ids at once.
pub const MOST_NAMED: usize = 200;
/// Generated covers of one answer.
const GENERATED_LISTED: u32 = 500;

/// What the catalogue says of itself, without the parts that only a running model knows.
///
/// # Errors
/// The catalogue's.
pub fn catalogue_info(catalog: &Catalog) -> Result<Info, CatalogError> {
    Ok(Info {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        albums: catalog.len()?,
        genres: catalog.genres()?,
        data: catalog.dir().display().to_string(),
        demo: catalog.is_demo()?,
        features: gatefold::genre::offered(),
        ..Info::default()
    })
}

/// `GET info`
///
/// # Errors
/// The catalogue's.
pub async fn info(state: &AppState) -> Result<Info, Problem> {
    let mut info = state.store.read(catalogue_info).await?;
    info.device = "cpu".to_owned();
    if let Ok(model) = state.model() {
        info.device = model.about().device.clone();
        info.models = vec![model.about().info.clone()];
    }
    Ok(info)
}

/// `GET albums`
///
/// # Errors
/// The catalogue's.
pub async fn albums(state: &AppState, mut query: AlbumQuery) -> Result<AlbumList, Problem> {
    query.limit = query.limit.map(|n| n.min(MOST_ALBUMS));
    state.store.read(move |catalog| catalog.find(&query)).await
}

/// `POST judge`: what the forest makes of a picture's file.
///
/// # Errors
/// [`Problem::Unacceptable`] for what is no picture, [`Problem::NotHere`] where the catalogue knows too little, the
/// build's.
pub async fn judge(state: &AppState, picture: Picture) -> Result<Judged, Problem> {
    let map = state.maps.present()?;
    let cover = looked_at(state, picture).await?;
    blocking(move || {
        let judge = Judge::of(&map).map_err(|error| match error {
            BuildError::NoForest => Problem::NotHere(error.to_string()),
            error => error.into(),
        })?;
        Ok(Judged { opinion: judge.judge(&cover)? })
    })
    .await
}

/// What a picture's file looks like. Reading it ends soon after the client went away.
///
/// # Errors
/// [`Problem::Unacceptable`] for what is no picture, or no picture that can be read.
pub async fn looked_at(state: &AppState, picture: Picture) -> Result<Derived, Problem> {
    let works = state.uploads.work().await?;
    let (asker, asked) = Asker::new();
    let derived = blocking(move || {
        // Not given back before the work is done, even where nobody waits for it any more.
        let _works = works;
        let left_alone = || asked.is_left_alone();
        cover::derive_while(picture.as_ref(), Wish::until(&left_alone))
            .map_err(|error| Problem::Unacceptable(error.to_string()))
    })
    .await;
    drop(asker);
    derived
}

/// `GET surprises`: albums whose cover looks like another genre than they are tagged with, the surest first.
///
/// # Errors
/// When nothing was built yet, and the catalogue's.
pub async fn surprises(state: &AppState, limit: u32) -> Result<Vec<Surprise>, Problem> {
    let map = state.maps.present()?;
    state.store.read(move |catalog| surprising(catalog, &map, limit)).await
}

/// The same of a catalogue at hand.
///
/// # Errors
/// The catalogue's.
pub fn surprising(catalog: &Catalog, map: &Built, limit: u32) -> Result<Vec<Surprise>, CatalogError> {
    let albums: BTreeMap<AlbumId, Album> =
        catalog.albums()?.into_iter().map(|album| (album.id, album)).collect();
    let found = map.surprises(|id| albums.get(&id).and_then(|album| album.genre.clone()));
    let line = |(id, looks_like, likely, tagged)| {
        Some(Surprise { album: AlbumLine::from(albums.get(&id)?), looks_like, likely, tagged })
    };
    Ok(found.into_iter().filter_map(line).take(limit.min(MOST_ALBUMS) as usize).collect())
}

/// `GET albums?ids=`: albums by their ids, in that order; ids that name nothing are left out.
///
/// # Errors
/// [`Problem::Unacceptable`] for more than [`MOST_NAMED`].
pub async fn album_lines(state: &AppState, ids: Vec<AlbumId>) -> Result<Vec<AlbumLine>, Problem> {
    if ids.len() > MOST_NAMED {
        return Err(Problem::Unacceptable(format!(
            "{} albums are asked for by id, and one answer has at most {MOST_NAMED}: ask for them in parts",
            ids.len()
        )));
    }
    state.store.read(move |catalog| lines(catalog, ids)).await
}

/// What a catalogue says of albums in a line each; those that it does not know any more are left out.
fn lines(catalog: &Catalog, ids: Vec<AlbumId>) -> Result<Vec<AlbumLine>, CatalogError> {
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        lines.extend(catalog.album(id)?.as_ref().map(AlbumLine::from));
    }
    Ok(lines)
}

/// The sentence for an id that names nothing.
pub fn no_album(id: AlbumId) -> Problem {
    Problem::unknown(
        format!("there is no album {id}"),
        "`/api/v1/albums` and `gatefold albums` list those there are",
    )
}

/// `GET albums/{id}`
///
/// # Errors
/// [`Problem::NotFound`], and the catalogue's.
pub async fn album(state: &AppState, id: AlbumId) -> Result<AlbumDetail, Problem> {
    let present = state.maps.present().ok();
    let shared = state.clone();
    state
        .store
        .read(move |catalog| {
            let album = catalog.album(id)?.ok_or_else(|| no_album(id))?;
            let mut detail = AlbumDetail {
                title: album.display_title(),
                neighbours: Vec::new(),
                palette: Vec::new(),
                opinion: present.as_ref().map_or_else(Vec::new, |map| map.opinion(id)),
                edit: catalog.edit_of(id)?,
                album,
            };
            if let Some(map) = present.filter(|map| map.index(id).is_some()) {
                let atlas = shared.atlases.get(catalog, &map)?;
                detail.neighbours = exploring::neighbours(catalog, &atlas, &Mixture::USUAL, id)?;
            }
            if let Some(cover) = &detail.album.cover
                && let Some(derived) = catalog.derived(cover)?
            {
                detail.palette =
                    derived.palette.iter().map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")).collect();
            }
            Ok::<_, Problem>(detail)
        })
        .await
}

/// `GET albums/{id}/nearest`
///
/// # Errors
/// [`Problem::NotFound`] for an album that is not on the map, [`Problem::Unacceptable`] for more than
/// [`MOST_NEAREST`].
pub async fn nearest(state: &AppState, id: AlbumId, n: u32) -> Result<Nearest, Problem> {
    if !(1..=MOST_NEAREST).contains(&n) {
        return Err(Problem::Unacceptable(format!("`n` is a number from 1 to {MOST_NEAREST}, not {n}")));
    }
    let map = state.maps.present()?;
    let Some(centre) = map.index(id) else {
        let known = state.store.read(move |catalog| catalog.album(id)).await?;
        return Err(match known {
            None => no_album(id),
            Some(_) => Problem::NotFound(format!(
                "album {id} is not on the map yet: run `gatefold build`, and ask again"
            )),
        });
    };
    let name = move |map: &gatefold::pipeline::Built, i: u32| AlbumId(map.columns.id[i as usize]);
    let (order, edges) = map.nearest(centre, n as usize);
    let edges = edges
        .into_iter()
        .map(|(a, b, similarity)| Edge { a: name(&map, a), b: name(&map, b), similarity })
        .collect();
    let ids: Vec<_> = order.into_iter().map(|i| name(&map, i)).collect();
    let albums = state.store.read(move |catalog| lines(catalog, ids)).await?;
    Ok(Nearest { centre: id, albums, edges })
}

/// `GET generated/{id}`
///
/// # Errors
/// [`Problem::NotFound`], and the catalogue's.
pub async fn generated(state: &AppState, id: String) -> Result<Generated, Problem> {
    let name = id.clone();
    let found = state.store.read(move |catalog| catalog.generated(&id)).await?;
    found.ok_or_else(|| no_generated(&name))
}

/// The sentence for a name that no generated cover has.
pub fn no_generated(name: &str) -> Problem {
    Problem::unknown(format!("no generated cover is called “{name}”"), "`/api/v1/generated` lists them")
}

/// `GET generated`, newest first.
///
/// # Errors
/// The catalogue's.
pub async fn generated_list(state: &AppState) -> Result<Vec<Generated>, Problem> {
    state.store.read(|catalog| catalog.generated_list(GENERATED_LISTED)).await
}

/// `GET evaluations/{run}`
///
/// # Errors
/// [`Problem::NotFound`], and the catalogue's.
pub async fn evaluation(state: &AppState, run: String) -> Result<EvaluationRun, Problem> {
    let name = run.clone();
    let found = state.store.read(move |catalog| catalog.evaluation(&run)).await?;
    found.ok_or_else(|| no_evaluation(&name))
}

fn no_evaluation(name: &str) -> Problem {
    Problem::unknown(format!("no evaluation is called “{name}”"), "`/api/v1/evaluations` lists them")
}

/// The scores of all pairs of an evaluation; none where an earlier version ran it.
///
/// # Errors
/// [`Problem::NotFound`], and the catalogue's.
pub async fn evaluation_scores(state: &AppState, run: String) -> Result<Vec<PairScores>, Problem> {
    state
        .store
        .read(move |catalog| {
            if catalog.evaluation(&run)?.is_none() {
                return Err(no_evaluation(&run));
            }
            Ok(catalog.all_evaluation_scores(&run)?)
        })
        .await
}

/// `GET evaluations/{run}/pairs/{a}/{b}`
///
/// # Errors
/// [`Problem::NotFound`] for a run or a pair that is not there, or whose scores were not kept.
pub async fn pair_scores(state: &AppState, run: String, a: String, b: String) -> Result<PairScores, Problem> {
    state
        .store
        .read(move |catalog| {
            let of = catalog.evaluation(&run)?.ok_or_else(|| no_evaluation(&run))?;
            let (a, b) = told_apart(&of.report, &a, &b).ok_or_else(|| no_pair(&run, &a, &b))?;
            let found = catalog.evaluation_scores(&run, &a, &b)?;
            if found.is_none()
                && of.report.together.is_some()
                && !catalog.all_evaluation_scores(&run)?.is_empty()
            {
                // No cover of the one was taken for the other.
                return Ok(PairScores { a, b, scores: Vec::new() });
            }
            found.ok_or_else(|| {
                Problem::NotFound(format!(
                    "the run “{run}” was made before scores were kept: evaluate once more, and look there"
                ))
            })
        })
        .await
}

/// The genres that are called so, where the run tells them apart: as a pair, or among all at once.
fn told_apart(report: &EvaluationReport, a: &str, b: &str) -> Option<(Genre, Genre)> {
    let pair =
        report.pairs.iter().find(|pair| is_pair(pair, a, b)).map(|pair| (pair.a.clone(), pair.b.clone()));
    pair.or_else(|| {
        let genres = &report.together.as_ref()?.genres;
        let one = |name: &str| Genre::new(name).filter(|genre| genres.contains(genre));
        Some((one(a)?, one(b)?))
    })
}

/// Whether a pair's genres are called so.
pub fn is_pair(pair: &PairReport, a: &str, b: &str) -> bool {
    let is = |genre: &Genre, name: &str| Genre::new(name).as_ref() == Some(genre);
    is(&pair.a, a) && is(&pair.b, b)
}

/// The sentence for two genres that a run did not tell apart.
pub fn no_pair(run: &str, a: &str, b: &str) -> Problem {
    Problem::unknown(
        format!("the run “{run}” does not tell “{b}” from “{a}”"),
        format!("`/api/v1/evaluations/{run}` lists its pairs, the negative class first"),
    )
}

/// `GET evaluations`, newest first.
///
/// # Errors
/// The catalogue's.
pub async fn evaluations(state: &AppState) -> Result<Vec<EvaluationLine>, Problem> {
    state.store.read(Catalog::evaluations).await
}

/// Runs of training on this catalogue's covers, the latest first.
///
/// # Errors
/// [`Problem::Internal`] when the server goes down.
pub async fn trainings(state: &AppState) -> Result<Vec<TrainingLine>, Problem> {
    beside(state, |dir| runs::list(&dir)).await
}

/// One run of training, with its curves.
///
/// # Errors
/// [`Problem::NotFound`] when no such run is known, or its folder is gone.
pub async fn training(state: &AppState, id: String) -> Result<Training, Problem> {
    let wanted = id.clone();
    let run = beside(state, move |dir| runs::read(&dir, &wanted)).await?;
    run.ok_or_else(|| {
        let what = format!("no run of training is called “{id}”, or its folder is gone");
        Problem::unknown(what, "`/api/v1/training` lists them")
    })
}

/// The contact sheet of a run after a step, PNG; `None` when there is none.
///
/// # Errors
/// [`Problem::Internal`] when the server goes down.
pub async fn training_sheet(state: &AppState, id: String, step: u64) -> Result<Option<Vec<u8>>, Problem> {
    beside(state, move |dir| runs::sheet(&dir, &id, step)).await
}

/// Reads files beside the catalogue on a thread that may block.
async fn beside<T: Send + 'static>(
    state: &AppState,
    read: impl FnOnce(PathBuf) -> T + Send + 'static,
) -> Result<T, Problem> {
    let dir = state.store.dir().to_owned();
    tokio::task::spawn_blocking(move || read(dir)).await.map_err(|error| Problem::Internal(error.to_string()))
}

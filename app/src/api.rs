//! Reads and writes: server functions that ask the server's [`Backend`](crate::backend::Backend). While a page
//! is rendered on the server they are plain calls; in the browser they are requests.

use crate::PageError;
use gatefold::album::AlbumId;
use gatefold::edit::Edit;
use gatefold::finishing::Finish;
use gatefold::mixture::Mixture;
use gatefold::recipe::Recipe;
use gatefold::report::{AlbumLine, AlbumList, CatalogueReport, EvaluationSettings, Info, PairScores};
use gatefold::sets::AlbumSet;
use gatefold::wire::{
    AlbumDetail, AlbumQuery, Changed, Duplicates, EvaluationLine, EvaluationRun, FinishedNotes, Generated,
    Job, JobId, Journeys, Nearest, Neighbour, Neighbourhoods, RatedKind, Resembles, Surprise, Training,
    TrainingLine,
};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// An answer, or why there is none.
pub type Answer<T> = Result<T, PageError>;

#[cfg(feature = "ssr")]
mod ssr {
    use super::Answer;
    use crate::PageError;
    use crate::backend::{self, Backend};
    use axum::http::StatusCode;
    use leptos::prelude::use_context;
    use std::sync::Arc;

    pub fn backend() -> Answer<Arc<dyn Backend>> {
        use_context()
            .ok_or_else(|| PageError::Refused("This page was opened without its catalogue.".to_owned()))
    }

    /// The thing that a page is about cannot be had: the page says so, and its status too.
    pub fn or_status<T>(answer: backend::Answer<T>) -> Answer<T> {
        answer.map_err(|denied| {
            answer_with(denied.status);
            denied.into()
        })
    }

    /// Gives the answer that is being made another status than 200.
    pub fn answer_with(status: StatusCode) {
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            response.set_status(status);
        }
    }
}
#[cfg(feature = "ssr")]
use ssr::{backend, or_status};

/// A page's address names what cannot be there: it says so, and where a server renders it so does its status.
pub fn nothing_there<T>(sentence: String) -> Answer<T> {
    #[cfg(feature = "ssr")]
    ssr::answer_with(axum::http::StatusCode::NOT_FOUND);
    Err(PageError::Refused(sentence))
}

/// The catalogue in numbers.
#[server(input = Json)]
pub async fn read_info() -> Result<Info, PageError> {
    Ok(backend()?.info().await?)
}

/// Albums that answer a query.
#[server(input = Json)]
pub async fn find_albums(query: AlbumQuery) -> Result<AlbumList, PageError> {
    Ok(backend()?.albums(query).await?)
}

/// One album with its neighbours.
#[server(input = Json)]
pub async fn read_album(id: AlbumId) -> Result<AlbumDetail, PageError> {
    or_status(backend()?.album(id).await)
}

/// Albums by their ids, at most 200, in that order.
#[server(input = Json)]
pub async fn read_album_lines(ids: Vec<AlbumId>) -> Result<Vec<AlbumLine>, PageError> {
    Ok(backend()?.album_lines(ids).await?)
}

/// The `n` albums nearest to one.
#[server(input = Json)]
pub async fn find_nearest(id: AlbumId, n: u32) -> Result<Nearest, PageError> {
    Ok(backend()?.nearest(id, n).await?)
}

/// The `n` albums most like some.
#[server(input = Json)]
pub async fn more_like(albums: Vec<AlbumId>, mixture: Mixture, n: u32) -> Result<Vec<Neighbour>, PageError> {
    Ok(backend()?.more_like(albums, mixture, n).await?)
}

/// Different ways from one album to another.
#[server(input = Json)]
pub async fn find_journeys(from: AlbumId, to: AlbumId, mixture: Mixture) -> Result<Journeys, PageError> {
    Ok(backend()?.journeys(from, to, mixture).await?)
}

/// The neighbourhoods of the map, and where they meet.
#[server(input = Json)]
pub async fn list_neighbourhoods() -> Result<Neighbourhoods, PageError> {
    Ok(backend()?.neighbourhoods().await?)
}

/// The albums of one neighbourhood.
#[server(input = Json)]
pub async fn read_neighbourhood(number: u32) -> Result<Vec<AlbumId>, PageError> {
    Ok(backend()?.neighbourhood_albums(number).await?)
}

/// Groups of albums with the same picture.
#[server(input = Json)]
pub async fn list_duplicates(offset: u32, limit: u32) -> Result<Duplicates, PageError> {
    Ok(backend()?.duplicates(offset, limit).await?)
}

/// Changes what is known of an album.
#[server(input = Json)]
pub async fn edit_album(id: AlbumId, edit: Edit) -> Result<Changed, PageError> {
    Ok(backend()?.edit_album(id, edit).await?)
}

/// Takes all edits of an album back.
#[server(input = Json)]
pub async fn undo_edits(id: AlbumId) -> Result<Changed, PageError> {
    Ok(backend()?.undo_edits(id).await?)
}

/// Takes an album off all lists and the map.
#[server(input = Json)]
pub async fn delete_album(id: AlbumId) -> Result<Changed, PageError> {
    Ok(backend()?.delete_album(id).await?)
}

/// Brings a deleted album back.
#[server(input = Json)]
pub async fn restore_album(id: AlbumId) -> Result<Changed, PageError> {
    Ok(backend()?.restore_album(id).await?)
}

/// What the catalogue is made of.
#[server(input = Json)]
pub async fn read_catalogue() -> Result<CatalogueReport, PageError> {
    Ok(backend()?.catalogue().await?)
}

/// Forgets a source with what only it brought.
#[server(input = Json)]
pub async fn remove_source(id: i64) -> Result<JobId, PageError> {
    Ok(backend()?.remove_source(id).await?)
}

/// Lets a source's albums take part, or not.
#[server(input = Json)]
pub async fn show_source(id: i64, shown: bool) -> Result<JobId, PageError> {
    Ok(backend()?.show_source(id, shown).await?)
}

/// Albums whose cover looks like another genre than they are tagged with.
#[server(input = Json)]
pub async fn list_surprises(limit: u32) -> Result<Vec<Surprise>, PageError> {
    Ok(backend()?.surprises(limit).await?)
}

/// Asks for a new cover.
#[server(input = Json)]
pub async fn generate(recipe: Recipe) -> Result<JobId, PageError> {
    Ok(backend()?.generate(recipe).await?)
}

/// A cover that was made here.
#[server(input = Json)]
pub async fn read_generated(id: String) -> Result<Generated, PageError> {
    or_status(backend()?.generated(id).await)
}

/// All covers that were made here.
#[server(input = Json)]
pub async fn list_generated() -> Result<Vec<Generated>, PageError> {
    Ok(backend()?.generated_list().await?)
}

/// What a new cover can be asked to have more of.
#[server(input = Json)]
pub async fn list_wishes() -> Result<Vec<String>, PageError> {
    Ok(backend()?.wishes().await?)
}

/// What people think of each kind of recipe.
#[server(input = Json)]
pub async fn list_ratings() -> Result<Vec<RatedKind>, PageError> {
    Ok(backend()?.ratings().await?)
}

/// Keeps what somebody thinks of a generated cover.
#[server(input = Json)]
pub async fn rate(id: String, stars: Option<u8>) -> Result<Generated, PageError> {
    Ok(backend()?.rate(id, stars).await?)
}

/// The real cover that a generated one resembles most.
#[server(input = Json)]
pub async fn read_resembles(id: String) -> Result<Option<Resembles>, PageError> {
    Ok(backend()?.resembles(id).await?)
}

/// What a person should know of a finished cover before exporting it.
#[server(input = Json)]
pub async fn read_finished_notes(id: String, finish: Finish) -> Result<FinishedNotes, PageError> {
    Ok(backend()?.finished_notes(id, finish).await?)
}

/// Asks for an evaluation.
#[server(input = Json)]
pub async fn evaluate(settings: EvaluationSettings) -> Result<JobId, PageError> {
    Ok(backend()?.evaluate(settings).await?)
}

/// An evaluation that was kept.
#[server(input = Json)]
pub async fn read_evaluation(run: String) -> Result<EvaluationRun, PageError> {
    or_status(backend()?.evaluation(run).await)
}

/// What an evaluation said of each cover of a pair.
#[server(input = Json)]
pub async fn read_pair_scores(run: String, a: String, b: String) -> Result<PairScores, PageError> {
    Ok(backend()?.pair_scores(run, a, b).await?)
}

/// All evaluations that were kept.
#[server(input = Json)]
pub async fn list_evaluations() -> Result<Vec<EvaluationLine>, PageError> {
    Ok(backend()?.evaluations().await?)
}

/// Runs of training on this catalogue's covers.
#[server(input = Json)]
pub async fn list_trainings() -> Result<Vec<TrainingLine>, PageError> {
    Ok(backend()?.trainings().await?)
}

/// One run of training.
#[server(input = Json)]
pub async fn read_training(id: String) -> Result<Training, PageError> {
    or_status(backend()?.training(id).await)
}

/// The named sets of albums.
#[server(input = Json)]
pub async fn list_sets() -> Result<Vec<AlbumSet>, PageError> {
    Ok(backend()?.sets().await?)
}

/// Keeps albums under a name; a set of that name is replaced.
#[server(input = Json)]
pub async fn save_set(name: String, albums: Vec<AlbumId>) -> Result<AlbumSet, PageError> {
    Ok(backend()?.save_set(name, albums).await?)
}

/// Forgets a set.
#[server(input = Json)]
pub async fn delete_set(name: String) -> Result<(), PageError> {
    Ok(backend()?.delete_set(name).await?)
}

/// Where a job stands.
#[server(input = Json)]
pub async fn read_job(id: JobId) -> Result<Job, PageError> {
    Ok(backend()?.job(id).await?)
}

/// Asks a job to stop.
#[server(input = Json)]
pub async fn cancel_job(id: JobId) -> Result<(), PageError> {
    Ok(backend()?.cancel(id).await?)
}

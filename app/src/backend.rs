//! What the page asks of the server while it renders and in server functions. The server implements it and
//! puts an `Arc<dyn Backend>` into Leptos' context.

use async_trait::async_trait;
use axum::http::StatusCode;
use gatefold::album::AlbumId;
use gatefold::edit::Edit;
use gatefold::finishing::Finish;
use gatefold::mixture::Mixture;
use gatefold::report::{AlbumLine, AlbumList, CatalogueReport, EvaluationSettings, Info, PairScores};
use gatefold::sets::AlbumSet;
use gatefold::wire::{
    AlbumDetail, AlbumQuery, Changed, Duplicates, EvaluationLine, EvaluationRun, FinishedNotes, Generated,
    Job, JobId, Journeys, Nearest, Neighbour, Neighbourhoods, RatedKind, Resembles, Surprise, Training,
    TrainingLine,
};

/// An answer, or why there is none.
pub type Answer<T> = Result<T, Denied>;

/// Why a page does not get what it asks for.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct Denied {
    /// For who reads the page.
    pub sentence: String,
    /// What the same is for programs.
    pub status: StatusCode,
}

/// Everything that pages can ask. Each method has a route under `/api/v1` that answers the same.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// `GET /api/v1/info`
    async fn info(&self) -> Answer<Info>;
    /// `GET /api/v1/albums?query=&genre=&limit=&offset=`
    async fn albums(&self, query: AlbumQuery) -> Answer<AlbumList>;
    /// `GET /api/v1/albums/{id}`
    async fn album(&self, id: AlbumId) -> Answer<AlbumDetail>;
    /// `GET /api/v1/albums?ids=`
    async fn album_lines(&self, ids: Vec<AlbumId>) -> Answer<Vec<AlbumLine>>;
    /// `GET /api/v1/albums/{id}/nearest?n=`
    async fn nearest(&self, id: AlbumId, n: u32) -> Answer<Nearest>;
    /// `GET /api/v1/like?ids=&n=&mix=`
    async fn more_like(&self, albums: Vec<AlbumId>, mixture: Mixture, n: u32) -> Answer<Vec<Neighbour>>;
    /// `GET /api/v1/journeys?from=&to=&mix=`
    async fn journeys(&self, from: AlbumId, to: AlbumId, mixture: Mixture) -> Answer<Journeys>;
    /// `GET /api/v1/neighbourhoods`
    async fn neighbourhoods(&self) -> Answer<Neighbourhoods>;
    /// `GET /api/v1/neighbourhoods/{number}`
    async fn neighbourhood_albums(&self, number: u32) -> Answer<Vec<AlbumId>>;
    /// Part of `GET /api/v1/duplicates`
    async fn duplicates(&self, offset: u32, limit: u32) -> Answer<Duplicates>;
    /// `PATCH /api/v1/albums/{id}`
    async fn edit_album(&self, id: AlbumId, edit: Edit) -> Answer<Changed>;
    /// `DELETE /api/v1/albums/{id}/edit`
    async fn undo_edits(&self, id: AlbumId) -> Answer<Changed>;
    /// `DELETE /api/v1/albums/{id}`
    async fn delete_album(&self, id: AlbumId) -> Answer<Changed>;
    /// `POST /api/v1/albums/{id}/restore`
    async fn restore_album(&self, id: AlbumId) -> Answer<Changed>;
    /// `GET /api/v1/catalogue`
    async fn catalogue(&self) -> Answer<CatalogueReport>;
    /// `DELETE /api/v1/sources/{id}`
    async fn remove_source(&self, id: i64) -> Answer<JobId>;
    /// `PUT /api/v1/sources/{id}/shown`
    async fn show_source(&self, id: i64, shown: bool) -> Answer<JobId>;
    /// `GET /api/v1/surprises?limit=`
    async fn surprises(&self, limit: u32) -> Answer<Vec<Surprise>>;
    /// `POST /api/v1/generate`
    async fn generate(&self, recipe: gatefold::recipe::Recipe) -> Answer<JobId>;
    /// `GET /api/v1/generated/{id}`
    async fn generated(&self, id: String) -> Answer<Generated>;
    /// `GET /api/v1/generated`
    async fn generated_list(&self) -> Answer<Vec<Generated>>;
    /// `GET /api/v1/wishes`
    async fn wishes(&self) -> Answer<Vec<String>>;
    /// `GET /api/v1/ratings`
    async fn ratings(&self) -> Answer<Vec<RatedKind>>;
    /// `PUT /api/v1/generated/{id}/rating`
    async fn rate(&self, id: String, stars: Option<u8>) -> Answer<Generated>;
    /// `GET /api/v1/generated/{id}/resembles`
    async fn resembles(&self, id: String) -> Answer<Option<Resembles>>;
    /// `GET /api/v1/generated/{id}/finished/notes?finish=`
    async fn finished_notes(&self, id: String, finish: Finish) -> Answer<FinishedNotes>;
    /// `POST /api/v1/evaluations`
    async fn evaluate(&self, settings: EvaluationSettings) -> Answer<JobId>;
    /// `GET /api/v1/evaluations/{run}`
    async fn evaluation(&self, run: String) -> Answer<EvaluationRun>;
    /// `GET /api/v1/evaluations`
    async fn evaluations(&self) -> Answer<Vec<EvaluationLine>>;
    /// `GET /api/v1/evaluations/{run}/pairs/{a}/{b}`
    async fn pair_scores(&self, run: String, a: String, b: String) -> Answer<PairScores>;
    /// `GET /api/v1/training`
    async fn trainings(&self) -> Answer<Vec<TrainingLine>>;
    /// `GET /api/v1/training/{id}`
    async fn training(&self, id: String) -> Answer<Training>;
    /// `GET /api/v1/sets`
    async fn sets(&self) -> Answer<Vec<AlbumSet>>;
    /// `PUT /api/v1/sets/{name}`
    async fn save_set(&self, name: String, albums: Vec<AlbumId>) -> Answer<AlbumSet>;
    /// `DELETE /api/v1/sets/{name}`
    async fn delete_set(&self, name: String) -> Answer<()>;
    /// `GET /api/v1/jobs/{id}`; its events as SSE under `/api/v1/jobs/{id}/events`
    async fn job(&self, id: JobId) -> Answer<Job>;
    /// `DELETE /api/v1/jobs/{id}`
    async fn cancel(&self, id: JobId) -> Answer<()>;
}

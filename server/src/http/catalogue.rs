//! What the catalogue is made of, and changes of it: albums edited, deleted and restored, sources switched and removed.

use crate::editing;
use crate::http::extract::{Body, Path, album_id};
use crate::http::jobs::accepted;
use crate::problem::Problem;
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{delete, get, patch, post, put};
use axum::{Json, Router};
use gatefold::edit::Edit;
use gatefold::report::CatalogueReport;
use gatefold::wire::{Changed, Shown};

/// `catalogue`, `sources…`, and what changes `albums/{id}`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/catalogue", get(catalogue))
        .route("/albums/{id}", patch(edit).delete(remove))
        .route("/albums/{id}/edit", delete(undo))
        .route("/albums/{id}/restore", post(restore))
        .route("/sources/{id}", delete(remove_source))
        .route("/sources/{id}/shown", put(show_source))
}

async fn catalogue(State(state): State<AppState>) -> Result<Json<CatalogueReport>, Problem> {
    Ok(Json(editing::catalogue(&state).await?))
}

async fn edit(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Body(edit): Body<Edit>,
) -> Result<Json<Changed>, Problem> {
    Ok(Json(editing::edit(&state, album_id(&id)?, &edit).await?))
}

async fn undo(State(state): State<AppState>, Path(id): Path<String>) -> Result<Json<Changed>, Problem> {
    Ok(Json(editing::undo(&state, album_id(&id)?).await?))
}

async fn remove(State(state): State<AppState>, Path(id): Path<String>) -> Result<Json<Changed>, Problem> {
    Ok(Json(editing::delete(&state, album_id(&id)?).await?))
}

async fn restore(State(state): State<AppState>, Path(id): Path<String>) -> Result<Json<Changed>, Problem> {
    Ok(Json(editing::restore(&state, album_id(&id)?).await?))
}

async fn remove_source(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(accepted(&*editing::remove_source(&state, source_id(&id)?).await?))
}

async fn show_source(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Body(asked): Body<Shown>,
) -> Result<Response, Problem> {
    Ok(accepted(&*editing::show_source(&state, source_id(&id)?, asked.shown).await?))
}

fn source_id(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| {
        Problem::Malformed(format!("“{text}” is no source's number: `/api/v1/catalogue` lists them"))
    })
}

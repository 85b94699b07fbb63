//! Named sets of albums, and albums as a playlist.

use crate::http::evaluation_files::file;
use crate::http::extract::{Body, Path, Query, album_id};
use crate::problem::Problem;
use crate::sets;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, put};
use axum::{Json, Router};
use gatefold::album::AlbumId;
use gatefold::sets::AlbumSet;
use serde::Deserialize;

/// `sets…`, `export/playlist.m3u8`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/sets", get(list))
        .route("/sets/{name}", get(one).put(save).delete(remove))
        .route("/sets/{name}/name", put(rename))
        .route("/export/playlist.m3u8", get(playlist))
}

async fn list(State(state): State<AppState>) -> Result<Json<Vec<AlbumSet>>, Problem> {
    Ok(Json(sets::list(&state).await?))
}

async fn one(State(state): State<AppState>, Path(name): Path<String>) -> Result<Json<AlbumSet>, Problem> {
    Ok(Json(sets::one(&state, name).await?))
}

#[derive(Deserialize)]
struct Albums {
    albums: Vec<AlbumId>,
}

async fn save(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Body(wanted): Body<Albums>,
) -> Result<Json<AlbumSet>, Problem> {
    Ok(Json(sets::save(&state, name, wanted.albums).await?))
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

async fn rename(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Body(to): Body<Name>,
) -> Result<Json<AlbumSet>, Problem> {
    Ok(Json(sets::rename(&state, name, to.name).await?))
}

async fn remove(State(state): State<AppState>, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    sets::remove(&state, name).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Listed {
    albums: String,
}

/// A playlist of these albums, as far as their music is known.
async fn playlist(State(state): State<AppState>, Query(listed): Query<Listed>) -> Result<Response, Problem> {
    let albums: Vec<AlbumId> =
        listed.albums.split(',').filter(|id| !id.is_empty()).map(album_id).collect::<Result<_, _>>()?;
    let list = state.store.read(move |catalog| sets::playlist(catalog, &albums)).await?;
    Ok(file("playlist.m3u8", "audio/x-mpegurl; charset=utf-8", list.text))
}

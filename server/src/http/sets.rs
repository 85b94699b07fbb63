//! Raw routes of sets: albums as a playlist.

use crate::http::evaluation_files::file;
use crate::http::extract::{Query, album_id};
use crate::problem::Problem;
use crate::service::sets;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use gatefold::album::AlbumId;
use serde::Deserialize;

/// `export/playlist.m3u8`
pub fn router() -> Router<AppState> {
    Router::new().route("/export/playlist.m3u8", get(playlist))
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

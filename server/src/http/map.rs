//! The map's manifest, columns, labels and sheets. Everything below `map/{build}` never changes.

use crate::http::caching::{Caching, is_fresh, not_modified, tagged};
use crate::http::extract::Path;
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::blocking;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use gatefold::pipeline::{BuildError, Built};
use std::path::PathBuf;

/// `map…`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/map", get(manifest))
        .route("/map/{build}/columns.bin", get(columns))
        .route("/map/{build}/labels.json", get(labels))
        .route("/map/{build}/sheets/{level}/{sheet}", get(sheet))
}

async fn manifest(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    let map = state.maps.present()?;
    if is_fresh(&headers, &map.hash) {
        return Ok(not_modified(&map.hash, Caching::Revalidate));
    }
    let json = serde_json::to_vec(&map.manifest).map_err(|e| Problem::Internal(e.to_string()))?;
    Ok(tagged("application/json", json, &map.hash, Caching::Revalidate))
}

async fn columns(
    State(state): State<AppState>,
    Path(build): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&state, &build, "application/octet-stream", &headers, |map| Some(map.columns_file())).await
}

async fn labels(
    State(state): State<AppState>,
    Path(build): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&state, &build, "application/json", &headers, |map| Some(map.labels_file())).await
}

async fn sheet(
    State(state): State<AppState>,
    Path((build, level, sheet)): Path<(String, usize, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let number = sheet.strip_suffix(".jpg").and_then(|n| n.parse().ok());
    file(&state, &build, "image/jpeg", &headers, |map| map.sheet(level, number?)).await
}

async fn file(
    state: &AppState,
    build: &str,
    content_type: &'static str,
    headers: &HeaderMap,
    which: impl FnOnce(&Built) -> Option<PathBuf>,
) -> Result<Response, Problem> {
    let map = state.maps.build(build)?;
    let path = which(&map)
        .ok_or_else(|| Problem::NotFound("the map has no such sheet; `/api/v1/map` says which".to_owned()))?;
    // One tag for all files of a build: tags are compared per address.
    if is_fresh(headers, &map.hash) {
        return Ok(not_modified(&map.hash, Caching::Forever));
    }
    let hash = map.hash.clone();
    let is_present = state.maps.present().is_ok_and(|present| present.hash == hash);
    let bytes = blocking(move || {
        map.read_file(&path).map_err(|error| match error {
            // An earlier map is no longer kept, or nobody mends it: the present one is there for who asks again.
            _ if !is_present => Problem::Gone(BuildError::Gone.to_string()),
            BuildError::Gone => BuildError::Damaged(path.clone()).into(),
            error => error.into(),
        })
    });
    Ok(tagged(content_type, bytes.await?, &hash, Caching::Forever))
}

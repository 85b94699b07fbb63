//! Raw routes of the studio: previews.

use crate::http::extract::Query;
use crate::http::reading;
use crate::problem::Problem;
use crate::service::studio;
use crate::state::AppState;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gatefold::operations::Generate;
use serde::Deserialize;

/// `preview`
pub fn router() -> Router<AppState> {
    Router::new().route("/preview", get(preview_of_address).post(preview))
}

/// The body is what `generate` takes.
async fn preview(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let Generate { recipe } = reading::read(request).await?;
    let jpeg = studio::preview(&state, recipe).await?;
    Ok(([(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, "no-store")], jpeg).into_response())
}

/// An address that names a recipe is a picture, so that a page can show it like any other.
#[derive(Deserialize)]
struct Asked {
    recipe: String,
}

async fn preview_of_address(
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let recipe = serde_json::from_str(&asked.recipe)
        .map_err(|error| Problem::Malformed(format!("`recipe` is no recipe: {error}")))?;
    let jpeg = studio::preview(&state, recipe).await?;
    // The same recipe is the same picture until another model or catalogue is served here.
    Ok(([(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, "private, max-age=300")], jpeg).into_response())
}

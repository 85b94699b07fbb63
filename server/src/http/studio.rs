//! The studio: previews, resemblance, ratings, wishes.

use crate::http::extract::{Body, Path, Query};
use crate::problem::Problem;
use crate::state::AppState;
use crate::{compass, studio};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use gatefold::recipe::Recipe;
use gatefold::wire::{Generated, RatedKind, Rating, Resembles};
use serde::Deserialize;

/// `preview`, `wishes`, `ratings`, `generated/{id}/rating`, `generated/{id}/resembles`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/preview", get(preview_of_address).post(preview))
        .route("/wishes", get(wishes))
        .route("/ratings", get(ratings))
        .route("/generated/{id}/rating", put(rate))
        .route("/generated/{id}/resembles", get(resembles))
}

async fn preview(State(state): State<AppState>, Body(recipe): Body<Recipe>) -> Result<Response, Problem> {
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

async fn wishes(State(state): State<AppState>) -> Result<Json<Vec<String>>, Problem> {
    Ok(Json(compass::names(&state).await?))
}

async fn ratings(State(state): State<AppState>) -> Result<Json<Vec<RatedKind>>, Problem> {
    Ok(Json(studio::ratings(&state).await?))
}

async fn rate(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Body(rating): Body<Rating>,
) -> Result<Json<Generated>, Problem> {
    Ok(Json(studio::rate(&state, id, rating.stars).await?))
}

async fn resembles(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<Option<Resembles>>, Problem> {
    Ok(Json(studio::resembles(&state, id).await?))
}

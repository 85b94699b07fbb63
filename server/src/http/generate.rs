//! New covers: asked for, listed, looked at.

use crate::generating;
use crate::http::caching::{Caching, is_fresh, not_modified, tagged};
use crate::http::extract::{Body, Path};
use crate::http::jobs::accepted;
use crate::problem::Problem;
use crate::queries;
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use gatefold::recipe::Recipe;
use gatefold::wire::Generated;

/// `generate` and `generated…`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/generate", post(generate))
        .route("/generated", get(list))
        .route("/generated/{id}", get(one))
        .route("/generated/{id}/frames/{frame}", get(frame))
}

async fn generate(State(state): State<AppState>, Body(recipe): Body<Recipe>) -> Result<Response, Problem> {
    Ok(accepted(&*generating::generate(&state, recipe).await?))
}

async fn list(State(state): State<AppState>) -> Result<Json<Vec<Generated>>, Problem> {
    Ok(Json(queries::generated_list(&state).await?))
}

async fn one(State(state): State<AppState>, Path(id): Path<String>) -> Result<Json<Generated>, Problem> {
    Ok(Json(queries::generated(&state, id).await?))
}

async fn frame(
    State(state): State<AppState>,
    Path((id, frame)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let generated = queries::generated(&state, id.clone()).await?;
    let none = || {
        let most = generated.frames.saturating_sub(1);
        Problem::NotFound(format!("“{id}” has frames 0.png to {most}.png, and not {frame}"))
    };
    let number = match frame.strip_suffix(".png") {
        // The strip is kept behind the frames it is made of.
        Some("strip") if generated.frames > 1 => generated.frames,
        Some(n) => n.parse().ok().filter(|n| *n < generated.frames).ok_or_else(none)?,
        None => return Err(none()),
    };
    let tag = format!("{id}-{number}");
    if is_fresh(&headers, &tag) {
        return Ok(not_modified(&tag, Caching::Forever));
    }
    let name = id.clone();
    let png = state.store.read(move |catalog| catalog.generated_png(&name, number)).await?;
    Ok(tagged("image/png", png.ok_or_else(none)?, &tag, Caching::Forever))
}

//! Imports and builds, begun from the page or by a program.

use crate::http::extract::Body;
use crate::http::jobs::accepted;
use crate::long_work;
use crate::problem::Problem;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use std::path::PathBuf;

/// `import` and `build`
pub fn router() -> Router<AppState> {
    Router::new().route("/import", post(import)).route("/build", post(build))
}

#[derive(Deserialize)]
struct Asked {
    path: PathBuf,
}

async fn import(State(state): State<AppState>, Body(asked): Body<Asked>) -> Result<Response, Problem> {
    Ok(accepted(&*long_work::import(&state, asked.path).await?))
}

async fn build(State(state): State<AppState>) -> Result<Response, Problem> {
    Ok(accepted(&*long_work::build(&state).await?))
}

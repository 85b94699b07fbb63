//! `GET info`

use crate::problem::Problem;
use crate::queries;
use crate::state::AppState;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use gatefold::report::Info;

/// `info`
pub fn router() -> Router<AppState> {
    Router::new().route("/info", get(info))
}

async fn info(State(state): State<AppState>) -> Result<Json<Info>, Problem> {
    Ok(Json(queries::info(&state).await?))
}

//! Router of all operations, made from their list: reading the request, asking the service, answering.

use crate::http::reading::read;
use crate::problem::Problem;
use crate::service::{Serve, ask};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Json, Router};
use gatefold::each_operation;
use gatefold::operations::*;
use serde_json::Value;

/// The routes of all operations.
pub fn router() -> Router<AppState> {
    let mut router = Router::new();
    macro_rules! mount {
        ($($request:ident,)*) => { $(router = mounted::<$request>(router);)* };
    }
    each_operation!(mount);
    router
}

fn mounted<O: Operation>(router: Router<AppState>) -> Router<AppState>
where
    AppState: Serve<O>,
{
    let filter = match O::ABOUT.method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Patch => MethodFilter::PATCH,
        Method::Delete => MethodFilter::DELETE,
    };
    router.route(O::ABOUT.route, on(filter, answer::<O>))
}

async fn answer<O: Operation>(State(state): State<AppState>, request: Request) -> Result<Response, Problem>
where
    AppState: Serve<O>,
{
    let answer = ask(&state, read::<O>(request).await?).await?;
    let json = serde_json::to_value(answer).map_err(|error| Problem::Internal(error.to_string()))?;
    Ok(match O::ABOUT.access {
        Access::Job => accepted(json),
        // Where a job stands is true for a moment.
        _ if O::ABOUT.group == "jobs" => ([(header::CACHE_CONTROL, "no-store")], Json(json)).into_response(),
        _ => Json(json).into_response(),
    })
}

/// The answer to who began a job: 202, where it is, and where it stands.
fn accepted(job: Value) -> Response {
    let location = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap_or_default());
    (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(job)).into_response()
}

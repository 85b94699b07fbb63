//! Jobs: where they stand, their events, and how to stop them.

use crate::http::extract::Path;
use crate::jobs::{JobHandle, is_over};
use crate::problem::Problem;
use crate::state::AppState;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::{Stream, StreamExt, stream};
use gatefold::wire::Job;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How often a silent stream says that it is alive; proxies cut what is silent for a minute.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// `jobs…`
pub fn router() -> Router<AppState> {
    Router::new().route("/jobs/{id}", get(one).delete(cancel)).route("/jobs/{id}/events", get(events))
}

/// The answer to who began a job: 202, where it is, and where it stands.
pub fn accepted(job: &JobHandle) -> Response {
    let location = format!("/api/v1/jobs/{}", job.id());
    (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(job.job())).into_response()
}

async fn one(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Problem> {
    let job = state.known_job(&id)?.job();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(job)).into_response())
}

/// Asks a job to stop. That a job is over already is no error: it does what was asked, nothing.
async fn cancel(State(state): State<AppState>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    state.known_job(&id)?.cancel();
    Ok(StatusCode::NO_CONTENT)
}

async fn events(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let job = state.known_job(&id)?;
    let place = state.streams.clone().try_acquire_owned().map_err(|_| Problem::Busy {
        sentence: format!(
            "too many pages follow jobs already: ask for /api/v1/jobs/{id} now and then instead"
        ),
        retry_after_s: 5,
    })?;
    let mut going_down = state.going_down.subscribe();
    // An open stream would keep a server that was told to stop from stopping.
    let until_down = async move {
        if going_down.wait_for(|down| *down).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let events = follow(job).map(move |job| {
        // Given back with the stream.
        let _place = &place;
        // A job is plain data: it always becomes JSON.
        Ok(Event::default().json_data(job).unwrap_or_default())
    });
    Ok(Sse::new(events.take_until(until_down)).keep_alive(KeepAlive::new().interval(ALIVE_EVERY)))
}

/// The job now, and whenever it changes, until it is over.
fn follow(job: Arc<JobHandle>) -> impl Stream<Item = Job> {
    let mut changes = job.watch();
    changes.mark_changed();
    stream::unfold((changes, job, false), |(mut changes, job, over)| async move {
        if over || changes.changed().await.is_err() {
            return None;
        }
        let state = changes.borrow_and_update().clone();
        let over = is_over(&state);
        Some((Job { id: job.id().to_owned(), state }, (changes, job, over)))
    })
}

//! Events of jobs, as a stream.

use crate::http::extract::Path;
use crate::jobs::{JobHandle, is_over};
use crate::problem::Problem;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures::{Stream, StreamExt, stream};
use gatefold::wire::Job;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How often a silent stream says that it is alive; proxies cut what is silent for a minute.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// `jobs/{id}/events`
pub fn router() -> Router<AppState> {
    Router::new().route("/jobs/{id}/events", get(events))
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

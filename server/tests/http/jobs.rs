//! Jobs and their events.

use crate::server::{Server, jobs_in, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use gatefold::wire::JobState;
use gatefold_server::jobs::is_over;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn events_are_jobs_and_end_with_the_job() {
    let server = Server::start();
    let accepted = server.post("/api/v1/generate", &json!({"kind": "sample"})).await;
    let place = accepted.header(header::LOCATION).to_owned();
    let jobs = jobs_in(&server.get(&format!("{place}/events")).await);
    let (last, before) = jobs.split_last().unwrap();
    assert!(before.iter().all(|job| !is_over(&job.state)));
    assert!(matches!(last.state, JobState::Done { .. }));
    // Who comes late hears the end.
    let late = jobs_in(&server.get(&format!("{place}/events")).await);
    assert_eq!(&late, std::slice::from_ref(last));
    let job = server.get(&place).await;
    assert_eq!(job.json(), serde_json::to_value(last).unwrap());
    assert_eq!(job.header(header::CACHE_CONTROL), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_over_can_be_cancelled_to_no_effect() {
    let server = Server::start();
    let accepted = server.post("/api/v1/generate", &json!({"kind": "sample"})).await;
    let place = accepted.header(header::LOCATION);
    server.end_of(&accepted).await;
    let reply = server.send(request(Method::DELETE, place).body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(server.get(place).await.json()["state"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_job_is_not_found() {
    let server = Server::start();
    for path in ["/api/v1/jobs/0123", "/api/v1/jobs/0123/events"] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(reply.error().contains("0123"));
    }
}

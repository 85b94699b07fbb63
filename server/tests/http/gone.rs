//! A data directory that vanishes while it is served.

use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use gatefold::wire::JobState;
use serde_json::{Value, json};

async fn send(server: &Server, method: Method, path: &str, body: &Value) -> (StatusCode, String) {
    let asked = request(method, path).header(header::CONTENT_TYPE, "application/json");
    let reply = server.send(asked.body(Body::from(body.to_string())).unwrap()).await;
    (reply.status, String::from_utf8_lossy(&reply.body).into_owned())
}

async fn refuses_all_that_writes(server: &Server, id: &str) {
    for (method, path, body) in [
        (Method::PATCH, format!("/api/v1/albums/{id}"), json!({"year": 1999})),
        (Method::PUT, "/api/v1/sets/mine".to_owned(), json!({"albums": [id]})),
        (Method::POST, "/api/v1/generate".to_owned(), json!({"kind": "sample", "seed": 5})),
        (Method::POST, "/api/v1/build".to_owned(), json!({})),
        (Method::POST, "/api/v1/evaluations".to_owned(), json!({"genres": ["rock", "pop"]})),
    ] {
        let (status, said) = send(server, method.clone(), &path, &body).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}: {said}");
        assert!(said.contains("was removed or replaced"), "{method} {path}: {said}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_refused_and_not_acknowledged() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    std::fs::remove_dir_all(server.data.path()).unwrap();
    refuses_all_that_writes(&server, &id).await;
    assert!(!server.data.path().exists(), "nothing is put where it was");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_in_its_place_is_another_one() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    let (data, moved) = (server.data.path(), server.data.path().with_extension("moved"));
    std::fs::rename(data, &moved).unwrap();
    std::fs::create_dir(data).unwrap();
    for file in ["catalog.sqlite", "lock"] {
        std::fs::copy(moved.join(file), data.join(file)).unwrap();
    }
    refuses_all_that_writes(&server, &id).await;
    std::fs::remove_dir_all(data).unwrap();
    std::fs::rename(&moved, data).unwrap();
    // The one that was opened is back.
    let kept = server.post("/api/v1/generate", &json!({"kind": "sample", "seed": 6})).await;
    assert!(matches!(server.end_of(&kept).await, JobState::Done { .. }));
}

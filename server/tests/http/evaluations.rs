//! Evaluations as background work, kept under their names.

use crate::server::Server;
use axum::http::StatusCode;
use gatefold::wire::{JobState, Outcome};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_runs_is_kept_and_listed() {
    let server = Server::start();
    let asked = json!({"genres": ["rock", "pop"], "folds": 3, "trees": 20, "components": 8, "seed": 5});
    let state = server.end_of(&server.post("/api/v1/evaluations", &asked).await).await;
    let JobState::Done { outcome: Outcome::Evaluation { run } } = state else { panic!("{state:?}") };
    let kept = server.get(&format!("/api/v1/evaluations/{run}")).await.json();
    let report = &kept["report"];
    assert_eq!((report["folds"].as_u64(), report["seed"].as_u64()), (Some(3), Some(5)));
    let pair = &report["pairs"][0];
    assert_eq!((pair["a"].as_str(), pair["b"].as_str()), (Some("rock"), Some("pop")));
    assert!(pair["auc"].as_f64().unwrap() > 0.9, "warm and cold covers are easily told apart: {pair}");
    let listed = server.get("/api/v1/evaluations").await.json();
    assert_eq!(listed[0]["run"], run.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_work_are_refused_before_anything_runs() {
    let server = Server::start();
    for (asked, wanted) in [
        (json!({"genres": ["rock"]}), "two genres"),
        (json!({"genres": ["rock", "rock"]}), "twice"),
        (json!({"genres": ["rock", "polka"]}), "polka"),
        (json!({"genres": ["rock", "pop"], "folds": 1}), "folds"),
        (json!({"genres": ["rock", "pop"], "features": "scent"}), "scent"),
        (json!({"genres": ["rock", "pop"], "fold": 3}), "fold"),
        (json!({}), "genres"),
    ] {
        let reply = server.post("/api/v1/evaluations", &asked).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{asked}");
        assert!(reply.error().contains(wanted), "{wanted}: {}", reply.error());
    }
    assert_eq!(server.get("/api/v1/evaluations").await.json(), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_run_is_not_found() {
    let reply = Server::start().get("/api/v1/evaluations/0123456789abcdef").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.error().contains("0123456789abcdef"));
}

//! Evaluations as background work, kept under their names.

use crate::common::PER_GENRE;
use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use gatefold::report::PairScores;
use gatefold::wire::{JobState, Outcome};
use serde_json::{Value, json};

/// What is quick to evaluate.
fn quick() -> Value {
    json!({"genres": ["rock", "pop"], "folds": 3, "trees": 20, "components": 8, "seed": 5})
}

/// Runs an evaluation; its run id.
async fn evaluated(server: &Server, asked: &Value) -> String {
    let state = server.end_of(&server.post("/api/v1/evaluations", asked).await).await;
    let JobState::Done { outcome: Outcome::Evaluation { run } } = state else { panic!("{state:?}") };
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_runs_is_kept_and_listed() {
    let server = Server::start();
    let run = evaluated(&server, &quick()).await;
    let kept = server.get(&format!("/api/v1/evaluations/{run}")).await.json();
    let report = &kept["report"];
    assert_eq!((report["folds"].as_u64(), report["seed"].as_u64()), (Some(3), Some(5)));
    let pair = &report["pairs"][0];
    assert_eq!((pair["a"].as_str(), pair["b"].as_str()), (Some("rock"), Some("pop")));
    assert!(pair["auc"].as_f64().unwrap() > 0.9, "warm and cold covers are easily told apart: {pair}");
    let listed = server.get("/api/v1/evaluations").await.json()["evaluations"].take();
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
        (json!({"genres": ["rock", "pop"], "question": "which"}), "question"),
        (json!({"genres": ["rock", "pop"], "repeats": 0}), "repeat"),
        (json!({}), "genres"),
    ] {
        let reply = server.post("/api/v1/evaluations", &asked).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{asked}");
        assert!(reply.error().contains(wanted), "{wanted}: {}", reply.error());
    }
    assert_eq!(server.get("/api/v1/evaluations").await.json(), json!({"evaluations": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_run_is_not_found() {
    let reply = Server::start().get("/api/v1/evaluations/0123456789abcdef").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.error().contains("0123456789abcdef"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_setting_can_be_asked_for_and_is_kept() {
    let server = Server::start();
    let mut asked = quick();
    for (name, value) in [
        ("question", json!("rest")),
        ("repeats", json!(2)),
        ("balanced", json!(true)),
        ("per_genre", json!(10)),
    ] {
        asked[name] = value;
    }
    let run = evaluated(&server, &asked).await;
    let kept = server.get(&format!("/api/v1/evaluations/{run}")).await.json();
    let settings = &kept["report"]["settings"];
    for (name, value) in asked.as_object().unwrap() {
        assert_eq!(&settings[name], value, "{name}");
    }
    assert_eq!(settings["unseen"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scores_of_a_pair_give_the_reports_own_matrix() {
    let server = Server::start();
    let run = evaluated(&server, &quick()).await;
    let reply = server.get(&format!("/api/v1/evaluations/{run}/pairs/rock/pop")).await;
    let scores: PairScores = serde_json::from_slice(&reply.body).unwrap();
    let kept = server.get(&format!("/api/v1/evaluations/{run}")).await.json();
    assert_eq!(scores.scores.len(), 2 * PER_GENRE);
    assert_eq!(json!(scores.confusion_at(0.5)), kept["report"]["pairs"][0]["confusion"]);
    assert!(scores.scores.is_sorted_by(|a, b| a.score <= b.score), "by ascending score");
    for path in
        [format!("{run}/pairs/pop/rock"), format!("{run}/pairs/rock/polka"), "none/pairs/rock/pop".into()]
    {
        let reply = server.get(&format!("/api/v1/evaluations/{path}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        reply.error();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_had_as_files() {
    let server = Server::start();
    let run = evaluated(&server, &quick()).await;
    for (path, kind, lines, begins) in [
        ("pairs.csv", "text/csv", 2, "a,b,n_a,n_b,auc,"),
        ("scores.csv", "text/csv", 1 + 2 * PER_GENRE, "a,b,album,positive,score,fold\nrock,pop,"),
        ("pairs/rock/pop/roc.svg", "image/svg+xml", 1, "<svg "),
    ] {
        let reply = server.get(&format!("/api/v1/evaluations/{run}/{path}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert!(reply.header(header::CONTENT_TYPE).starts_with(kind), "{path}");
        let disposition = reply.header(header::CONTENT_DISPOSITION);
        assert!(
            disposition.starts_with("attachment; filename=\"") && disposition.contains(&run),
            "{disposition}"
        );
        let text = String::from_utf8(reply.body).unwrap();
        assert_eq!(text.lines().count(), lines, "{path}");
        assert!(text.starts_with(begins), "{path}: {text}");
        let none = server.get(&format!("/api/v1/evaluations/0123456789abcdef/{path}")).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "{path}");
        none.error();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_stops_when_it_is_asked_to() {
    let server = Server::start();
    let long = json!({"genres": ["rock", "pop"], "folds": 10, "repeats": 20, "trees": 10_000});
    let accepted = server.post("/api/v1/evaluations", &long).await;
    let place = accepted.header(header::LOCATION);
    let reply = server.send(request(Method::DELETE, place).body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(server.end_of(&accepted).await, JobState::Cancelled);
    assert_eq!(server.get("/api/v1/evaluations").await.json(), json!({"evaluations": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_and_two_beside_each_other_are_pages() {
    let server = Server::start();
    let mut other = quick();
    other["seed"] = json!(6);
    let (a, b) = (evaluated(&server, &quick()).await, evaluated(&server, &other).await);
    for (path, status, words) in [
        (format!("/evaluate/{a}"), StatusCode::OK, "rock against pop"),
        (format!("/evaluate/compare?a={a}&b={b}"), StatusCode::OK, "Seed"),
        ("/evaluate/compare".to_owned(), StatusCode::OK, "Two runs are needed"),
        (format!("/evaluate/compare?a={a}&b=none"), StatusCode::NOT_FOUND, "No evaluation is called"),
    ] {
        let reply = server.get_with(&path, header::ACCEPT, "text/html").await;
        assert_eq!(reply.status, status, "{path}");
        let html = String::from_utf8(reply.body).unwrap();
        assert!(html.contains(words), "{path} does not say “{words}”");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn features_that_need_a_file_are_refused_at_once_with_advice_that_can_be_followed() {
    let server = Server::start();
    for features in ["efficientnet", "efficientnet+palette"] {
        let settings = json!({"genres": ["rock", "pop"], "features": features});
        let reply = server.post("/api/v1/evaluations", &settings).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{features}");
        let sentence = reply.error();
        assert!(sentence.contains("“efficientnet”") && sentence.contains("choose among"), "{sentence}");
    }
}

//! Files of the map that come to harm while they are served.

use crate::server::{Server, request};
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use gatefold::wire::JobState;
use serde_json::json;
use std::path::PathBuf;

async fn folder(server: &Server) -> (String, PathBuf) {
    let build = server.get("/api/v1/map").await.json()["build"].as_str().unwrap().to_owned();
    let folder = server.data.path().join("builds").join(&build);
    (build, folder)
}

#[tokio::test]
async fn a_damaged_file_is_never_served_and_a_build_mends_it() {
    let server = Server::start();
    let (build, folder) = folder(&server).await;
    for name in ["columns.bin", "labels.json", "sheets/0/0.jpg", "sheets/2/0.jpg"] {
        let address = format!("/api/v1/map/{build}/{name}");
        let whole = server.get(&address).await;
        assert_eq!(whole.status, StatusCode::OK);
        let path = folder.join(name);
        for harm in ["cut", "flipped", "removed"] {
            let mut bytes = whole_file(&path);
            match harm {
                "cut" => bytes.truncate(bytes.len() / 2),
                _ => bytes[20] ^= 1,
            }
            std::fs::remove_file(&path).unwrap();
            if harm != "removed" {
                std::fs::write(&path, bytes).unwrap();
            }
            let refused = server.get(&address).await;
            assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR, "{name} {harm}");
            let sentence = refused.error();
            assert!(
                sentence.contains("missing or damaged") && sentence.contains("gatefold build"),
                "{sentence}"
            );
            assert!(!sentence.contains("reload"), "{sentence}");
            let end = server.end_of(&server.post("/api/v1/build", &json!({})).await).await;
            assert!(matches!(end, JobState::Done { .. }), "{end:?}");
            let again = server.get(&address).await;
            assert!(again.status == StatusCode::OK && again.body == whole.body, "{name} {harm}");
        }
    }
}

fn whole_file(path: &std::path::Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[tokio::test]
async fn who_asks_an_earlier_map_is_told_to_reload_and_a_present_one_that_is_gone_is_made_anew() {
    let server = Server::start();
    let (earlier, folder_before) = folder(&server).await;
    let ids = server.ids().await;
    let edit = request(Method::PATCH, &format!("/api/v1/albums/{}", ids[0]));
    let body = Body::from(json!({"album": "Another", "genre": "pop"}).to_string());
    let changed = server.send(edit.header(CONTENT_TYPE, "application/json").body(body).unwrap()).await;
    assert_eq!(changed.status, StatusCode::OK);
    // Behind the build that the edit brought about.
    server.end_of(&server.post("/api/v1/build", &json!({})).await).await;
    let (present, folder) = folder(&server).await;
    assert_ne!(earlier, present);
    std::fs::remove_dir_all(folder_before).unwrap();
    let gone = server.get(&format!("/api/v1/map/{earlier}/labels.json")).await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.error().contains("reload the page"));

    std::fs::remove_dir_all(folder).unwrap();
    let address = format!("/api/v1/map/{present}/labels.json");
    assert!(server.get(&address).await.error().contains("missing or damaged"));
    server.end_of(&server.post("/api/v1/build", &json!({})).await).await;
    // Nothing was left to begin from, so that places, and with them the map's name, may be others.
    let (mended, _) = self::folder(&server).await;
    assert_eq!(server.get(&format!("/api/v1/map/{mended}/labels.json")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn weights_over_http_are_as_on_the_command_line() {
    let server = Server::start();
    let ids = server.ids().await;
    let recipe = |a: f64, b: f64| json!({"kind": "average", "parents": [{"id": ids[0], "weight": a}, {"id": ids[1], "weight": b}]});
    for (a, b, wanted) in [(1e39, 1.0, "finite"), (-1.0, -1.0, "above 0"), (0.0, 0.0, "all zero")] {
        let refused = server.post("/api/v1/generate", &recipe(a, b)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{a}, {b}");
        assert!(refused.error().contains(wanted), "{}", refused.error());
    }
    let mut pictures = Vec::new();
    for (a, b) in [(1.0, 1.0), (3e38, 3e38), (1e-45, 1e-45)] {
        let made = server.made(&recipe(a, b)).await;
        pictures.push(server.get(&format!("/api/v1/generated/{}/frames/0.png", made.id)).await.body);
    }
    assert!(pictures.iter().all(|picture| *picture == pictures[0]));
    server.made(&recipe(-0.5, 1.0)).await;
}

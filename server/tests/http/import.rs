//! Imports and builds, begun over HTTP.

use crate::common::{ALBUMS, cover};
use crate::server::Server;
use axum::http::StatusCode;
use gatefold::wire::{JobState, Outcome};
use serde_json::{Value, json};

async fn build_hash(server: &Server) -> String {
    server.get("/api/v1/map").await.json()["build"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_adds_albums_and_a_map_and_leaves_the_old_map_to_who_looks_at_it() {
    let server = Server::start();
    let before = build_hash(&server).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("jazz")).unwrap();
    cover(77, true).save(folder.path().join("jazz/new.png")).unwrap();
    std::fs::write(folder.path().join("jazz/bad.jpg"), b"not a picture").unwrap();

    let state = server.end_of(&server.post("/api/v1/import", &json!({"path": folder.path()})).await).await;
    let JobState::Done { outcome: Outcome::Import(report) } = state else { panic!("{state:?}") };
    assert_eq!((report.imported, report.skipped.len(), report.albums), (1, 1, ALBUMS + 1));
    assert_eq!(report.build.unwrap().albums, ALBUMS + 1);

    let after = build_hash(&server).await;
    assert_ne!(before, after);
    assert_eq!(server.get("/api/v1/info").await.json()["genres"]["jazz"], 1);
    for build in [&before, &after] {
        let columns = server.get(&format!("/api/v1/map/{build}/columns.bin")).await;
        assert_eq!(columns.status, StatusCode::OK, "{build}");
    }
    let found = server.get("/api/v1/albums?genre=jazz").await.json();
    let id = found["albums"][0]["id"].as_str().unwrap();
    assert_eq!(server.get(&format!("/api/v1/albums/{id}/nearest?n=3")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_without_changes_is_the_same_build() {
    let server = Server::start();
    let before = build_hash(&server).await;
    let state = server.end_of(&server.post("/api/v1/build", &Value::Null).await).await;
    let JobState::Done { outcome: Outcome::Build(report) } = state else { panic!("{state:?}") };
    assert_eq!((report.hash, report.decoded), (before, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_leads_nowhere_is_refused() {
    let server = Server::start();
    for (path, wanted) in [("/no/such/folder", "there is nothing at"), ("covers", "not a whole path")] {
        let reply = server.post("/api/v1/import", &json!({"path": path})).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.error().contains(wanted), "{}", reply.error());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_nothing_fails_with_the_reason() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let state = server.end_of(&server.post("/api/v1/import", &json!({"path": folder.path()})).await).await;
    let JobState::Failed { reason } = state else { panic!("{state:?}") };
    assert!(reason.contains("no pictures were found"), "{reason}");
}

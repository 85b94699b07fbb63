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
    let folder = tempfile::tempdir().unwrap();
    let server = Server::importing_from(folder.path());
    let before = build_hash(&server).await;
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
    let folder = tempfile::tempdir().unwrap();
    let server = Server::importing_from(folder.path());
    let nowhere = folder.path().join("no/such/folder");
    for (path, wanted) in [(nowhere.to_str().unwrap(), "there is nothing at"), ("covers", "not a whole path")]
    {
        let reply = server.post("/api/v1/import", &json!({"path": path})).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.error().contains(wanted), "{}", reply.error());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_nothing_fails_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::importing_from(folder.path());
    let state = server.end_of(&server.post("/api/v1/import", &json!({"path": folder.path()})).await).await;
    let JobState::Failed { reason } = state else { panic!("{state:?}") };
    assert!(reason.contains("no pictures were found"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_root_nothing_is_imported_and_the_page_hears_what_to_do() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    for path in [folder.path().to_str().unwrap(), "/no/such/thing", "/etc/passwd", "x"] {
        let reply = server.post("/api/v1/import", &json!({"path": path})).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
        let sentence = reply.error();
        assert!(sentence.contains("--import-root DIR") && sentence.contains("gatefold import"), "{sentence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_its_root_it_is_not_told_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    std::fs::create_dir(&root).unwrap();
    std::fs::write(folder.path().join("secret.txt"), "the first line is a secret").unwrap();
    let server = Server::importing_from(&root);
    let mut said = Vec::new();
    for path in [
        folder.path().join("secret.txt"),
        folder.path().join("nothing.txt"),
        folder.path().to_owned(),
        root.join("../secret.txt"),
        "/etc/passwd".into(),
    ] {
        let reply = server.post("/api/v1/import", &json!({"path": path})).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", path.display());
        said.push(reply.error());
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_table_is_refused_without_a_word_of_what_stands_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes.csv");
    std::fs::write(&notes, "root:x:0:0:root:/root:/bin/bash\nmore\n").unwrap();
    let server = Server::importing_from(folder.path());
    let state = server.end_of(&server.post("/api/v1/import", &json!({"path": notes})).await).await;
    let JobState::Failed { reason } = state else { panic!("{state:?}") };
    assert!(reason.contains("no column for a cover's file"), "{reason}");
    assert!(!reason.contains("bash"), "{reason}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_is_refused_before_anybody_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reply = Server::importing_from(folder.path()).post("/api/v1/import", &json!({"path": pipe})).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.error().contains("neither a folder nor a file"), "{}", reply.error());
}

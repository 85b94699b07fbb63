//! Albums edited, deleted and restored; sources switched and removed; what the catalogue is made of.

use crate::common::{ALBUMS, cover};
use crate::server::{Reply, Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use gatefold::wire::{JobState, Outcome};
use serde_json::{Value, json};

async fn send(server: &Server, method: Method, path: &str, body: &Value) -> Reply {
    let request = request(method, path).header(header::CONTENT_TYPE, "application/json");
    server.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// Waits for the build that a change brought about.
async fn built(server: &Server, reply: &Reply) {
    assert_eq!(reply.status, StatusCode::OK, "{}", String::from_utf8_lossy(&reply.body));
    let job = reply.json()["build"].as_str().expect("a build follows").to_owned();
    let events = server.get(&format!("/api/v1/jobs/{job}/events")).await;
    let last = crate::server::jobs_in(&events).pop().expect("at least one event");
    assert!(matches!(last.state, JobState::Done { outcome: Outcome::Build(_) }), "{last:?}");
}

async fn build(server: &Server) -> String {
    server.get("/api/v1/map").await.json()["build"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_kept_and_the_map_follows_until_it_is_undone() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    let path = format!("/api/v1/albums/{id}");
    let before = server.get(&path).await.json();
    let first = build(&server).await;

    let edit = json!({"album": " Another Name ", "genre": "Hip-Hop", "year": null});
    built(&server, &send(&server, Method::PATCH, &path, &edit).await).await;
    let album = server.get(&path).await.json();
    assert_eq!(album["title"], "Another Name");
    assert_eq!((&album["album"]["genre"], &album["album"]["year"]), (&json!("rap"), &Value::Null));
    assert_eq!(album["album"]["artist"], before["album"]["artist"]);
    assert_eq!(album["edit"], json!({"album": "Another Name", "genre": "rap", "year": null}));
    assert_ne!(build(&server).await, first);
    assert_eq!(server.get("/api/v1/info").await.json()["genres"]["rap"], 1);

    built(&server, &send(&server, Method::DELETE, &format!("{path}/edit"), &Value::Null).await).await;
    assert_eq!(server.get(&path).await.json()["album"], before["album"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_cannot_be_is_refused_with_a_sentence() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    let path = format!("/api/v1/albums/{id}");
    for (edit, wanted) in [
        (json!({}), "nothing is to be changed"),
        (json!({"year": 99}), "from 1000 to 2100"),
        (json!({"artist": "a\nb"}), "line break"),
        (json!({"titel": "x"}), "titel"),
    ] {
        let reply = send(&server, Method::PATCH, &path, &edit).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{edit}");
        assert!(reply.error().contains(wanted), "{}", reply.error());
    }
    let unknown = "/api/v1/albums/0123456789abcdef";
    let year = json!({"year": 1999});
    assert_eq!(send(&server, Method::PATCH, unknown, &year).await.status, StatusCode::NOT_FOUND);
    assert_eq!(send(&server, Method::DELETE, unknown, &Value::Null).await.status, StatusCode::NOT_FOUND);
    let restore = format!("{unknown}/restore");
    assert_eq!(send(&server, Method::POST, &restore, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_page_changes_no_album() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    for (method, path) in [
        (Method::PATCH, format!("/api/v1/albums/{id}")),
        (Method::DELETE, format!("/api/v1/albums/{id}")),
        (Method::DELETE, "/api/v1/sources/1".to_owned()),
    ] {
        let request = request(method, &path)
            .header(header::ORIGIN, "http://evil.example")
            .header(header::CONTENT_TYPE, "application/json");
        let reply = server.send(request.body(Body::from(r#"{"year":1999}"#)).unwrap()).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(server.get("/api/v1/info").await.json()["albums"], ALBUMS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_album_leaves_lists_and_map_and_can_be_restored() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    let path = format!("/api/v1/albums/{id}");
    built(&server, &send(&server, Method::DELETE, &path, &Value::Null).await).await;
    assert_eq!(server.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get("/api/v1/albums").await.json()["total"], ALBUMS - 1);
    assert_eq!(server.get("/api/v1/map").await.json()["albums"], ALBUMS - 1);
    let deleted = server.get("/api/v1/catalogue").await.json()["deleted"].clone();
    assert_eq!(deleted[0]["id"], id.as_str());

    built(&server, &send(&server, Method::POST, &format!("{path}/restore"), &Value::Null).await).await;
    assert_eq!(server.get(&path).await.status, StatusCode::OK);
    assert_eq!(server.get("/api/v1/map").await.json()["albums"], ALBUMS);
    assert_eq!(server.get("/api/v1/catalogue").await.json()["deleted"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_says_where_its_albums_come_from_and_what_they_take() {
    let server = Server::start();
    let report = server.get("/api/v1/catalogue").await.json();
    assert_eq!(report["albums"], ALBUMS);
    let source = &report["sources"][0];
    assert_eq!((&source["kind"], &source["albums"]), (&json!("csv"), &json!(ALBUMS)));
    assert!(source["imported"].as_i64().unwrap() > 1_600_000_000 && source["shown"] == true, "{source}");
    let parts = report["disk"]["parts"].as_array().unwrap();
    let bytes =
        |name: &str| parts.iter().find(|part| part["part"] == name).unwrap()["bytes"].as_u64().unwrap();
    for part in ["covers", "derived", "facts", "builds"] {
        assert!(bytes(part) > 0, "{part}");
    }
    assert_eq!(bytes("training"), 0);
    let sum: u64 = parts.iter().map(|part| part["bytes"].as_u64().unwrap()).sum();
    assert_eq!(report["disk"]["total"], sum);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_switched_off_and_on_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::importing_from(folder.path());
    std::fs::create_dir(folder.path().join("jazz")).unwrap();
    cover(77, true).save(folder.path().join("jazz/new.png")).unwrap();
    server.end_of(&server.post("/api/v1/import", &json!({"path": folder.path()})).await).await;
    let sources = server.get("/api/v1/catalogue").await.json()["sources"].clone();
    let id = sources[1]["id"].as_i64().unwrap();
    assert_eq!((&sources[1]["kind"], &sources[1]["only_here"]), (&json!("folder"), &json!(1)));

    let albums = async || server.get("/api/v1/map").await.json()["albums"].as_u64().unwrap();
    for (shown, expected) in [(false, ALBUMS), (true, ALBUMS + 1)] {
        let path = format!("/api/v1/sources/{id}/shown");
        let state = server.end_of(&send(&server, Method::PUT, &path, &json!({"shown": shown})).await).await;
        assert!(matches!(state, JobState::Done { outcome: Outcome::Build(_) }), "{state:?}");
        assert_eq!(albums().await, expected);
    }
    let path = format!("/api/v1/sources/{id}");
    let state = server.end_of(&send(&server, Method::DELETE, &path, &Value::Null).await).await;
    assert!(matches!(state, JobState::Done { outcome: Outcome::Build(_) }), "{state:?}");
    assert_eq!(albums().await, ALBUMS);
    assert_eq!(server.get("/api/v1/catalogue").await.json()["sources"].as_array().unwrap().len(), 1);
    assert!(folder.path().join("jazz/new.png").exists(), "a person's own files are left alone");
    assert_eq!(send(&server, Method::DELETE, &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
    let wrong = send(&server, Method::DELETE, "/api/v1/sources/abba", &Value::Null).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbourhoods_albums_are_as_many_as_it_says() {
    let server = Server::start();
    let found = server.get("/api/v1/neighbourhoods").await.json();
    let place = &found["neighbourhoods"][0];
    let members = server.get(&format!("/api/v1/neighbourhoods/{}", place["number"])).await.json();
    let members = &members["albums"];
    assert_eq!(members.as_array().unwrap().len() as u64, place["albums"].as_u64().unwrap());
    assert!(members.as_array().unwrap().contains(&place["central"][0]["id"]));
    assert_eq!(server.get("/api/v1/neighbourhoods/900").await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get("/api/v1/neighbourhoods/abba").await.status, StatusCode::BAD_REQUEST);
}

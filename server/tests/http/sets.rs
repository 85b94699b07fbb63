//! Named sets of albums, and playlists.

use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

async fn put(server: &Server, path: &str, body: &Value) -> crate::server::Reply {
    let request = request(Method::PUT, path).header(header::CONTENT_TYPE, "application/json");
    server.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn delete(server: &Server, path: &str) -> crate::server::Reply {
    server.send(request(Method::DELETE, path).body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_saved_listed_replaced_renamed_and_deleted() {
    let server = Server::start();
    let ids = server.ids().await;
    assert_eq!(server.get("/api/v1/sets").await.json(), json!({"sets": []}));
    let saved = put(&server, "/api/v1/sets/Late%20nights%2FII", &json!({ "albums": [ids[1], ids[0]] })).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", String::from_utf8_lossy(&saved.body));
    let set = saved.json();
    assert_eq!((&set["name"], &set["albums"]), (&json!("Late nights/II"), &json!([ids[1], ids[0]])));
    assert_eq!(server.get("/api/v1/sets").await.json(), json!({ "sets": [set] }));
    let more = put(&server, "/api/v1/sets/Late%20nights%2FII", &json!({ "albums": [ids[2]] })).await.json();
    assert_eq!(more["albums"], json!([ids[2]]));
    let named = put(&server, "/api/v1/sets/Late%20nights%2FII/name", &json!({ "to": "Nights" })).await.json();
    assert_eq!((&named["name"], &named["albums"]), (&json!("Nights"), &json!([ids[2]])));
    let shown = server.get("/api/v1/sets/Nights").await.json();
    assert_eq!((&shown["name"], &shown["albums"]), (&named["name"], &named["albums"]));
    assert_eq!(shown["lines"][0]["id"], ids[2].as_str());
    assert_eq!(delete(&server, "/api/v1/sets/Nights").await.status, StatusCode::OK);
    let again = delete(&server, "/api/v1/sets/Nights").await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert!(again.error().contains("Nights"));
    assert_eq!(server.get("/api/v1/sets/Nights").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_set_is_refused_with_a_sentence() {
    let server = Server::start();
    let ids = server.ids().await;
    let empty = put(&server, "/api/v1/sets/a", &json!({ "albums": [] })).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.error().contains("at least one"));
    let long = format!("/api/v1/sets/{}", "x".repeat(81));
    let long = put(&server, &long, &json!({ "albums": [ids[0]] })).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    for name in ["a", "b"] {
        put(&server, &format!("/api/v1/sets/{name}"), &json!({ "albums": [ids[0]] })).await;
    }
    let taken = put(&server, "/api/v1/sets/a/name", &json!({ "to": "b" })).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.error().contains("already"));
}

#[tokio::test(flavor = "multi_thread")]
async fn albums_that_have_gone_are_left_out_and_counted() {
    let server = Server::start();
    let ids = server.ids().await;
    let set = put(&server, "/api/v1/sets/a", &json!({ "albums": [ids[0], "0123456789abcdef"] })).await.json();
    assert_eq!((&set["albums"], &set["gone"]), (&json!([ids[0]]), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_taken_along_by_the_name_that_pages_use() {
    let server = Server::start();
    let ids = server.ids().await;
    let part = server.get(&format!("/api/v1/export/map.csv?albums={},{}", ids[0], ids[1])).await;
    assert_eq!(String::from_utf8(part.body).unwrap().lines().count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playlist_of_albums_without_music_says_where_music_is_looked_for() {
    let server = Server::start();
    let ids = server.ids().await;
    let reply = server.get(&format!("/api/v1/export/playlist.m3u8?albums={}", ids[0])).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.error().contains("cover, folder or front"));
    assert_eq!(server.get("/api/v1/export/playlist.m3u8?albums=abba").await.status, StatusCode::BAD_REQUEST);
}

//! Albums, their covers, what is near them.

use crate::common::{ALBUMS, PER_GENRE, cover};
use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn info_says_what_is_here() {
    let info = Server::start().get("/api/v1/info").await.json();
    assert_eq!(info["albums"], ALBUMS);
    assert_eq!(info["genres"], json!({"pop": PER_GENRE, "rock": PER_GENRE + 1}));
    assert_eq!(info["device"], "cpu");
    assert_eq!(info["models"][0]["hash"].as_str().unwrap().len(), 16);
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(info["demo"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_can_be_searched_narrowed_and_paged() {
    let server = Server::start();
    let all = server.get("/api/v1/albums").await.json();
    assert_eq!(all["total"], ALBUMS);
    let found = server.get("/api/v1/albums?query=Title%20rock%207&limit=1").await.json();
    assert_eq!(found["albums"][0]["album"], "Title rock 7");
    assert_eq!(found["albums"][0]["year"], 1977);
    let pop = server.get("/api/v1/albums?genre=pop&limit=5&offset=10&query=").await.json();
    assert_eq!(pop["total"], PER_GENRE);
    assert_eq!(pop["albums"].as_array().unwrap().len(), PER_GENRE - 10);
    let any = server.get("/api/v1/albums?genre=&limit=3").await.json();
    assert_eq!((any["total"].as_u64(), any["albums"].as_array().unwrap().len()), (Some(ALBUMS), 3));
    let wrong = server.get("/api/v1/albums?limit=many").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    wrong.error();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_comes_with_its_neighbours_and_colours() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    let detail = server.get(&format!("/api/v1/albums/{id}")).await.json();
    assert_eq!(detail["album"]["id"], id.as_str());
    let neighbours = detail["neighbours"].as_array().unwrap();
    assert!(!neighbours.is_empty());
    let similarity: Vec<f64> = neighbours.iter().map(|n| n["similarity"].as_f64().unwrap()).collect();
    assert!(similarity.is_sorted_by(|a, b| a >= b), "nearest first: {similarity:?}");
    assert!(neighbours.iter().all(|n| n["album"]["id"] != id.as_str()));
    let colour = detail["palette"][0].as_str().unwrap();
    assert!(colour.len() == 7 && colour.starts_with('#'), "{colour}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_that_is_not_there_is_told_from_an_id_that_is_none() {
    let server = Server::start();
    for rest in ["", "/cover", "/nearest"] {
        let unknown = server.get(&format!("/api/v1/albums/0123456789abcdef{rest}")).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{rest}");
        assert!(unknown.error().contains("0123456789abcdef"));
        let wrong = server.get(&format!("/api/v1/albums/abba{rest}")).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{rest}");
        assert!(wrong.error().contains("sixteen hexadecimal digits"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_comes_small_or_as_it_was_imported_and_is_not_sent_twice() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    let small = server.get(&format!("/api/v1/albums/{id}/cover?size=128")).await;
    assert_eq!(small.header(header::CONTENT_TYPE), "image/jpeg");
    let picture = image::load_from_memory(&small.body).unwrap();
    assert_eq!((picture.width(), picture.height()), (128, 128));
    let full = server.get(&format!("/api/v1/albums/{id}/cover?size=full")).await;
    assert_eq!(full.header(header::CONTENT_TYPE), "image/png");
    assert_eq!(image::load_from_memory(&full.body).unwrap().width(), 96);
    assert_ne!(small.header(header::ETAG), full.header(header::ETAG));
    for (size, first) in [("128", small), ("full", full)] {
        let path = format!("/api/v1/albums/{id}/cover?size={size}");
        let again = server.get_with(&path, header::IF_NONE_MATCH, first.header(header::ETAG)).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(again.header(header::ETAG), first.header(header::ETAG));
    }
    let wrong = server.get(&format!("/api/v1/albums/{id}/cover?size=64")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_without_a_cover_says_so() {
    let server = Server::start();
    let id = server.sleeveless().await;
    let reply = server.get(&format!("/api/v1/albums/{id}/cover")).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.error().contains("has no cover"));
    assert_eq!(server.get(&format!("/api/v1/albums/{id}")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_are_as_many_as_asked_for_and_joined() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    let near = server.get(&format!("/api/v1/albums/{id}/nearest?n=6")).await.json();
    let albums = near["albums"].as_array().unwrap();
    assert_eq!(albums.len(), 6);
    assert_eq!(albums[0]["id"], id.as_str());
    let shown = |edge: &serde_json::Value, end: &str| albums.iter().any(|album| album["id"] == edge[end]);
    let edges = near["edges"].as_array().unwrap();
    assert!(!edges.is_empty());
    assert!(edges.iter().all(|edge| shown(edge, "a") && shown(edge, "b")));
    for n in [0, 501] {
        let wrong = server.get(&format!("/api/v1/albums/{id}/nearest?n={n}")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.error().contains("1 to 500"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn albums_can_be_asked_for_by_their_ids() {
    let server = Server::start();
    let ids = server.ids().await;
    let unknown = "0000000000000000";
    let asked = format!("/api/v1/albums?ids={},{unknown},{}", ids[3], ids[1]);
    let list = server.get(&asked).await.json();
    let found: Vec<_> = list["albums"].as_array().unwrap().iter().map(|album| album["id"].clone()).collect();
    assert_eq!(found, [json!(ids[3]), json!(ids[1])]);
    assert_eq!(list["total"], 2);
    let wrong = server.get("/api/v1/albums?ids=seven").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.error().contains("seven"));
    let many = server.get(&format!("/api/v1/albums?ids={}", vec![unknown; 201].join(","))).await;
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(many.error().contains("200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_judged_only_where_there_is_enough_to_judge_by() {
    let server = Server::start();
    let ask = |body: Vec<u8>| {
        let request = request(Method::POST, "/api/v1/judge").header(header::CONTENT_TYPE, "image/png");
        server.send(request.body(Body::from(body)).unwrap())
    };
    let garbage = ask(b"no picture".to_vec()).await;
    assert_eq!(garbage.status, StatusCode::UNPROCESSABLE_ENTITY);
    garbage.error();
    let mut png = std::io::Cursor::new(Vec::new());
    cover(1, true).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let little = ask(png.into_inner()).await;
    assert_eq!(little.status, StatusCode::NOT_IMPLEMENTED);
    assert!(little.error().contains("too few tagged covers"));
}

//! Reasons, journeys, neighbourhoods, more like these, near a picture, other layouts.

use crate::common::{ALBUMS, cover};
use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::Value;

async fn build(server: &Server) -> String {
    server.get("/api/v1/map").await.json()["build"].as_str().unwrap().to_owned()
}

fn numbers(body: &[u8]) -> Vec<u32> {
    body.chunks_exact(4).map(|four| u32::from_le_bytes(four.try_into().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_comes_with_reasons_that_change_with_the_mixture() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    let path = format!("/api/v1/albums/{id}/neighbours");
    let usual = server.get(&path).await.json()["albums"].take();
    let first = &usual[0];
    assert!(first["similarity"].as_f64().unwrap() > 0.2, "{first}");
    let shares: f64 = first["reasons"].as_array().unwrap().iter().map(|r| r["share"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 1e-4, "{first}");
    assert_eq!(first["reasons"][0]["part"], "look");
    let years = server.get(&format!("{path}?mix=year=1")).await.json()["albums"].take();
    assert_eq!(years[0]["reasons"][0]["part"], "year");
    assert_ne!(usual, years);
    let wrong = server.get(&format!("{path}?mix=smell=1")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.error().contains("smell=1"));
    let unknown = server.get("/api/v1/albums/0123456789abcdef/neighbours").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn why_two_albums_are_neighbours_is_the_same_from_either_side() {
    let server = Server::start();
    let ids = server.ids().await;
    let said = |a: &str, b: &str| format!("/api/v1/why?a={a}&b={b}");
    let there = server.get(&said(&ids[0], &ids[1])).await.json();
    let back = server.get(&said(&ids[1], &ids[0])).await.json();
    assert_eq!(there["similarity"], back["similarity"]);
    assert_eq!(there["a"], back["b"]);
    assert!(there["doubtful"].is_boolean());
    assert_eq!(server.get(&said(&ids[0], "0123456789abcdef")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journey_arrives_or_says_why_not() {
    let server = Server::start();
    let ids = server.ids().await;
    let (from, to) = (&ids[0], &ids[5]);
    let found = server.get(&format!("/api/v1/journeys?from={from}&to={to}&count=2")).await.json();
    let journeys = found["journeys"].as_array().unwrap();
    assert!(!journeys.is_empty(), "{found}");
    for journey in journeys {
        let stops = journey["stops"].as_array().unwrap();
        assert_eq!(stops[0]["album"]["id"], from.as_str());
        assert_eq!(stops.last().unwrap()["album"]["id"], to.as_str());
        let artists: Vec<&Value> = stops.iter().map(|stop| &stop["album"]["artist"]).collect();
        let mut once = artists.clone();
        once.sort_by_key(|artist| artist.to_string());
        once.dedup();
        assert_eq!(once.len(), artists.len(), "no artist twice");
        assert!(stops[1..].iter().all(|stop| stop["similarity"].as_f64().unwrap() > 0.0));
    }
    let same = server.get(&format!("/api/v1/journeys?from={from}&to={from}")).await.json();
    assert_eq!(same["journeys"], Value::Array(vec![]));
    assert!(same["reason"].as_str().unwrap().len() > 10, "{same}");
    let many = server.get(&format!("/api/v1/journeys?from={from}&to={to}&count=900")).await;
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY);
    many.error();
}

#[tokio::test(flavor = "multi_thread")]
async fn more_like_these_leaves_them_out_and_obeys_a_minus() {
    let server = Server::start();
    let ids = server.ids().await;
    let like =
        server.get(&format!("/api/v1/like?ids={},{}&n=5", ids[0], ids[1])).await.json()["albums"].take();
    let found: Vec<&str> =
        like.as_array().unwrap().iter().map(|n| n["album"]["id"].as_str().unwrap()).collect();
    assert!(!found.is_empty() && found.len() <= 5);
    assert!(!found.contains(&ids[0].as_str()) && !found.contains(&ids[1].as_str()));
    let minus =
        server.get(&format!("/api/v1/like?ids={},-{}&n=5", ids[0], found[0])).await.json()["albums"].take();
    assert!(minus.as_array().unwrap().iter().all(|n| n["album"]["id"] != found[0]), "{minus}");
    assert_eq!(
        server.get(&format!("/api/v1/like?ids=-{}", ids[0])).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(server.get("/api/v1/like?ids=abba").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbourhoods_are_named_and_every_album_is_in_one() {
    let server = Server::start();
    let found = server.get("/api/v1/neighbourhoods").await.json();
    let places = found["neighbourhoods"].as_array().unwrap();
    assert!(!places.is_empty());
    assert!(places.iter().all(|place| !place["name"].as_str().unwrap().is_empty()));
    assert!(places.iter().all(|place| !place["central"].as_array().unwrap().is_empty()));
    let path = format!("/api/v1/map/{}/neighbourhoods.bin", build(&server).await);
    let of = numbers(&server.get(&path).await.body);
    assert_eq!(of.len() as u64, ALBUMS);
    for place in places {
        let number = place["number"].as_u64().unwrap() as u32;
        let members = of.iter().filter(|community| **community == number).count() as u64;
        assert_eq!(members, place["albums"].as_u64().unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_layout_places_every_album_and_is_kept_for_good() {
    let server = Server::start();
    let build = build(&server).await;
    for name in ["similarity", "force", "genre", "timeline", "colour", "plane"] {
        let path = format!("/api/v1/map/{build}/layouts/{name}.bin");
        let reply = server.get(&path).await;
        assert_eq!(&reply.body[..4], b"GFAR", "{name}");
        let header = numbers(&reply.body[4..16]);
        let columns = 2 + header[2] as usize;
        assert_eq!((u64::from(header[1]), reply.body.len()), (ALBUMS, 16 + 4 * columns * header[1] as usize));
        let all = reply.body[16..].chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap()));
        assert!(all.into_iter().all(f32::is_finite), "{name}");
        assert!(reply.header(header::CACHE_CONTROL).contains("immutable"), "{name}");
        let again = server.get_with(&path, header::IF_NONE_MATCH, reply.header(header::ETAG)).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{name}");
        server.get(&format!("/api/v1/map/{build}/layouts/{name}.json")).await.json();
    }
    let labels = server.get(&format!("/api/v1/map/{build}/layouts/genre.json")).await.json();
    let texts: Vec<&str> =
        labels.as_array().unwrap().iter().map(|label| label["text"].as_str().unwrap()).collect();
    assert!(texts.contains(&"rock") && texts.contains(&"pop"), "{texts:?}");
    let unknown = server.get(&format!("/api/v1/map/{build}/layouts/spiral.bin")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.error().contains("timeline"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_usual_mixtures_lines_are_the_maps_own() {
    let server = Server::start();
    let build = build(&server).await;
    let lines = numbers(&server.get(&format!("/api/v1/map/{build}/lines.bin")).await.body);
    let columns = server.get(&format!("/api/v1/map/{build}/columns.bin")).await.body;
    let columns = gatefold::map::Columns::decode(&columns).unwrap();
    let m = lines[0] as usize;
    let drawn: Vec<(u32, u32)> = columns.a.iter().copied().zip(columns.b.iter().copied()).collect();
    let listed: Vec<(u32, u32)> = (0..m).map(|i| (lines[1 + i], lines[1 + m + i])).collect();
    // The map also joins albums that are like nobody to others of their artist's.
    assert!(m > 10 && listed.iter().all(|line| drawn.contains(line)));
    let years = numbers(&server.get(&format!("/api/v1/map/{build}/lines.bin?mix=year=1")).await.body);
    assert_ne!(lines, years);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_falls_where_covers_like_it_stand() {
    let server = Server::start();
    let mut png = std::io::Cursor::new(Vec::new());
    cover(3, true).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let ask = request(Method::POST, "/api/v1/near?n=3").body(Body::from(png.into_inner())).unwrap();
    let near = server.send(ask).await.json();
    assert_eq!(near["albums"][0]["album"]["album"], "Title rock 3", "{near}");
    assert!(near["albums"][0]["similarity"].as_f64().unwrap() > 0.99);
    assert_eq!(near["albums"].as_array().unwrap().len(), 3);
    assert!(near["at"][0].is_f64());
    let words = request(Method::POST, "/api/v1/near").body(Body::from("no picture")).unwrap();
    assert_eq!(server.send(words).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cover_of_the_collection_is_there_twice() {
    let server = Server::start();
    assert_eq!(
        server.get("/api/v1/duplicates").await.json(),
        serde_json::json!({"duplicates": [], "total": 0})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_can_be_taken_along_whole_or_in_part() {
    let server = Server::start();
    let ids = server.ids().await;
    let gexf = server.get("/api/v1/export/map.gexf").await;
    assert!(gexf.header(header::CONTENT_DISPOSITION).contains("map.gexf"));
    let whole = String::from_utf8(gexf.body).unwrap();
    assert_eq!(whole.matches("<node ").count() as u64, ALBUMS);
    let part = server.get(&format!("/api/v1/export/map.graphml?ids={},{}", ids[0], ids[1])).await;
    let part = String::from_utf8(part.body).unwrap();
    assert_eq!(part.matches("<node ").count(), 2);
    let table = String::from_utf8(server.get("/api/v1/export/map.csv").await.body).unwrap();
    assert_eq!(table.lines().count() as u64, ALBUMS + 1);
    assert_eq!(server.get("/api/v1/export/map.xls").await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get("/api/v1/export/map.csv?ids=abba").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_nobody_knows_is_gone_whatever_the_asker_has() {
    let server = Server::start();
    for path in ["lines.bin", "neighbourhoods.bin", "layouts/genre.bin", "columns.bin", "sheets/0/0.jpg"] {
        let reply = server.get_with(&format!("/api/v1/map/0123/{path}"), header::IF_NONE_MATCH, "*").await;
        assert_eq!(reply.status, StatusCode::GONE, "{path}");
        reply.error();
    }
}

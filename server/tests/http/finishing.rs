//! From a kept picture to a file for use.

use crate::server::{Reply, Server};
use axum::http::{StatusCode, header};
use gatefold::wire::Generated;
use image::AnimationDecoder;
use image::codecs::gif::GifDecoder;
use serde_json::{Value, json};
use std::io::Cursor;

async fn average(server: &Server) -> Generated {
    let ids = server.ids().await;
    server.made(&json!({"kind": "average", "parents": [{"id": ids[0]}, {"id": ids[1]}]})).await
}

fn finish(plan: &Value) -> String {
    let text: String = plan.to_string();
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn side(reply: &Reply) -> (u32, u32) {
    assert_eq!(reply.status, StatusCode::OK, "{}", String::from_utf8_lossy(&reply.body));
    let picture = image::load_from_memory(&reply.body).unwrap();
    (picture.width(), picture.height())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_is_had_in_every_format_that_is_offered() {
    let server = Server::start();
    let id = average(&server).await.id;
    let at = format!("/api/v1/generated/{id}/finished");
    let playlist = server.get(&format!("{at}?format=playlist")).await;
    assert_eq!((side(&playlist), playlist.header(header::CONTENT_TYPE)), ((640, 640), "image/jpeg"));
    assert!(playlist.body.len() <= 190_000, "{}", playlist.body.len());
    assert!(playlist.header(header::CONTENT_DISPOSITION).contains(&format!("gatefold-{id}.jpg")));
    let distributor = server.get(&format!("{at}?format=distributor")).await;
    assert_eq!(side(&distributor), (3000, 3000));
    let png = server.get(&format!("{at}?side=200")).await;
    assert_eq!((side(&png), png.header(header::CONTENT_TYPE)), ((200, 200), "image/png"));
    assert_eq!(server.get(&format!("{at}?side=200")).await.body, png.body, "the same wish, the same bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_change_the_picture_and_what_no_font_has_is_said() {
    let server = Server::start();
    let id = average(&server).await.id;
    let at = format!("/api/v1/generated/{id}/finished");
    let plain = server.get(&format!("{at}?side=256")).await;
    let titled = finish(&json!({"title": "Слой 夜", "artist": "Αθήνα", "border": 0.05}));
    let picture = server.get(&format!("{at}?side=256&finish={titled}")).await;
    assert_eq!(side(&picture), (256, 256));
    assert_ne!(picture.body, plain.body);
    let notes = server.get(&format!("{at}/notes?finish={titled}")).await.json();
    assert_eq!(notes["notes"], json!([]), "every one of these letters is in a shipped font");
    assert!(notes["contrast"].as_f64().unwrap() >= 4.5, "{notes}");
    assert!(!notes["palette"].as_array().unwrap().is_empty(), "{notes}");
    let odd = finish(&json!({"title": "a\u{13000}b"}));
    let notes = server.get(&format!("{at}/notes?finish={odd}")).await.json();
    assert!(notes["notes"][0].as_str().unwrap().contains("U+13000"), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_finished_is_refused_with_a_sentence() {
    let server = Server::start();
    let id = average(&server).await.id;
    let at = format!("/api/v1/generated/{id}/finished");
    let (long, lost) = (json!({"title": "x".repeat(161)}), json!({"title": "x", "ink": {"palette": 200}}));
    for (wish, status) in [
        ("?finish=%7B".to_owned(), StatusCode::BAD_REQUEST),
        (format!("?finish={}", finish(&long)), StatusCode::UNPROCESSABLE_ENTITY),
        (format!("?finish={}", finish(&lost)), StatusCode::UNPROCESSABLE_ENTITY),
        ("?side=10".to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
        ("?side=100000".to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
        ("?format=tiff".to_owned(), StatusCode::BAD_REQUEST),
        ("?frame=1".to_owned(), StatusCode::NOT_FOUND),
    ] {
        let reply = server.get(&format!("{at}{wish}")).await;
        assert_eq!(reply.status, status, "{wish}");
        reply.error();
    }
    let none = server.get("/api/v1/generated/0000000000000000/finished").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interpolation_becomes_a_loop_and_one_cover_does_not() {
    let server = Server::start();
    let ids = server.ids().await;
    let strip = json!({"kind": "interpolate", "steps": 4, "parents": [{"id": ids[0]}, {"id": ids[1]}]});
    let id = server.made(&strip).await.id;
    let gif = server.get(&format!("/api/v1/generated/{id}/loop.gif?side=96&ms=100")).await;
    assert_eq!(gif.header(header::CONTENT_TYPE), "image/gif");
    let frames = GifDecoder::new(Cursor::new(&gif.body)).unwrap().into_frames().collect_frames().unwrap();
    assert_eq!(frames.len(), 6, "four there, two back");
    assert_eq!(frames[0].buffer().dimensions(), (96, 96));
    let webp = server.get(&format!("/api/v1/generated/{id}/loop.webp?side=96&back=false")).await;
    assert_eq!(webp.header(header::CONTENT_TYPE), "image/webp");
    assert_eq!((&webp.body[..4], &webp.body[8..12]), (&b"RIFF"[..], &b"WEBP"[..]));
    assert!(webp.body.windows(4).filter(|part| *part == b"ANMF").count() >= 3, "it moves");
    let large = server.get(&format!("/api/v1/generated/{id}/loop.gif?side=4000")).await;
    assert_eq!(large.status, StatusCode::UNPROCESSABLE_ENTITY);
    let one = average(&server).await.id;
    let reply = server.get(&format!("/api/v1/generated/{one}/loop.gif")).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.error().contains("interpolation"), "{}", reply.error());
}

#[tokio::test(flavor = "multi_thread")]
async fn covers_are_finished_without_a_model_too() {
    let made_before = Server::start();
    let id = average(&made_before).await.id;
    let later = made_before.again_without_a_model();
    let reply = later.get(&format!("/api/v1/generated/{id}/finished?format=playlist")).await;
    assert_eq!(side(&reply), (640, 640));
}

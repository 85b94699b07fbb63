//! What the studio asks besides new covers.

use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use gatefold::models::{ModelError, Order};
use gatefold::report::ModelInfo;
use gatefold_server::model_thread::{Limits, Model};
use image::RgbImage;
use serde_json::{Value, json};

fn average(ids: &[String]) -> Value {
    let parents: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
    json!({"kind": "average", "parents": parents})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_a_picture_at_once_and_is_not_kept() {
    let server = Server::start();
    let ids = server.ids().await;
    let mut recipe = average(&ids[..3]);
    let first = server.post("/api/v1/preview", &recipe).await;
    assert_eq!((first.status, first.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/jpeg"));
    assert!(image::load_from_memory(&first.body).is_ok());
    assert_eq!(
        server.post("/api/v1/preview", &recipe).await.body,
        first.body,
        "the same recipe, the same picture"
    );
    recipe["parents"][0]["weight"] = json!(5.0);
    assert_ne!(server.post("/api/v1/preview", &recipe).await.body, first.body);
    recipe["kind"] = json!("interpolate");
    assert_eq!(server.post("/api/v1/preview", &recipe).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(server.get("/api/v1/generated").await.json(), json!({"generated": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn attributes_are_listed_and_change_the_picture() {
    let server = Server::start();
    let ids = server.ids().await;
    let known = server.get("/api/v1/attributes").await.json();
    assert!(known["attributes"].as_array().unwrap().contains(&json!("dark")), "{known}");
    let plain = average(&ids[..2]);
    let mut darker = plain.clone();
    darker["towards"] = json!([{"what": "dark", "amount": 2.0}]);
    let (plain, darker) = (server.made(&plain).await, server.made(&darker).await);
    assert_ne!(plain.id, darker.id);
    let mut unknown = average(&ids[..2]);
    unknown["towards"] = json!([{"what": "polka", "amount": 1.0}]);
    let refused = server.post("/api/v1/generate", &unknown).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.json()["error"].as_str().unwrap().contains("dark"), "{}", refused.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rating_is_kept_and_averaged() {
    let server = Server::start();
    let ids = server.ids().await;
    let cover = server.made(&average(&ids[..2])).await;
    let rate = async |id: &str, stars: Value| {
        let body = Body::from(json!({ "stars": stars }).to_string());
        let request = request(Method::PUT, &format!("/api/v1/generated/{id}/rating"));
        server.send(request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap()).await
    };
    assert_eq!(rate(&cover.id, json!(4)).await.json()["stars"], 4);
    assert_eq!(
        server.get("/api/v1/ratings").await.json()["ratings"][0],
        json!({"kind": "average", "mean": 4.0, "rated": 1, "made": 1})
    );
    for wrong in [json!(0), json!(6)] {
        assert_eq!(rate(&cover.id, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(rate("0000000000000000", json!(3)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(rate(&cover.id, Value::Null).await.json().get("stars"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_cover_that_a_result_resembles_most_is_named() {
    let server = Server::start();
    let ids = server.ids().await;
    let cover = server.made(&average(&ids[..2])).await;
    let found =
        server.get(&format!("/api/v1/generated/{}/resembles", cover.id)).await.json()["resembles"].take();
    assert!(ids.iter().any(|id| found["album"]["id"] == id.as_str()), "{found}");
    assert!(found["similarity"].is_f64() && found["too_near"].is_boolean(), "{found}");
    let none = server.get("/api/v1/generated/0000000000000000/resembles").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

/// Breaks down, or says that it cannot.
struct Broken {
    panics: bool,
}

impl Model for Broken {
    fn info(&self) -> ModelInfo {
        ModelInfo { name: "broken".to_owned(), hash: "0".repeat(16), params: 0 }
    }
    fn device(&self) -> String {
        "cpu".to_owned()
    }
    fn size(&self) -> u32 {
        2
    }
    fn make(&self, orders: &[Order]) -> Vec<Result<Vec<RgbImage>, ModelError>> {
        assert!(!self.panics, "expected in this test");
        orders.iter().map(|_| Err(ModelError::Refused("shapes do not fit".to_owned()))).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_is_not_called_the_askers_fault() {
    for panics in [false, true] {
        let server = Server::with_model(move || Ok(Broken { panics }), Limits::default());
        let reply = server.post("/api/v1/preview", &json!({"kind": "sample"})).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{panics}");
        assert!(reply.error().len() > 20, "{}", reply.error());
    }
}

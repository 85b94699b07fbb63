//! The page's server functions, met by a program.

use crate::server::{Reply, Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};

/// The address of a function; its name is followed by a number.
fn address(name: &str) -> String {
    let begin = format!("/api/{name}");
    let is_it =
        |path: &str| path.strip_prefix(&begin).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    server_fn_paths()
        .map(|(path, _)| path)
        .find(|path| is_it(path))
        .expect("there is such a function")
        .to_owned()
}

async fn call(server: &Server, name: &str, body: &Value, headers: &[(&str, &str)]) -> Reply {
    let mut asked = request(Method::POST, &address(name));
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    server.send(asked.body(Body::from(body.to_string())).unwrap()).await
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test(flavor = "multi_thread")]
async fn they_take_json_alone() {
    let server = Server::start();
    assert_eq!(call(&server, "read_info", &json!({}), &[JSON]).await.status, StatusCode::OK);
    let charset = ("content-type", "application/json; charset=utf-8");
    assert_eq!(call(&server, "read_info", &json!({}), &[charset]).await.status, StatusCode::OK);
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", ""]
    {
        let reply = call(&server, "read_info", &json!({}), &[("content-type", kind)]).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        reply.error();
    }
    let silent = call(&server, "read_info", &json!({}), &[]).await;
    assert_eq!(silent.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let twice = call(&server, "read_info", &json!({}), &[("content-type", "text/plain"), JSON]).await;
    assert_eq!(twice.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_the_status_that_it_has_for_programs() {
    let server = Server::start();
    for (name, body, status) in [
        ("read_job", json!({"id": "none"}), StatusCode::NOT_FOUND),
        ("edit_album", json!({"id": "0000000000000001", "edit": {}}), StatusCode::UNPROCESSABLE_ENTITY),
        ("remove_source", json!({"id": 999}), StatusCode::NOT_FOUND),
        ("read_job", json!({"wrong": 1}), StatusCode::BAD_REQUEST),
    ] {
        let reply = call(&server, name, &body, &[JSON]).await;
        assert_eq!(reply.status, status, "{name}: {}", String::from_utf8_lossy(&reply.body));
    }
    let read_only = Server::read_only();
    let reply = call(&read_only, "remove_source", &json!({"id": 1}), &[JSON]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(String::from_utf8_lossy(&reply.body).contains("--read-only"));
    assert_eq!(call(&read_only, "read_info", &json!({}), &[JSON]).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_anywhere() {
    let server = Server::start();
    let headers = [JSON, ("accept", "text/html"), ("referer", "http://evil.example/x")];
    for (name, body) in
        [("read_info", json!({})), ("read_job", json!({"id": "none"})), ("read_job", json!({}))]
    {
        let reply = call(&server, name, &body, &headers).await;
        assert!(!reply.status.is_redirection(), "{name}: {}", reply.status);
        assert_eq!(reply.header(header::LOCATION), "", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_refused_in_the_usual_shape() {
    let server = Server::start();
    let reply = server.get(&address("read_info")).await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    reply.error();
}

//! Who may ask, and from where.

use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_host_is_refused_everywhere() {
    let server = Server::start();
    for path in ["/", "/api/v1/info", "/api/v1/albums", "/pkg/gatefold.js", "/nothing"] {
        for host in ["evil.example", "localhost.evil.example:3000", ""] {
            let request = Request::builder().uri(path).header(header::HOST, host);
            let reply = server.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST, "{host} {path}");
            assert!(reply.error().contains("does not answer to"), "{}", reply.error());
        }
        let nameless = Request::builder().uri(path).body(Body::empty()).unwrap();
        assert_eq!(server.send(nameless).await.status, StatusCode::MISDIRECTED_REQUEST);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_names_it_has_are_answered() {
    let server = Server::start();
    for host in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "music.example"] {
        let request = Request::builder().uri("/api/v1/info").header(header::HOST, host);
        let reply = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, StatusCode::OK, "{host}");
    }
}

async fn change(server: &Server, name: &'static str, value: &str) -> StatusCode {
    let request = request(Method::DELETE, "/api/v1/jobs/none").header(name, value);
    server.send(request.body(Body::empty()).unwrap()).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_changes_nothing() {
    let server = Server::start();
    for origin in ["http://evil.example", "http://localhost:8080", "null", "https://music.example"] {
        assert_eq!(change(&server, "origin", origin).await, StatusCode::FORBIDDEN, "{origin}");
    }
    for site in ["cross-site", "same-site"] {
        assert_eq!(change(&server, "sec-fetch-site", site).await, StatusCode::FORBIDDEN, "{site}");
    }
    // Let through, it is told that there is no such job.
    assert_eq!(change(&server, "origin", "http://localhost:3000").await, StatusCode::NOT_FOUND);
    assert_eq!(change(&server, "sec-fetch-site", "same-origin").await, StatusCode::NOT_FOUND);
    assert_eq!(change(&server, "user-agent", "a program").await, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_may_not_read_either() {
    let server = Server::start();
    let reply = server.get_with("/api/v1/info", header::ORIGIN, "http://evil.example").await;
    assert!(!reply.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    assert_eq!(reply.header("cross-origin-resource-policy".parse().unwrap()), "same-origin");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_protected() {
    let server = Server::start();
    for path in ["/", "/api/v1/info", "/api/v1/albums/none", "/nothing"] {
        let reply = server.get(path).await;
        assert_eq!(reply.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(reply.header(header::X_FRAME_OPTIONS), "DENY", "{path}");
        assert!(reply.header(header::CONTENT_SECURITY_POLICY).contains("frame-ancestors 'none'"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_refused_whether_it_is_announced_or_not() {
    let server = Server::start();
    let flood = || vec![b' '; 1 << 20];
    let announced = request(Method::POST, "/api/v1/generate")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, 1 << 20);
    let reply = server.send(announced.body(Body::from(flood())).unwrap()).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    reply.error();
    let silent = request(Method::POST, "/api/v1/generate").header(header::CONTENT_TYPE, "application/json");
    let stream = futures::stream::iter([Ok::<_, std::io::Error>(flood())]);
    let reply = server.send(silent.body(Body::from_stream(stream)).unwrap()).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    reply.error();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_in_json() {
    let server = Server::start();
    let reply = server.get("/api/v1/nothing").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.error().contains("/api/v1/nothing"), "{}", reply.error());
    let reply = server.send(request(Method::PUT, "/api/v1/info").body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    reply.error();
}

async fn status(server: &Server, uri: &str, hosts: &[&str]) -> StatusCode {
    let mut asked = Request::builder().uri(uri);
    for host in hosts {
        asked = asked.header(header::HOST, *host);
    }
    server.send(asked.body(Body::empty()).unwrap()).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_meant_for_two_is_malformed() {
    let server = Server::start();
    let path = "/api/v1/info";
    assert_eq!(status(&server, path, &["localhost", "evil.example"]).await, StatusCode::BAD_REQUEST);
    assert_eq!(status(&server, path, &["localhost", "localhost"]).await, StatusCode::BAD_REQUEST);
    let whole = "http://evil.example/api/v1/info";
    assert_eq!(status(&server, whole, &["localhost:3000"]).await, StatusCode::BAD_REQUEST);
    assert_eq!(status(&server, whole, &[]).await, StatusCode::BAD_REQUEST);
    let whole = "http://localhost:3000/api/v1/info";
    assert_eq!(status(&server, whole, &["localhost:3000"]).await, StatusCode::OK);
    assert_eq!(status(&server, whole, &["evil.example"]).await, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_is_a_port_and_a_name_may_end_in_a_dot() {
    let server = Server::start();
    for host in ["localhost.", "localhost.:3000", "music.example."] {
        assert_eq!(status(&server, "/api/v1/info", &[host]).await, StatusCode::OK, "{host}");
    }
    for host in ["127.0.0.1:99999999", "localhost:0x50", "localhost.."] {
        let refused = status(&server, "/api/v1/info", &[host]).await;
        assert_eq!(refused, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
}

async fn fetched(server: &Server, path: &str, headers: &[(&'static str, &str)]) -> StatusCode {
    let mut asked = request(Method::GET, path);
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    server.send(asked.body(Body::empty()).unwrap()).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_picture_costs_no_work() {
    let server = Server::start();
    let picture =
        [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")];
    for path in [
        "/api/v1/preview?recipe=%7B%22kind%22%3A%22sample%22%7D",
        "/api/v1/like?ids=1&mix=year=1",
        "/api/v1/neighbourhoods?mix=year=1",
        "/api/v1/export/map.csv",
        "/api/v1/duplicates",
        "/",
    ] {
        assert_eq!(fetched(&server, path, &picture).await, StatusCode::FORBIDDEN, "{path}");
    }
    let own = [("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")];
    assert_eq!(fetched(&server, "/api/v1/export/map.csv", &own).await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_from_another_site_is_followed() {
    let server = Server::start();
    let link =
        [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    for path in ["/", "/import", "/evaluate", "/api/v1/info"] {
        assert_eq!(fetched(&server, path, &link).await, StatusCode::OK, "{path}");
    }
    let frame =
        [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
    assert_eq!(fetched(&server, "/", &frame).await, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_how_long_it_stays_true() {
    let server = Server::start();
    for path in
        ["/", "/import", "/nothing", "/api/v1/info", "/api/v1/albums", "/api/v1/map", "/api/v1/nothing"]
    {
        let reply = server.get_with(path, header::ACCEPT, "text/html").await;
        let caching = reply.header(header::CACHE_CONTROL);
        assert!(caching.contains("no-cache") || caching.contains("no-store"), "{path}: {caching}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn below_api_programs_are_answered_whatever_they_take() {
    let server = Server::start();
    for path in ["/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/nothing", "/api/v2/info"] {
        let reply = server.get_with(path, header::ACCEPT, "text/html").await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        reply.error();
    }
}

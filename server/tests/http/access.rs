//! Who may ask: a token, a proxy, and a server that only reads.

use crate::server::{Reply, Server, request};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, StatusCode, header};
use gatefold_server::access::admission::{Admission, Proxy, Token};
use gatefold_server::state::Settings;
use serde_json::json;
use std::net::SocketAddr;

const TOKEN: &str = "a-token-of-some-length";

fn guarded() -> Server {
    let admission = Admission::new(Some(Token::new(TOKEN).unwrap()), None);
    Server::with_settings(|settings| Settings { admission, ..settings })
}

async fn page(server: &Server, path: &str) -> Reply {
    server.get_with(path, header::ACCEPT, "text/html").await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_token_nothing_is_answered() {
    let server = guarded();
    for path in [
        "/api/v1/info",
        "/api/v1/map",
        "/nothing",
        "/favicon.ico",
        "/api/v1/info?token=a-token-of-some-length",
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(reply.error().contains("Authorization: Bearer"), "{}", reply.error());
        assert!(reply.header(header::WWW_AUTHENTICATE).starts_with("Bearer"));
    }
    let reply = server.post("/api/v1/build", &json!({})).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    // A person gets a page that asks for it.
    let reply = page(&server, "/album/0").await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    let html = String::from_utf8(reply.body.clone()).unwrap();
    assert!(html.contains("name=\"token\"") && !html.contains(TOKEN), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sends_it_as_a_bearer() {
    let server = guarded();
    let ask = async |value: &str| server.get_with("/api/v1/info", header::AUTHORIZATION, value).await.status;
    assert_eq!(ask(&format!("Bearer {TOKEN}")).await, StatusCode::OK);
    assert_eq!(ask("Bearer a-token-of-another-make").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_opens_it_once_and_keeps_a_cookie() {
    let server = guarded();
    let reply = page(&server, &format!("/?select=1%2C2&token={TOKEN}")).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert_eq!(reply.header(header::LOCATION), "/?select=1%2C2", "the address is left without the token");
    assert_eq!(reply.header(header::CACHE_CONTROL), "no-store");
    let cookie = reply.header(header::SET_COOKIE).to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains(TOKEN), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    assert_eq!(server.get_with("/api/v1/info", header::COOKIE, pair).await.status, StatusCode::OK);
    let wrong = page(&server, "/?token=not-the-right-token-at-all").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(!wrong.headers.contains_key(header::SET_COOKIE));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_gives_other_sites_no_more_than_before() {
    let server = guarded();
    let cookie = Token::new(TOKEN).unwrap().cookie();
    let change = request(Method::POST, "/api/v1/build")
        .header(header::COOKIE, &cookie)
        .header(header::ORIGIN, "http://evil.example");
    assert_eq!(server.send(change.body(Body::empty()).unwrap()).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_believed_from_its_own_address_alone() {
    let proxy = Proxy::new("Remote-User", &["10.0.0.2".parse().unwrap()]).unwrap();
    let admission = Admission::new(None, Some(proxy));
    let server = Server::with_settings(|settings| Settings { admission, ..settings });
    let ask = async |from: &str, user: Option<&str>| {
        let from: SocketAddr = from.parse().unwrap();
        let mut asked = request(Method::GET, "/api/v1/info").extension(ConnectInfo(from));
        if let Some(user) = user {
            asked = asked.header("remote-user", user);
        }
        // What a proxy says of others is not asked for.
        let asked = asked.header("x-forwarded-for", "10.0.0.2").header("forwarded", "for=10.0.0.2");
        server.send(asked.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(ask("10.0.0.2:5000", Some("ann")).await, StatusCode::OK);
    assert_eq!(ask("10.0.0.2:5000", None).await, StatusCode::UNAUTHORIZED);
    assert_eq!(ask("10.0.0.3:5000", Some("ann")).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_only_reads_lets_nobody_change_or_begin_anything() {
    let server = Server::read_only();
    let id = server.ids().await[0].clone();
    let recipe = json!({"kind": "sample", "seed": 1});
    let album = format!("/api/v1/albums/{id}");
    for (method, path, body) in [
        (Method::POST, "/api/v1/generate", recipe.clone()),
        (Method::POST, "/api/v1/preview", recipe.clone()),
        (Method::GET, "/api/v1/preview?recipe=%7B%22kind%22%3A%22sample%22%7D", json!(null)),
        (Method::POST, "/api/v1/import", json!({"path": "/"})),
        (Method::POST, "/api/v1/build", json!({})),
        (Method::POST, "/api/v1/evaluations", json!({"genres": ["rock", "pop"]})),
        (Method::POST, "/api/v1/judge", json!({})),
        (Method::PUT, "/api/v1/sets/mine", json!({"albums": [id]})),
        (Method::PATCH, &album, json!({"year": 1999})),
        (Method::DELETE, &album, json!(null)),
    ] {
        let asked = request(method.clone(), path).header(header::CONTENT_TYPE, "application/json");
        let reply = server.send(asked.body(Body::from(body.to_string())).unwrap()).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{method} {path}");
        assert!(reply.error().contains("--read-only"), "{}", reply.error());
    }
    for path in ["/api/v1/info", "/api/v1/map", &album, "/api/v1/journeys?from=0&to=0", "/api/v1/sets"] {
        assert_ne!(server.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(page(&server, "/").await.status, StatusCode::OK);
}

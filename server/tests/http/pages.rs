//! The page as the server renders it.

use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

async fn page(server: &Server, path: &str) -> (StatusCode, String, String) {
    let reply = server.get_with(path, header::ACCEPT, "text/html").await;
    let policy = reply.header(header::CONTENT_SECURITY_POLICY).to_owned();
    (reply.status, String::from_utf8(reply.body.clone()).unwrap(), policy)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_rendered() {
    let server = Server::start();
    let album = format!("/album/{}", server.ids().await[0]);
    for path in ["/", album.as_str(), "/evaluate", "/import"] {
        let (status, html, _) = page(&server, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(html.contains("<!DOCTYPE html>") && html.contains("</html>"), "{path}");
    }
}

/// Whoever makes a server finds out its addresses by running the page, and Leptos loads nothing for anybody meanwhile: a
/// page that was under way would wait for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_starts_keeps_no_page_of_another_waiting() {
    const PAGES: usize = 200;
    let server = Server::start();
    let (again, done) = (server.starter(), Arc::new(AtomicBool::new(false)));
    let starting = tokio::task::spawn_blocking({
        let done = done.clone();
        move || {
            let mut started = 0;
            while !done.load(Ordering::Relaxed) {
                drop(again());
                started += 1;
            }
            started
        }
    });
    let mut whole = 0;
    for _ in 0..PAGES {
        // A page takes milliseconds. One that waits for ever is not waited for twice.
        let Ok((status, ..)) = tokio::time::timeout(Duration::from_secs(60), page(&server, "/")).await else {
            break;
        };
        whole += usize::from(status == StatusCode::OK);
    }
    done.store(true, Ordering::Relaxed);
    let started: usize = starting.await.unwrap();
    assert!(started > 0);
    assert_eq!(whole, PAGES, "pages that ended while {started} servers started");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_script_carries_the_nonce_of_the_policy() {
    let server = Server::start();
    let (_, html, policy) = page(&server, "/").await;
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(nonce.len() >= 16, "{policy}");
    assert!(policy.contains("'wasm-unsafe-eval'") && !policy.contains("script-src 'self' 'unsafe-inline'"));
    let scripts: Vec<_> = html.split("<script").skip(1).collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        let tag = script.split('>').next().unwrap();
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<script{tag}>");
    }
    let (_, _, again) = page(&server, "/").await;
    assert_ne!(policy, again, "a nonce is used once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_there_is_a_page_and_an_address_for_programs_is_json() {
    let server = Server::start();
    let (status, html, policy) = page(&server, "/no/such/page").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(html.contains("</html>") && policy.contains("'nonce-"));
    let reply = server.get("/no/such/page").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    reply.error();
    let (status, body, _) = page(&server, "/api/v2/info").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body.starts_with("{\"error\""), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_function_that_is_not_there_is_not_found() {
    let server = Server::start();
    let request = request(Method::POST, "/api/no_such_function").body(Body::empty()).unwrap();
    assert_eq!(server.send(request).await.status, StatusCode::NOT_FOUND);
}

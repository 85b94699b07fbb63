//! The interface's description, for programs and for people.

use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use gatefold::operations::{RAW, all};

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_and_raw_route_has_its_route() {
    let server = Server::read_only();
    let routes = all().iter().map(|about| (about.method, about.route));
    for (method, route) in routes.chain(RAW.iter().map(|raw| (raw.method, raw.route))) {
        let path = route.replace(['{', '}'], "");
        let method: Method = method.name().parse().unwrap();
        let asked = request(method.clone(), &path).body(Body::empty()).unwrap();
        let reply = server.send(asked).await;
        assert_ne!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(!text.contains("there is nothing at"), "{method} {path}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_only_reads_refuses_what_the_list_calls_work_and_nothing_else() {
    let server = Server::read_only();
    for about in all() {
        let path = about.route.replace(['{', '}'], "");
        let asked = request(about.method.name().parse().unwrap(), &path).body(Body::empty()).unwrap();
        let refused = server.send(asked).await.status == StatusCode::FORBIDDEN;
        assert_eq!(refused, about.access != gatefold::operations::Access::Read, "{}", about.name);
    }
    for path in ["/api/v1/judge", "/api/v1/near", "/api/v1/preview", "/api/v1/nothing"] {
        let asked = request(Method::POST, path).body(Body::empty()).unwrap();
        assert_eq!(server.send(asked).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let preview = server.get("/api/v1/preview?recipe={}").await;
    assert_eq!(preview.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_an_openapi_document_and_a_page() {
    let server = Server::start();
    let document = server.get("/api/v1/openapi.json").await;
    assert_eq!(document.json()["openapi"], "3.1.0");
    let page = server.get("/api").await;
    assert_eq!(
        (page.status, page.header(header::CONTENT_TYPE)),
        (StatusCode::OK, "text/html; charset=utf-8")
    );
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"), "{policy}");
    assert!(String::from_utf8(page.body).unwrap().contains("GET /api/v1/albums"));
}

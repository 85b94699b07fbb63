//! The page's server functions, as programs may meet them: they take JSON and nothing else, answer a refusal with the status
//! that says the same, and lead nobody anywhere.
//!
//! By itself Leptos takes any body, calls every refusal a fault of the server, and sends whoever takes HTML back to the page that
//! `Referer` names, which anybody can write.

use crate::problem::{Problem, overhearing};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::server_fn::axum::server_fn_paths;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;

const JSON: &str = "application/json";

/// Answers a server function's request; passes on every other.
pub async fn answer(mut request: Request, next: Next) -> Response {
    if !is_function(request.uri().path()) {
        return next.run(request).await;
    }
    let (path, method) = (request.uri().path().to_owned(), request.method().clone());
    if method != Method::POST {
        return Problem::WrongMethod(format!("{path} does not understand {method}")).into_response();
    }
    if !is_json(request.headers()) {
        return Problem::WrongType("send JSON, and say so: `Content-Type: application/json`".to_owned())
            .into_response();
    }
    request.headers_mut().remove(header::REFERER);
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(JSON));
    let (mut response, problem) = overhearing(next.run(request)).await;
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    match problem {
        Some(problem) => {
            *response.status_mut() = problem.status();
            response.headers_mut().extend(problem.headers());
        }
        // Nobody refused: what was sent could not be read.
        None if response.status() == StatusCode::INTERNAL_SERVER_ERROR => {
            *response.status_mut() = StatusCode::BAD_REQUEST;
        }
        None => {}
    }
    response
}

fn is_function(path: &str) -> bool {
    path.starts_with("/api/")
        && !path.starts_with("/api/v1/")
        && server_fn_paths().any(|(known, _)| known == path)
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let kind = kinds.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    kinds.next().is_none() && essence.eq_ignore_ascii_case(JSON)
}

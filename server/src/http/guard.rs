//! What every request passes: it is meant for us, it is no flood, and what changes something comes from our own page. And what
//! every answer carries: headers that keep a browser from doing more with it than we mean.

use crate::http::host::same_origin;
use crate::problem::Problem;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::Limited;

/// What takes a picture's file.
const PICTURES: [&str; 2] = ["/api/v1/judge", "/api/v1/near"];
/// Largest body of a request. The longest recipe has 256 parents of some fifty bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// The same where the body is a picture.
const LARGEST_PICTURE: usize = 32 << 20;

fn largest(request: &Request) -> usize {
    if PICTURES.contains(&request.uri().path()) { LARGEST_PICTURE } else { LARGEST_BODY }
}

/// Checks the request, passes it on, and adds headers to the answer.
pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let most = largest(&request);
    let mut response = match check(&state, &request) {
        Ok(()) => next.run(request.map(|body| Body::new(Limited::new(body, most)))).await,
        Err(problem) => problem.into_response(),
    };
    protect(response.headers_mut());
    response
}

fn check(state: &AppState, request: &Request) -> Result<(), Problem> {
    let named = text(request.headers(), &header::HOST);
    let host = named.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    let host = host.unwrap_or_default();
    if !state.hosts.knows(host) {
        return Err(Problem::Misdirected(format!(
            "this server does not answer to “{host}”: open it under the address it printed, or start it with \
             `--allow-host`"
        )));
    }
    let announced = text(request.headers(), &header::CONTENT_LENGTH).and_then(|n| n.parse::<u64>().ok());
    let most = largest(request);
    if announced.is_some_and(|n| n > most as u64) {
        return Err(Problem::TooLarge(format!("nothing here takes more than {most} bytes at once")));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let from_here = match text(request.headers(), &header::ORIGIN) {
        Some(origin) => same_origin(origin, host),
        // Programs send neither header; browsers send at least one.
        None => text(request.headers(), &HeaderName::from_static("sec-fetch-site"))
            .is_none_or(|site| site == "same-origin" || site == "none"),
    };
    if from_here {
        return Ok(());
    }
    Err(Problem::Forbidden("another site's page may not change anything here".to_owned()))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    // A header that is no text is one that nobody knows.
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

fn protect(headers: &mut HeaderMap) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages bring their own, with the nonce of their scripts. Everything else is data.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ));
}

/// A page's policy: only what this server sends, scripts only with the page's `nonce`, WebAssembly allowed.
/// Styles on elements stay, since pages place things by them.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

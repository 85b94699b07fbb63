//! What every request passes: it is meant for us, no other site's page is behind it, whoever asks may, and it is no flood. And
//! what every answer carries: headers that keep a browser from doing more with it than we mean.

use crate::http::foreign::{is_foreign, text};
use crate::http::login;
use crate::pace::Paced;
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::READ_ONLY;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gatefold::operations::{self, Access, RAW, Takes, fits};
use http_body_util::Limited;
use std::net::SocketAddr;

/// Largest body of a request. The longest recipe has 256 parents of some fifty bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// The same where the body is a picture.
const LARGEST_PICTURE: usize = 32 << 20;

fn largest(request: &Request) -> usize {
    let path = request.uri().path();
    let takes_picture = RAW.iter().any(|raw| raw.takes == Takes::Picture && fits(raw.route, path));
    if takes_picture { LARGEST_PICTURE } else { LARGEST_BODY }
}

/// Checks the request, passes it on, and adds headers to the answer.
pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = match check(&state, &request) {
        Ok(()) => {
            let (most, pace) = (largest(&request), state.settings.pace);
            next.run(request.map(|body| Body::new(Limited::new(Paced::new(body, pace), most)))).await
        }
        Err(refusal) => *refusal,
    };
    protect(response.headers_mut());
    response
}

fn check(state: &AppState, request: &Request) -> Result<(), Box<Response>> {
    let refuse = |problem: Problem| Box::new(problem.into_response());
    let host = asked_host(state, request).map_err(refuse)?;
    if is_foreign(request.method(), request.uri().path(), request.headers(), host) {
        return Err(refuse(Problem::Forbidden(
            "another site's page may neither change nor use anything here".to_owned(),
        )));
    }
    let admission = &state.settings.admission;
    if let Some(answer) = admission.token().and_then(|token| login::answer(token, request)) {
        return Err(Box::new(answer));
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if !admission.admits(peer, request.headers()) {
        return Err(Box::new(login::refusal(request)));
    }
    if state.store.is_read_only() && is_work(request) {
        return Err(refuse(Problem::Forbidden(READ_ONLY.to_owned())));
    }
    let announced = text(request.headers(), &header::CONTENT_LENGTH).and_then(|n| n.parse::<u64>().ok());
    let most = largest(request);
    if announced.is_some_and(|n| n > most as u64) {
        return Err(refuse(Problem::TooLarge(format!("nothing here takes more than {most} bytes at once"))));
    }
    Ok(())
}

/// The host that a request is meant for, if it is this one.
fn asked_host<'a>(state: &AppState, request: &'a Request) -> Result<&'a str, Problem> {
    let mut named = request.headers().get_all(header::HOST).iter();
    let (first, second) = (named.next(), named.next());
    if second.is_some() {
        return Err(Problem::Malformed("the request names its host twice: send one Host header".to_owned()));
    }
    let header = first.map(|value| value.to_str().unwrap_or("?"));
    let foreign = |host: &str| {
        format!(
            "this server does not answer to “{host}”: open it under the address it printed, or start it with \
             `--allow-host`"
        )
    };
    // A proxy's way of asking: the whole address, which then counts.
    let target = request.uri().authority().map(|authority| authority.as_str());
    if let Some(target) = target.filter(|target| !state.settings.hosts.knows(target)) {
        return Err(Problem::Malformed(foreign(target)));
    }
    if let Some(host) = header.filter(|host| !state.settings.hosts.knows(host)) {
        return Err(Problem::Misdirected(foreign(host)));
    }
    target.or(header).ok_or_else(|| Problem::Misdirected(foreign("")))
}

/// Whether a request wants something changed or begun, as the list of operations says; whatever is not in it and does not merely
/// read is taken for work.
fn is_work(request: &Request) -> bool {
    let (method, path) = (request.method(), request.uri().path());
    match operations::access(method.as_str(), path) {
        Some(access) => access != Access::Read,
        None => {
            let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
            !reads && path.starts_with("/api/v1/")
        }
    }
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
    // What says nothing of how long it stays true is asked for again.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    // Pages bring their own, with the nonce of their scripts. Everything else is data.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ));
}

/// A page's policy: what is not named is forbidden, scripts come from this server or carry the page's `nonce`, WebAssembly is
/// allowed. Styles on elements stay, since pages place things by them. Forms are the page's script's business: none is sent by the
/// browser itself, so that one which somebody smuggled in leads nowhere.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self'; \
         style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; \
         object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

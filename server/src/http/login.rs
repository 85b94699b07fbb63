//! How a browser shows the token: its owner opens `/?token=…` once, and the browser keeps a cookie from then on.

use crate::access::admission::Token;
use crate::problem::Problem;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The word of an address.
const WORD: &str = "token";
/// How long a browser keeps its cookie: thirty days.
const KEPT_S: u32 = 30 * 24 * 60 * 60;

/// What is said to programs that show no token.
const SENTENCE: &str = "this server answers to those who have its token: send `Authorization: Bearer TOKEN`, or open the \
                        address with /?token=TOKEN in a browser";

/// The answer to an address that has the token in it: a cookie, and the same address without the token. `None` for other
/// requests.
pub fn answer(token: &Token, request: &Request) -> Option<Response> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) || request.uri().path() != "/" {
        return None;
    }
    let words: Vec<_> = form_urlencoded::parse(request.uri().query()?.as_bytes()).collect();
    let (_, shown) = words.iter().find(|(name, _)| name == WORD)?;
    if !token.is(shown.trim()) {
        return Some(page("That is not this server's token."));
    }
    let others = words.iter().filter(|(name, _)| name != WORD);
    let rest = form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish();
    let place = if rest.is_empty() { "/".to_owned() } else { format!("/?{rest}") };
    let cookie = format!("{}; HttpOnly; SameSite=Strict; Path=/; Max-Age={KEPT_S}", token.cookie());
    let headers = [
        (header::LOCATION, place),
        (header::SET_COOKIE, cookie),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Some((StatusCode::SEE_OTHER, headers).into_response())
}

/// The answer to who has not shown that they may ask: a page to a person, a sentence to a program.
pub fn refusal(request: &Request) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let is_person = accepts.is_some_and(|kinds| kinds.contains("text/html"));
    if reads && is_person && !request.uri().path().starts_with("/api") {
        return page("This server answers to those who have its token.");
    }
    Problem::Unauthorised(SENTENCE.to_owned()).into_response()
}

/// Asks for the token. A link to here from another site comes without the cookie, which is what keeps other sites out; the
/// second link is our own, so that it has it.
fn page(sentence: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Gatefold</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\
         <body><h1>Gatefold</h1><p>{sentence}</p>\
         <form method=\"get\" action=\"/\"><label>Token <input type=\"password\" name=\"{WORD}\" required \
         autocomplete=\"current-password\"></label> <button>Open</button></form>\
         <p><a href=\"\">Try again</a>, if you came here by a link from another site.</p></body></html>"
    );
    let policy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let mut headers = Problem::Unauthorised(String::new()).headers();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    (StatusCode::UNAUTHORIZED, headers, html).into_response()
}

//! What browsers may keep, and what they are spared when they have it already.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// How long an answer stays true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caching {
    /// Its address names its content: never asked for again.
    Forever,
    /// Its address stays while its content may change: asked for again with the tag.
    Revalidate,
}

impl Caching {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            // Covers are somebody's own: nothing between server and browser keeps them.
            Self::Forever => "private, max-age=31536000, immutable",
            Self::Revalidate => "private, no-cache",
        })
    }
}

/// Whether the asker has `tag` already.
pub fn is_fresh(headers: &HeaderMap, tag: &str) -> bool {
    let matches = |seen: &str| {
        let seen = seen.trim();
        seen == "*" || seen.strip_prefix("W/").unwrap_or(seen).trim_matches('"') == tag
    };
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split(',').any(matches))
}

/// The answer to who has it already.
pub fn not_modified(tag: &str, caching: Caching) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    mark(&mut response, tag, caching);
    response
}

/// An answer with its tag. `tag` is of hexadecimal digits and other plain characters.
pub fn tagged(content_type: &'static str, body: impl Into<Body>, tag: &str, caching: Caching) -> Response {
    let mut response = ([(header::CONTENT_TYPE, content_type)], body.into()).into_response();
    mark(&mut response, tag, caching);
    response
}

fn mark(response: &mut Response, tag: &str, caching: Caching) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, caching.header());
    if let Ok(tag) = HeaderValue::try_from(format!("\"{tag}\"")) {
        headers.insert(header::ETAG, tag);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_tag_is_found_among_others_and_behind_a_w() {
        assert!(is_fresh(&asks("\"a\", W/\"b\""), "b"));
        assert!(is_fresh(&asks("*"), "b"));
        assert!(!is_fresh(&asks("\"ab\""), "b"));
        assert!(!is_fresh(&HeaderMap::new(), "b"));
    }
}

//! What other sites' pages make a browser ask of us. Following a link to a page is theirs to offer; nothing else is.
//!
//! A page anywhere can send what it cannot read: a form, a picture's address. A form changes things, and a picture's address
//! can cost seconds of work. Browsers say where a request comes from in `Origin` and `Sec-Fetch-*`, the latter only to servers
//! that they trust (this machine, or with TLS); of others `Referer` says it, as far as the page lets it.

use crate::access::host::same_origin;
use axum::http::{HeaderMap, HeaderName, Method, header};

/// Whether a request for `path` comes from a page that is not ours, and is more than a link that somebody followed.
pub fn is_foreign(method: &Method, path: &str, headers: &HeaderMap, host: &str) -> bool {
    let said = |name: &HeaderName| text(headers, name);
    let fetch = |name: &'static str| said(&HeaderName::from_static(name));
    if !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return match said(&header::ORIGIN) {
            Some(origin) => !same_origin(origin, host),
            // Programs send none of these headers; browsers send at least one.
            None => match (fetch("sec-fetch-site"), said(&header::REFERER)) {
                (Some(site), _) => is_elsewhere(site),
                (None, Some(page)) => !same_origin(origin_of(page), host),
                (None, None) => false,
            },
        };
    }
    // Pages can be linked to; what lies under `/api/` is for programs and our own pages.
    let takes_page =
        !path.starts_with("/api/") && said(&header::ACCEPT).is_some_and(|kinds| kinds.contains("text/html"));
    match fetch("sec-fetch-site") {
        Some(site) if is_elsewhere(site) => {
            let follows = fetch("sec-fetch-mode") == Some("navigate")
                && fetch("sec-fetch-dest").is_none_or(|what| what == "document")
                // Fetched in case somebody follows it: nobody has.
                && fetch("sec-purpose").or_else(|| fetch("purpose")).is_none();
            !follows
        }
        Some(_) => false,
        None => match (said(&header::ORIGIN), said(&header::REFERER)) {
            (Some(origin), _) => !same_origin(origin, host),
            (None, Some(page)) => !same_origin(origin_of(page), host) && !takes_page,
            (None, None) => false,
        },
    }
}

/// `none` is a person's own doing: an address typed in, a bookmark.
fn is_elsewhere(site: &str) -> bool {
    site != "same-origin" && site != "none"
}

/// `http://name:port` of an address.
fn origin_of(address: &str) -> &str {
    let begins = address.find("://").map_or(0, |at| at + 3);
    let ends = address[begins..].find(['/', '?', '#']).map_or(address.len(), |at| begins + at);
    &address[..ends]
}

/// A header's text. One that is no text is one that nobody knows.
pub fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const HOST: &str = "localhost:3000";

    fn is(method: Method, headers: &[(&'static str, &'static str)]) -> bool {
        at("/album/1", method, headers)
    }

    fn at(path: &str, method: Method, headers: &[(&'static str, &'static str)]) -> bool {
        let pairs = headers.iter();
        let headers = pairs
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_foreign(&method, path, &headers, HOST)
    }

    #[test]
    fn a_picture_a_script_or_a_frame_of_another_site_is_foreign() {
        for site in ["cross-site", "same-site", "something new"] {
            for (mode, what) in
                [("no-cors", "image"), ("cors", "empty"), ("no-cors", "script"), ("navigate", "iframe")]
            {
                let headers = [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", what)];
                assert!(is(Method::GET, &headers), "{site} {mode} {what}");
            }
        }
    }

    #[test]
    fn a_link_that_somebody_follows_is_not() {
        let link = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert!(!is(Method::GET, &link));
        let mut guessed = link.to_vec();
        guessed.push(("sec-purpose", "prefetch;prerender"));
        assert!(is(Method::GET, &guessed), "nobody has followed it yet");
        assert!(is(Method::POST, &link), "a form is no link");
    }

    #[test]
    fn our_own_pages_and_programs_are_not() {
        for headers in [
            &[][..],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "no-cors")],
            &[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")],
            &[("origin", "http://localhost:3000")],
            &[("referer", "http://localhost:3000/album/1?x")],
        ] {
            assert!(!is(Method::GET, headers), "{headers:?}");
        }
        assert!(!is(Method::POST, &[]) && !is(Method::POST, &[("origin", "http://localhost:3000")]));
    }

    #[test]
    fn an_older_browser_is_judged_by_where_it_says_it_comes_from() {
        assert!(is(Method::GET, &[("origin", "http://evil.example")]));
        assert!(is(Method::GET, &[("referer", "http://evil.example/x"), ("accept", "image/*")]));
        assert!(is(
            Method::GET,
            &[("referer", "http://localhost:3000.evil.example/"), ("accept", "image/*")]
        ));
        let framed = [("referer", "http://evil.example/x"), ("accept", "text/html,*/*")];
        assert!(!is(Method::GET, &framed), "a link to a page");
        assert!(at("/api/v1/preview", Method::GET, &framed), "a frame that has the model work");
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            assert!(is(method.clone(), &[("referer", "http://evil.example/x")]), "{method}");
            assert!(!is(method.clone(), &[("referer", "http://localhost:3000/studio")]), "{method}");
        }
    }
}

//! The page's own files, inside the binary: `target/site`, as `cargo xtask build` leaves it. (A debug build
//! reads that folder while it runs, so that a rebuilt page needs no rebuilt server.)
//!
//! Script, style and modules whose folder carries the [`version`] are kept by browsers for good; the same file without it is asked
//! for again with its tag. So a new release is never shown with an old release's script, and a module that is fetched later is of
//! the release that fetches it, or not there.

use crate::http::caching::{Caching, is_fresh, not_modified, tagged};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;
use std::sync::OnceLock;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
struct Site;

/// What the page's script and module are called.
pub const NAME: &str = "gatefold";
/// The folder they are in.
pub const PKG: &str = "pkg";

/// Twelve hexadecimal digits of the hash of the page's files.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut names: Vec<_> = Site::iter().collect();
        names.sort();
        let mut hasher = blake3::Hasher::new();
        for name in names {
            if let Some(file) = Site::get(&name) {
                hasher.update(name.as_bytes());
                hasher.update(&file.metadata.sha256_hash());
            }
        }
        hasher.finalize().to_hex()[..12].to_owned()
    })
}

/// Whether the page was built before the server was.
pub fn is_built() -> bool {
    Site::get(&format!("{PKG}/{NAME}.js")).is_some()
}

/// The file at `path` (without the leading `/`), if there is one; compressed when it lies there compressed and
/// the asker takes that.
pub fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    let (path, caching) = match path.strip_prefix(&format!("{PKG}/{}/", version())) {
        Some(name) => (Cow::Owned(format!("{PKG}/{name}")), Caching::Forever),
        None => (Cow::Borrowed(path), Caching::Revalidate),
    };
    let plain = Site::get(&path)?;
    let (file, encoding) = compressed(&path, headers).unwrap_or((plain, None));
    let content_type = content_type(&path);
    let mut tag: String = file.metadata.sha256_hash()[..8].iter().map(|b| format!("{b:02x}")).collect();
    if let Some(encoding) = encoding {
        tag = format!("{tag}-{encoding}");
    }
    let mut response = match is_fresh(headers, &tag) {
        true => not_modified(&tag, caching),
        false => tagged(content_type, file.data.into_owned(), &tag, caching),
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

fn compressed(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(encoding, extension)| {
        let file = accepts(headers, encoding).then(|| Site::get(&format!("{path}.{extension}"))).flatten()?;
        Some((file, Some(encoding)))
    })
}

/// Whether `Accept-Encoding` names `encoding`, and not with weight 0.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let named = |part: &str| {
        let (name, weight) = part.split_once(';').unwrap_or((part, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
        name.trim().eq_ignore_ascii_case(encoding) && weight > 0.0
    };
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split(',').any(named))
}

/// By extension; a browser compiles a module as it streams in only when it is called `application/wasm`.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_refused_encoding_is_not_sent() {
        assert!(accepts(&asks("gzip, br;q=0.5"), "br"));
        assert!(!accepts(&asks("gzip, br;q=0"), "br"));
        assert!(!accepts(&asks("brotli"), "br"));
        assert!(!accepts(&HeaderMap::new(), "br"));
    }

    #[test]
    fn modules_are_named_so_that_browsers_stream_them() {
        assert_eq!(content_type("pkg/gatefold_bg.wasm"), "application/wasm");
    }

    #[test]
    fn only_this_release_answers_under_its_version() {
        let script = |version: &str| serve(&format!("{PKG}/{version}/{NAME}.js"), &HeaderMap::new());
        assert!(script("0123456789ab").is_none());
        assert_eq!(script(version()).is_some(), is_built());
    }

    #[test]
    fn nothing_outside_the_site_is_served() {
        assert!(serve("../Cargo.toml", &HeaderMap::new()).is_none());
        assert!(serve("pkg/../../../Cargo.toml", &HeaderMap::new()).is_none());
    }
}

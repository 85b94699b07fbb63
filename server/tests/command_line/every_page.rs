//! Every page, rendered for many at once by a real server.
//!
//! What a page leaves behind is cleaned up by whichever thread sends its last byte. A value that is bound to the
//! thread which made it panics there, and the answer breaks off in the middle: one page after the other does not show
//! it.

use crate::common::catalogue;
use crate::generate::ids;
use crate::serve::Serving;

/// Readers, each of whom asks for every page.
const READERS: usize = 8;

/// What an answer ends with: behind the document come the data of its page, and this behind the last of them.
const LAST: &str = "__INCOMPLETE_CHUNKS=[];</script>";

/// An address for each route that the page has. What is named by an id and is not in a new catalogue is asked for by
/// one that nobody has: a page as well.
fn pages(album: &str) -> Vec<String> {
    // The list is made by rendering, which wants a runtime.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _within = runtime.enter();
    let routes = leptos_axum::generate_route_list(gatefold_app::App);
    let nobody = "0000000000000000";
    let address = |path: &str| match path {
        "/album/{id}" => format!("/album/{album}"),
        "/studio" => format!("/studio?albums={album}"),
        "/evaluate/compare" => format!("/evaluate/compare?a={nobody}&b={nobody}"),
        "/generated/{id}" | "/evaluate/{run}" | "/training/{run}" => {
            format!("/{}/{nobody}", path.split('/').nth(1).unwrap())
        }
        plain => {
            assert!(!plain.contains(['{', ':', '*']), "{plain} needs an example");
            plain.to_owned()
        }
    };
    routes.iter().map(|route| address(route.path())).collect()
}

#[test]
fn every_page_comes_whole_when_many_ask_at_once() {
    let data = catalogue();
    let serving = Serving::start(data.path());
    let pages = pages(&ids(data.path())[0]);
    assert!(pages.len() >= 13, "every route is there: {pages:?}");
    std::thread::scope(|scope| {
        for reader in 0..READERS {
            let (serving, pages) = (&serving, &pages);
            scope.spawn(move || {
                // Each begins elsewhere, so that different pages are made at one time.
                for i in 0..pages.len() {
                    let page = &pages[(i + reader) % pages.len()];
                    let reply = serving.get_as(page, "text/html");
                    let wanted = if page.contains("0000") { "HTTP/1.1 " } else { "HTTP/1.1 200" };
                    assert!(reply.starts_with(wanted), "{page}: {}", &reply[..reply.len().min(80)]);
                    assert!(reply.contains("<main"), "{page} has no content");
                    assert_eq!(reply.matches("</html>").count(), 1, "{page} is one document");
                    // The last chunk's length follows the body.
                    let end = reply.trim_end_matches(['\r', '\n', '0']);
                    assert!(end.ends_with(LAST), "{page} breaks off after {} bytes", reply.len());
                }
            });
        }
    });
}

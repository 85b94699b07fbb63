//! Every page, rendered by several threads at once.
//!
//! What a page leaves behind is cleaned up by whichever thread sends its last byte. A value that is bound to the
//! thread which made it panics there, and the answer breaks off in the middle: one page after the other does not show
//! it.

use crate::evaluations::{evaluated, quick};
use crate::server::Server;
use axum::http::{StatusCode, header};
use gatefold::train::runs;
use serde_json::json;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

/// How often each page is asked for.
const TIMES: usize = 6;

/// What an answer ends with: behind the document come the data of its page, and this behind the last of them.
const LAST: &str = "__INCOMPLETE_CHUNKS=[];</script>";

/// Addresses of a catalogue's pages, one for each route that the page has. A route with a name in it needs an example
/// here.
async fn pages(server: &Server, training: &TempDir) -> Vec<String> {
    let album = server.ids().await[0].clone();
    let cover = server.made(&json!({"kind": "sample", "seed": 4})).await.id;
    let run = evaluated(server, &quick()).await;
    let trained = runs::register(server.data.path(), training.path()).unwrap();
    let routes = leptos_axum::generate_route_list(gatefold_app::App);
    let address = |path: &str| match path {
        "/album/{id}" => format!("/album/{album}"),
        "/generated/{id}" => format!("/generated/{cover}"),
        "/studio" => format!("/studio?albums={album}"),
        "/evaluate/compare" => format!("/evaluate/compare?a={run}&b={run}"),
        "/evaluate/{run}" => format!("/evaluate/{run}"),
        "/training/{run}" => format!("/training/{trained}"),
        plain => {
            assert!(!plain.contains(['{', ':', '*']), "{plain} needs an example");
            plain.to_owned()
        }
    };
    routes.iter().map(|route| address(route.path())).collect()
}

/// A folder as a run of training leaves it.
fn a_run_of_training() -> TempDir {
    let out = tempfile::tempdir().unwrap();
    let card = json!({ "model": "dcgan", "steps": 90, "started": 5, "settings": { "batch": 4 } });
    fs::write(out.path().join("run.json"), card.to_string()).unwrap();
    let line = json!({ "step": 10, "images": 40, "images_per_s": 9.5, "loss": { "generator": 2.0 } });
    fs::write(out.path().join("log.jsonl"), format!("{line}\n")).unwrap();
    out
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_page_comes_whole_when_several_threads_render() {
    let server = Arc::new(Server::start());
    let training = a_run_of_training();
    let mut pages = pages(&server, &training).await;
    assert!(pages.len() >= 13, "every route is there: {pages:?}");
    pages.push("/nothing-lies-here".to_owned());
    let mut asked = tokio::task::JoinSet::new();
    for page in (0..TIMES).flat_map(|_| &pages) {
        let (server, page) = (Arc::clone(&server), page.clone());
        asked.spawn(async move {
            // The answer is read to its end; one that breaks off fails there.
            let reply = server.get_with(&page, header::ACCEPT, "text/html").await;
            (page, reply)
        });
    }
    let mut whole = 0;
    while let Some(answer) = asked.join_next().await {
        let (page, reply) = answer.expect("no page breaks off");
        let wanted = if page == "/nothing-lies-here" { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(reply.status, wanted, "{page}");
        let html = String::from_utf8(reply.body).unwrap();
        assert!(html.contains("<main"), "{page} has no content");
        assert_eq!(html.matches("</html>").count(), 1, "{page} is one document");
        assert!(html.ends_with(LAST), "{page} breaks off after {} bytes", html.len());
        whole += 1;
    }
    assert_eq!(whole, TIMES * pages.len());
}

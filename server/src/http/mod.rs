//! HTTP: the JSON interface under `/api/v1`, the page, and the files it needs.
//!
//! Whatever is answered with JSON is mounted from the list of operations ([`operations`]). Raw routes have one module per kind of
//! thing; each exports its `router()`.

pub mod albums;
pub mod assets;
pub mod caching;
pub mod error;
pub mod evaluation_files;
pub mod explore;
pub mod extract;
pub mod finishing;
pub mod foreign;
pub mod generate;
pub mod guard;
pub mod jobs;
pub mod login;
pub mod map;
pub mod openapi;
pub mod operations;
pub mod page_door;
pub mod pages;
pub mod reading;
pub mod reference;
pub mod serving;
pub mod sets;
pub mod studio;
pub mod training;
pub mod wire;

use crate::problem::Problem;
use crate::state::AppState;
use axum::Router;
use axum::extract::{OriginalUri, Request};
use axum::http::Method;
use axum::middleware;
use axum::routing::any;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::trace::TraceLayer;
use tracing::Span;

/// The whole site.
pub fn router(state: AppState) -> Router {
    let raw = Router::new()
        .merge(albums::router())
        .merge(map::router())
        .merge(explore::router())
        .merge(sets::router())
        .merge(generate::router())
        .merge(studio::router())
        .merge(finishing::router())
        .merge(evaluation_files::router())
        .merge(training::router())
        .merge(jobs::router())
        .merge(openapi::router());
    let api = Router::new().nest("/api/v1", raw).merge(operations::router());
    // Sheets, columns and pictures are dense already; events must not wait for a full block.
    let compressible = DefaultPredicate::new().and(NotForContentType::const_new("application/octet-stream"));
    let api =
        api.merge(reference::router()).route("/api/", any(unknown)).method_not_allowed_fallback(wrong_method);
    pages::with_pages(api, &state)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressible))
        .layer(middleware::from_fn_with_state(state.clone(), guard::guard))
        .layer(CatchPanicLayer::custom(error::from_panic))
        // Faults are written down where they happen; a refusal is none.
        .layer(TraceLayer::new_for_http().make_span_with(span).on_failure(()))
        .with_state(state)
}

/// What the log knows of a request. Not what follows the path: a token may be in it.
fn span(request: &Request) -> Span {
    tracing::debug_span!("request", method = %request.method(), path = request.uri().path())
}

async fn unknown(OriginalUri(uri): OriginalUri) -> Problem {
    Problem::NotFound(format!("there is nothing at {}", uri.path()))
}

async fn wrong_method(method: Method, OriginalUri(uri): OriginalUri) -> Problem {
    Problem::WrongMethod(format!("{} does not understand {method}", uri.path()))
}

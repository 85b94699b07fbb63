//! The page: Leptos' routes and the files beside them.

use crate::http::page_door::PageDoor;
use crate::http::{assets, guard};
use crate::problem::Problem;
use crate::state::AppState;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gatefold_app::door::Door;
use leptos::config::{Env, LeptosOptions};
use leptos::context::{provide_context, use_context};
use leptos::nonce::use_nonce;
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions};
use std::sync::{Arc, LazyLock};

/// The addresses of pages, found out once in a process and before the first page: while `generate_route_list` runs the page,
/// Leptos keeps every resource of the process from loading, and a page that another server renders meanwhile would never end.
static ROUTES: LazyLock<Vec<AxumRouteListing>> =
    LazyLock::new(|| leptos_axum::generate_route_list(gatefold_app::App));

/// Leptos' settings, without a `Cargo.toml` at run time. Script and modules lie in a folder that has the page's version for its
/// name; see [`assets`].
fn options() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name(assets::NAME)
        .site_pkg_dir(format!("{}/{}", assets::PKG, assets::version()))
        .env(Env::PROD)
        .build()
}

/// What every page finds in its context.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let door: Arc<dyn Door> = Arc::new(PageDoor(state.clone()));
    move || {
        provide_context(door.clone());
        let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
        if let Ok(policy) = HeaderValue::try_from(guard::page_policy(&nonce)) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
            // Its scripts' nonce is for this answer alone, and what it shows changes.
            response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
    }
}

/// Adds the pages to the routes there are, and the page's files to everything else.
pub fn with_pages(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let options = options();
    let shell = {
        let options = options.clone();
        move || gatefold_app::shell(options.clone())
    };
    let pages = Router::new()
        .leptos_routes_with_context(&options, ROUTES.clone(), context(state), shell)
        .with_state(options);
    router.merge(pages.with_state(())).fallback(file_or_not_found)
}

/// A file of the page; else the page that says there is nothing, or the JSON that says so to programs.
async fn file_or_not_found(State(state): State<AppState>, request: Request<Body>) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && let Some(file) = assets::serve(path, request.headers()) {
        return file;
    }
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    if !reads || !wants_page || path.starts_with("api/") {
        return Problem::NotFound(format!("there is nothing at /{path}")).into_response();
    }
    let options = options();
    let render = leptos_axum::render_app_async_with_context(context(&state), move || {
        gatefold_app::shell(options.clone())
    });
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

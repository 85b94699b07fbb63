//! Raw routes of generated covers: their pictures.

use crate::http::caching::{Caching, is_fresh, not_modified, tagged};
use crate::http::extract::Path;
use crate::problem::Problem;
use crate::service::studio;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

/// `generated/{id}/frames/{frame}`
pub fn router() -> Router<AppState> {
    Router::new().route("/generated/{id}/frames/{frame}", get(frame))
}

async fn frame(
    State(state): State<AppState>,
    Path((id, frame)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let generated = studio::generated(&state, id.clone()).await?;
    let none = || {
        let most = generated.frames.saturating_sub(1);
        Problem::NotFound(format!("“{id}” has frames 0.png to {most}.png, and not {frame}"))
    };
    let number = match frame.strip_suffix(".png") {
        // The strip is kept behind the frames it is made of.
        Some("strip") if generated.frames > 1 => generated.frames,
        Some(n) => n.parse().ok().filter(|n| *n < generated.frames).ok_or_else(none)?,
        None => return Err(none()),
    };
    let tag = format!("{id}-{number}");
    if is_fresh(&headers, &tag) {
        return Ok(not_modified(&tag, Caching::Forever));
    }
    let name = id.clone();
    let png = state.store.read(move |catalog| catalog.generated_png(&name, number)).await?;
    Ok(tagged("image/png", png.ok_or_else(none)?, &tag, Caching::Forever))
}

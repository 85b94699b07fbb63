//! Raw routes of training: contact sheets.

use crate::http::caching::{Caching, is_fresh, not_modified, tagged};
use crate::http::extract::Path;
use crate::problem::Problem;
use crate::service::training;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

/// `training/{id}/sheets/{sheet}`
pub fn router() -> Router<AppState> {
    Router::new().route("/training/{id}/sheets/{sheet}", get(sheet))
}

async fn sheet(
    State(state): State<AppState>,
    Path((id, sheet)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let none =
        || Problem::NotFound(format!("the run “{id}” has no contact sheet {sheet}: see its list of sheets"));
    let step = sheet.strip_suffix(".png").and_then(|step| step.parse().ok()).ok_or_else(none)?;
    let png = training::contact_sheet(&state, id.clone(), step).await?.ok_or_else(none)?;
    // A run that is begun anew in the same folder makes other sheets of the same steps.
    let tag = blake3::hash(&png).to_hex()[..16].to_owned();
    if is_fresh(&headers, &tag) {
        return Ok(not_modified(&tag, Caching::Revalidate));
    }
    Ok(tagged("image/png", png, &tag, Caching::Revalidate))
}

//! Raw routes of evaluations: files to keep: its pairs and scores as tables, a curve as a picture.

use crate::http::extract::Path;
use crate::problem::Problem;
use crate::problem::missing;
use crate::service::{ask, evaluations};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gatefold::export;
use gatefold::operations::ReadEvaluation;

/// `evaluations/{run}/…`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/evaluations/{run}/pairs.csv", get(pairs))
        .route("/evaluations/{run}/scores.csv", get(scores))
        .route("/evaluations/{run}/pairs/{a}/{b}/roc.svg", get(roc))
}

async fn pairs(State(state): State<AppState>, Path(run): Path<String>) -> Result<Response, Problem> {
    let run = ask(&state, ReadEvaluation { run }).await?;
    Ok(file(&format!("{}-pairs.csv", run.run), CSV, export::pairs_csv(&run.report)))
}

async fn scores(State(state): State<AppState>, Path(run): Path<String>) -> Result<Response, Problem> {
    let scores = evaluations::evaluation_scores(&state, run.clone()).await?;
    Ok(file(&format!("{run}-scores.csv"), CSV, export::scores_csv(&scores)))
}

async fn roc(
    State(state): State<AppState>,
    Path((run, a, b)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let report = ask(&state, ReadEvaluation { run: run.clone() }).await?.report;
    let pair = report.pairs.iter().find(|pair| evaluations::is_pair(pair, &a, &b));
    let pair = pair.ok_or_else(|| missing::no_pair(&run, &a, &b))?;
    Ok(file(&format!("{run}-{b}-against-{a}.svg"), "image/svg+xml", export::roc_svg(pair)))
}

pub(super) const CSV: &str = "text/csv; charset=utf-8; header=present";

/// A file's name as a header can carry it and every disk can hold it: what is no plain letter, digit, dot or hyphen becomes `_`.
pub(super) fn plain_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
    name.chars().map(plain).collect()
}

/// A file that a browser saves under `name`, as far as that is of plain letters.
pub(super) fn file(name: &str, content_type: &'static str, body: String) -> Response {
    let name = plain_name(name);
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, body).into_response()
}

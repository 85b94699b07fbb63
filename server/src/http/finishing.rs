//! Finished covers and loops, as files.

use crate::http::evaluation_files::plain_name;
use crate::http::extract::{Path, Query};
use crate::problem::Problem;
use crate::service::finishing::{self, LOOP_SIDE, LoopFormat, Wanted};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gatefold::finish::animate::Pace;
use gatefold::finishing::{Finish, Format};
use serde::Deserialize;

/// `generated/{id}/finished`, `generated/{id}/loop.gif` and `loop.webp`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/generated/{id}/finished", get(finished))
        .route("/generated/{id}/loop.gif", get(gif))
        .route("/generated/{id}/loop.webp", get(webp))
}

/// What an address says of a finish.
#[derive(Deserialize)]
struct Asked {
    /// [`Finish`] as JSON; nothing is done to the picture without one.
    #[serde(default)]
    finish: Option<String>,
    #[serde(default)]
    format: Format,
    #[serde(default)]
    side: Option<u32>,
    #[serde(default)]
    frame: u32,
}

impl Asked {
    fn of(self, id: String) -> Result<Wanted, Problem> {
        let finish = match self.finish.as_deref() {
            None | Some("") => Finish::default(),
            Some(json) => serde_json::from_str(json)
                .map_err(|error| Problem::Malformed(format!("`finish` is no finish: {error}")))?,
        };
        Ok(Wanted { id, frame: self.frame, finish, format: self.format, side: self.side })
    }
}

async fn finished(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let wanted = asked.of(id.clone())?;
    let format = wanted.format;
    let file = finishing::file(&state, wanted).await?;
    Ok(saved_as(&format!("gatefold-{id}.{}", format.extension()), format.media_type(), file))
}

/// How a loop is wanted.
#[derive(Deserialize)]
struct Loop {
    #[serde(default)]
    side: Option<u32>,
    #[serde(default)]
    ms: Option<u32>,
    #[serde(default)]
    back: Option<bool>,
}

async fn gif(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Loop>,
) -> Result<Response, Problem> {
    animated(&state, id, LoopFormat::Gif, &asked).await
}

async fn webp(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Loop>,
) -> Result<Response, Problem> {
    animated(&state, id, LoopFormat::WebP, &asked).await
}

async fn animated(
    state: &AppState,
    id: String,
    format: LoopFormat,
    asked: &Loop,
) -> Result<Response, Problem> {
    let usual = Pace::default();
    let pace = Pace { ms: asked.ms.unwrap_or(usual.ms), back: asked.back.unwrap_or(usual.back) };
    let file = finishing::animated(state, id.clone(), format, asked.side.unwrap_or(LOOP_SIDE), pace).await?;
    let ending = match format {
        LoopFormat::Gif => "gif",
        LoopFormat::WebP => "webp",
    };
    Ok(saved_as(&format!("gatefold-{id}.{ending}"), format.media_type(), file))
}

/// A file that is shown where it is linked, and has a name of its own where it is saved.
fn saved_as(name: &str, media_type: &'static str, file: Vec<u8>) -> Response {
    let disposition = format!("inline; filename=\"{}\"", plain_name(name));
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, disposition),
        // The same address is the same picture until another enlarger is served here.
        (CACHE_CONTROL, "private, max-age=300".to_owned()),
    ];
    (headers, file).into_response()
}

//! Raw routes of albums: a cover's file, and a picture that is judged.

use crate::http::caching::{Caching, is_fresh, not_modified, tagged};
use crate::http::extract::{Path, Query, album_id};
use crate::problem::{Problem, missing};
use crate::service::pictures;
use crate::state::AppState;
use crate::uploads::Picture;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use gatefold::catalog::Catalog;
use gatefold::wire::Judged;
use serde::Deserialize;

/// `albums/{id}/cover`, `judge`
pub fn router() -> Router<AppState> {
    Router::new().route("/albums/{id}/cover", get(cover)).route("/judge", post(judge))
}

/// The body is a picture's file; how long it may be is the guard's business.
async fn judge(State(state): State<AppState>, picture: Picture) -> Result<Json<Judged>, Problem> {
    Ok(Json(pictures::judge(&state, picture).await?))
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
enum Size {
    #[serde(rename = "128")]
    Thumbnail,
    #[serde(rename = "full")]
    Full,
}

#[derive(Deserialize)]
struct CoverQuery {
    size: Option<Size>,
}

async fn cover(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(query): Query<CoverQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = album_id(&id)?;
    let size = query.size.unwrap_or(Size::Full);
    let found = state.store.read(move |catalog| find_cover(catalog, id, size, &headers)).await?;
    Ok(match found {
        Cover::Fresh(tag) => not_modified(&tag, Caching::Revalidate),
        Cover::File { tag, content_type, bytes } => tagged(content_type, bytes, &tag, Caching::Revalidate),
    })
}

enum Cover {
    Fresh(String),
    File { tag: String, content_type: &'static str, bytes: Vec<u8> },
}

fn find_cover(
    catalog: &Catalog,
    id: gatefold::album::AlbumId,
    size: Size,
    headers: &HeaderMap,
) -> Result<Cover, Problem> {
    let album = catalog.album(id)?.ok_or_else(|| missing::no_album(id))?;
    let none = || Problem::NotFound(format!("“{}” ({id}) has no cover", album.display_title()));
    let hash = album.cover.as_ref().ok_or_else(none)?;
    let tag = match size {
        Size::Thumbnail => format!("{}-128-{}", hash.0, gatefold::cover::VERSION),
        Size::Full => hash.0.clone(),
    };
    if is_fresh(headers, &tag) {
        return Ok(Cover::Fresh(tag));
    }
    if size == Size::Thumbnail
        && let Some(bytes) = catalog.thumbnail(hash)?
    {
        return Ok(Cover::File { tag, content_type: "image/jpeg", bytes });
    }
    // Not derived yet: the original serves as well, under its own tag.
    let bytes = catalog.cover(hash)?;
    Ok(Cover::File { tag: hash.0.clone(), content_type: content_type(&bytes), bytes })
}

fn content_type(bytes: &[u8]) -> &'static str {
    image::guess_format(bytes).map_or("application/octet-stream", |format| format.to_mime_type())
}

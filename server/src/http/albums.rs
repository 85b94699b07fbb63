//! Albums: lists, one, its cover, what is near it.

use crate::http::caching::{Caching, is_fresh, not_modified, tagged};
use crate::http::extract::{Path, Query, album_id};
use crate::http::uploads::Picture;
use crate::problem::Problem;
use crate::queries;
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use gatefold::catalog::Catalog;
use gatefold::report::AlbumList;
use gatefold::wire::{AlbumDetail, AlbumQuery, Judged, Nearest, Surprise};
use serde::Deserialize;

/// `albums…`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/albums", get(list))
        .route("/albums/{id}", get(one))
        .route("/albums/{id}/cover", get(cover))
        .route("/albums/{id}/nearest", get(nearest))
        .route("/surprises", get(surprises))
        .route("/judge", post(judge))
}

/// `?ids=` asks for these albums and nothing else.
#[derive(Deserialize)]
struct Named {
    ids: Option<String>,
}

async fn list(
    State(state): State<AppState>,
    Query(Named { ids }): Query<Named>,
    Query(mut query): Query<AlbumQuery>,
) -> Result<Json<AlbumList>, Problem> {
    if let Some(ids) = ids {
        let ids = ids.split(',').filter(|id| !id.is_empty()).map(album_id).collect::<Result<_, _>>()?;
        let albums = queries::album_lines(&state, ids).await?;
        let total = albums.len() as u64;
        return Ok(Json(AlbumList { albums, total }));
    }
    // A form sends its empty fields along.
    query.genre = query.genre.filter(|genre| !genre.trim().is_empty());
    Ok(Json(queries::albums(&state, query).await?))
}

async fn one(State(state): State<AppState>, Path(id): Path<String>) -> Result<Json<AlbumDetail>, Problem> {
    Ok(Json(queries::album(&state, album_id(&id)?).await?))
}

#[derive(Deserialize)]
struct Most {
    #[serde(default = "fifty")]
    limit: u32,
}

async fn surprises(
    State(state): State<AppState>,
    Query(most): Query<Most>,
) -> Result<Json<Vec<Surprise>>, Problem> {
    Ok(Json(queries::surprises(&state, most.limit).await?))
}

/// The body is a picture's file; how long it may be is the guard's business.
async fn judge(State(state): State<AppState>, picture: Picture) -> Result<Json<Judged>, Problem> {
    Ok(Json(queries::judge(&state, picture).await?))
}

#[derive(Deserialize)]
struct Near {
    #[serde(default = "fifty")]
    n: u32,
}

fn fifty() -> u32 {
    50
}

async fn nearest(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(near): Query<Near>,
) -> Result<Json<Nearest>, Problem> {
    Ok(Json(queries::nearest(&state, album_id(&id)?, near.n).await?))
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
    let album = catalog.album(id)?.ok_or_else(|| queries::no_album(id))?;
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

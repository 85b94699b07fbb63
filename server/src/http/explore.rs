//! Raw routes of the map: what is near a picture, files for other programs, other layouts of the same map.
//!
//! `mix` says what neighbours are made of, such as `look=1,year=0.25`; without it the usual mixture counts.

use crate::http::caching::{Caching, is_fresh, not_modified, tagged};
use crate::http::evaluation_files::{CSV, file};
use crate::http::extract::{Path, Query, album_id};
use crate::problem::Problem;
use crate::service::exploring::{self, explore};
use crate::service::exporting::{self, MapFile};
use crate::service::pictures;
use crate::state::AppState;
use crate::uploads::Picture;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use gatefold::album::AlbumId;
use gatefold::explore::Atlas;
use gatefold::map::Layout;
use gatefold::mixture::Mixture;
use gatefold::operations::NEAR_USUAL;
use gatefold::wire::{MapLabel, NearPicture};
use serde::Deserialize;

/// `near`, `export/…`, `map/{build}/…`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/near", post(near))
        .route("/export/{file}", get(exported))
        .route("/map/{build}/lines.bin", get(lines))
        .route("/map/{build}/neighbourhoods.bin", get(community_of_each))
        .route("/map/{build}/layouts/{layout}", get(layout))
}

#[derive(Deserialize)]
struct Mixed {
    mix: Option<String>,
}

impl Mixed {
    fn mixture(&self) -> Result<Mixture, Problem> {
        exploring::mixture(self.mix.as_deref())
    }
}

#[derive(Deserialize)]
struct Most {
    #[serde(default = "usual")]
    n: u32,
}

fn usual() -> u32 {
    NEAR_USUAL
}

/// The body is a picture's file; how long it may be is the guard's business.
async fn near(
    State(state): State<AppState>,
    Query(most): Query<Most>,
    picture: Picture,
) -> Result<Json<NearPicture>, Problem> {
    Ok(Json(pictures::near(&state, picture, most.n).await?))
}

#[derive(Deserialize)]
struct Only {
    #[serde(alias = "albums")]
    ids: Option<String>,
}

/// `map.gexf`, `map.graphml` or `map.csv`; with `ids` (or `albums`) of these albums alone.
async fn exported(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Query(only): Query<Only>,
    Query(mixed): Query<Mixed>,
) -> Result<Response, Problem> {
    let kind = name.strip_prefix("map.").and_then(MapFile::of_ending).ok_or_else(|| {
        Problem::NotFound(format!("there is no file “{name}”: ask for map.gexf, map.graphml or map.csv"))
    })?;
    let ids: Option<Vec<AlbumId>> = match only.ids.as_deref() {
        None | Some("") => None,
        Some(ids) => Some(ids.split(',').map(album_id).collect::<Result<_, _>>()?),
    };
    let mixture = mixed.mixture()?;
    let ask =
        move |catalog: &_, atlas: &Atlas| exporting::exported(catalog, atlas, &mixture, ids.as_deref(), kind);
    let content = explore(&state, None, ask).await?;
    let content_type = match kind {
        MapFile::Gexf => "application/gexf+xml",
        MapFile::Graphml => "application/graphml+xml",
        MapFile::Csv => CSV,
    };
    Ok(file(&name, content_type, content))
}

const BINARY: &str = "application/octet-stream";

/// The lines of a mixture: m, then `a: u32[m]`, `b: u32[m]`, `similarity: f32[m]`, little-endian.
async fn lines(
    State(state): State<AppState>,
    Path(build): Path<String>,
    Query(mixed): Query<Mixed>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mixture = mixed.mixture()?;
    unchanging(&state, &build, &mixture, "lines", BINARY, &headers, move |atlas| {
        let explored = atlas.mixed(&mixture);
        let edges = &explored.edges;
        let mut out = (edges.len() as u32).to_le_bytes().to_vec();
        out.extend(edges.iter().flat_map(|edge| edge.0.to_le_bytes()));
        out.extend(edges.iter().flat_map(|edge| edge.1.to_le_bytes()));
        out.extend(edges.iter().flat_map(|edge| edge.2.to_le_bytes()));
        Ok(out)
    })
    .await
}

/// The number of each album's neighbourhood, `u32[n]`, little-endian.
async fn community_of_each(
    State(state): State<AppState>,
    Path(build): Path<String>,
    Query(mixed): Query<Mixed>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mixture = mixed.mixture()?;
    unchanging(&state, &build, &mixture, "neighbourhoods", BINARY, &headers, move |atlas| {
        let explored = atlas.mixed(&mixture);
        Ok(atlas.communities(&explored).of.iter().flat_map(|number| number.to_le_bytes()).collect())
    })
    .await
}

/// `NAME.bin` has the positions ([`gatefold::explore::Arranged::encode`]), `NAME.json` what is written on the map.
async fn layout(
    State(state): State<AppState>,
    Path((build, name)): Path<(String, String)>,
    Query(mixed): Query<Mixed>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let unknown = || {
        let names = Layout::ALL.map(Layout::name).join(", ");
        Problem::NotFound(format!(
            "there is no layout “{name}”: ask for one of {names} with .bin or .json behind it"
        ))
    };
    let (stem, kind) = name.split_once('.').ok_or_else(unknown)?;
    let layout = Layout::named(stem).ok_or_else(unknown)?;
    let labels = match kind {
        "bin" => false,
        "json" => true,
        _ => return Err(unknown()),
    };
    let content_type = if labels { "application/json" } else { BINARY };
    let mixture = mixed.mixture()?;
    unchanging(&state, &build, &mixture, &name, content_type, &headers, move |atlas| {
        let arranged = atlas.arranged(&atlas.mixed(&mixture), layout);
        if !labels {
            return Ok(arranged.encode());
        }
        serde_json::to_vec::<Vec<MapLabel>>(&arranged.labels).map_err(|e| Problem::Internal(e.to_string()))
    })
    .await
}

/// What follows from a build and a mixture alone.
async fn unchanging(
    state: &AppState,
    build: &str,
    mixture: &Mixture,
    what: &str,
    content_type: &'static str,
    headers: &HeaderMap,
    make: impl FnOnce(&Atlas) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    // A comma would make two tags of it.
    let tag = format!("{build}-{what}-{mixture}").replace(',', ";");
    // A build that nobody knows has no content, whatever the asker has.
    state.maps.build(build)?;
    if is_fresh(headers, &tag) {
        return Ok(not_modified(&tag, Caching::Forever));
    }
    let bytes = explore(state, Some(build), move |_, atlas| make(atlas)).await?;
    Ok(tagged(content_type, bytes, &tag, Caching::Forever))
}

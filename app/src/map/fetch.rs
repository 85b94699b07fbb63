//! Fetches the map: manifest, columns, names, sheets.

use super::arrangement::{self, Lines, Places};
use gatefold::map::{Columns, Layout, Manifest};
use gatefold::mixture::Mixture;
use gatefold::wire::{MapLabel, Refusal};
use gloo_net::http::{Request, Response};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap, ImageBitmapOptions};

const BASE: &str = "/api/v1/map";

/// Why something did not come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The server has built the map anew since the manifest was fetched.
    #[error("the map was built anew meanwhile: reload the page")]
    Gone,
    /// The server said why.
    #[error("{0}")]
    Refused(String),
    /// No answer.
    #[error("the server does not answer: check that gatefold is still running, then reload the page")]
    Network,
    /// An answer that is no answer.
    #[error("{0}")]
    Unreadable(String),
}

async fn get(url: &str) -> Result<Response, FetchError> {
    let response = Request::get(url).send().await.map_err(|_| FetchError::Network)?;
    if response.ok() {
        return Ok(response);
    }
    if matches!(response.status(), 409 | 410) {
        return Err(FetchError::Gone);
    }
    let status = response.status();
    let said = response.json::<Refusal>().await;
    Err(FetchError::Refused(match said {
        Ok(refusal) => refusal.error,
        Err(_) => format!("the server answered {status} for {url}: look at its log, then reload the page"),
    }))
}

fn unreadable(what: &str) -> FetchError {
    FetchError::Unreadable(format!("the map's {what} cannot be read: reload the page"))
}

/// The present build's manifest.
pub async fn manifest() -> Result<Manifest, FetchError> {
    get(BASE).await?.json().await.map_err(|_| unreadable("manifest"))
}

/// A build's columns.
pub async fn columns(build: &str) -> Result<Columns, FetchError> {
    let response = get(&format!("{BASE}/{build}/columns.bin")).await?;
    let bytes = response.binary().await.map_err(|_| FetchError::Network)?;
    Columns::decode(&bytes).map_err(|error| FetchError::Unreadable(error.to_string()))
}

/// A build's names: title and artist of each album.
pub async fn labels(build: &str) -> Result<Vec<(String, String)>, FetchError> {
    let response = get(&format!("{BASE}/{build}/labels.json")).await?;
    let labels: Vec<(Option<String>, Option<String>)> =
        response.json().await.map_err(|_| unreadable("list of names"))?;
    Ok(labels
        .into_iter()
        .map(|(title, artist)| (title.unwrap_or_default(), artist.unwrap_or_default()))
        .collect())
}

async fn binary(url: &str) -> Result<Vec<u8>, FetchError> {
    get(url).await?.binary().await.map_err(|_| FetchError::Network)
}

/// Where `albums` albums of a build stand in a layout.
pub async fn places(
    build: &str,
    layout: Layout,
    mixture: &Mixture,
    albums: usize,
) -> Result<Places, FetchError> {
    let bytes = binary(&format!("{BASE}/{build}/layouts/{}.bin?mix={mixture}", layout.name())).await?;
    Places::decode(&bytes, albums).ok_or_else(|| unreadable("layout"))
}

/// What is written on a build's map in a layout.
pub async fn written(build: &str, layout: Layout, mixture: &Mixture) -> Result<Vec<MapLabel>, FetchError> {
    let response = get(&format!("{BASE}/{build}/layouts/{}.json?mix={mixture}", layout.name())).await?;
    response.json().await.map_err(|_| unreadable("lettering"))
}

/// The lines of a mixture.
pub async fn lines(build: &str, mixture: &Mixture) -> Result<Lines, FetchError> {
    let bytes = binary(&format!("{BASE}/{build}/lines.bin?mix={mixture}")).await?;
    Lines::decode(&bytes).ok_or_else(|| unreadable("lines"))
}

/// The number of each album's neighbourhood, of `albums` albums of a build.
pub async fn neighbourhoods(build: &str, mixture: &Mixture, albums: usize) -> Result<Vec<u32>, FetchError> {
    let bytes = binary(&format!("{BASE}/{build}/neighbourhoods.bin?mix={mixture}")).await?;
    arrangement::neighbourhoods(&bytes, albums).ok_or_else(|| unreadable("neighbourhoods"))
}

/// A sheet, decoded beside the page's own thread where the browser can.
pub async fn sheet(build: &str, level: usize, number: u32) -> Result<ImageBitmap, FetchError> {
    let url = format!("{BASE}/{build}/sheets/{level}/{number}.jpg");
    decoded(&url).await.map_err(|_| unreadable("thumbnails"))
}

async fn decoded(url: &str) -> Result<ImageBitmap, JsValue> {
    let response: web_sys::Response = JsFuture::from(window().fetch_with_str(url)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    let blob: Blob = JsFuture::from(response.blob()?).await?.dyn_into()?;
    let options = ImageBitmapOptions::new();
    options.set_premultiply_alpha(web_sys::PremultiplyAlpha::None);
    options.set_color_space_conversion(web_sys::ColorSpaceConversion::None);
    let promise = window().create_image_bitmap_with_blob_and_image_bitmap_options(&blob, &options)?;
    JsFuture::from(promise).await?.dyn_into()
}

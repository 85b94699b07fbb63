//! The map of covers: what it shares with the page, and an empty canvas until the drawing itself joins it.

pub mod data;
mod state;

pub use data::MapData;
pub use state::{Hover, MapState, MapStatus};

use leptos::prelude::*;

/// The map.
#[component]
pub fn MapCanvas(
    /// What page and map tell each other.
    state: MapState,
) -> impl IntoView {
    let label = move || match state.manifest.with(|manifest| manifest.as_ref().map(|map| map.albums)) {
        Some(1) => "Map of 1 album".to_owned(),
        Some(n) => format!("Map of {n} albums"),
        None => "Map of albums".to_owned(),
    };
    view! {
        <div class="map-surface">
            <canvas class="map-canvas" role="application" tabindex="0" aria-label=label></canvas>
        </div>
    }
}

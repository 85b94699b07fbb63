//! The map of covers: a canvas that WebGL2 draws from wasm, and the signals that join it to the page.
//!
//! Everything that can be computed without a browser (camera, picking, keyboard steps, which sheets to fetch)
//! is plain code that tests run natively; everything that touches WebGL or the page stands behind `hydrate`.
//! The server renders the empty canvas.
//!
//! Class names for the style sheet: `.map-surface` (the component's box; give it a size), `.map-canvas`,
//! `.map-rectangle` (the rectangle that is being dragged). Colours come from `--map-ground`, `--map-edge`,
//! `--map-ring` and `--map-paper` (the plain sleeve of an album without a cover).

mod camera;
pub mod data;
mod gesture;
mod keyboard;
mod lettering;
mod lru;
mod marks;
mod picking;
mod sheets;
mod state;

pub use data::MapData;
pub use state::{Hover, MapState, MapStatus};

use leptos::html;
use leptos::prelude::*;

/// The map. Fetches the present build, draws it and keeps `state` up to date.
#[component]
pub fn MapCanvas(state: MapState) -> impl IntoView {
    let surface = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let rectangle = NodeRef::<html::Div>::new();
    let label = move || match state.manifest.with(|manifest| manifest.as_ref().map(|map| map.albums)) {
        Some(1) => "Map of 1 album".to_owned(),
        Some(n) => format!("Map of {n} albums"),
        None => "Map of albums".to_owned(),
    };
    view! {
        <div class="map-surface" node_ref=surface>
            <canvas
                class="map-canvas"
                node_ref=canvas
                role="application"
                tabindex="0"
                aria-label=label
                aria-roledescription="map"
                aria-describedby="map-keys"
            ></canvas>
            <div class="map-rectangle" node_ref=rectangle hidden aria-hidden="true"></div>
            <p id="map-keys" hidden>
                "Arrow keys go to the nearest album in that direction, Enter selects it, Shift and Enter add it, "
                "plus and minus zoom, 0 shows everything, Escape clears the selection."
            </p>
        </div>
    }
}

//! The map of covers: a canvas that WebGL2 draws from wasm, and the signals that join it to the page.
//!
//! Everything that can be computed without a browser (camera, picking, gestures, keyboard steps, which sheets to
//! fetch, which covers lie on top) is plain code that tests run natively; everything that touches WebGL or the page
//! stands behind `hydrate`. The server renders the empty canvas.
//!
//! Class names for the style sheet: `.map-surface` (the component's box; give it a size), `.map-canvas`,
//! `.map-rectangle` and `.map-rope` (the rectangle or lasso that is being dragged), `.map-label` (what is written on the
//! map), `.map-marker` (a place that is no album's), `.minimap`. Colours come from `--map-ground`, `--map-edge`,
//! `--map-ring`, `--map-paper` and `--map-ink` (the plain sleeve of an album without a cover, and the name on it).

// What only the browser calls is compiled for tests as well.
#![cfg_attr(not(feature = "hydrate"), allow(dead_code))]

mod arrangement;
mod camera;
pub mod data;
mod drawing;
mod gesture;
mod keyboard;
mod lettering;
mod look;
mod lru;
mod marks;
mod memory;
mod minimap;
mod picking;
mod polygon;
mod residency;
mod selection;
mod sheets;
mod size;
mod state;
mod timing;
mod tint;
mod years;

#[cfg(feature = "hydrate")]
mod covers;
#[cfg(feature = "hydrate")]
mod edges;
#[cfg(feature = "hydrate")]
mod engine;
#[cfg(feature = "hydrate")]
mod fetch;
#[cfg(feature = "hydrate")]
mod gl;
#[cfg(feature = "hydrate")]
mod hook;
#[cfg(feature = "hydrate")]
mod input;
#[cfg(feature = "hydrate")]
mod listen;
#[cfg(feature = "hydrate")]
mod save;
#[cfg(feature = "hydrate")]
mod scene;
#[cfg(feature = "hydrate")]
mod shell;
#[cfg(feature = "hydrate")]
mod sleeves;
#[cfg(feature = "hydrate")]
mod squares;
#[cfg(feature = "hydrate")]
mod theme;

pub use camera::View;
pub use data::MapData;
pub use minimap::Minimap;
pub use size::Size;
pub use state::{Hover, MapState, MapStatus, Marker, Picture, Seen};
pub use tint::Tint;
pub use years::YearScale;

use leptos::html;
use leptos::prelude::*;

/// The map. Fetches the present build, draws it and keeps `state` up to date.
#[component]
pub fn MapCanvas(
    /// What page and map tell each other.
    state: MapState,
) -> impl IntoView {
    let surface = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let rectangle = NodeRef::<html::Div>::new();
    let rope = NodeRef::<html::Div>::new();
    let labels = NodeRef::<html::Div>::new();
    let marker = NodeRef::<html::Div>::new();
    #[cfg(feature = "hydrate")]
    attach(state, Nodes { surface, canvas, rectangle, rope, labels, marker });
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
            <div class="map-labels" node_ref=labels aria-hidden="true">
                {move || {
                    let all = state.labels.get().into_iter();
                    all.map(|label| view! { <span class="map-label">{label.text}</span> }).collect_view()
                }}
            </div>
            <div class="map-marker" node_ref=marker hidden aria-hidden="true">
                <span>{move || state.marker.get().map(|marker| marker.text)}</span>
            </div>
            <div class="map-rectangle" node_ref=rectangle hidden aria-hidden="true"></div>
            <div class="map-rope" node_ref=rope hidden aria-hidden="true">
                <svg>
                    <path></path>
                </svg>
            </div>
            <p id="map-keys" hidden>
                "Arrow keys go to the nearest album in that direction, Enter selects it, Shift and Enter add it, "
                "plus and minus zoom, 0 shows everything, Escape clears the selection, Control and Z undoes what was "
                "selected. Dragging with Shift selects a rectangle, dragging with Alt whatever is inside a loop."
            </p>
        </div>
    }
}

/// Where the map's elements will be found.
#[cfg(feature = "hydrate")]
#[derive(Clone, Copy)]
struct Nodes {
    surface: NodeRef<html::Div>,
    canvas: NodeRef<html::Canvas>,
    rectangle: NodeRef<html::Div>,
    rope: NodeRef<html::Div>,
    labels: NodeRef<html::Div>,
    marker: NodeRef<html::Div>,
}

/// Starts the map once its elements are on the page, and lets signals reach it.
#[cfg(feature = "hydrate")]
fn attach(state: MapState, nodes: Nodes) {
    use shell::{Elements, Shell};
    use std::rc::Rc;

    let running = StoredValue::new_local(None::<Rc<Shell>>);
    let shell = move || running.try_get_value().flatten();
    Effect::new(move |_| {
        let over = (nodes.rectangle.get(), nodes.rope.get(), nodes.labels.get(), nodes.marker.get());
        let (Some(surface), Some(canvas)) = (nodes.surface.get(), nodes.canvas.get()) else { return };
        let (Some(rectangle), Some(rope), Some(labels), Some(marker)) = over else { return };
        if shell().is_none() {
            let elements = Elements {
                surface: surface.into(),
                canvas,
                rectangle: rectangle.into(),
                rope: rope.into(),
                labels: labels.into(),
                marker: marker.into(),
            };
            let shell = Shell::start(state, elements);
            // Somebody asked to look somewhere before there was a map.
            if let Some(view) = state.look_at.get_untracked() {
                shell.engine.borrow_mut().look_at(view);
                state.look_at.set(None);
            }
            running.set_value(Some(shell));
        }
    });
    Effect::new(move |_| {
        state.selected.track();
        state.highlight.track();
        state.hovered.track();
        state.focused.track();
        if let Some(shell) = shell() {
            shell.marks_changed();
        }
    });
    Effect::new(move |first: Option<()>| {
        state.tint.track();
        state.size.track();
        if let (Some(()), Some(shell)) = (first, shell()) {
            shell.facts_changed();
        }
    });
    Effect::new(move |first: Option<()>| {
        state.layout.track();
        state.mixture.track();
        if let (Some(()), Some(shell)) = (first, shell()) {
            shell.arrange();
        }
    });
    Effect::new(move |_| {
        // The labels' elements are new: they have to be put where they belong.
        state.labels.track();
        state.marker.track();
        if let Some(shell) = shell() {
            shell.invalidate();
        }
    });
    Effect::new(move |_| {
        let Some(id) = state.fly_to.get() else { return };
        if let Some(shell) = shell() {
            shell.engine.borrow_mut().fly_to(id);
            shell.invalidate();
            state.fly_to.set(None);
        }
    });
    Effect::new(move |_| {
        let Some(view) = state.look_at.get() else { return };
        if let Some(shell) = shell() {
            shell.engine.borrow_mut().look_at(view);
            shell.invalidate();
            state.look_at.set(None);
        }
    });
    Effect::new(move |_| {
        if let (Some(kind), Some(shell)) = (state.picture.get(), shell()) {
            save::save(shell, kind);
        }
    });
    Effect::new(move |first: Option<()>| {
        state.fit.track();
        if let (Some(()), Some(shell)) = (first, shell()) {
            shell.engine.borrow_mut().fit();
            shell.invalidate();
        }
    });
    Effect::new(move |first: Option<()>| {
        state.reload.track();
        if let (Some(()), Some(shell)) = (first, shell()) {
            shell.load();
        }
    });
    on_cleanup(move || {
        if let Some(shell) = shell() {
            shell.close();
        }
    });
}

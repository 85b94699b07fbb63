//! What the map's place says while there is no map.

use crate::map::{MapState, MapStatus};
use leptos::prelude::*;
use leptos_router::components::A;

/// Loading, an empty catalogue, a browser without WebGL2, or a failure: what it means and what to do.
#[component]
pub fn MapNotice(
    /// The map.
    map: MapState,
) -> impl IntoView {
    let empty = move || map.manifest.with(|manifest| manifest.as_ref().is_some_and(|map| map.albums == 0));
    move || {
        match map.status.get() {
        _ if empty() => view! {
            <div class="map-notice">
                <h1>"No albums yet"</h1>
                <p>"The catalogue is empty. " <A href="/import">"Import covers"</A> " and they will lie here."</p>
            </div>
        }
        .into_any(),
        MapStatus::Ready => ().into_any(),
        MapStatus::Loading => {
            view! { <p class="map-notice is-quiet" role="status">"Laying out the covers …"</p> }.into_any()
        }
        MapStatus::NoWebGl => view! {
            <div class="map-notice">
                <h1>"The map needs WebGL 2"</h1>
                <p>
                    "This browser does not offer it, or it is switched off. The list beside this holds the same "
                    "albums and does everything the map does."
                </p>
            </div>
        }
        .into_any(),
        MapStatus::Failed(reason) => view! {
            <div class="map-notice" role="alert">
                <h1>"The map could not be drawn"</h1>
                <p>{reason}</p>
            </div>
        }
        .into_any(),
    }
    }
}

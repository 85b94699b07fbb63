//! `/`: the map fills the window, everything else lies over it.

use crate::explore::Explore;
use crate::map::{MapCanvas, MapState};
use leptos::prelude::*;
use leptos_meta::Title;

/// The map.
#[component]
pub fn HomePage() -> impl IntoView {
    let explore = Explore::here();
    let map = MapState {
        selected: explore.selected,
        highlight: explore.highlight,
        data: explore.data,
        ..MapState::new()
    };
    view! {
        <Title text="Map" />
        <main class="home">
            <MapCanvas state=map />
        </main>
    }
}

//! Ways from one album to another: one at a time, stop by stop, lit on the map.

use super::cover::Cover;
use crate::explore::{Explore, Lit};
use crate::panels::{Panel, later};
use gatefold::album::AlbumId;
use gatefold::wire::{JourneyLine, Journeys, Stop};
use leptos::prelude::*;
use leptos_router::components::A;

/// The panel; nothing while nobody travels.
#[component]
pub fn JourneyPanel() -> impl IntoView {
    let journeys = Explore::here().journeys;
    move || journeys.get().map(|found| later(|| true, Panel::Journeys(found)))
}

/// The ways that were found.
#[component]
pub fn Found(
    /// All of them.
    found: Journeys,
) -> impl IntoView {
    let explore = Explore::here();
    let shown = RwSignal::new(0_usize);
    let journeys = StoredValue::new(found.journeys);
    let count = journeys.with_value(Vec::len);
    let albums = move || {
        let of = |journey: &JourneyLine| journey.stops.iter().map(|stop| stop.album.id).collect::<Vec<_>>();
        journeys.with_value(|all| all.get(shown.get()).map(of))
    };
    Effect::new(move |_| {
        if let Some(albums) = albums() {
            explore.light(Lit::Journey, albums);
        }
    });
    let close = move |_| {
        explore.journeys.set(None);
        if explore.lit() == Some(Lit::Journey) {
            explore.unlight();
        }
    };
    let choose = move |_| explore.selected.set(albums().unwrap_or_default());
    let tab = move |number: usize| {
        view! {
            <button
                type="button"
                aria-pressed=move || (shown.get() == number).to_string()
                on:click=move |_| shown.set(number)
            >
                {format!("Way {}", number + 1)}
            </button>
        }
    };
    let tabs = move || (0..count).map(tab).collect_view();
    let stops = move || {
        let stops = journeys.with_value(|all| all.get(shown.get()).map(|journey| journey.stops.clone()));
        stops.unwrap_or_default().into_iter().map(|stop| view! { <StopRow stop /> }).collect_view()
    };
    view! {
        <section class="journeys" aria-label="Journey">
            <header>
                <h2>"Journey"</h2>
                <button class="quiet" type="button" aria-label="Close the journey" on:click=close>"×"</button>
            </header>
            {found.reason.map(|reason| view! { <p class="note" role="status">{reason}</p> })}
            <Show when=move || { count > 1 }>
                <div class="journeys-tabs" role="group" aria-label="Different ways">{tabs}</div>
            </Show>
            <Show when=move || { count > 0 }>
                <ol class="journeys-stops">{stops}</ol>
                <button type="button" on:click=choose>"Select all stops"</button>
            </Show>
        </section>
    }
}

#[component]
fn StopRow(stop: Stop) -> impl IntoView {
    let explore = Explore::here();
    let Stop { album, reasons, .. } = stop;
    let id: AlbumId = album.id;
    let why = reasons.into_iter().next().map(|reason| view! { <small>{reason.words}</small> });
    let artist = album.artist.clone().unwrap_or_default();
    view! {
        <li>
            {why}
            <button
                type="button"
                class="journeys-stop"
                title="Show on the map"
                on:click=move |_| explore.go_to.set(Some(id))
            >
                <Cover id title=album.title.clone() has_cover=album.has_cover />
                <span class="journeys-words">
                    <span>{album.title.clone()}</span>
                    <span class="journeys-artist">{artist}</span>
                </span>
            </button>
            <A href=format!("/album/{id}") attr:class="quiet">"Open"</A>
        </li>
    }
}

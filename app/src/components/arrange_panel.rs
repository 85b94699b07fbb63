//! How the map is laid out, and what its neighbours are made of.

use crate::browser;
use crate::explore::Explore;
use crate::map::MapState;
use crate::panels::{Panel, later};
use gatefold::map::Layout;
use gatefold::mixture::{Mixture, Part};
use leptos::prelude::*;
use leptos_router::components::A;
use std::time::Duration;

/// How long a slider must rest before the map follows: neighbours take the server a moment.
const RESTING: Duration = Duration::from_millis(180);

/// A button, and the panel that it opens.
#[component]
pub fn ArrangePanel(
    /// The map.
    map: MapState,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let close = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            open.set(false);
            browser::focus("arrange-button");
        }
    };
    view! {
        <div class="arrange" on:keydown=close>
            <button
                type="button"
                id="arrange-button"
                aria-expanded=move || open.get().to_string()
                aria-controls="arrange-panel"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                "Arrange"
            </button>
            <div id="arrange-panel" class="arrange-panel" hidden=move || !open.get()>
                {later(move || open.get(), Panel::Arrangement(map))}
            </div>
        </div>
    }
}

/// What is in the panel.
#[component]
pub fn Arrangement(
    /// The map.
    map: MapState,
) -> impl IntoView {
    view! {
        {LayoutChoice().into_any()}
        {MixtureSliders().into_any()}
        <p><A href="/neighbourhoods">"The map's neighbourhoods"</A></p>
        <p class="note" role="status">
            {move || match (map.arranging.get(), map.trouble.get()) {
                (true, _) => "The map follows…".to_owned(),
                (false, Some(why)) => why,
                (false, None) => String::new(),
            }}
        </p>
    }
}

fn described(layout: Layout) -> (&'static str, &'static str) {
    match layout {
        Layout::Similarity => ("Similarity", "what is alike stands together"),
        Layout::Force => ("Force", "neighbours pull, all others push"),
        Layout::Genre => ("Genre", "an island for each"),
        Layout::Timeline => ("Timeline", "by year of release"),
        Layout::Colour => ("Colour", "a grid in which colours flow"),
        Layout::Plane => ("Plane", "two components of looks, sized by popularity"),
    }
}

#[component]
fn LayoutChoice() -> impl IntoView {
    let chosen = Explore::here().layout;
    let options = Layout::ALL.map(|layout| {
        let (name, about) = described(layout);
        view! {
            <label class="arrange-layout">
                <input
                    type="radio"
                    name="layout"
                    value=layout.name()
                    prop:checked=move || chosen.get() == layout
                    on:change=move |_| chosen.set(layout)
                />
                <span>{name}</span>
                <small>{about}</small>
            </label>
        }
    });
    view! {
        <fieldset>
            <legend>"Layout"</legend>
            {options.collect_view()}
        </fieldset>
    }
}

fn named(part: Part) -> &'static str {
    match part {
        Part::Look => "Looks",
        Part::Palette => "Colours",
        Part::Genre => "Genre it looks like",
        Part::Listeners => "Listeners",
        Part::Year => "Year",
    }
}

#[component]
fn MixtureSliders() -> impl IntoView {
    let chosen = Explore::here().mixture;
    let shown = RwSignal::new(chosen.get_untracked());
    // Who came by a link moves the sliders too.
    Effect::new(move |_| shown.set(chosen.get()));
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let slide = move |part: Part, weight: f32| {
        shown.update(|mixture| *mixture.weight_mut(part) = weight);
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        let follow = move || {
            let mixture = shown.get_untracked();
            // Nothing at all makes no neighbours: the map stays as it is until something counts again.
            if mixture.checked().is_ok() {
                chosen.set(mixture);
            }
        };
        waiting.set_value(set_timeout_with_handle(follow, RESTING).ok());
    };
    let sliders = Part::ALL.map(|part| {
        let weight = move || shown.with(|mixture| mixture.weight(part));
        let input = move |event| slide(part, event_target_value(&event).parse().unwrap_or(0.0));
        view! {
            <label class="arrange-part">
                <span>{named(part)}</span>
                <input
                    type="range"
                    min="0"
                    max="1"
                    step="0.05"
                    data-part=part.name()
                    prop:value=weight
                    aria-valuetext=move || format!("{:.0} %", 100.0 * weight())
                    on:input=input
                />
            </label>
        }
    });
    let nothing = move || shown.with(|mixture| mixture.checked().is_err());
    let usual = move || shown.with(Mixture::is_usual);
    view! {
        <fieldset>
            <legend>"Neighbours by"</legend>
            {sliders.collect_view()}
            <Show when=nothing>
                <p class="note">"Raise at least one: nothing makes no neighbours."</p>
            </Show>
            <button type="button" disabled=usual on:click=move |_| chosen.set(Mixture::USUAL)>
                "As usual"
            </button>
        </fieldset>
    }
}

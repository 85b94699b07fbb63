//! One chosen album in the tray.

use super::cover::Cover;
use crate::explore::Explore;
use gatefold::album::AlbumId;
use leptos::prelude::*;

/// Cover and a button that removes it; a slider for its weight where weights count.
#[component]
pub fn TrayItem(
    /// Which album.
    id: AlbumId,
    /// Whether its weight can be set now.
    can_weigh: Signal<bool>,
) -> impl IntoView {
    let explore = Explore::here();
    let line = Memo::new(move |_| explore.line(id));
    let title = Memo::new(move |_| {
        line.with(|line| line.as_ref().map_or_else(|| id.to_string(), |l| l.title.clone()))
    });
    let picture = move || {
        let has_cover = line.with(|line| line.as_ref().is_none_or(|line| line.has_cover));
        view! { <Cover id title=title.get() has_cover /> }
    };
    view! {
        <li class="tray-item" title=title>
            {picture}
            <button
                class="tray-remove"
                type="button"
                aria-label=move || format!("Remove {} from the selection", title.get())
                on:click=move |_| explore.toggle(id)
            >
                "×"
            </button>
            <Show when=move || can_weigh.get()>
                <WeightSlider id title />
            </Show>
        </li>
    }
}

#[component]
fn WeightSlider(id: AlbumId, title: Memo<String>) -> impl IntoView {
    let explore = Explore::here();
    let weight = Memo::new(move |_| explore.weight(id));
    let moved = move |event| {
        if let Ok(weight) = event_target_value(&event).parse::<f32>() {
            explore.weights.update(|weights| {
                weights.insert(id, weight);
            });
        }
    };
    view! {
        <label class="weight">
            <span class="unseen">{move || format!("Weight of {}", title.get())}</span>
            <input type="range" min="0" max="2" step="0.1" prop:value=move || weight.get().to_string() on:input=moved />
            <output>{move || format!("{:.1}", weight.get())}</output>
        </label>
    }
}

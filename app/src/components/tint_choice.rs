//! What the map's frames show: a choice, and what it means.

use crate::explore::Explore;
use crate::map::Tint;
use leptos::prelude::*;

/// The choice.
#[component]
pub fn TintChoice() -> impl IntoView {
    let tint = Explore::here().tint;
    let options = Tint::ALL.map(|choice| {
        view! {
            <option value=choice.key() selected=move || tint.get() == choice>
                {choice.name()}
            </option>
        }
    });
    let choose = move |event| {
        if let Some(choice) = Tint::of(&event_target_value(&event)) {
            tint.set(choice);
        }
    };
    view! {
        <label class="tint-choice">
            <span class="unseen">"Frames show"</span>
            <select aria-label="Frames show" prop:value=move || tint.get().key() on:change=choose>
                {options.collect_view()}
            </select>
        </label>
    }
}

/// What the chosen frames mean; nothing while there are none.
#[component]
pub fn TintNote() -> impl IntoView {
    let tint = Explore::here().tint;
    move || tint.get().note().map(|note| view! { <p class="tint-note" role="status">{note}</p> })
}

//! A yes or no that a person sets.

use leptos::prelude::*;

/// A labelled checkbox with a line that explains it.
#[component]
pub fn CheckField(
    /// What stands beside it.
    label: &'static str,
    /// What stands below it.
    hint: &'static str,
    /// Whether it is ticked.
    value: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <label class="field is-check">
            <input
                type="checkbox"
                prop:checked=value
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <span class="field-label">{label}</span>
            <span class="field-hint">{hint}</span>
        </label>
    }
}

//! A number that a person sets.

use leptos::prelude::*;

/// A labelled field; what it holds stays text until the form is sent.
#[component]
pub fn NumberField(
    /// What stands above it.
    label: &'static str,
    /// What stands below it.
    hint: &'static str,
    /// Its text.
    value: RwSignal<String>,
    /// Least.
    min: u64,
    /// Most.
    max: u64,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                type="number"
                min=min
                max=max
                value=value.get_untracked()
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            <span class="field-hint">{hint}</span>
        </label>
    }
}

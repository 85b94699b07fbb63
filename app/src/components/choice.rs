//! One of several, each with a line that explains it.

use leptos::prelude::*;

/// Radio buttons as cards.
#[component]
pub fn Choice(
    /// What is chosen.
    legend: &'static str,
    /// The group's name, unlike any other on the page.
    name: &'static str,
    /// Each option: its value, what it is called, and what it is in one line.
    options: Vec<(&'static str, &'static str, &'static str)>,
    /// The value chosen.
    value: RwSignal<String>,
) -> impl IntoView {
    let cards = options.into_iter().map(|(option, label, hint)| {
        let at_first = value.with_untracked(|value| value == option);
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name=name
                    value=option
                    checked=at_first
                    prop:checked=move || value.with(|value| value == option)
                    on:change=move |_| value.set(option.to_owned())
                />
                <span class="choice-label">{label}</span>
                <span class="field-hint">{hint}</span>
            </label>
        }
    });
    view! {
        <fieldset>
            <legend>{legend}</legend>
            <div class="choices">{cards.collect_view()}</div>
        </fieldset>
    }
}

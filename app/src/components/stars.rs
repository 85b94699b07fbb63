//! What one thinks of a generated cover, 1 to 5.

use crate::api;
use gatefold::operations::RateGenerated;
use gatefold::wire::Generated;
use leptos::prelude::*;

/// Five radio buttons that look like stars; the chosen one can be taken back.
#[component]
pub fn Stars(
    /// The cover.
    generated: Generated,
) -> impl IntoView {
    let rate = api::asking::<RateGenerated>();
    let given = generated.stars;
    let id = StoredValue::new(generated.id);
    let stars = move || match rate.value().get() {
        Some(Ok(rated)) => rated.stars,
        _ => given,
    };
    let star = move |n: u8| {
        let press = move |_| {
            let stars = (stars() != Some(n)).then_some(n);
            rate.dispatch(RateGenerated { id: id.get_value(), stars });
        };
        view! {
            <button
                class="star"
                type="button"
                aria-label=format!("{n} of 5")
                aria-pressed=move || (stars() == Some(n)).to_string()
                class:is-given=move || stars().is_some_and(|given| given >= n)
                on:click=press
            >
                <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                    <path d="m10 1.9 2.5 5.1 5.6.8-4 4 .9 5.6-5-2.7-5 2.7.9-5.6-4-4 5.6-.8z" />
                </svg>
            </button>
        }
    };
    let failed = move || rate.value().get().and_then(Result::err).map(|error| error.to_string());
    view! {
        <div class="stars" role="group" aria-label="What do you think of it?">
            {(1..=5).map(star).collect_view()}
        </div>
        <p class="trouble" role="status">{failed}</p>
    }
}

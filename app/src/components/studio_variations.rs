//! A row of variations to choose from, again and again.

use super::live_picture::LivePicture;
use crate::studio::{Studio, VARIATIONS, preview};
use leptos::prelude::*;

/// Variations of what is shown; choosing one makes it the child, and the next variations are of it.
#[component]
pub fn StudioVariations() -> impl IntoView {
    let studio: Studio = expect_context();
    let variations = Memo::new(move |_| studio.variations());
    let full = Memo::new(move |_| variations.with(|all| all.first().is_some_and(|r| r.check().is_err())));
    let one = move |i: usize| {
        let wanted = Signal::derive(move || variations.with(|all| all.get(i).and_then(preview)));
        let press = move |_| {
            if let Some(recipe) = variations.with_untracked(|all| all.get(i).cloned()) {
                studio.choose(recipe);
            }
        };
        view! {
            <li>
                <button type="button" class="variation" data-variation=i disabled=full on:click=press>
                    <LivePicture wanted alt=Signal::derive(move || format!("Variation {}", i + 1)) />
                </button>
            </li>
        }
    };
    view! {
        <section class="studio-variations" aria-labelledby="studio-variations-title">
            <header>
                <h2 id="studio-variations-title">"Variations"</h2>
                <button
                    class="quiet"
                    type="button"
                    data-action="others"
                    on:click=move |_| studio.round.update(|round| *round += 1)
                >
                    "Others"
                </button>
            </header>
            <ul>{(0..VARIATIONS).map(one).collect_view()}</ul>
        </section>
    }
}

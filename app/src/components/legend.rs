//! The genres of the catalogue: how many albums each has, and which is lit.

use crate::catalogue::Catalogue;
use crate::explore::{Explore, Lit};
use crate::palette::genre_css;
use crate::text;
use leptos::prelude::*;

/// A button per genre, the largest first. Pressing lights that genre's albums, pressing again all.
#[component]
pub fn Legend() -> impl IntoView {
    let catalogue = Catalogue::here();
    let genres = move || {
        let info = catalogue.info.get().and_then(Result::ok).unwrap_or_default();
        let mut genres: Vec<(String, u64)> = info.genres.into_iter().collect();
        genres.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        genres
    };
    view! {
        <nav class="legend" aria-label="Genres">
            <Suspense>
                <ul>
                    {move || {
                        genres()
                            .into_iter()
                            .map(|(name, count)| view! { <li><Entry name count /></li> })
                            .collect_view()
                    }}
                </ul>
            </Suspense>
        </nav>
    }
}

#[component]
fn Entry(name: String, count: u64) -> impl IntoView {
    let explore = Explore::here();
    let dot = format!("--dot:{}", genre_css(&name));
    let label = format!("{name}, {}", text::counted(count, "album", "albums"));
    let shown = name.clone();
    let this = Lit::Genre(name.clone());
    let pressed = Memo::new(move |_| explore.lit().as_ref() == Some(&this));
    let press = move |_| {
        if pressed.get_untracked() {
            explore.unlight();
        } else {
            explore.light(Lit::Genre(name.clone()), explore.of_genre(&name));
        }
    };
    view! {
        <button
            class="legend-entry"
            type="button"
            aria-label=label
            aria-pressed=move || pressed.get().to_string()
            on:click=press
        >
            <span class="dot" style=dot aria-hidden="true"></span>
            <span class="legend-name">{shown}</span>
            <span class="legend-count">{text::count(count)}</span>
        </button>
    }
}

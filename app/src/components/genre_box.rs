//! A genre to be ticked.

use super::genre_tag::GenreTag;
use crate::text;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// A checkbox with name and number of covers.
#[component]
pub fn GenreBox(
    /// The genre's name.
    name: String,
    /// Its albums.
    count: u64,
    /// The ticked names.
    chosen: RwSignal<BTreeSet<String>>,
) -> impl IntoView {
    let shown = name.clone();
    let at_first = chosen.with_untracked(|chosen| chosen.contains(&name));
    let ticked = {
        let name = name.clone();
        move || chosen.with(|chosen| chosen.contains(&name))
    };
    let tick = move |event| {
        let on = event_target_checked(&event);
        chosen.update(|chosen| {
            if on {
                chosen.insert(name.clone());
            } else {
                chosen.remove(&name);
            }
        });
    };
    view! {
        <label class="genre-box">
            <input type="checkbox" checked=at_first prop:checked=ticked on:change=tick />
            <GenreTag name=shown />
            <span class="count">{text::count(count)}</span>
        </label>
    }
}

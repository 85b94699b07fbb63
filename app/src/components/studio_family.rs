//! The family tree of what was chosen among variations: each generation below the one that it came from.

use super::live_picture::LivePicture;
use crate::studio::{Studio, preview};
use gatefold::recipe::Recipe;
use leptos::prelude::*;

/// The tree; nothing before anything was chosen. Choosing one of its covers goes back to it.
#[component]
pub fn StudioFamily() -> impl IntoView {
    let studio: Studio = expect_context();
    let grown = Memo::new(move |_| studio.family.with(|family| family.len() > 1));
    view! {
        <Show when=move || grown.get()>
            <section class="studio-family" aria-labelledby="studio-family-title">
                <h2 id="studio-family-title">"How it came to be"</h2>
                <ul class="family" role="tree" aria-labelledby="studio-family-title">
                    <Branch evolved=Vec::new() />
                </ul>
            </section>
        </Show>
    }
}

/// One cover of the tree, and all that came of it.
#[component]
fn Branch(
    /// How it was evolved.
    evolved: Vec<u64>,
) -> AnyView {
    let studio: Studio = expect_context();
    let depth = evolved.len();
    let own = StoredValue::new(evolved);
    let recipe = move || {
        let mut recipe: Recipe = studio.recipe.get();
        own.with_value(|evolved| recipe.evolved.clone_from(evolved));
        recipe
    };
    let wanted = Signal::derive(move || preview(&recipe()));
    let is_here = Memo::new(move |_| studio.recipe.with(|now| own.with_value(|own| *own == now.evolved)));
    let children = Memo::new(move |_| {
        studio.family.with(|family| {
            own.with_value(|own| {
                let child = |other: &&Vec<u64>| other.len() == depth + 1 && other.starts_with(own);
                family.iter().filter(child).cloned().collect::<Vec<_>>()
            })
        })
    });
    let label = if depth == 0 { "The beginning".to_owned() } else { format!("Generation {depth}") };
    let press = move |_| {
        studio.change(None, |now| own.with_value(|own| now.evolved.clone_from(own)));
    };
    view! {
        <li role="treeitem" aria-selected=move || is_here.get().to_string()>
            <button
                type="button"
                class="family-member"
                class:is-here=is_here
                aria-current=move || is_here.get().then_some("true")
                on:click=press
            >
                <LivePicture wanted alt=Signal::stored(label) />
            </button>
            <Show when=move || children.with(|children| !children.is_empty())>
                <ul role="group">
                    <For each=move || children.get() key=Clone::clone let:evolved>
                        <Branch evolved />
                    </For>
                </ul>
            </Show>
        </li>
    }
    .into_any()
}

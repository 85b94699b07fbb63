//! One album in the list.

use super::cover::Cover;
use crate::explore::Explore;
use crate::text;
use gatefold::album::AlbumId;
use leptos::prelude::*;
use leptos_router::components::A;

/// A button that chooses it, buttons that lead to it on the map and to its page.
#[component]
pub fn AlbumRow(
    /// Which album.
    id: AlbumId,
) -> impl IntoView {
    let explore = Explore::here();
    // Names may come later than numbers, but they do not change.
    let line = Memo::new(move |_| explore.line(id));
    let chosen = Memo::new(move |_| explore.is_selected(id));
    let title =
        move || line.with(|line| line.as_ref().map_or_else(|| id.to_string(), |line| line.title.clone()));
    let picture = move || {
        let has_cover = line.with(|line| line.as_ref().is_none_or(|line| line.has_cover));
        view! { <Cover id title=title() has_cover /> }
    };
    let facts = move || line.with(|line| line.as_ref().map(text::facts));
    view! {
        <li class="album-row">
            <button
                class="album-row-main"
                type="button"
                aria-pressed=move || chosen.get().to_string()
                on:click=move |_| explore.toggle(id)
            >
                {picture}
                <span class="album-row-title">{title}</span>
                <span class="album-row-facts">{facts}</span>
            </button>
            <button
                class="icon-button"
                type="button"
                title="Show on the map"
                aria-label=move || format!("Show {} on the map", title())
                on:click=move |_| explore.go_to.set(Some(id))
            >
                "◎"
            </button>
            <A
                href=format!("/album/{id}")
                attr:class="icon-button"
                attr:title="Open album"
                attr:aria-label=move || format!("Open {}", title())
            >
                "›"
            </A>
        </li>
    }
}

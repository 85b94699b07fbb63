//! A warning when a generated cover comes too near to a real one, with that cover beside it.

use super::cover::Cover;
use crate::api;
use leptos::prelude::*;
use leptos_router::components::A;

/// The real cover that a generated one resembles most: a warning when it is too near, a line when it is not.
#[component]
pub fn Resemblance(
    /// The generated cover.
    id: String,
) -> impl IntoView {
    let found = Resource::new(move || id.clone(), api::read_resembles);
    view! {
        <Suspense>
            {move || {
                let resembles = found.get()?.ok()??;
                let album = resembles.album;
                let (id, title) = (album.id, album.title.clone());
                let words = if resembles.too_near {
                    "This comes very near to a real cover. Before you publish it, look at both."
                } else {
                    "The real cover that it resembles most; covers of different albums often come as near."
                };
                Some(
                    view! {
                        <aside class="resemblance" class:is-warning=resembles.too_near data-role="resemblance">
                            <A href=format!("/album/{id}") attr:class="parent">
                                <Cover id title=title.clone() has_cover=true />
                                <span class="parent-title">{title}</span>
                                <span class="parent-artist">{album.artist}</span>
                            </A>
                            <p>{words}</p>
                        </aside>
                    },
                )
            }}
        </Suspense>
    }
}

//! A warning when a generated cover comes too near to a real one, with that cover beside it.

use super::cover::Cover;
use crate::api;
use gatefold::operations::ReadResemblance;
use gatefold::wire::Resembles;
use leptos::prelude::*;
use leptos_router::components::A;

/// The real cover that a generated one resembles most: a warning when it is too near, a line when it is not.
#[component]
pub fn Resemblance(
    /// The generated cover.
    id: String,
) -> impl IntoView {
    let found = Resource::new(move || id.clone(), |id| api::ask(ReadResemblance { id }));
    view! {
        <Suspense>
            {move || {
                let resembles = found.get()?.ok()?.resembles?;
                Some(view! { <ResemblanceCard resembles>""</ResemblanceCard> })
            }}
        </Suspense>
    }
}

/// The same of what is known already, with something below the words.
#[component]
pub fn ResemblanceCard(
    /// The real cover, and how near it is.
    resembles: Resembles,
    /// What stands below.
    children: Children,
) -> impl IntoView {
    let album = resembles.album;
    let (id, title) = (album.id, album.title.clone());
    let words = if resembles.too_near {
        "This comes very near to a real cover. Before you publish it, look at both."
    } else {
        "The real cover that it resembles most; covers of different albums often come as near."
    };
    view! {
        <aside class="resemblance" class:is-warning=resembles.too_near data-role="resemblance">
            <A href=format!("/album/{id}") attr:class="parent">
                <Cover id title=title.clone() has_cover=true />
                <span class="parent-title">{title}</span>
                <span class="parent-artist">{album.artist}</span>
            </A>
            <div>
                <p>{words}</p>
                {children()}
            </div>
        </aside>
    }
}

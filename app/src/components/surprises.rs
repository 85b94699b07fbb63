//! Albums whose cover looks like another genre than they are tagged with.

use super::cover::Cover;
use super::trouble::{Trouble, Waiting};
use crate::api;
use crate::map::Tint;
use gatefold::operations::ListSurprises;
use gatefold::wire::Surprise;
use leptos::prelude::*;
use leptos_router::components::A;

/// How many are listed.
const LISTED: u32 = 24;

/// The surest first.
#[component]
pub fn Surprises() -> impl IntoView {
    let surprises = Resource::new(|| (), |()| api::ask(ListSurprises { limit: LISTED }));
    view! {
        <section aria-labelledby="surprises-title">
            <h2 id="surprises-title">"Covers that look like another genre"</h2>
            <Suspense fallback=Waiting>
                {move || {
                    surprises
                        .get()
                        .map(|answer| match answer {
                            Ok(found) => view! { <Cards found=found.surprises /> }.into_any(),
                            Err(error) => view! { <Trouble error /> }.into_any(),
                        })
                }}
            </Suspense>
        </section>
    }
}

#[component]
fn Cards(found: Vec<Surprise>) -> impl IntoView {
    if found.is_empty() {
        let words = "None: no cover is taken for another genre, or too few albums are tagged to learn from.";
        return view! { <p class="note">{words}</p> }.into_any();
    }
    let ids: Vec<String> = found.iter().map(|surprise| surprise.album.id.to_string()).collect();
    let on_map = format!("/?select={}&colour={}", ids.join(","), Tint::Doubt.key());
    let cards = found.into_iter().map(|Surprise { album, looks_like, likely, .. }| {
        let tag = album.genre.as_ref().map(ToString::to_string).unwrap_or_default();
        view! {
            <li>
                <A href=format!("/album/{}", album.id) attr:class="album-card">
                    <Cover id=album.id title=album.title.clone() has_cover=album.has_cover />
                    <span class="album-card-title">{album.title}</span>
                    <span class="album-card-facts">
                        {format!("looks like {looks_like} ({:.0} %), is tagged {tag}", likely * 100.0)}
                    </span>
                </A>
            </li>
        }
    });
    let cards = cards.collect_view();
    view! {
        <div class="actions">
            <A href=on_map attr:class="button">"Show on the map"</A>
        </div>
        <ul class="album-cards">{cards}</ul>
    }
    .into_any()
}

//! The covers of a cell of a confusion matrix, the most wrong first.

use super::cover::Cover;
use super::trouble::{Trouble, Waiting};
use crate::api;
use crate::explore::{Explore, MOST_LINKED};
use crate::scored::Scored;
use crate::text;
use gatefold::album::AlbumId;
use gatefold::operations::ListAlbums;
use gatefold::report::Score;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use std::collections::HashSet;

/// Covers shown at first, and with each press of “More”.
const AT_ONCE: usize = 24;

/// Lists the chosen cell; nothing while none is chosen.
#[component]
pub fn CellCovers(
    /// The pair.
    scored: Scored,
    /// The element's id.
    id: String,
) -> impl IntoView {
    let covers = Memo::new(move |_| scored.covers());
    // While the slider moves the list changes, and what is around it stays.
    let ready = Memo::new(move |_| covers.with(Option::is_some));
    let content = move || {
        let cell = scored.cell.get()?;
        Some(match (scored.trouble(), ready.get()) {
            (Some(error), _) => view! { <Trouble error /> }.into_any(),
            (None, false) => view! { <Waiting /> }.into_any(),
            (None, true) => {
                let (truth, said) = (scored.name(cell.0), scored.name(cell.1));
                let close = Callback::new(move |()| scored.cell.set(None));
                view! { <CellList covers truth said measured=scored.name(true) close /> }.into_any()
            }
        })
    };
    view! { <div class="cell-covers" id=id>{content}</div> }
}

/// The covers of a cell, a few at first, and the way to the map.
#[component]
pub fn CellList(
    /// In their order; `None` while they are not there.
    covers: Memo<Option<Vec<Score>>>,
    /// What they are.
    truth: String,
    /// What they were called.
    said: String,
    /// What the scores are probabilities of.
    measured: String,
    /// Puts the list away.
    close: Callback<()>,
) -> impl IntoView {
    let explore = Explore::here();
    let shown = RwSignal::new(AT_ONCE);
    let count = Memo::new(move |_| covers.with(|covers| covers.as_ref().map_or(0, Vec::len)));
    let listed = Memo::new(move |_| {
        covers.with(|covers| covers.iter().flatten().take(shown.get()).copied().collect::<Vec<Score>>())
    });
    name_covers(explore, listed);
    let heading =
        move || format!("{} of {truth} called {said}", text::counted(count.get() as u64, "cover", "covers"));
    let on_map = move || {
        let ids = covers.with(|covers| {
            let ids = covers.iter().flatten().take(MOST_LINKED);
            ids.map(|score| score.id.to_string()).collect::<Vec<_>>().join(",")
        });
        format!("/?select={ids}")
    };
    let on_map_label = move || match count.get() > MOST_LINKED {
        true => format!("Show the first {MOST_LINKED} on the map"),
        false => "Show on the map".to_owned(),
    };
    view! {
        <div class="cell-covers-head">
            <h4>{heading}</h4>
            <button
                class="icon-button"
                type="button"
                aria-label="Close the list"
                on:click=move |_| close.run(())
            >
                "×"
            </button>
        </div>
        <Show
            when=move || { count.get() > 0 }
            fallback=|| view! { <p class="note">"None at this threshold."</p> }
        >
            <div class="actions">
                <A href=on_map attr:class="button" attr:data-action="on-map">{on_map_label}</A>
            </div>
        </Show>
        <ul class="cell-albums">
            <For each=move || listed.get() key=|score| score.id let:score>
                <Item score positive=measured.clone() />
            </For>
        </ul>
        <Show when=move || { count.get() > shown.get() }>
            <button class="quiet" type="button" on:click=move |_| shown.update(|n| *n += AT_ONCE)>
                {move || format!("{} more", text::count((count.get() - shown.get()) as u64))}
            </button>
        </Show>
    }
}

/// Has those albums named whose names the page does not know yet.
fn name_covers(explore: Explore, listed: Memo<Vec<Score>>) {
    let asked = StoredValue::new(HashSet::<AlbumId>::new());
    Effect::new(move |_| {
        let unknown: Vec<AlbumId> = listed.with(|listed| {
            let ids = listed.iter().map(|score| score.id);
            ids.filter(|id| untrack(|| explore.line(*id)).is_none()).collect()
        });
        let mut new = Vec::new();
        asked.update_value(|asked| new.extend(unknown.into_iter().filter(|id| asked.insert(*id))));
        for part in new.chunks(100) {
            let part = part.to_vec();
            spawn_local(async move {
                // Without an answer the covers stand without their names; each still leads to its album.
                if let Ok(list) = api::ask(ListAlbums::named(part)).await {
                    explore.remember(&list.albums);
                }
            });
        }
    });
}

#[component]
fn Item(score: Score, positive: String) -> impl IntoView {
    let explore = Explore::here();
    let line = Memo::new(move |_| explore.line(score.id));
    let title = move || line.with(|line| line.as_ref().map_or_else(String::new, |line| line.title.clone()));
    let artist = move || line.with(|line| line.as_ref().and_then(|line| line.artist.clone()));
    let percent = format!("--share:{:.0}%", score.score * 100.0);
    view! {
        <li>
            <A href=format!("/album/{}", score.id) attr:class="album-card">
                <Cover id=score.id title=String::new() has_cover=true />
                <span class="album-card-title">{title}</span>
                <span class="album-card-facts">{artist}</span>
                <span class="score" style=percent>
                    <span class="score-bar" aria-hidden="true"></span>
                    {format!("{:.2} {positive}", score.score)}
                </span>
            </A>
        </li>
    }
}

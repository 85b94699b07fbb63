//! `/duplicates`: albums that have the same picture, side by side.

use crate::api;
use crate::components::album_card::AlbumCard;
use crate::components::page_title::PageTitle;
use crate::components::trouble::{Trouble, Waiting};
use crate::explore::MOST_LINKED;
use crate::text;
use gatefold::operations::ListDuplicates;
use gatefold::report::AlbumLine;
use gatefold::wire::Duplicates;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

/// Groups on one page.
const GROUPS: u32 = 24;
/// Albums of a group that are shown.
const SHOWN: usize = 24;

/// Groups of near-duplicates, a page at a time: `?page=2`.
#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let query = use_query_map();
    let page = Memo::new(move |_| {
        let page = query.with(|query| query.get_str("page").and_then(|page| page.parse::<u32>().ok()));
        page.unwrap_or(1).max(1)
    });
    // An answer knows its page: another one may be asked for already.
    let found = Resource::new(
        move || page.get(),
        |page| async move {
            let asked = ListDuplicates { offset: (page - 1).saturating_mul(GROUPS), limit: Some(GROUPS) };
            (page, api::ask(asked).await)
        },
    );
    view! {
        <PageTitle text="Same picture twice" />
        <main class="page" id="content">
            <header class="page-head">
                <h1>"Same picture twice"</h1>
                <p class="lead">
                    "Albums whose covers are the same picture, or all but: other files of one cover, reissues, and covers \
                     that a source mixed up."
                </p>
            </header>
            <Transition fallback=Waiting>
                {move || {
                    found
                        .get()
                        .map(|(page, answer)| match answer {
                            Ok(found) => view! { <Groups found page /> }.into_any(),
                            Err(error) => view! { <Trouble error /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Groups(found: Duplicates, page: u32) -> impl IntoView {
    let Duplicates { duplicates: groups, total } = found;
    if total == 0 {
        return view! { <p class="note">"None: every cover on the map is a picture of its own."</p> }
            .into_any();
    }
    let first = u64::from(page - 1) * u64::from(GROUPS);
    let words = match groups.len() as u64 {
        0 => format!("There are {} groups, and none on this page.", text::count(total)),
        n if n == total => text::counted(total, "group", "groups"),
        n => format!(
            "Groups {} to {} of {}, the largest first.",
            text::count(first + 1),
            text::count(first + n),
            text::count(total)
        ),
    };
    let before = page > 1;
    let after = first + (groups.len() as u64) < total && !groups.is_empty();
    let groups = (first + 1..).zip(groups).map(|(number, group)| view! { <Group number group /> });
    let groups = groups.collect_view();
    let link = |page: u32, words: &'static str| {
        view! { <A href=format!("/duplicates?page={page}") attr:class="button">{words}</A> }
    };
    view! {
        <p class="note" role="status">{words}</p>
        {groups}
        <nav class="actions" aria-label="Further groups">
            {before.then(|| link(page - 1, "Before"))}
            {after.then(|| link(page + 1, "Further"))}
        </nav>
    }
    .into_any()
}

#[component]
fn Group(number: u64, group: Vec<AlbumLine>) -> impl IntoView {
    let title = format!("duplicates-{number}");
    let labelled = title.clone();
    let count = text::counted(group.len() as u64, "album", "albums");
    let ids: Vec<String> = group.iter().take(MOST_LINKED).map(|line| line.id.to_string()).collect();
    let more = group.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| format!("And {} more, on the map.", text::count(more as u64)));
    let cards = group.into_iter().take(SHOWN).map(|line| view! { <li><AlbumCard line /></li> });
    let cards = cards.collect_view();
    view! {
        <section class="duplicates" aria-labelledby=labelled>
            <h2 id=title class="small-title">{format!("{number}: {count}")}</h2>
            <ul class="album-cards">{cards}</ul>
            {more.map(|words| view! { <p class="note">{words}</p> })}
            <p><A href=format!("/?select={}", ids.join(",")) attr:class="button">"Show on the map"</A></p>
        </section>
    }
}

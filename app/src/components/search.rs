//! The search field: albums, artists, genres and years as one types, by keyboard alone if one likes.
//! Follows the combobox pattern with a listbox (<https://www.w3.org/WAI/ARIA/apg/patterns/combobox/>).

use super::search_hits::{Hit, Hits, OptionRow, named};
use crate::api;
use crate::browser;
use crate::explore::{Explore, Lit};
use gatefold::operations::ListAlbums;
use leptos::ev::KeyboardEvent;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use std::time::Duration;

/// The field's id, for the key that jumps to it.
pub const SEARCH: &str = "search";
/// Albums asked for while one types: more than are listed, so that their artists can be.
const ASKED: u32 = 20;
/// Albums lit at most when all that answer are asked for.
const LIT: u32 = 5000;
/// A pause this long between keys, and the server is asked.
const PAUSE: Duration = Duration::from_millis(120);

/// A field with a list of what it finds.
#[component]
pub fn Search() -> impl IntoView {
    let explore = Explore::here();
    let query = RwSignal::new(String::new());
    let found = RwSignal::new(Hits::default());
    let open = RwSignal::new(false);
    let active = RwSignal::new(None::<usize>);
    let path = use_location().pathname;
    let navigate = use_navigate();

    let mut ask = debounce(PAUSE, move |words: String| {
        spawn_local(async move {
            let answer =
                api::ask(ListAlbums { query: words.clone(), limit: Some(ASKED), ..ListAlbums::default() });
            let hits = Hits::new(words, answer.await, &explore);
            // Answers may overtake each other; only the one to what stands in the field counts.
            if query.with_untracked(|now| now.trim() == hits.query) {
                found.set(hits);
                active.set(None);
            }
        });
    });
    let mut typed = move |text: String| {
        let words = text.trim().to_owned();
        query.set(text);
        open.set(!words.is_empty());
        if words.is_empty() {
            found.set(Hits::default());
            active.set(None);
        } else {
            ask(words);
        }
    };
    let choose = move |hit: Hit| {
        open.set(false);
        let on_map = path.get_untracked() == "/";
        match hit {
            Hit::Album(line) if on_map => {
                explore.go_to.set(Some(line.id));
                if !explore.selected.with_untracked(|selected| selected.contains(&line.id)) {
                    explore.toggle(line.id);
                }
                return;
            }
            Hit::Album(line) => {
                navigate(&format!("/album/{}", line.id), NavigateOptions::default());
                return;
            }
            Hit::Genre(name, _) => explore.light(Lit::Genre(name.clone()), explore.of_genre(&name)),
            Hit::Artist(name, Some(_)) => {
                explore.light(Lit::Search(name.clone()), explore.of_artist(&name));
            }
            Hit::Artist(name, None) => light_all(explore, name),
            Hit::Years(from, to, _) => {
                explore.light(Lit::Search(named(from, to)), explore.of_years(from, to));
            }
            Hit::All(words, _) => light_all(explore, words),
        }
        if !on_map {
            navigate("/", NavigateOptions::default());
        }
    };
    let pick = StoredValue::new(choose);
    let pressed = move |event: KeyboardEvent| {
        let n = found.with_untracked(|found| found.hits.len());
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if n > 0 => {
                event.prevent_default();
                open.set(true);
                let next = step(active.get_untracked(), n, event.key() == "ArrowDown");
                active.set(Some(next));
                browser::scroll_to_option(&option_id(next));
            }
            "Enter" => {
                event.prevent_default();
                let hit = found.with_untracked(|found| found.on_enter(active.get_untracked()));
                if let Some(hit) = hit {
                    pick.with_value(|pick| pick(hit));
                }
            }
            "Escape" if open.get_untracked() => open.set(false),
            "Escape" => query.set(String::new()),
            _ => {}
        }
    };
    let rows = move || {
        let hits = found.with(|found| found.hits.clone());
        let row = |(number, hit): (usize, Hit)| {
            let chosen = hit.clone();
            let is_active = Signal::derive(move || active.get() == Some(number));
            // A press must not take the focus from the field, or the list would close before the click.
            view! {
                <li
                    id=option_id(number)
                    class="search-option"
                    role="option"
                    aria-selected=move || is_active.get().to_string()
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| pick.with_value(|pick| pick(chosen.clone()))
                >
                    <OptionRow hit />
                </li>
            }
        };
        hits.into_iter().enumerate().map(row).collect_view()
    };
    let note = move || found.with(|found| found.note.clone());
    let is_open = move || open.get() && found.with(|found| !found.query.is_empty());
    view! {
        <div class="search" role="search">
            <input
                id=SEARCH
                class="search-field"
                type="text"
                inputmode="search"
                placeholder="Search albums, artists, genres, years"
                aria-label="Search albums, artists, genres and years"
                autocomplete="off"
                spellcheck="false"
                role="combobox"
                aria-autocomplete="list"
                aria-controls="search-list"
                aria-expanded=move || is_open().to_string()
                aria-activedescendant=move || active.get().map(option_id)
                prop:value=query
                on:input=move |event| typed(event_target_value(&event))
                on:keydown=pressed
                on:focus=move |_| open.set(true)
                on:blur=move |_| open.set(false)
            />
            <kbd class="search-key" aria-hidden="true">"/"</kbd>
            <div class="search-results" class:is-open=is_open>
                <p class="search-note" role="status">{note}</p>
                <ul id="search-list" role="listbox" aria-label="Results">{rows}</ul>
            </div>
        </div>
    }
}

/// Lights all albums that answer.
/// Lights all albums that answer a search, once they have come.
pub fn light_all(explore: Explore, words: String) {
    spawn_local(async move {
        let query = ListAlbums { query: words.clone(), limit: Some(LIT), ..ListAlbums::default() };
        if let Ok(list) = api::ask(query).await {
            explore.remember(&list.albums);
            explore.light(Lit::Search(words), list.albums.iter().map(|line| line.id).collect());
        }
    });
}

fn option_id(number: usize) -> String {
    format!("search-option-{number}")
}

/// The next of `n` options, round and round.
fn step(active: Option<usize>, n: usize, down: bool) -> usize {
    match (active, down) {
        (None, true) => 0,
        (None, false) => n - 1,
        (Some(i), true) => (i + 1) % n,
        (Some(i), false) => (i + n - 1) % n,
    }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn arrows_go_round() {
        assert_eq!(step(None, 3, true), 0);
        assert_eq!(step(None, 3, false), 2);
        assert_eq!(step(Some(2), 3, true), 0);
        assert_eq!(step(Some(0), 3, false), 2);
    }
}

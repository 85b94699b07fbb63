//! The map as a list: the same albums, the same selection, for those who see no map or prefer to read.

use super::album_row::AlbumRow;
use super::trouble::Trouble;
use crate::api;
use crate::browser;
use crate::error::PageError;
use crate::explore::Explore;
use crate::text;
use gatefold::album::AlbumId;
use gatefold::operations::ListAlbums;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Albums drawn and asked for at a time.
const PAGE: usize = 60;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    All,
    Lit,
    Selected,
}

/// All albums, those that are lit, or those that are chosen. More are drawn as one scrolls.
#[component]
pub fn AlbumList() -> impl IntoView {
    let explore = Explore::here();
    let all = All::new(explore);
    let scope = RwSignal::new(Scope::All);
    let drawn = RwSignal::new(PAGE);
    Effect::new(move |_| all.more());
    let ids = Memo::new(move |_| match scope.get() {
        Scope::All => all.albums.get(),
        Scope::Lit => explore.highlight.get().unwrap_or_default(),
        Scope::Selected => explore.selected.get(),
    });
    let rows = move || ids.with(|ids| ids.iter().take(drawn.get()).copied().collect::<Vec<_>>());
    let scrolled = move |event| {
        if !browser::is_near_end(&event) {
            return;
        }
        if drawn.get_untracked() < ids.with_untracked(Vec::len) {
            drawn.update(|drawn| *drawn += PAGE);
        } else if scope.get_untracked() == Scope::All {
            all.more();
            drawn.update(|drawn| *drawn += PAGE);
        }
    };
    let count = move |of: Scope| match of {
        Scope::All => all.total.get(),
        Scope::Lit => explore.highlight.with(|lit| lit.as_ref().map_or(0, Vec::len) as u64),
        Scope::Selected => explore.selected.with(Vec::len) as u64,
    };
    let tab = move |of: Scope, label: &'static str| {
        view! {
            <button
                type="button"
                aria-pressed=move || (scope.get() == of).to_string()
                on:click=move |_| {
                    drawn.set(PAGE);
                    scope.set(of);
                }
            >
                {label}
                " "
                <span class="count">{move || text::count(count(of))}</span>
            </button>
        }
    };
    let empty = move || match scope.get() {
        _ if !ids.with(Vec::is_empty) => None,
        Scope::All => None,
        Scope::Lit => Some("Nothing is lit. Press a genre, search, or light the nearest of an album."),
        Scope::Selected => Some("Nothing is selected. Press an album here or on the map."),
    };
    view! {
        <section class="album-list" aria-label="Albums as a list">
            <div class="segments" role="group" aria-label="Which albums">
                {tab(Scope::All, "All")} {tab(Scope::Lit, "Lit")} {tab(Scope::Selected, "Selected")}
            </div>
            <div class="album-rows" tabindex="-1" on:scroll=scrolled>
                <ul>
                    <For each=rows key=|id| *id let:id>
                        <AlbumRow id />
                    </For>
                </ul>
                {move || empty().map(|words| view! { <p class="note">{words}</p> })}
                {move || all.error.get().map(|error| view! { <Trouble error /> })}
            </div>
        </section>
    }
}

/// All albums, as far as they were asked for.
#[derive(Clone, Copy)]
struct All {
    explore: Explore,
    albums: RwSignal<Vec<AlbumId>>,
    total: RwSignal<u64>,
    error: RwSignal<Option<PageError>>,
    busy: StoredValue<bool>,
}

impl All {
    fn new(explore: Explore) -> Self {
        Self {
            explore,
            albums: RwSignal::default(),
            total: RwSignal::default(),
            error: RwSignal::default(),
            busy: StoredValue::new(false),
        }
    }

    /// Asks for the next page, unless one is on its way or there is none.
    fn more(self) {
        let offset = self.albums.with_untracked(Vec::len);
        let complete = offset > 0 && offset as u64 >= self.total.get_untracked();
        if complete || self.busy.get_value() {
            return;
        }
        self.busy.set_value(true);
        spawn_local(async move {
            let query =
                ListAlbums { limit: Some(PAGE as u32), offset: offset as u32, ..ListAlbums::default() };
            let answer = api::ask(query).await;
            // The list may have been closed meanwhile.
            if self.busy.try_update_value(|busy| *busy = false).is_none() {
                return;
            }
            match answer {
                Ok(list) => {
                    self.explore.remember(&list.albums);
                    self.total.set(list.total);
                    self.albums.update(|all| all.extend(list.albums.iter().map(|line| line.id)));
                    self.error.set(None);
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }
}

//! Named sets of albums: what is chosen is kept under a name, and a set that was kept is chosen again.

use super::toasts::Toasts;
use crate::api;
use crate::browser;
use crate::explore::{Explore, Lit};
use crate::panels::{Panel, later};
use crate::text;
use gatefold::operations::{DeleteSet, ListSets, SaveSet};
use gatefold::sets::{self, AlbumSet};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Id of the button that opens the panel.
const BUTTON: &str = "sets-button";

/// A button, and the panel that it opens.
#[component]
pub fn SetsPanel() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            open.set(false);
            browser::focus(BUTTON);
        }
    };
    view! {
        <div class="sets" on:keydown=close>
            <button
                type="button"
                id=BUTTON
                data-action="sets"
                aria-expanded=move || open.get().to_string()
                aria-controls="sets-panel"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                "Sets"
            </button>
            <div id="sets-panel" class="sets-panel" role="group" aria-label="Sets" hidden=move || !open.get()>
                {later(move || open.get(), Panel::Sets(open))}
            </div>
        </div>
    }
}

/// What is in the panel.
#[component]
pub fn Sets(
    /// Whether it is open; the sets are read whenever it is opened.
    open: RwSignal<bool>,
) -> impl IntoView {
    let known = RwSignal::new(None::<Vec<AlbumSet>>);
    let toasts = Toasts::here();
    Effect::new(move |_| {
        if open.get() {
            spawn_local(read(known, toasts));
        }
    });
    view! {
        {view! { <SaveForm known /> }.into_any()}
        {view! { <SetList known /> }.into_any()}
    }
}

async fn read(known: RwSignal<Option<Vec<AlbumSet>>>, toasts: Toasts) {
    match api::ask(ListSets {}).await {
        // The panel may have gone meanwhile.
        Ok(found) => drop(known.try_set(Some(found.sets))),
        Err(error) => toasts.say(error.to_string()),
    }
}

/// Keeps what is chosen. A name that is taken is written over only when that is said on the button.
#[component]
fn SaveForm(known: RwSignal<Option<Vec<AlbumSet>>>) -> impl IntoView {
    let explore = Explore::here();
    let toasts = Toasts::here();
    let name = RwSignal::new(String::new());
    let n = Memo::new(move |_| explore.selected.with(Vec::len));
    let taken = Memo::new(move |_| {
        let name = name.get();
        known.with(|known| known.iter().flatten().any(|set| set.name == name.trim()))
    });
    let unfit = Memo::new(move |_| {
        let albums = explore.selected.with(|albums| sets::albums(albums).err());
        albums.map(|unfit| unfit.to_string())
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = match sets::name(&name.get_untracked()) {
            Ok(name) => name,
            Err(unfit) => return toasts.say(unfit.to_string()),
        };
        let albums = explore.selected.get_untracked();
        spawn_local(async move {
            match api::ask(SaveSet { name: wanted, albums }).await {
                Ok(set) => {
                    let albums = text::counted(set.albums.len() as u64, "album", "albums");
                    toasts.say(format!("“{}” saved with {albums}.", set.name));
                    let _ = name.try_set(String::new());
                    read(known, toasts).await;
                }
                Err(error) => toasts.say(error.to_string()),
            }
        });
    };
    view! {
        <form class="sets-save" on:submit=save>
            <label class="field">
                <span class="field-label">"Keep the selection as"</span>
                <input
                    type="text"
                    name="set"
                    maxlength="80"
                    autocomplete="off"
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </label>
            <button
                type="submit"
                data-action="save-set"
                disabled=move || unfit.with(Option::is_some) || name.with(|name| name.trim().is_empty())
            >
                {move || if taken.get() { "Replace" } else { "Save" }}
            </button>
            <p class="note" role="status">
                {move || match (unfit.get(), n.get()) {
                    (_, 0) => "Select albums on the map, and save them here.".to_owned(),
                    (Some(why), _) => why,
                    (None, n) if taken.get() => {
                        format!("There is a set of that name: its albums make room for these {n}.")
                    }
                    (None, n) => format!("{} selected.", text::counted(n as u64, "album", "albums")),
                }}
            </p>
        </form>
    }
}

#[component]
fn SetList(known: RwSignal<Option<Vec<AlbumSet>>>) -> impl IntoView {
    // What was deleted last: it can be had back as long as the panel is there.
    let deleted = RwSignal::new(None::<AlbumSet>);
    let rows = move || {
        let sets = known.get().unwrap_or_default().into_iter();
        sets.map(|set| view! { <SetRow set known deleted /> }).collect_view()
    };
    let none = move || known.with(|known| known.as_ref().is_some_and(Vec::is_empty));
    view! {
        <ul class="sets-list">{rows}</ul>
        <Show when=none>
            <p class="note">"No sets yet."</p>
        </Show>
        {move || deleted.get().map(|set| view! { <Deleted set known deleted /> })}
    }
}

#[component]
fn SetRow(
    set: AlbumSet,
    known: RwSignal<Option<Vec<AlbumSet>>>,
    deleted: RwSignal<Option<AlbumSet>>,
) -> impl IntoView {
    let explore = Explore::here();
    let toasts = Toasts::here();
    let name = set.name.clone();
    let count = text::counted(set.albums.len() as u64, "album", "albums");
    let gone = (set.gone > 0).then(|| format!(", {} gone", text::count(set.gone.into())));
    let label = format!("Delete the set {name}");
    let kept = StoredValue::new(set);
    let open = move |_| {
        let set = kept.get_value();
        if set.gone > 0 {
            let gone = text::counted(set.gone.into(), "album is", "albums are");
            toasts.say(format!("{gone} no longer in the catalogue and left out."));
        }
        explore.light(Lit::Link, set.albums.clone());
        explore.selected.set(set.albums);
    };
    let delete = move |_| {
        let set = kept.get_value();
        spawn_local(async move {
            match api::ask(DeleteSet { name: set.name.clone() }).await {
                Ok(_) => {
                    let _ = deleted.try_set(Some(set));
                    read(known, toasts).await;
                }
                Err(error) => toasts.say(error.to_string()),
            }
        });
    };
    view! {
        <li>
            <button type="button" class="sets-open" title="Select these albums and light them" on:click=open>
                <span class="sets-name">{name}</span>
                <span class="count">{count} {gone}</span>
            </button>
            <button type="button" class="quiet" aria-label=label on:click=delete>
                "Delete"
            </button>
        </li>
    }
}

#[component]
fn Deleted(
    set: AlbumSet,
    known: RwSignal<Option<Vec<AlbumSet>>>,
    deleted: RwSignal<Option<AlbumSet>>,
) -> impl IntoView {
    let toasts = Toasts::here();
    let words = format!("“{}” deleted.", set.name);
    let kept = StoredValue::new(set);
    let back = move |_| {
        let set = kept.get_value();
        spawn_local(async move {
            match api::ask(SaveSet { name: set.name, albums: set.albums }).await {
                Ok(_) => {
                    let _ = deleted.try_set(None);
                    read(known, toasts).await;
                }
                Err(error) => toasts.say(error.to_string()),
            }
        });
    };
    view! {
        <p class="sets-deleted" role="status">
            <span>{words}</span>
            <button type="button" data-action="undelete-set" on:click=back>
                "Undo"
            </button>
        </p>
    }
}

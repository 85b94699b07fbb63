//! Takes an album off all lists, and brings it back.

use super::confirm::Confirm;
use super::page_title::PageTitle;
use super::trouble::Trouble;
use crate::api;
use crate::browser;
use crate::explore::Explore;
use crate::rebuild::Rebuild;
use gatefold::album::AlbumId;
use gatefold::operations::{DeleteAlbum, RestoreAlbum};
use leptos::prelude::*;
use leptos_router::components::A;

/// Id of the heading that says so.
const DELETED: &str = "deleted-album";

/// A button that asks, then deletes.
#[component]
pub fn AlbumDelete(
    /// Which.
    id: AlbumId,
    /// What it is called.
    title: String,
    /// Called when it was deleted.
    on_deleted: Callback<()>,
) -> impl IntoView {
    let (rebuild, explore) = (Rebuild::here(), Explore::here());
    let delete = api::asking::<DeleteAlbum>();
    Effect::new(move |_| {
        if let Some(Ok(changed)) = delete.value().get() {
            rebuild.after(changed);
            explore.selected.update(|selected| selected.retain(|other| *other != id));
            on_deleted.run(());
            // The button that had the focus is gone.
            browser::focus(DELETED);
        }
    });
    let failed = move || delete.value().get().and_then(Result::err).map(|error| view! { <Trouble error /> });
    view! {
        <Confirm
            id="delete-album".to_owned()
            label="Delete…"
            question=format!("Delete “{title}”?")
            about="It leaves all lists and the map, and stays away when its source is imported again, until you \
                   restore it under Catalogue. Your own files are left alone."
            yes="Delete"
            busy=delete.pending()
            on_yes=Callback::new(move |()| { delete.dispatch(DeleteAlbum { id, build: true }); })
        />
        {failed}
    }
}

/// What stands in place of an album that was just deleted.
#[component]
pub fn Deleted(
    /// Which.
    id: AlbumId,
    /// What it was called.
    title: String,
    /// Called when it is back.
    on_restored: Callback<()>,
) -> impl IntoView {
    view! {
        <PageTitle text="Deleted" />
        <h1 id=DELETED tabindex="-1">{format!("“{title}” was deleted")}</h1>
        <p>
            "It stays away when its source is imported again, until it is restored: here, or later under "
            <A href="/catalogue">"Catalogue"</A> "."
        </p>
        <div class="actions">
            <Restore id label="Restore it" on_restored />
            <A href="/" attr:class="button">"To the map"</A>
        </div>
    }
}

/// A button that brings a deleted album back.
#[component]
pub fn Restore(
    /// Which.
    id: AlbumId,
    /// What the button says.
    label: &'static str,
    /// Called when it is back.
    on_restored: Callback<()>,
) -> impl IntoView {
    let rebuild = Rebuild::here();
    let restore = api::asking::<RestoreAlbum>();
    Effect::new(move |_| {
        if let Some(Ok(changed)) = restore.value().get() {
            rebuild.after(changed);
            on_restored.run(());
        }
    });
    let failed = move || restore.value().get().and_then(Result::err).map(|error| view! { <Trouble error /> });
    view! {
        <button
            type="button"
            data-action="restore"
            disabled=restore.pending()
            on:click=move |_| { restore.dispatch(RestoreAlbum { id, build: true }); }
        >
            {label}
        </button>
        {failed}
    }
}

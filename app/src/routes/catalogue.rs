//! `/catalogue`: what the catalogue is made of, and what it takes on disk.

use crate::api;
use crate::components::album_delete::Restore;
use crate::components::disk_use::DiskUseTable;
use crate::components::page_title::PageTitle;
use crate::components::rebuild_note::RebuildNote;
use crate::components::source_list::SourceList;
use crate::components::trouble::{Trouble, Waiting};
use crate::rebuild::Rebuild;
use crate::text;
use gatefold::operations::ReadCatalogue;
use gatefold::report::{AlbumLine, CatalogueReport};
use leptos::prelude::*;
use leptos_router::components::A;

/// Deleted albums listed; the others can be restored from the command line.
const DELETED: usize = 100;

/// Sources, disk use, deleted albums.
#[component]
pub fn CataloguePage() -> impl IntoView {
    let report = Resource::new(|| (), |()| api::ask(ReadCatalogue {}));
    Rebuild::here().on_end(move || report.refetch());
    let on_changed = Callback::new(move |()| report.refetch());
    view! {
        <PageTitle text="Catalogue" />
        <main class="page" id="content">
            <Transition fallback=Waiting>
                {move || {
                    report
                        .get()
                        .map(|answer| match answer {
                            Ok(report) => view! { <Report report on_changed /> }.into_any(),
                            Err(error) => view! { <Trouble error /> }.into_any(),
                        })
                }}
            </Transition>
            {RebuildNote().into_any()}
            <section aria-labelledby="look-through-title">
                <h2 id="look-through-title">"Look through it"</h2>
                <div class="actions">
                    <A href="/neighbourhoods" attr:class="button">"Neighbourhoods"</A>
                    <A href="/duplicates" attr:class="button">"Same picture twice"</A>
                </div>
            </section>
        </main>
    }
}

#[component]
fn Report(report: CatalogueReport, on_changed: Callback<()>) -> impl IntoView {
    let CatalogueReport { data, albums, disk, sources, deleted } = report;
    view! {
        <header class="page-head">
            <h1>"Catalogue"</h1>
            <p class="lead">{text::counted(albums, "album", "albums")} " in " <code>{data}</code></p>
            <p class="note">
                "Another catalogue lies in another directory: " <code>"gatefold serve --data DIR"</code> " opens it."
            </p>
        </header>
        {view! { <SourceList sources /> }.into_any()}
        {view! { <DiskUseTable disk /> }.into_any()}
        {view! { <DeletedAlbums deleted on_changed /> }.into_any()}
    }
}

/// Albums that were deleted, each with a way back; nothing where none was.
#[component]
fn DeletedAlbums(deleted: Vec<AlbumLine>, on_changed: Callback<()>) -> impl IntoView {
    if deleted.is_empty() {
        return ().into_any();
    }
    let more = deleted.len().saturating_sub(DELETED);
    let rows = deleted.into_iter().take(DELETED).map(|album| {
        let artist = text::artist(&album);
        view! {
            <li>
                <span>{album.title} <span class="note">{artist}</span></span>
                <Restore id=album.id label="Restore" on_restored=on_changed />
            </li>
        }
    });
    let rows = rows.collect_view();
    let more = (more > 0).then(|| {
        let words = format!("And {} more: ", text::count(more as u64));
        view! { <p class="note">{words} <code>"gatefold catalogue"</code> " lists them."</p> }
    });
    view! {
        <section aria-labelledby="deleted-title">
            <h2 id="deleted-title">"Deleted albums"</h2>
            <ul class="deleted">{rows}</ul>
            {more}
        </section>
    }
    .into_any()
}

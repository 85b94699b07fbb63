//! `/album/{id}`: one album and its neighbours.

use crate::api;
use crate::components::album_card::AlbumCard;
use crate::components::album_delete::{AlbumDelete, Deleted};
use crate::components::album_edit::AlbumEdit;
use crate::components::album_facts::AlbumFacts;
use crate::components::cover::Cover;
use crate::components::missing::Missing;
use crate::components::opinion::Opinion;
use crate::components::page_title::PageTitle;
use crate::components::rebuild_note::RebuildNote;
use crate::components::trouble::Waiting;
use crate::explore::Explore;
use crate::outward;
use gatefold::album::AlbumId;
use gatefold::operations::ReadAlbum;
use gatefold::recipe::{Kind, Parent, Recipe};
use gatefold::report::AlbumLine;
use gatefold::wire::AlbumDetail;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

/// The album that the address names.
#[component]
pub fn AlbumPage() -> impl IntoView {
    let params = use_params_map();
    let album = Resource::new(
        move || params.with(|params| params.get("id").unwrap_or_default()),
        |id| async move {
            match id.parse::<AlbumId>() {
                Ok(id) => api::subject(ReadAlbum { id }).await,
                Err(_) => api::nothing_there("This address names no album.".to_owned()),
            }
        },
    );
    // The album that was deleted here, as long as one stays at its address.
    let deleted = RwSignal::new(None::<(AlbumId, String)>);
    let gone = move || {
        let here = params.with(|params| params.get("id").and_then(|id| id.parse().ok()));
        deleted.get().filter(|(id, _)| Some(*id) == here)
    };
    let on_changed = Callback::new(move |()| album.refetch());
    let on_restored = Callback::new(move |()| {
        deleted.set(None);
        album.refetch();
    });
    view! {
        <main class="page" id="content">
            <Transition fallback=Waiting>
                {move || {
                    if let Some((id, title)) = gone() {
                        let note = RebuildNote().into_any();
                        return Some(view! { <Deleted id title on_restored /> {note} }.into_any());
                    }
                    album
                        .get()
                        .map(|answer| match answer {
                            Ok(detail) => view! { <Detail detail on_changed deleted /> }.into_any(),
                            Err(error) => view! {
                                <Missing
                                    error
                                    what="No such album"
                                    instead="It was deleted, or it never was here. The search above finds every album there is."
                                    href="/"
                                    label="To the map"
                                />
                            }
                            .into_any(),
                        })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Detail(
    detail: AlbumDetail,
    on_changed: Callback<()>,
    deleted: RwSignal<Option<(AlbumId, String)>>,
) -> impl IntoView {
    let AlbumDetail { album, title, neighbours, palette, opinion, edit } = detail;
    let id = album.id;
    let of = title.clone();
    let on_deleted = Callback::new(move |()| deleted.set(Some((id, of.clone()))));
    let tag = album.genre.clone();
    let line = AlbumLine::from(&album);
    let artist = album.display_artist().to_owned();
    let swatches = palette.into_iter().map(|colour| {
        let style = format!("--swatch:{colour}");
        view! { <li style=style title=colour.clone()><span class="unseen">{colour.clone()}</span></li> }
    });
    let swatches = swatches.collect_view();
    let none = neighbours.is_empty();
    let cards = neighbours.into_iter().map(|neighbour| {
        let (similarity, reasons) = (Some(neighbour.similarity), neighbour.reasons);
        view! { <li><AlbumCard line=neighbour.album similarity reasons /></li> }
    });
    let cards = cards.collect_view();
    view! {
        <PageTitle text=format!("{title} by {artist}") />
        <article class="album">
            <div class="album-cover">
                <Cover id=album.id title=title.clone() has_cover=line.has_cover large=true />
                <ul class="swatches" aria-label="Colours of the cover">{swatches}</ul>
            </div>
            <div class="album-words">
                <p class="album-artist">{artist}</p>
                <h1>{title.clone()}</h1>
                <Actions line />
                {view! { <AlbumFacts album=album.clone() /> }.into_any()}
                {view! { <Opinion opinion tag /> }.into_any()}
                {view! { <Outward artist=album.artist.clone() title=album.title.clone() /> }.into_any()}
                {view! { <AlbumEdit album edit on_changed /> }.into_any()}
                <div class="actions">
                    {view! { <AlbumDelete id title=title.clone() on_deleted /> }.into_any()}
                </div>
                {RebuildNote().into_any()}
            </div>
        </article>
        <section aria-labelledby="neighbours-title">
            <h2 id="neighbours-title">"Neighbours"</h2>
            {none.then(|| view! { <p class="note">"None: this album has no cover to compare, and nobody says what is listened to beside it."</p> })}
            <ul class="album-cards">{cards}</ul>
        </section>
    }
}

#[component]
fn Actions(line: AlbumLine) -> impl IntoView {
    let explore = Explore::here();
    let id = line.id;
    explore.remember([&line]);
    let chosen = Memo::new(move |_| explore.is_selected(id));
    let reconstruct = move |_| {
        let parents = vec![Parent { id, weight: 1.0 }];
        explore.make(Recipe::new(Kind::Reconstruct, parents));
    };
    view! {
        <div class="actions">
            <A href=format!("/?album={id}") attr:class="button primary">"Show on map"</A>
            <A href=format!("/?album={id}&nearest=50") attr:class="button">"50 nearest"</A>
            <button type="button" aria-pressed=move || chosen.get().to_string() on:click=move |_| explore.toggle(id)>
                {move || if chosen.get() { "Selected" } else { "Select" }}
            </button>
            {line
                .has_cover
                .then(|| {
                    view! {
                        <button type="button" data-action="reconstruct" on:click=reconstruct>"Reconstruct"</button>
                    }
                })}
        </div>
    }
}

/// Where else one can read of it.
#[component]
fn Outward(artist: Option<String>, title: Option<String>) -> impl IntoView {
    let links = outward::links(artist.as_deref(), title.as_deref());
    if links.is_empty() {
        return ().into_any();
    }
    let links = links.into_iter().map(|(name, address)| {
        view! {
            <li>
                <a href=address target="_blank" rel="noopener external">
                    {name} <span class="unseen">" (opens in a new tab)"</span>
                </a>
            </li>
        }
    });
    let links = links.collect_view();
    view! {
        <div class="outward">
            <h2 class="small-title">"Look it up"</h2>
            <ul>{links}</ul>
        </div>
    }
    .into_any()
}

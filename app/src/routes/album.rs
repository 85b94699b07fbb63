//! `/album/{id}`: one album and its neighbours.

use crate::api;
use crate::components::album_card::AlbumCard;
use crate::components::album_facts::AlbumFacts;
use crate::components::cover::Cover;
use crate::components::opinion::Opinion;
use crate::components::trouble::{Trouble, Waiting};
use crate::error::PageError;
use crate::explore::Explore;
use gatefold::album::AlbumId;
use gatefold::recipe::{Kind, Parent, Recipe};
use gatefold::report::AlbumLine;
use gatefold::wire::AlbumDetail;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

/// The album that the address names.
#[component]
pub fn AlbumPage() -> impl IntoView {
    let params = use_params_map();
    let album = Resource::new(
        move || params.with(|params| params.get("id").unwrap_or_default()),
        |id| async move {
            let id: AlbumId = id.parse().map_err(|error| PageError::Refused(format!("{error}")))?;
            api::read_album(id).await
        },
    );
    view! {
        <main class="page" id="content">
            <Transition fallback=Waiting>
                {move || {
                    album
                        .get()
                        .map(|answer| match answer {
                            Ok(detail) => view! { <Detail detail /> }.into_any(),
                            Err(error) => view! { <Missing error /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Missing(error: PageError) -> impl IntoView {
    view! {
        <Title text="No such album" />
        <h1>"No such album"</h1>
        <Trouble error />
        <p><A href="/" attr:class="button">"To the map"</A></p>
    }
}

#[component]
fn Detail(detail: AlbumDetail) -> impl IntoView {
    let AlbumDetail { album, title, neighbours, palette, opinion } = detail;
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
        <Title text=format!("{title} by {artist}") />
        <article class="album">
            <div class="album-cover">
                <Cover id=album.id title=title.clone() has_cover=line.has_cover large=true />
                <ul class="swatches" aria-label="Colours of the cover">{swatches}</ul>
            </div>
            <div class="album-words">
                <p class="album-artist">{artist}</p>
                <h1>{title}</h1>
                <Actions line />
                <AlbumFacts album />
                <Opinion opinion tag />
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

//! `/neighbourhoods`: what lies together on the map, and where two such places meet.

use crate::api;
use crate::components::album_card::AlbumCard;
use crate::components::page_title::PageTitle;
use crate::components::toasts::Toasts;
use crate::components::trouble::{Trouble, Waiting};
use crate::explore::{Explore, Lit};
use crate::text;
use gatefold::mixture::Mixture;
use gatefold::operations::{ListNeighbourhoods, ReadNeighbourhood};
use gatefold::report::AlbumLine;
use gatefold::wire::{BridgeLine, Neighbourhood, Neighbourhoods};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;
use std::collections::HashMap;

/// Neighbourhoods shown, the largest.
const SHOWN: usize = 60;
/// Bridges shown, the busiest.
const BRIDGES: usize = 20;

/// Neighbourhoods of the usual mixture, the largest first, then the bridges between them.
#[component]
pub fn NeighbourhoodsPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| api::ask(ListNeighbourhoods { mix: Mixture::USUAL }));
    view! {
        <PageTitle text="Neighbourhoods" />
        <main class="page" id="content">
            <header class="page-head">
                <h1>"Neighbourhoods"</h1>
                <p class="lead">
                    "Albums that are each other's neighbours more than anybody else's, called by what they have in common."
                </p>
            </header>
            <Transition fallback=Waiting>
                {move || {
                    found
                        .get()
                        .map(|answer| match answer {
                            Ok(found) => view! { <Places found /> }.into_any(),
                            Err(error) => view! { <Trouble error /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Places(found: Neighbourhoods) -> impl IntoView {
    let Neighbourhoods { neighbourhoods, bridges } = found;
    if neighbourhoods.is_empty() {
        let words = "None: there are too few albums on the map, or none is like another.";
        return view! { <p class="note">{words}</p> }.into_any();
    }
    let names: HashMap<u32, String> =
        neighbourhoods.iter().map(|place| (place.number, place.name.clone())).collect();
    let total = neighbourhoods.len();
    let words = match total {
        n if n > SHOWN => format!("The {SHOWN} largest of {}.", text::count(n as u64)),
        n => text::counted(n as u64, "neighbourhood", "neighbourhoods"),
    };
    let places = neighbourhoods.into_iter().take(SHOWN).map(|place| view! { <Place place /> });
    let places = places.collect_view();
    let bridges = bridges.into_iter().take(BRIDGES).filter(|bridge| !bridge.crossings.is_empty());
    let bridges = bridges.map(|bridge| {
        let name =
            |number: u32| names.get(&number).cloned().unwrap_or_else(|| "an album by itself".to_owned());
        let between = (name(bridge.between.0), name(bridge.between.1));
        view! { <Bridge between bridge /> }
    });
    let bridges: Vec<_> = bridges.collect();
    let bridges = (!bridges.is_empty()).then(|| {
        view! {
            <section aria-labelledby="bridges-title">
                <h2 id="bridges-title">"Bridges"</h2>
                <p class="note">
                    "Where the most ways lead from one neighbourhood to another, and the albums by which one crosses; the \
                     busiest first."
                </p>
                <ul class="bridges">{bridges}</ul>
            </section>
        }
    });
    view! {
        <p class="note" role="status">{words}</p>
        {places}
        {bridges}
    }
    .into_any()
}

#[component]
fn Place(place: Neighbourhood) -> impl IntoView {
    let Neighbourhood { number, name, albums, central } = place;
    let title = format!("neighbourhood-{number}");
    let labelled = title.clone();
    let cards = central.into_iter().map(|line| view! { <li><AlbumCard line /></li> });
    let cards = cards.collect_view();
    view! {
        <section class="neighbourhood" aria-labelledby=labelled>
            <header>
                <h2 id=title>{name.clone()}</h2>
                <p class="note">{text::counted(u64::from(albums), "album", "albums")} ", the most central ones:"</p>
            </header>
            <ul class="album-cards">{cards}</ul>
            <p><LightOnMap number name /></p>
        </section>
    }
}

/// A button that lights a neighbourhood and leads to the map.
#[component]
fn LightOnMap(number: u32, name: String) -> impl IntoView {
    let (explore, toasts) = (Explore::here(), Toasts::here());
    let navigate = use_navigate();
    let label = format!("Light on the map: {name}");
    let press = move |_| {
        let (name, navigate) = (name.clone(), navigate.clone());
        spawn_local(async move {
            match api::ask(ReadNeighbourhood { number, mix: Mixture::USUAL }).await {
                Ok(found) => {
                    explore.light(Lit::Neighbourhood(name), found.albums);
                    navigate("/", Default::default());
                }
                Err(error) => toasts.say(error.to_string()),
            }
        });
    };
    view! {
        <button type="button" data-action="light" aria-label=label on:click=press>"Light on the map"</button>
    }
}

#[component]
fn Bridge(between: (String, String), bridge: BridgeLine) -> impl IntoView {
    let pairs = bridge.crossings.into_iter().map(|(one, other, similarity)| {
        let on_map = format!("/?select={},{}", one.id, other.id);
        view! {
            <li class="crossing">
                <Side line=one />
                <span class="note">{text::percent(f64::from(similarity))} " alike"</span>
                <Side line=other />
                <A href=on_map attr:class="button">"Show on the map"</A>
            </li>
        }
    });
    let pairs = pairs.collect_view();
    let lines = text::counted(u64::from(bridge.lines), "line", "lines");
    view! {
        <li>
            <h3>{between.0} " – " {between.1}</h3>
            <p class="note">{lines}</p>
            <ul>{pairs}</ul>
        </li>
    }
}

#[component]
fn Side(line: AlbumLine) -> impl IntoView {
    view! { <div class="crossing-side"><AlbumCard line /></div> }
}

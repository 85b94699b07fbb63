//! The tray at the bottom of the map: what is chosen, and what can be made of it.

use super::nearest_form::NearestForm;
use super::sets_panel::SetsPanel;
use super::toasts::Toasts;
use super::tray_item::TrayItem;
use super::undo_buttons::UndoButtons;
use crate::api;
use crate::browser;
use crate::explore::{Explore, Lit};
use crate::filtering::clear;
use crate::panels::{Panel, later};
use crate::text;
use gatefold::operations::{FindJourneys, MoreLike, Seed};
use gatefold::recipe::Kind;
use gatefold::wire::Neighbours;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// Albums lit as being like others.
const ALIKE: u32 = 24;
/// Most parents of an average.
pub const MOST: usize = 12;
/// Covers shown in the tray.
const SHOWN: usize = 60;

/// Chosen albums and actions.
#[component]
pub fn SelectionTray() -> impl IntoView {
    let explore = Explore::here();
    let weighing = RwSignal::new(false);
    let comparing = RwSignal::new(false);
    let n = Memo::new(move |_| explore.selected.with(Vec::len));
    let can_weigh = Signal::derive(move || weighing.get() && (2..=MOST).contains(&n.get()));
    view! {
        <section class="tray" class:is-empty=move || n.get() == 0 aria-label="Selection">
            <LitNote />
            <Show when=move || { n.get() > 0 }>
                {later(|| true, Panel::Chosen(can_weigh))}
            </Show>
            <Show when=move || { comparing.get() && n.get() >= 2 }>
                {later(|| true, Panel::Shares)}
            </Show>
            <div class="tray-actions">
                {move || match n.get() {
                    0 => NothingChosen().into_any(),
                    n => later(|| true, Panel::Actions(n, weighing)).into_any(),
                }}
                <Show when=move || { n.get() >= 2 }>
                    <button
                        type="button"
                        data-action="compare"
                        title="The selection's genres beside the whole catalogue's"
                        aria-pressed=move || comparing.get().to_string()
                        on:click=move |_| comparing.update(|on| *on = !*on)
                    >
                        "Compare"
                    </button>
                </Show>
                {SetsPanel().into_any()}
                {UndoButtons().into_any()}
            </div>
        </section>
    }
}

/// How to choose albums, and what can be done without any.
#[component]
fn NothingChosen() -> impl IntoView {
    let explore = Explore::here();
    view! {
        <p class="tray-hint">
            <span class="only-with-keys">"Click covers to choose some. Hold Shift to choose more than one."</span>
            <span class="only-with-fingers">"Tap a cover to choose it, rest on others to add them."</span>
        </p>
        <button
            class="primary"
            type="button"
            data-action="generate"
            title="A cover of no album in particular, as the model imagines covers"
            on:click=move |_| explore.make(explore.recipe(Kind::Sample, browser::random_seed()))
        >
            "Generate"
        </button>
    }
}

/// The chosen albums, as many as there is room for.
#[component]
pub fn ChosenAlbums(
    /// Whether their weights can be set now.
    can_weigh: Signal<bool>,
) -> impl IntoView {
    let explore = Explore::here();
    let n = Memo::new(move |_| explore.selected.with(Vec::len));
    let shown = move || explore.selected.with(|ids| ids.iter().take(SHOWN).copied().collect::<Vec<_>>());
    view! {
        <ul class="tray-albums" class:is-weighing=can_weigh>
            <For each=shown key=|id| *id let:id>
                <TrayItem id can_weigh />
            </For>
            <Show when=move || { n.get() > SHOWN }>
                <li class="tray-more">
                    {move || format!("and {} more", text::count(n.get().saturating_sub(SHOWN) as u64))}
                </li>
            </Show>
        </ul>
    }
}

/// What can be done with `n` chosen albums.
#[component]
pub fn ChosenActions(
    /// How many: one or more.
    n: usize,
    /// Whether weights are asked for.
    weighing: RwSignal<bool>,
) -> impl IntoView {
    let explore = Explore::here();
    let clear = move || {
        view! {
            <button class="quiet" type="button" on:click=move |_| explore.selected.set(Vec::new())>
                "Clear"
            </button>
        }
    };
    let make = move |kind: Kind, action: &'static str, label: &'static str| {
        let press = move |_| explore.make(explore.recipe(kind, 0));
        view! {
            <button class="primary" type="button" data-action=action on:click=press>
                {label}
            </button>
        }
    };
    let studio = move || {
        let href = move || {
            let ids = explore.selected.with(|ids| ids.iter().map(ToString::to_string).collect::<Vec<_>>());
            format!("/studio?albums={}", ids.join(","))
        };
        view! { <A href=href attr:class="button" attr:data-action="studio">"Studio"</A> }
    };
    let average = move || {
        view! {
            {make(Kind::Average, "average", "Average")}
            <button
                type="button"
                aria-pressed=move || weighing.get().to_string()
                on:click=move |_| weighing.update(|on| *on = !*on)
            >
                "Weights"
            </button>
        }
    };
    let toasts = Toasts::here();
    let like = move || {
        let press = move |_| spawn_local(async move { light_alike(explore, toasts).await });
        view! { <button type="button" data-action="like" on:click=press>"More like these"</button> }
    };
    let journey = move || {
        let press = move |_| spawn_local(async move { travel(explore, toasts).await });
        view! { <button type="button" data-action="journey" on:click=press>"Journey"</button> }
    };
    match n {
        1 => {
            let id = explore.selected.with_untracked(|selected| selected.first().copied());
            let about = id.map(|id| {
                view! {
                    <NearestForm id />
                    <A href=format!("/album/{id}") attr:class="button">"Open album"</A>
                }
            });
            view! { {make(Kind::Reconstruct, "reconstruct", "Reconstruct")} {studio()} {like()} {about} {clear()} }
                .into_any()
        }
        2 => {
            let between = make(Kind::Interpolate, "interpolate", "Interpolate");
            view! { {average()} {between} {studio()} {journey()} {like()} {clear()} }.into_any()
        }
        n if n <= MOST => view! { {average()} {studio()} {like()} {clear()} }.into_any(),
        n => {
            let note = format!("{n} albums. An average takes at most {MOST}: remove some.");
            view! { <p class="tray-hint">{note}</p> {clear()} }.into_any()
        }
    }
}

/// Lights the albums that are most like the chosen ones, and those themselves.
async fn light_alike(explore: Explore, toasts: Toasts) {
    let chosen = explore.selected.get_untracked();
    let ids = chosen.iter().copied().map(Seed::from).collect();
    let asked = MoreLike { ids, n: ALIKE, mix: explore.mixture.get_untracked() };
    match api::ask(asked).await {
        Ok(Neighbours { albums: found }) => {
            explore.remember(found.iter().map(|neighbour| &neighbour.album));
            let albums = chosen.into_iter().chain(found.into_iter().map(|neighbour| neighbour.album.id));
            explore.light(Lit::Like, albums.collect());
        }
        Err(error) => toasts.say(error.to_string()),
    }
}

/// Finds ways between the two chosen albums and shows the first.
async fn travel(explore: Explore, toasts: Toasts) {
    let [from, to] = explore.selected.get_untracked()[..] else { return };
    let mix = explore.mixture.get_untracked();
    match api::ask(FindJourneys { mix, ..FindJourneys::between(from, to) }).await {
        Ok(journeys) => {
            let stops = journeys.journeys.iter().flat_map(|journey| &journey.stops);
            explore.remember(stops.map(|stop| &stop.album));
            explore.journeys.set(Some(journeys));
        }
        Err(error) => toasts.say(error.to_string()),
    }
}

/// Says what is lit, and lights everything again.
#[component]
fn LitNote() -> impl IntoView {
    let explore = Explore::here();
    let words = Memo::new(move |_| {
        let n = explore.highlight.with(|lit| lit.as_ref().map_or(0, Vec::len)) as u64;
        let albums = text::counted(n, "album", "albums");
        explore.lit().map(|reason| match reason {
            Lit::Genre(name) => format!("{name}: {albums} lit"),
            Lit::Search(query) => format!("“{query}”: {albums} lit"),
            Lit::Nearest(id, _) => {
                let title = explore.line(id).map_or_else(|| id.to_string(), |line| line.title);
                format!("{albums} nearest to {title} lit")
            }
            Lit::Like => format!("{albums} like the selection lit"),
            Lit::Journey => format!("{albums} on the way lit"),
            Lit::Filter => format!("{albums} of the filter lit"),
            Lit::Neighbourhood(name) => format!("{name}: {albums} lit"),
            Lit::Picture => format!("{albums} most like the picture lit"),
            Lit::Link => format!("{albums} of a link lit"),
        })
    });
    let light_all = move |_| {
        clear(explore);
        explore.unlight();
    };
    let toasts = Toasts::here();
    let choose = move |_| {
        if let Some(note) = explore.choose_lit() {
            toasts.say(note);
        }
    };
    let all_chosen = Memo::new(move |_| {
        explore.highlight.with(|lit| {
            lit.as_ref().is_none_or(|lit| lit.is_empty() || explore.selected.with(|selected| selected == lit))
        })
    });
    view! {
        <Show when=move || words.with(Option::is_some)>
            <p class="lit-note">
                <span>{words}</span>
                <span class="lit-actions">
                    <button type="button" data-action="select-lit" disabled=all_chosen on:click=choose>
                        "Select the lit ones"
                    </button>
                    <button class="quiet" type="button" on:click=light_all>"Light all"</button>
                </span>
            </p>
        </Show>
    }
}

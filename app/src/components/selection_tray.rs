//! The tray at the bottom of the map: what is chosen, and what can be made of it.

use super::nearest_form::NearestForm;
use super::tray_item::TrayItem;
use crate::browser;
use crate::explore::{Explore, Lit};
use crate::text;
use gatefold::recipe::Kind;
use leptos::prelude::*;
use leptos_router::components::A;

/// Most parents of an average.
pub const MOST: usize = 12;

/// Chosen albums and actions.
#[component]
pub fn SelectionTray() -> impl IntoView {
    let explore = Explore::here();
    let weighing = RwSignal::new(false);
    let n = Memo::new(move |_| explore.selected.with(Vec::len));
    let can_weigh = Signal::derive(move || weighing.get() && (2..=MOST).contains(&n.get()));
    view! {
        <section class="tray" class:is-empty=move || n.get() == 0 aria-label="Selection">
            <LitNote />
            <Show when=move || { n.get() > 0 }>
                <ul class="tray-albums" class:is-weighing=can_weigh>
                    <For each=move || explore.selected.get() key=|id| *id let:id>
                        <TrayItem id can_weigh />
                    </For>
                </ul>
            </Show>
            <div class="tray-actions">{move || actions(explore, n.get(), weighing)}</div>
        </section>
    }
}

/// What can be done with `n` chosen albums.
fn actions(explore: Explore, n: usize, weighing: RwSignal<bool>) -> AnyView {
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
    match n {
        0 => view! {
            <p class="tray-hint">"Click covers to choose some. Hold Shift to choose more than one."</p>
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
        .into_any(),
        1 => {
            let id = explore.selected.with_untracked(|selected| selected.first().copied());
            let about = id.map(|id| {
                view! {
                    <NearestForm id />
                    <A href=format!("/album/{id}") attr:class="button">"Open album"</A>
                }
            });
            view! { {make(Kind::Reconstruct, "reconstruct", "Reconstruct")} {studio()} {about} {clear()} }
                .into_any()
        }
        2 => {
            view! { {average()} {make(Kind::Interpolate, "interpolate", "Interpolate")} {studio()} {clear()} }
                .into_any()
        }
        n if n <= MOST => view! { {average()} {studio()} {clear()} }.into_any(),
        n => {
            let note = format!("{n} albums. An average takes at most {MOST}: remove some.");
            view! { <p class="tray-hint">{note}</p> {clear()} }.into_any()
        }
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
            Lit::Link => format!("{albums} of a link lit"),
        })
    });
    view! {
        <Show when=move || words.with(Option::is_some)>
            <p class="lit-note">
                <span>{words}</span>
                <button class="quiet" type="button" on:click=move |_| explore.unlight()>"Light all"</button>
            </p>
        </Show>
    }
}

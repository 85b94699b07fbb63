//! What the map's frames and sizes show: two choices, and what they mean.

use crate::explore::{Explore, Lit};
use crate::map::{MapState, Size, Tint, YearScale};
use crate::palette::hue;
use crate::text;
use leptos::prelude::*;

/// Neighbourhoods listed at most.
const LISTED: usize = 12;

/// Both choices.
#[component]
pub fn TintChoice() -> impl IntoView {
    let Explore { tint, size, .. } = Explore::here();
    let tints = Tint::ALL.map(|choice| {
        view! {
            <option value=choice.key() selected=move || tint.get() == choice>
                {choice.name()}
            </option>
        }
    });
    let sizes = Size::ALL.map(|choice| {
        view! {
            <option value=choice.key() selected=move || size.get() == choice>
                {choice.name()}
            </option>
        }
    });
    let tinted = move |event| {
        if let Some(choice) = Tint::of(&event_target_value(&event)) {
            tint.set(choice);
        }
    };
    let sized = move |event| {
        if let Some(choice) = Size::of(&event_target_value(&event)) {
            size.set(choice);
        }
    };
    view! {
        <div class="tint-choice">
            <select
                id="tint-choice"
                aria-label="Frames show"
                prop:value=move || tint.get().key()
                on:change=tinted
            >
                {tints.collect_view()}
            </select>
            <select
                id="size-choice"
                aria-label="Size of covers"
                prop:value=move || size.get().key()
                on:change=sized
            >
                {sizes.collect_view()}
            </select>
        </div>
    }
}

/// What the chosen frames and sizes mean; nothing while there is nothing to explain.
#[component]
pub fn TintNote(
    /// The map.
    map: MapState,
) -> impl IntoView {
    let Explore { tint, size, .. } = Explore::here();
    let note = move || {
        tint.get().note().map(|note| {
            view! {
                <div class="tint-note">
                    <p role="status">{note}</p>
                    {move || match tint.get() {
                        Tint::Year => YearLegend().into_any(),
                        Tint::Neighbourhood => view! { <NeighbourhoodLegend map /> }.into_any(),
                        _ => ().into_any(),
                    }}
                </div>
            }
        })
    };
    let sized = move || size.get().note().map(|note| view! { <p class="tint-note" role="status">{note}</p> });
    view! {
        {note}
        {sized}
    }
}

/// The scale of years, with the years at its ends.
#[component]
fn YearLegend() -> impl IntoView {
    let data = Explore::here().data;
    let scale = Memo::new(move |_| data.with(|data| YearScale::of(data.as_deref()?)));
    move || {
        match scale.get() {
        Some(scale) => view! {
            <span class="year-scale" style=format!("background:{}", YearScale::css()) aria-hidden="true"></span>
            <span class="year-ends">
                <span>{format!("to {}", scale.from)}</span>
                <span>{format!("from {}", scale.to)}</span>
            </span>
        }
        .into_any(),
        None => view! { <p>"No album of this catalogue has a year."</p> }.into_any(),
    }
    }
}

/// The largest neighbourhoods; pressing one lights its albums, pressing again all.
#[component]
fn NeighbourhoodLegend(map: MapState) -> impl IntoView {
    let explore = Explore::here();
    let counts = Memo::new(move |_| {
        explore.data.with(|data| {
            let mut counts: Vec<u32> = Vec::new();
            for number in data.as_deref()?.neighbourhoods()? {
                let number = *number as usize;
                if counts.len() <= number {
                    counts.resize(number + 1, 0);
                }
                counts[number] += 1;
            }
            Some(counts)
        })
    });
    let entry = move |(number, count): (u32, u32)| {
        let lit = move || Lit::Neighbourhood(format!("Neighbourhood {}", number + 1));
        let pressed = Memo::new(move |_| explore.lit() == Some(lit()));
        let press = move |_| {
            if pressed.get_untracked() {
                explore.unlight();
                return;
            }
            let of_it = explore.albums_where(|data, i| {
                data.neighbourhoods().and_then(|of| of.get(i as usize)) == Some(&number)
            });
            explore.light(lit(), of_it);
        };
        let albums = text::counted(u64::from(count), "album", "albums");
        view! {
            <li>
                <button
                    class="legend-entry"
                    type="button"
                    aria-label=format!("Neighbourhood {}, {albums}", number + 1)
                    aria-pressed=move || pressed.get().to_string()
                    on:click=press
                >
                    <span class="dot" style=format!("--dot:#{:06x}", hue(number)) aria-hidden="true"></span>
                    <span class="legend-name">{number + 1}</span>
                    <span class="legend-count">{text::count(u64::from(count))}</span>
                </button>
            </li>
        }
    };
    move || match counts.get() {
        Some(counts) => {
            let more = counts.len().saturating_sub(LISTED) as u64;
            let listed = (0..).zip(counts).take(LISTED).map(entry).collect_view();
            view! {
                <ul class="neighbourhood-legend" aria-label="Neighbourhoods">{listed}</ul>
                {(more > 0).then(|| view! { <p>{format!("And {} smaller.", text::count(more))}</p> })}
            }
            .into_any()
        }
        None => {
            let state = map.trouble.get().unwrap_or_else(|| "Looking for neighbourhoods…".to_owned());
            view! { <p role="status">{state}</p> }.into_any()
        }
    }
}

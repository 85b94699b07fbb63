//! Which albums are lit: by genre, year, plays, colour and words, each with what the others leave of it.

use super::filter_fields::{ColourFacet, GenreFacet, PlaysFacet, WordsFacet, YearFacet};
use super::tools_sheet;
use crate::explore::{Explore, MOST_LINKED};
use crate::filtering::{Filtering, clear};
use crate::panels::{Panel, later};
use crate::text;
use leptos::prelude::*;

/// The button that opens the panel.
#[component]
pub fn FilterButton(
    /// What passes.
    filtering: Filtering,
) -> impl IntoView {
    let open = filtering.open;
    let is_set = Memo::new(move |_| filtering.is_set());
    view! {
        <button
            type="button"
            id="filter-button"
            class="filter-button"
            class:is-set=is_set
            aria-expanded=move || open.get().to_string()
            aria-controls="filter-panel"
            on:keydown=move |event| filtering.close_on_escape(&event)
            on:click=move |_| {
                tools_sheet::leave();
                open.update(|open| *open = !*open);
            }
        >
            "Filter"
            <span class="unseen">{move || if is_set.get() { ", in use" } else { "" }}</span>
        </button>
    }
}

/// The panel; a sheet at the lower end of the window on phones.
#[component]
pub fn FilterPanel(
    /// What passes.
    filtering: Filtering,
) -> impl IntoView {
    let open = filtering.open;
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            shut(filtering);
        }
    };
    view! {
        <section
            id="filter-panel"
            class="filter-panel"
            aria-label="Filter"
            hidden=move || !open.get()
            on:keydown=pressed
        >
            {later(move || open.get(), Panel::Filter(filtering))}
        </section>
    }
}

fn shut(filtering: Filtering) {
    filtering.open.set(false);
    tools_sheet::return_to("filter-button");
}

/// What is in the panel.
#[component]
pub fn FilterFields(
    /// What passes.
    filtering: Filtering,
) -> impl IntoView {
    view! {
        <header>
            {view! { <Summary filtering /> }.into_any()}
            <button
                type="button"
                class="icon-button"
                aria-label="Close the filter"
                on:click=move |_| shut(filtering)
            >
                "×"
            </button>
        </header>
        {view! { <WordsFacet filtering /> }.into_any()}
        {view! { <GenreFacet filtering /> }.into_any()}
        {view! { <YearFacet filtering /> }.into_any()}
        {view! { <PlaysFacet filtering /> }.into_any()}
        {view! { <ColourFacet filtering /> }.into_any()}
    }
}

/// How many albums pass, and what can be done with them.
#[component]
fn Summary(filtering: Filtering) -> impl IntoView {
    let explore = Explore::here();
    let found = filtering.found;
    let numbers =
        Memo::new(move |_| found.with(|found| found.as_ref().map(|found| (found.total(), found.of()))));
    let words = move || match numbers.get() {
        Some((n, all)) => format!("{} of {}", text::count(n), text::counted(all, "album", "albums")),
        None => "Albums are on their way…".to_owned(),
    };
    let most = MOST_LINKED as u64;
    let passing = move || numbers.get().map_or(0, |(n, _)| n);
    let choose = move |_| {
        let albums = found.with_untracked(|found| found.as_ref().map(|found| found.foremost(MOST_LINKED)));
        if let Some(albums) = albums {
            explore.selected.set(albums);
        }
    };
    let nothing = move || explore.filter.with(|filter| filter.is_empty());
    view! {
        <div class="filter-summary">
            <p class="filter-count">{words}</p>
            <div class="actions">
                <button
                    type="button"
                    data-action="select-filtered"
                    disabled=move || nothing() || passing() == 0
                    title=move || {
                        (passing() > most)
                            .then(|| format!("The {most} most played: more cannot be selected at once."))
                    }
                    on:click=choose
                >
                    {move || {
                        if passing() > most { format!("Select {most} of these") } else { "Select these".to_owned() }
                    }}
                </button>
                <button
                    type="button"
                    class="quiet"
                    data-action="clear-filter"
                    disabled=nothing
                    on:click=move |_| clear(explore)
                >
                    "Clear all"
                </button>
            </div>
        </div>
    }
}

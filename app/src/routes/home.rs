//! `/`: the map fills the window, everything else lies over it.

use crate::browser;
use crate::components::arrange_panel::ArrangePanel;
use crate::components::banner::DemoBanner;
use crate::components::export_menu::ExportMenu;
use crate::components::filter_panel::{FilterButton, FilterPanel};
use crate::components::hover_card::HoverCard;
use crate::components::journey_panel::JourneyPanel;
use crate::components::keys_help::KEYS;
use crate::components::legend::Legend;
use crate::components::live_region::LiveRegion;
use crate::components::map_notice::MapNotice;
use crate::components::needs_script::NeedsScript;
use crate::components::page_title::PageTitle;
use crate::components::picture_search::{PictureButton, PicturePanel, PictureSearch};
use crate::components::selection_tray::SelectionTray;
use crate::components::tint_choice::{TintChoice, TintNote};
use crate::components::tools_sheet::{self, ToolsButton, ToolsSheet};
use crate::explore::Explore;
use crate::filtering::Filtering;
use crate::map::{MapCanvas, MapState, MapStatus, Minimap};
use crate::panels::{Panel, Panels, later};
use crate::rebuild::reload_when_built;
use crate::whereabouts::{follow_address, keep_address};
use leptos::prelude::*;
use std::time::Duration;

/// So long after the map stands the panels over it are fetched.
const PANELS_AFTER: Duration = Duration::from_millis(1500);

/// The map. `?album=ID` flies there, `&nearest=N` lights its neighbourhood; `?select=ID,ID,…` selects albums, and
/// `&colour=genre|looks-like|doubt|year|neighbourhood` frames covers, `&size=uniform|plays|degree` sizes them,
/// `&genres=…&years=1970-1989&plays=…&near-colour=rrggbb,0.1&words=…` filters them, `&layout=NAME` lays them out,
/// `&mix=look=1,year=0.5` says what neighbours are made of, `&view=X,Y,ZOOM` where one looks,
/// `&lit=genre:NAME|search:WORDS|nearest:ID:N|…|all` what is lit. The address follows what one sees
/// ([`crate::whereabouts`]).
#[component]
pub fn HomePage() -> impl IntoView {
    let explore = Explore::here();
    let map = MapState {
        selected: explore.selected,
        highlight: explore.highlight,
        data: explore.data,
        tint: explore.tint,
        size: explore.size,
        layout: explore.layout,
        mixture: explore.mixture,
        ..MapState::new()
    };
    let filtering = Filtering::new(explore);
    let pictures = PictureSearch::new(explore, map, filtering);
    follow_address(explore, map);
    follow_wishes(explore, map);
    keep_address(explore, map);
    explore.remember_choices();
    listen_to_undo(explore);
    reload_when_built(map);
    let panels = Panels::here();
    // Whoever opens one before has it at once. Covers come first, and what is on the way for them.
    Effect::new(move |_| {
        if map.status.get() != MapStatus::Loading {
            set_timeout(move || panels.fetch(), PANELS_AFTER);
        }
    });
    let without_map = move || matches!(map.status.get(), MapStatus::NoWebGl | MapStatus::Failed(_));
    let listed = Signal::derive(move || explore.list.get() || without_map());
    view! {
        <PageTitle text="Map" />
        <main class="home" class:has-list=listed id="content">
            {view! { <MapCanvas state=map /> }.into_any()}
            {view! { <MapNotice map /> }.into_any()}
            <NeedsScript says="The map needs JavaScript, which this browser does not run: allow it for this address, then \
                               reload the page. Neighbourhoods, Duplicates, Evaluate and each album’s own page can be read \
                               without it." />
            {view! { <HoverCard hovered=map.hovered /> }.into_any()}
            {view! { <ToolsButton map filtering /> }.into_any()}
            <ToolsSheet>
                {view! { <MapTools map filtering pictures listed /> }.into_any()}
                <div class="home-side">
                    {Legend().into_any()}
                    {view! { <TintNote map /> }.into_any()}
                    {DemoBanner().into_any()}
                </div>
            </ToolsSheet>
            <Show when=move || listed.get()>
                {later(|| true, Panel::List)}
            </Show>
            {view! { <FilterPanel filtering /> }.into_any()}
            {view! { <PicturePanel search=pictures /> }.into_any()}
            {view! { <Minimap state=map /> }.into_any()}
            {JourneyPanel().into_any()}
            {SelectionTray().into_any()}
            {view! { <LiveRegion focused=map.focused /> }.into_any()}
        </main>
    }
}

/// What can be done with the map, in a row on a wide window.
#[component]
fn MapTools(
    /// The map.
    map: MapState,
    /// What passes.
    filtering: Filtering,
    /// The picture that is looked for.
    pictures: PictureSearch,
    /// Whether the list stands beside the map.
    listed: Signal<bool>,
) -> impl IntoView {
    let list = Explore::here().list;
    let lasso = move |_| {
        tools_sheet::leave();
        map.lasso.update(|on| *on = !*on);
    };
    let show_list = move |_| {
        tools_sheet::leave();
        list.update(|on| *on = !*on);
    };
    let fit = move |_| {
        tools_sheet::leave();
        map.fit.notify();
    };
    let show_keys = |_| {
        tools_sheet::leave();
        browser::open_dialog(KEYS);
    };
    view! {
        <div class="home-tools" role="group" aria-label="Map">
            {view! { <ArrangePanel map /> }.into_any()}
            {view! { <FilterButton filtering /> }.into_any()}
            {view! { <PictureButton search=pictures /> }.into_any()}
            {TintChoice().into_any()}
            <button
                type="button"
                data-action="lasso"
                aria-pressed=move || map.lasso.get().to_string()
                title="Draw a loop around albums to select them (Alt and drag)"
                on:click=lasso
            >
                "Lasso"
            </button>
            <button
                type="button"
                aria-pressed=move || listed.get().to_string()
                title="The same albums as a list"
                on:click=show_list
            >
                "List"
            </button>
            <button type="button" title="Show everything (0)" on:click=fit>
                "Fit"
            </button>
            <button type="button" class="only-with-keys" title="Keys (?)" on:click=show_keys>
                "Keys"
            </button>
            {view! { <ExportMenu map /> }.into_any()}
        </div>
    }
}

/// Control (or Command) and Z undoes what was chosen, with Shift or as Y does it again.
fn listen_to_undo(explore: Explore) {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || browser::is_typing(&event) {
                return;
            }
            match (event.key().to_lowercase().as_str(), event.shift_key()) {
                ("z", false) => explore.undo_choice(),
                ("z", true) | ("y", false) => explore.redo_choice(),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || handle.remove());
    });
}

/// Flies where somebody wants to go once the map is there; lights a genre once its albums are known.
fn follow_wishes(explore: Explore, map: MapState) {
    Effect::new(move |_| {
        let ready = map.status.get() == MapStatus::Ready;
        if let (true, Some(id)) = (ready, explore.go_to.get()) {
            explore.go_to.set(None);
            map.fly_to.set(Some(id));
        }
    });
    Effect::new(move |_| {
        if explore.data.with(Option::is_some) {
            explore.light_again();
        }
    });
}

//! `/`: the map fills the window, everything else lies over it.

use crate::browser;
use crate::components::album_list::AlbumList;
use crate::components::arrange_panel::ArrangePanel;
use crate::components::banner::DemoBanner;
use crate::components::hover_card::HoverCard;
use crate::components::journey_panel::JourneyPanel;
use crate::components::keys_help::KEYS;
use crate::components::legend::Legend;
use crate::components::live_region::LiveRegion;
use crate::components::map_notice::MapNotice;
use crate::components::nearest_form::light_nearest;
use crate::components::selection_tray::SelectionTray;
use crate::components::tint_choice::{TintChoice, TintNote};
use crate::components::toasts::Toasts;
use crate::explore::{Explore, MOST_LINKED};
use crate::map::{MapCanvas, MapState, MapStatus, Tint};
use crate::rebuild::reload_when_built;
use gatefold::album::AlbumId;
use gatefold::map::Layout;
use gatefold::mixture::Mixture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The map. `?album=ID` flies there, `&nearest=N` lights its neighbourhood; `?select=ID,ID,…` selects albums, and
/// `&colour=genre|looks-like|doubt` frames covers, `&layout=NAME` lays them out, `&mix=look=1,year=0.5` says what neighbours
/// are made of.
#[component]
pub fn HomePage() -> impl IntoView {
    let explore = Explore::here();
    let map = MapState {
        selected: explore.selected,
        highlight: explore.highlight,
        data: explore.data,
        tint: explore.tint,
        layout: explore.layout,
        mixture: explore.mixture,
        ..MapState::new()
    };
    follow_address(explore);
    follow_wishes(explore, map);
    reload_when_built(map);
    let without_map = move || matches!(map.status.get(), MapStatus::NoWebGl | MapStatus::Failed(_));
    let listed = move || explore.list.get() || without_map();
    view! {
        <Title text="Map" />
        <main class="home" class:has-list=listed id="content">
            {view! { <MapCanvas state=map /> }.into_any()}
            {view! { <MapNotice map /> }.into_any()}
            {view! { <HoverCard hovered=map.hovered /> }.into_any()}
            <div class="home-side">
                {DemoBanner().into_any()}
                {Legend().into_any()}
                {TintNote().into_any()}
            </div>
            <Show when=listed>
                {AlbumList().into_any()}
            </Show>
            <div class="home-tools" role="group" aria-label="Map">
                {view! { <ArrangePanel map /> }.into_any()}
                {TintChoice().into_any()}
                <button
                    type="button"
                    aria-pressed=move || listed().to_string()
                    title="The same albums as a list"
                    on:click=move |_| explore.list.update(|on| *on = !*on)
                >
                    "List"
                </button>
                <button type="button" title="Show everything (0)" on:click=move |_| map.fit.notify()>
                    "Fit"
                </button>
                <button
                    type="button"
                    class="only-with-keys"
                    title="Keys (?)"
                    on:click=|_| browser::open_dialog(KEYS)
                >
                    "Keys"
                </button>
            </div>
            {JourneyPanel().into_any()}
            {SelectionTray().into_any()}
            {view! { <LiveRegion focused=map.focused /> }.into_any()}
        </main>
    }
}

/// Does what the address asks for, whenever it changes.
fn follow_address(explore: Explore) {
    let toasts = Toasts::here();
    let query = use_query_map();
    Effect::new(move |_| {
        let select = query.with(|query| query.get_str("select").map(named));
        if let Some(albums) = select.filter(|albums| !albums.is_empty()) {
            explore.choose(albums);
        }
        if let Some(tint) = query.with(|query| query.get_str("colour").and_then(Tint::of)) {
            explore.tint.set(tint);
        }
        if let Some(layout) = query.with(|query| query.get_str("layout").and_then(Layout::named)) {
            explore.layout.set(layout);
        }
        if let Some(mixture) =
            query.with(|query| query.get_str("mix").and_then(|mix| Mixture::parse(mix).ok()))
        {
            explore.mixture.set(mixture);
        }
        let asked = query.with(|query| {
            let id = query.get_str("album")?.parse::<AlbumId>().ok()?;
            Some((id, query.get_str("nearest").and_then(|n| n.parse::<u32>().ok())))
        });
        let Some((id, nearest)) = asked else { return };
        explore.go_to.set(Some(id));
        if let Some(n) = nearest {
            spawn_local(async move { light_nearest(explore, toasts, id, n).await });
        }
    });
}

/// The albums of a list of ids, each once; what is no id is left out.
fn named(ids: &str) -> Vec<AlbumId> {
    let mut albums: Vec<AlbumId> = Vec::new();
    for id in ids.split(',').filter_map(|id| id.trim().parse().ok()) {
        if albums.len() < MOST_LINKED && !albums.contains(&id) {
            albums.push(id);
        }
    }
    albums
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_each_album_once_and_not_too_many() {
        let one = AlbumId(1).to_string();
        assert_eq!(named(&format!("{one}, {one},nonsense,,{}", AlbumId(2))), [AlbumId(1), AlbumId(2)]);
        let many: Vec<String> = (0..300).map(|i| AlbumId(i).to_string()).collect();
        assert_eq!(named(&many.join(",")).len(), MOST_LINKED);
        assert_eq!(named(""), []);
    }
}

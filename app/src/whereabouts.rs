//! Keeps the map and its address in step: what an address asks for is done, and what one sees is written into it.

use crate::address::{Address, Light};
use crate::browser;
use crate::components::search::light_all;
use crate::components::toasts::Toasts;
use crate::explore::{Explore, Lit, MOST_LINKED};
use crate::map::{MapState, MapStatus, Size, Tint};
use crate::panels::{self, Errand};
use gatefold::album::AlbumId;
use gatefold::map::Layout;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::time::Duration;

/// How long one must rest before the address follows: browsers refuse too many changes in a row.
const RESTING: Duration = Duration::from_millis(300);

/// Does what the address asks for, whenever it changes.
pub fn follow_address(explore: Explore, map: MapState) {
    let toasts = Toasts::here();
    let query = use_query_map();
    Effect::new(move |_| {
        let asked = query.with(|query| Address::of(|key| query.get(key)));
        if let Some(tint) = asked.tint {
            explore.tint.set(tint);
        }
        if let Some(size) = asked.size {
            explore.size.set(size);
        }
        if let Some(filter) = asked.filter {
            explore.filter.set(filter);
        }
        if let Some(layout) = asked.layout {
            explore.layout.set(layout);
        }
        if let Some(mixture) = asked.mixture {
            explore.mixture.set(mixture);
        }
        match (asked.selected, &asked.light) {
            // A link to albums shows them; one that says what is lit is followed to the letter.
            (Some(albums), None) => explore.choose(albums),
            (Some(albums), Some(_)) => explore.selected.set(albums),
            (None, _) => {}
        }
        if let Some(light) = asked.light {
            shine(explore, toasts, light);
        }
        match asked.album {
            Some((id, nearest)) => {
                explore.go_to.set(Some(id));
                if let Some(n) = nearest {
                    panels::run(Errand::Nearest(id, n), explore, toasts);
                }
            }
            None => map.look_at.set(asked.view),
        }
    });
}

fn shine(explore: Explore, toasts: Toasts, light: Light) {
    match light {
        Light::All => explore.unlight(),
        Light::Selection => explore.light(Lit::Link, explore.selected.get_untracked()),
        Light::Genre(name) => explore.light(Lit::Genre(name.clone()), explore.of_genre(&name)),
        Light::Search(words) => light_all(explore, words),
        Light::Nearest(id, n) => {
            let n = u32::try_from(n).unwrap_or(u32::MAX);
            panels::run(Errand::Nearest(id, n), explore, toasts);
        }
        Light::Albums(reason, albums) => explore.light(reason, albums),
    }
}

/// Writes what one sees into the address, once it rests. No step of the browser's history comes of it.
pub fn keep_address(explore: Explore, map: MapState) {
    let seen = Memo::new(move |_| seen(explore, map));
    let resting = Resting { moved: StoredValue::new(false), held: map.held, timer: StoredValue::new(None) };
    Effect::new(move |_| {
        seen.track();
        if map.status.get() != MapStatus::Loading {
            resting.moved(move || browser::rewrite_query("/", |query| seen.get_untracked().to(query)));
        }
    });
    on_cleanup(move || resting.stop());
}

/// Whether the view rests: nobody holds the map, and nothing moves. A map that is dragged says with every frame that it does not: one
/// timer does for all of them.
#[derive(Clone, Copy)]
struct Resting {
    moved: StoredValue<bool>,
    held: RwSignal<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Resting {
    /// Does `then` once nothing has moved for [`RESTING`].
    fn moved(self, then: impl Fn() + Clone + 'static) {
        if self.timer.with_value(Option::is_some) {
            self.moved.set_value(true);
            return;
        }
        self.moved.set_value(false);
        let rung = move || {
            // The page may have gone meanwhile.
            if self.timer.try_update_value(Option::take).is_none() {
                return;
            }
            match self.moved.get_value() || self.held.get_untracked() {
                true => self.moved(then),
                false => then(),
            }
        };
        self.timer.set_value(set_timeout_with_handle(rung, RESTING).ok());
    }

    fn stop(self) {
        if let Some(handle) = self.timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}

/// The address of what one sees, at once and whole.
pub fn link(explore: Explore, map: MapState) -> String {
    let seen = untrack(move || seen(explore, map));
    browser::rewrite_query("/", |query| seen.to(query));
    browser::address()
}

/// What one sees, as an address says it; what is as usual is left out.
fn seen(explore: Explore, map: MapState) -> Address {
    let selected = explore.selected.with(|albums| few(albums));
    let light = light(explore, selected.is_some());
    Address {
        view: map.seen.get().filter(|seen| !seen.fitting).map(|seen| seen.view),
        layout: Some(explore.layout.get()).filter(|layout| *layout != Layout::Similarity),
        mixture: Some(explore.mixture.get()).filter(|mixture| !mixture.is_usual()),
        tint: Some(explore.tint.get()).filter(|tint| *tint != Tint::Plain),
        size: Some(explore.size.get()).filter(|size| *size != Size::default()),
        filter: Some(explore.filter.get()).filter(|filter| !filter.is_empty()),
        selected,
        light,
        album: None,
    }
}

/// Albums that an address can name.
fn few(albums: &[AlbumId]) -> Option<Vec<AlbumId>> {
    (1..=MOST_LINKED).contains(&albums.len()).then(|| albums.to_vec())
}

fn light(explore: Explore, chosen: bool) -> Option<Light> {
    // Chosen albums in a link are lit unless it says otherwise.
    let all = chosen.then_some(Light::All);
    let are_chosen =
        || explore.highlight.with(|lit| explore.selected.with(|selected| lit.as_ref() == Some(selected)));
    match explore.lit() {
        // A filter speaks for itself.
        None | Some(Lit::Filter) => all,
        Some(Lit::Genre(name)) => Some(Light::Genre(name)),
        Some(Lit::Search(words)) => Some(Light::Search(words)),
        Some(Lit::Nearest(id, n)) => Some(Light::Nearest(id, n)),
        Some(Lit::Link) if chosen && are_chosen() => Some(Light::Selection),
        Some(reason @ (Lit::Like | Lit::Journey | Lit::Link | Lit::Neighbourhood(_) | Lit::Picture)) => {
            let lit = explore.highlight.with(|lit| few(lit.as_deref().unwrap_or_default()));
            lit.map(|lit| Light::Albums(reason, lit)).or(all)
        }
    }
}

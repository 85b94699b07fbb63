//! The map's filter while somebody uses it: what passes it, and what is lit therefore.

use crate::explore::{Explore, Lit};
use crate::filter::{Facets, Filter, Found};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::sync::Arc;

/// What the filter's button, its panel and the map share. Copies are the same.
#[derive(Clone, Copy)]
pub struct Filtering {
    /// Whether the panel is open.
    pub open: RwSignal<bool>,
    filter: RwSignal<Filter>,
    /// What can be asked for; `None` until albums have come and somebody wants to filter them.
    pub facets: RwSignal<Option<Arc<Facets>>>,
    /// What passes.
    pub found: RwSignal<Option<Arc<Found>>>,
}

impl Filtering {
    /// Whether anything is asked of albums.
    pub fn is_set(&self) -> bool {
        self.filter.with(|filter| !filter.is_empty())
    }

    /// Closes the panel when the key is Escape.
    pub fn close_on_escape(&self, event: &KeyboardEvent) {
        if event.key() == "Escape" {
            self.open.set(false);
        }
    }

    /// Follows the filter of `explore` and lights what passes. Who takes that light away clears the filter; another light
    /// only stands before it.
    pub fn new(explore: Explore) -> Self {
        let filter = explore.filter;
        let (open, facets, found) = (RwSignal::default(), RwSignal::default(), RwSignal::default());
        let this = Self { open, filter, facets, found };
        let wanted = Memo::new(move |_| open.get() || filter.with(|filter| !filter.is_empty()));
        Effect::new(move |_| {
            let Some(data) = explore.data.get().filter(|_| wanted.get()) else { return };
            let known = facets.get_untracked().filter(|facets| Arc::ptr_eq(&facets.data, &data));
            // What is known already may have got its names.
            facets.set(Some(known.unwrap_or_else(|| Arc::new(Facets::new(data)))));
        });
        Effect::new(move |before: Option<Filter>| {
            let asked = filter.get();
            if let Some(facets) = facets.get() {
                let passing = facets.find(&asked);
                let changed = before.is_some_and(|before| before != asked);
                light(explore, &asked, &passing, changed);
                found.set(Some(Arc::new(passing)));
            }
            asked
        });
        Effect::new(move |before: Option<Option<Lit>>| {
            let lit = explore.lit();
            let gone = before.flatten().filter(|_| lit.is_none());
            match gone {
                Some(Lit::Filter) => clear(explore),
                Some(_) => {
                    if let Some(passing) = found.get_untracked() {
                        filter.with_untracked(|filter| light(explore, filter, &passing, true));
                    }
                }
                None => {}
            }
            lit
        });
        this
    }
}

/// Asks for nothing any more.
pub fn clear(explore: Explore) {
    if explore.filter.with_untracked(|filter| *filter != Filter::default()) {
        explore.filter.set(Filter::default());
    }
}

/// Lights what passes; another light gives way only to a filter that changed.
fn light(explore: Explore, filter: &Filter, passing: &Found, changed: bool) {
    let lit = explore.lit_untracked();
    match (filter.is_empty(), lit) {
        (true, Some(Lit::Filter)) => explore.unlight(),
        (true, _) => {}
        (false, None | Some(Lit::Filter)) => explore.light(Lit::Filter, passing.albums()),
        (false, Some(_)) if changed => explore.light(Lit::Filter, passing.albums()),
        (false, Some(_)) => {}
    }
}

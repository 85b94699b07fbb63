//! Lights the N albums nearest to one.

use super::toasts::Toasts;
use crate::api;
use crate::explore::{Explore, Lit};
use crate::panels::{self, Errand};
use gatefold::album::AlbumId;
use gatefold::operations::FindNearest;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Most that the server gives.
const MOST: u32 = 500;

/// A number and a button.
#[component]
pub fn NearestForm(
    /// The album in the middle.
    id: AlbumId,
) -> impl IntoView {
    let explore = Explore::here();
    let toasts = Toasts::here();
    let n = RwSignal::new(50_u32);
    let light = move |event: SubmitEvent| {
        event.prevent_default();
        let n = n.get_untracked();
        panels::run(Errand::Nearest(id, n), explore, toasts);
    };
    let typed = move |event| n.set(event_target_value(&event).parse().unwrap_or(1).clamp(1, MOST));
    view! {
        <form class="nearest" on:submit=light>
            <label>
                <span class="unseen">"How many of the nearest"</span>
                <input type="number" min="1" max=MOST value="50" prop:value=n on:change=typed />
            </label>
            <button type="submit" data-action="nearest">"nearest"</button>
        </form>
    }
}

/// Asks for the nearest albums and lights them, the album itself among them.
pub async fn light_nearest(explore: Explore, toasts: Toasts, id: AlbumId, n: u32) {
    match api::ask(FindNearest { id, n: n.min(MOST) }).await {
        Ok(nearest) => {
            explore.remember(&nearest.albums);
            let albums: Vec<AlbumId> = nearest.albums.iter().map(|line| line.id).collect();
            explore.light(Lit::Nearest(id, albums.len()), albums);
        }
        Err(error) => toasts.say(error.to_string()),
    }
}

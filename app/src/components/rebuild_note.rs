//! How the map follows a change.

use super::progress::Progress;
use crate::follow::Standing;
use crate::rebuild::Rebuild;
use leptos::prelude::*;

/// The build's progress while it goes on, and that it is done; nothing before a change.
#[component]
pub fn RebuildNote() -> impl IntoView {
    let rebuild = Rebuild::here();
    let words = move || {
        if rebuild.later.get() {
            return "Kept. Much is waiting already: the map follows with the next build.";
        }
        match rebuild.follow.standing.get() {
            Standing::Done(_) => "Kept, and the map has followed.",
            Standing::Idle | Standing::Failed(_) | Standing::Cancelled => "",
            _ => "Kept. The map follows…",
        }
    };
    view! {
        <div class="rebuild">
            <p class="note" role="status" data-role="rebuild">{words}</p>
            <Progress follow=rebuild.follow />
        </div>
    }
}

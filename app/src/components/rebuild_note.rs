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
            Standing::Cancelled => "Stopped. The map follows with the next build.",
            Standing::Idle | Standing::Failed(_) => "",
            _ => "The map follows…",
        }
    };
    // A build that is stopped takes no edit back, whatever is said of other jobs.
    let stopped = move || rebuild.follow.standing.with(|standing| *standing == Standing::Cancelled);
    view! {
        <div class="rebuild">
            <p class="note" role="status" data-role="rebuild">{words}</p>
            <Show when=move || !stopped()>
                <Progress follow=rebuild.follow />
            </Show>
        </div>
    }
}

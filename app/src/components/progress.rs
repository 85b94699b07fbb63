//! How far a job is, and a way to stop it.

use super::trouble::Trouble;
use crate::follow::{Follow, Standing};
use crate::text;
use leptos::prelude::*;

/// Stage, bar and a button to cancel while work goes on; a sentence when it failed or was stopped; nothing before
/// and nothing after.
#[component]
pub fn Progress(
    /// The job.
    follow: Follow,
) -> impl IntoView {
    move || match follow.standing.get() {
        Standing::Idle | Standing::Done(_) => ().into_any(),
        Standing::Failed(error) => view! { <Trouble error /> }.into_any(),
        Standing::Cancelled => {
            view! { <p class="note" role="status">"Stopped. Nothing was kept."</p> }.into_any()
        }
        Standing::Asking => {
            view! { <Bar follow stage="Asking the server".to_owned() done=0 total=0 /> }.into_any()
        }
        Standing::Queued => {
            view! { <Bar follow stage="Waiting for its turn".to_owned() done=0 total=0 /> }.into_any()
        }
        Standing::Running(stage, done, total) => view! { <Bar follow stage done total /> }.into_any(),
    }
}

#[component]
fn Bar(follow: Follow, stage: String, done: u64, total: u64) -> impl IntoView {
    let of = (total > 0).then(|| format!("{} of {}", text::count(done), text::count(total)));
    let share = (total > 0).then(|| (done as f64 / total as f64 * 100.0).clamp(0.0, 100.0));
    let style = share.map(|share| format!("--share:{share:.1}%"));
    let now = share.map(|share| format!("{share:.0}"));
    view! {
        <div class="progress">
            <div class="progress-words">
                <span>{stage.clone()}</span>
                <span class="progress-of">{of}</span>
            </div>
            <div
                class="progress-bar"
                class:is-unknown=total == 0
                role="progressbar"
                aria-label=stage
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=now
                style=style
            ></div>
            <button class="quiet" type="button" on:click=move |_| follow.cancel()>"Cancel"</button>
        </div>
    }
}

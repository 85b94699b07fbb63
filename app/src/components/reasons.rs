//! Why two albums are neighbours: a bar of what each reason worth saying adds, and the most important ones in words.

use gatefold::wire::{Reason, telling};
use leptos::prelude::*;

/// Reasons that are written out.
const WRITTEN: usize = 2;

/// The bar and the words.
#[component]
pub fn Reasons(
    /// The most important first.
    reasons: Vec<Reason>,
) -> impl IntoView {
    let told = telling(&reasons);
    let words: Vec<String> = told.iter().take(WRITTEN).map(|reason| reason.words.clone()).collect();
    let parts = told.into_iter().map(|reason| {
        let percent = (100.0 * reason.share).round();
        view! { <span data-part=reason.part.name() style=format!("--share:{percent}%")></span> }
    });
    let parts = parts.collect_view();
    view! {
        <span class="reasons">
            <span class="reasons-bar" aria-hidden="true">{parts}</span>
            <span>{words.join("; ")}</span>
        </span>
    }
}

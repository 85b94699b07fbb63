//! Evaluate.

use leptos::prelude::*;
use leptos_meta::Title;

/// Evaluate.
#[component]
pub fn EvaluatePage() -> impl IntoView {
    view! {
        <Title text="Evaluate" />
        <main class="page"><h1>"Evaluate"</h1></main>
    }
}

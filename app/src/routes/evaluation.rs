//! Evaluation.

use leptos::prelude::*;
use leptos_meta::Title;

/// Evaluation.
#[component]
pub fn EvaluationPage() -> impl IntoView {
    view! {
        <Title text="Evaluation" />
        <main class="page"><h1>"Evaluation"</h1></main>
    }
}

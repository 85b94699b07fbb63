//! Generated cover.

use leptos::prelude::*;
use leptos_meta::Title;

/// Generated cover.
#[component]
pub fn GeneratedPage() -> impl IntoView {
    view! {
        <Title text="Generated cover" />
        <main class="page"><h1>"Generated cover"</h1></main>
    }
}

//! Not found.

use leptos::prelude::*;
use leptos_meta::Title;

/// Not found.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <main class="page"><h1>"Not found"</h1></main>
    }
}

//! Import.

use leptos::prelude::*;
use leptos_meta::Title;

/// Import.
#[component]
pub fn ImportPage() -> impl IntoView {
    view! {
        <Title text="Import" />
        <main class="page"><h1>"Import"</h1></main>
    }
}

//! The bar on top of every page.

use leptos::prelude::*;
use leptos_router::components::A;

/// Name, pages, search.
#[component]
pub fn TopBar() -> impl IntoView {
    view! {
        <header class="top-bar">
            <A href="/" attr:class="brand">"Gatefold"</A>
            <nav aria-label="Pages">
                <A href="/" exact=true>"Map"</A>
                <A href="/evaluate">"Evaluate"</A>
                <A href="/import">"Import"</A>
            </nav>
        </header>
    }
}

//! Where there is nothing.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use leptos_router::components::A;

/// Says so, and where there is something.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <PageTitle text="Not found" />
        <main class="page is-narrow" id="content">
            <h1>"Nothing lies here"</h1>
            <p>"This address leads nowhere: it was mistyped, or what was here is gone."</p>
            <p><A href="/" attr:class="button primary">"To the map"</A></p>
        </main>
    }
}

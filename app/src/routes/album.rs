//! Album.

use leptos::prelude::*;
use leptos_meta::Title;

/// Album.
#[component]
pub fn AlbumPage() -> impl IntoView {
    view! {
        <Title text="Album" />
        <main class="page"><h1>"Album"</h1></main>
    }
}

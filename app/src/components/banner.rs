//! Says that what one sees is the demo, and how to bring one's own.

use crate::browser;
use crate::catalogue::Catalogue;
use leptos::prelude::*;
use leptos_router::components::A;

/// A calm line over the map while the catalogue is the demo. Once dismissed it stays away: the document hides it
/// before the first paint, so that it does not flash.
#[component]
pub fn DemoBanner() -> impl IntoView {
    let catalogue = Catalogue::here();
    let is_demo = move || catalogue.info.get().and_then(Result::ok).is_some_and(|info| info.demo);
    view! {
        <Suspense>
            <Show when=is_demo>
                <aside class="demo-banner" aria-label="About this catalogue">
                    <p>
                        "This is the demo catalogue of Umber Kite Records, an invented label: nobody on it exists, "
                        "and the program drew every cover. "
                        <A href="/import">"Import your own"</A> "."
                    </p>
                    <button
                        class="icon-button"
                        type="button"
                        aria-label="Dismiss this note"
                        on:click=|_| browser::dismiss_demo()
                    >
                        "×"
                    </button>
                </aside>
            </Show>
        </Suspense>
    }
}

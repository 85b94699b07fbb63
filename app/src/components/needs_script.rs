//! What a page says to a browser that runs no scripts.

use leptos::prelude::*;

/// A sentence that only such a browser shows. It is the program's own and no element: inside `noscript` nothing is escaped, and a
/// browser that runs scripts reads all of it as one text.
#[component]
pub fn NeedsScript(
    /// The sentence.
    says: &'static str,
) -> impl IntoView {
    view! { <noscript class="needs-script">{says}</noscript> }
}

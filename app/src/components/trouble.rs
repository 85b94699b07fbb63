//! What went wrong, as a sentence that says what to do.

use crate::error::PageError;
use leptos::prelude::*;

/// The sentence; announced at once.
#[component]
pub fn Trouble(
    /// What went wrong.
    error: PageError,
) -> impl IntoView {
    let heading = match &error {
        PageError::Refused(_) => None,
        PageError::Unreachable => Some("No connection"),
        PageError::Garbled(_) => Some("Out of step"),
    };
    view! {
        <div class="trouble" role="alert">
            {heading.map(|heading| view! { <strong>{heading}</strong> })}
            <p>{error.to_string()}</p>
        </div>
    }
}

/// What stands in place of something that is on its way.
#[component]
pub fn Waiting() -> impl IntoView {
    view! { <p class="waiting" role="status">"One moment …"</p> }
}

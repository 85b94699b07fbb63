//! Text to be copied: a command, a recipe.

use super::toasts::Toasts;
use crate::browser;
use leptos::prelude::*;

/// Preformatted text with a button that copies it.
#[component]
pub fn Snippet(
    /// The text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let toasts = Toasts::here();
    let copied = text.clone();
    let copy = move |_| {
        toasts.say(match browser::copy(&copied) {
            true => "Copied.",
            false => "The browser gives no clipboard to a page without HTTPS: select the text and copy it.",
        });
    };
    view! {
        <div class="snippet">
            <pre tabindex="0"><code>{text}</code></pre>
            <button class="quiet" type="button" on:click=copy>"Copy"</button>
        </div>
    }
}

//! The list of keys, on `?`.

use crate::browser;
use leptos::prelude::*;

/// The dialog's id.
pub const KEYS: &str = "keys";

const LIST: [(&str, &str); 13] = [
    ("/", "search"),
    ("Tab", "enter the map, leave it again"),
    ("← ↑ → ↓", "the nearest album in that direction"),
    ("Enter", "select the album in focus"),
    ("Shift Enter", "add it to the selection, or take it away"),
    ("Shift drag", "select everything in a rectangle"),
    ("Alt drag", "select everything inside a loop"),
    ("Ctrl Z", "undo the last change of the selection"),
    ("Ctrl Shift Z", "do it again (Ctrl Y too)"),
    ("+ −", "closer, farther"),
    ("0", "show everything"),
    ("Esc", "select nothing, light everything"),
    ("?", "this list"),
];

/// A dialog above everything else; the browser keeps the focus inside and closes it on Escape.
#[component]
pub fn KeysHelp() -> impl IntoView {
    view! {
        <dialog class="keys" id=KEYS aria-labelledby="keys-title">
            <header>
                <h2 id="keys-title">"Keys"</h2>
                <button
                    class="icon-button"
                    type="button"
                    aria-label="Close"
                    on:click=|_| browser::close_dialog(KEYS)
                >
                    "×"
                </button>
            </header>
            <dl>
                {LIST.map(|(key, what)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> }).collect_view()}
            </dl>
        </dialog>
    }
}

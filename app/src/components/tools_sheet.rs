//! Where the map's tools lie: over the map on a wide window, in a sheet at its lower end on a narrow one.

use crate::browser;
use crate::filtering::Filtering;
use crate::map::MapState;
use leptos::prelude::*;

/// The sheet's id.
const SHEET: &str = "map-tools";
/// Id of the button that opens it.
const BUTTON: &str = "tools-button";

/// Closes the sheet where there is one, so that the map is in sight.
pub fn leave() {
    browser::hide_popover(SHEET);
}

/// Gives the focus back to a tool, or, where that lies in the closed sheet, to what opens the sheet.
pub fn return_to(tool: &'static str) {
    browser::focus_or(tool, BUTTON);
}

/// What opens the sheet on a narrow window; nothing on a wide one. It says when a tool is in use.
#[component]
pub fn ToolsButton(
    /// The map.
    map: MapState,
    /// What passes.
    filtering: Filtering,
) -> impl IntoView {
    let is_set = Memo::new(move |_| map.lasso.get() || filtering.is_set());
    view! {
        <button
            type="button"
            id=BUTTON
            class="tools-button"
            class:is-set=is_set
            popovertarget=SHEET
            on:keydown=move |event| filtering.close_on_escape(&event)
        >
            "Tools"
            <span class="unseen">{move || if is_set.get() { ", in use" } else { "" }}</span>
        </button>
    }
}

/// The tools. The browser opens the sheet, closes it on Escape and on a press beside it, and gives the focus back.
#[component]
pub fn ToolsSheet(
    /// What lies in it.
    children: Children,
) -> impl IntoView {
    view! {
        <div id=SHEET class="tools-sheet" popover="auto">
            <header class="tools-head">
                <h2>"Tools"</h2>
                <button type="button" class="icon-button" aria-label="Close the tools" on:click=|_| leave()>
                    "×"
                </button>
            </header>
            {children()}
        </div>
    }
}

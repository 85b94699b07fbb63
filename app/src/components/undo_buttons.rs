//! Back to what was chosen before, and on again.

use crate::explore::Explore;
use leptos::prelude::*;

/// Two buttons; nothing before there is anything to undo.
#[component]
pub fn UndoButtons() -> impl IntoView {
    let explore = Explore::here();
    let can_undo = Memo::new(move |_| explore.choices.with(|choices| choices.can_undo()));
    let can_redo = Memo::new(move |_| explore.choices.with(|choices| choices.can_redo()));
    view! {
        <Show when=move || can_undo.get() || can_redo.get()>
            <div class="segments" role="group" aria-label="Selection history">
                <button
                    type="button"
                    data-action="undo-selection"
                    title="Undo the last change of the selection (Ctrl Z)"
                    disabled=move || !can_undo.get()
                    on:click=move |_| explore.undo_choice()
                >
                    "Undo"
                </button>
                <button
                    type="button"
                    data-action="redo-selection"
                    title="Do it again (Ctrl Shift Z)"
                    disabled=move || !can_redo.get()
                    on:click=move |_| explore.redo_choice()
                >
                    "Redo"
                </button>
            </div>
        </Show>
    }
}

//! A button that asks before it does something.

use crate::browser;
use leptos::prelude::*;

/// The button, and the dialog that asks. The browser keeps the focus inside and closes it on Escape.
#[component]
pub fn Confirm(
    /// The dialog's id, unlike any other on the page.
    id: String,
    /// What the button says.
    label: &'static str,
    /// What is asked.
    #[prop(into)]
    question: String,
    /// What follows from a yes.
    #[prop(into)]
    about: String,
    /// What the yes says.
    yes: &'static str,
    /// Whether it cannot be asked now.
    #[prop(into)]
    busy: Signal<bool>,
    /// Does it.
    on_yes: Callback<()>,
) -> impl IntoView {
    let title = format!("{id}-title");
    let labelled = title.clone();
    let action = id.clone();
    let dialog = StoredValue::new(id.clone());
    let open = move |_| dialog.with_value(|id| browser::open_dialog(id));
    let close = move || dialog.with_value(|id| browser::close_dialog(id));
    let act = move |_| {
        close();
        on_yes.run(());
    };
    view! {
        <button type="button" data-action=action disabled=busy on:click=open>{label}</button>
        <dialog class="confirm" id=id aria-labelledby=labelled>
            <h2 id=title>{question}</h2>
            <p>{about}</p>
            <div class="actions">
                <button type="button" class="danger" data-role="yes" on:click=act>{yes}</button>
                <button type="button" on:click=move |_| close()>"Keep it"</button>
            </div>
        </dialog>
    }
}

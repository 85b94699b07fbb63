//! Short notes that come and go by themselves.

use leptos::prelude::*;
use std::time::Duration;

/// How long a note stays.
const STAYS: Duration = Duration::from_secs(6);

/// Says things in passing. Copies are the same.
#[derive(Clone, Copy)]
pub struct Toasts {
    notes: RwSignal<Vec<(u32, String)>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Nothing said yet.
    pub fn new() -> Self {
        Self { notes: RwSignal::default(), next: StoredValue::new(0) }
    }

    /// The one of this page.
    pub fn here() -> Self {
        expect_context()
    }

    /// Says something for a few seconds.
    pub fn say(&self, note: impl Into<String>) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.notes.update(|notes| notes.push((number, note.into())));
        let notes = self.notes;
        set_timeout(
            move || {
                // The page may have gone meanwhile.
                let _ = notes.try_update(|notes| notes.retain(|(n, _)| *n != number));
            },
            STAYS,
        );
    }
}

/// Where they are shown.
#[component]
pub fn ToastShelf() -> impl IntoView {
    let toasts = Toasts::here();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.notes.get() key=|(number, _)| *number let:note>
                <p class="toast">{note.1}</p>
            </For>
        </div>
    }
}

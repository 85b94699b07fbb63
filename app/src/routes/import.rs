//! `/import`: how to bring one's own covers.

use crate::api;
use crate::catalogue::Catalogue;
use crate::components::import_report::ImportOutcome;
use crate::components::needs_script::NeedsScript;
use crate::components::page_title::PageTitle;
use crate::components::progress::Progress;
use crate::components::snippet::Snippet;
use crate::follow::{Follow, Standing};
use gatefold::operations::Import;
use gatefold::wire::Outcome;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::components::A;

/// Commands to copy, and a form that does the same.
#[component]
pub fn ImportPage() -> impl IntoView {
    view! {
        <PageTitle text="Import" />
        <main class="page" id="content">
            <header class="page-head">
                <h1>"Import covers"</h1>
                <p class="lead">
                    "Nothing leaves this machine, and your files stay where they are: the catalogue keeps its own "
                    "copies. Importing again brings what is new or has changed."
                </p>
                <p><A href="/catalogue">"What was imported, and what it takes on disk"</A></p>
            </header>
            <NeedsScript says="The form needs JavaScript, which this browser does not run. The commands below do the same." />
            <Form />
            <section aria-labelledby="command-title">
                <h2 id="command-title">"From the command line"</h2>
                <p>"A folder of covers; sub-folders, if there are any, are the genres:"</p>
                <Snippet text="gatefold import ~/Pictures/covers" />
                <p>
                    "Or a CSV with a column " <code>"file"</code> " and any of " <code>"artist"</code> ", "
                    <code>"album"</code> ", " <code>"genre"</code> ", " <code>"year"</code> ", " <code>"plays"</code>
                    "; paths count from the CSV's folder:"
                </p>
                <Snippet text="gatefold import covers.csv" />
                <p>
                    "One program writes a catalogue at a time: while this page is served, import with the form above, "
                    "or into another catalogue with " <code>"--data DIR"</code> "."
                </p>
            </section>
        </main>
    }
}

#[component]
fn Form() -> impl IntoView {
    let catalogue = Catalogue::here();
    let path = RwSignal::new(String::new());
    let action = api::beginning::<Import>();
    let value = action.value();
    let follow = Follow::new(Signal::derive(move || value.get()), action.pending().into());
    let busy = Signal::derive(move || follow.standing.with(Standing::is_busy));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let path = path.get_untracked().trim().to_owned();
        if !path.is_empty() {
            action.dispatch(Import { path });
        }
    };
    let outcome = move || match follow.standing.get() {
        Standing::Done(Outcome::Import(report)) => Some(view! { <ImportOutcome report /> }),
        _ => None,
    };
    Effect::new(move |_| {
        if matches!(follow.standing.get(), Standing::Done(_)) {
            catalogue.info.refetch();
        }
    });
    view! {
        <section class="import" aria-labelledby="form-title">
            <h2 id="form-title">"From this page"</h2>
            <form on:submit=send>
                <label class="field">
                    <span class="field-label">"Folder or CSV on the machine that runs Gatefold"</span>
                    <input
                        type="text"
                        required
                        spellcheck="false"
                        autocomplete="off"
                        placeholder="/home/me/Pictures/covers"
                        prop:value=path
                        on:input=move |event| path.set(event_target_value(&event))
                    />
                </label>
                <button class="primary" type="submit" data-action="import" disabled=busy>"Import"</button>
            </form>
            <Progress follow />
            {outcome}
        </section>
    }
}

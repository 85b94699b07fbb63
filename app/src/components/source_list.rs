//! Where albums come from: each source with a switch and a way to forget it.

use super::confirm::Confirm;
use super::trouble::Trouble;
use crate::api;
use crate::follow::Standing;
use crate::rebuild::Rebuild;
use crate::text;
use gatefold::operations::{RemoveSource, ShowSource};
use gatefold::report::ImportedSource;
use leptos::prelude::*;
use leptos_router::components::A;

/// The sources, in the order in which they came.
#[component]
pub fn SourceList(
    /// What the catalogue says of them.
    sources: Vec<ImportedSource>,
) -> impl IntoView {
    let none = sources.is_empty();
    let rows = sources.into_iter().map(|source| view! { <Source source /> });
    let rows = rows.collect_view();
    view! {
        <section aria-labelledby="sources-title">
            <h2 id="sources-title">"Sources"</h2>
            {none.then(|| view! { <p class="note">"None yet."</p> })}
            <ul class="sources">{rows}</ul>
            <p><A href="/import" attr:class="button">"Import"</A></p>
        </section>
    }
}

/// What a kind of source is called.
fn kind(kind: &str) -> &'static str {
    match kind {
        "csv" => "Table",
        "folder" => "Folder",
        "demo" => "Demo label, seed",
        _ => "Source",
    }
}

#[component]
fn Source(source: ImportedSource) -> impl IntoView {
    let rebuild = Rebuild::here();
    let ImportedSource { id, kind: of, name, albums, only_here, imported, shown } = source;
    let (remove, show) = (api::beginning::<RemoveSource>(), api::beginning::<ShowSource>());
    let begun = move |answer| {
        if let Some(Ok(job)) = answer {
            rebuild.begun(Ok(job));
        }
    };
    Effect::new(move |_| begun(remove.value().get()));
    Effect::new(move |_| begun(show.value().get()));
    let busy = Signal::derive(move || {
        let building = rebuild.follow.standing.with(Standing::is_busy);
        building || remove.pending().get() || show.pending().get()
    });
    let failed = move || {
        let answers = [remove.value().get(), show.value().get()];
        answers.into_iter().flatten().find_map(Result::err).map(|error| view! { <Trouble error /> })
    };
    let counted = |n| text::counted(n, "album", "albums");
    let facts = [
        Some(counted(albums)),
        (only_here < albums).then(|| format!("{} of them from nowhere else", text::count(only_here))),
        imported.map(|at| format!("imported {}", text::moment(at))),
        (!shown).then(|| "not on the map".to_owned()),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let about = format!(
        "{} that only this source tells of leave the catalogue with their covers and your changes to them. Your own files \
         are left alone: importing the source again brings its albums back.",
        counted(only_here)
    );
    let question = format!("Remove {name}?");
    view! {
        <li data-source=id.to_string() class:is-hidden=!shown>
            <p class="source-name">{kind(&of)} " " <code>{name.clone()}</code></p>
            <p class="note">{facts}</p>
            <div class="actions">
                <button
                    type="button"
                    role="switch"
                    data-action="show-source"
                    aria-checked=shown.to_string()
                    aria-label=format!("On the map: {name}")
                    disabled=busy
                    on:click=move |_| { show.dispatch(ShowSource { id, shown: !shown }); }
                >
                    "On the map"
                </button>
                <Confirm
                    id=format!("remove-source-{id}")
                    label="Remove…"
                    question
                    about
                    yes="Remove"
                    busy
                    on_yes=Callback::new(move |()| { remove.dispatch(RemoveSource { id }); })
                />
            </div>
            {failed}
        </li>
    }
}

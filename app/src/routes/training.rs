//! `/training`: runs of training on this catalogue's covers.

use crate::api;
use crate::components::page_title::PageTitle;
use crate::components::snippet::Snippet;
use crate::components::trouble::{Trouble, Waiting};
use crate::text;
use gatefold::operations::{ListRatings, ListTrainings};
use gatefold::recipe::Kind;
use gatefold::wire::{TrainingLine, TrainingState};
use leptos::prelude::*;
use leptos_router::components::A;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How often a page about something that goes on asks how far it is.
pub const AGAIN: Duration = Duration::from_secs(3);

/// A table of runs that keeps itself up to date.
#[component]
pub fn TrainingPage() -> impl IntoView {
    let runs = Resource::new(|| (), |()| api::ask(ListTrainings {}));
    refetched(runs, |_| true);
    view! {
        <PageTitle text="Training" />
        <main class="page" id="content">
            <header class="page-head">
                <h1>"Training"</h1>
                <p class="lead">
                    "What generates covers was trained on covers. A run on this catalogue shows here while it goes on and "
                    "afterwards: its curves, and what it drew on the way."
                </p>
            </header>
            <Transition fallback=Waiting>
                {move || {
                    runs.get()
                        .map(|answer| match answer {
                            Ok(found) => view! { <Table lines=found.runs /> }.into_any(),
                            Err(error) => view! { <Trouble error /> }.into_any(),
                        })
                }}
            </Transition>
            <Ratings />
            <section aria-labelledby="begin-title">
                <h2 id="begin-title">"Begin one"</h2>
                <p>"Training takes hours on a processor and minutes on a GPU, beside the server or without it."</p>
                <Snippet text="gatefold train vae --out runs/vae" />
                <Snippet text="gatefold train dcgan --out runs/dcgan" />
            </section>
        </main>
    }
}

/// What people think of what was made here, by kind of recipe; nothing before anything was rated.
#[component]
fn Ratings() -> impl IntoView {
    let ratings = Resource::new(|| (), |()| api::ask(ListRatings {}));
    let table = move || {
        let kinds = ratings
            .get()?
            .ok()
            .map(|known| known.ratings)
            .filter(|kinds| kinds.iter().any(|kind| kind.rated > 0))?;
        let rows = kinds.into_iter().map(|of| {
            let mean = if of.rated == 0 { "–".to_owned() } else { format!("{:.1}", of.mean) };
            view! {
                <tr>
                    <td>{kind_name(of.kind)}</td>
                    <td class="figure">{mean}</td>
                    <td class="figure">{text::count(u64::from(of.rated))}</td>
                    <td class="figure">{text::count(u64::from(of.made))}</td>
                </tr>
            }
        });
        Some(view! {
            <section aria-labelledby="ratings-title" data-role="ratings">
                <h2 id="ratings-title">"What people think of it"</h2>
                <div class="scroll">
                    <table class="lines">
                        <caption class="unseen">"Mean rating by kind of recipe, 1 to 5"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Kind"</th>
                                <th scope="col" class="figure">"Mean of 5"</th>
                                <th scope="col" class="figure">"Rated"</th>
                                <th scope="col" class="figure">"Made"</th>
                            </tr>
                        </thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            </section>
        })
    };
    view! { <Suspense>{table}</Suspense> }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Average => "Averages",
        Kind::Interpolate => "Interpolations",
        Kind::Sample => "Samples",
        Kind::Reconstruct => "Reconstructions",
        Kind::Walk => "Walks",
    }
}

/// Asks again every few seconds while `going` says so.
pub fn refetched<T>(resource: Resource<T>, going: impl Fn(&T) -> bool + Clone + Send + Sync + 'static)
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let goes_on = Memo::new(move |_| resource.with(|answer| answer.as_ref().is_some_and(&going)));
    Effect::new(move |_| {
        if goes_on.get()
            && let Ok(handle) = set_interval_with_handle(move || resource.refetch(), AGAIN)
        {
            on_cleanup(move || handle.clear());
        }
    });
}

#[component]
fn Table(lines: Vec<TrainingLine>) -> impl IntoView {
    if lines.is_empty() {
        return view! { <p class="note">"No run yet. The model that ships was trained elsewhere."</p> }
            .into_any();
    }
    let rows = lines.into_iter().map(|line| {
        view! {
            <tr>
                <td><A href=format!("/training/{}", line.id)>{text::moment(line.started)}</A></td>
                <td>{line.model.clone()}</td>
                <td><State state=line.state /></td>
                <td class="figure">{text::count(line.step)} " of " {text::count(line.steps)}</td>
                <td class="figure">{format!("{:.1}", line.images_per_s)}</td>
                <td class="path">{line.out}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="scroll">
            <table class="lines">
                <caption class="unseen">"Runs of training, the latest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Begun"</th>
                        <th scope="col">"Model"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="figure">"Step"</th>
                        <th scope="col" class="figure">"Images per second"</th>
                        <th scope="col">"Folder"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A run's state as a word with a dot.
#[component]
pub fn State(state: TrainingState) -> impl IntoView {
    let (class, word) = match state {
        TrainingState::Running => ("run-state is-running", "running"),
        TrainingState::Stopped => ("run-state is-stopped", "stopped"),
        TrainingState::Done => ("run-state is-done", "done"),
    };
    view! { <span class=class>{word}</span> }
}

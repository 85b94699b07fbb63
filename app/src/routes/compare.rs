//! `/evaluate/compare?a=RUN&b=RUN`: two evaluations side by side.

use crate::api::{self, Answer};
use crate::comparison::{differences, side_by_side};
use crate::components::comparison_table::ComparisonTable;
use crate::components::page_title::PageTitle;
use crate::components::trouble::{Trouble, Waiting};
use crate::error::PageError;
use crate::text;
use gatefold::operations::ReadEvaluation;
use gatefold::wire::EvaluationRun;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

/// The runs that the address names.
#[component]
pub fn ComparePage() -> impl IntoView {
    let query = use_query_map();
    let asked =
        move || query.with(|query| ["a", "b"].map(|name| query.get_str(name).unwrap_or_default().to_owned()));
    let runs = Resource::new(asked, |[a, b]| both(a, b));
    view! {
        <main class="page" id="content">
            <p class="crumb"><A href="/evaluate">"Evaluate"</A></p>
            <header class="page-head"><h1>"Two runs compared"</h1></header>
            <Transition fallback=Waiting>
                {move || {
                    runs.get()
                        .map(|answer| match answer {
                            Ok((a, b)) => view! { <Compared a b /> }.into_any(),
                            Err(error) => view! { <PageTitle text="No such runs" /> <Trouble error /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
}

async fn both(a: String, b: String) -> Answer<(EvaluationRun, EvaluationRun)> {
    if a.is_empty() || b.is_empty() {
        let sentence = "Two runs are needed: tick them in the list on the page Evaluate.";
        return Err(PageError::Refused(sentence.to_owned()));
    }
    Ok((api::subject(ReadEvaluation { run: a }).await?, api::subject(ReadEvaluation { run: b }).await?))
}

#[component]
fn Compared(a: EvaluationRun, b: EvaluationRun) -> impl IntoView {
    let differences = differences(&a.report, &b.report);
    let pairs = side_by_side(&a.report, &b.report);
    let rows = differences.iter().map(|one| {
        view! {
            <tr>
                <th scope="row">{one.setting}</th>
                <td>{one.a.clone()}</td>
                <td>{one.b.clone()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let same = differences.is_empty().then(|| {
        view! { <p class="note">"Both runs have the same settings: what differs is the catalogue, or nothing."</p> }
    });
    let together = match (&a.report.together, &b.report.together) {
        (Some(one), Some(other)) => Some(view! {
            <p>
                {format!(
                    "All genres at once: {} told right in A, {} in B.",
                    text::percent(one.accuracy),
                    text::percent(other.accuracy)
                )}
            </p>
        }),
        _ => None,
    };
    let body = match pairs.is_empty() {
        true => view! { <p class="note">"Neither run has pairs."</p> }.into_any(),
        false => view! { <ComparisonTable pairs /> }.into_any(),
    };
    view! {
        <PageTitle text="Two runs compared" />
        <section aria-labelledby="settings-title">
            <h2 id="settings-title">"What is different"</h2>
            <div class="scroll">
                <table class="lines">
                    <thead>
                        <tr>
                            <th scope="col"><span class="unseen">"Setting"</span></th>
                            <th scope="col"><Name letter="A" run=a.run at=a.at /></th>
                            <th scope="col"><Name letter="B" run=b.run at=b.at /></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {same}
        </section>
        <section aria-labelledby="figures-title">
            <h2 id="figures-title">"What came of it"</h2>
            {together}
            {body}
            <p class="note">
                "Intervals are of each run by itself. Where two have nothing in common, the runs differ; where they \
                overlap, these figures alone do not say so."
            </p>
        </section>
    }
}

#[component]
fn Name(letter: &'static str, run: String, at: i64) -> impl IntoView {
    view! { {letter} ": " <A href=format!("/evaluate/{run}")>{text::moment(at)}</A> }
}

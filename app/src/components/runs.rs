//! Evaluations that were kept: opened by their date, compared by ticking two.

use super::trouble::{Trouble, Waiting};
use crate::api;
use crate::text;
use gatefold::operations::ListEvaluations;
use gatefold::wire::EvaluationLine;
use leptos::prelude::*;
use leptos_router::components::A;

/// A table, the latest first.
#[component]
pub fn Runs() -> impl IntoView {
    let runs = Resource::new(|| (), |()| api::ask(ListEvaluations {}));
    view! {
        <section class="runs" aria-labelledby="runs-title">
            <h2 id="runs-title">"Past runs"</h2>
            <Suspense fallback=Waiting>
                {move || {
                    runs.get()
                        .map(|answer| match answer {
                            Ok(found) => view! { <Table lines=found.evaluations /> }.into_any(),
                            Err(error) => view! { <Trouble error /> }.into_any(),
                        })
                }}
            </Suspense>
        </section>
    }
}

#[component]
fn Table(lines: Vec<EvaluationLine>) -> impl IntoView {
    if lines.is_empty() {
        return view! { <p class="note">"None yet. What you run is kept here."</p> }.into_any();
    }
    let ticked = RwSignal::new(Vec::<String>::new());
    let rows = lines.into_iter().map(|line| view! { <Row line ticked /> }).collect_view();
    view! {
        <div class="scroll">
            <table class="lines">
                <thead>
                    <tr>
                        <th scope="col"><span class="unseen">"Compare"</span></th>
                        <th scope="col">"When"</th>
                        <th scope="col">"Genres"</th>
                        <th scope="col">"Features"</th>
                        <th scope="col" class="figure">"Mean AUC"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <div class="form-end">
            {move || {
                ticked
                    .with(|ticked| match ticked.as_slice() {
                        [a, b] => {
                            let href = format!("/evaluate/compare?a={a}&b={b}");
                            view! {
                                <A href=href attr:class="button" attr:data-action="compare">"Compare the two"</A>
                            }
                            .into_any()
                        }
                        _ => view! { <p class="note">"Tick two runs to compare them."</p> }.into_any(),
                    })
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Row(line: EvaluationLine, ticked: RwSignal<Vec<String>>) -> impl IntoView {
    let when = text::moment(line.at);
    let run = StoredValue::new(line.run.clone());
    let is_ticked = move || ticked.with(|ticked| run.with_value(|run| ticked.contains(run)));
    let tick = move |event| {
        let on = event_target_checked(&event);
        let run = run.get_value();
        ticked.update(|ticked| {
            ticked.retain(|other| *other != run);
            if on {
                ticked.push(run);
            }
        });
    };
    view! {
        <tr>
            <td>
                <input
                    type="checkbox"
                    aria-label=format!("Compare the run of {when}")
                    prop:checked=is_ticked
                    disabled=move || { ticked.with(Vec::len) >= 2 && !is_ticked() }
                    on:change=tick
                />
            </td>
            <td><A href=format!("/evaluate/{}", line.run)>{when}</A></td>
            <td>{text::listed(&line.genres)}</td>
            <td>{line.features}</td>
            <td class="figure">{format!("{:.3}", line.mean_auc)}</td>
        </tr>
    }
}

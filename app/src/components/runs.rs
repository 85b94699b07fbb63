//! Evaluations that were kept.

use super::trouble::{Trouble, Waiting};
use crate::api;
use crate::text;
use gatefold::wire::EvaluationLine;
use leptos::prelude::*;
use leptos_router::components::A;

/// A table, the latest first.
#[component]
pub fn Runs() -> impl IntoView {
    let runs = Resource::new(|| (), |()| api::list_evaluations());
    view! {
        <section class="runs" aria-labelledby="runs-title">
            <h2 id="runs-title">"Past runs"</h2>
            <Suspense fallback=Waiting>
                {move || {
                    runs.get()
                        .map(|answer| match answer {
                            Ok(lines) => view! { <Table lines /> }.into_any(),
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
    let rows = lines.into_iter().map(|line| {
        view! {
            <tr>
                <td><A href=format!("/evaluate/{}", line.run)>{text::moment(line.at)}</A></td>
                <td>{text::listed(&line.genres)}</td>
                <td>{line.features}</td>
                <td class="figure">{format!("{:.3}", line.mean_auc)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="scroll">
            <table class="lines">
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Genres"</th>
                        <th scope="col">"Features"</th>
                        <th scope="col" class="figure">"Mean AUC"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

//! All genres told apart at once: a confusion matrix as a heat map.

use super::cell_covers::CellList;
use super::trouble::{Trouble, Waiting};
use crate::api;
use crate::text;
use gatefold::operations::ReadPairScores;
use gatefold::report::TogetherReport;
use leptos::prelude::*;

/// Id of the list of a cell's covers.
const PANEL: &str = "together-covers";

/// A cell of the matrix: what its covers are, and what they were called.
type Cell = (String, String);

/// Rows are the truth, columns the most probable genre; the deeper, the larger its share of the row. A
/// cell lists its covers.
#[component]
pub fn Together(
    /// The run that told them apart.
    run: String,
    /// What was found.
    report: TogetherReport,
) -> impl IntoView {
    let TogetherReport { genres, covers, confusion, accuracy, balanced_accuracy, auc, shuffled_accuracy } =
        report;
    let open = RwSignal::new(None::<Cell>);
    let names: Vec<String> = genres.iter().map(ToString::to_string).collect();
    let head = names.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    let rows = names.iter().enumerate().map(|(truth, name)| {
        let row = confusion.get(truth).cloned().unwrap_or_default();
        let all: u32 = row.iter().sum();
        let cells = row.into_iter().enumerate().map(|(said, n)| {
            let share = if all == 0 { 0.0 } else { f64::from(n) / f64::from(all) };
            let class = if truth == said { "heat right" } else { "heat wrong" };
            let other = names.get(said).map_or("another", String::as_str);
            let label = format!("{} of {name} called {other}", text::counted(n.into(), "cover", "covers"));
            let cell = (name.clone(), other.to_owned());
            let this = cell.clone();
            let is_open = Memo::new(move |_| open.with(|open| open.as_ref() == Some(&this)));
            let press = move |_| open.set((!is_open.get_untracked()).then(|| cell.clone()));
            view! {
                <td class=class style=format!("--share:{:.0}%", share * 100.0)>
                    <button
                        type="button"
                        class="heat-cell"
                        aria-label=label
                        aria-expanded=move || is_open.get().to_string()
                        aria-controls=PANEL
                        on:click=press
                    >
                        <span class="heat-count">{text::count(n.into())}</span>
                        <span class="heat-rate">{text::percent(share)}</span>
                    </button>
                </td>
            }
        });
        let area = auc.get(truth).map_or_else(|| "–".to_owned(), |auc| format!("{auc:.3}"));
        view! {
            <tr>
                <th scope="row">
                    {name.clone()} " "
                    <span class="count">{text::count(covers.get(truth).copied().unwrap_or_default().into())}</span>
                </th>
                {cells.collect_view()}
                <td class="figure">{area}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let summary = format!(
        "{} of the covers told right, {} as a mean over genres. With the labels shuffled: {}.",
        text::percent(accuracy),
        text::percent(balanced_accuracy),
        text::percent(shuffled_accuracy)
    );
    view! {
        <section aria-labelledby="together-title">
            <h2 id="together-title">"All genres at once"</h2>
            <p>{summary}</p>
            <div class="scroll">
                <table class="heat-map">
                    <caption>"Truth in rows, the most probable genre in columns; the share is of the row. A cell lists its covers."</caption>
                    <thead><tr><td></td>{head}<th scope="col" class="figure">"AUC"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {view! { <Opened run open /> }.into_any()}
        </section>
    }
}

/// The covers of the open cell, those of which the forest was surest first.
#[component]
fn Opened(run: String, open: RwSignal<Option<Cell>>) -> impl IntoView {
    let scores = LocalResource::new(move || {
        let (run, cell) = (run.clone(), open.get());
        async move {
            let (truth, said) = cell?;
            Some(api::ask(ReadPairScores { run, a: truth, b: said }).await)
        }
    });
    let content = move || {
        let (truth, said) = open.get()?;
        let Some(answer) = scores.get() else { return Some(view! { <Waiting /> }.into_any()) };
        Some(match answer? {
            Ok(found) if (found.a.as_str(), found.b.as_str()) != (truth.as_str(), said.as_str()) => {
                view! { <Waiting /> }.into_any()
            }
            Ok(found) => {
                let listed: Vec<_> = found.scores.into_iter().rev().collect();
                let covers = Memo::new(move |_| Some(listed.clone()));
                let close = Callback::new(move |()| open.set(None));
                let measured = said.clone();
                view! { <CellList covers truth said measured close /> }.into_any()
            }
            Err(error) => view! { <Trouble error /> }.into_any(),
        })
    };
    view! { <div class="cell-covers" id=PANEL>{content}</div> }
}

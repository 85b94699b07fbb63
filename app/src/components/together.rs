//! All genres told apart at once: a confusion matrix as a heat map.

use crate::text;
use gatefold::report::TogetherReport;
use leptos::prelude::*;

/// Rows are the truth, columns the most probable genre; the deeper, the larger its share of the row.
#[component]
pub fn Together(
    /// What was found.
    report: TogetherReport,
) -> impl IntoView {
    let TogetherReport { genres, covers, confusion, accuracy, balanced_accuracy, auc, shuffled_accuracy } =
        report;
    let names: Vec<String> = genres.iter().map(ToString::to_string).collect();
    let head = names.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    let rows = names.iter().enumerate().map(|(truth, name)| {
        let row = confusion.get(truth).cloned().unwrap_or_default();
        let all: u32 = row.iter().sum();
        let cells = row.into_iter().enumerate().map(|(said, n)| {
            let share = if all == 0 { 0.0 } else { f64::from(n) / f64::from(all) };
            let class = if truth == said { "heat right" } else { "heat wrong" };
            let other = names.get(said).map_or("another", String::as_str);
            let title = format!("{} of {name} called {other}", text::counted(n.into(), "cover", "covers"));
            view! {
                <td class=class style=format!("--share:{:.0}%", share * 100.0) title=title>
                    <span class="heat-count">{text::count(n.into())}</span>
                    <span class="heat-rate">{text::percent(share)}</span>
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
                    <caption>"Truth in rows, the most probable genre in columns; the share is of the row"</caption>
                    <thead><tr><td></td>{head}<th scope="col" class="figure">"AUC"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

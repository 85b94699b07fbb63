//! A confusion matrix: rows are the truth, columns what the forest says.

use crate::text;
use gatefold::report::PairReport;
use leptos::prelude::*;

/// Counts, each with its share of the row.
#[component]
pub fn Confusion(
    /// The pair.
    pair: PairReport,
) -> impl IntoView {
    let names = [pair.a.to_string(), pair.b.to_string()];
    let head = names.clone().map(|name| view! { <th scope="col">{name}</th> });
    let rows = (0..2).map(|truth| {
        let row = pair.confusion[truth];
        let sum = row[0] + row[1];
        let cells = (0..2).map(|said| {
            let rate = if sum == 0 { 0.0 } else { f64::from(row[said]) / f64::from(sum) };
            let class = if truth == said { "right" } else { "wrong" };
            view! {
                <td class=class style=format!("--share:{:.0}%", rate * 100.0)>
                    <span class="confusion-count">{text::count(u64::from(row[said]))}</span>
                    <span class="confusion-rate">{format!("{:.0} %", rate * 100.0)}</span>
                </td>
            }
        });
        let cells = cells.collect_view();
        view! { <tr><th scope="row">{names[truth].clone()}</th>{cells}</tr> }
    });
    let rows = rows.collect_view();
    view! {
        <table class="confusion">
            <caption>"Truth in rows, prediction in columns"</caption>
            <thead><tr><td></td>{head.into_iter().collect_view()}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

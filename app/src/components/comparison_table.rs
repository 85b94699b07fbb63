//! The pairs of two runs beside each other.

use crate::comparison::{Both, means};
use crate::text;
use gatefold::report::PairReport;
use leptos::prelude::*;

/// A line for each pair, and their mean.
#[component]
pub fn ComparisonTable(
    /// The pairs.
    pairs: Vec<Both>,
) -> impl IntoView {
    let mean = means(&pairs).map(|(a, b)| {
        view! {
            <tr class="is-mean">
                <th scope="row">"Mean of the pairs that both have"</th>
                <td class="figure">{format!("{a:.3}")}</td>
                <td class="figure">{format!("{b:.3}")}</td>
                <td class="figure">{signed(b - a)}</td>
                <td></td>
            </tr>
        }
    });
    let rows = pairs.into_iter().map(|pair| {
        let change = pair.change().map_or_else(|| "–".to_owned(), signed);
        let note = if pair.apart() { "intervals apart" } else { "" };
        view! {
            <tr>
                <th scope="row">{pair.name()}</th>
                <td class="figure">{figure(pair.a.as_ref())}</td>
                <td class="figure">{figure(pair.b.as_ref())}</td>
                <td class="figure">{change}</td>
                <td>{note}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="scroll">
            <table class="lines">
                <caption class="unseen">"Area under the ROC curve of each pair in both runs"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Pair"</th>
                        <th scope="col" class="figure">"AUC in A"</th>
                        <th scope="col" class="figure">"AUC in B"</th>
                        <th scope="col" class="figure">"B − A"</th>
                        <th scope="col"><span class="unseen">"Note"</span></th>
                    </tr>
                </thead>
                <tbody>{mean}{rows}</tbody>
            </table>
        </div>
    }
}

fn figure(pair: Option<&PairReport>) -> AnyView {
    match pair {
        None => "–".into_any(),
        Some(pair) => {
            let interval = pair.auc_interval.map(|interval| {
                view! { " " <span class="count">{text::interval(interval)}</span> }
            });
            view! { {format!("{:.3}", pair.auc)} {interval} }.into_any()
        }
    }
}

/// `+0.041`, `−0.012`, `0.000`.
fn signed(change: f64) -> String {
    let digits = format!("{:.3}", change.abs());
    match digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        false => digits,
        true if change > 0.0 => format!("+{digits}"),
        true => format!("−{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::signed;

    #[test]
    fn a_change_has_its_sign_unless_there_is_none() {
        assert_eq!([0.0412, -0.0123, -0.0001].map(signed), ["+0.041", "−0.012", "0.000"]);
    }
}

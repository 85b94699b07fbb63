//! All pairs at a glance: genre by genre, the area under the curve in each cell.

use super::pair_card::anchor;
use gatefold::report::EvaluationReport;
use leptos::prelude::*;

/// A triangle of figures; each leads to its pair's card.
#[component]
pub fn AucGrid(
    /// What was found.
    report: EvaluationReport,
) -> impl IntoView {
    let names = names(&report);
    let head = names.iter().skip(1).map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    let rows = names.iter().enumerate().take(names.len().saturating_sub(1)).map(|(i, a)| {
        let cells = names.iter().enumerate().skip(1).map(|(j, b)| {
            let pair = report.pairs.iter().find(|pair| {
                let (one, other) = (pair.a.as_str(), pair.b.as_str());
                j > i && ((one == a && other == b) || (one == b && other == a))
            });
            match pair {
                Some(pair) => {
                    let style = format!("--share:{:.0}%", strength(pair.auc));
                    let link = format!("#{}", anchor(pair));
                    let label = format!("{a} against {b}: {:.3}", pair.auc);
                    view! {
                        <td class="auc-cell" style=style>
                            <a href=link aria-label=label>{format!("{:.2}", pair.auc)}</a>
                        </td>
                    }
                    .into_any()
                }
                None => view! { <td class="auc-none"></td> }.into_any(),
            }
        });
        let cells = cells.collect_view();
        view! { <tr><th scope="row">{a.clone()}</th>{cells}</tr> }
    });
    let rows = rows.collect_view();
    view! {
        <div class="scroll">
            <table class="auc-grid">
                <caption class="unseen">"Area under the ROC curve for each pair of genres"</caption>
                <thead><tr><td></td>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Genres in the order in which pairs name them first.
fn names(report: &EvaluationReport) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for pair in &report.pairs {
        for name in [pair.a.as_str(), pair.b.as_str()] {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

/// How far from chance, percent: 0.5 is nothing, 1 (or 0) is all.
fn strength(auc: f64) -> f64 {
    ((auc - 0.5).abs() * 200.0).clamp(0.0, 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_has_no_strength_and_certainty_has_all() {
        assert_eq!(strength(0.5), 0.0);
        assert_eq!(strength(1.0), 100.0);
        assert_eq!(strength(0.0), 100.0);
    }
}

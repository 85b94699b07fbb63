//! Which features count most.

use gatefold::report::Importance;
use leptos::prelude::*;

/// A bar each, the strongest first; nothing where nobody asked.
#[component]
pub fn ImportanceBars(
    /// The features.
    importance: Vec<Importance>,
) -> impl IntoView {
    if importance.is_empty() {
        return ().into_any();
    }
    let most = importance.iter().map(|one| one.auc_drop).fold(f64::MIN_POSITIVE, f64::max);
    let rows = importance.into_iter().map(|one| {
        let share = (one.auc_drop / most).clamp(0.0, 1.0) * 100.0;
        view! {
            <tr>
                <th scope="row">{one.feature}</th>
                <td class="importance-bar" style=format!("--share:{share:.0}%")></td>
                <td class="figure">{format!("{:.3}", one.auc_drop)}</td>
            </tr>
        }
    });
    view! {
        <table class="importance">
            <caption>"By how much the area falls without a feature"</caption>
            <thead class="unseen">
                <tr>
                    <th scope="col">"Feature"</th>
                    <th scope="col">"Bar"</th>
                    <th scope="col">"Fall of the area"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

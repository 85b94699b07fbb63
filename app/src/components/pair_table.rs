//! All pairs of a run in figures.

use super::pair_card::anchor;
use crate::text;
use gatefold::report::PairReport;
use leptos::prelude::*;

/// A line for each pair, the easiest to tell apart first.
#[component]
pub fn PairTable(
    /// The pairs.
    pairs: Vec<PairReport>,
) -> impl IntoView {
    let mut pairs = pairs;
    pairs.sort_by(|a, b| b.auc.total_cmp(&a.auc));
    let rows = pairs.into_iter().map(|pair| {
        let perhaps = |words: Option<String>| words.unwrap_or_else(|| "–".to_owned());
        let positives = share(pair.n_b, pair.n_a + pair.n_b);
        view! {
            <tr>
                <td><a href=format!("#{}", anchor(&pair))>{text::pair(&pair)}</a></td>
                <td class="figure">{text::count(u64::from(pair.n_a))} " + " {text::count(u64::from(pair.n_b))}</td>
                <td class="figure">{format!("{:.3} ± {:.3}", pair.auc, pair.auc_sd)}</td>
                <td class="figure">{perhaps(pair.auc_interval.map(text::interval))}</td>
                <td class="figure">{perhaps(pair.shuffled_auc.map(|auc| format!("{auc:.2}")))}</td>
                <td class="figure">
                    {format!("{:.3} ", pair.pr_auc)} <span class="count">{format!("({positives:.2})")}</span>
                </td>
                <td class="figure">{text::percent(right(&pair))}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="scroll">
            <table class="lines">
                <caption class="unseen">"Pairs, the easiest to tell apart first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Pair"</th>
                        <th scope="col" class="figure">"Covers"</th>
                        <th scope="col" class="figure">"AUC ± sd over folds"</th>
                        <th scope="col" class="figure">"95 %, pooled"</th>
                        <th scope="col" class="figure">"Labels shuffled"</th>
                        <th scope="col" class="figure">"PR-AUC (chance)"</th>
                        <th scope="col" class="figure">"Right at 0.5"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn share(part: u32, all: u32) -> f64 {
    if all == 0 { 0.0 } else { f64::from(part) / f64::from(all) }
}

/// Share told right; counted, since early reports did not say it.
fn right(pair: &PairReport) -> f64 {
    let [[tn, fp], [fneg, tp]] = pair.confusion;
    share(tn + tp, tn + fp + fneg + tp)
}

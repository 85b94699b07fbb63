//! How often what was said with about the same probability was true.

use gatefold::report::CalibrationBin;
use leptos::prelude::*;

/// Left edge, top edge and side of the plot, units of the view box.
const LEFT: f64 = 14.0;
const TOP: f64 = 4.0;
const SIDE: f64 = 60.0;
/// Radius of the largest point.
const LARGEST: f64 = 3.5;

/// A point for each range of the probability, as large as it has covers; on the diagonal what is said is true.
#[component]
pub fn Calibration(
    /// The ranges.
    bins: Vec<CalibrationBin>,
    /// The positive class.
    positive: String,
) -> impl IntoView {
    if bins.is_empty() {
        return ().into_any();
    }
    let most = f64::from(bins.iter().map(|bin| bin.n).max().unwrap_or(1).max(1));
    let (x, y) = (|share: f64| LEFT + share * SIDE, |share: f64| TOP + (1.0 - share) * SIDE);
    let points = bins.iter().map(|bin| {
        let radius = LARGEST * (f64::from(bin.n) / most).sqrt().max(0.25);
        view! { <circle class="calibration-point" cx=x(bin.said) cy=y(bin.true_share) r=format!("{radius:.2}") /> }
    });
    let points = points.collect_view();
    let line: Vec<(f64, f64)> = bins.iter().map(|bin| (x(bin.said), y(bin.true_share))).collect();
    let rows = bins.iter().map(|bin| {
        view! {
            <tr>
                <td class="figure">{format!("{:.2}", bin.said)}</td>
                <td class="figure">{format!("{:.2}", bin.true_share)}</td>
                <td class="figure">{bin.n}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let label = format!("Calibration: share of {positive} over the probability of {positive} that was said");
    view! {
        <details class="calibration">
            <summary>"Calibration"</summary>
            <svg viewBox="0 0 80 78" role="img" aria-label=label>
                <rect class="calibration-frame" x=LEFT y=TOP width=SIDE height=SIDE />
                <line class="roc-chance" x1=x(0.0) y1=y(0.0) x2=x(1.0) y2=y(1.0) />
                <path class="calibration-line" d=gatefold::curve::path(&line) />
                {points}
                <text class="roc-tick" x=x(0.0) y=y(0.0) + 5.5 text-anchor="middle">"0"</text>
                <text class="roc-tick" x=x(1.0) y=y(0.0) + 5.5 text-anchor="middle">"1"</text>
                <text class="roc-tick" x=x(0.0) - 2.0 y=y(1.0) + 1.8 text-anchor="end">"1"</text>
                <text class="roc-axis" x=x(0.5) y="75" text-anchor="middle">"said"</text>
                <text class="roc-axis" x="5" y=y(0.5) text-anchor="middle" transform=format!("rotate(-90 5 {})", y(0.5))>
                    "true"
                </text>
            </svg>
            <table class="lines">
                <thead>
                    <tr>
                        <th scope="col" class="figure">"Said"</th>
                        <th scope="col" class="figure">"True"</th>
                        <th scope="col" class="figure">"Covers"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

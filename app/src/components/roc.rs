//! A ROC curve, drawn by hand: axes, diagonal, band, curve, and the point that a threshold stands for.

use crate::scored::Scored;
use crate::text;
use gatefold::curve::{band, band_path, path, thinned};
use gatefold::report::PairReport;
use gatefold::threshold::rates;
use leptos::prelude::*;

/// Left edge, top edge and side of the plot inside the picture, units of the view box.
const LEFT: f64 = 20.0;
const TOP: f64 = 4.0;
const SIDE: f64 = 100.0;
/// Points closer to the line between their neighbours than this are left out, units of the view box.
const FLAT: f64 = 0.15;

/// True positive rate over false positive rate, all folds pooled.
#[component]
pub fn Roc(
    /// The pair.
    pair: PairReport,
    /// Where its threshold stands.
    scored: Scored,
) -> impl IntoView {
    let place = |(fpr, tpr)| (x(fpr), y(tpr));
    let points: Vec<(f64, f64)> = pair.roc.iter().map(|&point| place(point)).collect();
    let line = path(&thinned(&points, FLAT));
    let area = band_path(&band(&pair.roc, pair.n_b), FLAT, place);
    let label = format!(
        "ROC curve of {}: area under the curve {:.3}, {}",
        text::pair(&pair),
        pair.auc,
        spread(&pair)
    );
    let ticks = [0.0, 0.25, 0.5, 0.75, 1.0].map(|at| {
        let words = if at == 0.0 || at == 1.0 { format!("{at:.0}") } else { format!("{at}") };
        view! {
            <line class="roc-grid" x1=x(at) y1=y(0.0) x2=x(at) y2=y(1.0) />
            <line class="roc-grid" x1=x(0.0) y1=y(at) x2=x(1.0) y2=y(at) />
            <text class="roc-tick" x=x(at) y=y(0.0) + 7.0 text-anchor="middle">{words.clone()}</text>
            <text class="roc-tick" x=LEFT - 2.5 y=y(at) + 1.8 text-anchor="end">{words}</text>
        }
    });
    let middle = y(0.5);
    let at = move || scored.counts.with(rates);
    let legend = format!(
        "Shaded: 95 % of the true positive rate at each false positive rate (Wilson, from {} of {}).",
        text::counted(u64::from(pair.n_b), "cover", "covers"),
        pair.b
    );
    view! {
        <figure class="roc-figure">
            <svg class="roc" viewBox="0 0 126 122" role="img" aria-label=label>
                {ticks.into_iter().collect_view()}
                <line class="roc-chance" x1=x(0.0) y1=y(0.0) x2=x(1.0) y2=y(1.0) />
                <path class="roc-area" d=area />
                <path class="roc-line" d=line />
                <circle class="roc-point" cx=move || x(at().0) cy=move || y(at().1) r="2.4" />
                <text class="roc-axis" x=x(0.5) y="120" text-anchor="middle">"false positive rate"</text>
                <text
                    class="roc-axis"
                    x="6"
                    y=middle
                    text-anchor="middle"
                    transform=format!("rotate(-90 6 {middle})")
                >
                    "true positive rate"
                </text>
            </svg>
            <figcaption class="note">{legend}</figcaption>
        </figure>
    }
}

/// How far the area may be off: its interval where there is one.
fn spread(pair: &PairReport) -> String {
    match pair.auc_interval {
        Some(interval) => format!("95 % interval {}", text::interval(interval)),
        None => format!("standard deviation {:.3}", pair.auc_sd),
    }
}

fn x(rate: f64) -> f64 {
    LEFT + rate.clamp(0.0, 1.0) * SIDE
}

fn y(rate: f64) -> f64 {
    TOP + (1.0 - rate.clamp(0.0, 1.0)) * SIDE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_curve_touches_the_upper_left() {
        assert_eq!((x(0.0), y(1.0)), (LEFT, TOP));
        assert_eq!(path(&[(1.0, 2.0), (3.25, 4.0)]), "M1.0,2.0L3.2,4.0");
    }
}

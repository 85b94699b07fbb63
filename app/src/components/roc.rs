//! A ROC curve, drawn by hand: axes, diagonal, curve.

use gatefold::report::PairReport;
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
) -> impl IntoView {
    let points: Vec<(f64, f64)> = pair.roc.iter().map(|(fpr, tpr)| (x(*fpr), y(*tpr))).collect();
    let line = path(&thinned(&points));
    let area = format!("{line}L{:.1},{:.1}L{:.1},{:.1}Z", x(1.0), y(0.0), x(0.0), y(0.0));
    let label = format!(
        "ROC curve of {} against {}: area under the curve {:.3}, standard deviation {:.3}",
        pair.b, pair.a, pair.auc, pair.auc_sd
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
    view! {
        <svg class="roc" viewBox="0 0 126 122" role="img" aria-label=label>
            {ticks.into_iter().collect_view()}
            <line class="roc-chance" x1=x(0.0) y1=y(0.0) x2=x(1.0) y2=y(1.0) />
            <path class="roc-area" d=area />
            <path class="roc-line" d=line />
            <text class="roc-axis" x=x(0.5) y="120" text-anchor="middle">"false positive rate"</text>
            <text class="roc-axis" x="6" y=middle text-anchor="middle" transform=format!("rotate(-90 6 {middle})")>
                "true positive rate"
            </text>
        </svg>
    }
}

fn x(rate: f64) -> f64 {
    LEFT + rate.clamp(0.0, 1.0) * SIDE
}

fn y(rate: f64) -> f64 {
    TOP + (1.0 - rate.clamp(0.0, 1.0)) * SIDE
}

fn path(points: &[(f64, f64)]) -> String {
    let mut out = String::with_capacity(points.len() * 12);
    for (i, (x, y)) in points.iter().enumerate() {
        out.push(if i == 0 { 'M' } else { 'L' });
        out.push_str(&format!("{x:.1},{y:.1}"));
    }
    out
}

/// Leaves out points that nobody would see (Ramer, Douglas and Peucker), without recursion.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut keep = vec![false; points.len()];
    keep[0] = true;
    keep[points.len() - 1] = true;
    let mut open = vec![(0, points.len() - 1)];
    while let Some((from, to)) = open.pop() {
        let farthest = (from + 1..to)
            .map(|i| (distance(points[i], points[from], points[to]), i))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((distance, i)) = farthest
            && distance > FLAT
        {
            keep[i] = true;
            open.push((from, i));
            open.push((i, to));
        }
    }
    points.iter().zip(keep).filter_map(|(point, keep)| keep.then_some(*point)).collect()
}

/// From a point to the line through two others.
fn distance(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy);
    if length == 0.0 {
        return (p.0 - a.0).hypot(p.1 - a.1);
    }
    ((p.0 - a.0) * dy - (p.1 - a.1) * dx).abs() / length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_needs_only_its_ends() {
        let line: Vec<_> = (0..=1000).map(|i| (f64::from(i) / 10.0, f64::from(i) / 10.0)).collect();
        assert_eq!(thinned(&line), [(0.0, 0.0), (100.0, 100.0)]);
    }

    #[test]
    fn corners_survive_thinning() {
        let corner = [(0.0, 100.0), (0.0, 50.0), (0.0, 0.0), (50.0, 0.0), (100.0, 0.0)];
        assert_eq!(thinned(&corner), [(0.0, 100.0), (0.0, 0.0), (100.0, 0.0)]);
    }

    #[test]
    fn a_perfect_curve_touches_the_upper_left() {
        assert_eq!((x(0.0), y(1.0)), (LEFT, TOP));
        assert_eq!(path(&[(1.0, 2.0), (3.25, 4.0)]), "M1.0,2.0L3.2,4.0");
    }
}

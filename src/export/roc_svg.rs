//! A ROC curve as a picture that stands by itself: no style sheet, only attributes.

use crate::curve::{band, band_path, path, thinned};
use crate::report::PairReport;
use gatefold_types::xml;

/// The plot inside the picture, units of the view box.
const LEFT: f64 = 60.0;
const TOP: f64 = 56.0;
const SIDE: f64 = 400.0;
/// Points closer to the line between their neighbours than this are left out.
const FLAT: f64 = 0.3;

/// The curve of a pair with its band, axes and figures, on white.
pub fn roc_svg(pair: &PairReport) -> String {
    let place = |(fpr, tpr)| (x(fpr), y(tpr));
    let points: Vec<_> = pair.roc.iter().map(|&point| place(point)).collect();
    let (a, b) = (xml::text(pair.a.as_str()), xml::text(pair.b.as_str()));
    let interval = match pair.auc_interval {
        Some((low, high)) => format!(" (95 %: {low:.3}–{high:.3})"),
        None => String::new(),
    };
    let mut grid = String::new();
    for at in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (across, down) = (x(at), y(at));
        grid += &format!(
            "<path d=\"M{across:.1},{:.1}V{:.1}M{:.1},{down:.1}H{:.1}\" stroke=\"#dcd5c8\" fill=\"none\"/>\
             <text x=\"{across:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{at}</text>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{at}</text>",
            y(0.0),
            y(1.0),
            x(0.0),
            x(1.0),
            y(0.0) + 20.0,
            x(0.0) - 8.0,
            down + 4.5,
        );
    }
    let (middle_x, middle_y) = (x(0.5), y(0.5));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 520\" width=\"480\" height=\"520\" \
         font-family=\"system-ui, 'Liberation Sans', Arial, sans-serif\" font-size=\"13\" fill=\"#575047\">\
         <title>{b} against {a}: AUC {auc:.3}{interval}</title>\
         <rect width=\"480\" height=\"520\" fill=\"#ffffff\"/>\
         <text x=\"{LEFT}\" y=\"22\" font-size=\"16\" font-weight=\"600\" fill=\"#1c1916\">{b} against {a}</text>\
         <text x=\"{LEFT}\" y=\"42\">AUC {auc:.3}{interval}, {n_b} and {n_a} covers</text>\
         {grid}\
         <path d=\"M{x0:.1},{y0:.1}L{x1:.1},{y1:.1}\" stroke=\"#6f675c\" stroke-dasharray=\"5 5\" fill=\"none\"/>\
         <path d=\"{band}\" fill=\"#2a3bc9\" fill-opacity=\"0.16\"/>\
         <path d=\"{line}\" stroke=\"#2a3bc9\" stroke-width=\"2.5\" stroke-linejoin=\"round\" fill=\"none\"/>\
         <text x=\"{middle_x}\" y=\"{below}\" text-anchor=\"middle\">false positive rate</text>\
         <text x=\"16\" y=\"{middle_y}\" text-anchor=\"middle\" transform=\"rotate(-90 16 {middle_y})\">\
         true positive rate</text>\
         <text x=\"{LEFT}\" y=\"{note}\" font-size=\"11\">band: 95 % of the true positive rate at each false \
         positive rate (Wilson)</text></svg>\n",
        auc = pair.auc,
        n_a = pair.n_a,
        n_b = pair.n_b,
        x0 = x(0.0),
        y0 = y(0.0),
        x1 = x(1.0),
        y1 = y(1.0),
        band = band_path(&band(&pair.roc, pair.n_b), FLAT, place),
        line = path(&thinned(&points, FLAT)),
        below = y(0.0) + 40.0,
        note = y(0.0) + 58.0,
    )
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
    use crate::album::Genre;

    #[test]
    fn the_picture_stands_by_itself_whatever_the_genres_are_called() {
        let pair = PairReport {
            a: Genre::new("r&b").unwrap(),
            b: Genre::new("<drone>]]>\u{1}\u{fffe}").unwrap(),
            n_a: 30,
            n_b: 40,
            auc: 0.75,
            auc_sd: 0.1,
            confusion: [[20, 10], [10, 30]],
            roc: vec![(0.0, 0.0), (0.2, 0.7), (1.0, 1.0)],
            auc_interval: Some((0.6, 0.85)),
            pr_auc: 0.7,
            accuracy: 0.7,
            calibration: Vec::new(),
            shuffled_auc: None,
            importance: Vec::new(),
        };
        let svg = roc_svg(&pair);
        assert!(svg.contains("r&amp;b") && svg.contains("&lt;drone&gt;]]&gt; "));
        assert!(!svg.contains('\u{fffe}'));
        assert!(!svg.contains("<drone>") && svg.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(svg.contains("AUC 0.750 (95 %: 0.600–0.850)"));
        assert!(!svg.contains("class=") && !svg.contains("style=") && !svg.contains("NaN"));
    }
}

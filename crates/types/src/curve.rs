//! The shape of a ROC curve as it is drawn: without points that nobody would see, and with a band around it.

/// Two-sided 95 % of the normal distribution.
const Z95: f64 = 1.959_963_984_540_054;
/// Farthest step along the curve between two points of a band.
const STEP: f64 = 0.02;

/// A point: (false positive rate, true positive rate), or whatever unit it is drawn in.
pub type Point = (f64, f64);

/// Where the curve could as well run.
#[derive(Clone, PartialEq, Debug)]
pub struct Band {
    /// Its upper edge, from left to right.
    pub upper: Vec<Point>,
    /// Its lower edge, from left to right.
    pub lower: Vec<Point>,
}

/// The 95 % interval of the true positive rate at each point of a curve, for `positives` covers of the positive
/// class: Wilson's score interval of a share (Wilson 1927), which stays within 0–1. It takes the false positive
/// rate as given and each point by itself.
pub fn band(roc: &[Point], positives: u32) -> Band {
    let n = f64::from(positives.max(1));
    let dense = dense(roc);
    let edge = |sign: f64| dense.iter().map(|&(fpr, tpr)| (fpr, wilson(tpr, n, sign))).collect();
    Band { upper: edge(1.0), lower: edge(-1.0) }
}

fn wilson(share: f64, n: f64, sign: f64) -> f64 {
    let z2 = Z95 * Z95;
    let spread = Z95 * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    ((share + z2 / (2.0 * n) + sign * spread) / (1.0 + z2 / n)).clamp(0.0, 1.0)
}

/// The same curve with no step longer than [`STEP`].
fn dense(points: &[Point]) -> Vec<Point> {
    let Some(&first) = points.first() else { return Vec::new() };
    let mut out = vec![first];
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let parts = ((x1 - x0).abs().max((y1 - y0).abs()) / STEP).ceil().clamp(1.0, 1.0 / STEP) as u32;
        out.extend((1..=parts).map(|i| {
            let share = f64::from(i) / f64::from(parts);
            (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
        }));
    }
    out
}

/// Leaves out points that are closer than `flat` to the line that is drawn without them (Ramer, Douglas and Peucker),
/// without recursion.
pub fn thinned(points: &[Point], flat: f64) -> Vec<Point> {
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
            && distance > flat
        {
            keep[i] = true;
            open.push((from, i));
            open.push((i, to));
        }
    }
    points.iter().zip(keep).filter_map(|(point, keep)| keep.then_some(*point)).collect()
}

/// From a point to the line through two others.
fn distance(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy);
    if length == 0.0 {
        return (p.0 - a.0).hypot(p.1 - a.1);
    }
    ((p.0 - a.0) * dy - (p.1 - a.1) * dx).abs() / length
}

/// Points as the `d` of an SVG path.
pub fn path(points: &[Point]) -> String {
    let mut out = String::with_capacity(points.len() * 12);
    for (i, (x, y)) in points.iter().enumerate() {
        out.push(if i == 0 { 'M' } else { 'L' });
        out.push_str(&format!("{x:.1},{y:.1}"));
    }
    out
}

/// A band as a closed path, its points moved to where they are drawn by `place`.
pub fn band_path(band: &Band, flat: f64, place: impl Fn(Point) -> Point) -> String {
    let edge = |points: &[Point]| thinned(&points.iter().map(|&p| place(p)).collect::<Vec<_>>(), flat);
    let mut around = edge(&band.upper);
    around.extend(edge(&band.lower).into_iter().rev());
    if around.is_empty() { String::new() } else { path(&around) + "Z" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_needs_only_its_ends() {
        let line: Vec<_> = (0..=1000).map(|i| (f64::from(i) / 10.0, f64::from(i) / 10.0)).collect();
        assert_eq!(thinned(&line, 0.15), [(0.0, 0.0), (100.0, 100.0)]);
    }

    #[test]
    fn corners_survive_thinning() {
        let corner = [(0.0, 100.0), (0.0, 50.0), (0.0, 0.0), (50.0, 0.0), (100.0, 0.0)];
        assert_eq!(thinned(&corner, 0.15), [(0.0, 100.0), (0.0, 0.0), (100.0, 0.0)]);
    }

    #[test]
    fn the_interval_of_a_share_is_wilsons() {
        // R's prop.test(8, 10, correct = FALSE): 0.4901625 to 0.9433178.
        assert!((wilson(0.8, 10.0, -1.0) - 0.490_162_5).abs() < 1e-6);
        assert!((wilson(0.8, 10.0, 1.0) - 0.943_317_8).abs() < 1e-6);
    }

    #[test]
    fn a_band_is_around_its_curve_and_narrows_with_more_covers() {
        let roc = [(0.0, 0.0), (0.1, 0.6), (1.0, 1.0)];
        let width = |n| {
            let band = band(&roc, n);
            assert_eq!(band.upper.len(), band.lower.len());
            for (above, below) in band.upper.iter().zip(&band.lower) {
                assert!(above.0 == below.0 && above.1 >= below.1);
                assert!((0.0..=1.0).contains(&above.1) && (0.0..=1.0).contains(&below.1));
            }
            band.upper.iter().zip(&band.lower).map(|(above, below)| above.1 - below.1).fold(0.0, f64::max)
        };
        assert!(width(1000) < width(50) / 3.0);
    }

    #[test]
    fn a_curve_without_points_has_an_empty_band() {
        assert_eq!(band_path(&band(&[], 5), 0.1, |p| p), "");
    }
}

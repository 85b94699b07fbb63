//! Shapes that a hand draws, and what lies inside them.

use super::camera::Point;

/// Whether a point lies inside a polygon, which is closed by itself: an odd number of its sides lies to the right of the
/// point. A figure of eight has two insides.
pub fn contains(polygon: &[Point], (x, y): Point) -> bool {
    let Some(&(mut before)) = polygon.last() else { return false };
    let mut inside = false;
    for &corner in polygon {
        let ((ax, ay), (bx, by)) = (before, corner);
        if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
            inside = !inside;
        }
        before = corner;
    }
    inside
}

/// `[x0, y0, x1, y1]` around a polygon; `None` for one that encloses nothing.
pub fn bounds(polygon: &[Point]) -> Option<[f64; 4]> {
    if polygon.len() < 3 {
        return None;
    }
    let empty = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    Some(
        polygon
            .iter()
            .fold(empty, |[x0, y0, x1, y1], (x, y)| [x0.min(*x), y0.min(*y), x1.max(*x), y1.max(*y)]),
    )
}

/// A polygon as SVG writes paths.
pub fn path(polygon: &[Point]) -> String {
    let mut out = String::with_capacity(polygon.len() * 14);
    for (i, (x, y)) in polygon.iter().enumerate() {
        out.push_str(&format!("{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" }));
    }
    if !out.is_empty() {
        out.push('Z');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [Point; 4] = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)];

    #[test]
    fn a_point_is_inside_or_outside_whichever_way_the_hand_went() {
        let mut turned = SQUARE;
        turned.reverse();
        for square in [SQUARE, turned] {
            assert!(contains(&square, (2.0, 2.0)) && contains(&square, (0.1, 3.9)));
            for outside in [(-1.0, 2.0), (5.0, 2.0), (2.0, -1.0), (2.0, 5.0), (-1.0, 0.0), (5.0, 4.0)] {
                assert!(!contains(&square, outside), "{outside:?}");
            }
        }
    }

    #[test]
    fn a_bay_is_outside() {
        let horseshoe =
            [(0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (4.0, 6.0), (4.0, 2.0), (2.0, 2.0), (2.0, 6.0), (0.0, 6.0)];
        assert!(contains(&horseshoe, (1.0, 5.0)) && contains(&horseshoe, (5.0, 5.0)));
        assert!(contains(&horseshoe, (3.0, 1.0)));
        assert!(!contains(&horseshoe, (3.0, 4.0)));
    }

    #[test]
    fn two_sides_that_cross_make_two_insides() {
        let eight = [(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)];
        assert!(contains(&eight, (0.5, 2.0)) && contains(&eight, (3.5, 2.0)));
        assert!(!contains(&eight, (2.0, 0.5)) && !contains(&eight, (2.0, 3.5)));
    }

    #[test]
    fn a_point_or_a_line_encloses_nothing() {
        assert!(!contains(&[], (0.0, 0.0)));
        assert!(!contains(&SQUARE[..1], (0.0, 0.0)));
        assert!(!contains(&SQUARE[..2], (2.0, 0.0)));
        assert_eq!(bounds(&SQUARE[..2]), None);
        assert_eq!(bounds(&SQUARE), Some([0.0, 0.0, 4.0, 4.0]));
    }

    #[test]
    fn a_path_is_closed() {
        assert_eq!(path(&SQUARE[..3]), "M0.0 0.0L4.0 0.0L4.0 4.0Z");
        assert_eq!(path(&[]), "");
    }
}

//! Where a cover is light and where it is busy, how its border differs, and how symmetric it is.

use super::super::planes::{Plane, mean_and_sd};
use super::numbered;

/// Squares of the grid, across and down.
const CELLS: usize = 4;
/// Pixels across and down that symmetry is measured at: halves of a cover are alike in the large.
const ALIKE_AT: usize = 32;
/// Rings from the border to the middle.
const RINGS: usize = 5;
/// Pixels of the border's width, of 128.
const BORDER: usize = 4;
/// Spread of luma in a line of pixels up to which it is plain.
const PLAIN: f32 = 0.025;

pub(super) const DIMS: usize = 2 * CELLS * CELLS + 5 + 2 * RINGS + 4 + 4 + 4;

pub(super) fn names() -> Vec<String> {
    let mut names = Vec::with_capacity(DIMS);
    names.extend(numbered("lightness of cell", CELLS * CELLS));
    names.extend(numbered("contrast of cell", CELLS * CELLS));
    names.extend(
        [
            "symmetry left to right",
            "symmetry top to bottom",
            "symmetry of edges left to right",
            "symmetry of edges top to bottom",
            "symmetry of half a turn",
        ]
        .map(str::to_owned),
    );
    names.extend(numbered("lightness of ring", RINGS));
    names.extend(numbered("contrast of ring", RINGS));
    for what in ["spread of", "plain depth of"] {
        names.extend(["the top", "the bottom", "the left", "the right"].map(|side| format!("{what} {side}")));
    }
    names.extend(["even border", "plain depth all around", "lightness", "contrast"].map(str::to_owned));
    names
}

/// Luma of parts less the whole's; spreads of luma; correlations (−1–1) of the cover with its mirror images; depths as
/// shares of the side.
pub(super) fn features(full: &Plane, half: &Plane, out: &mut Vec<f32>) {
    let (mean, sd) = mean_and_sd(full.values.iter().copied());
    let squares = Plane { side: full.side, values: full.values.iter().map(|v| v * v).collect() };
    let means = full.cell_means(CELLS);
    out.extend(means.iter().map(|cell| cell - mean));
    out.extend(spreads(&means, &squares.cell_means(CELLS)));
    let small = shrink(half);
    let edges = edges(&small);
    out.extend([
        alike(&small, |x, y| (ALIKE_AT - 1 - x, y)),
        alike(&small, |x, y| (x, ALIKE_AT - 1 - y)),
        alike(&edges, |x, y| (ALIKE_AT - 1 - x, y)),
        alike(&edges, |x, y| (x, ALIKE_AT - 1 - y)),
        alike(&small, |x, y| (ALIKE_AT - 1 - x, ALIKE_AT - 1 - y)),
    ]);
    rings(&small, mean, out);
    let turned = full.transpose();
    let sides = [side(full, false), side(full, true), side(&turned, false), side(&turned, true)];
    out.extend(sides.iter().map(|side| side.spread));
    let depths = sides.map(|side| side.plain as f32 / full.side as f32);
    out.extend(depths);
    out.extend([even_border(full), depths.into_iter().fold(1.0, f32::min), mean, sd]);
}

fn spreads(means: &[f32], squares: &[f32]) -> impl Iterator<Item = f32> {
    means.iter().zip(squares).map(|(mean, square)| (square - mean * mean).max(0.0).sqrt())
}

fn shrink(plane: &Plane) -> Plane {
    let mut small = plane.halve();
    while small.side > ALIKE_AT {
        small = small.halve();
    }
    small
}

/// Correlation of a cover's left half with the mirror image of its right half, −1–1, at a quarter of the size.
pub(in crate::features) fn mirror_symmetry(full: &Plane) -> f32 {
    alike(&shrink(full), |x, y| (ALIKE_AT - 1 - x, y))
}

/// How strongly luma changes at each place, 0 at the border.
fn edges(plane: &Plane) -> Plane {
    let last = plane.side - 1;
    Plane::from_fn(plane.side, |x, y| {
        if x == 0 || y == 0 || x == last || y == last {
            return 0.0;
        }
        let (dx, dy) = (plane.at(x + 1, y) - plane.at(x - 1, y), plane.at(x, y + 1) - plane.at(x, y - 1));
        (dx * dx + dy * dy).sqrt()
    })
}

/// Correlation of a plane with itself where each place goes to another; 1 for a plane of one value.
fn alike(plane: &Plane, to: impl Fn(usize, usize) -> (usize, usize)) -> f32 {
    let (mean, sd) = mean_and_sd(plane.values.iter().copied());
    let mut sum = 0.0_f64;
    for y in 0..plane.side {
        for x in 0..plane.side {
            let (other_x, other_y) = to(x, y);
            sum += f64::from((plane.at(x, y) - mean) * (plane.at(other_x, other_y) - mean));
        }
    }
    let tiny = 1e-6;
    let product = sum / plane.values.len() as f64;
    ((product + tiny) / (f64::from(sd).powi(2) + tiny)) as f32
}

/// Mean and spread of luma by distance from the border.
fn rings(plane: &Plane, mean: f32, out: &mut Vec<f32>) {
    let last = plane.side - 1;
    let mut rings: [Vec<f32>; RINGS] = Default::default();
    for y in 0..plane.side {
        for x in 0..plane.side {
            let from_edge = x.min(y).min(last - x).min(last - y);
            rings[(from_edge * 2 * RINGS / plane.side).min(RINGS - 1)].push(plane.at(x, y));
        }
    }
    let found = rings.map(mean_and_sd);
    out.extend(found.map(|(ring, _)| ring - mean));
    out.extend(found.map(|(_, sd)| sd));
}

struct Side {
    /// Spread of luma in the outermost [`BORDER`] rows.
    spread: f32,
    /// How many rows from the border inward are plain and alike.
    plain: usize,
}

/// The upper side, or the lower one.
fn side(plane: &Plane, lower: bool) -> Side {
    let row = |i: usize| plane.row(if lower { plane.side - 1 - i } else { i });
    let spread = mean_and_sd((0..BORDER).flat_map(|i| row(i).iter().copied())).1;
    let first = mean_and_sd(row(0).iter().copied()).0;
    let plain = |i: &usize| {
        let (mean, sd) = mean_and_sd(row(*i).iter().copied());
        sd < PLAIN && (mean - first).abs() < 2.0 * PLAIN
    };
    Side { spread, plain: (0..plane.side / 2).take_while(plain).count() }
}

/// How even the border is: 1 where all of it has one luma, 0 where it has black and white alike.
pub(in crate::features) fn even_border(full: &Plane) -> f32 {
    let last = full.side - 1;
    let mut ring = Vec::with_capacity(4 * BORDER * full.side);
    for (y, row) in full.values.chunks_exact(full.side).enumerate() {
        if y < BORDER || y > last - BORDER {
            ring.extend_from_slice(row);
        } else {
            ring.extend_from_slice(&row[..BORDER]);
            ring.extend_from_slice(&row[last + 1 - BORDER..]);
        }
    }
    (1.0 - 2.0 * mean_and_sd(ring).1).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lopsided() -> Plane {
        Plane::from_fn(128, |x, y| ((x * x + 40 * y) % 200) as f32 / 200.0 * x as f32 / 128.0)
    }

    #[test]
    fn a_mirrored_cover_is_as_symmetric() {
        let plane = lopsided();
        let mirrored = Plane::from_fn(128, |x, y| plane.at(127 - x, y));
        assert!((mirror_symmetry(&plane) - mirror_symmetry(&mirrored)).abs() < 1e-5);
    }

    #[test]
    fn halves_that_mirror_each_other_are_wholly_symmetric() {
        let plane = lopsided();
        let folded = Plane::from_fn(128, |x, y| plane.at(x.min(127 - x), y));
        assert!((mirror_symmetry(&folded) - 1.0).abs() < 1e-4);
        let half = Plane::from_fn(128, |x, _| f32::from(x < 64));
        assert!((mirror_symmetry(&half) + 1.0).abs() < 1e-3);
    }

    #[test]
    fn one_colour_is_symmetric_and_evenly_bordered() {
        let plain = Plane::from_fn(128, |_, _| 0.4);
        assert_eq!(mirror_symmetry(&plain), 1.0);
        assert!(even_border(&plain) > 0.999);
    }

    #[test]
    fn the_frame_is_as_deep_as_it_is() {
        let framed = Plane::from_fn(128, |x, y| {
            if (10..118).contains(&x) && (10..118).contains(&y) {
                ((x * 7 + y * 3) % 11) as f32 / 11.0
            } else {
                1.0
            }
        });
        assert_eq!(side(&framed, false).plain, 10);
        assert_eq!(side(&framed.transpose(), true).plain, 10);
        assert!(even_border(&framed) > 0.999);
        assert!(even_border(&lopsided()) < 0.7);
    }

    #[test]
    fn a_light_corner_is_in_its_cell() {
        let corner = Plane::from_fn(128, |x, y| f32::from(x < 32 && y >= 96));
        let mut out = Vec::new();
        features(&corner, &corner.halve(), &mut out);
        assert!((out[12] - 15.0 / 16.0).abs() < 1e-5);
        assert!(out[..16].iter().enumerate().all(|(i, &cell)| i == 12 || cell < 0.0));
    }
}

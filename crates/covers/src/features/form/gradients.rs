//! Which way luma changes, and where: histograms of oriented gradients over a coarse grid.
//! (N. Dalal and B. Triggs, “Histograms of oriented gradients for human detection”, 2005.)

use super::super::planes::{Plane, mean_and_sd};
use super::numbered;

/// Squares of the grid, across and down.
const CELLS: usize = 4;
/// Directions of a gradient, its sign ignored; the first is horizontal, 20° apart.
const DIRECTIONS: usize = 9;
/// A change of luma over two pixels that counts as an edge: one that can just be seen, a clear one, a hard one.
const EDGES: [f32; 3] = [0.06, 0.15, 0.4];
/// Change of luma to which a cell's directions are compared, so that flat cells have none.
const FLAT: f32 = 0.02;

pub(super) const DIMS: usize = CELLS * CELLS * (DIRECTIONS + 1) + 2 * DIRECTIONS + EDGES.len() + 2;

pub(super) fn names() -> Vec<String> {
    let mut names = Vec::with_capacity(DIMS);
    for y in 1..=CELLS {
        for x in 1..=CELLS {
            names.extend((0..DIRECTIONS).map(|d| format!("cell {x},{y} gradients at {}°", d * 20)));
        }
    }
    for y in 1..=CELLS {
        names.extend((1..=CELLS).map(|x| format!("cell {x},{y} strength of gradients")));
    }
    for scale in ["fine", "coarse"] {
        names.extend((0..DIRECTIONS).map(|d| format!("{scale} gradients at {}°", d * 20)));
    }
    names.extend(numbered("edges", EDGES.len()));
    names.extend(["edges mean", "edges spread"].map(str::to_owned));
    names
}

/// Shares of directions, each cell's strength as a multiple of the mean, shares of pixels that are edges, and mean and
/// spread of the change over two pixels.
pub(super) fn features(full: &Plane, half: &Plane, out: &mut Vec<f32>) {
    let gradients = gradients(half);
    let cells = cells(&gradients, half.side);
    let strengths: Vec<f32> = cells.iter().map(|cell| cell.iter().sum()).collect();
    let mean = strengths.iter().sum::<f32>() / strengths.len() as f32;
    for (cell, strength) in cells.iter().zip(&strengths) {
        out.extend(cell.iter().map(|x| x / (strength + 0.2 * mean + FLAT)));
    }
    out.extend(strengths.iter().map(|strength| strength / (mean + FLAT)));
    out.extend(directions(&gradients));
    out.extend(directions(&self::gradients(&half.halve())));
    let steps = steps(full);
    let n = steps.len() as f32;
    out.extend(EDGES.map(|edge| steps.iter().filter(|&&step| step > edge).count() as f32 / n));
    let (mean, sd) = mean_and_sd(steps);
    out.extend([mean, sd]);
}

/// Share of pixels with a clear edge, 0–1.
pub(in crate::features) fn edge_share(full: &Plane) -> f32 {
    let steps = steps(full);
    steps.iter().filter(|&&step| step > EDGES[1]).count() as f32 / steps.len() as f32
}

/// Change across and down at each inner pixel, from neighbour to neighbour.
fn for_each_gradient(plane: &Plane, mut each: impl FnMut(f32, f32)) {
    let side = plane.side;
    for y in 1..side - 1 {
        let (upper, own, lower) = (plane.row(y - 1), plane.row(y), plane.row(y + 1));
        for x in 1..side - 1 {
            each(own[x + 1] - own[x - 1], lower[x] - upper[x]);
        }
    }
}

fn steps(plane: &Plane) -> Vec<f32> {
    let mut steps = Vec::with_capacity(plane.side * plane.side);
    for_each_gradient(plane, |dx, dy| steps.push((dx * dx + dy * dy).sqrt()));
    steps
}

/// How luma changes at a pixel.
struct Gradient {
    /// By how much over two pixels.
    strength: f32,
    /// Between which two directions.
    between: [usize; 2],
    /// The second one's share.
    on: f32,
}

/// Gradients of the inner pixels, row-major.
fn gradients(plane: &Plane) -> Vec<Gradient> {
    let mut all = Vec::with_capacity(plane.values.len());
    for_each_gradient(plane, |dx, dy| {
        let half_turns = (dy.atan2(dx) / std::f32::consts::PI).rem_euclid(1.0);
        let place = half_turns * DIRECTIONS as f32;
        let lower = place as usize % DIRECTIONS;
        all.push(Gradient {
            strength: (dx * dx + dy * dy).sqrt(),
            between: [lower, (lower + 1) % DIRECTIONS],
            on: place.fract(),
        });
    });
    all
}

/// Mean change of luma in each cell by direction, of a plane of `side`. A pixel counts for the four cells around it,
/// each by how near its middle is.
fn cells(gradients: &[Gradient], side: usize) -> [[f32; DIRECTIONS]; CELLS * CELLS] {
    let across = side as f32 / CELLS as f32;
    let around: Vec<(usize, f32)> = (1..side - 1)
        .map(|i| {
            let place = ((i as f32 + 0.5) / across - 0.5).clamp(0.0, (CELLS - 1) as f32);
            let lower = (place as usize).min(CELLS - 2);
            (lower, place - lower as f32)
        })
        .collect();
    let mut cells = [[0.0; DIRECTIONS]; CELLS * CELLS];
    let mut weights = [0.0; CELLS * CELLS];
    for (&(upper, down), row) in around.iter().zip(gradients.chunks_exact(side - 2)) {
        for (&(left, far), gradient) in around.iter().zip(row) {
            for (row, share_of_row) in [(upper, 1.0 - down), (upper + 1, down)] {
                for (column, share) in [(left, 1.0 - far), (left + 1, far)] {
                    let (cell, share) = (row * CELLS + column, share * share_of_row);
                    weights[cell] += share;
                    add(gradient, share, &mut cells[cell]);
                }
            }
        }
    }
    for (cell, weight) in cells.iter_mut().zip(weights) {
        cell.iter_mut().for_each(|x| *x /= weight);
    }
    cells
}

fn add(gradient: &Gradient, share: f32, to: &mut [f32; DIRECTIONS]) {
    let [first, second] = gradient.between;
    to[first] += share * gradient.strength * (1.0 - gradient.on);
    to[second] += share * gradient.strength * gradient.on;
}

/// Shares of all directions; strong gradients count for more.
fn directions(gradients: &[Gradient]) -> [f32; DIRECTIONS] {
    let mut sums = [0.0; DIRECTIONS];
    gradients.iter().for_each(|gradient| add(gradient, 1.0, &mut sums));
    let all = sums.iter().sum::<f32>() + 0.1 * FLAT * gradients.len() as f32;
    sums.map(|sum| sum / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripes(angle: f32) -> Plane {
        let (sin, cos) = angle.to_radians().sin_cos();
        Plane::from_fn(64, |x, y| 0.5 + 0.4 * (0.7 * (x as f32 * cos + y as f32 * sin)).sin())
    }

    #[test]
    fn stripes_have_their_own_direction() {
        for (d, angle) in (0..DIRECTIONS).map(|d| (d, d as f32 * 20.0)) {
            let shares = directions(&gradients(&stripes(angle)));
            assert!(shares[d] > 0.6, "{angle}°: {shares:?}");
            let cells = cells(&gradients(&stripes(angle)), 64);
            assert!(cells.iter().all(|cell| cell[d] > 0.5 * cell.iter().sum::<f32>()), "{angle}°");
        }
    }

    #[test]
    fn an_edge_lies_in_its_cell() {
        let square = Plane::from_fn(64, |x, y| f32::from(x < 8 && y < 8));
        let strengths = cells(&gradients(&square), 64).map(|cell| cell.iter().sum::<f32>());
        assert!(strengths[1..].iter().all(|&s| s < strengths[0] / 3.0), "{strengths:?}");
    }

    #[test]
    fn more_stripes_have_more_edges() {
        let every = |n: usize| Plane::from_fn(128, |x, _| f32::from(x / n % 2 == 0));
        assert!(edge_share(&every(4)) > 1.5 * edge_share(&every(8)));
        assert_eq!(edge_share(&Plane::from_fn(128, |_, _| 0.3)), 0.0);
    }

    #[test]
    fn brightness_of_a_picture_leaves_its_directions_alone() {
        let dim = stripes(40.0);
        let bright = Plane::from_fn(64, |x, y| dim.at(x, y) + 0.1);
        for (a, b) in directions(&gradients(&dim)).iter().zip(directions(&gradients(&bright))) {
            assert!((a - b).abs() < 1e-3);
        }
    }
}

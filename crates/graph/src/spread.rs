//! Room for each cover: after the layout, covers of a dense group lie on top of each other. Here they push each other
//! apart until typical neighbours stand one unit apart, so that a cover can be drawn one unit wide.

use super::layout::golden;
use rayon::prelude::*;

/// Share of covers that have a unit cell to themselves before they push: enough that groups stay in place, not
/// so much that the map is mostly empty.
const ALONE: f32 = 0.62;
/// Rounds of pushing; a dense group needs about one per ring of covers.
const ROUNDS: u32 = 300;
/// Overlap at which it is good enough, in units.
const ENOUGH: f32 = 0.12;

/// Scales a fresh layout about its middle so that one unit is about one cover.
pub fn fit_scale(at: &mut [[f32; 2]]) {
    let n = at.len();
    let mean = [0, 1].map(|c| (at.iter().map(|p| f64::from(p[c])).sum::<f64>() / n.max(1) as f64) as f32);
    let centred: Vec<[f32; 2]> = at.iter().map(|p| [p[0] - mean[0], p[1] - mean[1]]).collect();
    let occupied = |scale: f32| {
        let mut cells: Vec<(i32, i32)> = centred.iter().map(|p| cell(p.map(|x| x * scale))).collect();
        cells.par_sort_unstable();
        cells.dedup();
        cells.len() as f32
    };
    let (mut low, mut high) = (1e-3f32, 1e3f32);
    for _ in 0..24 {
        let middle = (low * high).sqrt();
        if occupied(middle) < ALONE * n as f32 { low = middle } else { high = middle }
    }
    let scale = (low * high).sqrt();
    for (p, centred) in at.iter_mut().zip(centred) {
        *p = centred.map(|x| x * scale);
    }
}

/// Pushes covers apart that stand nearer than one unit.
pub fn spread(at: &mut [[f32; 2]]) {
    for _ in 0..ROUNDS {
        let grid = Grid::new(at);
        let pushes: Vec<([f32; 2], f32)> =
            (0..at.len()).into_par_iter().map(|i| push(at, &grid, i)).collect();
        let mut most = 0.0f32;
        for (p, (push, overlap)) in at.iter_mut().zip(pushes) {
            *p = [p[0] + push[0], p[1] + push[1]];
            most = most.max(overlap);
        }
        if most < ENOUGH {
            return;
        }
    }
}

/// Where to and how much cover `i` overlaps.
fn push(at: &[[f32; 2]], grid: &Grid, i: usize) -> ([f32; 2], f32) {
    let mut sum = [0.0f32; 2];
    let mut most = 0.0f32;
    grid.around(at[i], |j| {
        if j == i {
            return;
        }
        let mut d = [at[i][0] - at[j][0], at[i][1] - at[j][1]];
        let mut length = d[0].hypot(d[1]);
        if length >= 1.0 {
            return;
        }
        let overlap = 1.0 - length;
        if length < 1e-4 {
            // On the very same spot: in opposite directions.
            let away = golden(i.min(j), if i < j { 1.0 } else { -1.0 });
            (d, length) = (away, 1.0);
        }
        most = most.max(overlap);
        for c in 0..2 {
            sum[c] += 0.4 * overlap * d[c] / length;
        }
    });
    // In a crowd pushes add up; none goes further than half a unit at once.
    let length = sum[0].hypot(sum[1]);
    let scale = if length > 0.5 { 0.5 / length } else { 1.0 };
    (sum.map(|x| x * scale), most)
}

/// The typical distance between a cover and the one nearest to it on the map: the median. 1 for a lone one.
pub fn spacing(at: &[[f32; 2]]) -> f32 {
    let grid = Grid::new(at);
    let mut nearest: Vec<f32> = (0..at.len())
        .into_par_iter()
        .filter_map(|i| {
            let mut least = f32::INFINITY;
            grid.around(at[i], |j| {
                if j != i {
                    least = least.min((at[i][0] - at[j][0]).hypot(at[i][1] - at[j][1]));
                }
            });
            least.is_finite().then_some(least)
        })
        .collect();
    if nearest.is_empty() {
        return 1.0;
    }
    nearest.sort_by(f32::total_cmp);
    nearest[nearest.len() / 2]
}

fn cell(p: [f32; 2]) -> (i32, i32) {
    (p[0].floor() as i32, p[1].floor() as i32)
}

/// Who stands in which unit cell.
struct Grid {
    /// Sorted by cell, then by number.
    members: Vec<((i32, i32), u32)>,
}

impl Grid {
    fn new(at: &[[f32; 2]]) -> Self {
        // Rows first, so that three cells side by side are one run of members.
        let mut members: Vec<_> = at
            .iter()
            .zip(0..)
            .map(|(&p, i)| {
                let (x, y) = cell(p);
                ((y, x), i)
            })
            .collect();
        members.par_sort_unstable();
        Self { members }
    }

    /// Calls `visit` for all in the cell of `p` and the eight around it, in a fixed order.
    fn around(&self, p: [f32; 2], mut visit: impl FnMut(usize)) {
        let (x, y) = cell(p);
        for row in y - 1..=y + 1 {
            let from = self.members.partition_point(|m| m.0 < (row, x - 1));
            for &((r, c), i) in &self.members[from..] {
                if r != row || c > x + 1 {
                    break;
                }
                visit(i as usize);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn a_heap_becomes_a_field() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut at: Vec<[f32; 2]> =
            (0..500).map(|_| [rng.gen_range(0.0..8.0), rng.gen_range(0.0..8.0)]).collect();
        at[7] = at[8];
        spread(&mut at);
        let least = (0..500)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| (at[i][0] - at[j][0]).hypot(at[i][1] - at[j][1]))
            .fold(f32::INFINITY, f32::min);
        assert!(least > 0.7, "{least}");
        assert!((0.8..1.1).contains(&spacing(&at)), "{}", spacing(&at));
    }

    #[test]
    fn covers_with_room_stay_where_they_are() {
        let mut at = vec![[0.0, 0.0], [1.5, 0.0], [0.0, 3.0]];
        let before = at.clone();
        spread(&mut at);
        assert_eq!(at, before);
    }

    #[test]
    fn scale_does_not_matter_to_a_fresh_layout() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let small: Vec<[f32; 2]> = (0..300).map(|_| [rng.r#gen::<f32>(), rng.r#gen::<f32>()]).collect();
        let mut large: Vec<[f32; 2]> = small.iter().map(|p| p.map(|x| x * 100.0)).collect();
        let mut small = small;
        fit_scale(&mut small);
        fit_scale(&mut large);
        let width = |at: &[[f32; 2]]| at.iter().map(|p| p[0]).fold(f32::MIN, f32::max);
        assert!((width(&small) / width(&large) - 1.0).abs() < 0.1);
    }
}

//! Colours in a grid, each among its like.
//!
//! Linear assignment sorting in its fast form (Barthel, Hezel, Jung and Schall, 2023, "Improved Evaluation and
//! Generation of Grid Layouts using Distance Preservation Quality and Linear Assignment Sorting"): the grid is
//! blurred, then among a few cells at a time each gets the colour that fits its blurred surroundings best, and so on
//! while the blur becomes finer. At the end cells change places wherever that brings neighbours nearer to each other.

use super::assignment::{MOST, cheapest};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Oklab: lightness 0–1, green to red, blue to yellow.
pub(super) type Lab = [f32; 3];

/// Radius of the first blur, as a share of the grid's shorter side: wide enough to mend what lies in the wrong
/// corner, not so wide that the order in which it began is lost.
const FIRST: f32 = 0.2;
/// Each blur's radius by that of the one before.
const FINER: f32 = 0.96;
/// Cells that are shared out anew at once.
const FEW: usize = 12;
/// Side of the tiles from which these are drawn, at most.
const TILE: usize = 48;
/// Times that each cell looks for one to change places with at the end, and how far it looks.
const LOOKS: usize = 24;
const REACH: i32 = 4;
/// Seed of all drawing of lots.
const SEED: u64 = 0x636f_6c6f_7572;

/// Cells of a grid, column after column: all but the first `before` of the first column, and as many as there are
/// values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells {
    pub(super) rows: usize,
    pub(super) before: usize,
    pub(super) count: usize,
}

impl Cells {
    fn columns(self) -> usize {
        (self.before + self.count).div_ceil(self.rows.max(1))
    }

    /// Number, from 0, of the cell that belongs to these, if it does.
    fn number(self, column: i32, row: i32) -> Option<usize> {
        let (column, row) = (usize::try_from(column).ok()?, usize::try_from(row).ok()?);
        let place = column * self.rows + row;
        (row < self.rows && place >= self.before && place < self.before + self.count)
            .then(|| place - self.before)
    }

    fn place(self, number: usize) -> (i32, i32) {
        let place = number + self.before;
        ((place / self.rows) as i32, (place % self.rows) as i32)
    }
}

/// Rearranges `order`, the value in each of `cells`, until neighbours are alike.
pub(super) fn sort(values: &[Lab], cells: Cells, order: &mut [u32]) {
    if order.len() != cells.count || cells.count < 3 {
        return;
    }
    let shorter = cells.rows.min(cells.columns()) as f32;
    let mut radius = (FIRST * shorter).max(1.0);
    let mut round = 0;
    while radius >= 1.0 {
        let blurred = blur(values, cells, order, radius.round() as usize);
        share_out(values, cells, order, &blurred, radius, round);
        radius *= FINER;
        round += 1;
    }
    exchange(values, cells, order);
}

/// The mean of the values in a square about each cell, as far as there are any.
fn blur(values: &[Lab], cells: Cells, order: &[u32], radius: usize) -> Vec<Lab> {
    let (rows, columns) = (cells.rows, cells.columns());
    let mut sums = vec![[0.0f32; 4]; rows * columns];
    for (sum, &v) in sums[cells.before..].iter_mut().zip(order) {
        let [l, a, b] = values[v as usize];
        *sum = [l, a, b, 1.0];
    }
    let mut line = Vec::new();
    for column in 0..columns {
        window(&mut sums, (column * rows, 1, rows), radius, &mut line);
    }
    for row in 0..rows {
        window(&mut sums, (row, rows, columns), radius, &mut line);
    }
    sums[cells.before..]
        .iter()
        .take(cells.count)
        .map(|&[l, a, b, weight]| [l / weight, a / weight, b / weight])
        .collect()
}

/// Replaces each of `len` elements, the first at `from`, then every `step`th, by the sum of those around.
fn window(
    sums: &mut [[f32; 4]],
    (from, step, len): (usize, usize, usize),
    radius: usize,
    line: &mut Vec<[f64; 4]>,
) {
    line.clear();
    let mut running = [0.0f64; 4];
    line.push(running);
    for k in 0..len {
        for (sum, &x) in running.iter_mut().zip(&sums[from + k * step]) {
            *sum += f64::from(x);
        }
        line.push(running);
    }
    for k in 0..len {
        let (low, high) = (line[k.saturating_sub(radius)], line[(k + radius + 1).min(len)]);
        sums[from + k * step] = std::array::from_fn(|c| (high[c] - low[c]) as f32);
    }
}

/// Deals the values of a few cells at a time, drawn by lot from the same tile, to those whose surroundings they fit.
fn share_out(values: &[Lab], cells: Cells, order: &mut [u32], blurred: &[Lab], radius: f32, round: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    rng.set_stream(round);
    let side = (2 * radius.ceil() as usize + 1).clamp(4, TILE) as i32;
    let shift = [rng.gen_range(0..side), rng.gen_range(0..side)];
    let across = (cells.columns() as i32 + shift[0]) / side + 1;
    let down = (cells.rows as i32 + shift[1]) / side + 1;
    let seed: u64 = rng.r#gen();
    let dealt: Vec<Vec<(u32, u32)>> = (0..across * down)
        .into_par_iter()
        .map(|tile| {
            let (left, top) = (tile / down * side - shift[0], tile % down * side - shift[1]);
            let mut members: Vec<usize> = (left..left + side)
                .flat_map(|c| (top..top + side).filter_map(move |r| cells.number(c, r)))
                .collect();
            let mut rng = ChaCha8Rng::seed_from_u64(seed ^ tile as u64);
            members.shuffle(&mut rng);
            let mut dealt = Vec::with_capacity(members.len());
            for few in members.chunks(FEW.min(MOST)) {
                let held: Vec<Lab> = few.iter().map(|&m| values[order[m] as usize]).collect();
                let wanted: Vec<Lab> = few.iter().map(|&m| blurred[m]).collect();
                let cell = cheapest(few.len(), |v, c| square(held[v], wanted[c]));
                dealt.extend(few.iter().zip(cell).map(|(&from, to)| (few[to] as u32, order[from])));
            }
            dealt
        })
        .collect();
    for (cell, value) in dealt.into_iter().flatten() {
        order[cell as usize] = value;
    }
}

/// Cells change places with others nearby wherever that lessens the sum of differences between neighbours.
fn exchange(values: &[Lab], cells: Cells, order: &mut [u32]) {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED ^ 1);
    for _ in 0..LOOKS {
        for i in 0..order.len() {
            let (column, row) = cells.place(i);
            let step = [rng.gen_range(-REACH..=REACH), rng.gen_range(-REACH..=REACH)];
            let Some(j) = cells.number(column + step[0], row + step[1]).filter(|&j| j != i) else { continue };
            let (v, w) = (values[order[i] as usize], values[order[j] as usize]);
            let now = unlike(values, cells, order, i, v) + unlike(values, cells, order, j, w);
            order.swap(i, j);
            let then = unlike(values, cells, order, i, w) + unlike(values, cells, order, j, v);
            if then >= now {
                order.swap(i, j);
            }
        }
    }
}

/// How much a value differs from those around a cell.
fn unlike(values: &[Lab], cells: Cells, order: &[u32], cell: usize, value: Lab) -> f32 {
    let (column, row) = cells.place(cell);
    [(1, 0), (-1, 0), (0, 1), (0, -1)]
        .iter()
        .filter_map(|&(c, r)| cells.number(column + c, row + r))
        .map(|j| square(value, values[order[j] as usize]).sqrt())
        .sum()
}

pub(super) fn square(a: Lab, b: Lab) -> f32 {
    (0..3).map(|c| (a[c] - b[c]).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(n: usize) -> Vec<Lab> {
        let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
        (0..n).map(|_| std::array::from_fn(|_| rng.r#gen())).collect()
    }

    #[test]
    fn nothing_is_lost_and_nothing_comes_twice() {
        for (rows, before, count) in [(7, 3, 100), (1, 0, 30), (30, 0, 30), (5, 4, 3), (4, 0, 2), (10, 0, 0)]
        {
            let values = noise(count);
            let mut order: Vec<u32> = (0..count as u32).collect();
            sort(&values, Cells { rows, before, count }, &mut order);
            order.sort_unstable();
            assert!(order.iter().copied().eq(0..count as u32), "{rows} {before} {count}");
        }
    }

    #[test]
    fn the_blur_is_the_mean_of_the_cells_around_that_exist() {
        let cells = Cells { rows: 6, before: 2, count: 35 };
        let values = noise(35);
        let order: Vec<u32> = (0..35).rev().collect();
        for radius in [1, 3, 9] {
            let blurred = blur(&values, cells, &order, radius as usize);
            for i in 0..35 {
                let (column, row) = cells.place(i);
                let around: Vec<Lab> = (-radius..=radius)
                    .flat_map(|c| (-radius..=radius).map(move |r| (c, r)))
                    .filter_map(|(c, r)| cells.number(column + c, row + r))
                    .map(|j| values[order[j] as usize])
                    .collect();
                for c in 0..3 {
                    let mean = around.iter().map(|v| v[c]).sum::<f32>() / around.len() as f32;
                    assert!((blurred[i][c] - mean).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn colours_that_lie_some_cells_off_find_their_place() {
        // Of a plane of 20 × 20 colours whose neighbours differ by 0.05, each up to three cells away from where it
        // belongs.
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let values: Vec<Lab> =
            (0..400).map(|i| [0.05 * (i / 20) as f32, 0.05 * (i % 20) as f32, 0.0]).collect();
        let off: Vec<Lab> = values.iter().map(|v| v.map(|x| x + rng.gen_range(-0.15..0.15))).collect();
        let mut order: Vec<u32> = (0..400).collect();
        order.sort_by(|&a, &b| off[a as usize][0].total_cmp(&off[b as usize][0]));
        for column in order.chunks_mut(20) {
            column.sort_by(|&a, &b| off[a as usize][1].total_cmp(&off[b as usize][1]));
        }
        let cells = Cells { rows: 20, before: 0, count: 400 };
        let roughness = |order: &[u32]| {
            let all = (0..400).map(|i| unlike(&values, cells, order, i, values[order[i] as usize]));
            all.sum::<f32>() / 1_520.0
        };
        let before = roughness(&order);
        sort(&values, cells, &mut order);
        let after = roughness(&order);
        assert!(before > 0.13 && after < 0.07, "{before} {after}");
    }
}

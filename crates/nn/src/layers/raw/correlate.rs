//! Correlation of padded planes with packed weights where few channels come out: vectors lie along a row of outputs.

use super::kernel::{self, LANES, ROWS, Tile};
use super::planes::{Planes, in_place, whole};
use super::scratch;
use rayon::prelude::*;

/// Terms of a sum that are worked off together: weights and inputs of so many stay in the first-level cache.
const TERMS: usize = 256;
/// Outputs that are laid out together when a row alone would not fill the vectors.
const TOGETHER: usize = 128;

/// Outputs that see the same taps: all of them in a forward pass, one in stride² in an input's gradient.
pub struct Phase {
    /// Rows and columns of the kernel.
    pub taps: (usize, usize),
    /// Where the first output begins in the padded planes.
    pub origin: usize,
    /// Rows and columns of outputs.
    pub size: (usize, usize),
    /// Place of the first output in its plane, and the steps to the next row and column.
    pub first: usize,
    /// See `first`.
    pub row_step: usize,
    /// See `first`.
    pub step: usize,
    /// `[output / ROWS][channel, tap row, tap column][ROWS]`.
    pub weights: Vec<f32>,
}

/// `out[m] = bias[m] + Σ weights · inputs` for every phase.
pub struct Correlation {
    /// Layout of the input.
    pub planes: Planes,
    /// Channels out.
    pub outputs: usize,
    /// Numbers in an output plane.
    pub plane: usize,
    /// The phases; together they may leave outputs out, which are then the bias alone.
    pub phases: Vec<Phase>,
}

/// Lays weights out for [`kernel::outer`]: entry `(m, k)` is `weights[m · row + table[k]]`.
pub fn packed(weights: &[f32], outputs: usize, row: usize, table: &[u32]) -> Vec<f32> {
    let mut out = vec![0.0; outputs.div_ceil(ROWS) * table.len() * ROWS];
    out.par_chunks_exact_mut(table.len() * ROWS).enumerate().for_each(|(panel, out)| {
        let rows = ROWS.min(outputs - panel * ROWS);
        for r in 0..rows {
            let weights = &weights[(panel * ROWS + r) * row..];
            for (out, &k) in out.iter_mut().skip(r).step_by(ROWS).zip(table) {
                *out = weights[k as usize];
            }
        }
    });
    out
}

/// Eight outputs in a row: where they read, where they are written, how many of them exist.
#[derive(Clone, Copy)]
struct Block {
    start: usize,
    place: usize,
    count: usize,
}

/// What is the same for every picture.
struct Prepared<'a> {
    phase: &'a Phase,
    /// One entry per term.
    offsets: Vec<u32>,
    blocks: Vec<Block>,
}

impl Correlation {
    /// Pictures `[n, channels, inner]` → `[n, outputs, plane]`. What a picture gives does not depend on the others.
    pub fn run(&self, input: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
        let taken = self.planes.channels * self.planes.inner.0 * self.planes.inner.1;
        let made = self.outputs * self.plane;
        let batch = input.len() / taken;
        let mut out = vec![0.0; batch * made];
        let prepared: Vec<Prepared<'_>> = self.phases.iter().map(|phase| self.prepare(phase)).collect();
        let covered: usize = self.phases.iter().map(|phase| phase.size.0 * phase.size.1).sum();
        let start = |out: &mut [f32]| {
            if covered < self.plane
                && let Some(bias) = bias
            {
                for (i, plane) in out.chunks_exact_mut(self.plane).enumerate() {
                    plane.fill(bias[i % self.outputs]);
                }
            }
        };
        if self.phases.iter().all(|phase| in_place(phase.size.1)) {
            out.par_chunks_exact_mut(made).zip(input.par_chunks_exact(taken)).for_each(|(out, input)| {
                start(out);
                scratch::with(self.planes.len(), |padded| {
                    self.planes.fill(input, padded);
                    for phase in &prepared {
                        self.in_place(phase, padded, bias, out);
                    }
                });
            });
        } else {
            let smallest = self.phases.iter().map(|phase| phase.size.0 * phase.size.1).min().unwrap_or(1);
            let share = batch.div_ceil(rayon::current_num_threads());
            let group = TOGETHER.div_ceil(smallest.max(1)).min(share).max(1);
            out.par_chunks_mut(group * made).zip(input.par_chunks(group * taken)).for_each(|(out, input)| {
                start(out);
                for phase in &prepared {
                    self.laid_out(phase, input, bias, out);
                }
            });
        }
        out
    }

    fn prepare<'a>(&self, phase: &'a Phase) -> Prepared<'a> {
        let (height, width) = phase.taps;
        let mut offsets = Vec::with_capacity(self.planes.channels * height * width);
        for channel in 0..self.planes.channels {
            for row in 0..height {
                for column in 0..width {
                    offsets.push(self.planes.tap(channel, row, column) as u32);
                }
            }
        }
        let mut blocks = Vec::new();
        for y in 0..phase.size.0 {
            for x in (0..phase.size.1).step_by(LANES) {
                blocks.push(Block {
                    start: phase.origin + self.planes.start(y, x),
                    place: phase.first + y * phase.row_step + x * phase.step,
                    count: LANES.min(phase.size.1 - x),
                });
            }
        }
        Prepared { phase, offsets, blocks }
    }

    fn panels(&self) -> usize {
        self.outputs.div_ceil(ROWS)
    }

    /// Rows of whole vectors, read where they are.
    fn in_place(&self, prepared: &Prepared<'_>, padded: &[f32], bias: Option<&[f32]>, out: &mut [f32]) {
        let Prepared { phase, offsets, blocks } = prepared;
        let reach = |last: Option<usize>| last.unwrap_or(0);
        let furthest = reach(blocks.iter().map(|b| b.start).max())
            + reach(offsets.iter().max().map(|&o| o as usize))
            + LANES;
        assert!(furthest <= padded.len(), "padded planes hold what their outputs read");
        let mut tile: Tile = [[0.0; 2 * LANES]; ROWS];
        for from in (0..offsets.len()).step_by(TERMS) {
            let to = (from + TERMS).min(offsets.len());
            for panel in 0..self.panels() {
                let at = panel * offsets.len();
                let weights = &phase.weights[(at + from) * ROWS..(at + to) * ROWS];
                for pair in blocks.chunks(2) {
                    let starts = [pair[0].start, pair[pair.len() - 1].start];
                    // SAFETY: the assertion above; weights were cut to the offsets.
                    unsafe { kernel::outer(weights, &offsets[from..to], padded, starts, &mut tile) };
                    for r in 0..ROWS.min(self.outputs - panel * ROWS) {
                        let m = panel * ROWS + r;
                        let begin = (from == 0).then(|| bias.map_or(0.0, |bias| bias[m]));
                        let plane = &mut out[m * self.plane..(m + 1) * self.plane];
                        for (block, values) in pair.iter().zip(tile[r].chunks_exact(LANES)) {
                            put(plane, block.place, phase.step, &values[..block.count], begin);
                        }
                    }
                }
            }
        }
    }

    /// Short rows: the inputs of several pictures' outputs are laid out side by side first.
    fn laid_out(&self, prepared: &Prepared<'_>, input: &[f32], bias: Option<&[f32]>, out: &mut [f32]) {
        let Prepared { phase, offsets, .. } = prepared;
        let (rows, columns) = phase.size;
        let taken = self.planes.channels * self.planes.inner.0 * self.planes.inner.1;
        let pictures = input.len() / taken;
        let wide = (pictures * rows * columns).next_multiple_of(2 * LANES);
        let places: Vec<usize> = (0..pictures * rows * columns)
            .map(|i| {
                let (picture, y, x) = (i / (rows * columns), i / columns % rows, i % columns);
                picture * self.outputs * self.plane + phase.first + y * phase.row_step + x * phase.step
            })
            .collect();
        let length = self.planes.len();
        scratch::with(pictures * length + TERMS * wide, |buffer| {
            let (padded, laid) = buffer.split_at_mut(pictures * length);
            for (padded, input) in padded.chunks_exact_mut(length).zip(input.chunks_exact(taken)) {
                self.planes.fill(input, padded);
            }
            let lines: Vec<u32> = (0..TERMS).map(|k| (k * wide) as u32).collect();
            let mut tile: Tile = [[0.0; 2 * LANES]; ROWS];
            for from in (0..offsets.len()).step_by(TERMS) {
                let to = (from + TERMS).min(offsets.len());
                for (line, &offset) in laid.chunks_exact_mut(wide).zip(&offsets[from..to]) {
                    let mut slots = line.chunks_exact_mut(columns);
                    for padded in padded.chunks_exact(length) {
                        for y in 0..rows {
                            let start = phase.origin + self.planes.start(y, 0) + offset as usize;
                            if let Some(slot) = slots.next() {
                                slot.copy_from_slice(&padded[start..start + columns]);
                            }
                        }
                    }
                    line[places.len()..].fill(0.0);
                }
                for panel in 0..self.panels() {
                    let at = panel * offsets.len();
                    let weights = &phase.weights[(at + from) * ROWS..(at + to) * ROWS];
                    for (pair, places) in places.chunks(2 * LANES).enumerate() {
                        let starts = [pair * 2 * LANES, pair * 2 * LANES + LANES];
                        // SAFETY: `laid` has TERMS lines of `wide`, a multiple of two vectors.
                        unsafe { kernel::outer(weights, &lines[..to - from], laid, starts, &mut tile) };
                        for r in 0..ROWS.min(self.outputs - panel * ROWS) {
                            let m = panel * ROWS + r;
                            let begin = (from == 0).then(|| bias.map_or(0.0, |bias| bias[m]));
                            for (&place, &value) in places.iter().zip(&tile[r]) {
                                put(out, m * self.plane + place, 1, &[value], begin);
                            }
                        }
                    }
                }
            }
        });
    }
}

/// Writes `begin + values` where there is a beginning, adds `values` where there is none.
#[inline(always)]
fn put(out: &mut [f32], place: usize, step: usize, values: &[f32], begin: Option<f32>) {
    if step == 1 {
        let out = &mut out[place..place + values.len()];
        match begin {
            Some(begin) => out.iter_mut().zip(values).for_each(|(o, v)| *o = begin + v),
            None => out.iter_mut().zip(values).for_each(|(o, v)| *o += v),
        }
        return;
    }
    let out = out[place..].iter_mut().step_by(step);
    match begin {
        Some(begin) => out.zip(values).for_each(|(o, v)| *o = begin + v),
        None => out.zip(values).for_each(|(o, v)| *o += v),
    }
}

/// The padded planes that a set of phases needs: room for whole vectors at the end of each row.
pub fn pitch(phases: &[(usize, usize, usize)], stride: usize) -> usize {
    let row = |&(origin, columns, taps): &(usize, usize, usize)| {
        origin + whole(columns) + taps.saturating_sub(1) / stride
    };
    phases.iter().map(row).max().unwrap_or(0)
}

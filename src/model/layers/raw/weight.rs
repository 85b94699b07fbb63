//! The weight's gradient: every output channel against every tap, summed over outputs and pictures.

use super::Geometry;
use super::kernel::{self, LANES, LEFT, RIGHT};
use super::planes::{Planes, in_place, whole};
use super::scratch;
use rayon::prelude::*;

/// Outputs that are summed in registers before they are added to memory.
const RUN: usize = 1024;
/// Outputs that are laid out together when a row alone would not fill the vectors.
const TOGETHER: usize = 1024;
/// Bytes of the left side that stay in the first-level cache.
const KEPT: usize = 16 * 1024;
/// Numbers laid out at once, at most (64 MiB), unless one picture needs more.
const ROOM: usize = 16 << 20;

/// One side of the sums: the row of a channel or tap, and the steps along it.
struct Side<'a> {
    values: &'a [f32],
    rows: &'a [usize],
    steps: &'a [u32],
}

/// `[output, input, k, k]` from `x [n, input, h, w]` and `dy [n, output, h', w']`. The order of every sum is fixed by
/// the shapes alone, not by the number of threads.
pub fn gradient(g: &Geometry, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let planes = g.planes();
    let mut sums = vec![0.0; g.weights()];
    let taps = g.taps(&planes);
    let pictures = x.len() / g.in_plane();
    if in_place(g.out_width()) {
        let room = (ROOM / planes.len().max(1)).clamp(1, pictures.max(1));
        for (x, dy) in x.chunks(room * g.in_plane()).zip(dy.chunks(room * g.out_plane())) {
            rows_in_place(g, &planes, &taps, x, dy, &mut sums);
        }
    } else {
        let group = TOGETHER.div_ceil(g.out_height() * g.out_width());
        for (x, dy) in x.chunks(group * g.in_plane()).zip(dy.chunks(group * g.out_plane())) {
            laid_out(g, &planes, &taps, x, dy, &mut sums);
        }
    }
    sums
}

fn rows_in_place(g: &Geometry, planes: &Planes, taps: &[usize], x: &[f32], dy: &[f32], sums: &mut [f32]) {
    let (height, width) = (g.out_height(), g.out_width());
    let pictures = x.len() / g.in_plane();
    let (length, wide) = (planes.len(), whole(width));
    scratch::with(pictures * length, |padded| {
        padded
            .par_chunks_exact_mut(length)
            .zip(x.par_chunks_exact(g.in_plane()))
            .for_each(|(padded, x)| planes.fill(x, padded));
        let plane = height * wide;
        let widened: Vec<f32>;
        let dy = if wide == width {
            dy
        } else {
            let mut rows = vec![0.0; pictures * g.output * plane];
            rows.par_chunks_exact_mut(wide)
                .zip(dy.par_chunks_exact(width))
                .for_each(|(out, row)| out[..width].copy_from_slice(row));
            widened = rows;
            &widened
        };
        let run = RUN.div_ceil(plane).clamp(1, pictures.max(1));
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for picture in 0..run {
            for y in 0..height {
                for column in (0..wide).step_by(LANES) {
                    left.push((picture * g.output * plane + y * wide + column) as u32);
                    right.push((picture * length + planes.start(y, column)) as u32);
                }
            }
        }
        let rows: Vec<usize> = (0..g.output).map(|o| o * plane).collect();
        let per_picture = plane / LANES;
        let padded = &*padded;
        over_outputs(g, sums, |outputs, sums| {
            for (dy, padded) in dy.chunks(run * g.output * plane).zip(padded.chunks(run * length)) {
                let steps = padded.len() / length * per_picture;
                let a = Side { values: dy, rows: &rows[outputs.clone()], steps: &left[..steps] };
                let b = Side { values: padded, rows: taps, steps: &right[..steps] };
                accumulate(&a, &b, sums);
            }
        });
    });
}

fn laid_out(g: &Geometry, planes: &Planes, taps: &[usize], x: &[f32], dy: &[f32], sums: &mut [f32]) {
    let (height, width) = (g.out_height(), g.out_width());
    let pictures = x.len() / g.in_plane();
    let (length, plane) = (planes.len(), height * width);
    let count = pictures * plane;
    let wide = whole(count);
    scratch::with(pictures * length + (taps.len() + g.output) * wide, |buffer| {
        let (padded, lines) = buffer.split_at_mut(pictures * length);
        let (lines, rows) = lines.split_at_mut(taps.len() * wide);
        for (padded, x) in padded.chunks_exact_mut(length).zip(x.chunks_exact(g.in_plane())) {
            planes.fill(x, padded);
        }
        let padded = &*padded;
        lines.par_chunks_exact_mut(wide).zip(taps.par_iter()).for_each(|(line, &tap)| {
            let mut slots = line.chunks_exact_mut(width);
            for padded in padded.chunks_exact(length) {
                for y in 0..height {
                    let start = planes.start(y, 0) + tap;
                    if let Some(slot) = slots.next() {
                        slot.copy_from_slice(&padded[start..start + width]);
                    }
                }
            }
            line[count..].fill(0.0);
        });
        rows.par_chunks_exact_mut(wide).enumerate().for_each(|(o, row)| {
            for (slot, dy) in row.chunks_exact_mut(plane).zip(dy.chunks_exact(g.out_plane())) {
                slot.copy_from_slice(&dy[o * plane..(o + 1) * plane]);
            }
            row[count..].fill(0.0);
        });
        let (lines, rows) = (&*lines, &*rows);
        let steps: Vec<u32> = (0..wide as u32).step_by(LANES).collect();
        let left: Vec<usize> = (0..g.output).map(|o| o * wide).collect();
        let right: Vec<usize> = (0..taps.len()).map(|k| k * wide).collect();
        over_outputs(g, sums, |outputs, sums| {
            let a = Side { values: rows, rows: &left[outputs.clone()], steps: &steps };
            let b = Side { values: lines, rows: &right, steps: &steps };
            accumulate(&a, &b, sums);
        });
    });
}

/// Shares output channels out among the threads: `f(channels, their rows of the sums)`.
fn over_outputs(g: &Geometry, sums: &mut [f32], f: impl Fn(std::ops::Range<usize>, &mut [f32]) + Sync) {
    let blocks = g.output.div_ceil(LEFT);
    let share = blocks.div_ceil(2 * rayon::current_num_threads()) * LEFT;
    let column = g.weights() / g.output;
    sums.par_chunks_mut(share * column).enumerate().for_each(|(i, sums)| {
        let first = i * share;
        f(first..first + sums.len() / column, sums);
    });
}

/// `sums[i][j] += Σ a[i] · b[j]`.
fn accumulate(a: &Side<'_>, b: &Side<'_>, sums: &mut [f32]) {
    let last = |side: &Side<'_>| {
        side.rows.iter().max().copied().unwrap_or(0)
            + side.steps.iter().max().map_or(0, |&step| step as usize)
            + LANES
    };
    assert!(
        last(a) <= a.values.len() && last(b) <= b.values.len() && a.steps.len() == b.steps.len(),
        "the rows of a weight's gradient lie within their slices"
    );
    let (rows, columns) = (a.rows.len(), b.rows.len());
    let kept = (KEPT / (a.steps.len().max(1) * LANES * 4)).next_multiple_of(LEFT).max(LEFT);
    for first in (0..rows).step_by(kept) {
        let end = (first + kept).min(rows);
        for j in (0..columns).step_by(RIGHT) {
            let right: [usize; RIGHT] = std::array::from_fn(|n| b.rows[(j + n).min(columns - 1)]);
            for i in (first..end).step_by(LEFT) {
                let left: [usize; LEFT] = std::array::from_fn(|n| a.rows[(i + n).min(rows - 1)]);
                // SAFETY: the assertion above.
                let tile = unsafe { kernel::dot((a.values, left, a.steps), (b.values, right, b.steps)) };
                for (row, values) in tile.iter().enumerate().take(end - i) {
                    let sums = &mut sums[(i + row) * columns + j..(i + row + 1) * columns];
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum += value;
                    }
                }
            }
        }
    }
}

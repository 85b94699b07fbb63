//! Correlation with channels last: the forward pass, and the input's gradient phase by phase.
//!
//! With channels last, what an output sees is a few runs of memory, whatever the stride; so any plane, however small,
//! fills the vectors, which lie along the output channels. Pictures are transposed on the way in and on the way out,
//! a band of rows at a time, so that all of it happens in the second-level cache.

use super::tile::{self, ROWS, Run, WIDTH};
use super::transpose::{transpose, transpose_into};
use super::{fresh, scratch};
use rayon::prelude::*;

/// Terms whose packed weights stay in the first-level cache: 16 KiB.
const TERMS: usize = 256;
/// Numbers of a band, in and out together, that stay in the second-level cache: 384 KiB.
const BAND: usize = 96 * 1024;
/// Outputs that are worked off together, so that weights which do not fit a cache are not fetched for a few.
const TOGETHER: usize = 256;

/// A picture with channels last and zeros around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Padded {
    /// Channels.
    pub channels: usize,
    /// Rows and columns without zeros.
    pub inner: (usize, usize),
    /// Zeros above and on the left; negative when the first rows or columns are never read.
    pub before: (isize, isize),
    /// Rows and columns with zeros.
    pub size: (usize, usize),
}

impl Padded {
    /// Numbers in a row.
    pub fn row(&self) -> usize {
        self.size.1 * self.channels
    }

    /// Writes the rows `rows` of a picture `[channels, inner]`.
    pub fn fill(&self, picture: &[f32], rows: std::ops::Range<usize>, padded: &mut [f32]) {
        let ((height, width), channels) = (self.inner, self.channels);
        let left = self.before.1.clamp(0, self.size.1 as isize) as usize;
        let skipped = (-self.before.1).max(0) as usize;
        let columns = width.saturating_sub(skipped).min(self.size.1 - left);
        for (row, line) in rows.zip(padded.chunks_exact_mut(self.row())) {
            let y = row as isize - self.before.0;
            if y < 0 || y >= height as isize || columns == 0 {
                line.fill(0.0);
                continue;
            }
            line[..left * channels].fill(0.0);
            line[(left + columns) * channels..].fill(0.0);
            let from = &picture[y as usize * width + skipped..];
            transpose((from, height * width), (&mut line[left * channels..], channels), (channels, columns));
        }
    }
}

/// Outputs that see the same taps: all of them in a forward pass, one in stride² in an input's gradient.
pub struct Phase {
    /// Rows and columns of the kernel.
    pub taps: (usize, usize),
    /// Row and column of the padded planes where the first output begins.
    pub origin: (usize, usize),
    /// Rows and columns of outputs.
    pub size: (usize, usize),
    /// Row and column of the first output.
    pub first: (usize, usize),
    /// Its taps among those of [`Product::weights`].
    pub tap: usize,
}

/// `out[m] = bias[m] + Σ weights · inputs` for every phase.
pub struct Product {
    /// Layout of the input.
    pub padded: Padded,
    /// Rows and columns of input from one output of a phase to the next.
    pub stride: usize,
    /// Channels out.
    pub outputs: usize,
    /// Rows and columns out.
    pub plane: (usize, usize),
    /// Rows and columns from one output of a phase to the next.
    pub step: usize,
    /// The phases; together they may leave outputs out, which are then the bias alone.
    pub phases: Vec<Phase>,
    /// From [`packed`], for the taps of all phases.
    pub weights: Vec<f32>,
}

/// Weights as [`tile::add`] reads them: `[output / WIDTH][tap][channel][WIDTH]`, for `taps` of a `square` of taps, where
/// the weight of `(output, channel, tap)` is `weights[output · steps.0 + channel · steps.1 + tap]`.
pub fn packed(
    weights: &[f32],
    (outputs, channels): (usize, usize),
    steps: (usize, usize),
    square: usize,
    taps: &[usize],
) -> Vec<f32> {
    let length = taps.len() * channels * WIDTH;
    fresh::shared(outputs.div_ceil(WIDTH) * length, length, |panel, out| {
        let first = panel * WIDTH;
        let count = WIDTH.min(outputs - first);
        let mut columns = vec![0.0; square * WIDTH];
        for channel in 0..channels {
            let weights = &weights[first * steps.0 + channel * steps.1..];
            transpose((weights, steps.0), (&mut columns, WIDTH), (count, square));
            for (t, tap) in taps.iter().enumerate() {
                out[(t * channels + channel) * WIDTH..][..WIDTH]
                    .copy_from_slice(&columns[tap * WIDTH..(tap + 1) * WIDTH]);
            }
        }
    })
}

/// Rows of a phase, `from..to`, and the padded rows and output rows that belong to them.
struct Band {
    rows: std::ops::Range<usize>,
    input: std::ops::Range<usize>,
    output: std::ops::Range<usize>,
}

impl Product {
    /// Pictures `[n, channels, inner]` → `[n, outputs, plane]`. What a picture gives does not depend on the others.
    pub fn run(&self, input: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
        let taken = self.padded.channels * self.padded.inner.0 * self.padded.inner.1;
        let positions = self.plane.0 * self.plane.1;
        let made = self.outputs * positions;
        let batch = input.len() / taken;
        let mut out = Vec::with_capacity(batch * made);
        let room = &mut out.spare_capacity_mut()[..batch * made];
        let wide = self.outputs.next_multiple_of(WIDTH);
        let mut begin = vec![0.0; wide];
        if let Some(bias) = bias {
            begin[..self.outputs].copy_from_slice(bias);
        }
        let chunks: Vec<Vec<Vec<Run>>> = self.phases.iter().map(|phase| self.chunks(phase)).collect();
        let bands = self.bands(wide);
        debug_assert!(bands.iter().map(|band| band.output.len()).sum::<usize>() == self.plane.0);
        let share = batch.div_ceil(rayon::current_num_threads()).max(1);
        let group = if bands.len() > 1 { 1 } else { TOGETHER.div_ceil(positions.max(1)).min(share) };
        room.par_chunks_mut(group * made).zip(input.par_chunks(group * taken)).for_each(|(out, input)| {
            let pictures = input.len() / taken;
            for band in &bands {
                let read = band.input.len() * self.padded.row();
                let written = band.output.len() * self.plane.1 * wide;
                scratch::with(pictures * (read + written), |buffer| {
                    let (padded, sums) = buffer.split_at_mut(pictures * read);
                    for (padded, picture) in padded.chunks_exact_mut(read).zip(input.chunks_exact(taken)) {
                        self.padded.fill(picture, band.input.clone(), padded);
                    }
                    sums.chunks_exact_mut(wide).for_each(|sums| sums.copy_from_slice(&begin));
                    for (phase, chunks) in self.phases.iter().zip(&chunks) {
                        self.add(phase, chunks, band, (padded, read), (sums, written));
                    }
                    let first = band.output.start * self.plane.1;
                    for (sums, out) in sums.chunks_exact(written).zip(out.chunks_exact_mut(made)) {
                        let size = (written / wide, self.outputs);
                        transpose_into((sums, wide), (&mut out[first..], positions), size);
                    }
                });
            }
        });
        // SAFETY: the bands cover the rows of every picture, and each wrote all channels of its rows.
        unsafe { out.set_len(batch * made) };
        out
    }

    /// A phase's terms in runs, in chunks that are summed in registers.
    fn chunks(&self, phase: &Phase) -> Vec<Vec<Run>> {
        let length = phase.taps.1 * self.padded.channels;
        let mut chunks: Vec<Vec<Run>> = Vec::new();
        let (mut room, mut right) = (0, 0);
        for row in 0..phase.taps.0 {
            for from in (0..length).step_by(TERMS) {
                let terms = TERMS.min(length - from);
                if terms > room {
                    chunks.push(Vec::new());
                    (room, right) = (TERMS, 0);
                }
                let offset = (row * self.padded.row() + from) as u32;
                let run = Run { offset, right, length: terms as u32 };
                room -= terms;
                right += (terms * WIDTH) as u32;
                if let Some(chunk) = chunks.last_mut() {
                    chunk.push(run);
                }
            }
        }
        chunks
    }

    fn bands(&self, wide: usize) -> Vec<Band> {
        let rows = self.phases.iter().map(|phase| phase.size.0).max().unwrap_or(0).max(1);
        let per_row = self.stride * self.padded.row() + self.step * self.plane.1 * wide;
        let height = (BAND / per_row.max(1)).clamp(1, rows);
        // Bands of equal height, as far as that goes.
        let height = rows.div_ceil(rows.div_ceil(height));
        let band = |from: usize| {
            let to = (from + height).min(rows);
            let ends = self.phases.iter().filter(|phase| from < phase.size.0).map(|phase| {
                let last = to.min(phase.size.0) - 1;
                let row = |row: usize| phase.origin.0 + row * self.stride;
                (row(from), row(last) + phase.taps.0)
            });
            let (first, last) = ends.fold((usize::MAX, 0), |(a, b), (c, d)| (a.min(c), b.max(d)));
            let end = if to == rows { self.plane.0 } else { to * self.step };
            Band { rows: from..to, input: first.min(last)..last, output: from * self.step..end }
        };
        (0..rows).step_by(height).map(band).collect()
    }

    /// Adds a phase's sums over a band of every picture.
    fn add(
        &self,
        phase: &Phase,
        chunks: &[Vec<Run>],
        band: &Band,
        (padded, read): (&[f32], usize),
        (sums, written): (&mut [f32], usize),
    ) {
        let wide = self.outputs.next_multiple_of(WIDTH);
        let (mut starts, mut places) = (Vec::new(), Vec::new());
        for picture in 0..padded.len().checked_div(read).unwrap_or(0) {
            for y in band.rows.start..band.rows.end.min(phase.size.0) {
                let row = phase.origin.0 + y * self.stride - band.input.start;
                let line = phase.first.0 + y * self.step - band.output.start;
                for x in 0..phase.size.1 {
                    let column = phase.origin.1 + x * self.stride;
                    starts.push(picture * read + row * self.padded.row() + column * self.padded.channels);
                    let place = phase.first.1 + x * self.step;
                    places.push(picture * written + (line * self.plane.1 + place) * wide);
                }
            }
        }
        let reach = chunks.iter().flatten().map(|run| (run.offset + run.length) as usize).max().unwrap_or(0);
        assert!(
            starts.iter().max().is_none_or(|start| start + reach <= padded.len())
                && places.iter().max().is_none_or(|place| place + wide <= sums.len()),
            "padded planes hold what their outputs read, and sums have room for them"
        );
        let panels = wide / WIDTH;
        let mut from = phase.tap * self.padded.channels;
        for chunk in chunks {
            let count = chunk.iter().map(|run| run.length as usize).sum::<usize>();
            for (panel, weights) in self.weights.chunks_exact(self.weights.len() / panels).enumerate() {
                let weights = &weights[from * WIDTH..(from + count) * WIDTH];
                for (starts, places) in starts.chunks(ROWS).zip(places.chunks(ROWS)) {
                    let rows = starts.len();
                    let starts: [usize; ROWS] = std::array::from_fn(|r| starts[r.min(rows - 1)]);
                    let places: [usize; ROWS] =
                        std::array::from_fn(|r| places[r.min(rows - 1)] + panel * WIDTH);
                    // SAFETY: the assertion above; the weights were cut to the chunk's terms.
                    unsafe { tile::add((padded, starts), chunk, weights, (sums, places), rows) };
                }
            }
            from += count;
        }
    }
}

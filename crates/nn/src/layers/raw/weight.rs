//! The weight's gradient: every output channel against every tap, summed over outputs and pictures.
//!
//! The output's gradient is read where it is. The input is laid out so that sixteen channels lie side by side for each
//! place; where a row of outputs is long and the channels fill the vectors, that is all, and a tap's numbers for a row
//! of outputs follow each other. Elsewhere they are packed, for a few hundred outputs at a time.

use super::Geometry;
use super::blocks::{Blocked, Laid};
use super::tile::{self, ROWS, Run, WIDTH};
use super::transpose::transpose;
use super::{fresh, scratch};
use rayon::prelude::*;

/// Outputs that are summed in registers before they are added to memory: 16 KiB of input.
const RUN: usize = 256;
/// Numbers of the output's gradient that stay in the second-level cache, over all channels: 512 KiB.
const KEPT: usize = 128 * 1024;
/// Blocks of columns that are worked off before the next outputs' numbers are fetched, where they are packed. The more,
/// the less often the tensors come from memory; fewer than all for the sake of the second-level cache.
const PACKED: usize = 16;
/// Numbers laid out at once, at most (64 MiB), unless one picture needs more.
const ROOM: usize = 16 << 20;
/// Shorter rows of outputs are not worth a run each.
const LONG: usize = 16;

/// The output's gradient as it is read: where a channel begins, and where a picture begins within it.
struct Rows<'a> {
    values: &'a [f32],
    channel: usize,
    picture: usize,
}

/// Some outputs: runs of the output's gradient, and where each output begins in the laid out input.
struct Outputs {
    runs: Vec<Run>,
    starts: Vec<u32>,
}

/// `[output, input, k, k]` from `x [n, input, h, w]` and `dy [n, output, h', w']`. The order of every sum is fixed by
/// the shapes alone, not by the number of threads.
pub fn gradient(g: &Geometry, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let padded = g.padded();
    let laid = if g.input % WIDTH == 0 && g.out_width() >= LONG {
        Laid::Blocked(Blocked::new(padded, g.stride))
    } else {
        Laid::Last(padded)
    };
    let run = g.kernel * g.input;
    let blocks: Vec<usize> =
        (0..g.kernel).flat_map(|row| (0..run).step_by(WIDTH).map(move |from| laid.tap(row, from))).collect();
    let mut sums = fresh::shared(blocks.len() * g.output * WIDTH, g.output * WIDTH, |_, _| {});
    let length = laid.len();
    let pictures = (ROOM / length.max(1)).clamp(1, (x.len() / g.in_plane()).max(1));
    for (x, dy) in x.chunks(pictures * g.in_plane()).zip(dy.chunks(pictures * g.out_plane())) {
        let pictures = x.len() / g.in_plane();
        // The last block of a row may read past its run.
        scratch::with(pictures * length + WIDTH, |values| {
            values[pictures * length..].fill(0.0);
            values
                .par_chunks_exact_mut(length)
                .zip(x.par_chunks_exact(g.in_plane()))
                .for_each(|(values, x)| laid.fill(x, values));
            let packs = matches!(laid, Laid::Last(_));
            let plane = g.out_height() * g.out_width();
            if plane >= RUN {
                let rows = Rows { values: dy, channel: plane, picture: g.output * plane };
                add(g, &outputs(g, &laid, &rows, pictures), &blocks, (values, packs), &rows, &mut sums);
            } else {
                // Small planes of a channel are brought together, so that they are read one after the other.
                let together = fresh::shared(dy.len(), pictures * plane, |channel, together| {
                    for (to, from) in together.chunks_exact_mut(plane).zip(dy.chunks_exact(g.out_plane())) {
                        to.copy_from_slice(&from[channel * plane..(channel + 1) * plane]);
                    }
                });
                let rows = Rows { values: &together, channel: pictures * plane, picture: plane };
                add(g, &outputs(g, &laid, &rows, pictures), &blocks, (values, packs), &rows, &mut sums);
            }
        });
    }
    let square = g.kernel * g.kernel;
    fresh::shared(g.weights(), g.column(), |o, out| {
        let mut taps = vec![0.0; g.column()];
        let rows = sums.chunks_exact(run.div_ceil(WIDTH) * g.output * WIDTH);
        for (taps, sums) in taps.chunks_exact_mut(run).zip(rows) {
            for (taps, sums) in taps.chunks_mut(WIDTH).zip(sums.chunks_exact(g.output * WIDTH)) {
                taps.copy_from_slice(&sums[o * WIDTH..][..taps.len()]);
            }
        }
        transpose((&taps, g.input), (out, square), (square, g.input));
    })
}

/// All outputs in portions that are summed in registers.
fn outputs(g: &Geometry, laid: &Laid, rows: &Rows<'_>, pictures: usize) -> Vec<Outputs> {
    let (width, plane) = (g.out_width(), g.out_height() * g.out_width());
    let most = (KEPT / g.output).clamp(RUN / 4, RUN);
    // Packed numbers follow each other, whatever the rows; otherwise a run ends with its row.
    let longest = if matches!(laid, Laid::Last(_)) { most } else { most.min(width) };
    let mut all: Vec<Outputs> = Vec::new();
    let mut room = 0;
    for picture in 0..pictures {
        let mut from = 0;
        while from < plane {
            let rest = if longest == most { plane - from } else { width - from % width };
            let count = longest.min(rest);
            if count > room {
                all.push(Outputs { runs: Vec::new(), starts: Vec::new() });
                room = most;
            }
            let Some(portion) = all.last_mut() else { continue };
            let start = |at: usize| laid.start(picture, at / width, at % width, g.stride) as u32;
            let right = match laid {
                Laid::Last(_) => ((most - room) * WIDTH) as u32,
                Laid::Blocked(_) => start(from),
            };
            let offset = (picture * rows.picture + from) as u32;
            let follows = |run: &&mut Run| {
                run.offset + run.length == offset && run.right + run.length * WIDTH as u32 == right
            };
            match portion.runs.last_mut().filter(follows) {
                Some(run) => run.length += count as u32,
                None => portion.runs.push(Run { offset, right, length: count as u32 }),
            }
            portion.starts.extend((from..from + count).map(start));
            room -= count;
            from += count;
        }
    }
    all
}

/// `sums[block][output] += Σ dy · x` over the outputs.
fn add(
    g: &Geometry,
    all: &[Outputs],
    blocks: &[usize],
    (x, packs): (&[f32], bool),
    dy: &Rows<'_>,
    sums: &mut [f32],
) {
    let reach = all.iter().flat_map(|some| &some.runs).map(|run| (run.offset + run.length) as usize).max();
    let furthest = all.iter().flat_map(|some| &some.starts).max().map_or(0, |start| *start as usize);
    let last = blocks.iter().max().map_or(0, |block| *block);
    assert!(
        reach.is_none_or(|reach| (g.output - 1) * dy.channel + reach <= dy.values.len())
            && furthest + last + WIDTH <= x.len(),
        "the rows of a weight's gradient lie within their slices"
    );
    let most = all.iter().map(|some| some.starts.len()).max().unwrap_or(0);
    let together = blocks.len().div_ceil(3 * rayon::current_num_threads());
    let together = if packs { together.min(PACKED) } else { together };
    let parts = sums.par_chunks_mut(together * g.output * WIDTH).zip(blocks.par_chunks(together));
    parts.for_each(|(sums, blocks)| {
        let room = if packs { most * WIDTH * blocks.len() } else { 0 };
        scratch::with(room, |packed| {
            for some in all {
                let count = some.starts.len();
                if packs {
                    for (i, start) in some.starts.iter().enumerate() {
                        for (b, block) in blocks.iter().enumerate() {
                            let x = &x[block + *start as usize..][..WIDTH];
                            packed[(b * count + i) * WIDTH..][..WIDTH].copy_from_slice(x);
                        }
                    }
                }
                for (b, sums) in sums.chunks_exact_mut(g.output * WIDTH).enumerate() {
                    let right = if packs {
                        &packed[b * count * WIDTH..(b + 1) * count * WIDTH]
                    } else {
                        &x[blocks[b]..]
                    };
                    for first in (0..g.output).step_by(ROWS) {
                        let rows = ROWS.min(g.output - first);
                        let row = |r: usize| first + r.min(rows - 1);
                        let starts = std::array::from_fn(|r| row(r) * dy.channel);
                        let places = std::array::from_fn(|r| row(r) * WIDTH);
                        // SAFETY: the assertion above; what is packed was cut to what is read, `sums` to what is
                        // written.
                        unsafe { tile::add((dy.values, starts), &some.runs, right, (sums, places), rows) };
                    }
                }
            }
        });
    });
}

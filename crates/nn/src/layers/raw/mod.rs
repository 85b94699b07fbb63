//! Convolution on plain slices: three functions that are each other's derivatives.
//!
//! For `y = F(x, w)`, a convolution without bias, the input's gradient is `I(dy, w)` (a transposed convolution) and
//! the weight's is `G(x, dy)`. All three are linear in either argument, and the derivative of each is made of the
//! other two; so gradients of any order cost no further code.
//!
//! Tensors are `[n, channels, height, width]` and `[out, in, k, k]`, row-major `f32`. Nothing is multiplied out into
//! columns: pictures are padded once, with channels last ([`product`]) or, where few channels come out, as they are
//! ([`correlate`]), and the innermost loops ([`tile`], [`kernel`]) read them in place. What a picture gives does not depend on what else is in the batch, and sums over
//! the batch run in an order fixed by the shapes; the number of threads changes no bit.

mod blocks;
mod correlate;
pub(super) mod fresh;
mod kernel;
mod planes;
mod product;
mod scratch;
mod tile;
mod transpose;
mod weight;

use correlate::{Correlation, Phase, packed, pitch};
use planes::Planes;
use product::{Padded, Product};
use rayon::prelude::*;

/// With fewer channels out, vectors lie along the outputs of a row rather than along the channels.
const FEW: usize = 8;

/// The shape of a convolution: input planes `[channels, height, width]`, square kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Geometry {
    /// Channels in.
    pub input: usize,
    /// Channels out.
    pub output: usize,
    /// Rows in.
    pub height: usize,
    /// Columns in.
    pub width: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// Step of the kernel.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: usize,
}

impl Geometry {
    /// Rows out.
    pub fn out_height(&self) -> usize {
        (self.height + 2 * self.padding - self.kernel) / self.stride + 1
    }

    /// Columns out.
    pub fn out_width(&self) -> usize {
        (self.width + 2 * self.padding - self.kernel) / self.stride + 1
    }

    fn in_plane(&self) -> usize {
        self.input * self.height * self.width
    }

    fn out_plane(&self) -> usize {
        self.output * self.out_height() * self.out_width()
    }

    /// Every input value that one output value sees.
    fn column(&self) -> usize {
        self.input * self.kernel * self.kernel
    }

    fn weights(&self) -> usize {
        self.output * self.column()
    }

    /// The padded input of a forward pass.
    fn planes(&self) -> Planes {
        let before = self.padding as isize;
        Planes {
            channels: self.input,
            inner: (self.height, self.width),
            stride: self.stride,
            before: (before, before),
            rows: (self.out_height() - 1) * self.stride + self.kernel,
            pitch: pitch(&[(0, self.out_width(), self.kernel)], self.stride),
        }
    }

    /// The same with channels last.
    fn padded(&self) -> Padded {
        let before = self.padding as isize;
        let side = |outputs: usize| (outputs - 1) * self.stride + self.kernel;
        Padded {
            channels: self.input,
            inner: (self.height, self.width),
            before: (before, before),
            size: (side(self.out_height()), side(self.out_width())),
        }
    }
}

/// `F`: the convolution of `x [n, input, height, width]` with `w`, plus a bias per output channel.
pub fn forward(g: &Geometry, x: &[f32], w: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
    let (height, width) = (g.out_height(), g.out_width());
    if g.output >= FEW {
        let square = g.kernel * g.kernel;
        let taps: Vec<usize> = (0..square).collect();
        let whole = product::Phase {
            taps: (g.kernel, g.kernel),
            origin: (0, 0),
            size: (height, width),
            first: (0, 0),
            tap: 0,
        };
        let weights = product::packed(w, (g.output, g.input), (g.column(), square), square, &taps);
        let plane = (height, width);
        let (padded, outputs, phases) = (g.padded(), g.output, vec![whole]);
        return Product { padded, stride: g.stride, outputs, plane, step: 1, phases, weights }.run(x, bias);
    }
    let table: Vec<u32> = (0..g.column() as u32).collect();
    let whole = Phase {
        taps: (g.kernel, g.kernel),
        origin: 0,
        size: (height, width),
        first: 0,
        row_step: width,
        step: 1,
        weights: packed(w, g.output, g.column(), &table),
    };
    let plane = height * width;
    Correlation { planes: g.planes(), outputs: g.output, plane, phases: vec![whole] }.run(x, bias)
}

/// In one direction, the inputs `i = index, index + stride, …` and the taps that reach them.
#[derive(Clone, Copy)]
struct Reach {
    index: usize,
    /// Inputs.
    count: usize,
    /// First tap; the others follow at the stride.
    tap: usize,
    /// Taps.
    taps: usize,
    /// Zeros before the first output that is read; negative when outputs are skipped.
    before: isize,
}

impl Geometry {
    fn reaches(&self, inputs: usize) -> Vec<Reach> {
        let reach = |index: usize| {
            let tap = (index + self.padding) % self.stride;
            let taps = self.kernel.saturating_sub(tap).div_ceil(self.stride);
            // Input index + j·stride is reached from output j + first − t by tap tap + t·stride.
            let first = ((index + self.padding - tap) / self.stride) as isize;
            let count = inputs.saturating_sub(index).div_ceil(self.stride);
            Reach { index, count, tap, taps, before: taps as isize - 1 - first }
        };
        (0..self.stride).map(reach).filter(|reach| reach.count > 0 && reach.taps > 0).collect()
    }
}

/// `I`: the input's gradient, which is also the transposed convolution of `dy [n, output, out_height, out_width]`,
/// plus a bias per input channel. One correlation at stride 1 for each of the stride² phases of the input.
pub fn input_gradient(g: &Geometry, dy: &[f32], w: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
    let (down, across) = (g.reaches(g.height), g.reaches(g.width));
    let before = |all: &[Reach]| all.iter().map(|reach| reach.before).max().unwrap_or(0);
    let zeros = (before(&down), before(&across));
    let origin = |zeros: isize, reach: &Reach| (zeros - reach.before) as usize;
    let rows = down.iter().map(|r| origin(zeros.0, r) + r.count + r.taps - 1).max().unwrap_or(1);
    if g.input >= FEW {
        let columns = across.iter().map(|r| origin(zeros.1, r) + r.count + r.taps - 1).max().unwrap_or(1);
        let inner = (g.out_height(), g.out_width());
        let padded = Padded { channels: g.output, inner, before: zeros, size: (rows, columns) };
        let (mut phases, mut taps) = (Vec::new(), Vec::new());
        for v in &down {
            for h in &across {
                phases.push(product::Phase {
                    taps: (v.taps, h.taps),
                    origin: (origin(zeros.0, v), origin(zeros.1, h)),
                    size: (v.count, h.count),
                    first: (v.index, h.index),
                    tap: taps.len(),
                });
                for row in (0..v.taps).rev() {
                    let row = (v.tap + row * g.stride) * g.kernel;
                    taps.extend((0..h.taps).rev().map(|column| row + h.tap + column * g.stride));
                }
            }
        }
        let square = g.kernel * g.kernel;
        let weights = product::packed(w, (g.input, g.output), (square, g.column()), square, &taps);
        let plane = (g.height, g.width);
        let (outputs, step) = (g.input, g.stride);
        return Product { padded, stride: 1, outputs, plane, step, phases, weights }.run(dy, bias);
    }
    let columns: Vec<_> = across.iter().map(|r| (origin(zeros.1, r), r.count, r.taps)).collect();
    let planes = Planes {
        channels: g.output,
        inner: (g.out_height(), g.out_width()),
        stride: 1,
        before: zeros,
        rows,
        pitch: pitch(&columns, 1).max(1),
    };
    let square = g.kernel * g.kernel;
    let mut phases = Vec::new();
    for v in &down {
        for h in &across {
            let mut table = Vec::with_capacity(g.output * v.taps * h.taps);
            for o in 0..g.output {
                for row in (0..v.taps).rev() {
                    for column in (0..h.taps).rev() {
                        let (ky, kx) = (v.tap + row * g.stride, h.tap + column * g.stride);
                        table.push((o * g.column() + ky * g.kernel + kx) as u32);
                    }
                }
            }
            phases.push(Phase {
                taps: (v.taps, h.taps),
                origin: origin(zeros.0, v) * planes.pitch + origin(zeros.1, h),
                size: (v.count, h.count),
                first: v.index * g.width + h.index,
                row_step: g.stride * g.width,
                step: g.stride,
                weights: packed(w, g.input, square, &table),
            });
        }
    }
    Correlation { planes, outputs: g.input, plane: g.height * g.width, phases }.run(dy, bias)
}

/// `G`: the weight's gradient `[output, input, k, k]`, summed over the batch.
pub fn weight_gradient(g: &Geometry, x: &[f32], dy: &[f32]) -> Vec<f32> {
    weight::gradient(g, x, dy)
}

/// Sums of `[n, channels, plane]` per channel: the gradient of a bias.
pub fn channel_sums(x: &[f32], channels: usize, plane: usize) -> Vec<f32> {
    let plane = plane.max(1);
    let sum = |channel: usize| {
        x.chunks_exact(channels * plane).map(|x| total(&x[channel * plane..][..plane])).sum::<f64>()
    };
    (0..channels).into_par_iter().map(|channel| sum(channel) as f32).collect()
}

/// The sum of a plane: short sums in single precision vectorise.
fn total(plane: &[f32]) -> f64 {
    let mut lanes = [0.0_f32; 16];
    let (chunks, rest) = plane.as_chunks::<16>();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    f64::from(lanes.iter().sum::<f32>() + rest.iter().sum::<f32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize, seed: usize) -> Vec<f32> {
        (0..n).map(|i| (((i + seed) * 7919 % 101) as f32 - 50.0) / 50.0).collect()
    }

    /// The definition, term by term.
    fn by_hand(g: &Geometry, x: &[f32], w: &[f32]) -> Vec<f32> {
        let (oh, ow) = (g.out_height(), g.out_width());
        let mut out = Vec::new();
        for n in 0..x.len() / g.in_plane() {
            for o in 0..g.output {
                for y in 0..oh {
                    for xx in 0..ow {
                        let mut sum = 0.0;
                        for c in 0..g.input {
                            for ky in 0..g.kernel {
                                for kx in 0..g.kernel {
                                    let (sy, sx) = (y * g.stride + ky, xx * g.stride + kx);
                                    if sy < g.padding || sx < g.padding {
                                        continue;
                                    }
                                    let (sy, sx) = (sy - g.padding, sx - g.padding);
                                    if sy < g.height && sx < g.width {
                                        let at = ((n * g.input + c) * g.height + sy) * g.width + sx;
                                        sum += x[at] * w[((o * g.input + c) * g.kernel + ky) * g.kernel + kx];
                                    }
                                }
                            }
                        }
                        out.push(sum);
                    }
                }
            }
        }
        out
    }

    const SHAPES: [Geometry; 13] = [
        Geometry { input: 3, output: 5, height: 9, width: 7, kernel: 3, stride: 1, padding: 1 },
        Geometry { input: 4, output: 6, height: 8, width: 8, kernel: 4, stride: 2, padding: 1 },
        Geometry { input: 2, output: 3, height: 7, width: 10, kernel: 5, stride: 3, padding: 2 },
        Geometry { input: 3, output: 2, height: 5, width: 5, kernel: 1, stride: 1, padding: 0 },
        Geometry { input: 1, output: 1, height: 4, width: 4, kernel: 4, stride: 1, padding: 0 },
        // Many terms, rows of whole vectors, rows a little short of whole vectors, taps that reach nothing.
        Geometry { input: 40, output: 13, height: 16, width: 16, kernel: 3, stride: 1, padding: 1 },
        Geometry { input: 33, output: 7, height: 32, width: 32, kernel: 4, stride: 2, padding: 1 },
        Geometry { input: 2, output: 9, height: 15, width: 15, kernel: 3, stride: 1, padding: 1 },
        Geometry { input: 3, output: 4, height: 9, width: 9, kernel: 2, stride: 3, padding: 0 },
        Geometry { input: 2, output: 2, height: 6, width: 16, kernel: 3, stride: 1, padding: 2 },
        // Blocks of channels, several bands.
        Geometry { input: 32, output: 17, height: 18, width: 33, kernel: 3, stride: 1, padding: 1 },
        Geometry { input: 16, output: 9, height: 34, width: 36, kernel: 4, stride: 2, padding: 1 },
        Geometry { input: 48, output: 48, height: 37, width: 50, kernel: 5, stride: 3, padding: 2 },
    ];

    #[test]
    fn forward_is_the_definition() {
        for g in SHAPES {
            let (x, w) = (numbers(2 * g.in_plane(), 1), numbers(g.weights(), 2));
            for (a, b) in forward(&g, &x, &w, None).iter().zip(by_hand(&g, &x, &w)) {
                assert!((a - b).abs() < 1e-4, "{g:?}");
            }
        }
    }

    #[test]
    fn gradients_are_the_adjoints_of_forward() {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
        for g in SHAPES {
            let (x, w) = (numbers(3 * g.in_plane(), 1), numbers(g.weights(), 2));
            let dy = numbers(3 * g.out_plane(), 3);
            let whole = dot(&forward(&g, &x, &w, None), &dy);
            assert!((whole - dot(&x, &input_gradient(&g, &dy, &w, None))).abs() < 1e-3, "{g:?}");
            assert!((whole - dot(&w, &weight_gradient(&g, &x, &dy))).abs() < 1e-3, "{g:?}");
        }
    }

    #[test]
    fn a_picture_does_not_see_its_batch() {
        let g = SHAPES[1];
        let (x, w) = (numbers(5 * g.in_plane(), 1), numbers(g.weights(), 2));
        let together = forward(&g, &x, &w, None);
        let alone = forward(&g, &x[3 * g.in_plane()..4 * g.in_plane()], &w, None);
        assert_eq!(&together[3 * g.out_plane()..4 * g.out_plane()], &alone[..]);
    }
}

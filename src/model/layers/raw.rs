//! Convolution on plain slices: three functions that are each other's derivatives.
//!
//! For `y = F(x, w)`, a convolution without bias, the input's gradient is `I(dy, w)` (a transposed convolution) and
//! the weight's is `G(x, dy)`. All three are linear in either argument, and the derivative of each is made of the
//! other two; so gradients of any order cost no further code.
//!
//! Tensors are `[n, channels, height, width]` and `[out, in, k, k]`, row-major `f32`. Each picture is one task: its
//! columns are laid out in tiles that stay in the cache, and one matrix product a tile does the work. What a picture
//! gives does not depend on what else is in the batch, and sums over the batch run in an order fixed by its size.

use gemm::Parallelism;
use rayon::prelude::*;

/// Bytes of a tile of columns: half of a common second-level cache.
const TILE_BYTES: usize = 256 * 1024;
/// Sums over a batch are split into at most so many parts, whatever the number of threads.
const PARTS: usize = 8;

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

    /// Length of a column: every input value that one output value sees.
    fn column(&self) -> usize {
        self.input * self.kernel * self.kernel
    }

    fn weights(&self) -> usize {
        self.output * self.column()
    }

    fn tile_rows(&self) -> usize {
        (TILE_BYTES / 4 / (self.column() * self.out_width()).max(1)).clamp(1, self.out_height())
    }

    /// Output columns `first..last` whose source column under kernel column `kx` lies inside the input.
    fn inside(&self, kx: usize) -> (usize, usize) {
        let first = self.padding.saturating_sub(kx).div_ceil(self.stride);
        let last = (self.width + self.padding).saturating_sub(kx).div_ceil(self.stride).min(self.out_width());
        (first, last.max(first))
    }

    /// Writes the columns of output rows `y0..y1`, `[column(), (y1 − y0) · out_width]`.
    fn gather(&self, x: &[f32], y0: usize, y1: usize, columns: &mut [f32]) {
        let (k, s, ow) = (self.kernel, self.stride, self.out_width());
        let mut rows = columns.chunks_exact_mut((y1 - y0) * ow);
        for channel in x.chunks_exact(self.height * self.width) {
            for ky in 0..k {
                for kx in 0..k {
                    let Some(row) = rows.next() else { return };
                    let (first, last) = self.inside(kx);
                    for (out, y) in row.chunks_exact_mut(ow).zip(y0..y1) {
                        let source = (y * s + ky).checked_sub(self.padding).filter(|&sy| sy < self.height);
                        let Some(sy) = source else {
                            out.fill(0.0);
                            continue;
                        };
                        out[..first].fill(0.0);
                        out[last..].fill(0.0);
                        if last == first {
                            continue;
                        }
                        let line = &channel[sy * self.width..(sy + 1) * self.width];
                        let start = first * s + kx - self.padding;
                        if s == 1 {
                            out[first..last].copy_from_slice(&line[start..start + last - first]);
                        } else {
                            for (o, v) in out[first..last].iter_mut().zip(line[start..].iter().step_by(s)) {
                                *o = *v;
                            }
                        }
                    }
                }
            }
        }
    }

    /// Adds columns back to where [`Self::gather`] took them from.
    fn scatter(&self, columns: &[f32], y0: usize, y1: usize, x: &mut [f32]) {
        let (k, s, ow) = (self.kernel, self.stride, self.out_width());
        let mut rows = columns.chunks_exact((y1 - y0) * ow);
        for channel in x.chunks_exact_mut(self.height * self.width) {
            for ky in 0..k {
                for kx in 0..k {
                    let Some(row) = rows.next() else { return };
                    let (first, last) = self.inside(kx);
                    if last == first {
                        continue;
                    }
                    for (values, y) in row.chunks_exact(ow).zip(y0..y1) {
                        let source = (y * s + ky).checked_sub(self.padding).filter(|&sy| sy < self.height);
                        let Some(sy) = source else { continue };
                        let line = &mut channel[sy * self.width..(sy + 1) * self.width];
                        let start = first * s + kx - self.padding;
                        if s == 1 {
                            for (o, v) in line[start..].iter_mut().zip(&values[first..last]) {
                                *o += v;
                            }
                        } else {
                            for (o, v) in line[start..].iter_mut().step_by(s).zip(&values[first..last]) {
                                *o += v;
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A matrix in a slice: row and column stride.
#[derive(Clone, Copy)]
struct Matrix<'a> {
    values: &'a [f32],
    row: usize,
    column: usize,
}

/// `out[m, n] (+)= a[m, k] · b[k, n]`; `out` has `row` numbers from one row to the next.
fn product(
    m: usize,
    n: usize,
    k: usize,
    out: &mut [f32],
    row: usize,
    add: bool,
    a: Matrix<'_>,
    b: Matrix<'_>,
) {
    let reach = |matrix: Matrix<'_>, rows: usize, columns: usize| {
        (rows - 1) * matrix.row + (columns - 1) * matrix.column < matrix.values.len()
    };
    assert!(
        (m - 1) * row + n <= out.len() && reach(a, m, k) && reach(b, k, n),
        "a matrix product stays within its slices"
    );
    // SAFETY: the assertion above bounds every address that the product reads or writes.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            row as isize,
            add,
            a.values.as_ptr(),
            a.column as isize,
            a.row as isize,
            b.values.as_ptr(),
            b.column as isize,
            b.row as isize,
            if add { 1.0 } else { 0.0 },
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// `F`: the convolution of `x [n, input, height, width]` with `w`.
pub fn forward(g: &Geometry, x: &[f32], w: &[f32]) -> Vec<f32> {
    let (oh, ow, column) = (g.out_height(), g.out_width(), g.column());
    let mut out = vec![0.0; x.len() / g.in_plane() * g.out_plane()];
    let tile = g.tile_rows();
    out.par_chunks_exact_mut(g.out_plane()).zip(x.par_chunks_exact(g.in_plane())).for_each_init(
        || vec![0.0; column * tile * ow],
        |columns, (out, x)| {
            for y0 in (0..oh).step_by(tile) {
                let y1 = (y0 + tile).min(oh);
                let n = (y1 - y0) * ow;
                g.gather(x, y0, y1, &mut columns[..column * n]);
                let a = Matrix { values: w, row: column, column: 1 };
                let b = Matrix { values: columns, row: n, column: 1 };
                product(g.output, n, column, &mut out[y0 * ow..], oh * ow, false, a, b);
            }
        },
    );
    out
}

/// `I`: the input's gradient, which is also the transposed convolution of `dy [n, output, out_height, out_width]`.
pub fn input_gradient(g: &Geometry, dy: &[f32], w: &[f32]) -> Vec<f32> {
    let (oh, ow, column) = (g.out_height(), g.out_width(), g.column());
    let mut out = vec![0.0; dy.len() / g.out_plane() * g.in_plane()];
    let tile = g.tile_rows();
    out.par_chunks_exact_mut(g.in_plane()).zip(dy.par_chunks_exact(g.out_plane())).for_each_init(
        || vec![0.0; column * tile * ow],
        |columns, (out, dy)| {
            for y0 in (0..oh).step_by(tile) {
                let y1 = (y0 + tile).min(oh);
                let n = (y1 - y0) * ow;
                let a = Matrix { values: w, row: 1, column };
                let b = Matrix { values: &dy[y0 * ow..], row: oh * ow, column: 1 };
                product(column, n, g.output, columns, n, false, a, b);
                g.scatter(&columns[..column * n], y0, y1, out);
            }
        },
    );
    out
}

/// `G`: the weight's gradient `[output, input, k, k]`, summed over the batch.
pub fn weight_gradient(g: &Geometry, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let (oh, ow, column) = (g.out_height(), g.out_width(), g.column());
    let tile = g.tile_rows();
    let batch = x.len() / g.in_plane();
    let part = batch.div_ceil(PARTS).max(1);
    let partial: Vec<Vec<f32>> = x
        .par_chunks(part * g.in_plane())
        .zip(dy.par_chunks(part * g.out_plane()))
        .map(|(x, dy)| {
            let mut sum = vec![0.0; g.weights()];
            let mut columns = vec![0.0; column * tile * ow];
            for (x, dy) in x.chunks_exact(g.in_plane()).zip(dy.chunks_exact(g.out_plane())) {
                for y0 in (0..oh).step_by(tile) {
                    let y1 = (y0 + tile).min(oh);
                    let n = (y1 - y0) * ow;
                    g.gather(x, y0, y1, &mut columns[..column * n]);
                    let a = Matrix { values: &dy[y0 * ow..], row: oh * ow, column: 1 };
                    let b = Matrix { values: &columns, row: 1, column: n };
                    product(g.output, column, n, &mut sum, column, true, a, b);
                }
            }
            sum
        })
        .collect();
    let mut parts = partial.into_iter();
    let mut sum = parts.next().unwrap_or_else(|| vec![0.0; g.weights()]);
    for part in parts {
        for (s, p) in sum.iter_mut().zip(part) {
            *s += p;
        }
    }
    sum
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

    const SHAPES: [Geometry; 5] = [
        Geometry { input: 3, output: 5, height: 9, width: 7, kernel: 3, stride: 1, padding: 1 },
        Geometry { input: 4, output: 6, height: 8, width: 8, kernel: 4, stride: 2, padding: 1 },
        Geometry { input: 2, output: 3, height: 7, width: 10, kernel: 5, stride: 3, padding: 2 },
        Geometry { input: 3, output: 2, height: 5, width: 5, kernel: 1, stride: 1, padding: 0 },
        Geometry { input: 1, output: 1, height: 4, width: 4, kernel: 4, stride: 1, padding: 0 },
    ];

    #[test]
    fn forward_is_the_definition() {
        for g in SHAPES {
            let (x, w) = (numbers(2 * g.in_plane(), 1), numbers(g.weights(), 2));
            for (a, b) in forward(&g, &x, &w).iter().zip(by_hand(&g, &x, &w)) {
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
            let whole = dot(&forward(&g, &x, &w), &dy);
            assert!((whole - dot(&x, &input_gradient(&g, &dy, &w))).abs() < 1e-3, "{g:?}");
            assert!((whole - dot(&w, &weight_gradient(&g, &x, &dy))).abs() < 1e-3, "{g:?}");
        }
    }

    #[test]
    fn a_picture_does_not_see_its_batch() {
        let g = SHAPES[1];
        let (x, w) = (numbers(5 * g.in_plane(), 1), numbers(g.weights(), 2));
        let together = forward(&g, &x, &w);
        let alone = forward(&g, &x[3 * g.in_plane()..4 * g.in_plane()], &w);
        assert_eq!(&together[3 * g.out_plane()..4 * g.out_plane()], &alone[..]);
    }
}

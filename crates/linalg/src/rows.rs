//! Matrices by block: covers stay bytes in memory (a quarter of what `f32` would take) and become numbers only
//! where a product needs them.

use ndarray::{ArrayBase, Axis, Data, Ix2, s};
use std::ops::Range;

/// A matrix of observations whose blocks can be written out as `f32`.
pub trait Rows: Sync {
    /// Number of observations.
    fn rows(&self) -> usize;
    /// Numbers per observation.
    fn dims(&self) -> usize;
    /// Writes the block of `rows` and `columns`, row-major, into `out`, which is exactly as long.
    fn fill(&self, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]);
    /// Sum of each column.
    fn column_sums(&self) -> Vec<f64> {
        let (n, d) = (self.rows(), self.dims());
        let mut sums = vec![0.0; d];
        let mut row = vec![0.0; d];
        for i in 0..n {
            self.fill(i..i + 1, 0..d, &mut row);
            for (sum, &x) in sums.iter_mut().zip(&row) {
                *sum += f64::from(x);
            }
        }
        sums
    }
}

/// Covers as bytes, one after the other; a value is the byte / 255.
#[derive(Clone, Copy, Debug)]
pub struct PixelRows<'a> {
    bytes: &'a [u8],
    dims: usize,
}

impl<'a> PixelRows<'a> {
    /// Covers of `dims` bytes each.
    ///
    /// # Panics
    /// When `bytes` are not a whole number of covers.
    pub fn new(bytes: &'a [u8], dims: usize) -> Self {
        assert!(dims > 0 && bytes.len().is_multiple_of(dims), "a whole number of covers");
        Self { bytes, dims }
    }
}

impl Rows for PixelRows<'_> {
    fn rows(&self) -> usize {
        self.bytes.len() / self.dims
    }

    fn dims(&self) -> usize {
        self.dims
    }

    fn fill(&self, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
        for (row, out) in rows.zip(out.chunks_exact_mut(columns.len())) {
            let from = row * self.dims;
            let bytes = &self.bytes[from + columns.start..from + columns.end];
            for (x, &byte) in out.iter_mut().zip(bytes) {
                *x = f32::from(byte) * (1.0 / 255.0);
            }
        }
    }

    /// Exact: bytes are summed as integers.
    fn column_sums(&self) -> Vec<f64> {
        let mut sums = vec![0u32; self.dims];
        // 2²⁴ rows of 255 would overflow a u32; catalogues are a thousand times smaller.
        for row in self.bytes.chunks_exact(self.dims) {
            for (sum, &byte) in sums.iter_mut().zip(row) {
                *sum += u32::from(byte);
            }
        }
        sums.into_iter().map(|sum| f64::from(sum) / 255.0).collect()
    }
}

impl<D: Data<Elem = f32> + Sync> Rows for ArrayBase<D, Ix2> {
    fn rows(&self) -> usize {
        self.len_of(Axis(0))
    }

    fn dims(&self) -> usize {
        self.len_of(Axis(1))
    }

    fn fill(&self, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
        for (x, &value) in out.iter_mut().zip(self.slice(s![rows, columns])) {
            *x = value;
        }
    }
}

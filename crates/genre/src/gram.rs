//! Inner products of all covers with each other, once for every fold of every pair.
//!
//! A collection has far fewer covers than a cover has pixels (12,288), so the principal components of any
//! choice of covers can be had from their n×n inner products ([`super::gram_pca`]). The products of bytes are
//! whole numbers, and they are computed as such: exact, the same on every machine and thread count.

use super::EvaluationError;
use gatefold_linalg::product::product_into;
use gatefold_types::progress::Progress;
use ndarray::{Array2, ArrayViewMut2, s};
use rayon::prelude::*;

/// Rows and columns of one tile; a tile is one task.
const TILE: usize = 512;
/// Pixels taken at a time. A centred byte is at most 128 in size, and 1024 · 128² = 2²⁴ is the last whole number
/// up to which `f32` counts without gaps: so many products sum without rounding.
const CHUNK: usize = 1024;
/// What is taken off every byte before multiplying.
const CENTRE: f32 = 128.0;

/// Symmetric matrix of inner products between covers' bytes, each byte less 128.
pub struct Gram {
    n: usize,
    values: Vec<i32>,
}

impl Gram {
    /// Inner products of `rows` (each of the same length, at most 131,071 bytes). Tells `progress` of
    /// [`Gram::tiles`] steps; the only error is [`EvaluationError::Cancelled`].
    pub fn of_pixels(rows: &[&[u8]], progress: &dyn Progress) -> Result<Self, EvaluationError> {
        let n = rows.len();
        let width = rows.first().map_or(0, |row| row.len());
        assert!(rows.iter().all(|row| row.len() == width) && width < 1 << 17, "rows of equal length");
        let starts: Vec<(usize, usize)> =
            (0..n).step_by(TILE).flat_map(|i| (0..=i).step_by(TILE).map(move |j| (i, j))).collect();
        let tiles = starts
            .par_iter()
            .map(|&(i, j)| {
                if progress.cancelled() {
                    return Err(EvaluationError::Cancelled);
                }
                let tile = tile(&rows[i..n.min(i + TILE)], &rows[j..n.min(j + TILE)], width);
                progress.advance(1);
                Ok((i, j, tile))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut values = vec![0; n * n];
        for (i, j, tile) in tiles {
            for ((r, c), &value) in tile.indexed_iter() {
                values[(i + r) * n + j + c] = value;
                values[(j + c) * n + i + r] = value;
            }
        }
        Ok(Self { n, values })
    }

    /// How many steps [`Gram::of_pixels`] takes for `n` covers.
    pub fn tiles(n: usize) -> u64 {
        let side = n.div_ceil(TILE) as u64;
        side * (side + 1) / 2
    }

    /// Number of covers.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Inner products of cover `i` with all covers.
    pub fn row(&self, i: usize) -> &[i32] {
        &self.values[i * self.n..(i + 1) * self.n]
    }
}

/// Inner products of `a` with `b`.
fn tile(a: &[&[u8]], b: &[&[u8]], width: usize) -> Array2<i32> {
    let mut sums = Array2::<i32>::zeros((a.len(), b.len()));
    let mut part = Array2::<f32>::zeros(sums.dim());
    let mut left = Array2::<f32>::zeros((a.len(), CHUNK));
    let mut right = Array2::<f32>::zeros((b.len(), CHUNK));
    for from in (0..width).step_by(CHUNK) {
        let size = CHUNK.min(width - from);
        let fill = |rows: &[&[u8]], mut to: ArrayViewMut2<'_, f32>| {
            for (row, mut to) in rows.iter().zip(to.rows_mut()) {
                to.iter_mut()
                    .zip(&row[from..from + size])
                    .for_each(|(x, &byte)| *x = f32::from(byte) - CENTRE);
            }
        };
        fill(a, left.slice_mut(s![.., ..size]));
        fill(b, right.slice_mut(s![.., ..size]));
        product_into(left.slice(s![.., ..size]), right.slice(s![.., ..size]).t(), part.view_mut());
        sums.zip_mut_with(&part, |sum, &x| *sum += x as i32);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::bytes;
    use gatefold_types::progress::Silent;

    #[test]
    fn every_product_is_exact() {
        let pixels = bytes(TILE + 3, 2500, 1);
        let rows: Vec<&[u8]> = pixels.iter().map(Vec::as_slice).collect();
        let gram = Gram::of_pixels(&rows, &Silent).unwrap();
        for (i, j) in [(0, 0), (0, 1), (TILE + 2, 5), (5, TILE + 2), (TILE, TILE + 1), (TILE, TILE)] {
            let exact: i32 =
                rows[i].iter().zip(rows[j]).map(|(&x, &y)| (i32::from(x) - 128) * (i32::from(y) - 128)).sum();
            assert_eq!(gram.row(i)[j], exact, "{i}, {j}");
        }
    }

    #[test]
    fn the_largest_sum_there_can_be_is_exact() {
        let black = vec![0_u8; 12_288];
        let gram = Gram::of_pixels(&[&black, &black], &Silent).unwrap();
        assert_eq!(gram.row(0), [12_288 * 128 * 128; 2]);
    }
}

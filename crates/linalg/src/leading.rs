//! The few leading eigenvectors of a large symmetric positive matrix.
//!
//! Subspace iteration with a Chebyshev filter (Zhou, Saad, Tiago, Chelikowsky 2006, "Self-consistent-field
//! calculations using Chebyshev-filtered subspace iteration"): a block of vectors goes through a polynomial
//! of the matrix that is small on the unwanted part of the spectrum, is made orthonormal, and is turned onto
//! the eigenvectors within its span. Nearly all of it is matrix products. For the Gram matrices of covers
//! (the 64th eigenvalue about 0.4 % of the first) eleven products with a block of 112 suffice, one of them in double precision, where a full
//! decomposition does the work of several hundred.
//!
//! The filter multiplies in single precision: what it rounds is put right by the products in double precision that the
//! vectors within its span are found with, and by which convergence is judged.

use super::product::product;
use super::symmetric::{Eigen, symmetric_eigen};
use ndarray::{Array1, Array2, Axis, Zip, s};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Below this size a full decomposition is as quick.
const DENSE: usize = 200;
/// Degree of the filter. Higher ones let the first eigenvector drown the last within one pass: it is
/// amplified by about (2·260)⁴ over the edge of the filter.
const DEGREE: usize = 4;
/// A pair has converged when ‖a·v − λ·v‖ is below this part of the smallest wanted eigenvalue. Single precision leaves
/// about a third of it; and by less than it the last vectors of a thousand covers turn when one cover is another.
const TOLERANCE: f64 = 1e-4;
/// Passes in single precision alone.
const ROUGH_PASSES: usize = 2;
/// Covers need three passes; a flat spectrum needs more, and gains nothing by very many.
const MAX_PASSES: usize = 40;

/// The `k` largest eigenvalues of `a` (symmetric, no negative eigenvalues) and their vectors. The answer
/// depends on `a` and `k` alone.
pub fn leading_eigen(a: &Array2<f64>, k: usize) -> Eigen {
    let n = a.nrows();
    let k = k.min(n);
    let block = k + k / 2 + 16;
    if n <= DENSE || 3 * block > n {
        return symmetric_eigen(a.clone()).truncate(k);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(0x6761_7465);
    let start = Array2::from_shape_simple_fn((n, block), || rng.gen_range(-1.0_f32..1.0));
    let single = a.mapv(|x| x as f32);
    let powered = product(single.view(), product(single.view(), start.view()).view());
    let mut basis = orthonormal(powered.mapv(f64::from), &mut rng);
    for pass in 0.. {
        // The first passes are far from any solution, and are not judged.
        let exact = pass >= ROUGH_PASSES;
        let mut image = if exact {
            product(a.view(), basis.view())
        } else {
            product(single.view(), basis.mapv(|x| x as f32).view()).mapv(f64::from)
        };
        let small = symmetric_eigen(product(basis.t(), image.view()));
        basis = product(basis.view(), small.vectors.t());
        image = product(image.view(), small.vectors.t());
        if pass == MAX_PASSES || exact && converged(&basis, &image, &small.values, k) {
            let vectors = basis.slice(s![.., ..k]).t().as_standard_layout().to_owned();
            return Eigen { values: small.values[..k].to_vec(), vectors };
        }
        let edge = small.values[block - 1].max(small.values[0] * 1e-9);
        basis = orthonormal(filtered(&single, &basis, &image, edge), &mut rng);
    }
    unreachable!("the loop returns at MAX_PASSES")
}

/// Whether the first `k` columns are eigenvectors; `image = a · basis`.
fn converged(basis: &Array2<f64>, image: &Array2<f64>, values: &[f64], k: usize) -> bool {
    // Where the matrix has fewer than k dimensions, what is left is rounding of the largest.
    let allowed = (TOLERANCE * values[k - 1]).max(1e-7 * values[0]);
    let mut squares = Array1::<f64>::zeros(k);
    let wanted = Array1::from(values[..k].to_vec());
    for (v, w) in basis.axis_iter(Axis(0)).zip(image.axis_iter(Axis(0))) {
        Zip::from(&mut squares)
            .and(v.slice(s![..k]))
            .and(w.slice(s![..k]))
            .and(&wanted)
            .for_each(|sum, &v, &w, &value| *sum += (w - value * v).powi(2));
    }
    squares.iter().all(|&sum| sum.sqrt() <= allowed)
}

/// The Chebyshev polynomial of `a` that is at most 1 on `[0, edge]`, applied to `basis`.
fn filtered(a: &Array2<f32>, basis: &Array2<f64>, image: &Array2<f64>, edge: f64) -> Array2<f64> {
    let half = edge / 2.0;
    let mut now = Zip::from(image).and(basis).map_collect(|&y, &x| ((y - half * x) / half) as f32);
    let mut before = basis.mapv(|x| x as f32);
    let half = half as f32;
    for _ in 1..DEGREE {
        let mut next = product(a.view(), now.view());
        Zip::from(&mut next)
            .and(&now)
            .and(&before)
            .for_each(|y, &x, &w| *y = 2.0 * (*y - half * x) / half - w);
        before = now;
        now = next;
    }
    now.mapv(f64::from)
}

/// An orthonormal basis of the columns' span. Columns that add nothing to it become random ones.
fn orthonormal(mut y: Array2<f64>, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let norms = y.map_axis(Axis(0), |c| c.dot(&c).sqrt());
    y /= &norms.mapv(|x| if x > 0.0 { x } else { 1.0 });
    // Cholesky of yᵀy squares the condition; the second round repairs what the first lost.
    for _ in 0..2 {
        match inverse_of_cholesky(&product(y.t(), y.view())) {
            Some(inverse) => y = product(y.view(), inverse.view()),
            None => return gram_schmidt(y, rng),
        }
    }
    y
}

/// `r⁻¹` for the upper triangular `r` with `rᵀ r = a`; `None` where `a` is too near to singular.
fn inverse_of_cholesky(a: &Array2<f64>) -> Option<Array2<f64>> {
    let n = a.nrows();
    let mut r = a.clone();
    for i in 0..n {
        let pivot = r[[i, i]];
        // Columns have norm 1, so pivots are between 0 and 1.
        if pivot.is_nan() || pivot < 1e-13 {
            return None;
        }
        let root = pivot.sqrt();
        r.slice_mut(s![i, i..]).mapv_inplace(|x| x / root);
        let (above, mut below) = r.multi_slice_mut((s![i, ..], s![i + 1.., ..]));
        for (j, mut row) in below.axis_iter_mut(Axis(0)).enumerate() {
            let j = i + 1 + j;
            row.slice_mut(s![j..]).scaled_add(-above[j], &above.slice(s![j..]));
        }
    }
    let mut inverse = Array2::<f64>::zeros((n, n));
    for i in (0..n).rev() {
        let mut row = Array1::<f64>::zeros(n);
        row[i] = 1.0;
        for j in i + 1..n {
            row.scaled_add(-r[[i, j]], &inverse.row(j));
        }
        row /= r[[i, i]];
        inverse.row_mut(i).assign(&row);
    }
    Some(inverse)
}

/// The slow, sure way: one column after the other, each twice against all before it.
fn gram_schmidt(y: Array2<f64>, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let mut rows = y.reversed_axes().as_standard_layout().to_owned();
    for i in 0..rows.nrows() {
        loop {
            let (done, mut row) = rows.multi_slice_mut((s![..i, ..], s![i, ..]));
            for _ in 0..2 {
                for other in done.axis_iter(Axis(0)) {
                    let along = other.dot(&row);
                    row.scaled_add(-along, &other);
                }
            }
            let norm = row.dot(&row).sqrt();
            if norm > 1e-10 {
                row /= norm;
                break;
            }
            row.mapv_inplace(|_| rng.gen_range(-1.0..1.0));
        }
    }
    rows.reversed_axes().as_standard_layout().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    /// A Gram matrix whose spectrum falls as that of covers does.
    fn gram_like(n: usize, rank: usize) -> Array2<f64> {
        let mut x = noise(n, rank, 9);
        for (i, mut column) in x.axis_iter_mut(Axis(1)).enumerate() {
            column /= (1.0 + i as f64).sqrt();
        }
        x.dot(&x.t())
    }

    #[test]
    fn the_leading_pairs_are_those_of_the_full_decomposition() {
        let a = gram_like(400, 390);
        let (few, all) = (leading_eigen(&a, 30), symmetric_eigen(a.clone()));
        for i in 0..30 {
            assert!((few.values[i] / all.values[i] - 1.0).abs() < 1e-7, "value {i}");
            let along = few.vectors.row(i).dot(&all.vectors.row(i)).abs();
            assert!((along - 1.0).abs() < 1e-6, "vector {i}: {along}");
        }
    }

    #[test]
    fn a_matrix_of_lower_rank_than_asked_for_ends() {
        let a = gram_like(400, 12);
        let few = leading_eigen(&a, 30);
        assert!(few.values[11] > 1e-3 * few.values[0] && few.values[12] < 1e-10 * few.values[0]);
        let square = few.vectors.dot(&few.vectors.t()) - Array2::<f64>::eye(30);
        assert!(square.iter().all(|x| x.abs() < 1e-8));
    }

    #[test]
    fn a_matrix_of_zeros_ends() {
        let few = leading_eigen(&Array2::zeros((400, 400)), 10);
        assert!(few.values.iter().all(|x| x.abs() < 1e-12));
    }
}

//! Eigenvectors of a small dense symmetric matrix, all of them.
//!
//! The leading eigenvectors of a large Gram matrix ([`super::leading`]) are found by solving a small problem
//! again and again; this solves the small one: Householder reduction to tridiagonal form, then implicit QL
//! (Golub & Van Loan, *Matrix Computations*, 4th ed., 8.3). Vectors are rows, so that every inner loop runs
//! along memory.

use ndarray::{Array1, Array2, Axis, s};

/// Eigenvalues, largest first, and their eigenvectors.
pub struct Eigen {
    /// Largest first.
    pub values: Vec<f64>,
    /// Row `i` belongs to value `i`; rows are orthonormal.
    pub vectors: Array2<f64>,
}

impl Eigen {
    /// Keeps the `k` leading pairs.
    pub fn truncate(mut self, k: usize) -> Self {
        let k = k.min(self.values.len());
        self.values.truncate(k);
        let vectors = self.vectors.slice(s![..k, ..]).to_owned();
        Self { values: self.values, vectors }
    }
}

/// All eigenpairs of the symmetric matrix `a` (n×n; only symmetry is assumed).
pub fn symmetric_eigen(a: Array2<f64>) -> Eigen {
    let n = a.nrows();
    let (mut diagonal, mut off, q) = tridiagonalise(a);
    let mut rows = q.reversed_axes().as_standard_layout().to_owned();
    implicit_ql(&mut diagonal, &mut off, &mut rows);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| diagonal[j].total_cmp(&diagonal[i]));
    let mut vectors = Array2::zeros((n, n));
    for (to, &from) in order.iter().enumerate() {
        vectors.row_mut(to).assign(&rows.row(from));
    }
    Eigen { values: order.iter().map(|&i| diagonal[i]).collect(), vectors }
}

/// `a = q t qᵀ` with `t` tridiagonal: its diagonal, what stands beside the diagonal (last entry 0), and `q`.
fn tridiagonalise(mut a: Array2<f64>) -> (Vec<f64>, Vec<f64>, Array2<f64>) {
    let n = a.nrows();
    let mut off = vec![0.0; n];
    let mut betas = vec![0.0; n];
    for k in 0..n.saturating_sub(2) {
        let mut v: Array1<f64> = a.slice(s![k, k + 1..]).to_owned();
        let tail: f64 = v.iter().skip(1).map(|x| x * x).sum();
        if tail == 0.0 {
            off[k] = v[0];
            continue;
        }
        let norm = (v[0] * v[0] + tail).sqrt();
        let alpha = if v[0] > 0.0 { -norm } else { norm };
        v[0] -= alpha;
        let beta = 2.0 / v.dot(&v);
        let mut rest = a.slice_mut(s![k + 1.., k + 1..]);
        let mut w = rest.dot(&v) * beta;
        let kappa = beta / 2.0 * w.dot(&v);
        w.scaled_add(-kappa, &v);
        for (i, mut row) in rest.axis_iter_mut(Axis(0)).enumerate() {
            row.scaled_add(-v[i], &w);
            row.scaled_add(-w[i], &v);
        }
        off[k] = alpha;
        betas[k] = beta;
        a.slice_mut(s![k, k + 1..]).assign(&v);
    }
    if n >= 2 {
        off[n - 2] = a[[n - 2, n - 1]];
    }
    let diagonal = a.diag().to_vec();
    let mut q = Array2::eye(n);
    for k in (0..n.saturating_sub(2)).rev() {
        if betas[k] == 0.0 {
            continue;
        }
        let v = a.slice(s![k, k + 1..]);
        let mut rest = q.slice_mut(s![k + 1.., k + 1..]);
        let through = v.dot(&rest) * betas[k];
        for (i, mut row) in rest.axis_iter_mut(Axis(0)).enumerate() {
            row.scaled_add(-v[i], &through);
        }
    }
    (diagonal, off, q)
}

/// Turns `diagonal` into eigenvalues; applies every rotation to the rows of `rows`.
fn implicit_ql(diagonal: &mut [f64], off: &mut [f64], rows: &mut Array2<f64>) {
    let n = diagonal.len();
    let scale = diagonal.iter().chain(off.iter()).fold(0.0_f64, |m, x| m.max(x.abs()));
    // A rank-deficient matrix has neighbours that are both zero: measure them against the whole as well.
    let negligible = |e: f64, d: f64| e.abs() <= f64::EPSILON * (d + 0.01 * scale);
    for l in 0..n {
        // QL converges cubically; thirty sweeps an eigenvalue is LAPACK's own limit.
        for _ in 0..30 {
            let m = (l..n - 1)
                .find(|&m| negligible(off[m], diagonal[m].abs() + diagonal[m + 1].abs()))
                .unwrap_or(n - 1);
            if m == l {
                break;
            }
            let g = (diagonal[l + 1] - diagonal[l]) / (2.0 * off[l]);
            let r = g.hypot(1.0);
            let mut g = diagonal[m] - diagonal[l] + off[l] / (g + r.copysign(g));
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut split = false;
            for i in (l..m).rev() {
                let f = s * off[i];
                let b = c * off[i];
                let r = f.hypot(g);
                off[i + 1] = r;
                if r == 0.0 {
                    diagonal[i + 1] -= p;
                    off[m] = 0.0;
                    split = true;
                    break;
                }
                s = f / r;
                c = g / r;
                let h = diagonal[i + 1] - p;
                let t = (diagonal[i] - h) * s + 2.0 * c * b;
                p = s * t;
                diagonal[i + 1] = h + p;
                g = c * t - b;
                rotate(rows, i, c, s);
            }
            if !split {
                diagonal[l] -= p;
                off[l] = g;
                off[m] = 0.0;
            }
        }
    }
}

/// Rotates rows `i` and `i + 1` into each other.
fn rotate(rows: &mut Array2<f64>, i: usize, c: f64, s: f64) {
    let (mut upper, mut lower) = rows.multi_slice_mut((s![i, ..], s![i + 1, ..]));
    for (x, y) in upper.iter_mut().zip(lower.iter_mut()) {
        let (a, b) = (*x, *y);
        *x = c * a - s * b;
        *y = s * a + c * b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    #[test]
    fn a_known_matrix_has_its_known_eigenvalues() {
        // [[2,1],[1,2]] has 3 and 1.
        let eigen = symmetric_eigen(ndarray::array![[2.0, 1.0], [1.0, 2.0]]);
        assert!((eigen.values[0] - 3.0).abs() < 1e-14 && (eigen.values[1] - 1.0).abs() < 1e-14);
    }

    #[test]
    fn vectors_and_values_give_the_matrix_back() {
        for (n, rank) in [(1, 1), (2, 2), (3, 1), (40, 40), (60, 7)] {
            let x = noise(n, rank, 5);
            let a = x.dot(&x.t());
            let Eigen { values, vectors } = symmetric_eigen(a.clone());
            let back = vectors.t().dot(&(Array2::from_diag(&Array1::from(values.clone())).dot(&vectors)));
            let worst = (&back - &a).iter().fold(0.0_f64, |m, x| m.max(x.abs()));
            assert!(worst < 1e-11 * values[0].max(1.0), "{n} of rank {rank}: {worst}");
            let square = vectors.dot(&vectors.t()) - Array2::<f64>::eye(n);
            assert!(square.iter().all(|x| x.abs() < 1e-12), "{n} of rank {rank}");
            assert!(values.windows(2).all(|w| w[0] >= w[1]));
        }
    }
}

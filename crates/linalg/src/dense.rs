//! The little linear algebra that everything here needs: a fast `f32` product, the eigenvalues of a symmetric
//! matrix, and an orthonormal basis of a tall one.

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis};

/// `c = scale · c + a · b`, on the calling thread. With `scale` 0, what `c` held is not read.
///
/// # Panics
/// When the shapes do not fit.
pub fn gemm_into(mut c: ArrayViewMut2<'_, f32>, scale: f32, a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) {
    let (m, k) = a.dim();
    let n = b.dim().1;
    assert_eq!(b.dim().0, k, "inner sizes");
    assert_eq!(c.dim(), (m, n), "outer sizes");
    let (cs, a_s, bs) = (strides(c.strides()), strides(a.strides()), strides(b.strides()));
    // SAFETY: pointers and strides are those of live views of the sizes asserted above; `c` is borrowed mutably, so
    // it overlaps neither `a` nor `b`.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.as_mut_ptr(),
            cs.1,
            cs.0,
            scale != 0.0,
            a.as_ptr(),
            a_s.1,
            a_s.0,
            b.as_ptr(),
            bs.1,
            bs.0,
            scale,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

fn strides(of: &[isize]) -> (isize, isize) {
    (of[0], of[1])
}

/// Eigenvalues, largest first, and eigenvectors (column `j` belongs to value `j`) of a symmetric matrix, of which
/// only the lower triangle is read. O(n³): milliseconds for 100, a second or so for 1,000.
///
/// Householder's reduction and the QL method with implicit shifts: Bowdler, Martin, Reinsch and Wilkinson, 1968,
/// as in EISPACK's `tred2` and `imtql2`.
///
/// # Panics
/// When the matrix is not square.
pub fn symmetric_eigen(matrix: ArrayView2<'_, f64>) -> (Array1<f64>, Array2<f64>) {
    let n = matrix.nrows();
    assert_eq!(n, matrix.ncols(), "a symmetric matrix is square");
    // Row j holds the vector that becomes eigenvector j: rotations then run along rows.
    let mut rows = Array2::zeros((n, n));
    let (mut diagonal, mut off) = (vec![0.0; n], vec![0.0; n]);
    reduce(matrix, &mut rows, &mut diagonal, &mut off);
    rotate(&mut rows, &mut diagonal, &mut off);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| diagonal[b].total_cmp(&diagonal[a]));
    let values = order.iter().map(|&j| diagonal[j]).collect();
    let vectors = rows.select(Axis(0), &order).reversed_axes();
    (values, vectors)
}

/// To tridiagonal form; `rows` becomes the transposed transformation.
fn reduce(matrix: ArrayView2<'_, f64>, rows: &mut Array2<f64>, diagonal: &mut [f64], off: &mut [f64]) {
    let n = diagonal.len();
    // `a` keeps the remaining symmetric matrix in full, so that products run along its rows.
    let mut a = Array2::from_shape_fn((n, n), |(i, j)| matrix[[i.max(j), i.min(j)]]);
    let mut reflectors: Vec<Option<(Vec<f64>, f64)>> = Vec::with_capacity(n);
    for i in (1..n).rev() {
        // Householder vector that leaves only element i-1 of row i's first i elements.
        let mut v: Vec<f64> = a.row(i).iter().take(i).copied().collect();
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let rest = v[..i - 1].iter().map(|x| x * x).sum::<f64>();
        if rest == 0.0 {
            off[i] = v[i - 1];
            reflectors.push(None);
            continue;
        }
        let alpha = if v[i - 1] > 0.0 { -norm } else { norm };
        off[i] = alpha;
        v[i - 1] -= alpha;
        let beta = 2.0 / v.iter().map(|x| x * x).sum::<f64>();
        // p = βAv, w = p − (β/2)(pᵀv) v, A ← A − v wᵀ − w vᵀ
        let mut p: Vec<f64> =
            (0..i).map(|r| beta * a.row(r).iter().zip(&v).map(|(x, y)| x * y).sum::<f64>()).collect();
        let half = 0.5 * beta * p.iter().zip(&v).map(|(x, y)| x * y).sum::<f64>();
        for (p, v) in p.iter_mut().zip(&v) {
            *p -= half * v;
        }
        for r in 0..i {
            let (vr, wr) = (v[r], p[r]);
            for ((x, v), w) in a.row_mut(r).iter_mut().zip(&v).zip(&p) {
                *x -= vr * w + wr * v;
            }
        }
        reflectors.push(Some((v, beta)));
    }
    for i in 0..n {
        diagonal[i] = a[[i, i]];
    }
    // Q = H(n-1) … H(1), built from the smallest reflector up; `rows` is Qᵀ.
    *rows = Array2::eye(n);
    for (reflector, i) in reflectors.iter().rev().zip(1..) {
        let Some((v, beta)) = reflector else { continue };
        let size: usize = i;
        for mut row in rows.rows_mut() {
            let dot = beta * row.iter().zip(v).map(|(x, y)| x * y).sum::<f64>();
            if dot != 0.0 {
                for (x, y) in row.iter_mut().take(size).zip(v) {
                    *x -= dot * y;
                }
            }
        }
    }
}

/// Diagonalises the tridiagonal matrix, turning `rows` along.
fn rotate(rows: &mut Array2<f64>, d: &mut [f64], e: &mut [f64]) {
    let n = d.len();
    e.rotate_left(usize::from(n > 0));
    if let Some(last) = e.last_mut() {
        *last = 0.0;
    }
    for l in 0..n {
        // 60 sweeps are twice what EISPACK allows; a value is then as good as f64 gets.
        for _ in 0..60 {
            let m = (l..n - 1)
                .find(|&m| e[m].abs() <= f64::EPSILON * (d[m].abs() + d[m + 1].abs()))
                .unwrap_or(n - 1);
            if m == l {
                break;
            }
            let g = (d[l + 1] - d[l]) / (2.0 * e[l]);
            let r = g.hypot(1.0);
            let mut g = d[m] - d[l] + e[l] / (g + r.copysign(g));
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut underflow = false;
            for i in (l..m).rev() {
                let (f, b) = (s * e[i], c * e[i]);
                let r = f.hypot(g);
                e[i + 1] = r;
                if r == 0.0 {
                    d[i + 1] -= p;
                    e[m] = 0.0;
                    underflow = true;
                    break;
                }
                (s, c) = (f / r, g / r);
                g = d[i + 1] - p;
                let r = (d[i] - g) * s + 2.0 * c * b;
                p = s * r;
                d[i + 1] = g + p;
                g = c * r - b;
                turn(rows, i, s, c);
            }
            if !underflow {
                d[l] -= p;
                e[l] = g;
                e[m] = 0.0;
            }
        }
    }
}

/// Rotates rows `i` and `i + 1` in their plane.
fn turn(rows: &mut Array2<f64>, i: usize, s: f64, c: f64) {
    let n = rows.ncols();
    let Some(all) = rows.as_slice_mut() else { return };
    let (upper, lower) = all[i * n..(i + 2) * n].split_at_mut(n);
    for (x, y) in upper.iter_mut().zip(lower) {
        let f = *y;
        *y = s * *x + c * f;
        *x = c * *x - s * f;
    }
}

/// An orthonormal basis of the columns of a tall matrix (n × k, n ≥ k), computed in `f64`. Columns that depend on
/// others come back as zeros.
pub fn orthonormal(tall: ArrayView2<'_, f32>) -> Array2<f32> {
    let mut basis = tall.mapv(f64::from);
    // The second pass repairs what rounding left of the first (Yamamoto et al., 2015, “CholeskyQR2”; here with
    // eigenvectors instead of Cholesky, which stands dependent columns).
    for _ in 0..2 {
        let (values, vectors) = symmetric_eigen(basis.t().dot(&basis).view());
        let least = values.first().copied().unwrap_or(0.0) * 1e-13;
        let mut turn = vectors;
        for (mut column, &value) in turn.columns_mut().into_iter().zip(&values) {
            let scale = if value > least && value > 0.0 { 1.0 / value.sqrt() } else { 0.0 };
            column.mapv_inplace(|x| x * scale);
        }
        basis = basis.dot(&turn);
    }
    basis.mapv(|x| x as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn symmetric(n: usize, seed: u64) -> Array2<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let a = Array2::from_shape_fn((n, n), |_| rng.gen_range(-1.0..1.0));
        &a + &a.t()
    }

    #[test]
    fn eigenvectors_rebuild_the_matrix() {
        for n in [1, 2, 3, 10, 75] {
            let a = symmetric(n, n as u64);
            let (values, vectors) = symmetric_eigen(a.view());
            let back = vectors.dot(&Array2::from_diag(&values)).dot(&vectors.t());
            let unit = vectors.t().dot(&vectors);
            for i in 0..n {
                for j in 0..n {
                    assert!((back[[i, j]] - a[[i, j]]).abs() < 1e-10, "{n}");
                    assert!((unit[[i, j]] - f64::from(u8::from(i == j))).abs() < 1e-12, "{n}");
                }
            }
            assert!(values.windows(2).into_iter().all(|w| w[0] >= w[1]));
        }
    }

    #[test]
    fn equal_and_zero_eigenvalues_are_found() {
        let (values, _) = symmetric_eigen(Array2::<f64>::zeros((4, 4)).view());
        assert!(values.iter().all(|&v| v == 0.0));
        let (values, vectors) = symmetric_eigen(Array2::<f64>::eye(5).view());
        assert!(values.iter().all(|&v| (v - 1.0).abs() < 1e-14));
        assert!((vectors.t().dot(&vectors) - Array2::<f64>::eye(5)).iter().all(|x| x.abs() < 1e-14));
    }

    #[test]
    fn products_agree_with_ndarray_for_any_layout() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let a = Array2::from_shape_fn((7, 19), |_| rng.r#gen::<f32>());
        let b = Array2::from_shape_fn((19, 5), |_| rng.r#gen::<f32>());
        let mut c = Array2::from_elem((7, 5), 1.0f32);
        gemm_into(c.view_mut(), 1.0, a.view(), b.view());
        let mut d = Array2::from_elem((5, 7), f32::NAN);
        gemm_into(d.view_mut(), 0.0, b.t(), a.t());
        let expected = a.dot(&b);
        for i in 0..7 {
            for j in 0..5 {
                assert!((c[[i, j]] - 1.0 - expected[[i, j]]).abs() < 1e-4);
                assert!((d[[j, i]] - expected[[i, j]]).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn a_basis_drops_what_depends() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut a = Array2::from_shape_fn((40, 4), |_| rng.gen_range(-1.0f32..1.0));
        let copy = a.column(0).to_owned();
        a.column_mut(3).assign(&copy);
        let q = orthonormal(a.view());
        let unit = q.t().dot(&q);
        let rank: f32 = unit.diag().sum();
        assert!((rank - 3.0).abs() < 1e-4, "{rank}");
    }
}

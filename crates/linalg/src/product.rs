//! Matrix products by the `gemm` crate, which is several times quicker than a loop.

use gemm::Parallelism;
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

/// `a · b` for `f32` or `f64`, on the calling thread: the parallel parts of an evaluation are its folds.
pub fn product<T: Number>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Array2<T> {
    let mut out = Array2::zeros((a.nrows(), b.ncols()));
    product_into(a, b, out.view_mut());
    out
}

/// `out = a · b`; panics where the shapes do not fit.
pub fn product_into<T: Number>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
    let (m, k) = a.dim();
    let n = b.ncols();
    assert_eq!(b.nrows(), k, "inner sizes of a product");
    assert_eq!(out.dim(), (m, n), "size of a product's result");
    let (out_strides, a_strides, b_strides) = (out.strides().to_vec(), a.strides(), b.strides());
    // SAFETY: pointers and strides come from views whose shapes were checked above, and `out` is borrowed
    // mutably, so it overlaps neither factor.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            out_strides[1],
            out_strides[0],
            false,
            a.as_ptr(),
            a_strides[1],
            a_strides[0],
            b.as_ptr(),
            b_strides[1],
            b_strides[0],
            T::zero(),
            T::one(),
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// What `gemm` multiplies here.
pub trait Number: ndarray::NdFloat {}
impl Number for f32 {}
impl Number for f64 {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    #[test]
    fn a_product_is_what_ndarray_says_also_of_transposed_views() {
        let (a, b) = (noise(7, 5, 1), noise(7, 9, 2));
        let ours = product(a.t(), b.view());
        assert!((ours - a.t().dot(&b)).iter().all(|x| x.abs() < 1e-12));
    }
}

//! The mean squared error in one pass each way.

use super::raw::fresh;
use super::slices::{slice, with_slices};
use super::tape;
use candle_core::{CpuStorage, CustomOp2, Device, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

/// Values that one thread takes at a time; sums are made of sums over so many, whatever the number of threads.
const SHARE: usize = 16 * 1024;

/// Mean of (a − b)² over all values of two tensors of one shape: a scalar. Differentiable as often as needed.
///
/// # Errors
/// When the shapes differ.
pub fn squared_error(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if a.dims() != b.dims() {
        candle_core::bail!("{:?} and {:?} cannot be compared", a.dims(), b.dims());
    }
    if a.device().is_cpu() {
        return tape::apply2(&a.contiguous()?, &b.contiguous()?, SquaredError);
    }
    (a - b)?.sqr()?.mean_all()
}

struct SquaredError;

impl CustomOp2 for SquaredError {
    fn name(&self) -> &'static str {
        "squared-error"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (a, b) = (slice(s1, l1)?, slice(s2, l2)?);
        let share = |(a, b): (&[f32], &[f32])| {
            let mut lanes = [0.0_f32; 16];
            for (a, b) in a.chunks(16).zip(b.chunks(16)) {
                for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
                    *lane += (a - b) * (a - b);
                }
            }
            lanes.iter().map(|lane| f64::from(*lane)).sum::<f64>()
        };
        let shares: Vec<f64> = a.par_chunks(SHARE).zip(b.par_chunks(SHARE)).map(share).collect();
        let mean = shares.iter().sum::<f64>() / a.len() as f64;
        Ok((CpuStorage::F32(vec![mean as f32]), Shape::from(())))
    }

    fn bwd(
        &self,
        a: &Tensor,
        b: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let n = a.elem_count() as f64;
        let of_a = if grad.track_op() {
            (a - b)?.broadcast_mul(&(grad * (2.0 / n))?)?
        } else {
            let factor = (f64::from(grad.to_scalar::<f32>()?) * 2.0 / n) as f32;
            let numbers = with_slices([a, b], |[a, b]| {
                fresh::shared(a.len(), SHARE, |i, out| {
                    for ((out, a), b) in out.iter_mut().zip(&a[i * SHARE..]).zip(&b[i * SHARE..]) {
                        *out = factor * (a - b);
                    }
                })
            })?;
            Tensor::from_vec(numbers, a.shape(), &Device::Cpu)?
        };
        let of_b = b.track_op().then(|| of_a.neg()).transpose()?;
        Ok((Some(of_a), of_b))
    }
}

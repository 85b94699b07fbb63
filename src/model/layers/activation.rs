//! Rectified linear units, whole and leaky, in one pass; differentiable as often as needed.

use super::slices::slice;
use super::tape;
use super::vectors::with_vectors;
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

/// Values that one thread takes at a time.
const SHARE: usize = 16 * 1024;

/// `x` where it is positive, `slope · x` elsewhere: Maas et al. 2013, “Rectifier nonlinearities improve neural network
/// acoustic models”. A slope of 0 is the plain rectifier, 1 the identity. Any shape.
///
/// # Errors
/// When the tensor is not single precision.
pub fn leaky(x: &Tensor, slope: f32) -> Result<Tensor> {
    if x.device().is_cpu() {
        return tape::apply1(&x.contiguous()?, Leaky { slope });
    }
    composed(x, x, slope)
}

/// `values` where `sign` is positive, `slope · values` elsewhere, in Candle's own operations.
pub(super) fn composed(sign: &Tensor, values: &Tensor, slope: f32) -> Result<Tensor> {
    let positive = sign.detach().gt(0.0)?.to_dtype(values.dtype())?;
    values * ((positive * f64::from(1.0 - slope))? + f64::from(slope))?
}

struct Leaky {
    slope: f32,
}

impl CustomOp1 for Leaky {
    fn name(&self) -> &'static str {
        "leaky-relu"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slice(storage, layout)?;
        Ok((CpuStorage::F32(gated(x, x, self.slope)), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let gate = Gate { slope: self.slope };
        Ok(Some(x.detach().contiguous()?.apply_op2(&grad.contiguous()?, gate)?))
    }
}

/// (sign, values) → values where the sign is positive, else values times the slope. Linear in the values; in the sign
/// it is flat wherever it has a derivative.
struct Gate {
    slope: f32,
}

impl CustomOp2 for Gate {
    fn name(&self) -> &'static str {
        "leaky-relu-gradient"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (sign, values) = (slice(s1, l1)?, slice(s2, l2)?);
        Ok((CpuStorage::F32(gated(sign, values, self.slope)), l2.shape().clone()))
    }

    fn bwd(
        &self,
        sign: &Tensor,
        _: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        Ok((None, Some(sign.apply_op2(&grad.contiguous()?, Self { slope: self.slope })?)))
    }
}

fn gated(sign: &[f32], values: &[f32], slope: f32) -> Vec<f32> {
    let mut out = vec![0.0; values.len()];
    out.par_chunks_mut(SHARE)
        .zip(sign.par_chunks(SHARE))
        .zip(values.par_chunks(SHARE))
        .for_each(|((out, sign), values)| gate(sign, values, slope, out));
    out
}

with_vectors! {
fn gate(sign: &[f32], values: &[f32], slope: f32, out: &mut [f32]) {
    for ((out, sign), value) in out.iter_mut().zip(sign).zip(values) {
        *out = if *sign > 0.0 { *value } else { slope * value };
    }
}
}

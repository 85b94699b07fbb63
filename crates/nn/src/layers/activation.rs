//! Rectified linear units, whole and leaky, and the hyperbolic tangent, in one pass; differentiable as often as needed.

use super::raw::fresh;
use super::slices::{slice, with_slices};
use super::tape;
use super::vectors::with_vectors;
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Device, Layout, Result, Shape, Tensor};

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
    fresh::shared(values.len(), SHARE, |i, out| {
        let at = i * SHARE..i * SHARE + out.len();
        gate(&sign[at.clone()], &values[at], slope, out);
    })
}

/// The hyperbolic tangent of each value. Any shape.
///
/// # Errors
/// When the tensor is not single precision.
pub fn tanh(x: &Tensor) -> Result<Tensor> {
    if x.device().is_cpu() { tape::apply1(&x.contiguous()?, Tanh) } else { x.tanh() }
}

struct Tanh;

impl CustomOp1 for Tanh {
    fn name(&self) -> &'static str {
        "tanh"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slice(storage, layout)?;
        let y = fresh::shared(x.len(), SHARE, |i, out| {
            out.iter_mut().zip(&x[i * SHARE..]).for_each(|(out, x)| *out = x.tanh());
        });
        Ok((CpuStorage::F32(y), layout.shape().clone()))
    }

    fn bwd(&self, _: &Tensor, y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        if grad.track_op() {
            return Ok(Some((grad - (grad * y.sqr()?)?)?));
        }
        let dx = with_slices([y, &grad.contiguous()?], |[y, grad]| {
            fresh::shared(y.len(), SHARE, |i, out| {
                for ((out, y), grad) in out.iter_mut().zip(&y[i * SHARE..]).zip(&grad[i * SHARE..]) {
                    *out = grad * (1.0 - y * y);
                }
            })
        })?;
        Ok(Some(Tensor::from_vec(dx, y.shape(), &Device::Cpu)?))
    }
}

with_vectors! {
fn gate(sign: &[f32], values: &[f32], slope: f32, out: &mut [f32]) {
    for ((out, sign), value) in out.iter_mut().zip(sign).zip(values) {
        *out = if *sign > 0.0 { *value } else { slope * value };
    }
}
}

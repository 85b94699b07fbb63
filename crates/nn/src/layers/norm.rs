//! Group normalisation followed by SiLU, in one pass.
//!
//! Wu & He 2018, “Group normalization”; Elfwing et al. 2017 for SiLU, x·σ(x). Candle's own composition makes a dozen
//! passes over memory; here one picture's group is normalised while it is in the cache. First order only: networks
//! under a gradient penalty do not use it.

use super::raw::fresh;
use super::slices::{slice, with_slices};
use super::tape;
use super::vectors::with_vectors;
use candle_core::{CpuStorage, CustomOp3, D, Device, Layout, Result, Shape, Tensor};
use candle_nn::{Init, Module, VarBuilder};

const EPSILON: f32 = 1e-5;
/// Sums that run side by side.
const LANES: usize = 8;

/// GroupNorm + SiLU over `[n, channels, h, w]`.
#[derive(Debug, Clone)]
pub struct NormSilu {
    scale: Tensor,
    shift: Tensor,
    groups: usize,
}

impl NormSilu {
    /// Groups of eight channels, fewer where eight does not divide.
    ///
    /// # Errors
    /// When loaded weights have another shape or are missing.
    pub fn new(vb: &VarBuilder<'_>, channels: usize) -> Result<Self> {
        let size = [8, 4, 2, 1].into_iter().find(|size| channels % size == 0).unwrap_or(1);
        Ok(Self {
            scale: vb.get_with_hints(&[channels], "scale", Init::Const(1.0))?,
            shift: vb.get_with_hints(&[channels], "shift", Init::Const(0.0))?,
            groups: channels / size,
        })
    }
}

impl Module for NormSilu {
    /// Same shape out as in.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        if x.device().is_cpu() {
            return tape::apply3(&x.contiguous()?, &self.scale, &self.shift, Fused { groups: self.groups });
        }
        let (n, c, h, w) = x.dims4()?;
        let grouped = x.reshape((n, self.groups, c / self.groups * h * w))?;
        let centred = grouped.broadcast_sub(&grouped.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let normal =
            centred.broadcast_div(&(variance + f64::from(EPSILON))?.sqrt()?)?.reshape((n, c, h, w))?;
        let channel = |t: &Tensor| t.reshape((1, c, 1, 1));
        normal.broadcast_mul(&channel(&self.scale)?)?.broadcast_add(&channel(&self.shift)?)?.silu()
    }
}

struct Fused {
    groups: usize,
}

struct Planes {
    /// Values per group.
    group: usize,
    /// Channels per group.
    channels: usize,
    /// Values per channel.
    plane: usize,
}

impl Fused {
    fn planes(&self, shape: &Shape) -> Result<Planes> {
        let (_, c, h, w) = shape.dims4()?;
        let channels = c / self.groups;
        Ok(Planes { group: channels * h * w, channels, plane: h * w })
    }
}

/// Mean and reciprocal deviation, summed in double precision.
#[inline(always)]
fn moments(x: &[f32]) -> (f32, f32) {
    let n = x.len() as f64;
    let (mut sum, mut squares) = (0.0_f64, 0.0_f64);
    for block in x.chunks(256) {
        // Short sums in single precision vectorise; long ones need more digits.
        let (mut s, mut q) = ([0.0_f32; LANES], [0.0_f32; LANES]);
        let (whole, rest) = block.as_chunks::<LANES>();
        for values in whole {
            for i in 0..LANES {
                s[i] += values[i];
                q[i] += values[i] * values[i];
            }
        }
        for (i, v) in rest.iter().enumerate() {
            s[i] += v;
            q[i] += v * v;
        }
        sum += f64::from(s.iter().sum::<f32>());
        squares += f64::from(q.iter().sum::<f32>());
    }
    let mean = sum / n;
    let variance = (squares / n - mean * mean).max(0.0);
    (mean as f32, (1.0 / (variance + f64::from(EPSILON)).sqrt()) as f32)
}

/// 1/(1+e^−x), by a polynomial exponential that vectorises; within 3e-7 of the exact value.
#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    let x = x.clamp(-87.0, 87.0);
    // 2^(x·log2 e) split into whole and fractional part (Cephes' expf coefficients).
    let t = -x * std::f32::consts::LOG2_E;
    let whole = (t + 0.5).floor();
    let f = (t - whole) * std::f32::consts::LN_2;
    let p = 1.0 + f * (1.0 + f * (0.5 + f * (1.0 / 6.0 + f * (1.0 / 24.0 + f * (1.0 / 120.0 + f / 720.0)))));
    let exponent = f32::from_bits((((whole as i32) + 127) << 23) as u32);
    1.0 / (1.0 + p * exponent)
}

impl CustomOp3 for Fused {
    fn name(&self) -> &'static str {
        "group-norm-silu"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let planes = self.planes(l1.shape())?;
        let (x, scale, shift) = (slice(s1, l1)?, slice(s2, l2)?, slice(s3, l3)?);
        let out = fresh::shared(x.len(), planes.group, |i, out| {
            let first = i % self.groups * planes.channels;
            let x = &x[i * planes.group..][..planes.group];
            group_forward(&planes, &scale[first..], &shift[first..], x, out);
        });
        Ok((CpuStorage::F32(out), l1.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        scale: &Tensor,
        shift: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let planes = self.planes(x.shape())?;
        let channels = scale.elem_count();
        let (dx, parts) = with_slices([x, scale, shift, &grad], |[x, scale, shift, grad]| {
            fresh::collected(x.len(), planes.group, |i, dx| {
                let (first, at) = (i % self.groups * planes.channels, i * planes.group);
                let (x, grad) = (&x[at..at + planes.group], &grad[at..at + planes.group]);
                group_backward(&planes, &scale[first..], &shift[first..], x, grad, dx)
            })
        })?;
        let (mut dscale, mut dshift) = (vec![0.0_f32; channels], vec![0.0_f32; channels]);
        for (i, part) in parts.iter().enumerate() {
            let first = i % self.groups * planes.channels;
            for (c, (scale, shift)) in part.iter().enumerate() {
                dscale[first + c] += scale;
                dshift[first + c] += shift;
            }
        }
        let flat = |values: Vec<f32>| Tensor::from_vec(values, channels, &Device::Cpu);
        Ok((Some(Tensor::from_vec(dx, x.shape(), &Device::Cpu)?), Some(flat(dscale)?), Some(flat(dshift)?)))
    }
}

with_vectors! {
/// Normalises one group.
fn group_forward(planes: &Planes, scale: &[f32], shift: &[f32], x: &[f32], out: &mut [f32]) {
    let (mean, inverse) = moments(x);
    for (c, (out, x)) in out.chunks_exact_mut(planes.plane).zip(x.chunks_exact(planes.plane)).enumerate() {
        let a = scale[c] * inverse;
        let b = shift[c] - mean * a;
        for (o, v) in out.iter_mut().zip(x) {
            let y = a * v + b;
            *o = y * sigmoid(y);
        }
    }
}
}

with_vectors! {
/// Writes the input's gradient of one group; returns each channel's (scale, shift) gradients.
fn group_backward(
    planes: &Planes,
    scale: &[f32],
    shift: &[f32],
    x: &[f32],
    grad: &[f32],
    dx: &mut [f32]
) -> Vec<(f32, f32)> {
    let (mean, inverse) = moments(x);
    let mut parts = Vec::with_capacity(planes.channels);
    let (mut total, mut total_x) = (0.0_f64, 0.0_f64);
    // First the gradient before the normalisation's own affine map, kept in `dx`.
    for c in 0..planes.channels {
        let at = c * planes.plane..(c + 1) * planes.plane;
        let (mut sum, mut sum_x) = ([0.0_f32; LANES], [0.0_f32; LANES]);
        let (dx, x, grad) = (&mut dx[at.clone()], &x[at.clone()], &grad[at]);
        let one = |x: f32, grad: f32| {
            let normal = (x - mean) * inverse;
            let y = scale[c] * normal + shift[c];
            let s = sigmoid(y);
            (grad * s * (1.0 + y * (1.0 - s)), normal)
        };
        // Arrays of a fixed length, or the compiler takes one number at a time.
        let (dx, dx_rest) = dx.as_chunks_mut::<LANES>();
        let ((x, x_rest), (grad, grad_rest)) = (x.as_chunks::<LANES>(), grad.as_chunks::<LANES>());
        for ((dx, x), grad) in dx.iter_mut().zip(x).zip(grad) {
            for i in 0..LANES {
                let (dy, normal) = one(x[i], grad[i]);
                sum[i] += dy;
                sum_x[i] += dy * normal;
                dx[i] = dy;
            }
        }
        for ((dx, x), grad) in dx_rest.iter_mut().zip(x_rest).zip(grad_rest) {
            let (dy, normal) = one(*x, *grad);
            sum[0] += dy;
            sum_x[0] += dy * normal;
            *dx = dy;
        }
        let (sum, sum_x) = (sum.iter().sum::<f32>(), sum_x.iter().sum::<f32>());
        total += f64::from(sum * scale[c]);
        total_x += f64::from(sum_x * scale[c]);
        parts.push((sum_x, sum));
    }
    let n = planes.group as f64;
    let (mean_d, mean_dx) = ((total / n) as f32, (total_x / n) as f32);
    for c in 0..planes.channels {
        let at = c * planes.plane..(c + 1) * planes.plane;
        for (dx, x) in dx[at.clone()].iter_mut().zip(&x[at]) {
            let normal = (x - mean) * inverse;
            *dx = inverse * (*dx * scale[c] - mean_d - normal * mean_dx);
        }
    }
    parts
}
}

#[cfg(test)]
mod tests {
    use super::sigmoid;

    #[test]
    fn the_fast_sigmoid_is_the_sigmoid() {
        for i in -4000..=4000 {
            let x = i as f32 / 40.0;
            let exact = 1.0 / (1.0 + (-f64::from(x)).exp());
            assert!((f64::from(sigmoid(x)) - exact).abs() < 3e-7, "{x}");
        }
    }
}

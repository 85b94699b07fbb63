//! Batch normalisation followed by a rectifier, in one pass each way.
//!
//! Ioffe & Szegedy 2015, “Batch normalization: accelerating deep network training by reducing internal covariate
//! shift”. On the CPU a channel is summed in a fixed order by one thread, so that the number of threads changes no bit;
//! moments are taken in two passes and in double precision, so that a large mean costs no digits.

use super::activation;
use super::raw::fresh;
use super::slices::{slice, with_slices};
use super::tape;
use super::vectors::with_vectors;
use candle_core::{CpuStorage, CustomOp3, Device, Layout, Result, Shape, Tensor, Var};
use candle_nn::{Init, VarBuilder};
use rayon::prelude::*;

/// Added to the variance: the paper's ε, PyTorch's default.
const EPSILON: f64 = 1e-5;

/// Which mean and variance a forward pass uses.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Statistics {
    /// The batch's own; the running ones move towards them by this share. 0 leaves the running ones alone; 1/k for the
    /// k-th of several batches makes them the mean over these batches.
    Batch(f64),
    /// The running ones: what a picture gives does not depend on its batch.
    Running,
}

/// The share that PyTorch takes in training by default.
pub const MOMENTUM: f64 = 0.1;

/// BatchNorm over `[n, channels, h, w]`, then `y` where positive and `slope · y` elsewhere.
#[derive(Debug, Clone)]
pub struct BatchNorm {
    scale: Tensor,
    shift: Tensor,
    running_mean: Var,
    running_variance: Var,
    slope: f32,
}

impl BatchNorm {
    /// Scales are drawn from N(1, deviation²). A slope of 1 normalises only.
    ///
    /// # Errors
    /// When loaded weights have another shape or are missing.
    pub fn new(vb: &VarBuilder<'_>, channels: usize, deviation: f64, slope: f32) -> Result<Self> {
        Ok(Self {
            scale: vb.get_with_hints(&[channels], "scale", Init::Randn { mean: 1.0, stdev: deviation })?,
            shift: vb.get_with_hints(&[channels], "shift", Init::Const(0.0))?,
            running_mean: Var::from_tensor(&vb.get_with_hints(
                &[channels],
                "running_mean",
                Init::Const(0.0),
            )?)?,
            running_variance: Var::from_tensor(&vb.get_with_hints(
                &[channels],
                "running_variance",
                Init::Const(1.0),
            )?)?,
            slope,
        })
    }

    /// Same shape out as in.
    ///
    /// # Errors
    /// When the input has other channels, or a batch whose statistics are asked for has one value per channel only.
    pub fn forward(&self, x: &Tensor, statistics: Statistics) -> Result<Tensor> {
        let (n, c, h, w) = x.dims4()?;
        if c != self.scale.elem_count() {
            candle_core::bail!("{c} channels came to a normalisation of {}", self.scale.elem_count());
        }
        let count = n * h * w;
        if statistics != Statistics::Running && count < 2 {
            candle_core::bail!("one value per channel has no variance: give more covers per batch");
        }
        if x.device().is_cpu() {
            self.fused(x, statistics, count)
        } else {
            self.composed(x, statistics, count)
        }
    }

    fn fused(&self, x: &Tensor, statistics: Statistics, count: usize) -> Result<Tensor> {
        let x = x.contiguous()?;
        let (mean, variance) = match statistics {
            Statistics::Batch(_) => moments(&x)?,
            Statistics::Running => {
                let values = |v: &Var| -> Result<Vec<f64>> {
                    Ok(v.as_tensor().to_vec1::<f32>()?.into_iter().map(f64::from).collect())
                };
                (values(&self.running_mean)?, values(&self.running_variance)?)
            }
        };
        if let Statistics::Batch(share) = statistics {
            let single = |values: &[f64]| {
                let values: Vec<f32> = values.iter().map(|v| *v as f32).collect();
                Tensor::from_vec(values, mean.len(), x.device())
            };
            self.follow(&single(&mean)?, &single(&variance)?, share, count)?;
        }
        let op = Fused {
            mean: mean.iter().map(|v| *v as f32).collect(),
            inverse: variance.iter().map(|v| (1.0 / (v + EPSILON).sqrt()) as f32).collect(),
            own: matches!(statistics, Statistics::Batch(_)),
            slope: self.slope,
        };
        tape::apply3(&x, &self.scale.contiguous()?, &self.shift.contiguous()?, op)
    }

    fn composed(&self, x: &Tensor, statistics: Statistics, count: usize) -> Result<Tensor> {
        let (centred, variance) = match statistics {
            Statistics::Batch(share) => {
                let mean = x.mean_keepdim((0, 2, 3))?;
                let centred = x.broadcast_sub(&mean)?;
                let variance = centred.sqr()?.mean_keepdim((0, 2, 3))?;
                self.follow(&mean.detach().flatten_all()?, &variance.detach().flatten_all()?, share, count)?;
                (centred, variance)
            }
            Statistics::Running => {
                let fixed = |v: &Var| v.as_tensor().detach().reshape((1, (), 1, 1));
                (x.broadcast_sub(&fixed(&self.running_mean)?)?, fixed(&self.running_variance)?)
            }
        };
        let y = centred
            .broadcast_div(&(variance + EPSILON)?.sqrt()?)?
            .broadcast_mul(&self.scale.reshape((1, (), 1, 1))?)?
            .broadcast_add(&self.shift.reshape((1, (), 1, 1))?)?;
        activation::leaky(&y, self.slope)
    }

    /// Moves the running statistics; the variance kept is the unbiased estimate, as in the paper.
    fn follow(&self, mean: &Tensor, variance: &Tensor, share: f64, count: usize) -> Result<()> {
        if share == 0.0 {
            return Ok(());
        }
        let unbiased = count as f64 / (count - 1) as f64;
        for (running, new) in
            [(&self.running_mean, mean.clone()), (&self.running_variance, (variance * unbiased)?)]
        {
            running.set(&((running.as_tensor().detach() * (1.0 - share))? + (new * share)?)?)?;
        }
        Ok(())
    }
}

/// Normalises with moments that were taken before.
struct Fused {
    mean: Vec<f32>,
    inverse: Vec<f32>,
    /// Whether the moments are the batch's own, and so depend on the input.
    own: bool,
    slope: f32,
}

impl CustomOp3 for Fused {
    fn name(&self) -> &'static str {
        "batch-norm"
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
        let (_, channels, height, width) = l1.shape().dims4()?;
        let (x, scale, shift) = (slice(s1, l1)?, slice(s2, l2)?, slice(s3, l3)?);
        let plane = height * width;
        let out = fresh::shared(x.len(), plane, |i, out| {
            let c = i % channels;
            let factor = self.inverse[c] * scale[c];
            normalise(&x[i * plane..][..plane], self.mean[c], factor, shift[c], self.slope, out);
        });
        Ok((CpuStorage::F32(out), l1.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        scale: &Tensor,
        shift: &Tensor,
        y: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        if grad.track_op() {
            return self.differentiable(x, scale, y, grad);
        }
        let grad = grad.contiguous()?;
        let (_, channels, height, width) = x.dims4()?;
        let (plane, picture) = (height * width, channels * height * width);
        let (dx, dscale, dshift) = with_slices([x, scale, shift, &grad], |[x, scale, shift, grad]| {
            let factor = |c: usize| self.inverse[c] * scale[c];
            let sums: Vec<(f64, f64)> = (0..channels)
                .into_par_iter()
                .map(|c| {
                    let (mut sum, mut along) = (0.0, 0.0);
                    for (x, grad) in x.chunks_exact(picture).zip(grad.chunks_exact(picture)) {
                        let at = c * plane..(c + 1) * plane;
                        let gate = (self.mean[c], factor(c), shift[c], self.slope);
                        let part = gated_sums(&x[at.clone()], &grad[at], gate);
                        sum += part.0;
                        along += part.1;
                    }
                    (sum, along * f64::from(self.inverse[c]))
                })
                .collect();
            let count = (x.len() / channels) as f64;
            // The moments' own dependence on the input; none when they are fixed.
            let means: Vec<(f32, f32)> = sums
                .iter()
                .map(|(sum, along)| match self.own {
                    true => ((sum / count) as f32, (along / count) as f32),
                    false => (0.0, 0.0),
                })
                .collect();
            let dx = fresh::shared(x.len(), plane, |i, dx| {
                let (c, at) = (i % channels, i * plane..(i + 1) * plane);
                let gate = (self.mean[c], factor(c), shift[c], self.slope);
                let less = (means[c].0, means[c].1 * self.inverse[c]);
                descend(&x[at.clone()], &grad[at], gate, less, dx);
            });
            let dscale: Vec<f32> = sums.iter().map(|s| s.1 as f32).collect();
            let dshift: Vec<f32> = sums.iter().map(|s| s.0 as f32).collect();
            (dx, dscale, dshift)
        })?;
        let flat = |values: Vec<f32>| Tensor::from_vec(values, channels, &Device::Cpu);
        Ok((Some(Tensor::from_vec(dx, x.shape(), &Device::Cpu)?), Some(flat(dscale)?), Some(flat(dshift)?)))
    }
}

impl Fused {
    /// The same gradient out of operations that have gradients themselves, for a penalty on it.
    fn differentiable(
        &self,
        x: &Tensor,
        scale: &Tensor,
        y: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let grad = activation::composed(y, grad, self.slope)?;
        let (normal, inverse) = if self.own {
            let centred = x.broadcast_sub(&x.mean_keepdim((0, 2, 3))?)?;
            let inverse = (centred.sqr()?.mean_keepdim((0, 2, 3))? + EPSILON)?.sqrt()?.recip()?;
            (centred.broadcast_mul(&inverse)?, inverse)
        } else {
            let channel = |v: &[f32]| Tensor::new(v, x.device())?.reshape((1, (), 1, 1));
            let inverse = channel(&self.inverse)?;
            (x.broadcast_sub(&channel(&self.mean)?)?.broadcast_mul(&inverse)?, inverse)
        };
        let along = (&grad * &normal)?;
        let mut dx = grad.clone();
        if self.own {
            dx = dx
                .broadcast_sub(&grad.mean_keepdim((0, 2, 3))?)?
                .sub(&normal.broadcast_mul(&along.mean_keepdim((0, 2, 3))?)?)?;
        }
        let factor = inverse.broadcast_mul(&scale.reshape((1, (), 1, 1))?)?;
        Ok((Some(dx.broadcast_mul(&factor)?), Some(along.sum((0, 2, 3))?), Some(grad.sum((0, 2, 3))?)))
    }
}

/// Mean and biased variance of each channel of `[n, c, h, w]`.
fn moments(x: &Tensor) -> Result<(Vec<f64>, Vec<f64>)> {
    let (n, channels, height, width) = x.dims4()?;
    let (plane, count) = (height * width, (n * height * width) as f64);
    with_slices([x], |[x]| {
        let moments = |c: usize| {
            let planes = || x.chunks_exact(channels * plane).map(|x| &x[c * plane..(c + 1) * plane]);
            let mean = planes().map(total).sum::<f64>() / count;
            let variance = planes().map(|x| squares(x, mean as f32)).sum::<f64>() / count;
            (mean, variance)
        };
        (0..channels).into_par_iter().map(moments).unzip()
    })
}

with_vectors! {
/// Short sums in single precision vectorise; long ones need more digits.
fn total(x: &[f32]) -> f64 {
    let mut sum = 0.0_f64;
    for block in x.chunks(256) {
        let mut lanes = [0.0_f32; 8];
        let (whole, rest) = block.as_chunks::<8>();
        for values in whole {
            for (lane, v) in lanes.iter_mut().zip(values) {
                *lane += v;
            }
        }
        for (lane, v) in lanes.iter_mut().zip(rest) {
            *lane += v;
        }
        sum += f64::from(lanes.iter().sum::<f32>());
    }
    sum
}
}

with_vectors! {
/// Σ (x − mean)².
fn squares(x: &[f32], mean: f32) -> f64 {
    let mut sum = 0.0_f64;
    for block in x.chunks(256) {
        let mut lanes = [0.0_f32; 8];
        let (whole, rest) = block.as_chunks::<8>();
        for values in whole {
            for (lane, v) in lanes.iter_mut().zip(values) {
                *lane += (v - mean) * (v - mean);
            }
        }
        for (lane, v) in lanes.iter_mut().zip(rest) {
            *lane += (v - mean) * (v - mean);
        }
        sum += f64::from(lanes.iter().sum::<f32>());
    }
    sum
}
}

with_vectors! {
fn normalise(x: &[f32], mean: f32, factor: f32, shift: f32, slope: f32, out: &mut [f32]) {
    for (out, x) in out.iter_mut().zip(x) {
        let y = (x - mean) * factor + shift;
        *out = if y > 0.0 { y } else { slope * y };
    }
}
}

with_vectors! {
/// Σ g and Σ g · (x − mean) over a plane, g being the gradient behind the rectifier; `gate` is (mean, factor, shift,
/// slope) of the forward pass.
fn gated_sums(x: &[f32], grad: &[f32], gate: (f32, f32, f32, f32)) -> (f64, f64) {
    let (mean, factor, shift, slope) = gate;
    let (mut sum, mut along) = (0.0_f64, 0.0_f64);
    for (x, grad) in x.chunks(256).zip(grad.chunks(256)) {
        let (mut s, mut a) = ([0.0_f32; 8], [0.0_f32; 8]);
        let mut one = |i: usize, x: f32, grad: f32| {
            let centred = x - mean;
            let g = if centred * factor + shift > 0.0 { grad } else { slope * grad };
            s[i] += g;
            a[i] += g * centred;
        };
        // Arrays of a fixed length, or the compiler takes one number at a time.
        let ((x, x_rest), (grad, grad_rest)) = (x.as_chunks::<8>(), grad.as_chunks::<8>());
        for (x, grad) in x.iter().zip(grad) {
            for i in 0..8 {
                one(i, x[i], grad[i]);
            }
        }
        for (i, (x, grad)) in x_rest.iter().zip(grad_rest).enumerate() {
            one(i, *x, *grad);
        }
        sum += f64::from(s.iter().sum::<f32>());
        along += f64::from(a.iter().sum::<f32>());
    }
    (sum, along)
}
}

with_vectors! {
/// `factor · (g − less.0 − (x − mean) · less.1)`.
fn descend(x: &[f32], grad: &[f32], gate: (f32, f32, f32, f32), less: (f32, f32), dx: &mut [f32]) {
    let (mean, factor, shift, slope) = gate;
    for ((dx, x), grad) in dx.iter_mut().zip(x).zip(grad) {
        let centred = x - mean;
        let g = if centred * factor + shift > 0.0 { *grad } else { slope * grad };
        *dx = factor * (g - less.0 - centred * less.1);
    }
}
}

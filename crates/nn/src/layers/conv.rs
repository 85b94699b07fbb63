//! Convolution and transposed convolution as differentiable operations, and the layers made of them.
//!
//! On the CPU the three functions of [`super::raw`]; elsewhere Candle's own kernels.

use super::params::normal;
use super::raw::{self, Geometry};
use super::slices::slice;
use super::tape;
use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor};
use candle_nn::{Init, Module, VarBuilder};

/// Which of the three functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pass {
    /// (x, w) → y
    Forward,
    /// (dy, w) → dx
    Input,
    /// (x, dy) → dw
    Weight,
}

#[derive(Clone, Copy)]
struct Convolution {
    pass: Pass,
    geometry: Geometry,
}

impl Convolution {
    fn apply(self, pass: Pass, a: &Tensor, b: &Tensor) -> Result<Tensor> {
        a.contiguous()?.apply_op2(&b.contiguous()?, Self { pass, ..self })
    }
}

impl CustomOp2 for Convolution {
    fn name(&self) -> &'static str {
        match self.pass {
            Pass::Forward => "convolution",
            Pass::Input => "transposed-convolution",
            Pass::Weight => "convolution-weight",
        }
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (a, b) = (slice(s1, l1)?, slice(s2, l2)?);
        let g = &self.geometry;
        let batch = l1.shape().dims4()?.0;
        Ok(match self.pass {
            Pass::Forward => {
                let shape = (batch, g.output, g.out_height(), g.out_width());
                (CpuStorage::F32(raw::forward(g, a, b, None)), Shape::from(shape))
            }
            Pass::Input => {
                let shape = (batch, g.input, g.height, g.width);
                (CpuStorage::F32(raw::input_gradient(g, a, b, None)), Shape::from(shape))
            }
            Pass::Weight => {
                let shape = (g.output, g.input, g.kernel, g.kernel);
                (CpuStorage::F32(raw::weight_gradient(g, a, b)), Shape::from(shape))
            }
        })
    }

    fn bwd(
        &self,
        a: &Tensor,
        b: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        // What nothing learns from (covers, a frozen network's weights) is not worked out.
        let da = a.track_op().then(|| match self.pass {
            Pass::Forward => self.apply(Pass::Input, grad, b),
            Pass::Input => self.apply(Pass::Forward, grad, b),
            Pass::Weight => self.apply(Pass::Input, b, grad),
        });
        let db = b.track_op().then(|| match self.pass {
            Pass::Forward => self.apply(Pass::Weight, a, grad),
            Pass::Input => self.apply(Pass::Weight, grad, a),
            Pass::Weight => self.apply(Pass::Forward, a, grad),
        });
        Ok((da.transpose()?, db.transpose()?))
    }
}

/// The same with a bias per channel of what comes out, in the same pass over memory.
struct Biased(Convolution);

impl CustomOp3 for Biased {
    fn name(&self) -> &'static str {
        self.0.name()
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
        let (a, b, bias) = (slice(s1, l1)?, slice(s2, l2)?, slice(s3, l3)?);
        let g = &self.0.geometry;
        let batch = l1.shape().dims4()?.0;
        let (made, shape) = match self.0.pass {
            Pass::Forward => {
                (raw::forward(g, a, b, Some(bias)), (batch, g.output, g.out_height(), g.out_width()))
            }
            Pass::Input => (raw::input_gradient(g, a, b, Some(bias)), (batch, g.input, g.height, g.width)),
            Pass::Weight => candle_core::bail!("a weight's gradient has no bias"),
        };
        Ok((CpuStorage::F32(made), Shape::from(shape)))
    }

    fn bwd(
        &self,
        a: &Tensor,
        b: &Tensor,
        _: &Tensor,
        y: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (da, db) = self.0.bwd(a, b, y, grad)?;
        Ok((da, db, Some(grad.contiguous()?.apply_op1(ChannelSums)?)))
    }
}

/// `[n, c, h, w]` → `[c]`.
struct ChannelSums;

impl CustomOp1 for ChannelSums {
    fn name(&self) -> &'static str {
        "channel-sums"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, channels, height, width) = layout.shape().dims4()?;
        let sums = raw::channel_sums(slice(storage, layout)?, channels, height * width);
        Ok((CpuStorage::F32(sums), Shape::from(channels)))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(grad.reshape((1, (), 1, 1))?.broadcast_as(x.shape())?))
    }
}

/// `x [n, c, h, w]` with `w [o, c, k, k]` → `[n, o, h', w']`.
///
/// # Errors
/// When shapes do not fit.
pub fn conv2d(x: &Tensor, w: &Tensor, stride: usize, padding: usize) -> Result<Tensor> {
    if !x.device().is_cpu() {
        return x.contiguous()?.conv2d(&w.contiguous()?, padding, stride, 1, 1);
    }
    tape::apply2(&x.contiguous()?, &w.contiguous()?, forward(x, w, stride, padding)?)
}

/// Transposed convolution: `x [n, c, h, w]` with `w [c, o, k, k]` → `[n, o, (h−1)·stride + k − 2·padding, …]`.
///
/// # Errors
/// When shapes do not fit.
pub fn conv_transpose2d(x: &Tensor, w: &Tensor, stride: usize, padding: usize) -> Result<Tensor> {
    if !x.device().is_cpu() {
        return x.contiguous()?.conv_transpose2d(&w.contiguous()?, padding, 0, stride, 1);
    }
    tape::apply2(&x.contiguous()?, &w.contiguous()?, transposed(x, w, stride, padding)?)
}

fn forward(x: &Tensor, w: &Tensor, stride: usize, padding: usize) -> Result<Convolution> {
    let ((_, input, height, width), (output, inner, kernel, _)) = (x.dims4()?, w.dims4()?);
    if inner != input || height + 2 * padding < kernel || width + 2 * padding < kernel {
        candle_core::bail!("a convolution of {:?} with {:?} does not fit", x.shape(), w.shape());
    }
    let geometry = Geometry { input, output, height, width, kernel, stride, padding };
    Ok(Convolution { pass: Pass::Forward, geometry })
}

fn transposed(x: &Tensor, w: &Tensor, stride: usize, padding: usize) -> Result<Convolution> {
    let ((_, channels, h, wide), (outer, output, kernel, _)) = (x.dims4()?, w.dims4()?);
    let side =
        |n: usize| ((n.max(1) - 1) * stride + kernel).checked_sub(2 * padding).filter(|&side| side > 0);
    let (Some(height), Some(width)) = (side(h), side(wide)) else {
        candle_core::bail!("a transposed convolution of {:?} with {:?} leaves nothing", x.shape(), w.shape());
    };
    if outer != channels {
        candle_core::bail!("a transposed convolution of {:?} with {:?} does not fit", x.shape(), w.shape());
    }
    // The convolution whose input gradient this is runs the other way: from `output` channels to `channels`.
    let geometry = Geometry { input: output, output: channels, height, width, kernel, stride, padding };
    Ok(Convolution { pass: Pass::Input, geometry })
}

/// A convolution, with bias or without.
#[derive(Debug, Clone)]
pub struct Conv {
    weight: Tensor,
    bias: Option<Tensor>,
    stride: usize,
    padding: usize,
    transposed: bool,
}

impl Conv {
    /// `kernel`×`kernel`, from `input` to `output` channels. Weights are drawn with He's variance for the number of
    /// values that each output sees, times `gain`.
    ///
    /// # Errors
    /// When loaded weights have another shape or are missing.
    pub fn new(
        vb: &VarBuilder<'_>,
        (input, output): (usize, usize),
        kernel: usize,
        stride: usize,
        padding: usize,
        gain: f64,
    ) -> Result<Self> {
        let deviation = gain * (1.0 / (input * kernel * kernel) as f64).sqrt();
        Self::bare(vb, (input, output), kernel, stride, padding, deviation)?.biased(vb, output)
    }

    /// The same, transposed: the picture grows `stride`-fold when `kernel = stride + 2·padding`.
    ///
    /// # Errors
    /// When loaded weights have another shape or are missing.
    pub fn transposed(
        vb: &VarBuilder<'_>,
        (input, output): (usize, usize),
        kernel: usize,
        stride: usize,
        padding: usize,
        gain: f64,
    ) -> Result<Self> {
        let seen = input as f64 * (kernel as f64 / stride as f64).powi(2);
        let deviation = gain * (1.0 / seen).sqrt();
        Self::bare_transposed(vb, (input, output), kernel, stride, padding, deviation)?.biased(vb, output)
    }

    /// Without bias, as where a normalisation follows; weights are drawn from N(0, deviation²).
    ///
    /// # Errors
    /// When loaded weights have another shape or are missing.
    pub fn bare(
        vb: &VarBuilder<'_>,
        (input, output): (usize, usize),
        kernel: usize,
        stride: usize,
        padding: usize,
        deviation: f64,
    ) -> Result<Self> {
        let weight = vb.get_with_hints(&[output, input, kernel, kernel], "weight", normal(deviation))?;
        Ok(Self { weight, bias: None, stride, padding, transposed: false })
    }

    /// [`Self::transposed`] as [`Self::bare`] is to [`Self::new`].
    ///
    /// # Errors
    /// When loaded weights have another shape or are missing.
    pub fn bare_transposed(
        vb: &VarBuilder<'_>,
        (input, output): (usize, usize),
        kernel: usize,
        stride: usize,
        padding: usize,
        deviation: f64,
    ) -> Result<Self> {
        let weight = vb.get_with_hints(&[input, output, kernel, kernel], "weight", normal(deviation))?;
        Ok(Self { weight, bias: None, stride, padding, transposed: true })
    }

    fn biased(self, vb: &VarBuilder<'_>, output: usize) -> Result<Self> {
        Ok(Self { bias: Some(vb.get_with_hints(&[output], "bias", Init::Const(0.0))?), ..self })
    }
}

impl Module for Conv {
    /// `[n, input, h, w]` → `[n, output, h', w']`.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let act = if self.transposed { transpose_biased } else { convolve_biased };
        act(x, &self.weight, self.bias.as_ref(), self.stride, self.padding)
    }
}

fn convolve_biased(
    x: &Tensor,
    w: &Tensor,
    bias: Option<&Tensor>,
    stride: usize,
    pad: usize,
) -> Result<Tensor> {
    match bias {
        Some(bias) if x.device().is_cpu() => with_bias(forward(x, w, stride, pad)?, x, w, bias),
        bias => added(conv2d(x, w, stride, pad)?, bias),
    }
}

/// [`conv_transpose2d`] with a bias per channel of what comes out.
pub(super) fn transpose_biased(
    x: &Tensor,
    w: &Tensor,
    bias: Option<&Tensor>,
    stride: usize,
    pad: usize,
) -> Result<Tensor> {
    match bias {
        Some(bias) if x.device().is_cpu() => with_bias(transposed(x, w, stride, pad)?, x, w, bias),
        bias => added(conv_transpose2d(x, w, stride, pad)?, bias),
    }
}

fn with_bias(convolution: Convolution, x: &Tensor, w: &Tensor, bias: &Tensor) -> Result<Tensor> {
    tape::apply3(&x.contiguous()?, &w.contiguous()?, &bias.contiguous()?, Biased(convolution))
}

fn added(y: Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    match bias {
        Some(bias) => y.broadcast_add(&bias.reshape((1, (), 1, 1))?),
        None => Ok(y),
    }
}

//! Doubling by nearest neighbour followed by a 3×3 convolution, without ever making the doubled picture.
//!
//! Each output sees a 3×3 window of the doubled picture, which shows at most 2×2 different pixels; so for each of the
//! four places that an output can have in its pixel, the nine weights fold into four. These four kernels of 2×2 are one
//! transposed convolution of 4×4 at stride 2, and folding is linear: gradients of any order come with it, and it costs
//! four ninths of the multiplications. Odena et al. 2016, “Deconvolution and checkerboard artifacts”, is why one wants
//! it.

use super::conv::transpose_biased;
use super::params::normal;
use candle_core::{Result, Tensor};
use candle_nn::{Init, Module, VarBuilder};

/// Which of three weights in a row go into each of the four of the transposed kernel, in one direction: the doubled
/// pixels that the tap shows belong to the neighbour after, the pixel itself (twice), the neighbour before.
const FOLD: [[f32; 3]; 4] = [[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]];

/// `w [out, in, 3, 3]` → `[in, out, 4, 4]`.
fn folded(w: &Tensor) -> Result<Tensor> {
    let (output, input, height, width) = w.dims4()?;
    if (height, width) != (3, 3) {
        candle_core::bail!("doubling goes with a kernel of 3×3, not {height}×{width}");
    }
    let fold = |row: usize, column: usize| {
        (0..9).map(move |tap| FOLD[row][tap / 3] * FOLD[column][tap % 3]).collect::<Vec<f32>>()
    };
    let table: Vec<f32> = (0..16).flat_map(|place| fold(place / 4, place % 4)).collect();
    let table = Tensor::from_vec(table, (16, 9), w.device())?.to_dtype(w.dtype())?;
    let w = w.transpose(0, 1)?.contiguous()?.reshape((input * output, 9))?;
    w.matmul(&table.t()?)?.reshape((input, output, 4, 4))
}

/// Nearest-neighbour doubling, then a 3×3 convolution with one pixel of zeros around: `x [n, c, h, w]` with
/// `w [o, c, 3, 3]` → `[n, o, 2h, 2w]`. Differentiable as often as needed.
///
/// # Errors
/// When shapes do not fit.
pub fn upsample_conv2d(x: &Tensor, w: &Tensor) -> Result<Tensor> {
    transpose_biased(x, &folded(w)?, None, 2, 1)
}

/// The layer, with a bias.
#[derive(Debug, Clone)]
pub struct UpConv {
    weight: Tensor,
    bias: Tensor,
}

impl UpConv {
    /// From `input` to `output` channels; weights are drawn as [`super::Conv::new`] draws them.
    ///
    /// # Errors
    /// When loaded weights have another shape or are missing.
    pub fn new(vb: &VarBuilder<'_>, (input, output): (usize, usize), gain: f64) -> Result<Self> {
        let deviation = gain * (1.0 / (9 * input) as f64).sqrt();
        Ok(Self {
            weight: vb.get_with_hints(&[output, input, 3, 3], "weight", normal(deviation))?,
            bias: vb.get_with_hints(&[output], "bias", Init::Const(0.0))?,
        })
    }
}

impl Module for UpConv {
    /// `[n, input, h, w]` → `[n, output, 2h, 2w]`.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        transpose_biased(x, &folded(&self.weight)?, Some(&self.bias), 2, 1)
    }
}

//! Karhunen–Loève transform of square patches: a linear code that the VAE corrects.
//!
//! A patch's few most telling numbers are principal components of all patches, each scaled to variance 1. Nothing linear that
//! looks at one patch at a time reconstructs better (Ahmed et al. 1974 compare it with the cosine transform), so a network that
//! corrects it begins where a linear code ends.

use candle_core::{Result, Tensor};
use candle_nn::{Init, VarBuilder};
use gatefold_nn::layers::normal;

/// One linear map from patches to numbers, or back.
pub struct Patches {
    side: usize,
    weight: Tensor,
    bias: Tensor,
}

impl Patches {
    /// From patches of `side`×`side` pixels to `numbers` numbers each.
    ///
    /// # Errors
    /// When loaded weights do not fit.
    pub fn analysis(vb: &VarBuilder<'_>, side: usize, numbers: usize) -> Result<Self> {
        let pixels = 3 * side * side;
        Ok(Self {
            side,
            weight: vb.get_with_hints(&[pixels, numbers], "weight", normal((1.0 / pixels as f64).sqrt()))?,
            bias: vb.get_with_hints(&[numbers], "bias", Init::Const(0.0))?,
        })
    }

    /// The way back.
    ///
    /// # Errors
    /// When loaded weights do not fit.
    pub fn synthesis(vb: &VarBuilder<'_>, side: usize, numbers: usize) -> Result<Self> {
        let pixels = 3 * side * side;
        Ok(Self {
            side,
            weight: vb.get_with_hints(&[numbers, pixels], "weight", normal((0.1 / numbers as f64).sqrt()))?,
            bias: vb.get_with_hints(&[pixels], "bias", Init::Const(0.0))?,
        })
    }

    /// Pictures `[n, 3, h, w]` → numbers `[n, numbers, h / side, w / side]`.
    ///
    /// # Errors
    /// When `side` does not divide the picture.
    pub fn analyse(&self, pictures: &Tensor) -> Result<Tensor> {
        let (n, _, height, width) = pictures.dims4()?;
        let (down, across) = (height / self.side, width / self.side);
        let numbers = self.bias.elem_count();
        let said = cut(pictures, self.side)?.matmul(&self.weight)?.broadcast_add(&self.bias)?;
        said.reshape((n, down * across, numbers))?.transpose(1, 2)?.reshape((n, numbers, down, across))
    }

    /// Numbers `[n, numbers, rows, columns]` → pictures `[n, 3, rows · side, columns · side]`.
    ///
    /// # Errors
    /// When the numbers per cell are others.
    pub fn synthesise(&self, numbers: &Tensor) -> Result<Tensor> {
        let (n, each, rows, columns) = numbers.dims4()?;
        let side = self.side;
        let flat = numbers.flatten_from(2)?.transpose(1, 2)?.reshape((n * rows * columns, each))?;
        let patches = flat.matmul(&self.weight)?.broadcast_add(&self.bias)?;
        let shaped = patches.reshape(&[n, rows, columns, 3, side, side][..])?;
        let shaped = shaped.permute(&[0, 3, 1, 4, 2, 5][..])?;
        shaped.contiguous()?.reshape((n, 3, rows * side, columns * side))
    }
}

/// Pictures `[n, 3, h, w]` → their patches in reading order, `[n · patches, 3 · side · side]`, channels first.
pub fn cut(pictures: &Tensor, side: usize) -> Result<Tensor> {
    let (n, _, height, width) = pictures.dims4()?;
    let (down, across) = (height / side, width / side);
    let cut = pictures.reshape(&[n, 3, down, side, across, side][..])?.permute(&[0, 2, 4, 1, 3, 5][..])?;
    cut.contiguous()?.reshape((n * down * across, 3 * side * side))
}

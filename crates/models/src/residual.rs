//! Residual block, pre-activated (He et al. 2016, “Identity mappings in deep residual networks”), of which the VAE is built.

use candle_core::{Result, Tensor};
use candle_nn::{Module, VarBuilder};
use gatefold_nn::layers::{Conv, NormSilu, tape};

/// Two convolutions and a shortcut.
pub(super) struct Residual {
    first: (NormSilu, Conv),
    second: (NormSilu, Conv),
}

impl Residual {
    /// `channels` in and out.
    ///
    /// # Errors
    /// When loaded weights do not fit.
    pub(super) fn new(vb: &VarBuilder<'_>, channels: usize) -> Result<Self> {
        let part = |name: &str, gain: f64| -> Result<(NormSilu, Conv)> {
            let vb = vb.pp(name);
            let conv = Conv::new(&vb.pp("conv"), (channels, channels), 3, 1, 1, gain)?;
            Ok((NormSilu::new(&vb.pp("norm"), channels)?, conv))
        };
        // The second convolution begins small, so that a deep stack begins as the identity.
        Ok(Self { first: part("first", 1.4)?, second: part("second", 0.2)? })
    }
}

impl Module for Residual {
    /// Same shape out as in.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let h = self.first.1.forward(&self.first.0.forward(x)?)?;
        tape::sum(x, &self.second.1.forward(&self.second.0.forward(&h)?)?)
    }
}

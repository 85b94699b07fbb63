//! The residual block that the VAE is built of, pre-activated (He et al. 2016).

use candle_core::{Result, Tensor};
use gatefold_nn::layers::{Conv, NormSilu, Scope, tape};

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
    pub(super) fn new(scope: &Scope<'_>, channels: usize) -> Result<Self> {
        let part = |name: &str, gain: f64| -> Result<(NormSilu, Conv)> {
            let scope = scope.pp(name);
            let conv = Conv::new(&scope.pp("conv"), (channels, channels), 3, 1, 1, gain)?;
            Ok((NormSilu::new(&scope.pp("norm"), channels)?, conv))
        };
        // The second convolution begins small, so that a deep stack begins as the identity.
        Ok(Self { first: part("first", 1.4)?, second: part("second", 0.2)? })
    }

    /// Same shape out as in.
    ///
    /// # Errors
    /// When the input has other channels.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let h = self.first.1.forward(&self.first.0.forward(x)?)?;
        tape::sum(x, &self.second.1.forward(&self.second.0.forward(&h)?)?)
    }
}

//! PatchGAN critic (Isola et al. 2017, “Image-to-image translation with conditional adversarial networks”): tells decoded covers
//! from real ones, patch by patch.
//!
//! It is needed while a decoder is trained and is not shipped. It is normalised in groups, so that no picture's logits depend on
//! what it is shown with.

use candle_core::{Result, Tensor};
use candle_nn::{Module, VarBuilder};
use gatefold_nn::layers::{Conv, NormSilu, leaky};
use serde::{Deserialize, Serialize};

/// Leak after the first layer, which is not normalised.
const LEAK: f32 = 0.2;
/// Halvings; a logit is about 46 pixels.
const HALVINGS: usize = 3;

/// Shape of a critic.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Config {
    /// Channels at half size; twice as many at each further halving.
    pub width: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { width: 48 }
    }
}

/// From covers to how real each of their patches looks.
pub struct Critic {
    first: Conv,
    deeper: Vec<(Conv, NormSilu)>,
    last: Conv,
}

impl Critic {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the width is 0 or loaded weights do not fit.
    pub fn new(config: &Config, vb: &VarBuilder<'_>) -> Result<Self> {
        if config.width == 0 {
            candle_core::bail!("a critic needs a width above 0");
        }
        let mut deeper = Vec::new();
        let mut width = config.width;
        for level in 1..HALVINGS {
            let vb = vb.pp(format!("level{level}"));
            let conv = Conv::new(&vb.pp("conv"), (width, 2 * width), 4, 2, 1, 1.4)?;
            width *= 2;
            deeper.push((conv, NormSilu::new(&vb.pp("norm"), width)?));
        }
        Ok(Self {
            first: Conv::new(&vb.pp("first"), (3, config.width), 4, 2, 1, 1.4)?,
            deeper,
            last: Conv::new(&vb.pp("last"), (width, 1), 3, 1, 1, 1.0)?,
        })
    }

    /// Covers `[n, 3, size, size]` in −1–1 → logits `[n, 1, size/8, size/8]`: high where a patch is taken for real.
    ///
    /// # Errors
    /// When the covers have another shape.
    pub fn forward(&self, covers: &Tensor) -> Result<Tensor> {
        let mut x = leaky(&self.first.forward(covers)?, LEAK)?;
        for (conv, norm) in &self.deeper {
            x = norm.forward(&conv.forward(&x)?)?;
        }
        self.last.forward(&x)
    }
}

/// The hinge loss (Lim & Ye 2017, “Geometric GAN”): real patches are pushed above 1, painted ones below −1.
///
/// # Errors
/// When Candle refuses a computation.
pub fn hinge(real: &Tensor, painted: &Tensor) -> Result<Tensor> {
    (1.0 - real)?.relu()?.mean_all()? + (painted + 1.0)?.relu()?.mean_all()?
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;
    use gatefold_nn::layers::Params;

    #[test]
    fn a_logit_sees_its_patch_and_no_other_picture() {
        let params = Params::drawn(3, &Device::Cpu);
        let critic = Critic::new(&Config { width: 8 }, &params.root()).unwrap();
        let one = Tensor::rand(-1.0_f32, 1.0, (1, 3, 64, 64), &Device::Cpu).unwrap();
        let other = Tensor::rand(-1.0_f32, 1.0, (1, 3, 64, 64), &Device::Cpu).unwrap();
        let alone = critic.forward(&one).unwrap();
        assert_eq!(alone.dims(), [1, 1, 8, 8]);
        let together = critic.forward(&Tensor::cat(&[&other, &one], 0).unwrap()).unwrap();
        let values = |t: &Tensor| t.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(values(&together)[64..], values(&alone));
    }

    #[test]
    fn who_is_sure_and_right_loses_nothing() {
        let logits = |v: f32| Tensor::full(v, (2, 1, 2, 2), &Device::Cpu).unwrap();
        let loss =
            |real, painted| hinge(&logits(real), &logits(painted)).unwrap().to_scalar::<f32>().unwrap();
        assert_eq!(loss(1.5, -2.0), 0.0);
        assert_eq!(loss(0.0, 0.0), 2.0);
        assert_eq!(loss(-1.0, 1.0), 4.0);
    }
}

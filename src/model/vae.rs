//! The residual convolutional variational autoencoder.
//!
//! Kingma & Welling 2013, “Auto-encoding variational Bayes”; residual blocks after He et al. 2016, pre-activated.
//! The code is a grid. The squared error's weight against the KL term is not chosen but follows from the data:
//! Rybkin et al. 2021, “Simple and effective VAE training with calibrated decoders” (optimal σ).

use super::layers::{Conv, NormSilu, Scope};
use super::residual::Residual;
use candle_core::{Result, Tensor};
use serde::{Deserialize, Serialize};

/// Shape of a VAE; stands beside its weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Config {
    /// Pixels across; a power of two.
    pub size: usize,
    /// Channels at half size, quarter size, …; the last belongs to the code's grid.
    pub channels: Vec<usize>,
    /// Numbers per cell of the code's grid.
    pub code: usize,
    /// Residual blocks at each size.
    pub blocks: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { size: 64, channels: vec![48, 96, 192], code: 8, blocks: 1 }
    }
}

impl Config {
    /// Cells across the code's grid.
    pub fn grid(&self) -> usize {
        self.size >> self.channels.len()
    }

    /// Numbers in a code.
    pub fn numbers(&self) -> usize {
        self.code * self.grid() * self.grid()
    }

    /// Refuses what cannot be built, with a sentence.
    ///
    /// # Errors
    /// When sizes do not divide or a list is empty.
    pub fn check(&self) -> std::result::Result<(), String> {
        let halvings = self.channels.len();
        if halvings == 0 || self.channels.contains(&0) || self.code == 0 {
            return Err("a VAE needs at least one width, and no width or code may be 0".to_owned());
        }
        if self.size % (1 << halvings) != 0 || self.grid() == 0 || !self.size.is_power_of_two() {
            return Err(format!("{} pixels cannot be halved {halvings} times", self.size));
        }
        Ok(())
    }
}

/// Where the encoder believes a cover's code to be.
pub struct Posterior {
    /// `[n, code, grid, grid]`
    pub mean: Tensor,
    /// Logarithm of the variance, same shape.
    pub log_variance: Tensor,
}

impl Posterior {
    /// KL divergence from N(0, I) in nats, summed over the batch: a scalar.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn kl(&self) -> Result<Tensor> {
        let terms = ((self.mean.sqr()? + self.log_variance.exp()?)? - &self.log_variance)?;
        (terms.sum_all()? - self.mean.elem_count() as f64)? * 0.5
    }

    /// A draw: mean + deviation · noise, with noise of the mean's shape.
    ///
    /// # Errors
    /// When the noise has another shape.
    pub fn draw(&self, noise: &Tensor) -> Result<Tensor> {
        &self.mean + ((&self.log_variance * 0.5)?.exp()? * noise)?
    }
}

/// Encoder and decoder.
pub struct Vae {
    config: Config,
    stem: Conv,
    down: Vec<(Vec<Residual>, Option<Conv>)>,
    code: (NormSilu, Conv),
    uncode: Conv,
    up: Vec<(Vec<Residual>, Option<Conv>)>,
    paint: (NormSilu, Conv),
}

impl Vae {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, scope: &Scope<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let widths = &config.channels;
        let last = widths.len() - 1;
        let blocks = |scope: &Scope<'_>, channels: usize| -> Result<Vec<Residual>> {
            (0..config.blocks).map(|i| Residual::new(&scope.pp(i), channels)).collect()
        };
        let (encoder, decoder) = (scope.pp("encoder"), scope.pp("decoder"));
        let (mut down, mut up) = (Vec::new(), Vec::new());
        for (i, &width) in widths.iter().enumerate() {
            let level = encoder.pp(format!("level{i}"));
            let next = if i < last {
                Some(Conv::new(&level.pp("down"), (width, widths[i + 1]), 4, 2, 1, 1.0)?)
            } else {
                None
            };
            down.push((blocks(&level, width)?, next));
        }
        for (i, &width) in widths.iter().enumerate().rev() {
            let level = decoder.pp(format!("level{i}"));
            let next = if i > 0 {
                Some(Conv::transposed(&level.pp("up"), (width, widths[i - 1]), 4, 2, 1, 1.0)?)
            } else {
                None
            };
            up.push((blocks(&level, width)?, next));
        }
        let (first, deepest) = (widths[0], widths[last]);
        let code = Conv::new(&encoder.pp("code"), (deepest, 2 * config.code), 3, 1, 1, 1.0)?;
        let paint = Conv::transposed(&decoder.pp("paint"), (first, 3), 4, 2, 1, 0.5)?;
        Ok(Self {
            config: config.clone(),
            stem: Conv::new(&encoder.pp("stem"), (3, first), 4, 2, 1, 1.4)?,
            down,
            code: (NormSilu::new(&encoder.pp("norm"), deepest)?, code),
            uncode: Conv::new(&decoder.pp("uncode"), (config.code, deepest), 3, 1, 1, 1.0)?,
            up,
            paint: (NormSilu::new(&decoder.pp("norm"), first)?, paint),
        })
    }

    /// Its shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Covers `[n, 3, size, size]` in −1–1 → where their codes are.
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn encode(&self, covers: &Tensor) -> Result<Posterior> {
        let mut x = self.stem.forward(covers)?;
        for (blocks, down) in &self.down {
            for block in blocks {
                x = block.forward(&x)?;
            }
            if let Some(down) = down {
                x = down.forward(&x)?;
            }
        }
        let x = self.code.1.forward(&self.code.0.forward(&x)?)?;
        let mean = x.narrow(1, 0, self.config.code)?;
        // Bounded, so that no early step can overflow the exponential.
        let log_variance = x.narrow(1, self.config.code, self.config.code)?.clamp(-12.0_f32, 4.0_f32)?;
        Ok(Posterior { mean, log_variance })
    }

    /// Codes `[n, code, grid, grid]` → covers `[n, 3, size, size]`, about −1–1.
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn decode(&self, codes: &Tensor) -> Result<Tensor> {
        let mut x = self.uncode.forward(codes)?;
        for (blocks, up) in &self.up {
            for block in blocks {
                x = block.forward(&x)?;
            }
            if let Some(up) = up {
                x = up.forward(&x)?;
            }
        }
        self.paint.1.forward(&self.paint.0.forward(&x)?)
    }
}

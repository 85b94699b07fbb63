//! Residual convolutional variational autoencoder (Kingma & Welling 2013, “Auto-encoding variational Bayes”) with latents in two
//! layers.
//!
//! Residual blocks are pre-activated (He et al. 2016). The squared error's weight against the KL term follows from the data
//! (Rybkin et al. 2021, “Simple and effective VAE training with calibrated decoders”, optimal σ).
//!
//! The *coarse* latents are a small grid. Where a [`Config`] asks for it, a grid with twice as many cells across holds the *fine*
//! latents, whose prior follows from the coarse ones (Sønderby et al. 2016, “Ladder variational autoencoders”); without them the
//! decoder decodes what that prior expects. Latents of both layers are a linear transform of square patches plus a network's
//! correction, and so is the picture: the network begins as the best linear code ([`super::patches`]) and improves it.

use super::patches::Patches;
use super::residual::Residual;
use candle_core::{Result, Tensor};
use candle_nn::{Module, VarBuilder};
use gatefold_nn::layers::{Conv, NormSilu, tape};
use serde::{Deserialize, Serialize};

/// Shape of a VAE; stands beside its weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Config {
    /// Pixels across; a power of two.
    pub size: usize,
    /// Channels at half size, quarter size, …; the last belongs to the coarse latent's grid.
    pub channels: Vec<usize>,
    /// Numbers per cell of the coarse latent's grid.
    #[serde(rename = "code")]
    pub coarse: usize,
    /// Numbers per cell of the fine latent's grid, which has twice as many cells across; 0 for no fine latent.
    #[serde(default, rename = "detail")]
    pub fine: usize,
    /// Residual blocks at each size, of the encoder and again of the decoder.
    pub blocks: Vec<usize>,
}

impl Default for Config {
    fn default() -> Self {
        Self { size: 128, channels: vec![32, 64, 128, 192], coarse: 8, fine: 14, blocks: vec![1, 1, 2, 2] }
    }
}

impl Config {
    /// Cells across the coarse latent's grid.
    pub fn grid(&self) -> usize {
        self.size >> self.channels.len()
    }

    /// Numbers in the coarse latent.
    pub fn numbers(&self) -> usize {
        self.coarse * self.grid() * self.grid()
    }

    /// Numbers in the fine latent.
    pub fn fine_numbers(&self) -> usize {
        4 * self.fine * self.grid() * self.grid()
    }

    /// Refuses what cannot be built, with a sentence.
    ///
    /// # Errors
    /// When sizes do not divide or a list is empty.
    pub fn check(&self) -> std::result::Result<(), String> {
        let halvings = self.channels.len();
        if halvings == 0 || self.channels.contains(&0) || self.coarse == 0 {
            return Err("a VAE needs at least one width, and no width or number per cell may be 0".to_owned());
        }
        if self.blocks.len() != halvings {
            let blocks = self.blocks.len();
            return Err(format!("{halvings} widths need as many numbers of blocks, not {blocks}"));
        }
        if self.fine > 0 && halvings < 2 {
            return Err("fine latents need at least two widths".to_owned());
        }
        if self.size % (1 << halvings) != 0 || self.grid() == 0 || !self.size.is_power_of_two() {
            return Err(format!("{} pixels cannot be halved {halvings} times", self.size));
        }
        Ok(())
    }
}

/// Where the encoder believes a latent to be: a normal distribution per number.
pub struct Posterior {
    /// `[n, numbers per cell, grid, grid]`
    pub mean: Tensor,
    /// Logarithm of the variance, same shape.
    pub log_variance: Tensor,
}

impl Posterior {
    fn of(mean: Tensor, log_variance: &Tensor) -> Result<Self> {
        // Bounded, so that no early step can overflow the exponential.
        Ok(Self { mean, log_variance: log_variance.clamp(-12.0_f32, 4.0_f32)? })
    }

    /// KL divergence from N(0, I) in nats, per picture: `[n]`.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn kl(&self) -> Result<Tensor> {
        let terms = ((self.mean.sqr()? + self.log_variance.exp()?)? - &self.log_variance)?;
        ((terms.flatten_from(1)? - 1.0)?.sum(1)? * 0.5)?.contiguous()
    }

    /// KL divergence from another such distribution in nats, per picture: `[n]`.
    ///
    /// # Errors
    /// When the shapes differ.
    pub fn kl_from(&self, prior: &Self) -> Result<Tensor> {
        let apart = (&self.log_variance - &prior.log_variance)?;
        let moved = ((&self.mean - &prior.mean)?.sqr()? * prior.log_variance.neg()?.exp()?)?;
        let terms = ((moved + apart.exp()?)? - apart)?;
        ((terms.flatten_from(1)? - 1.0)?.sum(1)? * 0.5)?.contiguous()
    }

    /// Those of `count` pictures from `first` on.
    ///
    /// # Errors
    /// When there are not so many.
    pub fn narrow(&self, first: usize, count: usize) -> Result<Self> {
        let part = |t: &Tensor| t.narrow(0, first, count);
        Ok(Self { mean: part(&self.mean)?, log_variance: part(&self.log_variance)? })
    }

    /// A draw: mean + deviation · noise, with noise of the mean's shape.
    ///
    /// # Errors
    /// When the noise has another shape.
    pub fn draw(&self, noise: &Tensor) -> Result<Tensor> {
        &self.mean + ((&self.log_variance * 0.5)?.exp()? * noise)?
    }
}

/// What the encoder knows of covers: their coarse latents, and what it needs to say the fine latent.
pub struct Encoded {
    /// The coarse latent.
    pub coarse: Posterior,
    covers: Tensor,
    features: Tensor,
}

impl Encoded {
    /// That of `count` covers from `first` on.
    ///
    /// # Errors
    /// When there are not so many.
    pub fn narrow(&self, first: usize, count: usize) -> Result<Self> {
        let part = |t: &Tensor| t.narrow(0, first, count);
        let coarse = self.coarse.narrow(first, count)?;
        Ok(Self { coarse, covers: part(&self.covers)?, features: part(&self.features)? })
    }
}

/// A coarse latent half painted: what all that follows needs of it.
pub struct Sketch {
    /// Where the fine latent is believed to be by who knows the coarse latent only; none without a fine layer.
    pub prior: Option<Posterior>,
    features: Tensor,
    picture: Tensor,
}

impl Sketch {
    /// That of `count` pictures from `first` on.
    ///
    /// # Errors
    /// When there are not so many.
    pub fn narrow(&self, first: usize, count: usize) -> Result<Self> {
        let part = |t: &Tensor| t.narrow(0, first, count);
        let prior = self.prior.as_ref().map(|prior| prior.narrow(first, count)).transpose()?;
        Ok(Self { prior, features: part(&self.features)?, picture: part(&self.picture)? })
    }
}

struct Levels {
    blocks: Vec<Vec<Residual>>,
    steps: Vec<Conv>,
}

struct FineLayer {
    prior: (NormSilu, Conv),
    posterior: (NormSilu, Conv),
    analysis: Patches,
    synthesis: Patches,
    mix: Conv,
    before: Residual,
}

/// Encoder and decoder.
pub struct Vae {
    config: Config,
    stem: Conv,
    down: Levels,
    latent: (NormSilu, Conv),
    analysis: Patches,
    synthesis: Patches,
    from_coarse: Conv,
    up: Levels,
    fine: Option<FineLayer>,
    paint: (NormSilu, Conv),
}

/// Corrections begin at almost nothing.
const SMALL: f64 = 0.01;

impl Vae {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, vb: &VarBuilder<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let (encoder, decoder) = (vb.pp("encoder"), vb.pp("decoder"));
        let widths = &config.channels;
        let last = widths.len() - 1;
        let blocks = |vb: &VarBuilder<'_>, level: usize| -> Result<Vec<Residual>> {
            let vb = vb.pp(format!("level{level}"));
            (0..config.blocks[level]).map(|i| Residual::new(&vb.pp(i), widths[level])).collect()
        };
        let step = |vb: &VarBuilder<'_>, level: usize| {
            Conv::new(&vb.pp(format!("down{level}")), (widths[level], widths[level + 1]), 4, 2, 1, 1.0)
        };
        let back = |vb: &VarBuilder<'_>, level: usize| {
            Conv::transposed(&vb.pp(format!("up{level}")), (widths[level + 1], widths[level]), 4, 2, 1, 1.0)
        };
        let (first, deepest) = (widths[0], widths[last]);
        let patch = 1 << widths.len();
        let head = |vb: &VarBuilder<'_>, (input, output): (usize, usize)| -> Result<(NormSilu, Conv)> {
            let conv = Conv::new(&vb.pp("conv"), (input, output), 3, 1, 1, SMALL)?;
            Ok((NormSilu::new(&vb.pp("norm"), input)?, conv))
        };
        let fine = match config.fine {
            0 => None,
            n => Some(FineLayer {
                prior: head(&decoder.pp("detail"), (widths[last - 1], 2 * n))?,
                posterior: head(&encoder.pp("detail"), (2 * widths[last - 1], 2 * n))?,
                analysis: Patches::analysis(&encoder.pp("detail.linear"), patch / 2, n)?,
                synthesis: Patches::synthesis(&decoder.pp("detail.linear"), patch / 2, n)?,
                mix: Conv::new(&decoder.pp("detail.mix"), (n, widths[last - 1]), 3, 1, 1, 1.0)?,
                before: Residual::new(&decoder.pp("detail.before"), widths[last - 1])?,
            }),
        };
        Ok(Self {
            stem: Conv::new(&encoder.pp("stem"), (3, first), 4, 2, 1, 1.4)?,
            down: Levels {
                blocks: (0..=last).map(|i| blocks(&encoder, i)).collect::<Result<_>>()?,
                steps: (0..last).map(|i| step(&encoder, i)).collect::<Result<_>>()?,
            },
            latent: head(&encoder.pp("code"), (deepest, 2 * config.coarse))?,
            analysis: Patches::analysis(&encoder.pp("linear"), patch, config.coarse)?,
            synthesis: Patches::synthesis(&decoder.pp("linear"), patch, config.coarse)?,
            from_coarse: Conv::new(&decoder.pp("uncode"), (config.coarse, deepest), 3, 1, 1, 1.0)?,
            up: Levels {
                blocks: (0..=last).map(|i| blocks(&decoder, i)).collect::<Result<_>>()?,
                steps: (0..last).map(|i| back(&decoder, i)).collect::<Result<_>>()?,
            },
            fine,
            paint: (
                NormSilu::new(&decoder.pp("paint.norm"), first)?,
                Conv::transposed(&decoder.pp("paint.conv"), (first, 3), 4, 2, 1, SMALL)?,
            ),
            config: config.clone(),
        })
    }

    /// Its shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Covers `[n, 3, size, size]` in −1–1 → where their coarse latents are.
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn encode(&self, covers: &Tensor) -> Result<Encoded> {
        let last = self.config.channels.len() - 1;
        let mut x = self.stem.forward(covers)?;
        let mut features = x.clone();
        for level in 0..=last {
            for block in &self.down.blocks[level] {
                x = block.forward(&x)?;
            }
            if level + 1 == last {
                features = x.clone();
            }
            if let Some(step) = self.down.steps.get(level) {
                x = step.forward(&x)?;
            }
        }
        let n = self.config.coarse;
        let x = self.latent.1.forward(&self.latent.0.forward(&x)?)?;
        let mean = (x.narrow(1, 0, n)? + self.analysis.analyse(covers)?)?;
        let coarse = Posterior::of(mean, &x.narrow(1, n, n)?)?;
        Ok(Encoded { coarse, covers: covers.clone(), features })
    }

    /// coarse latents `[n, latent, grid, grid]` → all that follows from them alone.
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn sketch(&self, coarse: &Tensor) -> Result<Sketch> {
        let last = self.config.channels.len() - 1;
        let picture = self.synthesis.synthesise(coarse)?;
        let mut x = self.from_coarse.forward(coarse)?;
        for block in &self.up.blocks[last] {
            x = block.forward(&x)?;
        }
        let Some(fine) = &self.fine else { return Ok(Sketch { prior: None, features: x, picture }) };
        let x = fine.before.forward(&self.up.steps[last - 1].forward(&x)?)?;
        let n = self.config.fine;
        let said = fine.prior.1.forward(&fine.prior.0.forward(&x)?)?;
        let prior = Posterior::of(said.narrow(1, 0, n)?, &said.narrow(1, n, n)?)?;
        Ok(Sketch { prior: Some(prior), features: x, picture })
    }

    /// Where the fine latent of covers is, beside the sketch of their coarse latents; none without a fine layer.
    ///
    /// # Errors
    /// When the two do not belong together.
    pub fn fine(&self, encoded: &Encoded, sketch: &Sketch) -> Result<Option<Posterior>> {
        let Some(fine) = &self.fine else { return Ok(None) };
        let n = self.config.fine;
        let both = Tensor::cat(&[&encoded.features, &sketch.features], 1)?;
        let said = fine.posterior.1.forward(&fine.posterior.0.forward(&both)?)?;
        let rest = fine.analysis.analyse(&(&encoded.covers - &sketch.picture)?)?;
        Ok(Some(Posterior::of((said.narrow(1, 0, n)? + rest)?, &said.narrow(1, n, n)?)?))
    }

    /// A sketch and its fine latent `[n, fine latent, 2·grid, 2·grid]` → covers `[n, 3, size, size]`, about −1–1. Without a
    /// fine latent: what its prior expects.
    ///
    /// # Errors
    /// When the two do not belong together.
    pub fn paint(&self, sketch: &Sketch, fine: Option<&Tensor>) -> Result<Tensor> {
        let last = self.config.channels.len() - 1;
        let (mut x, mut picture) = (sketch.features.clone(), sketch.picture.clone());
        let mut level = last;
        if let (Some(layer), Some(prior)) = (&self.fine, &sketch.prior) {
            let fine = fine.unwrap_or(&prior.mean);
            x = tape::sum(&x, &layer.mix.forward(fine)?)?;
            picture = (picture + layer.synthesis.synthesise(fine)?)?;
            level = last - 1;
            for block in &self.up.blocks[level] {
                x = block.forward(&x)?;
            }
        }
        while level > 0 {
            level -= 1;
            x = self.up.steps[level].forward(&x)?;
            for block in &self.up.blocks[level] {
                x = block.forward(&x)?;
            }
        }
        tape::sum(&picture, &self.paint.1.forward(&self.paint.0.forward(&x)?)?)
    }

    /// coarse latents `[n, latent, grid, grid]` → covers `[n, 3, size, size]`, about −1–1, with the fine latent that is expected.
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn decode(&self, coarse: &Tensor) -> Result<Tensor> {
        self.paint(&self.sketch(coarse)?, None)
    }
}

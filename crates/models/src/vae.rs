//! The residual convolutional variational autoencoder, with a code in two layers.
//!
//! Kingma & Welling 2013, “Auto-encoding variational Bayes”; residual blocks after He et al. 2016, pre-activated. The
//! squared error's weight against the KL term is not chosen but follows from the data: Rybkin et al. 2021, “Simple and
//! effective VAE training with calibrated decoders” (optimal σ).
//!
//! The *rough* code is a small grid. Where a [`Config`] asks for it, a finer grid holds the *detail*, whose prior
//! follows from the rough code (Sønderby et al. 2016, “Ladder variational autoencoders”): without it the decoder paints
//! what the prior expects. Both codes are what a linear transform of square patches says plus a network's correction,
//! and so is the picture: the network begins as the best linear code ([`super::patches`]) and only has to improve it.

use super::patches::Patches;
use super::residual::Residual;
use candle_core::{Result, Tensor};
use gatefold_nn::layers::{Conv, NormSilu, Scope, tape};
use serde::{Deserialize, Serialize};

/// Shape of a VAE; stands beside its weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Config {
    /// Pixels across; a power of two.
    pub size: usize,
    /// Channels at half size, quarter size, …; the last belongs to the rough code's grid.
    pub channels: Vec<usize>,
    /// Numbers per cell of the rough code's grid.
    pub code: usize,
    /// Numbers per cell of the detail's grid, which has twice as many cells across; 0 for no detail.
    #[serde(default)]
    pub detail: usize,
    /// Residual blocks at each size, of the encoder and again of the decoder.
    pub blocks: Vec<usize>,
}

impl Default for Config {
    fn default() -> Self {
        Self { size: 128, channels: vec![32, 64, 128, 192], code: 8, detail: 14, blocks: vec![1, 1, 2, 2] }
    }
}

impl Config {
    /// Cells across the rough code's grid.
    pub fn grid(&self) -> usize {
        self.size >> self.channels.len()
    }

    /// Numbers in the rough code.
    pub fn numbers(&self) -> usize {
        self.code * self.grid() * self.grid()
    }

    /// Numbers in the detail.
    pub fn detail_numbers(&self) -> usize {
        4 * self.detail * self.grid() * self.grid()
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
        if self.blocks.len() != halvings {
            let blocks = self.blocks.len();
            return Err(format!("{halvings} widths need as many numbers of blocks, not {blocks}"));
        }
        if self.detail > 0 && halvings < 2 {
            return Err("a code with detail needs at least two widths".to_owned());
        }
        if self.size % (1 << halvings) != 0 || self.grid() == 0 || !self.size.is_power_of_two() {
            return Err(format!("{} pixels cannot be halved {halvings} times", self.size));
        }
        Ok(())
    }
}

/// Where the encoder believes a code to be: a normal distribution per number.
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

/// What the encoder knows of covers: their rough codes, and what it needs to say the detail.
pub struct Encoded {
    /// The rough code.
    pub rough: Posterior,
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
        let rough = self.rough.narrow(first, count)?;
        Ok(Self { rough, covers: part(&self.covers)?, features: part(&self.features)? })
    }
}

/// A rough code half painted: what all that follows needs of it.
pub struct Sketch {
    /// Where the detail is believed to be by who knows the rough code only; none without a detail layer.
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

struct Detail {
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
    code: (NormSilu, Conv),
    analysis: Patches,
    synthesis: Patches,
    uncode: Conv,
    up: Levels,
    detail: Option<Detail>,
    paint: (NormSilu, Conv),
}

/// Corrections begin at almost nothing.
const SMALL: f64 = 0.01;

impl Vae {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, scope: &Scope<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let (encoder, decoder) = (scope.pp("encoder"), scope.pp("decoder"));
        let widths = &config.channels;
        let last = widths.len() - 1;
        let blocks = |scope: &Scope<'_>, level: usize| -> Result<Vec<Residual>> {
            let scope = scope.pp(format!("level{level}"));
            (0..config.blocks[level]).map(|i| Residual::new(&scope.pp(i), widths[level])).collect()
        };
        let step = |scope: &Scope<'_>, level: usize| {
            Conv::new(&scope.pp(format!("down{level}")), (widths[level], widths[level + 1]), 4, 2, 1, 1.0)
        };
        let back = |scope: &Scope<'_>, level: usize| {
            Conv::transposed(
                &scope.pp(format!("up{level}")),
                (widths[level + 1], widths[level]),
                4,
                2,
                1,
                1.0,
            )
        };
        let (first, deepest) = (widths[0], widths[last]);
        let patch = 1 << widths.len();
        let head = |scope: &Scope<'_>, (input, output): (usize, usize)| -> Result<(NormSilu, Conv)> {
            let conv = Conv::new(&scope.pp("conv"), (input, output), 3, 1, 1, SMALL)?;
            Ok((NormSilu::new(&scope.pp("norm"), input)?, conv))
        };
        let detail = match config.detail {
            0 => None,
            n => Some(Detail {
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
            code: head(&encoder.pp("code"), (deepest, 2 * config.code))?,
            analysis: Patches::analysis(&encoder.pp("linear"), patch, config.code)?,
            synthesis: Patches::synthesis(&decoder.pp("linear"), patch, config.code)?,
            uncode: Conv::new(&decoder.pp("uncode"), (config.code, deepest), 3, 1, 1, 1.0)?,
            up: Levels {
                blocks: (0..=last).map(|i| blocks(&decoder, i)).collect::<Result<_>>()?,
                steps: (0..last).map(|i| back(&decoder, i)).collect::<Result<_>>()?,
            },
            detail,
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

    /// Covers `[n, 3, size, size]` in −1–1 → where their rough codes are.
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
        let n = self.config.code;
        let x = self.code.1.forward(&self.code.0.forward(&x)?)?;
        let mean = (x.narrow(1, 0, n)? + self.analysis.analyse(covers)?)?;
        let rough = Posterior::of(mean, &x.narrow(1, n, n)?)?;
        Ok(Encoded { rough, covers: covers.clone(), features })
    }

    /// Rough codes `[n, code, grid, grid]` → all that follows from them alone.
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn sketch(&self, rough: &Tensor) -> Result<Sketch> {
        let last = self.config.channels.len() - 1;
        let picture = self.synthesis.synthesise(rough)?;
        let mut x = self.uncode.forward(rough)?;
        for block in &self.up.blocks[last] {
            x = block.forward(&x)?;
        }
        let Some(detail) = &self.detail else { return Ok(Sketch { prior: None, features: x, picture }) };
        let x = detail.before.forward(&self.up.steps[last - 1].forward(&x)?)?;
        let n = self.config.detail;
        let said = detail.prior.1.forward(&detail.prior.0.forward(&x)?)?;
        let prior = Posterior::of(said.narrow(1, 0, n)?, &said.narrow(1, n, n)?)?;
        Ok(Sketch { prior: Some(prior), features: x, picture })
    }

    /// Where the detail of covers is, beside the sketch of their rough codes; none without a detail layer.
    ///
    /// # Errors
    /// When the two do not belong together.
    pub fn detail(&self, encoded: &Encoded, sketch: &Sketch) -> Result<Option<Posterior>> {
        let Some(detail) = &self.detail else { return Ok(None) };
        let n = self.config.detail;
        let both = Tensor::cat(&[&encoded.features, &sketch.features], 1)?;
        let said = detail.posterior.1.forward(&detail.posterior.0.forward(&both)?)?;
        let rest = detail.analysis.analyse(&(&encoded.covers - &sketch.picture)?)?;
        Ok(Some(Posterior::of((said.narrow(1, 0, n)? + rest)?, &said.narrow(1, n, n)?)?))
    }

    /// A sketch and its detail `[n, detail, 2·grid, 2·grid]` → covers `[n, 3, size, size]`, about −1–1. Without a
    /// detail: what its prior expects.
    ///
    /// # Errors
    /// When the two do not belong together.
    pub fn paint(&self, sketch: &Sketch, detail: Option<&Tensor>) -> Result<Tensor> {
        let last = self.config.channels.len() - 1;
        let (mut x, mut picture) = (sketch.features.clone(), sketch.picture.clone());
        let mut level = last;
        if let (Some(layer), Some(prior)) = (&self.detail, &sketch.prior) {
            let detail = detail.unwrap_or(&prior.mean);
            x = tape::sum(&x, &layer.mix.forward(detail)?)?;
            picture = (picture + layer.synthesis.synthesise(detail)?)?;
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

    /// Rough codes `[n, code, grid, grid]` → covers `[n, 3, size, size]`, about −1–1, with the detail that is expected.
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn decode(&self, rough: &Tensor) -> Result<Tensor> {
        self.paint(&self.sketch(rough)?, None)
    }
}

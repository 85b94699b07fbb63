//! Batches of adversarial fine-tuning: covers, blends and samples through the decoder, and covers from coarse latents alone.

use super::error::TrainError;
use candle_core::{Device, Tensor};
use gatefold_models::grid;
use gatefold_models::latent;
use gatefold_models::vae::Vae;
use image::RgbImage;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// Fewest pictures of a step: there are some of each kind.
pub(super) const LEAST: usize = 8;
/// How much a blend is held to itself, where a cover is held to itself by 1.
const BLENDS_COUNT: f64 = 0.5;

/// How many of a step's pictures are of what, in this order.
#[derive(Clone, Copy)]
pub(super) struct Shares {
    pub(super) covers: usize,
    pub(super) blends: usize,
    pub(super) samples: usize,
    /// Covers from their coarse latents, which no critic sees.
    pub(super) coarse: usize,
}

impl Shares {
    pub(super) fn of(batch: usize, samples: bool) -> Self {
        let (blends, coarse) = (batch / 4, batch / 8);
        let samples = if samples { batch / 4 } else { 0 };
        Self { covers: batch - blends - samples - coarse, blends, samples, coarse }
    }
}

/// What is decoded again and again, and who says its latents.
pub(super) struct Decodings {
    /// The model as it was.
    pub(super) model: Arc<Vae>,
    /// Several covers exposed onto one.
    pub(super) blends: Vec<RgbImage>,
    /// Latents that a latent flow made of noise; empty without one.
    pub(super) samples: Vec<Vec<f32>>,
    pub(super) device: Device,
}

impl Decodings {
    /// What a step decodes, but for samples: covers, blends, and covers whose coarse latent has to do.
    pub(super) fn originals(
        &self,
        covers: &Tensor,
        shares: Shares,
        rng: &mut ChaCha8Rng,
    ) -> Result<Tensor, TrainError> {
        let size = self.model.config().size;
        let blends: Vec<RgbImage> =
            (0..shares.blends).map(|_| self.blends[rng.gen_range(0..self.blends.len())].clone()).collect();
        let shape = (shares.blends, 3, size, size);
        let blends = Tensor::from_vec(grid::values(&blends), shape, &self.device)?;
        let (with, without) =
            (covers.narrow(0, 0, shares.covers)?, covers.narrow(0, shares.covers, shares.coarse)?);
        Ok(Tensor::cat(&[&with, &blends, &without], 0)?)
    }

    /// The pictures of originals and of samples, in the order of [`Shares`].
    pub(super) fn decoded(
        &self,
        vae: &Vae,
        originals: &Tensor,
        shares: Shares,
        rng: &mut ChaCha8Rng,
    ) -> Result<Tensor, TrainError> {
        let config = self.model.config();
        let (numbers, side) = (latent::numbers(config), config.grid());
        let with_fine = shares.covers + shares.blends;
        let encoded = self.model.encode(originals)?;
        let means = &encoded.coarse.mean;
        let mut coarse = vec![means.narrow(0, 0, with_fine)?];
        let mut unexpected = None;
        if shares.samples > 0 {
            let latents: Vec<f32> = (0..shares.samples)
                .flat_map(|_| self.samples[rng.gen_range(0..self.samples.len())].iter().copied())
                .collect();
            let whole = Tensor::from_vec(latents, (shares.samples, numbers, side, side), &self.device)?;
            coarse.push(whole.narrow(1, 0, config.coarse)?.contiguous()?);
            unexpected = Some(latent::unexpected(config, &whole)?);
        }
        coarse.push(means.narrow(0, with_fine, shares.coarse)?);
        let sketch = self.model.sketch(&Tensor::cat(&coarse, 0)?)?;
        let lost = || TrainError::Settings("the fine layer is not where it was".to_owned());
        let prior = &sketch.prior.as_ref().ok_or_else(lost)?.mean;
        let own = self.model.fine(&encoded.narrow(0, with_fine)?, &sketch.narrow(0, with_fine)?)?;
        let mut fines = vec![own.ok_or_else(lost)?.mean];
        if let Some(unexpected) = unexpected {
            fines.push((prior.narrow(0, with_fine, shares.samples)? + unexpected)?);
        }
        fines.push(prior.narrow(0, with_fine + shares.samples, shares.coarse)?);
        Ok(vae.paint(&sketch, Some(&Tensor::cat(&fines, 0)?))?)
    }
}

/// The squared error's gradient at each painting, up to a factor; nothing where there is no original.
pub(super) fn pulls(made: &Tensor, originals: &Tensor, shares: Shares) -> candle_core::Result<Tensor> {
    let apart = |from: usize, at: usize, count: usize, weight: f64| {
        (made.narrow(0, from, count)? - originals.narrow(0, at, count)?)? * weight
    };
    let Shares { covers, blends, samples, coarse } = shares;
    let mut parts = vec![apart(0, 0, covers, 1.0)?, apart(covers, covers, blends, BLENDS_COUNT)?];
    if samples > 0 {
        parts.push(made.narrow(0, covers + blends, samples)?.zeros_like()?);
    }
    parts.push(apart(covers + blends + samples, covers + blends, coarse, 1.0)?);
    Tensor::cat(&parts, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_paints_as_many_as_its_batch() {
        for (batch, with) in [(16, true), (16, false), (LEAST, true), (LEAST, false), (13, true)] {
            let Shares { covers, blends, samples, coarse } = Shares::of(batch, with);
            assert_eq!(covers + blends + samples + coarse, batch);
            assert!(covers.min(blends).min(coarse) > 0 && (samples > 0) == with);
        }
    }
}

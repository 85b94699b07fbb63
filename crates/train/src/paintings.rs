//! What a painter paints in a step: covers, mixtures, samples, and covers whose rough code has to do.

use super::TrainError;
use candle_core::{Device, Tensor};
use gatefold_models::grid;
use gatefold_models::latent;
use gatefold_models::vae::Vae;
use image::RgbImage;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Fewest paintings of a step: there are some of each kind.
pub(super) const LEAST: usize = 8;
/// How much a sheet is held to itself, where a cover is held to itself by 1.
const SHEETS_COUNT: f64 = 0.5;

/// How many of a step's paintings are of what, in this order.
#[derive(Clone, Copy)]
pub(super) struct Shares {
    pub(super) covers: usize,
    pub(super) sheets: usize,
    pub(super) samples: usize,
    /// Covers from their rough codes, which no critic sees.
    pub(super) rough: usize,
}

impl Shares {
    pub(super) fn of(batch: usize, samples: bool) -> Self {
        let (sheets, rough) = (batch / 4, batch / 8);
        let samples = if samples { batch / 4 } else { 0 };
        Self { covers: batch - sheets - samples - rough, sheets, samples, rough }
    }
}

/// What is painted again and again, and who says its codes.
pub(super) struct Paintings<'a> {
    /// The model as it was.
    pub(super) model: &'a Vae,
    /// Several covers exposed onto one.
    pub(super) sheets: Vec<RgbImage>,
    /// Whole codes that a second stage made of noise; empty without one.
    pub(super) samples: Vec<Vec<f32>>,
    pub(super) device: Device,
}

impl Paintings<'_> {
    /// What a step paints, but for samples: covers, sheets, and covers whose rough code has to do.
    pub(super) fn originals(
        &self,
        covers: &Tensor,
        shares: Shares,
        rng: &mut ChaCha8Rng,
    ) -> Result<Tensor, TrainError> {
        let size = self.model.config().size;
        let sheets: Vec<RgbImage> =
            (0..shares.sheets).map(|_| self.sheets[rng.gen_range(0..self.sheets.len())].clone()).collect();
        let shape = (shares.sheets, 3, size, size);
        let sheets = Tensor::from_vec(grid::values(&sheets), shape, &self.device)?;
        let (with, without) =
            (covers.narrow(0, 0, shares.covers)?, covers.narrow(0, shares.covers, shares.rough)?);
        Ok(Tensor::cat(&[&with, &sheets, &without], 0)?)
    }

    /// The paintings of originals and of samples, in the order of [`Shares`].
    pub(super) fn painted(
        &self,
        vae: &Vae,
        originals: &Tensor,
        shares: Shares,
        rng: &mut ChaCha8Rng,
    ) -> Result<Tensor, TrainError> {
        let config = self.model.config();
        let (numbers, side) = (latent::numbers(config), config.grid());
        let detailed = shares.covers + shares.sheets;
        let encoded = self.model.encode(originals)?;
        let means = &encoded.rough.mean;
        let mut rough = vec![means.narrow(0, 0, detailed)?];
        let mut unexpected = None;
        if shares.samples > 0 {
            let codes: Vec<f32> = (0..shares.samples)
                .flat_map(|_| self.samples[rng.gen_range(0..self.samples.len())].iter().copied())
                .collect();
            let whole = Tensor::from_vec(codes, (shares.samples, numbers, side, side), &self.device)?;
            rough.push(whole.narrow(1, 0, config.code)?.contiguous()?);
            unexpected = Some(latent::unexpected(config, &whole)?);
        }
        rough.push(means.narrow(0, detailed, shares.rough)?);
        let sketch = self.model.sketch(&Tensor::cat(&rough, 0)?)?;
        let lost = || TrainError::Settings("the detail layer is not where it was".to_owned());
        let prior = &sketch.prior.as_ref().ok_or_else(lost)?.mean;
        let own = self.model.detail(&encoded.narrow(0, detailed)?, &sketch.narrow(0, detailed)?)?;
        let mut details = vec![own.ok_or_else(lost)?.mean];
        if let Some(unexpected) = unexpected {
            details.push((prior.narrow(0, detailed, shares.samples)? + unexpected)?);
        }
        details.push(prior.narrow(0, detailed + shares.samples, shares.rough)?);
        Ok(vae.paint(&sketch, Some(&Tensor::cat(&details, 0)?))?)
    }
}

/// The squared error's gradient at each painting, up to a factor; nothing where there is no original.
pub(super) fn pulls(made: &Tensor, originals: &Tensor, shares: Shares) -> candle_core::Result<Tensor> {
    let apart = |from: usize, at: usize, count: usize, weight: f64| {
        (made.narrow(0, from, count)? - originals.narrow(0, at, count)?)? * weight
    };
    let Shares { covers, sheets, samples, rough } = shares;
    let mut parts = vec![apart(0, 0, covers, 1.0)?, apart(covers, covers, sheets, SHEETS_COUNT)?];
    if samples > 0 {
        parts.push(made.narrow(0, covers + sheets, samples)?.zeros_like()?);
    }
    parts.push(apart(covers + sheets + samples, covers + sheets, rough, 1.0)?);
    Tensor::cat(&parts, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_paints_as_many_as_its_batch() {
        for (batch, with) in [(16, true), (16, false), (LEAST, true), (LEAST, false), (13, true)] {
            let Shares { covers, sheets, samples, rough } = Shares::of(batch, with);
            assert_eq!(covers + sheets + samples + rough, batch);
            assert!(covers.min(sheets).min(rough) > 0 && (samples > 0) == with);
        }
    }
}

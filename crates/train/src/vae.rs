//! Training of a VAE, or of an autoencoder as a baseline.
//!
//! It begins as the best linear code ([`super::linear_init`]). Where it has fine latents, half of a step's covers are decoded with
//! them and half without; either half's error counts by its own σ, so that neither outweighs the other.

use super::checkpoint::{Groups, Loaded};
use super::data::TrainingData;
use super::error::TrainError;
use super::experiment::{Experiment, Losses, Schedule};
use super::holdout;
use super::linear_init;
use super::metrics::similarity;
use super::optimiser_state::OptimiserState;
use super::random::mix;
use candle_core::{Device, Tensor};
use gatefold_models::aggregate_posterior::AggregatePosterior;
use gatefold_models::grid;
use gatefold_models::vae::{Config, Posterior, Vae};
use gatefold_models::{latent_model, weights};
use gatefold_nn::layers::{Params, Tape, squared_error};
use gatefold_nn::optimiser::{AdamSettings, rate};
use gatefold_types::progress::Progress;
use gatefold_types::report::Likeness;
use image::RgbImage;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How a VAE is trained.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Shape of the network.
    pub model: Config,
    /// Without noise and without the KL term: an autoencoder, as a baseline.
    #[serde(default)]
    pub autoencoder: bool,
    /// Highest learning rate.
    pub rate: f64,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// How long, of how many covers a step is, and how often something is written.
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        let schedule = Schedule { batch: 16, ..Schedule::default() };
        Self { model: Config::default(), autoencoder: false, rate: 1e-3, seed: 0, schedule }
    }
}

/// Longest gradient that is taken as it is.
const CLIP: f64 = 200.0;
const WARM_UP: u64 = 200;
/// Decay of the average that ships.
const AVERAGE: f64 = 0.999;
/// Weight of the KL term against the likelihood: below 1, since pictures are wanted more than short latents.
const KL: f64 = 0.4;

/// What came of a run, measured with the averaged weights on covers held back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done.
    pub steps: u64,
    /// Covers shown.
    pub images: u64,
    /// Covers measured on.
    pub held_back: usize,
    /// Mean PSNR of reconstructions from the latent, decibels.
    pub psnr: f64,
    /// Mean SSIM of reconstructions from the latent.
    pub ssim: f64,
    /// The same from the coarse latent alone.
    #[serde(rename = "rough")]
    pub coarse: Likeness,
    /// Mean KL divergence per cover, nats, of the coarse latent.
    pub kl: f64,
}

/// Training of a VAE, or of an autoencoder as a baseline: `vae.safetensors` or `autoencoder.safetensors`, and its
/// description.
pub struct VaeTraining<'a> {
    settings: Settings,
    data: &'a TrainingData,
    device: Device,
    vae: Vae,
    optimiser: OptimiserState,
}

impl Settings {
    /// Those of the autoencoder baseline that composites are compared with: 4,096 numbers on one grid.
    pub fn autoencoder() -> Self {
        let model =
            Config { size: 128, channels: vec![32, 64, 64], coarse: 16, fine: 0, blocks: vec![1, 1, 1] };
        let schedule = Schedule { steps: 1_000, batch: 16, ..Schedule::default() };
        Self { model, autoencoder: true, schedule, ..Self::default() }
    }
}

impl VaeTraining<'_> {
    fn name(&self) -> &'static str {
        if self.settings.autoencoder { "autoencoder" } else { "vae" }
    }

    /// The network with the averaged weights, rounded as they will be in the file.
    fn averaged(&self) -> Result<Vae, TrainError> {
        let params = Params::loaded(weights::rounded(&self.optimiser.averaged()?)?, &self.device);
        Ok(Vae::new(&self.settings.model, &params.root())?)
    }
}

impl<'a> Experiment for VaeTraining<'a> {
    type Config = Settings;
    type Data = &'a TrainingData;
    type Metrics = Metrics;

    fn schedule(config: &Settings) -> Schedule {
        config.schedule
    }

    fn build(
        config: &Settings,
        data: &'a TrainingData,
        device: &Device,
        _: &dyn Progress,
    ) -> Result<Self, TrainError> {
        config.model.check().map_err(TrainError::Settings)?;
        data.check_size(config.model.size)?;
        let params = Params::drawn(mix(config.seed, 0x69_6e69, 0), device);
        let vae = Vae::new(&config.model, &params.root())?;
        linear_init::begin(&params.variables(), &config.model, data)?;
        Ok(Self {
            optimiser: OptimiserState::new(params.variables(), AdamSettings::default(), AVERAGE)?,
            settings: config.clone(),
            data,
            device: device.clone(),
            vae,
        })
    }

    fn identity(&self) -> serde_json::Value {
        // The rate falls towards the last step, so their number belongs to the run.
        let Settings { model, seed, schedule: Schedule { steps, batch, .. }, .. } = &self.settings;
        serde_json::json!({
            "model": self.name(), "split": holdout::VERSION,
            "config": model, "steps": steps,
            "batch": batch, "seed": seed, "covers": self.data.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Losses, TrainError> {
        let Settings { seed, rate: peak, schedule: Schedule { steps, batch, .. }, .. } = self.settings;
        let size = self.settings.model.size;
        let covers =
            Tensor::from_vec(self.data.batch(seed, step, batch), (batch, 3, size, size), &self.device)?;
        let tape = Tape::record();
        let encoded = self.vae.encode(&covers)?;
        let drawn = |posterior: &Posterior, purpose: u64| {
            if self.settings.autoencoder {
                return Ok(posterior.mean.clone());
            }
            posterior.draw(&noise(posterior.mean.dims(), mix(seed, purpose, step), &self.device)?)
        };
        let sketch = self.vae.sketch(&drawn(&encoded.coarse, 0x6e_6f69)?)?;
        let mut kl = encoded.coarse.kl()?.sum_all()?;
        // The first covers of a step are painted with their fine latent, the others with what is expected of it.
        let with_fine = if self.settings.model.fine > 0 { batch.div_ceil(2) } else { 0 };
        let mut fine = None;
        if let (1.., Some(prior)) = (with_fine, &sketch.prior) {
            let own = |p: &Posterior| p.narrow(0, with_fine);
            if let Some(posterior) =
                self.vae.fine(&encoded.narrow(0, with_fine)?, &sketch.narrow(0, with_fine)?)?
            {
                kl = (kl + posterior.kl_from(&own(prior)?)?.sum_all()?)?;
                let drawn = drawn(&posterior, 0x64_6574)?;
                let rest = prior.mean.narrow(0, with_fine, batch - with_fine)?;
                fine = Some(if with_fine < batch { Tensor::cat(&[&drawn, &rest], 0)? } else { drawn });
            }
        }
        let made = self.vae.paint(&sketch, fine.as_ref())?;
        let kl = (kl / batch as f64)?;
        let numbers = (3 * size * size) as f64;
        let mut likelihood = Tensor::zeros((), candle_core::DType::F32, &self.device)?;
        let mut errors = [None, None];
        for (part, (from, count)) in [(with_fine, batch - with_fine), (0, with_fine)].into_iter().enumerate()
        {
            if count > 0 {
                let error = squared_error(&made.narrow(0, from, count)?, &covers.narrow(0, from, count)?)?;
                // −log likelihood per cover under the best σ for these: D/2 · log MSE, up to a constant.
                let share = numbers / 2.0 * count as f64 / batch as f64;
                likelihood = (likelihood + ((&error + 1e-6)?.log()? * share)?)?;
                errors[part] = Some(error);
            }
        }
        let weight = if self.settings.autoencoder { 0.0 } else { KL };
        let loss = ((likelihood + (&kl * weight)?)? / 100.0)?;
        let scalar = |t: &Tensor| t.to_scalar::<f32>().map(f64::from);
        let (total, length) =
            self.optimiser.descend(&tape, &loss, step, (rate(peak, step, WARM_UP, steps), CLIP))?;
        let mut parts = vec![("total", total), ("kl", scalar(&kl)?), ("gradient", length)];
        for (name, error) in ["psnr", "detailed"].into_iter().zip(errors) {
            if let Some(error) = error {
                // Peak-to-peak is 2 in −1–1: PSNR of the training batch.
                parts.push((name, 10.0 * (4.0 / scalar(&error)?).log10()));
            }
        }
        Ok(parts)
    }

    fn state(&self) -> Result<Groups, TrainError> {
        self.optimiser.groups()
    }

    fn restore(&mut self, saved: &Loaded) -> Result<(), TrainError> {
        self.optimiser.restore(saved, &self.device)
    }

    /// Covers held back above what is made of their coarse latents and of their latents.
    fn sample_grid(&self) -> Result<RgbImage, TrainError> {
        let vae = self.averaged()?;
        let covers = self.data.held_back(24);
        let mut all = Vec::new();
        for row in covers.chunks(8) {
            all.extend(row.iter().cloned());
            all.extend(reconstructed(&vae, row, false, &self.device)?);
            if self.settings.model.fine > 0 {
                all.extend(reconstructed(&vae, row, true, &self.device)?);
            }
        }
        Ok(grid::sheet(&all, 8))
    }

    fn export(&self, out: &Path) -> Result<Metrics, TrainError> {
        let vae = self.averaged()?;
        let covers = self.data.held_back(usize::MAX);
        let Schedule { steps, batch, .. } = self.settings.schedule;
        let metrics = measure(&vae, &covers, steps, batch, &self.device)?;
        let prior = AggregatePosterior::measure(&vae, self.data.blocks(), &Device::Cpu)?;
        latent_model::files(vae.config(), &self.optimiser.averaged()?, &prior, holdout::VERSION)?
            .write(out, self.name())?;
        Ok(metrics)
    }
}

/// Covers through the means of their latents and back: with the fine latent, or with what the coarse latent leads one to expect.
///
/// # Errors
/// When the covers have another size than the model.
pub fn reconstructed(
    vae: &Vae,
    covers: &[RgbImage],
    with_fine: bool,
    device: &Device,
) -> Result<Vec<RgbImage>, TrainError> {
    let size = vae.config().size;
    let input = Tensor::from_vec(grid::values(covers), (covers.len(), 3, size, size), device)?;
    let encoded = vae.encode(&input)?;
    let sketch = vae.sketch(&encoded.coarse.mean)?;
    let fine = if with_fine { vae.fine(&encoded, &sketch)? } else { None };
    Ok(grid::pictures(&vae.paint(&sketch, fine.as_ref().map(|fine| &fine.mean))?)?)
}

pub(super) fn measure(
    vae: &Vae,
    covers: &[RgbImage],
    step: u64,
    batch: usize,
    device: &Device,
) -> Result<Metrics, TrainError> {
    let size = vae.config().size;
    let (mut found, mut kl) = ([Likeness::default(); 2], 0.0);
    for some in covers.chunks(32) {
        let input = Tensor::from_vec(grid::values(some), (some.len(), 3, size, size), device)?;
        kl += f64::from(vae.encode(&input)?.coarse.kl()?.sum_all()?.to_scalar::<f32>()?);
        for (found, with_fine) in found.iter_mut().zip([false, true]) {
            for (cover, made) in some.iter().zip(reconstructed(vae, some, with_fine, device)?) {
                let failed = |error: super::metrics::MetricError| TrainError::Settings(error.to_string());
                // A flat cover may come back exactly; it counts as 60 dB rather than as infinity.
                found.psnr += similarity::psnr(cover, &made).map_err(failed)?.min(60.0);
                found.ssim += similarity::ssim(cover, &made).map_err(failed)?;
            }
        }
    }
    let n = covers.len().max(1) as f64;
    let [coarse, whole] = found.map(|sum| Likeness { psnr: sum.psnr / n, ssim: sum.ssim / n });
    let images = step * batch as u64;
    let Likeness { psnr, ssim } = whole;
    Ok(Metrics { steps: step, images, held_back: covers.len(), psnr, ssim, coarse, kl: kl / n })
}

/// Standard normal numbers that depend on the seed alone.
pub(super) fn noise(shape: &[usize], seed: u64, device: &Device) -> candle_core::Result<Tensor> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let n = shape.iter().product();
    let values: Vec<f32> = (0..n).map(|_| StandardNormal.sample(&mut rng)).collect();
    Tensor::from_vec(values, shape, device)
}

//! Training the VAE.

use super::checkpoint::{Groups, Loaded};
use super::data::mix;
use super::drive::{Schedule, Trainee, drive};
use super::learner::Learner;
use super::metrics::similarity;
use super::optimiser::{AdamSettings, rate};
use super::{Report, TrainError, TrainingData, grid, write_json};
use crate::model::layers::{Params, Tape, squared_error};
use crate::model::vae::{Config, Vae};
use crate::model::weights;
use crate::progress::Progress;
use candle_core::{Device, Tensor};
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
    /// Highest learning rate.
    pub rate: f64,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// How long, of how many covers a step is, and how often something is written.
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        Self { model: Config::default(), rate: 1e-3, seed: 0, schedule: Schedule::default() }
    }
}

/// Longest gradient that is taken as it is.
const CLIP: f64 = 200.0;
const WARM_UP: u64 = 200;
/// Decay of the average that ships.
const AVERAGE: f64 = 0.999;

/// What came of a run, measured with the averaged weights on covers held back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done.
    pub steps: u64,
    /// Covers shown.
    pub images: u64,
    /// Covers measured on.
    pub held_back: usize,
    /// Mean PSNR of reconstructions, decibels.
    pub psnr: f64,
    /// Mean SSIM of reconstructions.
    pub ssim: f64,
    /// Mean KL divergence per cover, nats.
    pub kl: f64,
}

struct Run<'a> {
    settings: &'a Settings,
    data: &'a TrainingData,
    device: Device,
    vae: Vae,
    learner: Learner,
}

/// Trains to the end of `settings.steps`, from the beginning or, with `resume`, from the last checkpoint in `out`;
/// tells `report` how it goes. At the end `out` holds `vae.safetensors`, `vae.json` and `metrics.json`; on the way
/// `log.jsonl`, `checkpoints/` and `grids/`.
///
/// # Errors
/// See [`TrainError`]; the last checkpoint is always kept.
pub fn run(
    settings: &Settings,
    data: &TrainingData,
    out: &Path,
    resume: bool,
    device: &Device,
    progress: &dyn Progress,
    report: &mut dyn FnMut(&Report),
) -> Result<Metrics, TrainError> {
    settings.model.check().map_err(TrainError::Settings)?;
    data.check_size(settings.model.size)?;
    let mut run = Run::new(settings, data, device)?;
    drive(&mut run, settings.schedule, out, resume, progress, report)?;
    run.finish(out)
}

impl<'a> Run<'a> {
    fn new(settings: &'a Settings, data: &'a TrainingData, device: &Device) -> Result<Self, TrainError> {
        let params = Params::drawn(mix(settings.seed, 0x69_6e69, 0), device);
        let vae = Vae::new(&settings.model, &params.root())?;
        Ok(Self {
            learner: Learner::new(params.variables(), AdamSettings::default(), AVERAGE)?,
            settings,
            data,
            device: device.clone(),
            vae,
        })
    }

    /// The network with the averaged weights, rounded as they will be in the file.
    fn averaged(&self) -> Result<Vae, TrainError> {
        let params = Params::loaded(weights::rounded(&self.learner.averaged()?)?, &self.device);
        Ok(Vae::new(&self.settings.model, &params.root())?)
    }

    fn finish(&self, out: &Path) -> Result<Metrics, TrainError> {
        let vae = self.averaged()?;
        let covers = self.data.held_back(usize::MAX);
        let Schedule { steps, batch, .. } = self.settings.schedule;
        let metrics = measure(&vae, &covers, steps, batch, &self.device)?;
        weights::write(out, "vae", &vae, self.learner.averaged()?, self.data)?;
        write_json(&out.join("metrics.json"), &metrics)?;
        Ok(metrics)
    }
}

impl Trainee for Run<'_> {
    fn fixed(&self) -> serde_json::Value {
        // The rate falls towards the last step, so their number belongs to the run.
        let Settings { model, seed, schedule: Schedule { steps, batch, .. }, .. } = self.settings;
        serde_json::json!({
            "model": "vae", "config": model, "steps": steps, "batch": batch, "seed": seed,
            "covers": self.data.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Vec<(&'static str, f64)>, TrainError> {
        let Settings { seed, rate: peak, schedule: Schedule { steps, batch, .. }, .. } = *self.settings;
        let size = self.settings.model.size;
        let covers =
            Tensor::from_vec(self.data.batch(seed, step, batch), (batch, 3, size, size), &self.device)?;
        let tape = Tape::record();
        let posterior = self.vae.encode(&covers)?;
        let noise = noise(posterior.mean.dims(), mix(seed, 0x6e_6f69, step), &self.device)?;
        let made = self.vae.decode(&posterior.draw(&noise)?)?;
        let error = squared_error(&made, &covers)?;
        let kl = (posterior.kl()? / batch as f64)?;
        let numbers = (3 * size * size) as f64;
        // −log likelihood per cover under the best σ for this batch: D/2 · log MSE, up to a constant.
        let likelihood = ((&error + 1e-6)?.log()? * (numbers / 2.0))?;
        // The code may first learn to be used: the KL term comes in over the first steps.
        let weight = (step as f64 / 500.0).min(1.0);
        let loss = ((likelihood + (&kl * weight)?)? / 100.0)?;
        let scalar = |t: &Tensor| t.to_scalar::<f32>().map(f64::from);
        let (total, length) =
            self.learner.descend(&tape, &loss, step, (rate(peak, step, WARM_UP, steps), CLIP))?;
        // Peak-to-peak is 2 in −1–1: PSNR of the training batch.
        let psnr = 10.0 * (4.0 / scalar(&error)?).log10();
        Ok(vec![("total", total), ("psnr", psnr), ("kl", scalar(&kl)?), ("gradient", length)])
    }

    fn groups(&self) -> Result<Groups, TrainError> {
        self.learner.groups()
    }

    fn restore(&mut self, loaded: &Loaded) -> Result<(), TrainError> {
        self.learner.restore(loaded, &self.device)
    }

    /// Reconstructions of covers held back above samples of the prior.
    fn sheet(&self) -> Result<RgbImage, TrainError> {
        let vae = self.averaged()?;
        let covers = self.data.held_back(32);
        let mut all = Vec::new();
        for row in covers.chunks(8) {
            all.extend(row.iter().cloned());
            all.extend(reconstructed(&vae, row, &self.device)?);
        }
        let side = self.settings.model.grid();
        let drawn = noise(&[16, self.settings.model.code, side, side], 1, &self.device)?;
        all.extend(grid::pictures(&vae.decode(&drawn)?)?);
        Ok(grid::sheet(&all, 8))
    }
}

/// Covers through the code's mean and back.
///
/// # Errors
/// When the covers have another size than the model.
pub fn reconstructed(vae: &Vae, covers: &[RgbImage], device: &Device) -> Result<Vec<RgbImage>, TrainError> {
    let size = vae.config().size;
    let input = Tensor::from_vec(grid::values(covers), (covers.len(), 3, size, size), device)?;
    Ok(grid::pictures(&vae.decode(&vae.encode(&input)?.mean)?)?)
}

fn measure(
    vae: &Vae,
    covers: &[RgbImage],
    step: u64,
    batch: usize,
    device: &Device,
) -> Result<Metrics, TrainError> {
    let size = vae.config().size;
    let (mut psnr, mut ssim, mut kl) = (0.0, 0.0, 0.0);
    for some in covers.chunks(32) {
        let input = Tensor::from_vec(grid::values(some), (some.len(), 3, size, size), device)?;
        let posterior = vae.encode(&input)?;
        kl += f64::from(posterior.kl()?.to_scalar::<f32>()?);
        for (cover, made) in some.iter().zip(grid::pictures(&vae.decode(&posterior.mean)?)?) {
            let failed = |error: super::metrics::MetricError| TrainError::Settings(error.to_string());
            // A flat cover may come back exactly; it counts as 60 dB rather than as infinity.
            psnr += similarity::psnr(cover, &made).map_err(failed)?.min(60.0);
            ssim += similarity::ssim(cover, &made).map_err(failed)?;
        }
    }
    let n = covers.len().max(1) as f64;
    let images = step * batch as u64;
    Ok(Metrics { steps: step, images, held_back: covers.len(), psnr: psnr / n, ssim: ssim / n, kl: kl / n })
}

/// Standard normal numbers that depend on the seed alone.
pub(super) fn noise(shape: &[usize], seed: u64, device: &Device) -> candle_core::Result<Tensor> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let n = shape.iter().product();
    let values: Vec<f32> = (0..n).map(|_| StandardNormal.sample(&mut rng)).collect();
    Tensor::from_vec(values, shape, device)
}

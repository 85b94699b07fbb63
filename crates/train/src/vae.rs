//! Training the VAE.
//!
//! It begins as the best linear code ([`super::principal`]). Where it has a detail, half of a step's covers are painted
//! with it and half without; either half's error counts by its own σ, so that neither drowns the other.

use super::checkpoint::{Groups, Loaded};
use super::data::mix;
use super::drive::{Schedule, Trainee, drive};
use super::learner::Learner;
use super::metrics::similarity;
use super::{Report, TrainError, TrainingData, principal, write_json};
use candle_core::{Device, Tensor};
use gatefold_models::codes::Prior;
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
    /// Without noise and without the KL term: a plain autoencoder, for comparison.
    #[serde(default)]
    pub plain: bool,
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
        Self { model: Config::default(), plain: false, rate: 1e-3, seed: 0, schedule }
    }
}

/// Longest gradient that is taken as it is.
const CLIP: f64 = 200.0;
const WARM_UP: u64 = 200;
/// Decay of the average that ships.
const AVERAGE: f64 = 0.999;
/// Weight of the KL term against the likelihood: below 1, since pictures are wanted more than short codes.
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
    /// Mean PSNR of reconstructions from the whole code, decibels.
    pub psnr: f64,
    /// Mean SSIM of reconstructions from the whole code.
    pub ssim: f64,
    /// The same from the rough code alone.
    pub rough: Likeness,
    /// Mean KL divergence per cover, nats, of the rough code.
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

impl Settings {
    /// Those of the plain autoencoder that composites are compared with: 4,096 numbers on one grid.
    pub fn plain() -> Self {
        let model =
            Config { size: 128, channels: vec![32, 64, 64], code: 16, detail: 0, blocks: vec![1, 1, 1] };
        let schedule = Schedule { steps: 1_000, batch: 16, ..Schedule::default() };
        Self { model, plain: true, schedule, ..Self::default() }
    }
}

impl<'a> Run<'a> {
    fn new(settings: &'a Settings, data: &'a TrainingData, device: &Device) -> Result<Self, TrainError> {
        let params = Params::drawn(mix(settings.seed, 0x69_6e69, 0), device);
        let vae = Vae::new(&settings.model, &params.root())?;
        principal::begin(&params.variables(), &settings.model, data)?;
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
        let name = if self.settings.plain { "plain" } else { "vae" };
        let prior = Prior::measure(&vae, self.data.blocks(), &Device::Cpu)?;
        latent_model::files(vae.config(), &self.learner.averaged()?, &prior)?.write(out, name)?;
        write_json(&out.join("metrics.json"), &metrics)?;
        Ok(metrics)
    }
}

impl Trainee for Run<'_> {
    fn fixed(&self) -> serde_json::Value {
        // The rate falls towards the last step, so their number belongs to the run.
        let Settings { model, seed, schedule: Schedule { steps, batch, .. }, .. } = self.settings;
        serde_json::json!({
            "model": if self.settings.plain { "plain" } else { "vae" }, "config": model, "steps": steps,
            "batch": batch, "seed": seed, "covers": self.data.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Vec<(&'static str, f64)>, TrainError> {
        let Settings { seed, rate: peak, schedule: Schedule { steps, batch, .. }, .. } = *self.settings;
        let size = self.settings.model.size;
        let covers =
            Tensor::from_vec(self.data.batch(seed, step, batch), (batch, 3, size, size), &self.device)?;
        let tape = Tape::record();
        let encoded = self.vae.encode(&covers)?;
        let drawn = |posterior: &Posterior, purpose: u64| {
            if self.settings.plain {
                return Ok(posterior.mean.clone());
            }
            posterior.draw(&noise(posterior.mean.dims(), mix(seed, purpose, step), &self.device)?)
        };
        let sketch = self.vae.sketch(&drawn(&encoded.rough, 0x6e_6f69)?)?;
        let mut kl = encoded.rough.kl()?.sum_all()?;
        // The first covers of a step are painted with their detail, the others with what is expected of it.
        let detailed = if self.settings.model.detail > 0 { batch.div_ceil(2) } else { 0 };
        let mut detail = None;
        if let (1.., Some(prior)) = (detailed, &sketch.prior) {
            let own = |p: &Posterior| p.narrow(0, detailed);
            if let Some(posterior) =
                self.vae.detail(&encoded.narrow(0, detailed)?, &sketch.narrow(0, detailed)?)?
            {
                kl = (kl + posterior.kl_from(&own(prior)?)?.sum_all()?)?;
                let drawn = drawn(&posterior, 0x64_6574)?;
                let rest = prior.mean.narrow(0, detailed, batch - detailed)?;
                detail = Some(if detailed < batch { Tensor::cat(&[&drawn, &rest], 0)? } else { drawn });
            }
        }
        let made = self.vae.paint(&sketch, detail.as_ref())?;
        let kl = (kl / batch as f64)?;
        let numbers = (3 * size * size) as f64;
        let mut likelihood = Tensor::zeros((), candle_core::DType::F32, &self.device)?;
        let mut errors = [None, None];
        for (part, (from, count)) in [(detailed, batch - detailed), (0, detailed)].into_iter().enumerate() {
            if count > 0 {
                let error = squared_error(&made.narrow(0, from, count)?, &covers.narrow(0, from, count)?)?;
                // −log likelihood per cover under the best σ for these: D/2 · log MSE, up to a constant.
                let share = numbers / 2.0 * count as f64 / batch as f64;
                likelihood = (likelihood + ((&error + 1e-6)?.log()? * share)?)?;
                errors[part] = Some(error);
            }
        }
        let weight = if self.settings.plain { 0.0 } else { KL };
        let loss = ((likelihood + (&kl * weight)?)? / 100.0)?;
        let scalar = |t: &Tensor| t.to_scalar::<f32>().map(f64::from);
        let (total, length) =
            self.learner.descend(&tape, &loss, step, (rate(peak, step, WARM_UP, steps), CLIP))?;
        let mut parts = vec![("total", total), ("kl", scalar(&kl)?), ("gradient", length)];
        for (name, error) in ["psnr", "detailed"].into_iter().zip(errors) {
            if let Some(error) = error {
                // Peak-to-peak is 2 in −1–1: PSNR of the training batch.
                parts.push((name, 10.0 * (4.0 / scalar(&error)?).log10()));
            }
        }
        Ok(parts)
    }

    fn groups(&self) -> Result<Groups, TrainError> {
        self.learner.groups()
    }

    fn restore(&mut self, loaded: &Loaded) -> Result<(), TrainError> {
        self.learner.restore(loaded, &self.device)
    }

    /// Covers held back above what is made of their rough codes and of their whole codes.
    fn sheet(&self) -> Result<RgbImage, TrainError> {
        let vae = self.averaged()?;
        let covers = self.data.held_back(24);
        let mut all = Vec::new();
        for row in covers.chunks(8) {
            all.extend(row.iter().cloned());
            all.extend(reconstructed(&vae, row, false, &self.device)?);
            if self.settings.model.detail > 0 {
                all.extend(reconstructed(&vae, row, true, &self.device)?);
            }
        }
        Ok(grid::sheet(&all, 8))
    }
}

/// Covers through the means of their codes and back: with the detail, or with what the rough code lets expect of it.
///
/// # Errors
/// When the covers have another size than the model.
pub fn reconstructed(
    vae: &Vae,
    covers: &[RgbImage],
    detailed: bool,
    device: &Device,
) -> Result<Vec<RgbImage>, TrainError> {
    let size = vae.config().size;
    let input = Tensor::from_vec(grid::values(covers), (covers.len(), 3, size, size), device)?;
    let encoded = vae.encode(&input)?;
    let sketch = vae.sketch(&encoded.rough.mean)?;
    let detail = if detailed { vae.detail(&encoded, &sketch)? } else { None };
    Ok(grid::pictures(&vae.paint(&sketch, detail.as_ref().map(|detail| &detail.mean))?)?)
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
        kl += f64::from(vae.encode(&input)?.rough.kl()?.sum_all()?.to_scalar::<f32>()?);
        for (found, detailed) in found.iter_mut().zip([false, true]) {
            for (cover, made) in some.iter().zip(reconstructed(vae, some, detailed, device)?) {
                let failed = |error: super::metrics::MetricError| TrainError::Settings(error.to_string());
                // A flat cover may come back exactly; it counts as 60 dB rather than as infinity.
                found.psnr += similarity::psnr(cover, &made).map_err(failed)?.min(60.0);
                found.ssim += similarity::ssim(cover, &made).map_err(failed)?;
            }
        }
    }
    let n = covers.len().max(1) as f64;
    let [rough, whole] = found.map(|sum| Likeness { psnr: sum.psnr / n, ssim: sum.ssim / n });
    let images = step * batch as u64;
    let Likeness { psnr, ssim } = whole;
    Ok(Metrics { steps: step, images, held_back: covers.len(), psnr, ssim, rough, kl: kl / n })
}

/// Standard normal numbers that depend on the seed alone.
pub(super) fn noise(shape: &[usize], seed: u64, device: &Device) -> candle_core::Result<Tensor> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let n = shape.iter().product();
    let values: Vec<f32> = (0..n).map(|_| StandardNormal.sample(&mut rng)).collect();
    Tensor::from_vec(values, shape, device)
}

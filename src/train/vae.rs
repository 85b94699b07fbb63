//! Training the VAE.

use super::checkpoint::{self, Loaded, State};
use super::data::mix;
use super::metrics::similarity;
use super::optimiser::{Adam, AdamSettings, Average, rate, saved};
use super::{Report, TrainError, TrainingData, grid};
use crate::model::layers::Params;
use crate::model::vae::{Config, Vae};
use crate::model::weights;
use crate::progress::Progress;
use candle_core::{Device, Tensor, Var};
use image::RgbImage;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// How a VAE is trained.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Shape of the network.
    pub model: Config,
    /// Steps in all.
    pub steps: u64,
    /// Covers per step.
    pub batch: usize,
    /// Highest learning rate.
    pub rate: f64,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// Steps between reports.
    pub report_every: u64,
    /// Steps between checkpoints.
    pub checkpoint_every: u64,
    /// Steps between contact sheets; 0 for none.
    pub grid_every: u64,
    /// Checkpoints kept.
    pub keep: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: Config::default(),
            steps: 20_000,
            batch: 32,
            rate: 1e-3,
            seed: 0,
            report_every: 20,
            checkpoint_every: 250,
            grid_every: 500,
            keep: 2,
        }
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
    out: &'a Path,
    device: Device,
    vae: Vae,
    variables: BTreeMap<String, Var>,
    adam: Adam,
    average: Average,
    step: u64,
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
    if settings.batch == 0 || settings.steps == 0 {
        return Err(TrainError::Settings(
            "training needs at least one step of at least one cover".to_owned(),
        ));
    }
    if data.size != settings.model.size {
        return Err(TrainError::Settings(format!(
            "the covers were read at {} px, the model needs {}",
            data.size, settings.model.size
        )));
    }
    let mut run = Run::start(settings, data, out, resume, device)?;
    progress.stage("Training", settings.steps);
    progress.advance(run.step);
    run.train(progress, report)?;
    run.finish()
}

impl<'a> Run<'a> {
    fn start(
        settings: &'a Settings,
        data: &'a TrainingData,
        out: &'a Path,
        resume: bool,
        device: &Device,
    ) -> Result<Self, TrainError> {
        fs::create_dir_all(out).map_err(TrainError::file(out))?;
        if !resume && !checkpoint::list(out).is_empty() {
            return Err(TrainError::Occupied(out.to_path_buf()));
        }
        let params = Params::drawn(mix(settings.seed, 0x69_6e69, 0), device);
        let vae = Vae::new(&settings.model, &params.root())?;
        let variables = params.variables();
        let mut run = Self {
            adam: Adam::new(variables.clone(), AdamSettings::default())?,
            average: Average::new(&variables, AVERAGE)?,
            settings,
            data,
            out,
            device: device.clone(),
            vae,
            variables,
            step: 0,
        };
        if let Some(loaded) = Loaded::newest(out, &run.fixed()?)? {
            let weights = loaded.group("weights", device)?;
            for (name, variable) in &run.variables {
                variable.set(&saved(&weights, name, variable.as_tensor())?)?;
            }
            run.average.restore(&loaded.group("average", device)?)?;
            run.adam.restore(&loaded.group("optimiser", device)?, loaded.state.optimiser_steps)?;
            run.step = loaded.state.step;
            run.cut_log()?;
        }
        Ok(run)
    }

    /// What must be equal for a checkpoint to be taken up; how often things are written may change.
    fn fixed(&self) -> Result<serde_json::Value, TrainError> {
        let Settings { model, steps, batch, rate, seed, .. } = self.settings;
        Ok(serde_json::json!({
            "model": "vae", "config": model, "steps": steps, "batch": batch, "rate": rate, "seed": seed,
            "covers": self.data.len(),
        }))
    }

    fn train(&mut self, progress: &dyn Progress, report: &mut dyn FnMut(&Report)) -> Result<(), TrainError> {
        let mut since = Instant::now();
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        let mut counted = 0_u64;
        while self.step < self.settings.steps {
            if progress.cancelled() {
                return Err(TrainError::Cancelled { step: self.step });
            }
            for (name, value) in self.one_step()? {
                *sums.entry(name).or_default() += value;
            }
            counted += 1;
            progress.advance(1);
            let due = |every: u64| every > 0 && self.step % every == 0;
            if due(self.settings.report_every) || self.step == self.settings.steps {
                let images = (counted * self.settings.batch as u64) as f64;
                let loss =
                    sums.iter().map(|(name, sum)| ((*name).to_owned(), sum / counted as f64)).collect();
                let line = Report {
                    step: self.step,
                    images: self.step * self.settings.batch as u64,
                    images_per_s: images / since.elapsed().as_secs_f64(),
                    loss,
                };
                self.log(&line)?;
                report(&line);
                (since, counted) = (Instant::now(), 0);
                sums.clear();
            }
            if due(self.settings.checkpoint_every) || self.step == self.settings.steps {
                self.checkpoint()?;
            }
            if due(self.settings.grid_every) {
                self.grid()?;
            }
        }
        Ok(())
    }

    fn one_step(&mut self) -> Result<[(&'static str, f64); 4], TrainError> {
        let Settings { batch, seed, steps, rate: peak, .. } = *self.settings;
        let size = self.settings.model.size;
        let covers =
            Tensor::from_vec(self.data.batch(seed, self.step, batch), (batch, 3, size, size), &self.device)?;
        let posterior = self.vae.encode(&covers)?;
        let noise = noise(posterior.mean.dims(), mix(seed, 0x6e_6f69, self.step), &self.device)?;
        let made = self.vae.decode(&posterior.draw(&noise)?)?;
        let error = (made - &covers)?.sqr()?.mean_all()?;
        let kl = (posterior.kl()? / batch as f64)?;
        let numbers = (3 * size * size) as f64;
        // −log likelihood per cover under the best σ for this batch: D/2 · log MSE, up to a constant.
        let likelihood = ((&error + 1e-6)?.log()? * (numbers / 2.0))?;
        // The code may first learn to be used: the KL term comes in over the first steps.
        let weight = (self.step as f64 / 500.0).min(1.0);
        let loss = ((likelihood + (&kl * weight)?)? / 100.0)?;
        let scalar = |t: &Tensor| t.to_scalar::<f32>().map(f64::from);
        let (total, mse) = (scalar(&loss)?, scalar(&error)?);
        if !total.is_finite() {
            return Err(TrainError::NotANumber { step: self.step });
        }
        let gradients = loss.backward()?;
        let length = self.adam.step(&gradients, rate(peak, self.step, WARM_UP, steps), CLIP)?;
        self.step += 1;
        self.average.update(&self.variables, self.step)?;
        // Peak-to-peak is 2 in −1–1: PSNR of the training batch.
        let psnr = 10.0 * (4.0 / mse).log10();
        Ok([("total", total), ("psnr", psnr), ("kl", scalar(&kl)?), ("gradient", length)])
    }

    fn checkpoint(&self) -> Result<(), TrainError> {
        let (optimiser, optimiser_steps) = self.adam.state();
        let weights = self.variables.iter().map(|(name, v)| (name.clone(), v.as_tensor().clone())).collect();
        let state = State { step: self.step, optimiser_steps, settings: self.fixed()? };
        let groups =
            vec![("weights", weights), ("average", self.average.weights()), ("optimiser", optimiser)];
        checkpoint::write(self.out, &state, &groups, self.settings.keep)
    }

    fn log(&self, line: &Report) -> Result<(), TrainError> {
        let path = self.out.join("log.jsonl");
        let text = serde_json::to_string(line).map_err(|error| TrainError::Settings(error.to_string()))?;
        let mut file =
            OpenOptions::new().create(true).append(true).open(&path).map_err(TrainError::file(&path))?;
        writeln!(file, "{text}").map_err(TrainError::file(&path))
    }

    /// Drops what the log says of steps after the checkpoint that is taken up: they come again.
    fn cut_log(&self) -> Result<(), TrainError> {
        let path = self.out.join("log.jsonl");
        let Ok(text) = fs::read_to_string(&path) else { return Ok(()) };
        let before =
            |line: &&str| serde_json::from_str::<Report>(line).is_ok_and(|line| line.step <= self.step);
        let kept: String = text.lines().filter(before).flat_map(|line| [line, "\n"]).collect();
        let fresh = path.with_extension("part");
        fs::write(&fresh, kept).map_err(TrainError::file(&fresh))?;
        fs::rename(&fresh, &path).map_err(TrainError::file(&path))
    }

    /// The network with the averaged weights, rounded as they will be in the file.
    fn averaged(&self) -> Result<Vae, TrainError> {
        let params = Params::loaded(weights::rounded(&self.average.weights())?, &self.device);
        Ok(Vae::new(&self.settings.model, &params.root())?)
    }

    /// Reconstructions of covers held back above samples of the prior.
    fn grid(&self) -> Result<(), TrainError> {
        let folder = self.out.join("grids");
        fs::create_dir_all(&folder).map_err(TrainError::file(&folder))?;
        let vae = self.averaged()?;
        let covers = self.data.held_back(32);
        let mut all = Vec::new();
        for row in covers.chunks(8) {
            all.extend(row.iter().cloned());
            all.extend(reconstructed(&vae, row, &self.device)?);
        }
        let grid_side = self.settings.model.grid();
        let drawn = noise(&[16, self.settings.model.code, grid_side, grid_side], 1, &self.device)?;
        all.extend(grid::pictures(&vae.decode(&drawn)?)?);
        grid::write(&grid::sheet(&all, 8), &folder.join(format!("step-{:09}.png", self.step)))
    }

    fn finish(&self) -> Result<Metrics, TrainError> {
        let vae = self.averaged()?;
        let covers = self.data.held_back(usize::MAX);
        let metrics = measure(&vae, &covers, self.step, self.settings.batch, &self.device)?;
        weights::write(self.out, "vae", &vae, self.average.weights(), self.data)?;
        let path = self.out.join("metrics.json");
        let text = serde_json::to_string_pretty(&metrics)
            .map_err(|error| TrainError::Settings(error.to_string()))?;
        fs::write(&path, text).map_err(TrainError::file(&path))?;
        Ok(metrics)
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
fn noise(shape: &[usize], seed: u64, device: &Device) -> candle_core::Result<Tensor> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let n = shape.iter().product();
    let values: Vec<f32> = (0..n).map(|_| StandardNormal.sample(&mut rng)).collect();
    Tensor::from_vec(values, shape, device)
}

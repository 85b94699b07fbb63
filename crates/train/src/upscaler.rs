//! Training of the ×2 upscaler ([`gatefold_models::upscaler`]) with the mean absolute difference.
//!
//! It sees patches of covers at half their size, half of them averaged down, half of them as the VAE brings them back from coarse
//! or from all latents; the target is the patch of the cover itself. The absolute difference leaves edges sharper than squares do
//! (Zhao et al. 2017, “Loss functions for image restoration with neural networks”).

use super::checkpoint::{Groups, Loaded};
use super::error::TrainError;
use super::experiment::{Experiment, Losses, Schedule};
use super::holdout::{self, Print};
use super::metrics::similarity;
use super::optimiser_state::OptimiserState;
use super::random::mix;
use super::vae::reconstructed;
use candle_core::{Device, Tensor};
use gatefold_covers::Look;
use gatefold_covers::cover;
use gatefold_models::grid;
use gatefold_models::latent_model::LatentModel;
use gatefold_models::upscaler::{self, Config, Upscaler, bicubic};
use gatefold_models::weights;
use gatefold_nn::layers::{Params, Tape};
use gatefold_nn::optimiser::{AdamSettings, rate};
use gatefold_types::progress::Progress;
use image::RgbImage;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How an upscaler is trained.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Shape of the network.
    pub model: Config,
    /// Highest learning rate.
    pub rate: f64,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// How long, of how many patches a step is, and how often something is written.
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: Config::default(),
            rate: 1e-3,
            seed: 0,
            schedule: Schedule { steps: 4_000, batch: 32, grid_every: 1_000, ..Schedule::default() },
        }
    }
}

const CLIP: f64 = 1.0;
const WARM_UP: u64 = 100;
/// Decay of the average that ships.
const AVERAGE: f64 = 0.999;
/// Pixels across a patch, before it is doubled; fewer where the VAE's pictures have fewer.
const PATCH: usize = 48;
/// Covers of the held-back tenth that are measured on.
const MEASURED: usize = 200;

/// What came of a run, on covers held back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done.
    pub steps: u64,
    /// Patches shown.
    pub images: u64,
    /// Covers measured on.
    pub held_back: usize,
    /// Mean PSNR of covers that were made half as large and doubled again.
    pub psnr: f64,
    /// The same by bicubic resampling.
    pub bicubic: f64,
    /// Mean PSNR of what the VAE brings back, doubled.
    pub psnr_of_made: f64,
    /// The same by bicubic resampling.
    pub bicubic_of_made: f64,
}

/// A cover and what stands for it at half its size.
struct Example {
    cover: RgbImage,
    halves: Vec<RgbImage>,
}

/// Covers at twice the VAE's size.
pub struct Examples {
    /// Pixels across a patch, before it is doubled.
    patch: usize,
    training: Vec<Example>,
    held_back: Vec<Example>,
}

impl Examples {
    /// Reads covers and brings each through the VAE whose two files' contents these are. A tenth is held back, as for every model.
    ///
    /// # Errors
    /// When no file can be read.
    pub fn from_files(
        files: &[PathBuf],
        (weights, description): (&[u8], &str),
        progress: &dyn Progress,
    ) -> Result<Self, TrainError> {
        let vae = LatentModel::read_first_stage(weights, description, &Device::Cpu)?.vae;
        let size = vae.config().size as u32;
        let decode = |path: &PathBuf| {
            let bytes = std::fs::read(path).ok()?;
            let cover = fitted(cover::decode(&bytes, 2 * size).ok()?, 2 * size);
            Some((Print::of(&bytes).ok()?, cover))
        };
        progress.stage("Reading covers", files.len() as u64);
        let read: Vec<(Print, RgbImage)> = files.par_iter().filter_map(decode).collect();
        if read.is_empty() {
            return Err(TrainError::NoData { skipped: files.len() });
        }
        progress.advance(files.len() as u64);
        let looks: Vec<Look<'_>> = read.iter().map(|(print, _)| print.look()).collect();
        let held = holdout::held_back(&looks, holdout::FROM_ALL);
        let covers: Vec<RgbImage> = read.into_iter().map(|(_, cover)| cover).collect();
        let halves: Vec<RgbImage> = covers.par_iter().map(halved).collect();
        progress.stage("Encoding", covers.len() as u64);
        let mut made = [Vec::with_capacity(covers.len()), Vec::with_capacity(covers.len())];
        for some in halves.chunks(32) {
            if progress.cancelled() {
                return Err(TrainError::Cancelled { step: 0 });
            }
            for (made, with_fine) in made.iter_mut().zip([false, true]) {
                made.extend(reconstructed(&vae, some, with_fine, &Device::Cpu)?);
            }
            progress.advance(some.len() as u64);
        }
        let [coarse, whole] = made;
        let (mut training, mut held_back) = (Vec::new(), Vec::new());
        let all = covers.into_iter().zip(halves).zip(coarse).zip(whole).zip(held);
        for ((((cover, half), coarse), whole), held) in all {
            let to = if held { &mut held_back } else { &mut training };
            to.push(Example { cover, halves: vec![half, coarse, whole] });
        }
        held_back.truncate(MEASURED);
        if training.is_empty() {
            return Err(TrainError::NoData { skipped: 0 });
        }
        Ok(Self { patch: PATCH.min(size as usize), training, held_back })
    }

    /// Patches `[batch, 3, patch, patch]`, what bicubic makes of them and what they should be, both twice as large.
    fn batch(&self, seed: u64, step: u64, batch: usize) -> [Vec<f32>; 3] {
        let patch = |i: usize| {
            let mut rng = ChaCha8Rng::seed_from_u64(mix(seed, 0x65_6e6c, step * batch as u64 + i as u64));
            let example = &self.training[rng.gen_range(0..self.training.len())];
            // Half of the patches are simply small, a quarter each come from either latent.
            let half = &example.halves[[0, 0, 1, 2][rng.gen_range(0..4)]];
            let room = half.width() - self.patch as u32;
            let (x, y) = (rng.gen_range(0..=room), rng.gen_range(0..=room));
            let mirror = rng.gen_bool(0.5);
            let cut = |picture: &RgbImage, factor: u32| {
                let side = self.patch as u32 * factor;
                let cut = image::imageops::crop_imm(picture, x * factor, y * factor, side, side).to_image();
                if mirror { image::imageops::flip_horizontal(&cut) } else { cut }
            };
            let small = cut(half, 1);
            [bicubic(&small), cut(&example.cover, 2), small]
        };
        let all: Vec<[RgbImage; 3]> = (0..batch).into_par_iter().map(patch).collect();
        let values = |k: usize| grid::values(&all.iter().map(|three| three[k].clone()).collect::<Vec<_>>());
        [values(2), values(0), values(1)]
    }
}

fn fitted(picture: RgbImage, side: u32) -> RgbImage {
    if picture.dimensions() == (side, side) {
        return picture;
    }
    image::imageops::resize(&picture, side, side, image::imageops::FilterType::Triangle)
}

/// Half as large, each pixel the mean of four.
fn halved(picture: &RgbImage) -> RgbImage {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    RgbImage::from_fn(width, height, |x, y| {
        let of = |c: usize| {
            let at = |dx, dy| u32::from(picture.get_pixel(2 * x + dx, 2 * y + dy).0[c]);
            ((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4) as u8
        };
        image::Rgb([of(0), of(1), of(2)])
    })
}

/// Training of an upscaler: `upscaler.safetensors` and its description.
pub struct UpscalerTraining<'a> {
    settings: Settings,
    examples: &'a Examples,
    device: Device,
    upscaler: Upscaler,
    optimiser: OptimiserState,
}

impl UpscalerTraining<'_> {
    fn averaged(&self) -> Result<Upscaler, TrainError> {
        let params = Params::loaded(weights::rounded(&self.optimiser.averaged()?)?, &self.device);
        Ok(Upscaler::new(&self.settings.model, &params.root())?)
    }
}

impl<'a> Experiment for UpscalerTraining<'a> {
    type Config = Settings;
    type Data = &'a Examples;
    type Metrics = Metrics;

    fn schedule(config: &Settings) -> Schedule {
        config.schedule
    }

    fn build(
        config: &Settings,
        data: &'a Examples,
        device: &Device,
        _: &dyn Progress,
    ) -> Result<Self, TrainError> {
        config.model.check().map_err(TrainError::Settings)?;
        let params = Params::drawn(mix(config.seed, 0x65_6e6c, 0), device);
        Ok(Self {
            upscaler: Upscaler::new(&config.model, &params.root())?,
            optimiser: OptimiserState::new(params.variables(), AdamSettings::default(), AVERAGE)?,
            settings: config.clone(),
            examples: data,
            device: device.clone(),
        })
    }

    fn identity(&self) -> serde_json::Value {
        let Settings { model, seed, schedule: Schedule { steps, batch, .. }, .. } = &self.settings;
        serde_json::json!({
            "model": "upscaler", "split": holdout::VERSION,
            "config": model, "steps": steps, "batch": batch, "seed": seed,
            "covers": self.examples.training.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Losses, TrainError> {
        let Settings { seed, rate: peak, schedule: Schedule { steps, batch, .. }, .. } = self.settings;
        let [small, plain, wanted] = self.examples.batch(seed, step, batch);
        let tensor =
            |values: Vec<f32>, side: usize| Tensor::from_vec(values, (batch, 3, side, side), &self.device);
        let patch = self.examples.patch;
        let lacking = (tensor(wanted, 2 * patch)? - tensor(plain, 2 * patch)?)?;
        let tape = Tape::record();
        let said = self.upscaler.lack(&tensor(small, patch)?)?;
        let loss = (said - lacking)?.abs()?.mean_all()?;
        let (total, length) =
            self.optimiser.descend(&tape, &loss, step, (rate(peak, step, WARM_UP, steps), CLIP))?;
        Ok(vec![("total", total), ("gradient", length)])
    }

    fn state(&self) -> Result<Groups, TrainError> {
        self.optimiser.groups()
    }

    fn restore(&mut self, saved: &Loaded) -> Result<(), TrainError> {
        self.optimiser.restore(saved, &self.device)
    }

    /// What the VAE brings back of covers held back, doubled: by bicubic resampling, by the network, and the covers.
    fn sample_grid(&self) -> Result<RgbImage, TrainError> {
        let upscaler = self.averaged()?;
        let some = &self.examples.held_back[..self.examples.held_back.len().min(6)];
        let mut pictures: Vec<RgbImage> = some.iter().map(|example| bicubic(&example.halves[2])).collect();
        for example in some {
            pictures.push(upscaler.double(&example.halves[2])?);
        }
        pictures.extend(some.iter().map(|example| example.cover.clone()));
        Ok(grid::sheet(&pictures, some.len().max(1)))
    }

    fn export(&self, out: &Path) -> Result<Metrics, TrainError> {
        let upscaler = self.averaged()?;
        let held = &self.examples.held_back;
        let failed = |error: super::metrics::MetricError| TrainError::Settings(error.to_string());
        let mean = |half: usize, with: &dyn Fn(&RgbImage) -> candle_core::Result<RgbImage>| {
            let mut sum = 0.0;
            for example in held {
                let made = with(&example.halves[half])?;
                sum += similarity::psnr(&example.cover, &made).map_err(failed)?.min(60.0);
            }
            Ok::<f64, TrainError>(sum / held.len().max(1) as f64)
        };
        let (network, plain) = (|p: &RgbImage| upscaler.double(p), |p: &RgbImage| Ok(bicubic(p)));
        let Schedule { steps, batch, .. } = self.settings.schedule;
        let metrics = Metrics {
            steps,
            images: steps * batch as u64,
            held_back: held.len(),
            psnr: mean(0, &network)?,
            bicubic: mean(0, &plain)?,
            psnr_of_made: mean(2, &network)?,
            bicubic_of_made: mean(2, &plain)?,
        };
        upscaler::files(&self.settings.model, &self.optimiser.averaged()?)?.write(out, "upscaler")?;
        Ok(metrics)
    }
}

//! Training of a DCGAN with the non-saturating loss (Goodfellow et al. 2014, “Generative adversarial nets”).
//!
//! A step trains each network once. Real and generated covers go through the discriminator separately, so that each batch has its
//! own statistics. Samples come from the average of the generator's weights (Yazıcı et al. 2018, “The unusual effectiveness of
//! averaging in GAN training”), with its own standing statistics (Brock et al. 2018, “Large scale GAN training”, appendix).

use super::adversary::Adversary;
use super::checkpoint::{Groups, Loaded};
use super::data::TrainingData;
use super::error::TrainError;
use super::experiment::{Experiment, Losses, Schedule};
use super::holdout;
use super::metrics::similarity;
use super::random::mix;
use super::vae::noise;
use candle_core::{Device, Tensor};
use gatefold_models::dcgan::{self, Config, Discriminator, Generator, softplus};
use gatefold_models::grid;
use gatefold_models::weights;
use gatefold_nn::layers::batch_norm::MOMENTUM;
use gatefold_nn::layers::{Params, Statistics, Tape};
use gatefold_nn::optimiser::{AdamSettings, Average};
use gatefold_types::progress::Progress;
use image::RgbImage;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// How a DCGAN is trained.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Shape of both networks.
    pub model: Config,
    /// Learning rate of both networks.
    pub rate: f64,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// How long, of how many covers a step is (as many real ones as made ones), and how often something is written.
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        let schedule = Schedule { batch: 64, ..Schedule::default() };
        Self { model: Config::default(), rate: 2e-4, seed: 0, schedule }
    }
}

/// The paper's momentum (section 4); PyTorch's other defaults.
pub(super) const ADAM: AdamSettings =
    AdamSettings { beta1: 0.5, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0 };
/// Decay of the average that ships.
const AVERAGE: f64 = 0.999;
/// Batches of 64 that standing statistics are taken over.
const STANDING: u64 = 4;
/// Samples on a sheet and in the measures.
const SAMPLES: usize = 64;

/// What came of a run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done.
    pub steps: u64,
    /// Covers shown.
    pub images: u64,
    /// Covers measured on.
    pub held_back: usize,
    /// Share of covers held back that the discriminator takes for real ones.
    pub real_taken_for_real: f64,
    /// Share of samples that it takes for real ones.
    pub made_taken_for_real: f64,
    /// Mean SSIM between pairs of samples: near 1 when the generator always makes the same.
    pub sameness: f64,
    /// The same between pairs of covers held back, to compare with.
    pub sameness_of_covers: f64,
}

/// Training of a DCGAN: `dcgan.safetensors` (the averaged generator) and its description.
pub struct DcganTraining<'a> {
    settings: Settings,
    data: &'a TrainingData,
    device: Device,
    generator: Adversary<Generator>,
    discriminator: Adversary<Discriminator>,
    /// The discriminator again, on the same memory, so that a step of the generator costs no gradients of its weights.
    frozen: Discriminator,
    average: Average,
}

impl DcganTraining<'_> {
    fn noise(&self, n: usize, seed: u64) -> candle_core::Result<Tensor> {
        noise(&[n, self.settings.model.noise], seed, &self.device)
    }

    /// The averaged weights, rounded as they will be in the file, with the statistics that belong to them.
    fn averaged(&self) -> Result<(Generator, HashMap<String, Tensor>), TrainError> {
        let mut tensors = weights::rounded(&self.average.weights()?)?;
        for (name, variable) in &self.generator.statistics {
            tensors.insert(name.clone(), variable.as_tensor().zeros_like()?);
        }
        let params = Params::loaded(tensors.clone(), &self.device);
        let generator = Generator::new(&self.settings.model, &params.root())?;
        for k in 0..STANDING {
            generator
                .forward(&self.noise(64, mix(2, 0x73_7464, k))?, Statistics::Batch(1.0 / (k + 1) as f64))?;
        }
        for (name, variable) in params.statistics() {
            tensors.insert(name, variable.as_tensor().detach());
        }
        Ok((generator, tensors))
    }

    fn samples(&self, generator: &Generator) -> candle_core::Result<Tensor> {
        generator.forward(&self.noise(SAMPLES, 1)?, Statistics::Running)
    }

    fn measure(&self, samples: &Tensor) -> Result<Metrics, TrainError> {
        let size = self.settings.model.size;
        let covers = self.data.held_back(10 * SAMPLES);
        let taken = |covers: &Tensor| -> Result<f64, TrainError> {
            let logits = self.discriminator.network.forward(covers, Statistics::Running)?.to_vec1::<f32>()?;
            Ok(logits.iter().filter(|&&logit| logit > 0.0).count() as f64)
        };
        let mut real = 0.0;
        for some in covers.chunks(SAMPLES) {
            real += taken(&Tensor::from_vec(grid::values(some), (some.len(), 3, size, size), &self.device)?)?;
        }
        let Schedule { steps, batch, .. } = self.settings.schedule;
        Ok(Metrics {
            steps,
            images: steps * batch as u64,
            held_back: covers.len(),
            real_taken_for_real: real / covers.len().max(1) as f64,
            made_taken_for_real: taken(samples)? / SAMPLES as f64,
            sameness: sameness(&grid::pictures(samples)?)?,
            sameness_of_covers: sameness(&covers)?,
        })
    }
}

/// Mean SSIM of neighbours in a list; 0 when there are none.
fn sameness(pictures: &[RgbImage]) -> Result<f64, TrainError> {
    let mut sum = 0.0;
    for pair in pictures.windows(2) {
        sum +=
            similarity::ssim(&pair[0], &pair[1]).map_err(|error| TrainError::Settings(error.to_string()))?;
    }
    Ok(sum / pictures.len().saturating_sub(1).max(1) as f64)
}

impl<'a> Experiment for DcganTraining<'a> {
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
        let params = |purpose| Params::drawn(mix(config.seed, purpose, 0), device);
        let (of_generator, of_discriminator) = (params(0x67_656e), params(0x64_6973));
        let generator = Generator::new(&config.model, &of_generator.root())?;
        let generator = Adversary::new(generator, &of_generator, ADAM)?;
        let discriminator = Discriminator::new(&config.model, &of_discriminator.root())?;
        let discriminator = Adversary::new(discriminator, &of_discriminator, ADAM)?;
        let shared = Params::loaded(discriminator.tensors(), device);
        Ok(Self {
            frozen: Discriminator::new(&config.model, &shared.root())?,
            average: Average::new(&generator.variables, AVERAGE)?,
            settings: config.clone(),
            data,
            device: device.clone(),
            generator,
            discriminator,
        })
    }

    fn identity(&self) -> serde_json::Value {
        let Settings { model, seed, schedule, .. } = &self.settings;
        serde_json::json!({
            "model": "dcgan", "split": holdout::VERSION,
            "config": model, "batch": schedule.batch, "seed": seed, "covers": self.data.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Losses, TrainError> {
        let Settings { seed, rate, schedule: Schedule { batch, .. }, .. } = self.settings;
        let size = self.settings.model.size;
        let own = Statistics::Batch(MOMENTUM);
        let covers =
            Tensor::from_vec(self.data.batch(seed, step, batch), (batch, 3, size, size), &self.device)?;
        let noise = self.noise(batch, mix(seed, 0x6e_6f69, step))?;
        let tape = Tape::record();
        let made = self.generator.network.forward(&noise, own)?;

        let real = self.discriminator.network.forward(&covers, own)?;
        let fake = self.discriminator.network.forward(&made.detach(), own)?;
        let loss = (softplus(&real.neg()?)?.mean_all()? + softplus(&fake)?.mean_all()?)?;
        let discriminator = self.discriminator.learn(&tape, &loss, rate, step)?;

        // The discriminator as it is now; its running statistics have seen this batch already.
        let again = self.frozen.forward(&made, Statistics::Batch(0.0))?;
        let loss = softplus(&again.neg()?)?.mean_all()?;
        let generator = self.generator.learn(&tape, &loss, rate, step)?;
        self.average.update(&self.generator.variables, step + 1)?;
        Ok(vec![
            ("discriminator", discriminator),
            ("generator", generator),
            ("real", believed(&real)?),
            ("fake", believed(&fake)?),
        ])
    }

    fn state(&self) -> Result<Groups, TrainError> {
        Ok(vec![
            ("generator", self.generator.tensors()),
            ("discriminator", self.discriminator.tensors()),
            ("average", self.average.weights()?),
            ("generator-optimiser", self.generator.adam.state()?),
            ("discriminator-optimiser", self.discriminator.adam.state()?),
        ])
    }

    fn restore(&mut self, saved: &Loaded) -> Result<(), TrainError> {
        let group = |name| saved.group(name, &self.device);
        self.generator.restore(&group("generator")?, &group("generator-optimiser")?)?;
        self.discriminator.restore(&group("discriminator")?, &group("discriminator-optimiser")?)?;
        Ok(self.average.restore(&group("average")?)?)
    }

    /// Samples, always from the same noise.
    fn sample_grid(&self) -> Result<RgbImage, TrainError> {
        Ok(grid::sheet(&grid::pictures(&self.samples(&self.averaged()?.0)?)?, 8))
    }

    fn export(&self, out: &Path) -> Result<Metrics, TrainError> {
        let (generator, tensors) = self.averaged()?;
        dcgan::files(generator.config(), &tensors)?.write(out, "dcgan")?;
        let metrics = self.measure(&self.samples(&generator)?)?;
        Ok(metrics)
    }
}

/// Mean probability of being real.
fn believed(logits: &Tensor) -> Result<f64, TrainError> {
    let logits = logits.to_vec1::<f32>()?;
    Ok(logits.iter().map(|&x| 1.0 / (1.0 + (-f64::from(x)).exp())).sum::<f64>() / logits.len() as f64)
}

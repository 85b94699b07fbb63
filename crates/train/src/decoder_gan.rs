//! Adversarial fine-tuning of a VAE's decoder: its last part, which begins where the latents end, learns from a critic.
//!
//! Squared error leaves out the finest texture, and knows nothing of blends of several covers, nor of latents that a latent
//! flow made of noise. Here the decoder decodes all of these, and a critic (Goodfellow et al. 2014;
//! [`gatefold_models::critic`]) tells what it makes from covers; what has an original is held to it as well. How much the
//! critic counts follows from the lengths of the two gradients, as in Esser et al. 2021, “Taming transformers for
//! high-resolution image synthesis”, but at the picture instead of at the last layer, and from how well it tells the two
//! apart: a critic that guesses has nothing to teach. It learns faster than the decoder (Heusel et al. 2017, “GANs
//! trained by a two time-scale update rule”).
//!
//! Whatever says or reads latents stays as it was (the encoder, the sketch of coarse latents and the prior of fine ones), so
//! that a latent flow, the aggregate posterior and every recipe go on meaning the same.

use super::adversary::Adversary;
use super::checkpoint::{Groups, Loaded};
use super::data::{OnVae, TrainingData};
use super::dcgan;
use super::decodings::{Decodings, LEAST, Shares, pulls};
use super::error::TrainError;
use super::experiment::{Experiment, Losses, Schedule};
use super::holdout;
use super::optimiser_state::OptimiserState;
use super::random::mix;
use super::replay;
use super::vae;
use candle_core::{Device, Tensor, Var};
use gatefold_models::critic::{self, Critic, hinge};
use gatefold_models::grid;
use gatefold_models::latent;
use gatefold_models::latent_model::{self, LatentModel};
use gatefold_models::learned;
use gatefold_models::vae::{Config, Vae};
use gatefold_models::weights;
use gatefold_nn::layers::{Params, Tape};
use gatefold_nn::optimiser::{AdamSettings, rate};
use gatefold_types::progress::Progress;
use gatefold_types::report::Likeness;
use image::RgbImage;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// How a decoder is taught.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Shape of the critic.
    pub critic: critic::Config,
    /// Highest learning rate of the decoder.
    pub rate: f64,
    /// Length of a sure critic's gradient, as a share of that of the squared error.
    pub share: f64,
    /// Blends of several covers, and as many samples, that are decoded again and again.
    pub mixtures: usize,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// How long, of how many pictures a step is, and how often something is written.
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            critic: critic::Config::default(),
            rate: 1e-4,
            share: 0.5,
            mixtures: 1_000,
            seed: 0,
            schedule: Schedule { steps: 4_000, batch: 16, ..Schedule::default() },
        }
    }
}

const WARM_UP: u64 = 200;
/// Decay of the average that ships.
const AVERAGE: f64 = 0.998;
/// How much faster the critic learns.
const FASTER: f64 = 4.0;
/// By how much a sure critic's logits of covers and of pictures differ.
const SURE: f64 = 1.0;
/// What came of a run, on covers held back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done.
    pub steps: u64,
    /// Paintings shown to the critic or held to an original.
    pub images: u64,
    /// Covers measured on.
    pub held_back: usize,
    /// Covers from their latents.
    pub whole: Likeness,
    /// The same from their coarse latents.
    #[serde(rename = "rough")]
    pub coarse: Likeness,
    /// From latents by the decoder as it was.
    pub before: Likeness,
}

/// Adversarial training of a VAE's decoder: `vae.safetensors` and `vae.json`, the whole model.
pub struct DecoderGanTraining<'a> {
    settings: Settings,
    data: &'a TrainingData,
    device: Device,
    /// The model's two files.
    files: (&'a [u8], &'a str),
    /// All of its tensors.
    base: HashMap<String, Tensor>,
    /// The model as it was: it says the latents and the sketches.
    first: Arc<Vae>,
    vae: Vae,
    optimiser: OptimiserState,
    critic: Adversary<Critic>,
    /// The critic again, on the same memory, so that a step of the decoder costs no gradients of its weights.
    frozen: Critic,
    decodings: Decodings,
}

/// Whether a tensor belongs to what [`Vae::paint`] does after the latent was read.
fn paints(name: &str, config: &Config) -> bool {
    let deepest = config.channels.len() - 1;
    let levels = (0..deepest).map(|level| format!("decoder.level{level}."));
    let ups = (0..deepest.saturating_sub(1)).map(|level| format!("decoder.up{level}."));
    let heads = ["decoder.detail.mix.", "decoder.paint."].map(str::to_owned);
    levels.chain(ups).chain(heads).any(|part| name.starts_with(&part))
}

/// A network with the model's weights, and these as variables.
fn begun(
    config: &Config,
    base: &HashMap<String, Tensor>,
    device: &Device,
) -> Result<(Vae, BTreeMap<String, Var>), TrainError> {
    let params = Params::drawn(0, device);
    let vae = Vae::new(config, &params.root())?;
    let variables = params.variables();
    for (name, variable) in &variables {
        let missing = || TrainError::Settings(format!("the model has no tensor {name}"));
        let tensor = base.get(name).ok_or_else(missing)?;
        variable.set(&tensor.to_dtype(candle_core::DType::F32)?)?;
    }
    Ok((vae, variables))
}

impl DecoderGanTraining<'_> {
    /// The model with the averaged decoder, rounded as it will be in the file.
    fn averaged(&self) -> Result<Vae, TrainError> {
        let mut tensors = self.base.clone();
        tensors.extend(weights::rounded(&self.optimiser.averaged()?)?);
        let params = Params::loaded(tensors, &self.device);
        Ok(Vae::new(self.first.config(), &params.root())?)
    }
}

/// Mean length of pictures' gradients.
fn length(gradients: &Tensor) -> candle_core::Result<f64> {
    let squares = gradients.sqr()?.flatten_from(1)?.sum(1)?;
    Ok(f64::from(squares.sqrt()?.mean_all()?.to_scalar::<f32>()?))
}

impl<'a> Experiment for DecoderGanTraining<'a> {
    type Config = Settings;
    type Data = OnVae<'a>;
    type Metrics = Metrics;

    fn schedule(config: &Settings) -> Schedule {
        config.schedule
    }

    fn build(
        settings: &Settings,
        OnVae { weights, description, covers }: OnVae<'a>,
        device: &Device,
        progress: &dyn Progress,
    ) -> Result<Self, TrainError> {
        let LatentModel { vae: first, flow, .. } = LatentModel::read(weights, description, device)?;
        covers.check_size(first.config().size)?;
        if first.config().fine == 0 {
            let sentence =
                "this VAE has no fine latents, and a critic teaches the decoder where they come in";
            return Err(TrainError::Settings(sentence.to_owned()));
        }
        if settings.schedule.batch < LEAST {
            let sentence = format!("a step needs at least {LEAST} pictures, one of each kind");
            return Err(TrainError::Settings(sentence));
        }
        let learned = learned::built_in()?.ok_or_else(|| {
            TrainError::Settings("this program contains no encoder, whose scale blends need".to_owned())
        })?;
        let Settings { mixtures: count, seed, .. } = *settings;
        let blends = replay::blends(covers, &learned, count, seed, progress)?;
        let samples = match &flow {
            Some(flow) => replay::samples(flow, &first, count, seed, progress)?,
            None => Vec::new(),
        };
        let base = candle_core::safetensors::load_buffer(weights, device)?;
        let (vae, mut variables) = begun(first.config(), &base, device)?;
        variables.retain(|name, _| paints(name, first.config()));
        let adam = AdamSettings { beta1: 0.5, beta2: 0.99, ..dcgan::ADAM };
        let params = Params::drawn(mix(seed, 0x63_7269, 0), device);
        let critic = Adversary::new(Critic::new(&settings.critic, &params.root())?, &params, adam)?;
        let shared = Params::loaded(critic.tensors(), device);
        let first = Arc::new(first);
        Ok(Self {
            frozen: Critic::new(&settings.critic, &shared.root())?,
            optimiser: OptimiserState::new(variables, adam, AVERAGE)?,
            settings: settings.clone(),
            data: covers,
            device: device.clone(),
            files: (weights, description),
            base,
            decodings: Decodings { model: first.clone(), blends, samples, device: device.clone() },
            first,
            vae,
            critic,
        })
    }

    fn identity(&self) -> serde_json::Value {
        let Settings { critic, share, mixtures, seed, schedule, .. } = &self.settings;
        serde_json::json!({
            "model": "decoder-gan", "split": holdout::VERSION,
            "config": critic, "share": share, "mixtures": mixtures, "seed": seed,
            "steps": schedule.steps, "batch": schedule.batch, "vae": self.first.config(), "covers": self.data.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Losses, TrainError> {
        let Settings { seed, share, rate: peak, schedule: Schedule { steps, batch, .. }, .. } = self.settings;
        let size = self.first.config().size;
        let shares = Shares::of(batch, !self.decodings.samples.is_empty());
        let mut rng = ChaCha8Rng::seed_from_u64(mix(seed, 0x70_6169, step));
        let real =
            Tensor::from_vec(self.data.batch(seed, step, batch), (batch, 3, size, size), &self.device)?;
        let originals = self.decodings.originals(&real, shares, &mut rng)?;
        let tape = Tape::record();
        let made = self.decodings.decoded(&self.vae, &originals, shares, &mut rng)?;
        let seen = batch - shares.coarse;
        let shown = made.narrow(0, 0, seen)?.detach();
        let rate = rate(peak, step, WARM_UP, steps);

        let believed = self.critic.network.forward(&real)?;
        let doubted = self.critic.network.forward(&shown)?;
        let critic = self.critic.learn(&tape, &hinge(&believed, &doubted)?, FASTER * rate, step)?;

        // The critic as it is now says which way each picture should change.
        let shown = Var::from_tensor(&shown)?;
        let loss = self.frozen.forward(shown.as_tensor())?.mean_all()?.neg()?;
        let gradients = tape.backward(&loss)?;
        let wanted = gradients.get(&shown).ok_or_else(|| {
            TrainError::Settings("the critic gave no gradient; please report this".to_owned())
        })?;
        let still = made.detach();
        let pulls = pulls(&still, &originals, shares)?;
        let scale = length(&pulls.narrow(0, 0, shares.covers)?)?.max(1e-6);
        let mean =
            |t: &Tensor| -> Result<f64, TrainError> { Ok(f64::from(t.mean_all()?.to_scalar::<f32>()?)) };
        let (real, decoded) = (mean(&believed)?, mean(&doubted)?);
        let knows = ((real - decoded) / SURE).clamp(0.0, 1.0);
        let counts = knows * share * scale / length(&wanted.narrow(0, 0, shares.covers)?)?.max(1e-12);
        let rest = still.narrow(0, seen, shares.coarse)?.zeros_like()?;
        let pushes = (Tensor::cat(&[wanted, &rest], 0)? * counts)?;
        let whole = ((pulls + pushes)? / (scale * batch as f64))?;
        let loss = (&made * whole.detach())?.sum_all()?;
        let (_, length) = self.optimiser.descend(&tape, &loss, step, (rate, f64::INFINITY))?;

        let error = (still.narrow(0, 0, shares.covers)? - originals.narrow(0, 0, shares.covers)?)?.sqr()?;
        Ok(vec![
            ("critic", critic),
            ("real", real),
            ("painted", decoded),
            ("gradient", length),
            ("psnr", 10.0 * (4.0 / mean(&error)?).log10()),
        ])
    }

    fn state(&self) -> Result<Groups, TrainError> {
        let mut groups = self.optimiser.groups()?;
        groups.push(("critic", self.critic.tensors()));
        groups.push(("critic-optimiser", self.critic.adam.state()?));
        Ok(groups)
    }

    fn restore(&mut self, saved: &Loaded) -> Result<(), TrainError> {
        self.optimiser.restore(saved, &self.device)?;
        let group = |name| saved.group(name, &self.device);
        self.critic.restore(&group("critic")?, &group("critic-optimiser")?)
    }

    /// Covers held back, blends and samples: above as the decoder decoded them, below as it does now.
    fn sample_grid(&self) -> Result<RgbImage, TrainError> {
        let (now, config) = (self.averaged()?, self.first.config());
        let mut pictures = Vec::new();
        let mut latents = Vec::new();
        for originals in [self.data.held_back(8), self.decodings.blends.iter().take(8).cloned().collect()] {
            let shape = (originals.len(), 3, config.size, config.size);
            let input = Tensor::from_vec(grid::values(&originals), shape, &self.device)?;
            latents.push(latent::whole(&self.first, &self.first.encode(&input)?)?);
        }
        let samples = &self.decodings.samples;
        if !samples.is_empty() {
            let some = &samples[..samples.len().min(16)];
            let shape = (some.len(), latent::numbers(config), config.grid(), config.grid());
            latents.push(Tensor::from_vec(some.concat(), shape, &self.device)?);
        }
        for latents in latents {
            for vae in [&*self.first, &now] {
                pictures.extend(grid::pictures(&latent::decoded(vae, &latents)?)?);
            }
        }
        Ok(grid::sheet(&pictures, 8))
    }

    fn export(&self, out: &Path) -> Result<Metrics, TrainError> {
        let covers = self.data.held_back(usize::MAX);
        let Schedule { steps, batch, .. } = self.settings.schedule;
        let measure = |vae: &Vae| vae::measure(vae, &covers, steps, batch, &self.device);
        let (now, before) = (measure(&self.averaged()?)?, measure(&self.first)?);
        let whole = |metrics: &vae::Metrics| Likeness { psnr: metrics.psnr, ssim: metrics.ssim };
        let metrics = Metrics {
            steps,
            images: steps * batch as u64,
            held_back: covers.len(),
            whole: whole(&now),
            coarse: now.coarse,
            before: whole(&before),
        };
        latent_model::files_with_changes(self.files, &self.optimiser.averaged()?)?.write(out, "vae")?;
        Ok(metrics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold_nn::layers::Params;

    #[test]
    fn what_decodes_is_not_what_says_latents() {
        let config = Config::default();
        let params = Params::drawn(1, &Device::Cpu);
        let vae = Vae::new(&config, &params.root()).unwrap();
        let coarse = Tensor::randn(0.0_f32, 1.0, (1, 8, 8, 8), &Device::Cpu).unwrap();
        let covers = Tensor::rand(-1.0_f32, 1.0, (1, 3, 128, 128), &Device::Cpu).unwrap();
        let said = |vae: &Vae| {
            let whole = latent::whole(vae, &vae.encode(&covers).unwrap()).unwrap();
            let decoded = vae.decode(&coarse).unwrap();
            [whole, decoded].map(|t| t.flatten_all().unwrap().to_vec1::<f32>().unwrap())
        };
        let before = said(&vae);
        let mut changed = 0;
        for (name, variable) in params.variables() {
            if paints(&name, &config) {
                variable.set(&(variable.as_tensor() + 0.01).unwrap()).unwrap();
                changed += 1;
            }
        }
        let after = said(&vae);
        assert!(changed > 20, "{changed}");
        assert_eq!(before[0], after[0], "latents stay what they were");
        assert_ne!(before[1], after[1]);
    }

    #[test]
    fn it_begins_as_the_decoder_that_is_there() {
        let (weights, description) = gatefold_models::testing::tiny();
        let model = LatentModel::read(&weights, &description, &Device::Cpu).unwrap();
        let base = candle_core::safetensors::load_buffer(&weights, &Device::Cpu).unwrap();
        let config = model.vae.config();
        let (vae, _) = begun(config, &base, &Device::Cpu).unwrap();
        let grid = config.grid();
        let latents =
            Tensor::randn(0.0_f32, 1.0, (2, latent::numbers(config), grid, grid), &Device::Cpu).unwrap();
        let decoded =
            |vae| latent::decoded(vae, &latents).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(decoded(&vae), decoded(&model.vae));
    }
}

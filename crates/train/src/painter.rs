//! Teaching a VAE to paint: the part of its decoder that begins where the code ends learns from a critic.
//!
//! Squared error leaves out the finest texture, and knows nothing of sheets on which several covers lie, nor of codes
//! that a second stage made of noise. Here the decoder paints all of these, and a critic (Goodfellow et al. 2014;
//! [`gatefold_models::critic`]) tells the paintings from covers; what has an original is held to it as well. How much the
//! critic counts follows from the lengths of the two gradients, as in Esser et al. 2021, “Taming transformers for
//! high-resolution image synthesis”, but at the picture instead of at the last layer, and from how well it tells the two
//! apart: a critic that guesses has nothing to teach. It learns faster than the painter (Heusel et al. 2017, “GANs
//! trained by a two time-scale update rule”).
//!
//! Whatever says or reads codes stays as it was (the encoder, the rough code's sketch and what it lets expect of the
//! detail), so that a second stage, the cloud of codes and every recipe go on meaning the same.

use super::checkpoint::{Groups, Loaded};
use super::data::mix;
use super::drive::{Schedule, Trainee, drive};
use super::learner::Learner;
use super::mixtures;
use super::paintings::{LEAST, Paintings, Shares, pulls};
use super::part::Part;
use super::{Report, TrainError, TrainingData, dcgan, vae, write_json};
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

/// How a painter is taught.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Shape of the critic.
    pub critic: critic::Config,
    /// Highest learning rate of the painter.
    pub rate: f64,
    /// Length of a sure critic's gradient, as a share of that of the squared error.
    pub share: f64,
    /// Sheets of several covers, and as many samples, that are painted again and again.
    pub mixtures: usize,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// How long, of how many paintings a step is, and how often something is written.
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
/// By how much a sure critic's logits of covers and of paintings differ.
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
    /// Covers from their whole codes.
    pub whole: Likeness,
    /// The same from their rough codes.
    pub rough: Likeness,
    /// From whole codes by the decoder as it was.
    pub before: Likeness,
}

struct Run<'a> {
    settings: &'a Settings,
    data: &'a TrainingData,
    device: Device,
    /// All of the model's tensors.
    base: HashMap<String, Tensor>,
    /// The model as it was: it says the codes and the sketches.
    first: &'a Vae,
    vae: Vae,
    learner: Learner,
    critic: Part<Critic>,
    /// The critic again, on the same memory, so that a step of the painter costs no gradients of its weights.
    frozen: Critic,
    paintings: Paintings<'a>,
}

/// Teaches the decoder of the model in `base` (weights and description) to the end of `settings.steps`, from the
/// beginning or, with `resume`, from the last checkpoint in `out`. At the end `out` holds `vae.safetensors`, `vae.json`
/// (the whole model) and `metrics.json`.
///
/// # Errors
/// See [`TrainError`]; the last checkpoint is always kept.
pub fn run(
    settings: &Settings,
    base: (&[u8], &str),
    data: &TrainingData,
    out: &Path,
    resume: bool,
    device: &Device,
    progress: &dyn Progress,
    report: &mut dyn FnMut(&Report),
) -> Result<Metrics, TrainError> {
    let model = LatentModel::read(base.0, base.1, device)?;
    let config = model.vae.config();
    data.check_size(config.size)?;
    if config.detail == 0 {
        let sentence = "this VAE has no detail layer, and a painter begins where the detail comes in";
        return Err(TrainError::Settings(sentence.to_owned()));
    }
    if settings.schedule.batch < LEAST {
        let sentence = format!("a painter needs at least {LEAST} pictures per step, one of each kind");
        return Err(TrainError::Settings(sentence));
    }
    let learned = learned::built_in()?.ok_or_else(|| {
        TrainError::Settings("this program contains no encoder, whose scale mixtures need".to_owned())
    })?;
    let Settings { mixtures: count, seed, .. } = *settings;
    let sheets = mixtures::sheets(data, &learned, count, seed, progress)?;
    let samples = match &model.second {
        Some(second) => mixtures::samples(second, &model.vae, count, seed, progress)?,
        None => Vec::new(),
    };
    let tensors = candle_core::safetensors::load_buffer(base.0, device)?;
    let mut run = Run::new(settings, data, (tensors, &model.vae), (sheets, samples), device)?;
    drive(&mut run, settings.schedule, out, resume, progress, report)?;
    run.finish(out, base)
}

/// Whether a tensor belongs to what [`Vae::paint`] does after the code was read.
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

impl<'a> Run<'a> {
    fn new(
        settings: &'a Settings,
        data: &'a TrainingData,
        (base, first): (HashMap<String, Tensor>, &'a Vae),
        (sheets, samples): (Vec<RgbImage>, Vec<Vec<f32>>),
        device: &Device,
    ) -> Result<Self, TrainError> {
        let config = first.config();
        let (vae, mut variables) = begun(config, &base, device)?;
        variables.retain(|name, _| paints(name, config));
        let adam = AdamSettings { beta1: 0.5, beta2: 0.99, ..dcgan::ADAM };
        let params = Params::drawn(mix(settings.seed, 0x63_7269, 0), device);
        let critic = Part::new(Critic::new(&settings.critic, &params.root())?, &params, adam)?;
        let shared = Params::loaded(critic.tensors(), device);
        Ok(Self {
            frozen: Critic::new(&settings.critic, &shared.root())?,
            learner: Learner::new(variables, adam, AVERAGE)?,
            settings,
            data,
            device: device.clone(),
            base,
            first,
            vae,
            critic,
            paintings: Paintings { model: first, sheets, samples, device: device.clone() },
        })
    }

    /// The model with the averaged decoder, rounded as it will be in the file.
    fn averaged(&self) -> Result<Vae, TrainError> {
        let mut tensors = self.base.clone();
        tensors.extend(weights::rounded(&self.learner.averaged()?)?);
        let params = Params::loaded(tensors, &self.device);
        Ok(Vae::new(self.first.config(), &params.root())?)
    }

    fn finish(&self, out: &Path, base: (&[u8], &str)) -> Result<Metrics, TrainError> {
        let covers = self.data.held_back(usize::MAX);
        let Schedule { steps, batch, .. } = self.settings.schedule;
        let measure = |vae: &Vae| vae::measure(vae, &covers, steps, batch, &self.device);
        let (now, before) = (measure(&self.averaged()?)?, measure(self.first)?);
        let whole = |metrics: &vae::Metrics| Likeness { psnr: metrics.psnr, ssim: metrics.ssim };
        let metrics = Metrics {
            steps,
            images: steps * batch as u64,
            held_back: covers.len(),
            whole: whole(&now),
            rough: now.rough,
            before: whole(&before),
        };
        latent_model::files_with_changes(base, &self.learner.averaged()?)?.write(out, "vae")?;
        write_json(&out.join("metrics.json"), &metrics)?;
        Ok(metrics)
    }
}

/// Mean length of pictures' gradients.
fn length(gradients: &Tensor) -> candle_core::Result<f64> {
    let squares = gradients.sqr()?.flatten_from(1)?.sum(1)?;
    Ok(f64::from(squares.sqrt()?.mean_all()?.to_scalar::<f32>()?))
}

impl Trainee for Run<'_> {
    fn fixed(&self) -> serde_json::Value {
        let Settings { critic, share, mixtures, seed, schedule, .. } = self.settings;
        serde_json::json!({
            "model": "painter", "config": critic, "share": share, "mixtures": mixtures, "seed": seed,
            "steps": schedule.steps, "batch": schedule.batch, "vae": self.first.config(), "covers": self.data.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Vec<(&'static str, f64)>, TrainError> {
        let Settings { seed, share, rate: peak, schedule: Schedule { steps, batch, .. }, .. } =
            *self.settings;
        let size = self.first.config().size;
        let shares = Shares::of(batch, !self.paintings.samples.is_empty());
        let mut rng = ChaCha8Rng::seed_from_u64(mix(seed, 0x70_6169, step));
        let real =
            Tensor::from_vec(self.data.batch(seed, step, batch), (batch, 3, size, size), &self.device)?;
        let originals = self.paintings.originals(&real, shares, &mut rng)?;
        let tape = Tape::record();
        let made = self.paintings.painted(&self.vae, &originals, shares, &mut rng)?;
        let seen = batch - shares.rough;
        let shown = made.narrow(0, 0, seen)?.detach();
        let rate = rate(peak, step, WARM_UP, steps);

        let believed = self.critic.network.forward(&real)?;
        let doubted = self.critic.network.forward(&shown)?;
        let critic = self.critic.learn(&tape, &hinge(&believed, &doubted)?, FASTER * rate, step)?;

        // The critic as it is now says which way each painting should change.
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
        let (real, painted) = (mean(&believed)?, mean(&doubted)?);
        let knows = ((real - painted) / SURE).clamp(0.0, 1.0);
        let counts = knows * share * scale / length(&wanted.narrow(0, 0, shares.covers)?)?.max(1e-12);
        let rest = still.narrow(0, seen, shares.rough)?.zeros_like()?;
        let pushes = (Tensor::cat(&[wanted, &rest], 0)? * counts)?;
        let whole = ((pulls + pushes)? / (scale * batch as f64))?;
        let loss = (&made * whole.detach())?.sum_all()?;
        let (_, length) = self.learner.descend(&tape, &loss, step, (rate, f64::INFINITY))?;

        let error = (still.narrow(0, 0, shares.covers)? - originals.narrow(0, 0, shares.covers)?)?.sqr()?;
        Ok(vec![
            ("critic", critic),
            ("real", real),
            ("painted", painted),
            ("gradient", length),
            ("psnr", 10.0 * (4.0 / mean(&error)?).log10()),
        ])
    }

    fn groups(&self) -> Result<Groups, TrainError> {
        let mut groups = self.learner.groups()?;
        groups.push(("critic", self.critic.tensors()));
        groups.push(("critic-optimiser", self.critic.adam.state()?));
        Ok(groups)
    }

    fn restore(&mut self, loaded: &Loaded) -> Result<(), TrainError> {
        self.learner.restore(loaded, &self.device)?;
        let group = |name| loaded.group(name, &self.device);
        self.critic.restore(&group("critic")?, &group("critic-optimiser")?)
    }

    /// Covers held back, sheets and samples: above as the decoder painted them, below as it does now.
    fn sheet(&self) -> Result<RgbImage, TrainError> {
        let (now, config) = (self.averaged()?, self.first.config());
        let mut pictures = Vec::new();
        let mut codes = Vec::new();
        for originals in [self.data.held_back(8), self.paintings.sheets.iter().take(8).cloned().collect()] {
            let shape = (originals.len(), 3, config.size, config.size);
            let input = Tensor::from_vec(grid::values(&originals), shape, &self.device)?;
            codes.push(latent::whole(self.first, &self.first.encode(&input)?)?);
        }
        let samples = &self.paintings.samples;
        if !samples.is_empty() {
            let some = &samples[..samples.len().min(16)];
            let shape = (some.len(), latent::numbers(config), config.grid(), config.grid());
            codes.push(Tensor::from_vec(some.concat(), shape, &self.device)?);
        }
        for codes in codes {
            for vae in [self.first, &now] {
                pictures.extend(grid::pictures(&latent::painted(vae, &codes)?)?);
            }
        }
        Ok(grid::sheet(&pictures, 8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold_nn::layers::Params;

    #[test]
    fn what_paints_is_not_what_says_codes() {
        let config = Config::default();
        let params = Params::drawn(1, &Device::Cpu);
        let vae = Vae::new(&config, &params.root()).unwrap();
        let rough = Tensor::randn(0.0_f32, 1.0, (1, 8, 8, 8), &Device::Cpu).unwrap();
        let covers = Tensor::rand(-1.0_f32, 1.0, (1, 3, 128, 128), &Device::Cpu).unwrap();
        let said = |vae: &Vae| {
            let whole = latent::whole(vae, &vae.encode(&covers).unwrap()).unwrap();
            let painted = vae.decode(&rough).unwrap();
            [whole, painted].map(|t| t.flatten_all().unwrap().to_vec1::<f32>().unwrap())
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
        assert_eq!(before[0], after[0], "codes stay what they were");
        assert_ne!(before[1], after[1]);
    }

    #[test]
    fn a_painter_begins_as_the_decoder_that_it_is_to_become() {
        let (weights, description) = gatefold_models::testing::tiny();
        let model = LatentModel::read(&weights, &description, &Device::Cpu).unwrap();
        let base = candle_core::safetensors::load_buffer(&weights, &Device::Cpu).unwrap();
        let config = model.vae.config();
        let (vae, _) = begun(config, &base, &Device::Cpu).unwrap();
        let grid = config.grid();
        let codes =
            Tensor::randn(0.0_f32, 1.0, (2, latent::numbers(config), grid, grid), &Device::Cpu).unwrap();
        let painted =
            |vae| latent::painted(vae, &codes).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(painted(&vae), painted(&model.vae));
    }
}

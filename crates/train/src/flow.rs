//! Training of a VAE's latent flow by conditional flow matching ([`gatefold_models::flow`]).
//!
//! Covers are encoded once, in several views, and what is known of each view is its condition. A step mixes some of these latents
//! with noise, at times drawn from a logit-normal distribution (Esser et al. 2024, “Scaling rectified flow transformers”), and
//! regresses the velocity that leads back. A tenth of the conditions is dropped, for classifier-free guidance (Ho & Salimans
//! 2022).

use super::checkpoint::{Groups, Loaded};
use super::data::OnVae;
use super::error::TrainError;
use super::experiment::{Experiment, Losses, Schedule};
use super::holdout;
use super::optimiser_state::OptimiserState;
use super::random::mix;
use candle_core::{Device, Tensor};
use gatefold_covers::features::measures;
use gatefold_models::condition::{Condition, known};
use gatefold_models::flow::{Config, Flow};
use gatefold_models::grid;
use gatefold_models::latent::{self, Scale};
use gatefold_models::latent_flow::{FlowDescription, FlowStatistics};
use gatefold_models::latent_model::{self, LatentModel};
use gatefold_models::learned::{self, Learned};
use gatefold_models::sampler::{InitialLatent, SamplerConfig, integrate};
use gatefold_models::vae::Vae;
use gatefold_models::weights;
use gatefold_nn::layers::{Params, Tape, squared_error};
use gatefold_nn::optimiser::{AdamSettings, rate};
use gatefold_types::progress::Progress;
use image::RgbImage;
use ndarray::{Array2, Axis};
use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How a flow is trained.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Shape of the network; its numbers follow from the VAE.
    pub model: Config,
    /// Highest learning rate.
    pub rate: f64,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// Views of each cover that are encoded.
    pub views: u32,
    /// How long, of how many latents a step is, and how often something is written.
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: Config::default(),
            rate: 1e-3,
            seed: 0,
            views: 4,
            schedule: Schedule { steps: 6_000, batch: 64, grid_every: 1_000, ..Schedule::default() },
        }
    }
}

const CLIP: f64 = 1.0;
const WARM_UP: u64 = 200;
/// Decay of the average that ships.
const AVERAGE: f64 = 0.9995;
/// Share of the conditions that are withheld.
const WITHHELD: f64 = 0.1;
/// The coarse latent says what a cover shows, and is an eighth of the numbers: its error counts so many times.
const ROUGH: f32 = 4.0;
/// Covers that are encoded together.
const AT_ONCE: usize = 32;
/// Weight on the diagonal of the regression of latents on conditions, per cover.
const RIDGE: f64 = 0.1;

/// What came of a run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done.
    pub steps: u64,
    /// Latents shown.
    pub images: u64,
    /// Mean squared error of the velocity on covers held back, by the averaged weights.
    pub unseen: f64,
    /// The same on as many covers of the training set.
    pub seen: f64,
}

/// Latents of covers on one scale, and their conditions.
struct Latents {
    latents: Vec<Vec<f32>>,
    conditions: Vec<Vec<f32>>,
}

/// Training of a latent flow on a VAE: `vae.safetensors` and `vae.json`, which hold both.
pub struct FlowTraining<'a> {
    settings: Settings,
    model: Config,
    vae: Vae,
    base: (&'a [u8], &'a str),
    training: Latents,
    unseen: Latents,
    measured: FlowStatistics,
    encoder: String,
    side: usize,
    device: Device,
    flow: Flow,
    optimiser: OptimiserState,
    /// Root of each number's weight in the loss, `[1, numbers, 1, 1]`.
    weights: Tensor,
}

/// Pixels across what the VAE of this description sees.
///
/// # Errors
/// When it describes no VAE.
pub fn size(description: &str) -> Result<usize, TrainError> {
    Ok(latent_model::Description::read(description)?.config.size)
}

impl FlowTraining<'_> {
    /// Squared error of the velocity over some latents; what is drawn depends on `seed`.
    fn error(
        &self,
        flow: &Flow,
        of: &Latents,
        chosen: &[usize],
        seed: u64,
        withhold: f64,
    ) -> Result<Tensor, TrainError> {
        let (n, numbers) = (chosen.len(), self.model.numbers);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let latents: Vec<f32> = chosen.iter().flat_map(|&i| of.latents[i].iter().copied()).collect();
        let noise: Vec<f32> = (0..latents.len()).map(|_| StandardNormal.sample(&mut rng)).collect();
        let (mut times, mut told) =
            (Vec::with_capacity(n), Vec::with_capacity(n * (self.model.condition + 1)));
        for &i in chosen {
            let normal: f32 = StandardNormal.sample(&mut rng);
            times.push(1.0 / (1.0 + (-normal).exp()));
            if rng.gen_bool(withhold) {
                told.extend(std::iter::repeat_n(0.0, self.model.condition + 1));
            } else {
                told.extend(of.conditions[i].iter().copied().chain([1.0]));
            }
        }
        let shape = (n, numbers, self.side, self.side);
        let latents = Tensor::from_vec(latents, shape, &self.device)?;
        let noise = Tensor::from_vec(noise, shape, &self.device)?;
        let times = Tensor::from_vec(times, (n, 1, 1, 1), &self.device)?;
        let told = Tensor::from_vec(told, (n, self.model.condition + 1, 1, 1), &self.device)?;
        let velocity = (&latents - &noise)?;
        let here = (&noise + velocity.broadcast_mul(&times)?)?;
        let said = flow.velocity(&here, &times, &told)?;
        Ok(squared_error(&said.broadcast_mul(&self.weights)?, &velocity.broadcast_mul(&self.weights)?)?)
    }

    fn averaged(&self) -> Result<Flow, TrainError> {
        let params = Params::loaded(weights::rounded(&self.optimiser.averaged()?)?, &self.device);
        Ok(Flow::new(&self.model, &params.root())?)
    }
}

impl<'a> Experiment for FlowTraining<'a> {
    type Config = Settings;
    type Data = OnVae<'a>;
    type Metrics = Metrics;

    fn schedule(config: &Settings) -> Schedule {
        config.schedule
    }

    fn build(
        settings: &Settings,
        data: OnVae<'a>,
        device: &Device,
        progress: &dyn Progress,
    ) -> Result<Self, TrainError> {
        let OnVae { weights: base, description, covers: data } = data;
        let vae = LatentModel::read_first_stage(base, description, device)?.vae;
        data.check_size(vae.config().size)?;
        let learned = learned::built_in()?.ok_or_else(|| {
            let sentence = "this program contains no encoder, and a flow's conditions come from it";
            TrainError::Settings(sentence.to_owned())
        })?;
        let numbers = latent::numbers(vae.config());
        let mut model = Config { numbers, ..settings.model.clone() };
        model.check().map_err(TrainError::Settings)?;
        let views =
            (0..settings.views.max(1)).flat_map(|view| (0..data.len()).map(move |cover| (cover, view)));
        let shown: Vec<(usize, u32)> = views.collect();
        let held = data.held_back(usize::MAX);
        progress.stage("Encoding", (shown.len() + held.len()) as u64);
        let pictures = shown.iter().map(|&(cover, view)| data.view(cover, view));
        let (latents, known_of) = encoded(&vae, &learned, pictures, shown.len(), device, progress)?;
        let pictures = held.iter().map(|cover| grid::values(std::slice::from_ref(cover)));
        let (unseen_codes, known_of_unseen) =
            encoded(&vae, &learned, pictures, held.len(), device, progress)?;

        // Fewer covers than that have fewer directions in which they differ.
        model.condition = model.condition.min(known_of.nrows() - 1).max(1);
        let condition = Condition::of(known_of.clone(), model.condition)?;
        let scale = Scale::of(&latents, numbers, vae.config().coarse);
        let on_scale = |latents: Vec<Vec<f32>>, known: &Array2<f32>| Latents {
            latents: latents
                .into_iter()
                .map(|mut latent| {
                    scale.scaled(&mut latent);
                    latent
                })
                .collect(),
            conditions: known.rows().into_iter().map(|row| condition.apply(&row.to_vec())).collect(),
        };
        let training = on_scale(latents, &known_of);
        let unseen = on_scale(unseen_codes, &known_of_unseen);
        let steer = steer(&training, vae.config().numbers())?;
        let params = Params::drawn(mix(settings.seed, 0x66_6c6f, 0), device);
        let flow = Flow::new(&model, &params.root())?;
        let coarse = vae.config().coarse;
        let root = |k: usize| if k < coarse { ROUGH.sqrt() } else { 1.0 };
        let weights: Vec<f32> = (0..numbers).map(root).collect();
        Ok(Self {
            optimiser: OptimiserState::new(params.variables(), AdamSettings::default(), AVERAGE)?,
            weights: Tensor::from_vec(weights, (1, numbers, 1, 1), device)?,
            measured: FlowStatistics { scale, condition, steer },
            encoder: learned.hash().to_owned(),
            side: vae.config().grid(),
            device: device.clone(),
            settings: settings.clone(),
            base: (base, description),
            model,
            vae,
            training,
            unseen,
            flow,
        })
    }

    fn identity(&self) -> serde_json::Value {
        let Settings { seed, views, schedule: Schedule { steps, batch, .. }, .. } = &self.settings;
        serde_json::json!({
            "model": "flow", "split": holdout::VERSION,
            "config": self.model, "steps": steps, "batch": batch, "seed": seed, "views": views,
            "vae": self.vae.config(), "codes": self.training.latents.len(), "encoder": self.encoder,
        })
    }

    fn step(&mut self, step: u64) -> Result<Losses, TrainError> {
        let Settings { seed, rate: peak, schedule: Schedule { steps, batch, .. }, .. } = self.settings;
        let n = self.training.latents.len() as u64;
        let first = step * batch as u64;
        let order = |epoch: u64| {
            let mut order: Vec<usize> = (0..n as usize).collect();
            order.shuffle(&mut ChaCha8Rng::seed_from_u64(mix(seed, 0x65_706f, epoch)));
            order
        };
        let epochs: Vec<Vec<usize>> = (first / n..=(first + batch as u64 - 1) / n).map(order).collect();
        let chosen: Vec<usize> = (first..first + batch as u64)
            .map(|position| epochs[(position / n - first / n) as usize][(position % n) as usize])
            .collect();
        let tape = Tape::record();
        let loss = self.error(&self.flow, &self.training, &chosen, mix(seed, 0x73_7465, step), WITHHELD)?;
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

    /// Eight covers held back; below each what noise becomes under its condition, twice, and below these what it becomes
    /// without any.
    fn sample_grid(&self) -> Result<RgbImage, TrainError> {
        let flow = self.averaged()?;
        let some = self.unseen.latents.len().min(8);
        let cells = self.model.numbers * self.side * self.side;
        let noise = |seed: u64| -> Vec<f32> {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            (0..cells).map(|_| StandardNormal.sample(&mut rng)).collect()
        };
        let mut latents: Vec<Vec<f32>> = self.unseen.latents[..some].to_vec();
        for row in 0..3_u64 {
            let initial: Vec<InitialLatent> = (0..some)
                .map(|i| InitialLatent {
                    latent: Vec::new(),
                    strength: 1.0,
                    noise: noise(row * 100 + i as u64),
                    condition: (row < 2).then(|| self.unseen.conditions[i].clone()),
                })
                .collect();
            latents.extend(integrate(
                &flow,
                &initial,
                self.side,
                SamplerConfig { steps: 12, guidance: 2.0 },
            )?);
        }
        let mut pictures = Vec::new();
        for some in latents.chunks_mut(AT_ONCE) {
            some.iter_mut().for_each(|latent| self.measured.scale.unscaled(latent));
            let shape = (some.len(), self.model.numbers, self.side, self.side);
            let input = Tensor::from_vec(some.concat(), shape, &self.device)?;
            pictures.extend(grid::pictures(&latent::decoded(&self.vae, &input)?)?);
        }
        Ok(grid::sheet(&pictures, some.max(1)))
    }

    fn export(&self, out: &Path) -> Result<Metrics, TrainError> {
        let flow = self.averaged()?;
        let most = self.unseen.latents.len().min(self.training.latents.len());
        let mean = |of: &Latents| -> Result<f64, TrainError> {
            let all: Vec<usize> = (0..most).collect();
            let mut sum = 0.0;
            for some in all.chunks(AT_ONCE) {
                let error = self.error(&flow, of, some, some[0] as u64, 0.0)?.to_scalar::<f32>()?;
                sum += f64::from(error) * some.len() as f64;
            }
            Ok(sum / most.max(1) as f64)
        };
        let Schedule { steps, batch, .. } = self.settings.schedule;
        let metrics = Metrics {
            steps,
            images: steps * batch as u64,
            unseen: mean(&self.unseen)?,
            seen: mean(&self.training)?,
        };
        let described = FlowDescription { config: self.model.clone(), encoder: self.encoder.clone() };
        let learned = self.optimiser.averaged()?;
        latent_model::files_with_flow(self.base, described, &learned, &self.measured)?.write(out, "vae")?;
        Ok(metrics)
    }
}

/// Latents of pictures `[3, size, size]` in −1–1, unscaled, and what is known of each.
fn encoded(
    vae: &Vae,
    learned: &Learned,
    mut pictures: impl Iterator<Item = Vec<f32>>,
    count: usize,
    device: &Device,
    progress: &dyn Progress,
) -> Result<(Vec<Vec<f32>>, Array2<f32>), TrainError> {
    let size = vae.config().size;
    let mut latents = Vec::with_capacity(count);
    let mut rows: Vec<Array2<f32>> = Vec::new();
    loop {
        let some: Vec<Vec<f32>> = pictures.by_ref().take(AT_ONCE).collect();
        if some.is_empty() {
            break;
        }
        if progress.cancelled() {
            return Err(TrainError::Cancelled { step: 0 });
        }
        let input = Tensor::from_vec(some.concat(), (some.len(), 3, size, size), device)?;
        let whole = latent::whole(vae, &vae.encode(&input)?)?;
        latents.extend(whole.flatten_from(1)?.to_device(&Device::Cpu)?.to_vec2::<f32>()?);
        let covers = grid::pictures(&input)?;
        rows.push(known(learned, &covers)?);
        progress.advance(some.len() as u64);
    }
    if rows.is_empty() {
        rows.push(Array2::zeros((0, learned.dims() + measures::dims())));
    }
    let views: Vec<_> = rows.iter().map(Array2::view).collect();
    let known =
        ndarray::concatenate(Axis(0), &views).map_err(|error| TrainError::Settings(error.to_string()))?;
    Ok((latents, known))
}

/// Ridge regression of coarse latents on conditions: `[numbers, condition]`, row-major.
fn steer(of: &Latents, numbers: usize) -> Result<Vec<f32>, TrainError> {
    let n = of.latents.len();
    let kept = of.conditions.first().map_or(0, Vec::len);
    let tensor = |rows: Vec<f32>, width: usize| Tensor::from_vec(rows, (n, width), &Device::Cpu);
    let coarse = of.latents.iter().flat_map(|latent| latent[..numbers].iter().copied()).collect();
    let latents = tensor(coarse, numbers)?;
    let conditions = tensor(of.conditions.concat(), kept)?;
    // Components of the training covers are uncorrelated and of variance 1: the regression is nearly their product.
    let product = latents.t()?.matmul(&conditions)?;
    Ok((product / (n as f64 * (1.0 + RIDGE)))?.flatten_all()?.to_vec1::<f32>()?)
}

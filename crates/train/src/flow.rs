//! Training a VAE's second stage ([`gatefold_models::flow`]).
//!
//! Covers are encoded once, in several views, and what is known of each view is its condition. A step carries some of
//! these codes part of the way into noise, at times that crowd the middle (Esser et al. 2024, “Scaling rectified flow
//! transformers”), and asks for the velocity that leads back. A tenth of the conditions is withheld, so that one network
//! knows both what covers of a kind and what covers at all look like (Ho & Salimans 2022).

use super::checkpoint::{Groups, Loaded};
use super::data::mix;
use super::drive::{Schedule, Trainee, drive};
use super::learner::Learner;
use super::{Report, TrainError, TrainingData, write_json};
use candle_core::{Device, Tensor};
use gatefold_models::carry::{Start, Way, carry};
use gatefold_models::condition::{Condition, known};
use gatefold_models::flow::{Config, Flow};
use gatefold_models::grid;
use gatefold_models::latent::{self, Scale};
use gatefold_models::latent_model::{self, LatentModel};
use gatefold_models::learned::{self, Learned};
use gatefold_models::second::{Described, Measured};
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
    /// How long, of how many codes a step is, and how often something is written.
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
/// The rough code says what a cover shows, and is an eighth of the numbers: its error counts so many times.
const ROUGH: f32 = 4.0;
/// Covers that are encoded together.
const AT_ONCE: usize = 32;
/// Weight on the diagonal of the regression of codes on conditions, per cover.
const RIDGE: f64 = 0.1;

/// What came of a run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done.
    pub steps: u64,
    /// Codes shown.
    pub images: u64,
    /// Mean squared error of the velocity on covers held back, by the averaged weights.
    pub unseen: f64,
    /// The same on as many covers of the training set.
    pub seen: f64,
}

/// Codes of covers on one scale, and their conditions.
struct Codes {
    codes: Vec<Vec<f32>>,
    conditions: Vec<Vec<f32>>,
}

struct Run<'a> {
    settings: &'a Settings,
    model: Config,
    vae: &'a Vae,
    training: Codes,
    unseen: Codes,
    measured: Measured,
    encoder: String,
    side: usize,
    device: Device,
    flow: Flow,
    learner: Learner,
    /// Root of each number's weight in the loss, `[1, numbers, 1, 1]`.
    weights: Tensor,
}

/// Trains a second stage for the VAE in `base` (weights and description) to the end of `settings.steps`, from the
/// beginning or, with `resume`, from the last checkpoint in `out`. At the end `out` holds `vae.safetensors`, `vae.json`
/// (both stages) and `metrics.json`.
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
    let painter = LatentModel::read_first_stage(base.0, base.1, device)?;
    data.check_size(painter.vae.config().size)?;
    let learned = learned::built_in()?.ok_or_else(|| {
        TrainError::Settings(
            "this program contains no encoder, and a flow's conditions come from it".to_owned(),
        )
    })?;
    let mut run = Run::new(settings, &painter, data, &learned, device, progress)?;
    drive(&mut run, settings.schedule, out, resume, progress, report)?;
    run.finish(out, base)
}

/// Pixels across what the VAE of this description sees.
///
/// # Errors
/// When it describes no VAE.
pub fn size(description: &str) -> Result<usize, TrainError> {
    Ok(latent_model::Description::read(description)?.config.size)
}

impl<'a> Run<'a> {
    fn new(
        settings: &'a Settings,
        painter: &'a LatentModel,
        data: &TrainingData,
        learned: &Learned,
        device: &Device,
        progress: &dyn Progress,
    ) -> Result<Self, TrainError> {
        let vae = &painter.vae;
        let numbers = latent::numbers(vae.config());
        let mut model = Config { numbers, ..settings.model.clone() };
        model.check().map_err(TrainError::Settings)?;
        let views =
            (0..settings.views.max(1)).flat_map(|view| (0..data.len()).map(move |cover| (cover, view)));
        let shown: Vec<(usize, u32)> = views.collect();
        let held = data.held_back(usize::MAX);
        progress.stage("Encoding", (shown.len() + held.len()) as u64);
        let pictures = shown.iter().map(|&(cover, view)| data.view(cover, view));
        let (codes, known_of) = encoded(vae, learned, pictures, shown.len(), device, progress)?;
        let pictures = held.iter().map(|cover| grid::values(std::slice::from_ref(cover)));
        let (unseen_codes, known_of_unseen) = encoded(vae, learned, pictures, held.len(), device, progress)?;

        // Fewer covers than that have fewer directions in which they differ.
        model.condition = model.condition.min(known_of.nrows() - 1).max(1);
        let condition = Condition::of(known_of.clone(), model.condition)?;
        let scale = Scale::of(&codes, numbers, vae.config().code);
        let on_scale = |codes: Vec<Vec<f32>>, known: &Array2<f32>| Codes {
            codes: codes
                .into_iter()
                .map(|mut code| {
                    scale.scaled(&mut code);
                    code
                })
                .collect(),
            conditions: known.rows().into_iter().map(|row| condition.apply(&row.to_vec())).collect(),
        };
        let training = on_scale(codes, &known_of);
        let unseen = on_scale(unseen_codes, &known_of_unseen);
        let steer = steer(&training, vae.config().numbers())?;
        let params = Params::drawn(mix(settings.seed, 0x66_6c6f, 0), device);
        let flow = Flow::new(&model, &params.root())?;
        let rough = vae.config().code;
        let root = |k: usize| if k < rough { ROUGH.sqrt() } else { 1.0 };
        let weights: Vec<f32> = (0..numbers).map(root).collect();
        Ok(Self {
            learner: Learner::new(params.variables(), AdamSettings::default(), AVERAGE)?,
            weights: Tensor::from_vec(weights, (1, numbers, 1, 1), device)?,
            measured: Measured { scale, condition, steer },
            encoder: learned.hash().to_owned(),
            side: vae.config().grid(),
            device: device.clone(),
            settings,
            model,
            vae,
            training,
            unseen,
            flow,
        })
    }

    /// Squared error of the velocity over some codes; what is drawn depends on `seed`.
    fn error(
        &self,
        flow: &Flow,
        of: &Codes,
        chosen: &[usize],
        seed: u64,
        withhold: f64,
    ) -> Result<Tensor, TrainError> {
        let (n, numbers) = (chosen.len(), self.model.numbers);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let codes: Vec<f32> = chosen.iter().flat_map(|&i| of.codes[i].iter().copied()).collect();
        let noise: Vec<f32> = (0..codes.len()).map(|_| StandardNormal.sample(&mut rng)).collect();
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
        let codes = Tensor::from_vec(codes, shape, &self.device)?;
        let noise = Tensor::from_vec(noise, shape, &self.device)?;
        let times = Tensor::from_vec(times, (n, 1, 1, 1), &self.device)?;
        let told = Tensor::from_vec(told, (n, self.model.condition + 1, 1, 1), &self.device)?;
        let way = (&codes - &noise)?;
        let here = (&noise + way.broadcast_mul(&times)?)?;
        let said = flow.velocity(&here, &times, &told)?;
        Ok(squared_error(&said.broadcast_mul(&self.weights)?, &way.broadcast_mul(&self.weights)?)?)
    }

    fn averaged(&self) -> Result<Flow, TrainError> {
        let params = Params::loaded(weights::rounded(&self.learner.averaged()?)?, &self.device);
        Ok(Flow::new(&self.model, &params.root())?)
    }

    fn finish(&self, out: &Path, base: (&[u8], &str)) -> Result<Metrics, TrainError> {
        let flow = self.averaged()?;
        let most = self.unseen.codes.len().min(self.training.codes.len());
        let mean = |of: &Codes| -> Result<f64, TrainError> {
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
        let described = Described { config: self.model.clone(), encoder: self.encoder.clone() };
        let learned = self.learner.averaged()?;
        latent_model::files_with_flow(base, described, &learned, &self.measured)?.write(out, "vae")?;
        write_json(&out.join("metrics.json"), &metrics)?;
        Ok(metrics)
    }
}

impl Trainee for Run<'_> {
    fn fixed(&self) -> serde_json::Value {
        let Settings { seed, views, schedule: Schedule { steps, batch, .. }, .. } = self.settings;
        serde_json::json!({
            "model": "flow", "config": self.model, "steps": steps, "batch": batch, "seed": seed, "views": views,
            "vae": self.vae.config(), "codes": self.training.codes.len(), "encoder": self.encoder,
        })
    }

    fn step(&mut self, step: u64) -> Result<Vec<(&'static str, f64)>, TrainError> {
        let Settings { seed, rate: peak, schedule: Schedule { steps, batch, .. }, .. } = *self.settings;
        let n = self.training.codes.len() as u64;
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
            self.learner.descend(&tape, &loss, step, (rate(peak, step, WARM_UP, steps), CLIP))?;
        Ok(vec![("total", total), ("gradient", length)])
    }

    fn groups(&self) -> Result<Groups, TrainError> {
        self.learner.groups()
    }

    fn restore(&mut self, loaded: &Loaded) -> Result<(), TrainError> {
        self.learner.restore(loaded, &self.device)
    }

    /// Eight covers held back; below each what noise becomes under its condition, twice, and below these what it becomes
    /// without any.
    fn sheet(&self) -> Result<RgbImage, TrainError> {
        let flow = self.averaged()?;
        let some = self.unseen.codes.len().min(8);
        let cells = self.model.numbers * self.side * self.side;
        let noise = |seed: u64| -> Vec<f32> {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            (0..cells).map(|_| StandardNormal.sample(&mut rng)).collect()
        };
        let mut codes: Vec<Vec<f32>> = self.unseen.codes[..some].to_vec();
        for row in 0..3_u64 {
            let starts: Vec<Start> = (0..some)
                .map(|i| Start {
                    code: Vec::new(),
                    keep: 0.0,
                    noise: noise(row * 100 + i as u64),
                    condition: (row < 2).then(|| self.unseen.conditions[i].clone()),
                })
                .collect();
            codes.extend(carry(&flow, &starts, self.side, Way { steps: 12, guidance: 2.0 })?);
        }
        let mut pictures = Vec::new();
        for some in codes.chunks_mut(AT_ONCE) {
            some.iter_mut().for_each(|code| self.measured.scale.unscaled(code));
            let shape = (some.len(), self.model.numbers, self.side, self.side);
            let input = Tensor::from_vec(some.concat(), shape, &self.device)?;
            pictures.extend(grid::pictures(&latent::painted(self.vae, &input)?)?);
        }
        Ok(grid::sheet(&pictures, some.max(1)))
    }
}

/// Whole codes of pictures `[3, size, size]` in −1–1, unscaled, and what is known of each.
fn encoded(
    vae: &Vae,
    learned: &Learned,
    mut pictures: impl Iterator<Item = Vec<f32>>,
    count: usize,
    device: &Device,
    progress: &dyn Progress,
) -> Result<(Vec<Vec<f32>>, Array2<f32>), TrainError> {
    let size = vae.config().size;
    let mut codes = Vec::with_capacity(count);
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
        codes.extend(whole.flatten_from(1)?.to_device(&Device::Cpu)?.to_vec2::<f32>()?);
        let covers = grid::pictures(&input)?;
        rows.push(known(learned, &covers)?);
        progress.advance(some.len() as u64);
    }
    let views: Vec<_> = rows.iter().map(Array2::view).collect();
    let known =
        ndarray::concatenate(Axis(0), &views).map_err(|error| TrainError::Settings(error.to_string()))?;
    Ok((codes, known))
}

/// Ridge regression of rough codes on conditions: `[numbers, condition]`, row-major.
fn steer(of: &Codes, numbers: usize) -> Result<Vec<f32>, TrainError> {
    let n = of.codes.len();
    let kept = of.conditions.first().map_or(0, Vec::len);
    let tensor = |rows: Vec<f32>, width: usize| Tensor::from_vec(rows, (n, width), &Device::Cpu);
    let rough = of.codes.iter().flat_map(|code| code[..numbers].iter().copied()).collect();
    let codes = tensor(rough, numbers)?;
    let conditions = tensor(of.conditions.concat(), kept)?;
    // Components of the training covers are uncorrelated and of variance 1: the regression is nearly their product.
    let product = codes.t()?.matmul(&conditions)?;
    Ok((product / (n as f64 * (1.0 + RIDGE)))?.flatten_all()?.to_vec1::<f32>()?)
}

//! Training of the encoder behind the `learned` features, by distillation (Hinton et al. 2015) and by genres.
//!
//! Targets are what people tag a cover with and what EfficientNet-Lite0 makes of it ([`super::soft_labels`]). The teacher's
//! principal components weigh a tenth, genres the rest. Half of all descriptors and of all units are dropped in each step
//! (Srivastava et al. 2014, “Dropout: a simple way to prevent neural networks from overfitting”).

use super::checkpoint::{Groups, Loaded};
use super::distillation::{Batch, DistillationSet, Example, picture};
use super::error::TrainError;
use super::experiment::{Experiment, Losses, Schedule};
use super::holdout;
use super::optimiser_state::OptimiserState;
use super::random::mix;
use candle_core::{D, DType, Device, Tensor};
use candle_nn::ops::log_softmax;
use gatefold_covers::features::measures;
use gatefold_models::encoder::{self, Config, Encoder};
use gatefold_models::grid;
use gatefold_models::weights;
use gatefold_nn::layers::{Params, Tape, squared_error};
use gatefold_nn::optimiser::{AdamSettings, rate};
use gatefold_types::progress::Progress;
use image::RgbImage;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// How an encoder is trained.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Shape of the network.
    pub model: Config,
    /// Highest learning rate.
    pub rate: f64,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// Views per cover that the teacher is asked about.
    pub views: u32,
    /// Weight of the components' squared error beside the genre's cross entropy.
    pub component_weight: f64,
    /// How long, of how many covers a step is, and how often something is written.
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: Config::default(),
            rate: 2e-3,
            seed: 0,
            views: 6,
            component_weight: 0.1,
            schedule: Schedule { steps: 1_400, batch: 128, ..Schedule::default() },
        }
    }
}

const CLIP: f64 = 5.0;
const WARM_UP: u64 = 100;
/// Share of the numbers before each layer that a step leaves out.
const DROPPED: f64 = 0.5;
/// Decay of the average that ships.
const AVERAGE: f64 = 0.99;
/// Decay of the weights, times the learning rate: four thousand covers are soon known by heart.
const WEIGHT_DECAY: f64 = 0.05;
/// Covers that go through the network together when it is asked.
const ASKED: usize = 64;
/// Neighbours whose genre is compared.
const NEIGHBOURS: usize = 10;

/// What came of a run, measured with the averaged weights on covers never learned from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done.
    pub steps: u64,
    /// Covers shown.
    pub images: u64,
    /// Covers learned from.
    pub learned: usize,
    /// Covers measured on.
    pub unseen: usize,
    /// Share of the ten nearest unseen covers, by angle, that have the same genre.
    pub genre_agreement_at_10: f64,
    /// The same for neighbours drawn at random.
    pub chance: f64,
}

/// Training of an encoder: `encoder.safetensors` and its description.
pub struct EncoderTraining<'a> {
    settings: Settings,
    data: &'a DistillationSet,
    device: Device,
    /// With the genres that it is taught.
    config: Config,
    encoder: Encoder,
    optimiser: OptimiserState,
}

impl EncoderTraining<'_> {
    /// The network with the averaged weights, rounded as they will be in the file.
    fn averaged(&self) -> Result<Encoder, TrainError> {
        let params = Params::loaded(weights::rounded(&self.optimiser.averaged()?)?, &self.device);
        Ok(Encoder::new(&self.config, &params.root())?)
    }

    /// Unit vectors of covers by the averaged weights, one row each.
    fn vectors(&self, covers: &[Example]) -> Result<Vec<Vec<f32>>, TrainError> {
        let (encoder, standard) = (self.averaged()?, &self.data.standard);
        let mut all = Vec::with_capacity(covers.len());
        for some in covers.chunks(ASKED) {
            let measure = |example: &Example| standard.measures(&picture(&example.thumbnail));
            let measured: Vec<Vec<f32>> = some.par_iter().map(measure).collect();
            let shape = (some.len(), measures::dims());
            let measured = Tensor::from_vec(measured.concat(), shape, &self.device)?;
            for mut row in encoder.forward(&measured)?.to_device(&Device::Cpu)?.to_vec2::<f32>()? {
                let length = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-12);
                row.iter_mut().for_each(|x| *x /= length);
                all.push(row);
            }
        }
        Ok(all)
    }
}

impl<'a> Experiment for EncoderTraining<'a> {
    type Config = Settings;
    type Data = &'a DistillationSet;
    type Metrics = Metrics;

    fn schedule(config: &Settings) -> Schedule {
        config.schedule
    }

    fn build(
        config: &Settings,
        data: &'a DistillationSet,
        device: &Device,
        _: &dyn Progress,
    ) -> Result<Self, TrainError> {
        config.model.check().map_err(TrainError::Settings)?;
        let params = Params::drawn(mix(config.seed, 0x69_6e69, 0), device);
        let shape = Config { genres: data.genres.len(), ..config.model.clone() };
        let encoder = Encoder::new(&shape, &params.root())?;
        let adam = AdamSettings { weight_decay: WEIGHT_DECAY, beta2: 0.999, ..AdamSettings::default() };
        Ok(Self {
            optimiser: OptimiserState::new(params.variables(), adam, AVERAGE)?,
            settings: config.clone(),
            data,
            device: device.clone(),
            config: shape,
            encoder,
        })
    }

    fn identity(&self) -> serde_json::Value {
        let Settings { model, seed, views, component_weight, schedule, .. } = &self.settings;
        serde_json::json!({
            "model": "encoder", "split": holdout::VERSION,
            "config": model, "steps": schedule.steps, "batch": schedule.batch, "seed": seed,
            "views": views, "component_weight": component_weight, "covers": self.data.learned.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Losses, TrainError> {
        let Settings { rate: peak, component_weight, schedule: Schedule { steps, batch, .. }, .. } =
            self.settings;
        let Batch { measures, said, components, genres } = self.data.batch(step, batch);
        let matrix = |values: Vec<f32>| {
            let columns = values.len() / batch;
            Tensor::from_vec(values, (batch, columns), &self.device)
        };
        let (measures, said, components) = (matrix(measures)?, matrix(said)?, matrix(components)?);
        let mut rng = ChaCha8Rng::seed_from_u64(mix(self.settings.seed, 0x64_726f, step));
        let mut drop = |rows: Tensor| rows.mul(&kept(&mut rng, rows.dims2()?, &self.device)?);
        let tape = Tape::record();
        let members = self.encoder.members(&measures, &mut drop)?;
        let scalar = |t: &Tensor| t.to_scalar::<f32>().map(f64::from);
        let zero = Tensor::zeros((), DType::F32, &self.device)?;
        let (mut entropy, mut distance, mut right) = (zero.clone(), zero, 0.0);
        let part = 1.0 / members.len() as f64;
        for member in &members {
            if !self.data.genres.is_empty() {
                let (of_member, share) = cross_entropy(&member.genres, &said, &genres)?;
                entropy = (entropy + (of_member * part)?)?;
                right += share * part;
            }
            if self.config.components > 0 {
                let apart = squared_error(&member.components, &components)?;
                distance = (distance + (apart * part)?)?;
            }
        }
        let loss = (&entropy + (&distance * component_weight)?)?;
        let (total, length) =
            self.optimiser.descend(&tape, &loss, step, (rate(peak, step, WARM_UP, steps), CLIP))?;
        Ok(vec![
            ("total", total),
            ("genre", scalar(&entropy)?),
            ("teacher", scalar(&distance)?),
            ("right", right),
            ("gradient", length),
        ])
    }

    fn state(&self) -> Result<Groups, TrainError> {
        self.optimiser.groups()
    }

    fn restore(&mut self, saved: &Loaded) -> Result<(), TrainError> {
        self.optimiser.restore(saved, &self.device)
    }

    /// Eight unseen covers, each before the seven unseen covers that it finds the most alike.
    fn sample_grid(&self) -> Result<RgbImage, TrainError> {
        let some = &self.data.unseen[..self.data.unseen.len().min(512)];
        let vectors = self.vectors(some)?;
        let picture = |i: usize| picture(&some[i].thumbnail);
        let mut all = Vec::new();
        for i in 0..some.len().min(8) {
            all.push(picture(i));
            all.extend(nearest(&vectors, i).into_iter().take(7).map(picture));
        }
        Ok(grid::sheet(&all, 8))
    }

    fn export(&self, out: &Path) -> Result<Metrics, TrainError> {
        let Schedule { steps, batch, .. } = self.settings.schedule;
        let unseen = &self.data.unseen;
        let vectors = self.vectors(unseen)?;
        let genres: Vec<Option<u32>> = unseen.iter().map(|example| example.genre).collect();
        let (genre_agreement_at_10, chance) = agreement(&vectors, &genres);
        let metrics = Metrics {
            steps,
            images: steps * batch as u64,
            learned: self.data.learned.len(),
            unseen: unseen.len(),
            genre_agreement_at_10,
            chance,
        };
        let seen: Vec<u64> = self.data.learned.iter().map(|example| example.dhash).collect();
        let weights = self.optimiser.averaged()?;
        encoder::files(&self.config, &weights, &self.data.standard, &seen)?.write(out, "encoder")?;
        Ok(metrics)
    }
}

/// 0 for what a step leaves out, and for the rest what makes up for it.
fn kept(rng: &mut ChaCha8Rng, shape: (usize, usize), device: &Device) -> candle_core::Result<Tensor> {
    let scale = (1.0 / (1.0 - DROPPED)) as f32;
    let mask = (0..shape.0 * shape.1).map(|_| if rng.gen_bool(DROPPED) { 0.0 } else { scale }).collect();
    Tensor::from_vec(mask, shape, device)
}

/// Mean cross entropy between what is said and the probabilities that should be said, both `[n, genres]`, and the share
/// of the covers with a tag of which it is thought the likeliest.
fn cross_entropy(
    logits: &Tensor,
    should: &Tensor,
    tags: &[Option<u32>],
) -> candle_core::Result<(Tensor, f64)> {
    let log = log_softmax(logits, D::Minus1)?;
    let entropy = ((log * should)?.sum_all()? * (-1.0 / tags.len().max(1) as f64))?;
    let likeliest = logits.detach().argmax(D::Minus1)?.to_vec1::<u32>()?;
    let right = likeliest.iter().zip(tags).filter(|(said, tag)| Some(**said) == **tag).count();
    Ok((entropy, right as f64 / tags.iter().flatten().count().max(1) as f64))
}

/// Other rows, the nearest first.
fn nearest(vectors: &[Vec<f32>], row: usize) -> Vec<usize> {
    let product = |i: usize| vectors[row].iter().zip(&vectors[i]).map(|(a, b)| a * b).sum::<f32>();
    let mut others: Vec<(f32, usize)> =
        (0..vectors.len()).filter(|&i| i != row).map(|i| (product(i), i)).collect();
    others.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    others.into_iter().map(|(_, i)| i).collect()
}

/// How often the nearest ten with a genre have the same one, and how often any two have.
fn agreement(vectors: &[Vec<f32>], genres: &[Option<u32>]) -> (f64, f64) {
    let known: Vec<usize> = (0..genres.len()).filter(|&i| genres[i].is_some()).collect();
    let rows: Vec<Vec<f32>> = known.iter().map(|&i| vectors[i].clone()).collect();
    let n = known.len().max(1) as f64;
    let hits: usize = (0..rows.len())
        .into_par_iter()
        .map(|row| {
            let same = |&other: &usize| genres[known[other]] == genres[known[row]];
            nearest(&rows, row).iter().take(NEIGHBOURS).filter(|other| same(other)).count()
        })
        .sum();
    let mut sizes: HashMap<u32, f64> = HashMap::new();
    for &i in &known {
        *sizes.entry(genres[i].unwrap_or_default()).or_default() += 1.0;
    }
    let chance = sizes.values().map(|size| size / n * (size - 1.0) / (n - 1.0).max(1.0)).sum();
    (hits as f64 / (n * NEIGHBOURS as f64), chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_entropy_is_its_definition_and_only_tags_can_be_right() {
        let rows = |values: [[f32; 3]; 2]| Tensor::new(&values, &Device::Cpu).unwrap();
        let logits = rows([[2.0, 0.0, 0.0], [0.0, 5.0, 0.0]]);
        let should = rows([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]);
        let (entropy, right) = cross_entropy(&logits, &should, &[Some(0), None]).unwrap();
        let log = |x: f32, top: f32| f64::from(x - (top.exp() + 2.0).ln());
        let expected = -(0.7 * log(2.0, 2.0) + 0.3 * log(0.0, 2.0) + log(5.0, 5.0)) / 2.0;
        assert!((f64::from(entropy.to_scalar::<f32>().unwrap()) - expected).abs() < 1e-5);
        assert_eq!(right, 1.0);
    }

    #[test]
    fn about_half_is_left_out_and_the_sum_stays() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mask = kept(&mut rng, (64, 500), &Device::Cpu).unwrap();
        let values = mask.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert!(values.iter().all(|&x| x == 0.0 || x == 2.0));
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        assert!((mean - 1.0).abs() < 0.03, "{mean}");
    }

    #[test]
    fn neighbours_of_the_same_genre_agree() {
        let vectors: Vec<Vec<f32>> = (0..40)
            .map(|i| if i < 20 { vec![1.0, 0.01 * i as f32] } else { vec![-1.0, 0.01 * i as f32] })
            .collect();
        let genres: Vec<Option<u32>> = (0..40).map(|i| Some(u32::from(i >= 20))).collect();
        let (same, chance) = agreement(&vectors, &genres);
        assert_eq!(same, 1.0);
        assert!((chance - 19.0 / 39.0).abs() < 1e-9);
    }
}

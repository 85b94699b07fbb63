//! Training the encoder behind the `learned` features.
//!
//! Two teachers at once: what people tag a cover with, and what a network that knows a million photographs makes of it
//! ([`super::opinions`]). A tenth of what is to be learned is the place along that network's principal components; the
//! rest is genres. Half of all measures and of all units are left out at random in each step (Srivastava et al. 2014,
//! “Dropout: a simple way to prevent neural networks from overfitting”).

use super::checkpoint::{Groups, Loaded};
use super::data::mix;
use super::distillation::{Batch, Lesson, Lessons, picture};
use super::drive::{Schedule, Trainee, drive};
use super::learner::Learner;
use super::{Report, TrainError, write_json};
use candle_core::{D, DType, Device, Tensor};
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

struct Run<'a> {
    settings: &'a Settings,
    lessons: &'a Lessons,
    device: Device,
    /// With the genres that it is taught.
    config: Config,
    encoder: Encoder,
    learner: Learner,
}

/// Trains to the end of `settings.steps`, from the beginning or, with `resume`, from the last checkpoint in `out`;
/// tells `report` how it goes. At the end `out` holds `encoder.safetensors`, `encoder.json` and `metrics.json`; on the
/// way `log.jsonl`, `checkpoints/` and `grids/`.
///
/// # Errors
/// See [`TrainError`]; the last checkpoint is always kept.
pub fn run(
    settings: &Settings,
    lessons: &Lessons,
    out: &Path,
    resume: bool,
    device: &Device,
    progress: &dyn Progress,
    report: &mut dyn FnMut(&Report),
) -> Result<Metrics, TrainError> {
    settings.model.check().map_err(TrainError::Settings)?;
    let mut run = Run::new(settings, lessons, device)?;
    drive(&mut run, settings.schedule, out, resume, progress, report)?;
    run.finish(out)
}

impl<'a> Run<'a> {
    fn new(settings: &'a Settings, lessons: &'a Lessons, device: &Device) -> Result<Self, TrainError> {
        let params = Params::drawn(mix(settings.seed, 0x69_6e69, 0), device);
        let config = Config { genres: lessons.genres.len(), ..settings.model.clone() };
        let encoder = Encoder::new(&config, &params.root())?;
        let adam = AdamSettings { weight_decay: WEIGHT_DECAY, beta2: 0.999, ..AdamSettings::default() };
        Ok(Self {
            learner: Learner::new(params.variables(), adam, AVERAGE)?,
            settings,
            lessons,
            device: device.clone(),
            config,
            encoder,
        })
    }

    /// The network with the averaged weights, rounded as they will be in the file.
    fn averaged(&self) -> Result<Encoder, TrainError> {
        let params = Params::loaded(weights::rounded(&self.learner.averaged()?)?, &self.device);
        Ok(Encoder::new(&self.config, &params.root())?)
    }

    /// Unit vectors of covers by the averaged weights, one row each.
    fn vectors(&self, covers: &[Lesson]) -> Result<Vec<Vec<f32>>, TrainError> {
        let (encoder, standard) = (self.averaged()?, &self.lessons.standard);
        let mut all = Vec::with_capacity(covers.len());
        for some in covers.chunks(ASKED) {
            let measure = |lesson: &Lesson| standard.measures(&picture(&lesson.thumbnail));
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

    fn finish(&self, out: &Path) -> Result<Metrics, TrainError> {
        let Schedule { steps, batch, .. } = self.settings.schedule;
        let unseen = &self.lessons.unseen;
        let vectors = self.vectors(unseen)?;
        let genres: Vec<Option<u32>> = unseen.iter().map(|lesson| lesson.genre).collect();
        let (genre_agreement_at_10, chance) = agreement(&vectors, &genres);
        let metrics = Metrics {
            steps,
            images: steps * batch as u64,
            learned: self.lessons.learned.len(),
            unseen: unseen.len(),
            genre_agreement_at_10,
            chance,
        };
        let seen: Vec<u64> = self.lessons.learned.iter().map(|lesson| lesson.dhash).collect();
        let weights = self.learner.averaged()?;
        encoder::files(&self.config, &weights, &self.lessons.standard, &seen)?.write(out, "encoder")?;
        write_json(&out.join("metrics.json"), &metrics)?;
        Ok(metrics)
    }
}

impl Trainee for Run<'_> {
    fn fixed(&self) -> serde_json::Value {
        let Settings { model, seed, views, component_weight, schedule, .. } = self.settings;
        serde_json::json!({
            "model": "encoder", "config": model, "steps": schedule.steps, "batch": schedule.batch, "seed": seed,
            "views": views, "component_weight": component_weight, "covers": self.lessons.learned.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Vec<(&'static str, f64)>, TrainError> {
        let Settings { rate: peak, component_weight, schedule: Schedule { steps, batch, .. }, .. } =
            *self.settings;
        let Batch { measures, said, components, genres } = self.lessons.batch(step, batch);
        let matrix = |values: Vec<f32>| {
            let columns = values.len() / batch;
            Tensor::from_vec(values, (batch, columns), &self.device)
        };
        let (measures, said, components) = (matrix(measures)?, matrix(said)?, matrix(components)?);
        let mut rng = ChaCha8Rng::seed_from_u64(mix(self.settings.seed, 0x64_726f, step));
        let mut drop = |rows: Tensor| rows.mul(&kept(&mut rng, rows.dims2()?, &self.device)?);
        let tape = Tape::record();
        let readers = self.encoder.readers(&measures, &mut drop)?;
        let scalar = |t: &Tensor| t.to_scalar::<f32>().map(f64::from);
        let zero = Tensor::zeros((), DType::F32, &self.device)?;
        let (mut entropy, mut distance, mut right) = (zero.clone(), zero, 0.0);
        let part = 1.0 / readers.len() as f64;
        for reader in &readers {
            if !self.lessons.genres.is_empty() {
                let (of_reader, share) = cross_entropy(&reader.genres, &said, &genres)?;
                entropy = (entropy + (of_reader * part)?)?;
                right += share * part;
            }
            if self.config.components > 0 {
                let apart = squared_error(&reader.components, &components)?;
                distance = (distance + (apart * part)?)?;
            }
        }
        let loss = (&entropy + (&distance * component_weight)?)?;
        let (total, length) =
            self.learner.descend(&tape, &loss, step, (rate(peak, step, WARM_UP, steps), CLIP))?;
        Ok(vec![
            ("total", total),
            ("genre", scalar(&entropy)?),
            ("teacher", scalar(&distance)?),
            ("right", right),
            ("gradient", length),
        ])
    }

    fn groups(&self) -> Result<Groups, TrainError> {
        self.learner.groups()
    }

    fn restore(&mut self, loaded: &Loaded) -> Result<(), TrainError> {
        self.learner.restore(loaded, &self.device)
    }

    /// Eight unseen covers, each before the seven unseen covers that it finds the most alike.
    fn sheet(&self) -> Result<RgbImage, TrainError> {
        let some = &self.lessons.unseen[..self.lessons.unseen.len().min(512)];
        let vectors = self.vectors(some)?;
        let picture = |i: usize| picture(&some[i].thumbnail);
        let mut all = Vec::new();
        for i in 0..some.len().min(8) {
            all.push(picture(i));
            all.extend(nearest(&vectors, i).into_iter().take(7).map(picture));
        }
        Ok(grid::sheet(&all, 8))
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
    // The largest logit is taken off before the exponential; it cancels, so it needs no gradient.
    let shifted = logits.broadcast_sub(&logits.detach().max_keepdim(D::Minus1)?)?;
    let log = shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)?;
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

//! Training the encoder behind the `learned` features.
//!
//! Two teachers at once: a network that knows a million photographs says what it sees in a view of a cover, and the
//! student says the same of its smaller copy (Hinton et al. 2015, “Distilling the knowledge in a neural network”; views
//! shared by both as in Beyer et al. 2022, “Knowledge distillation: a good teacher is patient and consistent”); and the
//! genre of a cover that has one. The layer that the first one teaches does not ship.

use super::checkpoint::{Groups, Loaded};
use super::data::mix;
use super::drive::{Schedule, Trainee, drive};
use super::learner::Learner;
use super::lessons::{Batch, Lesson, Lessons, TEACHERS, picture};
use super::optimiser::{AdamSettings, rate};
use super::{Report, TrainError, grid, write_json};
use crate::features::measures;
use crate::model::encoder::{Config, Encoder, along, linear};
use crate::model::layers::{Params, Tape, squared_error};
use crate::model::weights;
use crate::progress::Progress;
use candle_core::{D, Device, Tensor};
use image::RgbImage;
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
    /// Weight of the genre's cross entropy beside the teacher's squared error.
    pub genre_weight: f64,
    /// How long, of how many covers a step is, and how often something is written.
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: Config::default(),
            rate: 2e-3,
            seed: 0,
            views: 4,
            genre_weight: 0.3,
            schedule: Schedule { steps: 4_000, batch: 64, ..Schedule::default() },
        }
    }
}

const CLIP: f64 = 5.0;
const WARM_UP: u64 = 200;
/// Decay of the average that ships.
const AVERAGE: f64 = 0.998;
/// Decay of the weights, times the learning rate: four thousand covers are soon known by heart.
const WEIGHT_DECAY: f64 = 0.05;
/// Part of the genre's probability that is spread over all genres (Szegedy et al. 2016).
const SMOOTHING: f32 = 0.1;
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
    /// From the hidden numbers to the teacher's: weight and bias.
    head: (Tensor, Tensor),
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
        let head = linear(&params.root().pp("head"), config.hidden(), TEACHERS)?;
        let adam = AdamSettings { weight_decay: WEIGHT_DECAY, beta2: 0.999, ..AdamSettings::default() };
        Ok(Self {
            learner: Learner::new(params.variables(), adam, AVERAGE)?,
            settings,
            lessons,
            device: device.clone(),
            config,
            encoder,
            head,
        })
    }

    /// The averaged weights without the teacher's head.
    fn shipped(&self) -> Result<HashMap<String, Tensor>, TrainError> {
        let mut weights = self.learner.averaged()?;
        weights.retain(|name, _| !name.starts_with("head."));
        Ok(weights)
    }

    /// The network with the averaged weights, rounded as they will be in the file.
    fn averaged(&self) -> Result<Encoder, TrainError> {
        let params = Params::loaded(weights::rounded(&self.shipped()?)?, &self.device);
        Ok(Encoder::new(&self.config, &params.root())?)
    }

    /// Unit vectors of covers by the averaged weights, one row each.
    fn vectors(&self, covers: &[Lesson]) -> Result<Vec<Vec<f32>>, TrainError> {
        let (encoder, size, standard) = (self.averaged()?, self.config.size, &self.lessons.standard);
        let mut all = Vec::with_capacity(covers.len());
        for some in covers.chunks(ASKED) {
            let whole: Vec<RgbImage> = some.iter().map(|lesson| picture(&lesson.thumbnail)).collect();
            let measured: Vec<Vec<f32>> = whole.par_iter().map(|cover| standard.measures(cover)).collect();
            let shown: Vec<RgbImage> =
                whole.into_iter().map(|cover| crate::cover::resize(cover, size as u32)).collect();
            let input = Tensor::from_vec(grid::values(&shown), (some.len(), 3, size, size), &self.device)?;
            let shape = (some.len(), measures::dims());
            let measured = Tensor::from_vec(measured.concat(), shape, &self.device)?;
            for mut row in encoder.forward(&input, &measured)?.to_device(&Device::Cpu)?.to_vec2::<f32>()? {
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
        weights::write_encoder(out, "encoder", &self.config, self.shipped()?, &self.lessons.standard, &seen)?;
        write_json(&out.join("metrics.json"), &metrics)?;
        Ok(metrics)
    }
}

impl Trainee for Run<'_> {
    fn fixed(&self) -> serde_json::Value {
        let Settings { model, seed, views, genre_weight, schedule, .. } = self.settings;
        serde_json::json!({
            "model": "encoder", "config": model, "steps": schedule.steps, "batch": schedule.batch, "seed": seed,
            "views": views, "genre_weight": genre_weight, "covers": self.lessons.learned.len(),
        })
    }

    fn step(&mut self, step: u64) -> Result<Vec<(&'static str, f64)>, TrainError> {
        let Settings { rate: peak, genre_weight, schedule: Schedule { steps, batch, .. }, .. } =
            *self.settings;
        let size = self.settings.model.size;
        let Batch { covers, measures, said, genres } = self.lessons.batch(size, step, batch);
        let measures = Tensor::from_vec(measures, (batch, measures::dims()), &self.device)?;
        let covers = Tensor::from_vec(covers, (batch, 3, size, size), &self.device)?;
        let said = Tensor::from_vec(said, (batch, TEACHERS), &self.device)?;
        let tape = Tape::record();
        let hidden = self.encoder.hidden(&covers, &measures)?;
        let distance = squared_error(&along(&hidden, &self.head)?, &said)?;
        let scalar = |t: &Tensor| t.to_scalar::<f32>().map(f64::from);
        let (mut loss, mut genre, mut right) = (distance.clone(), 0.0, 0.0);
        if let Some(logits) = self.encoder.genres(&hidden)? {
            let (entropy, share) = cross_entropy(&logits, &genres)?;
            loss = (loss + (&entropy * genre_weight)?)?;
            (genre, right) = (scalar(&entropy)?, share);
        }
        let (total, length) =
            self.learner.descend(&tape, &loss, step, (rate(peak, step, WARM_UP, steps), CLIP))?;
        Ok(vec![
            ("total", total),
            ("teacher", scalar(&distance)?),
            ("genre", genre),
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

/// Cross entropy over the covers that have a genre, and the share of them told right.
fn cross_entropy(logits: &Tensor, genres: &[Option<u32>]) -> candle_core::Result<(Tensor, f64)> {
    let (n, kinds) = logits.dims2()?;
    let known = genres.iter().flatten().count().max(1);
    let mut truth = vec![0.0_f32; n * kinds];
    for (row, genre) in truth.chunks_exact_mut(kinds).zip(genres) {
        if let Some(genre) = genre {
            row.fill(SMOOTHING / kinds as f32);
            row[*genre as usize] += 1.0 - SMOOTHING;
        }
    }
    // The largest logit is taken off before the exponential; it cancels, so it needs no gradient.
    let shifted = logits.broadcast_sub(&logits.detach().max_keepdim(D::Minus1)?)?;
    let log = shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)?;
    let truth = Tensor::from_vec(truth, (n, kinds), logits.device())?;
    let entropy = ((log * truth)?.sum_all()? * (-1.0 / known as f64))?;
    let said = logits.detach().argmax(D::Minus1)?.to_vec1::<u32>()?;
    let right = said.iter().zip(genres).filter(|(said, genre)| Some(**said) == **genre).count();
    Ok((entropy, right as f64 / known as f64))
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
    fn cross_entropy_is_its_definition_and_leaves_out_the_unknown() {
        let logits = Tensor::new(&[[2.0_f32, 0.0, 0.0], [0.0, 5.0, 0.0]], &Device::Cpu).unwrap();
        let (entropy, right) = cross_entropy(&logits, &[Some(0), None]).unwrap();
        let log = |x: f32| f64::from(x - (2.0_f32.exp() + 2.0).ln());
        let spread = f64::from(SMOOTHING) / 3.0;
        let expected = -((0.9 + spread) * log(2.0) + 2.0 * spread * log(0.0));
        assert!((f64::from(entropy.to_scalar::<f32>().unwrap()) - expected).abs() < 1e-5);
        assert_eq!(right, 1.0);
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

//! Replay set of adversarial fine-tuning: blends of several covers, and latents that the latent flow sampled.

use super::data::TrainingData;
use super::error::TrainError;
use super::random::mix;
use gatefold_covers::features::measures;
use gatefold_models::latent;
use gatefold_models::latent_flow::LatentFlow;
use gatefold_models::learned::Learned;
use gatefold_models::mixing::{self, Known, sample};
use gatefold_models::sampler::{SamplerConfig, integrate};
use gatefold_models::vae::Vae;
use gatefold_types::album::AlbumId;
use gatefold_types::progress::Progress;
use gatefold_types::recipe::{Kind, Parent, Recipe};
use image::RgbImage;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Most parents of a blend.
const PARENTS: usize = 5;
/// Latents that go through a latent flow together.
const AT_ONCE: usize = 32;

/// Blends of two to five covers each, chosen by chance: averages, and middles between two.
///
/// # Errors
/// When there is only one cover, or somebody asks to stop.
pub(super) fn blends(
    data: &TrainingData,
    learned: &Learned,
    count: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<RgbImage>, TrainError> {
    let covers = data.pictures();
    if covers.len() < 2 {
        let sentence = "the decoder learns from mixtures of covers, and there is only one: import more";
        return Err(TrainError::Settings(sentence.to_owned()));
    }
    progress.stage("Mixing covers", count as u64);
    let measured = measures::of_each(&covers);
    let blended = |i: usize| {
        let mut rng = ChaCha8Rng::seed_from_u64(mix(seed, 0x73_6865, i as u64));
        let middle = rng.gen_bool(1.0 / 3.0);
        let parents = if middle { 2 } else { rng.gen_range(2..=PARENTS.min(covers.len())) };
        let chosen = rand::seq::index::sample(&mut rng, covers.len(), parents).into_vec();
        let of = |&i: &usize| Parent { id: AlbumId(i as u64), weight: 1.0 };
        let kind = if middle { Kind::Interpolate } else { Kind::Average };
        let recipe =
            Recipe { seed: i as u64, steps: 3, ..Recipe::new(kind, chosen.iter().map(of).collect()) };
        let known = |&i: &usize| Known {
            // A number for each cover, since parents of one latent are one parent.
            latent: vec![i as f32],
            condition: Vec::new(),
            look: learned.on_scale(measured.row(i).to_vec()),
        };
        let known: Vec<Known> = chosen.iter().map(known).collect();
        let pictures: Vec<RgbImage> = chosen.iter().map(|&i| covers[i].clone()).collect();
        let blended = mixing::blends(&recipe, &pictures, &known).into_iter().flatten().next();
        progress.advance(1);
        if progress.cancelled() { None } else { blended }
    };
    let blends: Option<Vec<RgbImage>> = (0..count).into_par_iter().map(blended).collect();
    blends.ok_or(TrainError::Cancelled { step: 0 })
}

/// Latents of samples, unscaled.
///
/// # Errors
/// When Candle refuses a computation, or somebody asks to stop.
pub(super) fn samples(
    flow: &LatentFlow,
    vae: &Vae,
    count: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<Vec<f32>>, TrainError> {
    progress.stage("Sampling", count as u64);
    let side = vae.config().grid();
    let size = latent::numbers(vae.config()) * side * side;
    let mut latents = Vec::with_capacity(count);
    for first in (0..count).step_by(AT_ONCE) {
        if progress.cancelled() {
            return Err(TrainError::Cancelled { step: 0 });
        }
        let some = first..count.min(first + AT_ONCE);
        let start = |i: usize| {
            let recipe =
                Recipe { seed: mix(seed, 0x73_616d, i as u64), ..Recipe::new(Kind::Sample, Vec::new()) };
            sample(&recipe, size, flow.condition().numbers())
        };
        let initial: Vec<_> = some.clone().map(start).collect();
        let mut sampled = integrate(&flow.network, &initial, side, SamplerConfig::SAMPLING)?;
        sampled.iter_mut().for_each(|latent| flow.scale.unscaled(latent));
        latents.extend(sampled);
        progress.advance(some.len() as u64);
    }
    Ok(latents)
}

//! Generation by latents: parents are encoded, their latents mixed, resampled and decoded, all orders of a batch together.

use super::error::ModelError;
use super::grid;
use super::latent;
use super::latent_model::LatentModel;
use super::learned::{self, Learned};
use super::mixing::{self, Known, Latent};
use super::sampler::{InitialLatent, SamplerConfig, integrate};
use candle_core::{Device, Tensor};
use gatefold_covers::features::measures;
use gatefold_types::recipe::Recipe;
use image::RgbImage;
use image::imageops::FilterType;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Pictures that go through the network together; more only cost memory.
const BATCH: usize = 64;
/// Covers whose latents are remembered: a slider moves, and the same parents come again.
const REMEMBERED: usize = 512;

/// A recipe with its parents' covers, and the change of condition that each of its attributes stands for.
pub(super) struct Part<'a> {
    pub(super) recipe: &'a Recipe,
    pub(super) parents: &'a [RgbImage],
    pub(super) attributes: &'a [Vec<f32>],
}

/// A latent model ready to generate.
pub(super) struct LatentGenerator {
    pub(super) model: LatentModel,
    device: Device,
    /// Has the scale of what is measured on covers.
    learned: Option<Learned>,
    remembered: Mutex<HashMap<blake3::Hash, Known>>,
}

impl LatentGenerator {
    pub(super) fn new(model: LatentModel, device: Device) -> Result<Self, ModelError> {
        Ok(Self { model, device, learned: learned::built_in()?, remembered: Mutex::default() })
    }

    fn size(&self) -> u32 {
        self.model.vae.config().size as u32
    }

    /// Makes the pictures of each recipe; none depends on what else is made.
    pub(super) fn make(&self, parts: &[Part<'_>]) -> Result<Vec<Vec<RgbImage>>, ModelError> {
        let parents: Vec<RgbImage> =
            parts.iter().flat_map(|part| part.parents).map(|parent| self.fitted(parent)).collect();
        let known = self.known(&parents)?;
        let (mut covers, mut rest) = (parents.as_slice(), known.as_slice());
        let mut all = Vec::with_capacity(parts.len());
        for part in parts {
            let (of_part, others) = covers.split_at(part.parents.len());
            let (own, later) = rest.split_at(part.parents.len());
            (covers, rest) = (others, later);
            all.push((part.recipe.levelled(), part.attributes, of_part, own));
        }
        let blends = all.par_iter().map(|(recipe, _, covers, own)| mixing::blends(recipe, covers, own));
        let blends = self.encoded(blends.collect())?;
        let (mut wanted, mut frames) = (Vec::new(), Vec::with_capacity(all.len()));
        for ((recipe, attributes, _, own), blends) in all.into_iter().zip(&blends) {
            let latents = self.latents_of(&recipe, own, blends, attributes);
            frames.push(latents.len());
            wanted.extend(latents);
        }
        let mut pictures = self.decoded(&wanted)?.into_iter();
        Ok(frames.into_iter().map(|frames| pictures.by_ref().take(frames).collect()).collect())
    }

    /// The latents of blends, which nobody will ask for again.
    fn encoded(&self, blends: Vec<Vec<Option<RgbImage>>>) -> Result<Vec<Vec<Option<Vec<f32>>>>, ModelError> {
        let all: Vec<RgbImage> = blends.iter().flatten().flatten().cloned().collect();
        let mut latents = Vec::with_capacity(all.len());
        for some in all.chunks(BATCH) {
            latents.extend(self.latents(some)?);
        }
        let mut latents = latents.into_iter();
        let mut of = |blended: Option<RgbImage>| blended.and_then(|_| latents.next());
        Ok(blends.into_iter().map(|frames| frames.into_iter().map(&mut of).collect()).collect())
    }

    fn latents_of(
        &self,
        recipe: &Recipe,
        parents: &[Known],
        blends: &[Option<Vec<f32>>],
        attributes: &[Vec<f32>],
    ) -> Vec<Latent> {
        let config = self.model.vae.config();
        match &self.model.flow {
            Some(flow) => {
                let cells = config.grid() * config.grid();
                mixing::with_flow(recipe, parents, blends, attributes, flow, cells)
            }
            None => mixing::without_flow(recipe, parents, blends, &self.model.posterior, config.numbers()),
        }
    }

    fn fitted(&self, picture: &RgbImage) -> RgbImage {
        let size = self.size();
        if picture.dimensions() == (size, size) {
            return picture.clone();
        }
        image::imageops::resize(picture, size, size, FilterType::CatmullRom)
    }

    /// What is known of pictures of the model's size.
    fn known(&self, pictures: &[RgbImage]) -> Result<Vec<Known>, ModelError> {
        let names: Vec<blake3::Hash> = pictures.iter().map(|p| blake3::hash(p.as_raw())).collect();
        let mut found = {
            let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
            let of = |name: &blake3::Hash| Some((*name, remembered.get(name)?.clone()));
            names.iter().filter_map(of).collect::<HashMap<_, _>>()
        };
        let mut missing: Vec<usize> = Vec::new();
        for (i, name) in names.iter().enumerate() {
            if !found.contains_key(name) && missing.iter().all(|&other| names[other] != *name) {
                missing.push(i);
            }
        }
        for some in missing.chunks(BATCH) {
            let fresh: Vec<RgbImage> = some.iter().map(|&i| pictures[i].clone()).collect();
            let known = self.encode(&fresh)?;
            let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
            if remembered.len() + some.len() > REMEMBERED {
                remembered.clear();
            }
            for (&i, known) in some.iter().zip(known) {
                remembered.insert(names[i], known.clone());
                found.insert(names[i], known);
            }
        }
        let forgotten = || ModelError::Refused("a parent's latent was lost; please report this".to_owned());
        names.iter().map(|name| found.get(name).cloned().ok_or_else(forgotten)).collect()
    }

    fn encode(&self, pictures: &[RgbImage]) -> Result<Vec<Known>, ModelError> {
        let latents = self.latents(pictures)?;
        let conditions = match &self.model.flow {
            Some(flow) => flow.conditions(pictures)?,
            None => vec![Vec::new(); pictures.len()],
        };
        let looks = match &self.learned {
            Some(learned) => {
                let measured = measures::of_each(pictures);
                measured.rows().into_iter().map(|row| learned.on_scale(row.to_vec())).collect()
            }
            None => latents.clone(),
        };
        let all = latents.into_iter().zip(conditions).zip(looks);
        Ok(all.map(|((latent, condition), look)| Known { latent, condition, look }).collect())
    }

    /// Latents of pictures of the model's size, unscaled.
    fn latents(&self, pictures: &[RgbImage]) -> Result<Vec<Vec<f32>>, ModelError> {
        let (vae, side) = (&self.model.vae, self.size() as usize);
        let input = Tensor::from_vec(grid::values(pictures), (pictures.len(), 3, side, side), &self.device)?;
        let latents = latent::whole(vae, &vae.encode(&input)?)?;
        Ok(latents.flatten_from(1)?.to_device(&Device::Cpu)?.to_vec2::<f32>()?)
    }

    fn decoded(&self, latents: &[Latent]) -> Result<Vec<RgbImage>, ModelError> {
        let LatentModel { vae, flow, .. } = &self.model;
        let (numbers, side) = (latent::numbers(vae.config()), vae.config().grid());
        let mut pictures = Vec::with_capacity(latents.len());
        for some in latents.chunks(BATCH) {
            let initial = |sampled: bool| -> Vec<InitialLatent> {
                let of = |latent: &Latent| match latent {
                    Latent::Mixed(initial) if !sampled => Some(initial.clone()),
                    Latent::Sampled(initial) if sampled => Some(initial.clone()),
                    _ => None,
                };
                some.iter().filter_map(of).collect()
            };
            let integrated = |sampler, sampled| match flow {
                Some(flow) => {
                    let mut latents = integrate(&flow.network, &initial(sampled), side, sampler)?;
                    latents.iter_mut().for_each(|latent| flow.scale.unscaled(latent));
                    Ok::<_, ModelError>(latents.into_iter())
                }
                None => Ok(Vec::new().into_iter()),
            };
            let mut mixed = integrated(SamplerConfig::MIXING, false)?;
            let mut sampled = integrated(SamplerConfig::SAMPLING, true)?;
            let mut ready = Vec::with_capacity(some.len() * numbers * side * side);
            for latent in some {
                let mut latent = match latent {
                    Latent::Ready(latent) => latent.clone(),
                    Latent::Mixed(_) => mixed.next().unwrap_or_default(),
                    Latent::Sampled(_) => sampled.next().unwrap_or_default(),
                };
                // A coarse latent by itself has the fine latent that is expected.
                latent.resize(numbers * side * side, 0.0);
                ready.extend(latent);
            }
            let input = Tensor::from_vec(ready, (some.len(), numbers, side, side), &self.device)?;
            pictures.extend(grid::pictures(&latent::decoded(vae, &input)?)?);
        }
        Ok(pictures)
    }
}

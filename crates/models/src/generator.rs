//! From recipes to pictures.

use super::carry::{MIXING, SAMPLING};
use super::carry::{Start, carry};
use super::device::{DeviceChoice, device, device_name};
use super::enlarge::{self, Enlarger};
use super::error::ModelError;
use super::latent;
use super::latent_model::LatentModel;
use super::mixing::{self, Code, Known};
use super::second::Conditioner;
use super::weights;
use crate::grid;
use crate::learned::{self, Learned};
use candle_core::{Device, Tensor};
use gatefold_covers::features::measures;
use gatefold_types::recipe::Recipe;
use gatefold_types::report::ModelInfo;
use image::RgbImage;
use image::imageops::FilterType;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Pictures that go through the network together; more only cost memory.
const BATCH: usize = 64;
/// Covers whose codes are remembered: a slider moves, and the same parents come again.
const REMEMBERED: usize = 512;

/// One order for the model: a recipe and its parents' covers (square RGB, any size), in the recipe's order.
pub struct Order {
    /// What to make.
    pub recipe: Recipe,
    /// The parents.
    pub parents: Vec<RgbImage>,
    /// For each of the recipe's wishes, the change of condition that it stands for ([`crate::wishes::Compass`]).
    pub wishes: Vec<Vec<f32>>,
}

/// A model ready to generate.
pub struct Generator {
    painter: LatentModel,
    info: ModelInfo,
    device: Device,
    enlarger: Option<Enlarger>,
    /// Has the scale of what is measured on covers.
    learned: Option<Learned>,
    remembered: Mutex<HashMap<blake3::Hash, Known>>,
}

impl Generator {
    /// Loads weights (safetensors) with the description that belongs to them (JSON).
    ///
    /// # Errors
    /// When either is damaged, they do not fit together, or the device cannot be had.
    pub fn load(weights: &[u8], config: &str, choice: DeviceChoice) -> Result<Self, ModelError> {
        let device = device(choice)?;
        let painter = LatentModel::read(weights, config, &device)?;
        let hash = weights::hash(weights, config);
        let LatentModel { description, .. } = &painter;
        let learned = learned::built_in()?;
        let info = ModelInfo { name: description.model.clone(), hash, params: description.parameters };
        Ok(Self { painter, info, device, enlarger: None, learned, remembered: Mutex::default() })
    }

    /// The same with a network that enlarges what it makes: weights (safetensors) and their description (JSON). It is
    /// no part of the model's hash, since recipes say nothing of sizes.
    ///
    /// # Errors
    /// When either is damaged or they do not fit together.
    pub fn with_enlarger(mut self, weights: &[u8], config: &str) -> Result<Self, ModelError> {
        self.enlarger = Some(enlarge::read(weights, config, &self.device)?);
        Ok(self)
    }

    /// A picture, or a piece of one, twice as large: by the enlarger if there is one, else by bicubic resampling.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn double(&self, piece: &RgbImage) -> Result<RgbImage, ModelError> {
        match &self.enlarger {
            Some(enlarger) => Ok(enlarger.double_piece(piece)?),
            None => Ok(enlarge::bicubic(piece)),
        }
    }

    /// A square picture doubled as often as helps on its way to `side` pixels across; what is left is resampling.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn doubled(&self, picture: &RgbImage, side: u32) -> Result<RgbImage, ModelError> {
        let mut large = picture.clone();
        for _ in 0..enlarge::doublings(picture.width(), side) {
            let mut out = RgbImage::new(large.width() * 2, large.height() * 2);
            for piece in enlarge::pieces(&large) {
                piece.lay(&self.double(&piece.picture)?, &mut out);
            }
            large = out;
        }
        Ok(large)
    }

    /// Name, hash and size.
    pub fn info(&self) -> ModelInfo {
        self.info.clone()
    }

    /// `cpu` or `cuda:0`.
    pub fn device(&self) -> String {
        device_name(&self.device)
    }

    /// Pixels across a generated picture.
    pub fn size(&self) -> u32 {
        self.painter.vae.config().size as u32
    }

    /// What makes conditions of covers, if the model has a second stage.
    pub fn conditioner(&self) -> Option<Arc<Conditioner>> {
        self.painter.second.as_ref().map(|second| second.conditioner.clone())
    }

    /// The model's parts, for whoever measures it.
    pub fn painter(&self) -> &LatentModel {
        &self.painter
    }

    /// Makes all orders in one go. Each result is its frames: 1, or the steps of an interpolation or a walk. An order's
    /// pictures do not depend on what else is in the batch.
    pub fn make(&self, orders: &[Order]) -> Vec<Result<Vec<RgbImage>, ModelError>> {
        match self.make_all(orders) {
            Ok(results) => results,
            // What Candle refuses, it refuses for all that went in together: say it to each.
            Err(error) => {
                let reason = error.to_string();
                orders.iter().map(|_| Err(ModelError::Refused(reason.clone()))).collect()
            }
        }
    }

    fn make_all(&self, orders: &[Order]) -> Result<Vec<Result<Vec<RgbImage>, ModelError>>, ModelError> {
        let checked: Vec<Result<(), ModelError>> = orders.iter().map(|order| self.check(order)).collect();
        let good =
            || orders.iter().zip(&checked).filter(|(_, checked)| checked.is_ok()).map(|(order, _)| order);
        let parents: Vec<RgbImage> =
            good().flat_map(|order| &order.parents).map(|p| self.fitted(p)).collect();
        let known = self.known(&parents)?;
        let (mut covers, mut rest) = (parents.as_slice(), known.as_slice());
        let mut parts = Vec::new();
        for order in good() {
            let (of_order, others) = covers.split_at(order.parents.len());
            let (own, later) = rest.split_at(order.parents.len());
            (covers, rest) = (others, later);
            parts.push((order.recipe.levelled(), &order.wishes, of_order, own));
        }
        let sheets = parts.par_iter().map(|(recipe, _, covers, own)| mixing::sheets(recipe, covers, own));
        let sheets = self.encoded(sheets.collect())?;
        let mut wanted = Vec::new();
        let mut frames = Vec::new();
        for ((recipe, wishes, _, own), sheets) in parts.into_iter().zip(&sheets) {
            let made = self.codes_of(&recipe, own, sheets, wishes);
            frames.push(made.len());
            wanted.extend(made);
        }
        let mut pictures = self.paint(wanted)?.into_iter();
        let mut frames = frames.into_iter();
        let mut results = Vec::with_capacity(orders.len());
        for checked in checked {
            results.push(checked.map(|()| pictures.by_ref().take(frames.next().unwrap_or(0)).collect()));
        }
        Ok(results)
    }

    fn check(&self, order: &Order) -> Result<(), ModelError> {
        check(order)?;
        let wishes = order.recipe.towards.len();
        if wishes > 0 && self.painter.second.is_none() {
            return Err(ModelError::Wishes);
        }
        if order.wishes.len() != wishes {
            return Err(ModelError::Refused(format!(
                "{wishes} wishes came with {} directions",
                order.wishes.len()
            )));
        }
        Ok(())
    }

    /// The codes of sheets, which nobody will ask for again.
    fn encoded(&self, sheets: Vec<Vec<Option<RgbImage>>>) -> Result<Vec<Vec<Option<Vec<f32>>>>, ModelError> {
        let all: Vec<RgbImage> = sheets.iter().flatten().flatten().cloned().collect();
        let mut codes = Vec::with_capacity(all.len());
        for some in all.chunks(BATCH) {
            codes.extend(self.codes(some)?);
        }
        let mut codes = codes.into_iter();
        let mut of = |sheet: Option<RgbImage>| sheet.and_then(|_| codes.next());
        Ok(sheets.into_iter().map(|frames| frames.into_iter().map(&mut of).collect()).collect())
    }

    fn codes_of(
        &self,
        recipe: &Recipe,
        parents: &[Known],
        sheets: &[Option<Vec<f32>>],
        wishes: &[Vec<f32>],
    ) -> Vec<Code> {
        let config = self.painter.vae.config();
        match &self.painter.second {
            Some(second) => {
                mixing::carried(recipe, parents, sheets, wishes, second, config.grid() * config.grid())
            }
            None => mixing::plain(recipe, parents, sheets, &self.painter.prior, config.numbers()),
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
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn known(&self, pictures: &[RgbImage]) -> Result<Vec<Known>, ModelError> {
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
        let forgotten = || ModelError::Refused("a parent's code was lost; please report this".to_owned());
        names.iter().map(|name| found.get(name).cloned().ok_or_else(forgotten)).collect()
    }

    fn encode(&self, pictures: &[RgbImage]) -> Result<Vec<Known>, ModelError> {
        let codes = self.codes(pictures)?;
        let conditions = match &self.painter.second {
            Some(second) => second.conditions(pictures)?,
            None => vec![Vec::new(); pictures.len()],
        };
        let looks = match &self.learned {
            Some(learned) => {
                let measured = measures::of_each(pictures);
                measured.rows().into_iter().map(|row| learned.on_scale(row.to_vec())).collect()
            }
            None => codes.clone(),
        };
        let all = codes.into_iter().zip(conditions).zip(looks);
        Ok(all.map(|((code, condition), look)| Known { code, condition, look }).collect())
    }

    /// Whole codes of pictures of the model's size, unscaled.
    fn codes(&self, pictures: &[RgbImage]) -> Result<Vec<Vec<f32>>, ModelError> {
        let (vae, side) = (&self.painter.vae, self.size() as usize);
        let input = Tensor::from_vec(grid::values(pictures), (pictures.len(), 3, side, side), &self.device)?;
        let codes = latent::whole(vae, &vae.encode(&input)?)?;
        Ok(codes.flatten_from(1)?.to_device(&Device::Cpu)?.to_vec2::<f32>()?)
    }

    fn paint(&self, codes: Vec<Code>) -> Result<Vec<RgbImage>, ModelError> {
        let LatentModel { vae, second, .. } = &self.painter;
        let (numbers, side) = (latent::numbers(vae.config()), vae.config().grid());
        let mut pictures = Vec::with_capacity(codes.len());
        for some in codes.chunks(BATCH) {
            let starts = |sampled: bool| -> Vec<Start> {
                let of = |code: &Code| match code {
                    Code::Carried(start) if !sampled => Some(start.clone()),
                    Code::Sampled(start) if sampled => Some(start.clone()),
                    _ => None,
                };
                some.iter().filter_map(of).collect()
            };
            let arrived = |way, sampled| match second {
                Some(second) => {
                    let mut codes = carry(&second.flow, &starts(sampled), side, way)?;
                    codes.iter_mut().for_each(|code| second.scale.unscaled(code));
                    Ok::<_, ModelError>(codes.into_iter())
                }
                None => Ok(Vec::new().into_iter()),
            };
            let (mut carried, mut sampled) = (arrived(MIXING, false)?, arrived(SAMPLING, true)?);
            let mut ready = Vec::with_capacity(some.len() * numbers * side * side);
            for code in some {
                let mut code = match code {
                    Code::Ready(code) => code.clone(),
                    Code::Carried(_) => carried.next().unwrap_or_default(),
                    Code::Sampled(_) => sampled.next().unwrap_or_default(),
                };
                // A rough code by itself has the detail that is expected.
                code.resize(numbers * side * side, 0.0);
                ready.extend(code);
            }
            let input = Tensor::from_vec(ready, (some.len(), numbers, side, side), &self.device)?;
            pictures.extend(grid::pictures(&latent::painted(vae, &input)?)?);
        }
        Ok(pictures)
    }
}

fn check(order: &Order) -> Result<(), ModelError> {
    order.recipe.check()?;
    if order.parents.len() != order.recipe.parents.len() {
        return Err(ModelError::Covers { given: order.parents.len(), needed: order.recipe.parents.len() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use gatefold_types::album::AlbumId;
    use gatefold_types::recipe::{Kind, Parent, Towards};

    fn generator() -> Generator {
        let (weights, config) = testing::tiny();
        Generator::load(&weights, &config, DeviceChoice::Cpu).unwrap()
    }

    /// One stage alone, and both.
    fn generators() -> [Generator; 2] {
        let (weights, config) = testing::two_stages();
        let both = Generator::load(&weights, &config, DeviceChoice::Cpu).unwrap();
        assert!(both.conditioner().is_some(), "the encoder belongs to this repository");
        [generator(), both]
    }

    fn cover(n: u32) -> RgbImage {
        RgbImage::from_fn(20, 20, |x, y| {
            image::Rgb([(x * 9 + n * 40) as u8, (y * 7 * n) as u8, (x * y) as u8])
        })
    }

    fn order(kind: Kind, weights: &[f32], seed: u64) -> Order {
        let parents =
            weights.iter().enumerate().map(|(i, &weight)| Parent { id: AlbumId(i as u64), weight }).collect();
        let recipe = Recipe { steps: 5, seed, ..Recipe::new(kind, parents) };
        Order { recipe, parents: (0..weights.len() as u32).map(cover).collect(), wishes: Vec::new() }
    }

    #[test]
    fn a_picture_does_not_depend_on_what_shares_its_batch() {
        for generator in generators() {
            let mixed = [
                order(Kind::Sample, &[], 4),
                order(Kind::Average, &[1.0, 2.0, -0.5], 0),
                order(Kind::Interpolate, &[1.0, 1.0], 0),
                order(Kind::Reconstruct, &[1.0], 0),
                order(Kind::Walk, &[1.0], 3),
            ];
            let together = generator.make(&mixed);
            for (order, together) in mixed.iter().zip(&together) {
                let alone = generator.make(std::slice::from_ref(order));
                assert_eq!(alone[0].as_ref().unwrap(), together.as_ref().unwrap(), "{:?}", order.recipe.kind);
            }
            assert_eq!(together[2].as_ref().unwrap().len(), 5);
        }
    }

    #[test]
    fn an_interpolation_ends_in_its_parents_reconstructions() {
        for generator in generators() {
            let strip = generator.make(&[order(Kind::Interpolate, &[1.0, 1.0], 0)]).remove(0).unwrap();
            let first = generator.make(&[order(Kind::Reconstruct, &[1.0], 0)]).remove(0).unwrap();
            assert_eq!(strip[0], first[0]);
        }
    }

    #[test]
    fn one_parent_by_weight_is_reconstructed_and_so_are_several_that_are_one() {
        for generator in generators() {
            let made = |order: Order| generator.make(&[order]).remove(0).unwrap().remove(0);
            let own = made(order(Kind::Reconstruct, &[1.0], 0));
            assert_eq!(made(order(Kind::Average, &[2.0, 0.0, 0.0], 0)), own);
            let mut same = order(Kind::Average, &[0.3, 0.3, 0.9], 0);
            same.parents = vec![cover(0); 3];
            assert_eq!(made(same), own);
            assert_ne!(made(order(Kind::Average, &[2.0, 1.0, 0.0], 0)), own);
        }
    }

    #[test]
    fn a_variation_differs_from_what_it_was_chosen_from_and_comes_again() {
        for generator in generators() {
            let made = |evolved: &[u64]| {
                let mut order = order(Kind::Average, &[1.0, 2.0], 0);
                order.recipe.evolved = evolved.to_vec();
                generator.make(&[order]).remove(0).unwrap().remove(0)
            };
            assert_ne!(made(&[]), made(&[5]));
            assert_ne!(made(&[5]), made(&[5, 6]));
            assert_eq!(made(&[5, 6]), made(&[5, 6]));
        }
    }

    #[test]
    fn a_walk_begins_at_its_cover_and_leaves_it() {
        for generator in generators() {
            let walk = generator.make(&[order(Kind::Walk, &[1.0], 3)]).remove(0).unwrap();
            let own = generator.make(&[order(Kind::Reconstruct, &[1.0], 0)]).remove(0).unwrap();
            assert_eq!((walk.len(), &walk[0]), (5, &own[0]));
            assert_ne!(walk[4], walk[0]);
        }
    }

    #[test]
    fn a_wish_needs_a_model_that_understands_it() {
        let mut order = order(Kind::Average, &[1.0, 1.0], 0);
        order.recipe.towards = vec![Towards { what: "jazz".to_owned(), amount: 1.0 }];
        order.wishes = vec![vec![1.0]];
        assert!(matches!(generator().make(&[order]).remove(0), Err(ModelError::Wishes)));
    }

    #[test]
    fn a_bad_order_costs_itself_alone() {
        let results = generator().make(&[order(Kind::Average, &[0.0, 0.0], 0), order(Kind::Sample, &[], 1)]);
        assert!(results[0].as_ref().is_err_and(|error| error.to_string().contains("all zero")));
        assert!(results[1].is_ok());
    }

    #[test]
    fn other_weights_are_refused_with_a_sentence() {
        let (weights, config) = testing::tiny();
        let other = config.replace("\"code\": 2", "\"code\": 3");
        assert_ne!(other, config);
        assert!(Generator::load(&weights, &other, DeviceChoice::Cpu).is_err());
        assert!(Generator::load(&weights[..200], &config, DeviceChoice::Cpu).is_err());
    }
}

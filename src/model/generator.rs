//! From recipes to pictures.

use super::codes::Prior;
use super::vae::Vae;
use super::{DeviceChoice, ModelError, Order, device, weights};
use crate::recipe::{Kind, Recipe};
use crate::report::ModelInfo;
use crate::train::grid;
use candle_core::{Device, Tensor};
use image::RgbImage;
use image::imageops::FilterType;

/// Pictures that go through the network together; more only cost memory.
const BATCH: usize = 64;

/// A model ready to generate.
pub struct Generator {
    vae: Vae,
    prior: Prior,
    info: ModelInfo,
    device: Device,
}

impl Generator {
    /// Loads weights (safetensors) with the description that belongs to them (JSON).
    ///
    /// # Errors
    /// When either is damaged, they do not fit together, or the device cannot be had.
    pub fn load(weights: &[u8], config: &str, choice: DeviceChoice) -> Result<Self, ModelError> {
        let device = device(choice)?;
        let (description, vae, prior) = weights::read(weights, config, &device)?;
        let hash = weights::hash(weights, config);
        let info = ModelInfo { name: description.model, hash, params: description.parameters };
        Ok(Self { vae, prior, info, device })
    }

    /// Name, hash and size.
    pub fn info(&self) -> ModelInfo {
        self.info.clone()
    }

    /// `cpu` or `cuda:0`.
    pub fn device(&self) -> String {
        super::device_name(&self.device)
    }

    /// Pixels across a generated picture.
    pub fn size(&self) -> u32 {
        self.vae.config().size as u32
    }

    /// Makes all orders in one go. Each result is its frames: 1, or the steps of an interpolation. An order's pictures
    /// do not depend on what else is in the batch.
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
        let checked: Vec<Result<(), ModelError>> = orders.iter().map(check).collect();
        let good =
            || orders.iter().zip(&checked).filter(|(_, checked)| checked.is_ok()).map(|(order, _)| order);
        let parents: Vec<RgbImage> =
            good().flat_map(|order| &order.parents).map(|p| self.fitted(p)).collect();
        let codes = self.encode(&parents)?;
        let mut rest = codes.as_slice();
        let mut wanted = Vec::new();
        let mut frames = Vec::new();
        for order in good() {
            let (own, others) = rest.split_at(order.parents.len());
            rest = others;
            let made = self.codes_of(&order.recipe, own);
            frames.push(made.len());
            wanted.extend(made);
        }
        let mut pictures = self.decode(&wanted)?.into_iter();
        let mut frames = frames.into_iter();
        let mut results = Vec::with_capacity(orders.len());
        for checked in checked {
            results.push(checked.map(|()| pictures.by_ref().take(frames.next().unwrap_or(0)).collect()));
        }
        Ok(results)
    }

    fn codes_of(&self, recipe: &Recipe, parents: &[Vec<f32>]) -> Vec<Vec<f32>> {
        match (recipe.kind, parents) {
            (Kind::Interpolate, [from, to]) => self.prior.line(from, to, recipe.steps),
            (Kind::Sample, _) => vec![self.prior.sample(recipe.seed)],
            _ => {
                let weighted: Vec<(&[f32], f32)> = parents
                    .iter()
                    .zip(&recipe.parents)
                    .map(|(code, parent)| (&code[..], parent.weight))
                    .collect();
                vec![self.prior.average(&weighted)]
            }
        }
    }

    fn fitted(&self, picture: &RgbImage) -> RgbImage {
        let size = self.size();
        if picture.dimensions() == (size, size) {
            return picture.clone();
        }
        image::imageops::resize(picture, size, size, FilterType::CatmullRom)
    }

    /// Pictures of the model's size → the means of their codes.
    fn encode(&self, pictures: &[RgbImage]) -> Result<Vec<Vec<f32>>, ModelError> {
        let side = self.size() as usize;
        let mut codes = Vec::with_capacity(pictures.len());
        for some in pictures.chunks(BATCH) {
            let input = Tensor::from_vec(grid::values(some), (some.len(), 3, side, side), &self.device)?;
            let mean = self.vae.encode(&input)?.mean;
            codes.extend(mean.flatten_from(1)?.to_device(&Device::Cpu)?.to_vec2::<f32>()?);
        }
        Ok(codes)
    }

    fn decode(&self, codes: &[Vec<f32>]) -> Result<Vec<RgbImage>, ModelError> {
        let config = self.vae.config();
        let (numbers, grid_side) = (config.code, config.grid());
        let mut pictures = Vec::with_capacity(codes.len());
        for some in codes.chunks(BATCH) {
            let shape = (some.len(), numbers, grid_side, grid_side);
            let input = Tensor::from_vec(some.concat(), shape, &self.device)?;
            pictures.extend(grid::pictures(&self.vae.decode(&input)?)?);
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
    use crate::album::AlbumId;
    use crate::model::testing;
    use crate::recipe::Parent;

    fn generator() -> Generator {
        let (weights, config) = testing::tiny();
        Generator::load(&weights, &config, DeviceChoice::Cpu).unwrap()
    }

    fn cover(n: u32) -> RgbImage {
        RgbImage::from_fn(20, 20, |x, y| {
            image::Rgb([(x * 9 + n * 40) as u8, (y * 7 * n) as u8, (x * y) as u8])
        })
    }

    fn order(kind: Kind, weights: &[f32], seed: u64) -> Order {
        let parents =
            weights.iter().enumerate().map(|(i, &weight)| Parent { id: AlbumId(i as u64), weight }).collect();
        let recipe = Recipe { kind, parents, steps: 5, seed, model: String::new() };
        Order { recipe, parents: (0..weights.len() as u32).map(cover).collect() }
    }

    #[test]
    fn a_picture_does_not_depend_on_what_shares_its_batch() {
        let generator = generator();
        let mixed = [
            order(Kind::Sample, &[], 4),
            order(Kind::Average, &[1.0, 2.0, -0.5], 0),
            order(Kind::Interpolate, &[1.0, 1.0], 0),
            order(Kind::Reconstruct, &[1.0], 0),
        ];
        let together = generator.make(&mixed);
        for (order, together) in mixed.iter().zip(&together) {
            let alone = generator.make(std::slice::from_ref(order));
            assert_eq!(alone[0].as_ref().unwrap(), together.as_ref().unwrap(), "{:?}", order.recipe.kind);
        }
        assert_eq!(together[2].as_ref().unwrap().len(), 5);
    }

    #[test]
    fn an_interpolation_ends_in_its_parents_reconstructions() {
        let generator = generator();
        let strip = generator.make(&[order(Kind::Interpolate, &[1.0, 1.0], 0)]).remove(0).unwrap();
        let first = generator.make(&[order(Kind::Reconstruct, &[1.0], 0)]).remove(0).unwrap();
        assert_eq!(strip[0], first[0]);
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

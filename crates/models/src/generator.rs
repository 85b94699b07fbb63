//! Generation of pictures from recipes, by a latent model or a DCGAN.

use super::dcgan;
use super::device::{DeviceChoice, device, device_name};
use super::error::ModelError;
use super::grid;
use super::latent_flow::Conditioner;
use super::latent_generator::{LatentGenerator, Part};
use super::latent_model::LatentModel;
use super::mixing;
use super::upscaler::{self, Upscaler};
use super::weights;
use candle_core::{Device, Tensor};
use gatefold_nn::layers::Statistics;
use gatefold_types::recipe::{Kind, Recipe};
use gatefold_types::report::ModelInfo;
use image::RgbImage;
use std::sync::Arc;

/// One order for the model: a recipe and its parents' covers (square RGB, any size), in the recipe's order.
pub struct Order {
    /// What to make.
    pub recipe: Recipe,
    /// The parents.
    pub parents: Vec<RgbImage>,
    /// For each of the recipe's attributes, the change of condition that it stands for
    /// ([`crate::attributes::AttributeVectors`]).
    pub attributes: Vec<Vec<f32>>,
}

/// What makes the pictures.
enum Network {
    /// Boxed: it is several times as large.
    Latent(Box<LatentGenerator>),
    /// Makes covers of noise and reads none.
    Dcgan(dcgan::Generator),
}

/// A model ready to generate.
pub struct Generator {
    network: Network,
    info: ModelInfo,
    device: Device,
    upscaler: Option<Upscaler>,
}

impl Generator {
    /// Loads weights (safetensors) with the description that belongs to them (JSON): of a VAE, with or without a latent
    /// flow, or of a DCGAN.
    ///
    /// # Errors
    /// When either is damaged, they do not fit together, they make no covers, or the device cannot be had.
    pub fn load(weights: &[u8], config: &str, choice: DeviceChoice) -> Result<Self, ModelError> {
        let device = device(choice)?;
        let kind = weights::kind(config)?;
        let (network, params) = match kind.as_str() {
            "vae" => {
                let model = LatentModel::read(weights, config, &device)?;
                let params = model.description.parameters;
                (Network::Latent(Box::new(LatentGenerator::new(model, device.clone())?)), params)
            }
            "dcgan" => {
                let (description, generator) = dcgan::read(weights, config, &device)?;
                (Network::Dcgan(generator), description.parameters)
            }
            _ => return Err(ModelError::NoGenerator(kind)),
        };
        let info = ModelInfo { name: kind, hash: weights::hash(weights, config), params };
        Ok(Self { network, info, device, upscaler: None })
    }

    /// The same with a network that enlarges what it makes: weights (safetensors) and their description (JSON). It is
    /// no part of the model's hash, since recipes say nothing of sizes.
    ///
    /// # Errors
    /// When either is damaged or they do not fit together.
    pub fn with_upscaler(mut self, weights: &[u8], config: &str) -> Result<Self, ModelError> {
        self.upscaler = Some(upscaler::read(weights, config, &self.device)?);
        Ok(self)
    }

    /// A picture, or a piece of one, twice as large: by the upscaler if there is one, else by bicubic resampling.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn double(&self, piece: &RgbImage) -> Result<RgbImage, ModelError> {
        match &self.upscaler {
            Some(upscaler) => Ok(upscaler.double_piece(piece)?),
            None => Ok(upscaler::bicubic(piece)),
        }
    }

    /// A square picture doubled as often as helps on its way to `side` pixels across; what is left is resampling.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn doubled(&self, picture: &RgbImage, side: u32) -> Result<RgbImage, ModelError> {
        let mut large = picture.clone();
        for _ in 0..upscaler::doublings(picture.width(), side) {
            let mut out = RgbImage::new(large.width() * 2, large.height() * 2);
            for piece in upscaler::pieces(&large) {
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
        match &self.network {
            Network::Latent(generator) => generator.model.vae.config().size as u32,
            Network::Dcgan(generator) => generator.config().size as u32,
        }
    }

    /// What makes conditions of covers, if the model has a latent flow.
    pub fn conditioner(&self) -> Option<Arc<Conditioner>> {
        self.latent_model()?.flow.as_ref().map(|flow| flow.conditioner.clone())
    }

    /// The model's parts, for whoever measures it; none of a DCGAN, which has no latents of covers.
    pub fn latent_model(&self) -> Option<&LatentModel> {
        match &self.network {
            Network::Latent(generator) => Some(&generator.model),
            Network::Dcgan(_) => None,
        }
    }

    /// Makes all orders in one go. Each result is its frames: 1, or the steps of an interpolation or a walk. An order's
    /// pictures do not depend on what else is in the batch.
    pub fn make(&self, orders: &[Order]) -> Vec<Result<Vec<RgbImage>, ModelError>> {
        let checked: Vec<Result<(), ModelError>> = orders.iter().map(|order| self.check(order)).collect();
        let good: Vec<&Order> = orders
            .iter()
            .zip(&checked)
            .filter(|(_, checked)| checked.is_ok())
            .map(|(order, _)| order)
            .collect();
        match self.make_all(&good) {
            Ok(made) => {
                let mut made = made.into_iter();
                checked.into_iter().map(|checked| checked.map(|()| made.next().unwrap_or_default())).collect()
            }
            // What Candle refuses, it refuses for all that went in together: say it to each.
            Err(error) => {
                let reason = error.to_string();
                orders.iter().map(|_| Err(ModelError::Refused(reason.clone()))).collect()
            }
        }
    }

    fn make_all(&self, orders: &[&Order]) -> Result<Vec<Vec<RgbImage>>, ModelError> {
        match &self.network {
            Network::Latent(generator) => {
                let parts: Vec<Part<'_>> = orders
                    .iter()
                    .map(|Order { recipe, parents, attributes }| Part { recipe, parents, attributes })
                    .collect();
                generator.make(&parts)
            }
            // One by one, so that none depends on the others; it is small.
            Network::Dcgan(generator) => {
                orders.iter().map(|order| self.sampled(generator, &order.recipe)).collect()
            }
        }
    }

    /// A DCGAN's picture: of the noise that the recipe's seed draws, turned by what it was evolved with.
    fn sampled(&self, generator: &dcgan::Generator, recipe: &Recipe) -> Result<Vec<RgbImage>, ModelError> {
        let count = generator.config().noise;
        let noise = Tensor::from_vec(mixing::turned(count, recipe, 0), (1, count), &self.device)?;
        Ok(grid::pictures(&generator.forward(&noise, Statistics::Running)?)?)
    }

    fn check(&self, order: &Order) -> Result<(), ModelError> {
        let Order { recipe, parents, attributes } = order;
        recipe.check()?;
        if parents.len() != recipe.parents.len() {
            return Err(ModelError::Covers { given: parents.len(), needed: recipe.parents.len() });
        }
        if self.latent_model().is_none() && recipe.kind != Kind::Sample {
            return Err(ModelError::NoiseOnly);
        }
        let asked = recipe.towards.len();
        if asked > 0 && self.conditioner().is_none() {
            return Err(ModelError::NoAttributes);
        }
        if attributes.len() != asked {
            let sentence = format!("{asked} wishes came with {} directions", attributes.len());
            return Err(ModelError::Refused(sentence));
        }
        Ok(())
    }
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
        Order { recipe, parents: (0..weights.len() as u32).map(cover).collect(), attributes: Vec::new() }
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
    fn an_attribute_needs_a_model_that_knows_it() {
        let mut order = order(Kind::Average, &[1.0, 1.0], 0);
        order.recipe.towards = vec![Towards { what: "jazz".to_owned(), amount: 1.0 }];
        order.attributes = vec![vec![1.0]];
        assert!(matches!(generator().make(&[order]).remove(0), Err(ModelError::NoAttributes)));
    }

    #[test]
    fn a_bad_order_costs_itself_alone() {
        let results = generator().make(&[order(Kind::Average, &[0.0, 0.0], 0), order(Kind::Sample, &[], 1)]);
        assert!(results[0].as_ref().is_err_and(|error| error.to_string().contains("all zero")));
        assert!(results[1].is_ok());
    }

    fn adversarial() -> Generator {
        let (weights, config) = testing::tiny_dcgan();
        Generator::load(&weights, &config, DeviceChoice::Cpu).unwrap()
    }

    #[test]
    fn a_dcgan_draws_samples_that_come_again_whatever_shares_their_batch() {
        let generator = adversarial();
        let mut varied = order(Kind::Sample, &[], 4);
        varied.recipe.evolved = vec![9];
        let orders = [order(Kind::Sample, &[], 4), varied, order(Kind::Sample, &[], 5)];
        let made = |orders: &[Order]| -> Vec<RgbImage> {
            generator.make(orders).into_iter().map(|frames| frames.unwrap().remove(0)).collect()
        };
        let together = made(&orders);
        for (order, together) in orders.iter().zip(&together) {
            assert_eq!(&made(std::slice::from_ref(order))[0], together);
        }
        assert!(together[0] != together[1] && together[0] != together[2]);
        assert_eq!(together[0].dimensions(), (generator.size(), generator.size()));
    }

    #[test]
    fn a_dcgan_refuses_parents_and_attributes_with_a_sentence_and_samples_beside_them() {
        let mut wished = order(Kind::Sample, &[], 1);
        wished.recipe.towards = vec![Towards { what: "jazz".to_owned(), amount: 1.0 }];
        wished.attributes = vec![vec![1.0]];
        let orders = [order(Kind::Average, &[1.0, 1.0], 0), wished, order(Kind::Sample, &[], 1)];
        let results = adversarial().make(&orders);
        assert!(matches!(results[0], Err(ModelError::NoiseOnly)));
        assert!(matches!(results[1], Err(ModelError::NoAttributes)));
        assert!(results[2].is_ok());
        assert!(adversarial().conditioner().is_none() && adversarial().latent_model().is_none());
    }

    #[test]
    fn a_model_that_makes_no_covers_is_named() {
        let (weights, config) = testing::tiny();
        let config = config.replace("\"vae\"", "\"encoder\"");
        let refused = Generator::load(&weights, &config, DeviceChoice::Cpu).err().unwrap().to_string();
        assert!(refused.contains("“encoder”"), "{refused}");
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

//! A model small enough for tests: its weights are drawn, it has learned nothing.

use super::codes::Prior;
use super::condition::Condition;
use super::error::ModelError;
use super::flow::{self, Flow};
use super::latent::{self, Scale};
use super::latent_model::{self, Description, files_with_flow};
use super::learned;
use super::second::{Described, Measured};
use super::vae::{Config, Vae};
use super::weights::Files;
use candle_core::{Device, Tensor};
use gatefold_covers::features::measures;
use gatefold_nn::layers::Params;
use ndarray::Array2;
use std::collections::HashMap;

/// Weights and description of a 16-pixel VAE, as [`super::Generator::load`] takes them.
pub fn tiny() -> (Vec<u8>, String) {
    let config = Config { size: 16, channels: vec![8, 16], code: 2, detail: 3, blocks: vec![1, 1] };
    build(&config).unwrap_or_else(|error| panic!("a network of {config:?} can be built: {error}"))
}

/// The same with a second stage, where this build has the encoder that conditions come from.
pub fn two_stages() -> (Vec<u8>, String) {
    let (weights, description) = tiny();
    add_second(&weights, &description)
        .unwrap_or_else(|error| panic!("a second stage can be built: {error}"))
        .unwrap_or((weights, description))
}

fn add_second(weights: &[u8], description: &str) -> Result<Option<(Vec<u8>, String)>, ModelError> {
    let Some(learned) = learned::built_in()? else { return Ok(None) };
    let first = Description::read(description)?;
    let known = Array2::from_shape_fn((40, learned.dims() + measures::dims()), |(i, j)| {
        // Any numbers that differ from row to row and from column to column.
        ((i * 37 + j * 101) % 97) as f32 + ((i * j) % 13) as f32
    });
    let condition = Condition::of(known, 4)?;
    let numbers = latent::numbers(&first.config);
    let codes: Vec<Vec<f32>> =
        (0..20).map(|i| (0..numbers * 16).map(|j| ((i * j) % 7) as f32).collect()).collect();
    let measured = Measured {
        scale: Scale::of(&codes, numbers, first.config.code),
        condition,
        steer: vec![0.1; first.config.numbers() * 4],
    };
    let config = flow::Config { numbers, condition: 4, width: 8, blocks: 1 };
    let params = Params::drawn(2, &Device::Cpu);
    Flow::new(&config, &params.root())?;
    let drawn: HashMap<String, Tensor> =
        params.variables().into_iter().map(|(name, v)| (name, v.as_tensor().clone())).collect();
    let flow = Described { config, encoder: learned.hash().to_owned() };
    let Files { weights, description } = files_with_flow((weights, description), flow, &drawn, &measured)?;
    Ok(Some((weights, description)))
}

fn build(config: &Config) -> candle_core::Result<(Vec<u8>, String)> {
    let params = Params::drawn(1, &Device::Cpu);
    Vae::new(config, &params.root())?;
    let drawn: HashMap<String, Tensor> =
        params.variables().into_iter().map(|(name, v)| (name, v.as_tensor().clone())).collect();
    let numbers = config.numbers();
    let prior = Prior::of(&[vec![0.0; numbers], vec![0.5; numbers]], &vec![1.0; numbers]);
    let Files { weights, description } = latent_model::files(config, &drawn, &prior)?;
    Ok((weights, description))
}

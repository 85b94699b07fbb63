//! Untrained models small enough for tests.

use super::aggregate_posterior::AggregatePosterior;
use super::condition::Condition;
use super::dcgan;
use super::error::ModelError;
use super::flow::{self, Flow};
use super::latent::{self, Scale};
use super::latent_flow::{FlowDescription, FlowStatistics};
use super::latent_model::{self, Description, files_with_flow};
use super::learned;
use super::vae::{Config, Vae};
use super::weights::Files;
use candle_core::{Device, Tensor};
use gatefold_covers::features::measures;
use gatefold_nn::layers::Params;
use ndarray::Array2;
use std::collections::HashMap;

/// Weights and description of a 16-pixel VAE, as [`super::Generator::load`] takes them.
pub fn tiny() -> (Vec<u8>, String) {
    let config = Config { size: 16, channels: vec![8, 16], coarse: 2, fine: 3, blocks: vec![1, 1] };
    build(&config).unwrap_or_else(|error| panic!("a network of {config:?} can be built: {error}"))
}

/// The same with a latent flow, where this build has the encoder that conditions come from.
pub fn two_stages() -> (Vec<u8>, String) {
    let (weights, description) = tiny();
    add_flow(&weights, &description)
        .unwrap_or_else(|error| panic!("a second stage can be built: {error}"))
        .unwrap_or((weights, description))
}

/// Weights and description of a 16-pixel DCGAN.
pub fn tiny_dcgan() -> (Vec<u8>, String) {
    let config = dcgan::Config { size: 16, noise: 6, width: 4 };
    build_dcgan(&config).unwrap_or_else(|error| panic!("a network of {config:?} can be built: {error}"))
}

fn build_dcgan(config: &dcgan::Config) -> candle_core::Result<(Vec<u8>, String)> {
    let params = Params::drawn(3, &Device::Cpu);
    dcgan::Generator::new(config, &params.root())?;
    let all = params.variables().into_iter().chain(params.statistics());
    let drawn: HashMap<String, Tensor> = all.map(|(name, v)| (name, v.as_tensor().clone())).collect();
    let Files { weights, description } = dcgan::files(config, &drawn)?;
    Ok((weights, description))
}

fn add_flow(weights: &[u8], description: &str) -> Result<Option<(Vec<u8>, String)>, ModelError> {
    let Some(learned) = learned::built_in()? else { return Ok(None) };
    let first = Description::read(description)?;
    let known = Array2::from_shape_fn((40, learned.dims() + measures::dims()), |(i, j)| {
        // Any numbers that differ from row to row and from column to column.
        ((i * 37 + j * 101) % 97) as f32 + ((i * j) % 13) as f32
    });
    let condition = Condition::of(known, 4)?;
    let numbers = latent::numbers(&first.config);
    let latents: Vec<Vec<f32>> =
        (0..20).map(|i| (0..numbers * 16).map(|j| ((i * j) % 7) as f32).collect()).collect();
    let measured = FlowStatistics {
        scale: Scale::of(&latents, numbers, first.config.coarse),
        condition,
        steer: vec![0.1; first.config.numbers() * 4],
    };
    let config = flow::Config { numbers, condition: 4, width: 8, blocks: 1 };
    let params = Params::drawn(2, &Device::Cpu);
    Flow::new(&config, &params.root())?;
    let drawn: HashMap<String, Tensor> =
        params.variables().into_iter().map(|(name, v)| (name, v.as_tensor().clone())).collect();
    let flow = FlowDescription { config, encoder: learned.hash().to_owned() };
    let Files { weights, description } = files_with_flow((weights, description), flow, &drawn, &measured)?;
    Ok(Some((weights, description)))
}

fn build(config: &Config) -> candle_core::Result<(Vec<u8>, String)> {
    let params = Params::drawn(1, &Device::Cpu);
    Vae::new(config, &params.root())?;
    let drawn: HashMap<String, Tensor> =
        params.variables().into_iter().map(|(name, v)| (name, v.as_tensor().clone())).collect();
    let numbers = config.numbers();
    let posterior = AggregatePosterior::of(&[vec![0.0; numbers], vec![0.5; numbers]], &vec![1.0; numbers]);
    let Files { weights, description } = latent_model::files(config, &drawn, &posterior, 0)?;
    Ok((weights, description))
}

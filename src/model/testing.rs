//! A model small enough for tests: its weights are drawn, it has learned nothing.

use super::codes::Prior;
use super::condition::Condition;
use super::flow::{self, Flow};
use super::latent::{self, Scale};
use super::second::{Described, Measured};
use super::vae::{Config, Vae};
use super::weights::{Description, described, write_flow};
use crate::features::{learned, measures};
use candle_core::{DType, Device};
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

fn add_second(
    weights: &[u8],
    description: &str,
) -> Result<Option<(Vec<u8>, String)>, Box<dyn std::error::Error>> {
    let Some(learned) = learned::built_in()? else { return Ok(None) };
    let first: Description = described(description, "vae")?;
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
    let drawn = params.variables().into_iter().map(|(name, v)| (name, v.as_tensor().clone())).collect();
    let folder = tempfile::tempdir()?;
    let flow = Described { config, encoder: learned.hash().to_owned() };
    write_flow(folder.path(), "vae", (weights, description), flow, drawn, &measured)?;
    let read = |name: &str| std::fs::read(folder.path().join(name));
    Ok(Some((read("vae.safetensors")?, String::from_utf8(read("vae.json")?)?)))
}

fn build(config: &Config) -> candle_core::Result<(Vec<u8>, String)> {
    let params = Params::drawn(1, &Device::Cpu);
    Vae::new(config, &params.root())?;
    let mut tensors = HashMap::new();
    for (name, variable) in params.variables() {
        tensors.insert(name, variable.as_tensor().to_dtype(DType::F16)?);
    }
    let parameters = tensors.values().map(|t| t.elem_count() as u64).sum();
    let numbers = config.numbers();
    Prior::of(&[vec![0.0; numbers], vec![0.5; numbers]], &vec![1.0; numbers]).save(&mut tensors)?;
    let description = Description { model: "vae".to_owned(), config: config.clone(), parameters, flow: None };
    let text = serde_json::to_string_pretty(&description).map_err(candle_core::Error::wrap)?;
    let bytes = safetensors::serialize(&tensors, None).map_err(candle_core::Error::wrap)?;
    Ok((bytes, text))
}

//! A model small enough for tests: its weights are drawn, it has learned nothing.

use super::codes::Prior;
use super::layers::Params;
use super::vae::{Config, Vae};
use super::weights::Description;
use candle_core::{DType, Device};
use std::collections::HashMap;

/// Weights and description of a 16-pixel VAE, as [`super::Generator::load`] takes them.
pub fn tiny() -> (Vec<u8>, String) {
    let config = Config { size: 16, channels: vec![8, 16], code: 2, blocks: 1 };
    build(&config).unwrap_or_else(|error| panic!("a network of {config:?} can be built: {error}"))
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
    let description = Description { model: "vae".to_owned(), config: config.clone(), parameters };
    let text = serde_json::to_string_pretty(&description).map_err(candle_core::Error::wrap)?;
    let bytes = safetensors::serialize(&tensors, None).map_err(candle_core::Error::wrap)?;
    Ok((bytes, text))
}

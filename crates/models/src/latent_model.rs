//! A latent generative model: a VAE with the aggregate posterior of its coarse latents and, if it has one, the latent flow
//! that serves as its prior.

use super::aggregate_posterior::AggregatePosterior;
use super::error::ModelError;
use super::latent_flow::{self, FlowStatistics, LatentFlow};
use super::vae::{Config, Vae};
use super::weights::{Files, count, described, halved};
use candle_core::{Device, Tensor};
use gatefold_nn::layers::Params;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What stands beside its weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Description {
    /// Kind of model: `vae`.
    pub model: String,
    /// Shape of the VAE.
    pub config: Config,
    /// Numbers it learned.
    pub parameters: u64,
    /// Version of the split into covers to learn from and covers held back; 0 of models that do not say.
    #[serde(default, skip_serializing_if = "is_unsaid")]
    pub split: u32,
    /// The latent flow, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<latent_flow::FlowDescription>,
}

fn is_unsaid(split: &u32) -> bool {
    *split == 0
}

impl Description {
    /// Reads what stands beside a VAE's weights.
    ///
    /// # Errors
    /// When it describes no VAE.
    pub fn read(text: &str) -> Result<Self, ModelError> {
        let description: Self = described(text, "vae")?;
        description.config.check().map_err(ModelError::Description)?;
        Ok(description)
    }
}

/// A VAE with all that belongs to it.
pub struct LatentModel {
    /// What it is.
    pub description: Description,
    /// The network.
    pub vae: Vae,
    /// The cloud of coarse latents.
    pub posterior: AggregatePosterior,
    /// The latent flow, if it has one.
    pub flow: Option<LatentFlow>,
}

impl LatentModel {
    /// Reads a model from its two files' contents.
    ///
    /// # Errors
    /// When either is damaged or they do not fit together.
    pub fn read(weights: &[u8], description: &str, device: &Device) -> Result<Self, ModelError> {
        Self::of(weights, Description::read(description)?, device)
    }

    /// The same without the latent flow, if there is one.
    ///
    /// # Errors
    /// As [`LatentModel::read`].
    pub fn read_first_stage(weights: &[u8], description: &str, device: &Device) -> Result<Self, ModelError> {
        Self::of(weights, Description { flow: None, ..Description::read(description)? }, device)
    }

    fn of(weights: &[u8], description: Description, device: &Device) -> Result<Self, ModelError> {
        let tensors = candle_core::safetensors::load_buffer(weights, device)?;
        let posterior = AggregatePosterior::load(&tensors, description.config.numbers())?;
        let load = |flow| LatentFlow::load(flow, &description.config, &tensors, device);
        let flow = description.flow.as_ref().map(load).transpose()?;
        let params = Params::loaded(tensors, device);
        let vae = Vae::new(&description.config, &params.root())?;
        Ok(Self { description, vae, posterior, flow })
    }
}

/// The files of a VAE with the aggregate posterior of its coarse latents, trained on this version of the split.
///
/// # Errors
/// When Candle refuses a conversion.
pub fn files(
    config: &Config,
    weights: &HashMap<String, Tensor>,
    posterior: &AggregatePosterior,
    split: u32,
) -> candle_core::Result<Files> {
    let parameters = count(weights.values());
    let mut tensors = HashMap::new();
    for (name, tensor) in weights {
        tensors.insert(name.clone(), halved(tensor)?);
    }
    posterior.save(&mut tensors)?;
    let description =
        Description { model: "vae".to_owned(), config: config.clone(), parameters, split, flow: None };
    Files::of(&tensors, &description)
}

/// The files of the VAE in `weights` and `description` with another latent flow.
///
/// # Errors
/// When the VAE's files are damaged.
pub fn files_with_flow(
    (weights, description): (&[u8], &str),
    flow: latent_flow::FlowDescription,
    learned: &HashMap<String, Tensor>,
    measured: &FlowStatistics,
) -> Result<Files, ModelError> {
    let description = Description::read(description)?;
    let mut tensors = candle_core::safetensors::load_buffer(weights, &Device::Cpu)?;
    // A flow that was there goes.
    tensors.retain(|name, _| !name.starts_with(latent_flow::PREFIX));
    let of_vae = |name: &str| ["encoder.", "decoder."].iter().any(|half| name.starts_with(half));
    let first = count(tensors.iter().filter(|(name, _)| of_vae(name)).map(|(_, tensor)| tensor));
    for (name, tensor) in learned {
        tensors.insert(format!("{}{name}", latent_flow::PREFIX), halved(tensor)?);
    }
    measured.save(&mut tensors)?;
    let parameters = first + count(learned.values());
    Ok(Files::of(&tensors, &Description { parameters, flow: Some(flow), ..description })?)
}

/// The files of the model in `weights` and `description` with other numbers in those of its tensors that `learned` names.
///
/// # Errors
/// When the model's files are damaged or have no such tensor.
pub fn files_with_changes(
    (weights, description): (&[u8], &str),
    learned: &HashMap<String, Tensor>,
) -> Result<Files, ModelError> {
    let description = Description::read(description)?;
    let mut tensors = candle_core::safetensors::load_buffer(weights, &Device::Cpu)?;
    for (name, tensor) in learned {
        let Some(place) = tensors.get_mut(name) else {
            return Err(ModelError::Description(format!("the model has no tensor {name}")));
        };
        *place = halved(tensor)?;
    }
    Ok(Files::of(&tensors, &description)?)
}

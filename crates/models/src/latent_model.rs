//! A latent generative model: a VAE with the aggregate posterior of its coarse latents and, if it has one, the latent flow
//! that serves as its prior.

use super::codes::Prior;
use super::error::ModelError;
use super::second::{self, Measured, Second};
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
    /// The latent flow, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<second::Described>,
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
    /// The cloud of rough codes.
    pub prior: Prior,
    /// The second stage, if it has one.
    pub second: Option<Second>,
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
        let prior = Prior::load(&tensors, description.config.numbers())?;
        let load = |flow| Second::load(flow, &description.config, &tensors, device);
        let second = description.flow.as_ref().map(load).transpose()?;
        let params = Params::loaded(tensors, device);
        let vae = Vae::new(&description.config, &params.root())?;
        Ok(Self { description, vae, prior, second })
    }
}

/// The files of a VAE with the aggregate posterior of its coarse latents.
///
/// # Errors
/// When Candle refuses a conversion.
pub fn files(
    config: &Config,
    weights: &HashMap<String, Tensor>,
    prior: &Prior,
) -> candle_core::Result<Files> {
    let parameters = count(weights.values());
    let mut tensors = HashMap::new();
    for (name, tensor) in weights {
        tensors.insert(name.clone(), halved(tensor)?);
    }
    prior.save(&mut tensors)?;
    let description = Description { model: "vae".to_owned(), config: config.clone(), parameters, flow: None };
    Files::of(&tensors, &description)
}

/// The files of the VAE in `weights` and `description` with another latent flow.
///
/// # Errors
/// When the VAE's files are damaged.
pub fn files_with_flow(
    (weights, description): (&[u8], &str),
    flow: second::Described,
    learned: &HashMap<String, Tensor>,
    measured: &Measured,
) -> Result<Files, ModelError> {
    let description = Description::read(description)?;
    let mut tensors = candle_core::safetensors::load_buffer(weights, &Device::Cpu)?;
    // A flow that was there goes.
    tensors.retain(|name, _| !name.starts_with(second::PREFIX));
    let of_vae = |name: &str| ["encoder.", "decoder."].iter().any(|half| name.starts_with(half));
    let first = count(tensors.iter().filter(|(name, _)| of_vae(name)).map(|(_, tensor)| tensor));
    for (name, tensor) in learned {
        tensors.insert(format!("{}{name}", second::PREFIX), halved(tensor)?);
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

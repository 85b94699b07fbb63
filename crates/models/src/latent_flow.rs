//! Latent flow: a flow-matching prior over a VAE's latents, with the standardisation of latents and the conditions that belong to
//! it.

use super::condition::{Condition, known};
use super::error::ModelError;
use super::flow::{self, Flow};
use super::latent::Scale;
use super::learned::{self, Learned};
use super::vae;
use candle_core::{DType, Device, Tensor};
use gatefold_nn::layers::Params;
use image::RgbImage;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// Beginning of the names of a flow's tensors in a model's file.
pub(super) const PREFIX: &str = "flow.";

/// What a model's description says of its latent flow.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FlowDescription {
    /// The flow's shape.
    pub config: flow::Config,
    /// Hash of the encoder that its conditions come from.
    pub encoder: String,
}

/// The flow's network, and what brings covers to its scale.
pub struct LatentFlow {
    /// The network.
    pub network: Flow,
    /// The scale of latents.
    pub scale: Scale,
    /// What makes conditions of covers.
    pub conditioner: Arc<Conditioner>,
    /// `[coarse latent, condition]`: how the coarse latent changes, on average, with the condition.
    steer: Vec<f32>,
}

/// What makes conditions of covers; it can be used without the networks.
pub struct Conditioner {
    condition: Condition,
    learned: Learned,
}

/// What training measures besides the flow's weights.
pub struct FlowStatistics {
    /// The scale of latents.
    pub scale: Scale,
    /// What makes conditions.
    pub condition: Condition,
    /// `[coarse latent, condition]`, row-major, on the latents' scale.
    pub steer: Vec<f32>,
}

impl FlowStatistics {
    pub(super) fn save(&self, tensors: &mut HashMap<String, Tensor>) -> candle_core::Result<()> {
        self.scale.save(tensors)?;
        self.condition.save(tensors)?;
        let kept = self.condition.numbers().max(1);
        let steer = Tensor::from_vec(self.steer.clone(), (self.steer.len() / kept, kept), &Device::Cpu)?;
        tensors.insert("steer".to_owned(), steer.to_dtype(DType::F16)?);
        Ok(())
    }
}

impl LatentFlow {
    /// Reads it from a model's tensors.
    ///
    /// # Errors
    /// When something is missing, or this program's encoder is not the one that the flow was trained with.
    pub(super) fn load(
        described: &FlowDescription,
        vae: &vae::Config,
        tensors: &HashMap<String, Tensor>,
        device: &Device,
    ) -> Result<Self, ModelError> {
        described.config.check().map_err(ModelError::Description)?;
        let learned = learned::built_in()?.filter(|learned| learned.hash() == described.encoder);
        let learned = learned.ok_or_else(|| {
            ModelError::Description(format!(
                "its latent flow was trained with the encoder {}, which is not the one in this program: train it \
                 anew with `gatefold train flow`",
                described.encoder
            ))
        })?;
        let kept = described.config.condition;
        let rows = vae.numbers();
        let steer = tensors.get("steer").filter(|t| t.dims() == [rows, kept]).ok_or_else(|| {
            ModelError::Description(format!("the weights have no steer of {rows} by {kept} numbers"))
        })?;
        let own: HashMap<String, Tensor> = tensors
            .iter()
            .filter_map(|(name, tensor)| Some((name.strip_prefix(PREFIX)?.to_owned(), tensor.clone())))
            .collect();
        let params = Params::loaded(own, device);
        Ok(Self {
            network: Flow::new(&described.config, &params.root())?,
            scale: Scale::load(tensors, vae)?,
            conditioner: Arc::new(Conditioner { condition: Condition::load(tensors, kept)?, learned }),
            steer: steer.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?,
        })
    }

    /// See [`Conditioner::conditions`].
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn conditions(&self, covers: &[RgbImage]) -> Result<Vec<Vec<f32>>, ModelError> {
        self.conditioner.conditions(covers)
    }

    /// How conditions are made and mixed.
    pub fn condition(&self) -> &Condition {
        &self.conditioner.condition
    }

    /// How a coarse latent on the latents' scale changes, on average, when the condition changes by this.
    pub fn steered(&self, change: &[f32]) -> Vec<f32> {
        let dot = |row: &[f32]| row.iter().zip(change).map(|(a, b)| a * b).sum();
        self.steer.chunks_exact(change.len().max(1)).map(dot).collect()
    }
}

impl Conditioner {
    /// What the flow is told of covers.
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn conditions(&self, covers: &[RgbImage]) -> Result<Vec<Vec<f32>>, ModelError> {
        let rows = known(&self.learned, covers)?;
        Ok(rows.rows().into_iter().map(|row| self.condition.apply(&row.to_vec())).collect())
    }

    /// Numbers of a condition.
    pub fn numbers(&self) -> usize {
        self.condition.numbers()
    }
}

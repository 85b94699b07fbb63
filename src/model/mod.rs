//! Candle models and what is done with their codes.

use crate::recipe::{Recipe, RecipeError};
use crate::report::ModelInfo;
use image::RgbImage;

/// Why a model could not be loaded or used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum ModelError {
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    #[error("{0}")]
    Other(String),
}

/// Where numbers are crunched: what `--device` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DeviceChoice {
    /// CUDA when built with it and present, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// CUDA, or an error that says what is missing.
    Cuda,
}

/// One order for the model: a recipe and its parents' covers (square RGB, any size), in the recipe's order.
pub struct Order {
    /// What to make.
    pub recipe: Recipe,
    /// The parents.
    pub parents: Vec<RgbImage>,
}

/// A model ready to generate.
pub struct Generator {}

#[allow(unused_variables, missing_docs, clippy::todo)]
impl Generator {
    /// Loads weights (safetensors) with the configuration that made them (JSON).
    pub fn load(weights: &[u8], config: &str, device: DeviceChoice) -> Result<Self, ModelError> {
        todo!()
    }
    pub fn info(&self) -> ModelInfo {
        todo!()
    }
    /// `cpu` or `cuda:0`.
    pub fn device(&self) -> String {
        todo!()
    }
    /// Pixels across a generated picture.
    pub fn size(&self) -> u32 {
        todo!()
    }
    /// Makes all orders in one batch. Each result is its frames: 1, or the steps of an interpolation.
    /// An order's pictures do not depend on what else is in the batch.
    pub fn make(&self, orders: &[Order]) -> Vec<Result<Vec<RgbImage>, ModelError>> {
        todo!()
    }
}

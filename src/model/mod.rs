//! Candle models and what is done with their codes.

pub mod carry;
pub mod codes;
pub mod condition;
pub mod critic;
pub mod dcgan;
pub mod encoder;
pub mod enlarge;
pub mod exposure;
pub mod flow;
mod generator;
pub mod latent;
pub mod learned;
pub mod mixing;
pub(crate) mod patches;
mod pyramid;
mod residual;
pub mod second;
pub mod testing;
pub mod tone;
pub mod vae;
pub mod weights;
pub mod wishes;

pub use generator::Generator;

use crate::recipe::{Recipe, RecipeError};
use candle_core::Device;
use carry::Way;
use image::RgbImage;

/// How a flow's way is gone from a mixture to what is wished for.
pub const MIXING: Way = Way { steps: 6, guidance: 2.0 };
/// How it is gone from noise alone; measured, see `docs/models.md`.
pub const SAMPLING: Way = Way { steps: 6, guidance: 5.0 };

/// Why a model could not be loaded or used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The recipe cannot be made.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// Covers and recipe do not match.
    #[error(
        "the recipe names {needed} albums and {given} covers came: an album without a cover cannot be a parent"
    )]
    Covers {
        /// Covers that came.
        given: usize,
        /// Covers that are needed.
        needed: usize,
    },
    /// The JSON beside the weights is no use.
    #[error("the model cannot be loaded: {0}")]
    Description(String),
    /// A model of another kind.
    #[error("this is a model of the kind “{found}”, one of the kind “{needed}” is needed here")]
    Kind {
        /// What it says it is.
        found: String,
        /// What is needed.
        needed: String,
    },
    /// Only a second stage knows what a wish means.
    #[error(
        "this model has no second stage, which alone understands wishes: leave them out, or train one with `gatefold train flow`"
    )]
    Wishes,
    /// A wish that this catalogue gives no meaning.
    #[error("“{wish}” cannot be asked for in this catalogue; it knows {known}")]
    Unknown {
        /// What was asked for.
        wish: String,
        /// What could be.
        known: String,
    },
    /// CUDA was asked for and is not to be had.
    #[error("CUDA is not to be had: {0}; use --device cpu")]
    Cuda(String),
    /// The network refused.
    #[error("the model could not be computed: {0}")]
    Refused(String),
    /// Candle refused a computation.
    #[error("the model could not be computed: {0}")]
    Candle(#[from] candle_core::Error),
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

/// The device that a choice means on this machine.
///
/// # Errors
/// When CUDA was asked for and this build or machine has none.
pub fn device(choice: DeviceChoice) -> Result<Device, ModelError> {
    let cuda = || {
        if cfg!(feature = "cuda") {
            // Behind its first line Candle's error may carry a backtrace.
            let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
            Device::new_cuda(0).map_err(|error| ModelError::Cuda(first(error.to_string())))
        } else {
            Err(ModelError::Cuda(
                "this build has no CUDA (`cargo xtask build --cuda` makes one that has)".to_owned(),
            ))
        }
    };
    match choice {
        DeviceChoice::Cpu => Ok(Device::Cpu),
        DeviceChoice::Cuda => cuda(),
        DeviceChoice::Auto => Ok(cuda().unwrap_or(Device::Cpu)),
    }
}

/// `cpu` or `cuda:0`.
pub fn device_name(device: &Device) -> String {
    if device.is_cuda() { "cuda:0".to_owned() } else { "cpu".to_owned() }
}

/// One order for the model: a recipe and its parents' covers (square RGB, any size), in the recipe's order.
pub struct Order {
    /// What to make.
    pub recipe: Recipe,
    /// The parents.
    pub parents: Vec<RgbImage>,
    /// For each of the recipe's wishes, the change of condition that it stands for ([`wishes::Compass`]).
    pub wishes: Vec<Vec<f32>>,
}

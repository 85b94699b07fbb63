//! Errors of models: one type for loading and using them.

use gatefold_types::recipe::RecipeError;

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
    /// The yardstick's weights cannot be used.
    #[error("the EfficientNet-Lite0 weights {path} cannot be used: {reason}")]
    Yardstick {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
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

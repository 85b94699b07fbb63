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
    /// A recipe with parents for a model that has no encoder.
    #[error(
        "this model is a DCGAN, which makes covers of noise alone and cannot read one: ask for a sample, or name a VAE with --model"
    )]
    NoiseOnly,
    /// A model that makes no covers.
    #[error("this is a model of the kind “{0}”, and covers are made by a vae or a dcgan")]
    NoGenerator(String),
    /// A model of another kind.
    #[error("this is a model of the kind “{found}”, one of the kind “{needed}” is needed here")]
    Kind {
        /// What it says it is.
        found: String,
        /// What is needed.
        needed: String,
    },
    /// Only a latent flow knows attributes.
    #[error(
        "this model has no latent flow, which alone understands wishes: leave them out, or train one with `gatefold train flow`"
    )]
    NoAttributes,
    /// An attribute that this catalogue gives no meaning.
    #[error("“{attribute}” cannot be asked for in this catalogue; it knows {known}")]
    UnknownAttribute {
        /// What was asked for.
        attribute: String,
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

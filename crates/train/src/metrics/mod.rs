//! Metrics of generated covers: every measure that a report quotes.
//!
//! Pictures are 8-bit RGB. What compares two sets of pictures works on embeddings, `[n, d]` row-major `f32`,
//! from [`gatefold_models::efficientnet`].

pub mod distance;
pub mod kid;
pub mod ms_ssim;
pub mod precision_recall;
pub mod similarity;

pub use gatefold_models::embeddings::Embeddings;

use gatefold_models::ModelError;

/// Why a measure cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum MetricError {
    /// Two pictures, or a picture and what the measure needs, differ in size.
    #[error("two pictures are compared that differ in size: {0}×{1} and {2}×{3}")]
    Size(u32, u32, u32, u32),
    /// Windows do not fit.
    #[error("a picture of {found} pixels is too small: this measure needs at least {needed} on each side")]
    TooSmall {
        /// Shorter side.
        found: u32,
        /// What is needed.
        needed: u32,
    },
    /// Too few pictures to estimate anything.
    #[error("{found} pictures are too few: this measure needs at least {needed}")]
    TooFew {
        /// How many came.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The yardstick cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Candle refused a computation.
    #[error("the embedding could not be computed: {0}")]
    Candle(#[from] candle_core::Error),
}

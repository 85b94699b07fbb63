//! Training: loaders, optimisers, loops, checkpoints, measures.
//!
//! All that is drawn at random depends on the seed and the step alone, so that a run which is killed and resumed goes
//! on exactly where it was.

pub mod checkpoint;
pub mod data;
mod drive;
mod fused;
pub mod grid;
pub mod metrics;
pub mod optimiser;
pub mod vae;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

pub use data::TrainingData;

/// Why training stopped.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Nothing to learn from.
    #[error("there is no cover to train on ({skipped} could not be read): import some first")]
    NoData {
        /// Covers that could not be read.
        skipped: usize,
    },
    /// The loss is not a number any more.
    #[error(
        "the loss is not a number at step {step}: the last checkpoint is kept; resume with a lower --rate"
    )]
    NotANumber {
        /// The step.
        step: u64,
    },
    /// Settings that cannot be used.
    #[error("{0}")]
    Settings(String),
    /// The checkpoint belongs to something else.
    #[error("{path} cannot be resumed: {reason}")]
    Checkpoint {
        /// The folder.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// A run is there already.
    #[error("{0} holds a run already: give --resume to go on with it, or another --out")]
    Occupied(PathBuf),
    /// A file could not be written or read; nothing half-written is left.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// Somebody asked to stop; the last checkpoint is kept.
    #[error("training was stopped at step {step}: --resume goes on from the last checkpoint")]
    Cancelled {
        /// The step.
        step: u64,
    },
    /// Candle refused a computation.
    #[error("the model could not be computed: {0}")]
    Candle(#[from] candle_core::Error),
}

impl TrainError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| Self::File { path, error }
    }
}

/// A line of the log: how training goes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Steps done.
    pub step: u64,
    /// Covers shown.
    pub images: u64,
    /// Covers per second, since the last report.
    pub images_per_s: f64,
    /// Parts of the loss by name.
    pub loss: BTreeMap<String, f64>,
}

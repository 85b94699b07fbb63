//! Training of every model: loaders, optimiser state, one loop, checkpoints, metrics, and the assessment of a trained model.
//!
//! Covers come in as files or pictures; nothing here knows a catalogue, and nothing but pictures and files leaves.
//! All that is drawn at random depends on the seed and the step alone, so that a run which is killed and resumed goes
//! on exactly where it was.

#![warn(missing_docs)]

pub mod assess;
pub mod checkpoint;
pub mod data;
pub mod dcgan;
pub mod distillation;
mod drive;
pub mod encoder;
pub mod enlarge;
pub mod flow;
pub mod learner;
mod memory;
pub mod metrics;
mod mixtures;
mod opinions;
pub mod painter;
mod paintings;
mod part;
mod principal;
pub mod runs;
pub mod vae;

use candle_core::Tensor;
use gatefold_files as whole;
use gatefold_models::ModelError;
use gatefold_models::weights::WriteError;
use serde::Serialize;
use std::collections::HashMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

pub use data::TrainingData;
pub use drive::Schedule;
pub use gatefold_types::wire::TrainingReport as Report;
pub use memory::keep_memory;

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
        "the loss is not a number at step {step}: the last checkpoint is kept; go on from it with --resume and a lower --rate"
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
    /// Nothing to go on from.
    #[error(
        "no checkpoint of this run is whole: the newest, {path}, is damaged ({reason}). Put a copy of the run's checkpoints in \
         their place, or begin again with another --out"
    )]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A run is there already.
    #[error("{0} holds a run already: give --resume to go on with it, or another --out")]
    Occupied(PathBuf),
    /// Another process trains there.
    #[error("another process trains in {0}: wait for it, or give another --out")]
    Busy(PathBuf),
    /// The disk is full.
    #[error(
        "there is no room to write {path} ({error}): the last checkpoint is kept; make room, then go on with --resume"
    )]
    NoRoom {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
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

impl From<ModelError> for TrainError {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Candle(error) => Self::Candle(error),
            error => Self::Settings(error.to_string()),
        }
    }
}

impl From<WriteError> for TrainError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Model(error) => error.into(),
            WriteError::File { path, error } => Self::file(path)(error),
        }
    }
}

impl TrainError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::NoRoom { path, error }
            }
            _ => Self::File { path, error },
        }
    }
}

/// Writes a file whole or not at all; it is on the disk when this returns.
pub(crate) fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), TrainError> {
    whole::write_with(path, fill).map_err(TrainError::file(path))
}

/// Writes tensors in the safetensors format, whole or not at all.
pub(crate) fn write_tensors(path: &Path, tensors: &HashMap<String, Tensor>) -> Result<(), TrainError> {
    let bytes = safetensors::serialize(tensors, None).map_err(candle_core::Error::wrap)?;
    write_whole(path, |file| file.write_all(&bytes))
}

/// Writes something as JSON that people can read, whole or not at all.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), TrainError> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| TrainError::Settings(error.to_string()))?;
    write_whole(path, |file| writeln!(file, "{text}"))
}

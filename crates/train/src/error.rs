//! Errors of training: one type, each a sentence that says what can be done.

use gatefold_models::ModelError;
use gatefold_models::weights::WriteError;
use std::io::ErrorKind;
use std::path::PathBuf;

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

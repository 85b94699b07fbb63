//! Training of every model: loaders, optimiser state, one loop, checkpoints, metrics, and the assessment of a trained model.
//!
//! Covers come in as files or pictures; nothing here knows a catalogue, and nothing but pictures and files leaves.
//! All that is drawn at random depends on the seed and the step alone, so that a run which is killed and resumed goes
//! on exactly where it was.

#![warn(missing_docs)]

mod adversary;
pub mod assess;
pub mod checkpoint;
pub mod data;
pub mod dcgan;
pub mod decoder_gan;
mod decodings;
pub mod distillation;
pub mod encoder;
pub mod error;
pub mod experiment;
pub mod flow;
pub mod holdout;
mod linear_init;
mod memory;
pub mod metrics;
mod optimiser_state;
mod random;
mod replay;
pub mod runs;
mod soft_labels;
pub mod upscaler;
pub mod vae;
mod write;

pub use data::TrainingData;
pub use error::TrainError;
pub use experiment::{Experiment, Run, Schedule, run};
pub use gatefold_types::wire::TrainingReport as Report;
pub use memory::keep_memory;

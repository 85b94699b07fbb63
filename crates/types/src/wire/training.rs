//! Runs of training.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Runs of training.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Trainings {
    /// The latest first.
    pub runs: Vec<TrainingLine>,
}

/// A line of a training log: how it goes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TrainingReport {
    /// Steps done.
    pub step: u64,
    /// Covers shown.
    pub images: u64,
    /// Covers per second, since the last report.
    pub images_per_s: f64,
    /// Parts of the loss by name.
    pub loss: BTreeMap<String, f64>,
}

/// Whether somebody trains.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TrainingState {
    /// A process is at it.
    Running,
    /// Ended before its last step: cancelled, killed, or it gave up.
    Stopped,
    /// Made its last step and was measured.
    Done,
}

/// A run of training in short.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TrainingLine {
    /// Sixteen hexadecimal digits from its folder's path: `/training/{id}`.
    pub id: String,
    /// What is trained: `vae`, `dcgan`.
    pub model: String,
    /// Its folder.
    pub out: String,
    /// Whether somebody trains.
    pub state: TrainingState,
    /// Steps done, as last reported.
    pub step: u64,
    /// Steps in all.
    pub steps: u64,
    /// Covers shown.
    pub images: u64,
    /// Covers per second, as last reported.
    pub images_per_s: f64,
    /// Seconds since 1970.
    pub started: i64,
    /// Whether there is a checkpoint to go on from.
    pub resumable: bool,
}

/// A run of training.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Training {
    /// The run in short.
    #[serde(flatten)]
    pub line: TrainingLine,
    /// All settings.
    pub settings: serde_json::Value,
    /// Measures, once it is done.
    pub metrics: Option<serde_json::Value>,
    /// Steps after which a contact sheet was made, ascending.
    pub sheets: Vec<u64>,
    /// Its log; a long one is thinned.
    pub log: Vec<TrainingReport>,
}

//! Jobs: their state, what they end with, and refusals.

use super::Generated;
use crate::report::{BuildReport, GraphReport, ImportReport, ModelReport};
use serde::{Deserialize, Serialize};

/// Names a piece of work that goes on in the background.
pub type JobId = String;

/// Where a job stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "lowercase")]
// One of them at a time is on its way; a box would be one more thing to take apart.
#[allow(clippy::large_enum_variant)]
pub enum JobState {
    /// Waits for its turn.
    Queued,
    /// Under way.
    Running {
        /// What it does just now.
        stage: String,
        /// Steps done.
        done: u64,
        /// Steps in all; 0 when not known.
        total: u64,
    },
    /// Finished.
    Done {
        /// What came of it.
        outcome: Outcome,
    },
    /// Gave up, with a sentence that says why.
    Failed {
        /// The sentence.
        reason: String,
    },
    /// Stopped because somebody asked.
    Cancelled,
}

/// What came of a job.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Outcome {
    /// A new cover.
    Generated(Generated),
    /// An evaluation, kept under its run id.
    Evaluation {
        /// The run's id: `/evaluate/{run}`.
        run: String,
    },
    /// An import.
    Import(ImportReport),
    /// A build by itself.
    Build(BuildReport),
    /// How good neighbours are.
    Graph(GraphReport),
    /// How good a model is.
    Model(ModelReport),
    /// A model was trained.
    Training {
        /// The run's id: `/training/{id}`.
        run: String,
        /// Its folder.
        out: String,
    },
}

/// A job and where it stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// Where it stands.
    #[serde(flatten)]
    pub state: JobState,
}

/// Jobs that a server remembers.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Jobs {
    /// Oldest first.
    pub jobs: Vec<Job>,
}

/// An answer that says no, as JSON on the wire: `{"error":"…"}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[error("{error}")]
pub struct Refusal {
    /// A sentence that a person can act on.
    pub error: String,
    /// Where to look, by the way that was asked: a route, or a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Refusal {
    /// The sentence for who reads a page: it begins with a capital and ends with a full stop.
    pub fn on_a_page(&self) -> String {
        let mut letters = self.error.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        let stop = if self.error.ends_with(['.', '!', '?', ')', '…']) { "" } else { "." };
        format!("{first}{}{stop}", letters.as_str())
    }
}

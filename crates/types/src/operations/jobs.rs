//! Work in the background: where it stands, and how to stop it.

use super::operation;
use crate::wire::{Job, JobId, Jobs};
use serde::{Deserialize, Serialize};

const GROUP: &str = "jobs";

/// All jobs that the server remembers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ListJobs {}

operation! { ListJobs -> Jobs: Read Get "/jobs", "jobs",
"The jobs that the server remembers, oldest first. They are forgotten when it starts anew." }

/// Where a job stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadJob {
    /// Its name.
    pub id: JobId,
}

operation! { ReadJob -> Job: Read Get "/jobs/{id}", "jobs ID",
"Where a job stands, and what came of it." }

/// Asks a job to stop.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CancelJob {
    /// Its name.
    pub id: JobId,
}

operation! { CancelJob -> Job: Write Delete "/jobs/{id}", "jobs ID --cancel",
"Asks a job to stop. One that is over already stays as it is." }

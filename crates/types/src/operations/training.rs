//! Runs of training on the catalogue's covers.

use super::operation;
use crate::wire::{Job, Training, Trainings};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

const GROUP: &str = "training";

/// All runs of training.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ListTrainings {}

operation! { ListTrainings -> Trainings: Read Get "/training", "runs",
"Runs of training on this catalogue's covers, the latest first." }

/// One run of training.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadTraining {
    /// The run's id.
    pub id: String,
}

operation! { ReadTraining -> Training: Read Get "/training/{id}", "runs ID",
"A run of training: its settings, its curves, what was measured." }

/// Trains a model on the catalogue's covers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Train {
    /// What to train, as `gatefold train` calls it: `vae`, `dcgan`, …
    pub model: String,
    /// Name of the run's folder below `runs` in the data directory: letters, digits, `-` and `_`. A run of that name goes on.
    pub run: String,
    /// The model's own options, as `gatefold train` takes them, without the dashes: `{"steps": 1000, "seed": 1}`.
    #[serde(default)]
    pub options: BTreeMap<String, Value>,
}

impl Train {
    /// Characters of a run's name at most.
    const LONGEST: usize = 60;

    fn named(&self) -> Result<(), String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let fits = |name: &str| (1..=Self::LONGEST).contains(&name.len()) && name.chars().all(plain);
        if fits(&self.run) {
            Ok(())
        } else {
            Err(format!("a run's name has 1 to {} letters, digits, - and _", Self::LONGEST))
        }
    }
}

operation! { Train -> Job: Job Post "/training", "train MODEL --out DIR",
"Trains a model on the catalogue's covers, in a folder of the data directory.", check Self::named }

//! Checkpoints: a folder per step, written beside and renamed, so that it is whole or absent.

use super::TrainError;
use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Everything that a run needs to go on, beside its tensors.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct State {
    /// Steps done.
    pub step: u64,
    /// What is trained, as JSON; a run only resumes with the same.
    pub settings: serde_json::Value,
}

/// Tensors by group: `weights`, `average`, `optimiser` …
pub type Groups = Vec<(&'static str, HashMap<String, Tensor>)>;

fn name(step: u64) -> String {
    format!("step-{step:09}")
}

/// Writes the checkpoint of `state.step` below `run`, and removes all but the newest `keep`.
///
/// # Errors
/// When the disk refuses; what was there before is still there.
pub fn write(run: &Path, state: &State, groups: &Groups, keep: usize) -> Result<(), TrainError> {
    let folder = run.join("checkpoints");
    fs::create_dir_all(&folder).map_err(TrainError::file(&folder))?;
    let fresh = folder.join(format!(".{}", name(state.step)));
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(TrainError::file(&fresh))?;
    }
    let result = write_into(&fresh, state, groups);
    if let Err(error) = result {
        let _ = fs::remove_dir_all(&fresh);
        return Err(error);
    }
    let done = folder.join(name(state.step));
    if done.exists() {
        fs::remove_dir_all(&done).map_err(TrainError::file(&done))?;
    }
    fs::rename(&fresh, &done).map_err(TrainError::file(&done))?;
    File::open(&folder).and_then(|f| f.sync_all()).map_err(TrainError::file(&folder))?;
    let mut all = list(run);
    while all.len() > keep.max(1) {
        let oldest = all.remove(0);
        fs::remove_dir_all(&oldest).map_err(TrainError::file(&oldest))?;
    }
    Ok(())
}

fn write_into(folder: &Path, state: &State, groups: &Groups) -> Result<(), TrainError> {
    fs::create_dir_all(folder).map_err(TrainError::file(folder))?;
    for (group, tensors) in groups {
        let path = folder.join(format!("{group}.safetensors"));
        candle_core::safetensors::save(tensors, &path)?;
        File::open(&path).and_then(|f| f.sync_all()).map_err(TrainError::file(&path))?;
    }
    let path = folder.join("state.json");
    let text =
        serde_json::to_string_pretty(state).map_err(|error| TrainError::Settings(error.to_string()))?;
    fs::write(&path, text).map_err(TrainError::file(&path))?;
    File::open(&path).and_then(|f| f.sync_all()).map_err(TrainError::file(&path))
}

/// All whole checkpoints of a run, oldest first.
pub fn list(run: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(run.join("checkpoints")) else { return Vec::new() };
    let mut all: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("step-")))
        .collect();
    all.sort();
    all
}

/// A checkpoint as it was written.
pub struct Loaded {
    /// What stands beside the tensors.
    pub state: State,
    folder: PathBuf,
}

impl Loaded {
    /// The newest checkpoint of a run that was made with the same settings; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read or belongs to other settings.
    pub fn newest(run: &Path, settings: &serde_json::Value) -> Result<Option<Self>, TrainError> {
        let Some(folder) = list(run).pop() else { return Ok(None) };
        let refuse = |reason: String| TrainError::Checkpoint { path: folder.clone(), reason };
        let path = folder.join("state.json");
        let text = fs::read_to_string(&path).map_err(TrainError::file(&path))?;
        let state: State = serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?;
        if state.settings != *settings {
            return Err(refuse(format!(
                "it was made with other settings ({}) than these ({settings})",
                state.settings
            )));
        }
        Ok(Some(Self { state, folder }))
    }

    /// One group's tensors.
    ///
    /// # Errors
    /// When the group is missing or damaged.
    pub fn group(&self, group: &str, device: &Device) -> Result<HashMap<String, Tensor>, TrainError> {
        let path = self.folder.join(format!("{group}.safetensors"));
        candle_core::safetensors::load(&path, device)
            .map_err(|error| TrainError::Checkpoint { path, reason: error.to_string() })
    }
}

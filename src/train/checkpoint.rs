//! Checkpoints: a folder per step, written beside and renamed, so that it is whole or absent.

use super::{TrainError, write_json, write_tensors};
use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Everything that a run needs to go on, beside its tensors.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct State {
    /// Steps done.
    pub step: u64,
    /// What is trained, as JSON; a run only resumes with the same.
    pub settings: serde_json::Value,
    /// What the next report has gathered so far.
    pub pending: Pending,
}

/// Sums of the loss since the last report, so that the report after a resumption says what it would have said.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Pending {
    /// Steps summed.
    pub steps: u64,
    /// Bits of each part's sum: JSON's decimal numbers could lose the last one.
    sums: BTreeMap<String, u64>,
}

impl Pending {
    /// Adds a step's loss.
    pub fn add(&mut self, loss: &[(&'static str, f64)]) {
        self.steps += 1;
        for (name, value) in loss {
            let sum = self.sums.entry((*name).to_owned()).or_default();
            *sum = (f64::from_bits(*sum) + value).to_bits();
        }
    }

    /// The means.
    pub fn means(&self) -> BTreeMap<String, f64> {
        let mean = |sum: &u64| f64::from_bits(*sum) / self.steps.max(1) as f64;
        self.sums.iter().map(|(name, sum)| (name.clone(), mean(sum))).collect()
    }
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
    sweep(&folder)?;
    let fresh = folder.join(format!(".{}", name(state.step)));
    if let Err(error) = write_into(&fresh, state, groups) {
        let _ = fs::remove_dir_all(&fresh);
        return Err(error);
    }
    let done = folder.join(name(state.step));
    if done.exists() {
        discard(&done)?;
    }
    fs::rename(&fresh, &done).map_err(TrainError::file(&done))?;
    sync(&folder)?;
    let all = list(run);
    all[..all.len().saturating_sub(keep.max(1))].iter().try_for_each(|oldest| discard(oldest))
}

fn write_into(folder: &Path, state: &State, groups: &Groups) -> Result<(), TrainError> {
    fs::create_dir_all(folder).map_err(TrainError::file(folder))?;
    for (group, tensors) in groups {
        write_tensors(&folder.join(format!("{group}.safetensors")), tensors)?;
    }
    write_json(&folder.join("state.json"), state)?;
    sync(folder)
}

/// A folder's entries reach the disk.
fn sync(folder: &Path) -> Result<(), TrainError> {
    // A folder can be opened like a file on Unix only; elsewhere the system keeps its own order.
    if cfg!(unix) {
        File::open(folder).and_then(|f| f.sync_all()).map_err(TrainError::file(folder))
    } else {
        Ok(())
    }
}

/// Removes a checkpoint: at once from sight, then file by file.
fn discard(checkpoint: &Path) -> Result<(), TrainError> {
    let name = checkpoint.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let hidden = checkpoint.with_file_name(format!(".old-{name}"));
    fs::rename(checkpoint, &hidden).map_err(TrainError::file(checkpoint))?;
    fs::remove_dir_all(&hidden).map_err(TrainError::file(&hidden))
}

/// Removes what a killed run left half-written or half-removed.
fn sweep(folder: &Path) -> Result<(), TrainError> {
    for entry in fs::read_dir(folder).map_err(TrainError::file(folder))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(".step-") || name.starts_with(".old-") {
            fs::remove_dir_all(entry.path()).map_err(TrainError::file(entry.path()))?;
        }
    }
    Ok(())
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
            return Err(refuse(difference(&state.settings, settings)));
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

/// What is not the same, in a sentence.
fn difference(saved: &serde_json::Value, wanted: &serde_json::Value) -> String {
    let (was, is) = (&saved["model"], &wanted["model"]);
    if was != is {
        return format!(
            "it is the checkpoint of another model: it was made by `train {}`, this is `train {}`",
            bare(was),
            bare(is)
        );
    }
    let keys =
        [saved, wanted].into_iter().filter_map(|settings| settings.as_object()).flat_map(|map| map.keys());
    let mut all: Vec<&String> = keys.filter(|key| saved[key.as_str()] != wanted[key.as_str()]).collect();
    all.sort();
    all.dedup();
    let parts =
        all.iter().map(|key| format!("{key} was {} and is {}", saved[key.as_str()], wanted[key.as_str()]));
    format!("it was made with other settings: {}", parts.collect::<Vec<_>>().join(", "))
}

fn bare(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_said() {
        let vae = serde_json::json!({"model": "vae", "batch": 32});
        let other = serde_json::json!({"model": "vae", "batch": 64});
        assert_eq!(difference(&vae, &other), "it was made with other settings: batch was 32 and is 64");
        let gan = serde_json::json!({"model": "dcgan"});
        assert!(difference(&gan, &vae).contains("`train dcgan`"));
    }

    #[test]
    fn leftovers_of_a_kill_are_swept_and_the_last_few_kept() {
        let run = tempfile::tempdir().unwrap();
        let write_step = |step| {
            let state = State { step, settings: serde_json::Value::Null, pending: Pending::default() };
            let weights = HashMap::from([("w".to_owned(), Tensor::new(&[1.5_f32], &Device::Cpu).unwrap())]);
            write(run.path(), &state, &vec![("weights", weights)], 2).unwrap();
        };
        let folder = run.path().join("checkpoints");
        fs::create_dir_all(folder.join(".step-000000003")).unwrap();
        fs::create_dir_all(folder.join(".old-step-000000001")).unwrap();
        (4..8).for_each(write_step);
        let mut left: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [name(6).as_str(), name(7).as_str()]);
    }
}

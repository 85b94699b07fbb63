//! Checkpoints: a folder per step, written beside and renamed, so that it is whole or absent.
//!
//! Hashes of its files stand in its `files.json`: a checkpoint that was damaged since is seen and put aside, and the one before it
//! is taken up.

use super::error::TrainError;
use super::write::{write_json, write_tensors};
use candle_core::{Device, Tensor};
use gatefold_files::{self as whole, Mark, Seal};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// What the names of checkpoints begin with that were found damaged.
const DAMAGED: &str = "damaged-";

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

/// What stands beside the tensors.
const STATE: &str = "state.json";

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
    whole::sync_folder(&folder).map_err(TrainError::file(&folder))?;
    let all = list(run);
    all[..all.len().saturating_sub(keep.max(1))].iter().try_for_each(|oldest| discard(oldest))
}

fn write_into(folder: &Path, state: &State, groups: &Groups) -> Result<(), TrainError> {
    fs::create_dir_all(folder).map_err(TrainError::file(folder))?;
    let mut files: Vec<String> = Vec::new();
    for (group, tensors) in groups {
        files.push(format!("{group}.safetensors"));
        write_tensors(&folder.join(format!("{group}.safetensors")), tensors)?;
    }
    files.push(STATE.to_owned());
    write_json(&folder.join(STATE), state)?;
    let mark = |name: String| {
        let path = folder.join(&name);
        let bytes = fs::read(&path).map_err(TrainError::file(&path))?;
        Ok((name, Mark::of(&bytes)))
    };
    let seal = Seal::new(files.into_iter().map(mark).collect::<Result<_, TrainError>>()?);
    let path = folder.join(Seal::NAME);
    whole::write(&path, &seal.json()).map_err(TrainError::file(&path))
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

/// Puts a damaged checkpoint aside, where nobody takes it for one and somebody may look at it.
fn put_aside(checkpoint: &Path) -> Result<PathBuf, TrainError> {
    let name = checkpoint.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let aside = checkpoint.with_file_name(format!("{DAMAGED}{name}"));
    if aside.exists() {
        fs::remove_dir_all(&aside).map_err(TrainError::file(&aside))?;
    }
    fs::rename(checkpoint, &aside).map_err(TrainError::file(checkpoint))?;
    Ok(aside)
}

/// All checkpoints of a run that are complete, oldest first.
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
    /// The newest whole checkpoint of a run that was made with the same settings; `None` when there is none at all. Those
    /// that are damaged are put aside, each with a sentence to `say`.
    ///
    /// # Errors
    /// When none is whole, or it belongs to other settings; then nothing is put aside.
    pub fn newest(
        run: &Path,
        settings: &serde_json::Value,
        say: &mut dyn FnMut(&str),
    ) -> Result<Option<Self>, TrainError> {
        let all = list(run);
        let Some(newest) = all.last() else { return Ok(None) };
        let mut damaged = Vec::new();
        let mut whole = None;
        for folder in all.iter().rev() {
            match whole_state(folder) {
                Ok(state) => {
                    whole = Some(Self { state, folder: folder.clone() });
                    break;
                }
                Err(reason) => damaged.push((folder, reason)),
            }
        }
        let Some(whole) = whole else {
            let reason = damaged.into_iter().next().map_or_else(String::new, |(_, reason)| reason);
            return Err(TrainError::Damaged { path: newest.clone(), reason });
        };
        let saved = renamed(&whole.state.settings);
        if saved != *settings {
            let reason = difference(&saved, settings);
            return Err(TrainError::Checkpoint { path: whole.folder, reason });
        }
        for (folder, reason) in damaged {
            let aside = put_aside(folder)?;
            say(&format!(
                "the checkpoint {} is damaged ({reason}): going on from step {}, and it is put aside as {}",
                folder.display(),
                whole.state.step,
                aside.display()
            ));
        }
        Ok(Some(whole))
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

/// The state of a checkpoint all of whose files are what was written, or what is wrong with it. Of checkpoints of earlier
/// versions, which vouched for nothing, it is looked at whether they can be read.
fn whole_state(folder: &Path) -> Result<State, String> {
    match Seal::read(folder) {
        Ok(Some(seal)) => {
            let (_, damaged) = seal.checked(folder);
            if let Some(name) = damaged.first() {
                return Err(format!("{name} is not what was written"));
            }
        }
        Ok(None) => readable(folder)?,
        Err(error) => return Err(format!("{}: {error}", Seal::NAME)),
    }
    let text = fs::read(folder.join(STATE)).map_err(|error| format!("{STATE}: {error}"))?;
    serde_json::from_slice(&text).map_err(|error| format!("{STATE}: {error}"))
}

fn readable(folder: &Path) -> Result<(), String> {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "safetensors") {
            let name = entry.file_name().to_string_lossy().into_owned();
            let bytes = fs::read(&path).map_err(|error| format!("{name}: {error}"))?;
            safetensors::SafeTensors::deserialize(&bytes).map_err(|error| format!("{name}: {error}"))?;
        }
    }
    Ok(())
}

/// Names of models in checkpoints of version 0.1, and today's.
const RENAMED: [(&str, &str); 3] =
    [("plain", "autoencoder"), ("enlarger", "upscaler"), ("painter", "decoder-gan")];

/// Saved settings with the model's present name.
fn renamed(settings: &serde_json::Value) -> serde_json::Value {
    let mut settings = settings.clone();
    let model = settings["model"].as_str();
    if let Some((_, now)) = RENAMED.iter().find(|(before, _)| model == Some(*before)) {
        settings["model"] = (*now).into();
    }
    settings
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
    if saved["split"] != wanted["split"] {
        return "it learned from covers that are held back now (another version of the split): begin anew with another --out"
            .to_owned();
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
    fn a_checkpoint_under_a_models_earlier_name_is_its_own() {
        let run = tempfile::tempdir().unwrap();
        let old = serde_json::json!({"model": "enlarger", "batch": 32});
        let state = State { step: 4, settings: old, pending: Pending::default() };
        write(run.path(), &state, &Vec::new(), 9).unwrap();
        let wanted = |batch| serde_json::json!({"model": "upscaler", "batch": batch});
        let loaded = Loaded::newest(run.path(), &wanted(32), &mut |_| {}).unwrap().unwrap();
        assert_eq!(loaded.state.step, 4);
        let other = Loaded::newest(run.path(), &wanted(64), &mut |_| {}).err().unwrap().to_string();
        assert!(other.contains("batch was 32 and is 64"), "{other}");
    }

    /// A run with checkpoints of these steps, and a list of what damages one.
    fn run(steps: &[u64]) -> tempfile::TempDir {
        let run = tempfile::tempdir().unwrap();
        for &step in steps {
            let state = State { step, settings: serde_json::Value::Null, pending: Pending::default() };
            let weights =
                HashMap::from([("w".to_owned(), Tensor::new(&[1.5_f32; 9], &Device::Cpu).unwrap())]);
            write(run.path(), &state, &vec![("weights", weights)], 9).unwrap();
        }
        run
    }

    fn newest(run: &Path) -> Result<(u64, Vec<String>), TrainError> {
        let mut said = Vec::new();
        let loaded = Loaded::newest(run, &serde_json::Value::Null, &mut |line| said.push(line.to_owned()))?;
        Ok((loaded.unwrap().state.step, said))
    }

    #[test]
    fn the_one_before_a_damaged_checkpoint_is_taken_up_and_that_is_said() {
        let flip = |path: &Path| {
            let mut bytes = fs::read(path).unwrap();
            let last = bytes.len() - 3;
            bytes[last] ^= 4;
            fs::write(path, bytes).unwrap();
        };
        let cut = |path: &Path| fs::write(path, &fs::read(path).unwrap()[..20]).unwrap();
        let remove = |path: &Path| fs::remove_file(path).unwrap();
        for name in ["weights.safetensors", STATE] {
            for damage in [&flip as &dyn Fn(&Path), &cut, &remove] {
                let run = run(&[4, 8]);
                damage(&list(run.path())[1].join(name));
                let (step, said) = newest(run.path()).unwrap();
                assert_eq!((step, said.len()), (4, 1), "{name}");
                assert!(said[0].contains("step-000000008") && said[0].contains("step 4"), "{said:?}");
                assert_eq!(list(run.path()).len(), 1, "the damaged one is no checkpoint any more");
                assert!(run.path().join("checkpoints/damaged-step-000000008").is_dir());
                assert_eq!(newest(run.path()).unwrap(), (4, vec![]));
            }
        }
    }

    #[test]
    fn where_no_checkpoint_is_whole_none_is_touched_and_there_is_a_way_out() {
        let run = run(&[4, 8]);
        for folder in list(run.path()) {
            fs::write(folder.join(STATE), "{").unwrap();
        }
        let sentence = newest(run.path()).unwrap_err().to_string();
        assert!(sentence.contains("step-000000008") && sentence.contains("--out"), "{sentence}");
        assert_eq!(list(run.path()).len(), 2);
    }

    #[test]
    fn a_checkpoint_of_an_earlier_version_is_taken_up_if_it_can_be_read() {
        let run = run(&[4, 8, 12]);
        for folder in list(run.path()) {
            fs::remove_file(folder.join(Seal::NAME)).unwrap();
        }
        assert_eq!(newest(run.path()).unwrap(), (12, vec![]));
        let tensors = list(run.path())[2].join("weights.safetensors");
        fs::write(&tensors, &fs::read(&tensors).unwrap()[..30]).unwrap();
        assert_eq!(newest(run.path()).unwrap().0, 8);
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

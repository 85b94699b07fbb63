//! Run folders of training: what a folder says about its run, and where such folders lie.
//!
//! A run is a folder anywhere. `run.json` says what is trained, `lock` is held by the process that trains (the
//! operating system's lock, so that it goes with a process that was killed), the rest is the log, contact sheets and
//! measures. A data directory keeps one small file per run that was trained on it, `training/{id}`, with the path.

use super::checkpoint;
use super::error::TrainError;
use super::write::{write_json, write_whole};
use gatefold_types::wire::TrainingReport as Report;
use gatefold_types::wire::{Training, TrainingLine, TrainingState};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Folder of a data directory that holds the paths of its runs.
pub const FOLDER: &str = "training";
/// Points of a loss curve that are handed out; a longer log is thinned, its last line kept.
const MOST_POINTS: usize = 1_000;

/// What a run says about itself when it begins.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Card {
    /// `vae`, `dcgan`, …
    pub model: String,
    /// Steps in all.
    pub steps: u64,
    /// Seconds since 1970.
    pub started: i64,
    /// All settings.
    pub settings: serde_json::Value,
}

/// The lock of a run's folder, held while a process trains in it.
pub(super) struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the folder; writes `run.json`, keeping the beginning of a run that is resumed.
    ///
    /// # Errors
    /// [`TrainError::Busy`] when another process trains there; [`TrainError::File`].
    pub(super) fn take(out: &Path, settings: &serde_json::Value, steps: u64) -> Result<Self, TrainError> {
        let path = out.join("lock");
        let open = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let file = open.map_err(TrainError::file(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(TrainError::Busy(out.to_path_buf())),
            Err(TryLockError::Error(error)) => return Err(TrainError::file(&path)(error)),
        }
        let model = settings["model"].as_str().unwrap_or_default().to_owned();
        let started = card(out).map_or_else(now, |card| card.started);
        write_json(&out.join("run.json"), &Card { model, steps, started, settings: settings.clone() })?;
        Ok(Self { _file: file })
    }
}

/// Whether a process trains in a folder just now.
fn is_held(out: &Path) -> bool {
    // Opened for reading, tried and let go at once.
    File::open(out.join("lock")).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Seconds since 1970.
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed())
}

fn card(out: &Path) -> Option<Card> {
    serde_json::from_slice(&fs::read(out.join("run.json")).ok()?).ok()
}

/// Makes the run in `out` known to a data directory, so that its server and `gatefold runs` find it.
///
/// # Errors
/// [`TrainError::File`], [`TrainError::NoRoom`].
pub fn register(data: &Path, out: &Path) -> Result<String, TrainError> {
    fs::create_dir_all(out).map_err(TrainError::file(out))?;
    let out = out.canonicalize().map_err(TrainError::file(out))?;
    let path = out.to_str().ok_or_else(|| {
        TrainError::Settings(format!("{} is not UTF-8: choose another --out", out.display()))
    })?;
    let id = blake3::hash(path.as_bytes()).to_hex()[..16].to_owned();
    let folder = data.join(FOLDER);
    fs::create_dir_all(&folder).map_err(TrainError::file(&folder))?;
    let entry = folder.join(&id);
    if !entry.exists() {
        write_whole(&entry, |file| file.write_all(path.as_bytes()))?;
    }
    Ok(id)
}

/// The folder of a run, while it exists.
fn folder(data: &Path, id: &str) -> Option<PathBuf> {
    if id.len() != 16 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let path = PathBuf::from(fs::read_to_string(data.join(FOLDER).join(id)).ok()?);
    path.join("run.json").is_file().then_some(path)
}

/// All runs that a data directory knows and whose folders are still there, the latest first.
pub fn list(data: &Path) -> Vec<TrainingLine> {
    let entries = fs::read_dir(data.join(FOLDER)).into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut lines: Vec<TrainingLine> =
        ids.filter_map(|id| Some(line(&id, &folder(data, &id)?, &log(&folder(data, &id)?)))).collect();
    lines.sort_by(|a, b| b.started.cmp(&a.started).then_with(|| a.id.cmp(&b.id)));
    lines
}

/// One run with its curves; `None` when it is not known or its folder is gone.
pub fn read(data: &Path, id: &str) -> Option<Training> {
    let out = folder(data, id)?;
    let log = log(&out);
    let settings = card(&out)?.settings;
    let metrics =
        fs::read(out.join("metrics.json")).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let line = line(id, &out, &log);
    Some(Training { line, settings, metrics, sheets: sheets(&out), log: thinned(log) })
}

/// The contact sheet that was written after `step`, as PNG.
pub fn sheet(data: &Path, id: &str, step: u64) -> Option<Vec<u8>> {
    fs::read(sheet_path(&folder(data, id)?, step)).ok()
}

/// Where a run's contact sheet of a step lies.
pub(super) fn sheet_path(out: &Path, step: u64) -> PathBuf {
    out.join("grids").join(format!("step-{step:09}.png"))
}

fn line(id: &str, out: &Path, log: &[Report]) -> TrainingLine {
    let card = card(out);
    let steps = card.as_ref().map_or(0, |card| card.steps);
    let last = log.last();
    let step = last.map_or(0, |report| report.step);
    let state = match () {
        () if is_held(out) => TrainingState::Running,
        () if steps > 0 && step >= steps && out.join("metrics.json").is_file() => TrainingState::Done,
        () => TrainingState::Stopped,
    };
    TrainingLine {
        id: id.to_owned(),
        model: card.as_ref().map_or_else(String::new, |card| card.model.clone()),
        out: out.display().to_string(),
        state,
        step,
        steps,
        images: last.map_or(0, |report| report.images),
        images_per_s: last.map_or(0.0, |report| report.images_per_s),
        started: card.map_or(0, |card| card.started),
        resumable: !checkpoint::list(out).is_empty(),
    }
}

/// The log; a line that is just being written is left out.
fn log(out: &Path) -> Vec<Report> {
    let text = fs::read_to_string(out.join("log.jsonl")).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn sheets(out: &Path) -> Vec<u64> {
    let entries = fs::read_dir(out.join("grids")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let step = |name: String| name.strip_prefix("step-")?.strip_suffix(".png")?.parse().ok();
    let mut steps: Vec<u64> = names.filter_map(step).collect();
    steps.sort_unstable();
    steps
}

/// At most [`MOST_POINTS`] lines, each the mean of as many neighbours, so that a spike still shows and nothing is
/// drawn from a line that happened to be picked.
fn thinned(log: Vec<Report>) -> Vec<Report> {
    let per_point = log.len().div_ceil(MOST_POINTS).max(1);
    if per_point == 1 {
        return log;
    }
    log.chunks(per_point).filter_map(mean).collect()
}

fn mean(reports: &[Report]) -> Option<Report> {
    let mut out = reports.last()?.clone();
    let n = reports.len() as f64;
    out.images_per_s = reports.iter().map(|report| report.images_per_s).sum::<f64>() / n;
    for (name, value) in &mut out.loss {
        *value =
            reports.iter().map(|report| report.loss.get(name).copied().unwrap_or(*value)).sum::<f64>() / n;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(step: u64, loss: f64) -> Report {
        Report { step, images: step * 4, images_per_s: 8.0, loss: [("total".to_owned(), loss)].into() }
    }

    fn logged(out: &Path, reports: &[Report]) {
        let text: String = reports.iter().map(|r| serde_json::to_string(r).unwrap() + "\n").collect();
        fs::write(out.join("log.jsonl"), text).unwrap();
    }

    #[test]
    fn a_run_is_running_while_it_is_held_and_stopped_afterwards() {
        let (data, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let id = register(data.path(), out.path()).unwrap();
        assert!(list(data.path()).is_empty(), "nothing was trained yet");
        let hold = RunLock::take(out.path(), &json!({ "model": "vae", "batch": 4 }), 100).unwrap();
        logged(out.path(), &[report(20, 3.0), report(40, 2.0)]);
        let [line] = &list(data.path())[..] else { panic!("one run") };
        assert_eq!(
            (line.id.as_str(), line.model.as_str(), line.state),
            (id.as_str(), "vae", TrainingState::Running)
        );
        assert_eq!((line.step, line.steps, line.images), (40, 100, 160));
        drop(hold);
        assert_eq!(list(data.path())[0].state, TrainingState::Stopped);
        logged(out.path(), &[report(100, 1.0)]);
        fs::write(out.path().join("metrics.json"), "{}").unwrap();
        assert_eq!(list(data.path())[0].state, TrainingState::Done);
    }

    #[test]
    fn two_processes_do_not_train_in_one_folder() {
        let out = tempfile::tempdir().unwrap();
        let _first = RunLock::take(out.path(), &json!({}), 1).unwrap();
        assert!(matches!(RunLock::take(out.path(), &json!({}), 1), Err(TrainError::Busy(_))));
    }

    #[test]
    fn a_resumed_run_began_when_it_began() {
        let out = tempfile::tempdir().unwrap();
        let settings = json!({ "model": "vae" });
        fs::write(out.path().join("run.json"), r#"{"model":"vae","steps":5,"started":7,"settings":{}}"#)
            .unwrap();
        drop(RunLock::take(out.path(), &settings, 9).unwrap());
        let card = card(out.path()).unwrap();
        assert_eq!((card.started, card.steps), (7, 9));
    }

    #[test]
    fn a_long_log_is_averaged_and_ends_where_it_ended() {
        let log: Vec<Report> = (1..=5_000).map(|step| report(step, f64::from(step as u32 % 2))).collect();
        let thin = thinned(log);
        assert!(thin.len() <= MOST_POINTS);
        assert_eq!(thin.last().unwrap().step, 5_000);
        assert!(thin.iter().all(|report| (report.loss["total"] - 0.5).abs() < 0.11));
    }

    #[test]
    fn an_id_cannot_lead_out_of_the_folder() {
        let data = tempfile::tempdir().unwrap();
        for id in ["../../etc/passwd", "..", "", "0123456789abcdeg"] {
            assert!(read(data.path(), id).is_none(), "{id}");
        }
    }
}

//! The loop that all training shares: reports, checkpoints, contact sheets, resuming.

use super::checkpoint::{self, Groups, Loaded, Pending, State};
use super::runs::{self, Hold};
use super::{Report, TrainError, write_whole};
use gatefold_types::progress::Progress;
use image::RgbImage;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::time::Instant;

/// How long, and how often something is written.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Schedule {
    /// Steps in all.
    pub steps: u64,
    /// Covers per step.
    pub batch: usize,
    /// Steps between reports.
    pub report_every: u64,
    /// Steps between checkpoints; 0 for none but the last.
    pub checkpoint_every: u64,
    /// Minutes after which a checkpoint is due all the same; 0 for never.
    pub checkpoint_minutes: f64,
    /// Steps between contact sheets; 0 for none.
    pub grid_every: u64,
    /// Checkpoints kept.
    pub keep: usize,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            steps: 20_000,
            batch: 32,
            report_every: 20,
            checkpoint_every: 250,
            checkpoint_minutes: 10.0,
            grid_every: 500,
            keep: 2,
        }
    }
}

/// What is trained.
pub(super) trait Trainee {
    /// What must be equal for a checkpoint to be taken up; how often things are written may change.
    fn fixed(&self) -> serde_json::Value;
    /// Makes step `step` (from 0); the parts of its loss by name.
    fn step(&mut self, step: u64) -> Result<Vec<(&'static str, f64)>, TrainError>;
    /// All state, by group.
    fn groups(&self) -> Result<Groups, TrainError>;
    /// Takes up a saved state.
    fn restore(&mut self, loaded: &Loaded) -> Result<(), TrainError>;
    /// What the model makes now, always from the same noise.
    fn sheet(&self) -> Result<RgbImage, TrainError>;
}

/// Trains until `schedule.steps`, from the beginning or, with `resume`, from the last checkpoint in `out`.
pub(super) fn drive(
    trainee: &mut impl Trainee,
    schedule: Schedule,
    out: &Path,
    resume: bool,
    progress: &dyn Progress,
    report: &mut dyn FnMut(&Report),
) -> Result<(), TrainError> {
    if schedule.batch == 0 || schedule.steps == 0 {
        let reason = "training needs at least one step of at least one cover";
        return Err(TrainError::Settings(reason.to_owned()));
    }
    fs::create_dir_all(out).map_err(TrainError::file(out))?;
    if !resume && !checkpoint::list(out).is_empty() {
        return Err(TrainError::Occupied(out.to_path_buf()));
    }
    let _hold = Hold::take(out, &trainee.fixed(), schedule.steps)?;
    let (mut step, mut pending) = (0, Pending::default());
    if let Some(loaded) = Loaded::newest(out, &trainee.fixed(), &mut |line| progress.note(line))? {
        trainee.restore(&loaded)?;
        (step, pending) = (loaded.state.step, loaded.state.pending);
    }
    cut_log(out, step)?;
    progress.stage("Training", schedule.steps);
    progress.advance(step);
    let (mut reported, mut saved) = ((Instant::now(), step), Instant::now());
    while step < schedule.steps {
        if progress.cancelled() {
            return Err(TrainError::Cancelled { step });
        }
        pending.add(&trainee.step(step)?);
        step += 1;
        progress.advance(1);
        let last = step == schedule.steps;
        let due = |every: u64| every > 0 && step % every == 0;
        if due(schedule.report_every) || last {
            let images = |steps: u64| steps * schedule.batch as u64;
            let line = Report {
                step,
                images: images(step),
                images_per_s: images(step - reported.1) as f64 / reported.0.elapsed().as_secs_f64(),
                loss: pending.means(),
            };
            log(out, &line)?;
            report(&line);
            (reported, pending) = ((Instant::now(), step), Pending::default());
        }
        let minutes = saved.elapsed().as_secs_f64() / 60.0;
        let late = schedule.checkpoint_minutes > 0.0 && minutes >= schedule.checkpoint_minutes;
        if due(schedule.checkpoint_every) || late || last {
            sync_log(out)?;
            let state = State { step, settings: trainee.fixed(), pending: pending.clone() };
            checkpoint::write(out, &state, &trainee.groups()?, schedule.keep)?;
            saved = Instant::now();
        }
        if due(schedule.grid_every) {
            let folder = out.join("grids");
            fs::create_dir_all(&folder).map_err(TrainError::file(&folder))?;
            write_sheet(&trainee.sheet()?, &runs::sheet_path(out, step))?;
        }
    }
    Ok(())
}

/// Writes a contact sheet as PNG, whole or not at all.
fn write_sheet(sheet: &RgbImage, path: &Path) -> Result<(), TrainError> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let written = sheet.write_to(&mut bytes, image::ImageFormat::Png);
    written.map_err(|error| TrainError::Settings(format!("a contact sheet could not be made: {error}")))?;
    write_whole(path, |file| file.write_all(bytes.get_ref()))
}

fn log(out: &Path, line: &Report) -> Result<(), TrainError> {
    let path = out.join("log.jsonl");
    let text = serde_json::to_string(line).map_err(|error| TrainError::Settings(error.to_string()))?;
    let mut file =
        OpenOptions::new().create(true).append(true).open(&path).map_err(TrainError::file(&path))?;
    writeln!(file, "{text}").map_err(TrainError::file(&path))
}

/// The log reaches the disk before the checkpoint that follows its last line.
fn sync_log(out: &Path) -> Result<(), TrainError> {
    let path = out.join("log.jsonl");
    match File::open(&path) {
        Ok(file) => file.sync_all().map_err(TrainError::file(&path)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(TrainError::file(&path)(error)),
    }
}

/// Drops what the log says of steps after `step`: they come again. A line that a kill cut off goes too.
fn cut_log(out: &Path, step: u64) -> Result<(), TrainError> {
    let path = out.join("log.jsonl");
    let Ok(text) = fs::read_to_string(&path) else { return Ok(()) };
    let before = |line: &&str| serde_json::from_str::<Report>(line).is_ok_and(|line| line.step <= step);
    let kept: String = text.lines().filter(before).flat_map(|line| [line, "\n"]).collect();
    if kept == text {
        return Ok(());
    }
    write_whole(&path, |file| file.write_all(kept.as_bytes()))
}

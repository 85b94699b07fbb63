//! The loop that all training shares: reports, checkpoints, contact sheets, resuming.

use super::checkpoint::{self, Groups, Loaded, State};
use super::{Report, TrainError, grid};
use crate::progress::Progress;
use image::RgbImage;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// How long, and how often something is written.
#[derive(Clone, Copy)]
pub(super) struct Schedule {
    pub steps: u64,
    pub batch: usize,
    pub report_every: u64,
    pub checkpoint_every: u64,
    pub grid_every: u64,
    pub keep: usize,
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
    let mut step = 0;
    if let Some(loaded) = Loaded::newest(out, &trainee.fixed())? {
        trainee.restore(&loaded)?;
        step = loaded.state.step;
    }
    cut_log(out, step)?;
    progress.stage("Training", schedule.steps);
    progress.advance(step);
    let mut since = Instant::now();
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    let mut counted = 0_u64;
    while step < schedule.steps {
        if progress.cancelled() {
            return Err(TrainError::Cancelled { step });
        }
        for (name, value) in trainee.step(step)? {
            *sums.entry(name).or_default() += value;
        }
        step += 1;
        counted += 1;
        progress.advance(1);
        let due = |every: u64| every > 0 && step % every == 0;
        if due(schedule.report_every) || step == schedule.steps {
            let loss = sums.iter().map(|(name, sum)| ((*name).to_owned(), sum / counted as f64)).collect();
            let line = Report {
                step,
                images: step * schedule.batch as u64,
                images_per_s: (counted * schedule.batch as u64) as f64 / since.elapsed().as_secs_f64(),
                loss,
            };
            log(out, &line)?;
            report(&line);
            (since, counted) = (Instant::now(), 0);
            sums.clear();
        }
        if due(schedule.checkpoint_every) || step == schedule.steps {
            let state = State { step, settings: trainee.fixed() };
            checkpoint::write(out, &state, &trainee.groups()?, schedule.keep)?;
        }
        if due(schedule.grid_every) {
            let folder = out.join("grids");
            fs::create_dir_all(&folder).map_err(TrainError::file(&folder))?;
            grid::write(&trainee.sheet()?, &folder.join(format!("step-{step:09}.png")))?;
        }
    }
    Ok(())
}

fn log(out: &Path, line: &Report) -> Result<(), TrainError> {
    let path = out.join("log.jsonl");
    let text = serde_json::to_string(line).map_err(|error| TrainError::Settings(error.to_string()))?;
    let mut file =
        OpenOptions::new().create(true).append(true).open(&path).map_err(TrainError::file(&path))?;
    writeln!(file, "{text}").map_err(TrainError::file(&path))
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
    let fresh = path.with_extension("part");
    fs::write(&fresh, kept).map_err(TrainError::file(&fresh))?;
    fs::rename(&fresh, &path).map_err(TrainError::file(&path))
}

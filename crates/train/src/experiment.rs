//! Training loop that all models share: an [`Experiment`] says what a step is; [`run`] resumes, reports, writes checkpoints and
//! contact sheets, exports and measures.

use super::checkpoint::{self, Groups, Loaded, Pending, State};
use super::error::TrainError;
use super::runs::{self, RunLock};
use super::write::{write_json, write_whole};
use candle_core::Device;
use gatefold_types::progress::Progress;
use gatefold_types::wire::TrainingReport as Report;
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

/// Parts of a step's loss, and other numbers worth a curve, by name.
pub type Losses = Vec<(&'static str, f64)>;

/// One model's training: all that [`run`] does not know of it. All that is drawn at random depends on the seed and the
/// step alone.
pub trait Experiment: Sized {
    /// How it is trained: shape, rates, seed, schedule.
    type Config;
    /// What it learns from.
    type Data;
    /// What came of it; `metrics.json`.
    type Metrics: Serialize;

    /// How long, and how often something is written.
    fn schedule(config: &Self::Config) -> Schedule;

    /// Everything as it is before the first step.
    ///
    /// # Errors
    /// [`TrainError::Settings`] when configuration and data do not go together; [`TrainError::Cancelled`].
    fn build(
        config: &Self::Config,
        data: Self::Data,
        device: &Device,
        progress: &dyn Progress,
    ) -> Result<Self, TrainError>;

    /// What must be equal for a checkpoint to be taken up, the model's name under `model`; how often things are written
    /// may change.
    fn identity(&self) -> serde_json::Value;

    /// Makes step `step` (from 0).
    ///
    /// # Errors
    /// [`TrainError::NotANumber`] when the loss is none.
    fn step(&mut self, step: u64) -> Result<Losses, TrainError>;

    /// All state, by group: weights, averages, optimisers.
    ///
    /// # Errors
    /// When Candle refuses a conversion.
    fn state(&self) -> Result<Groups, TrainError>;

    /// Takes up a saved state.
    ///
    /// # Errors
    /// When a group is missing or does not fit.
    fn restore(&mut self, saved: &Loaded) -> Result<(), TrainError>;

    /// What the model makes now, always from the same noise and the same covers.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    fn sample_grid(&self) -> Result<RgbImage, TrainError>;

    /// Writes the model's files into `out` and measures it on covers held back.
    ///
    /// # Errors
    /// When the disk or Candle refuses.
    fn export(&self, out: &Path) -> Result<Self::Metrics, TrainError>;
}

/// Where and on what a run computes.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Its folder: model, `metrics.json`, `log.jsonl`, `checkpoints/`, `grids/`.
    pub out: &'a Path,
    /// Whether it goes on from the last checkpoint there.
    pub resume: bool,
    /// The device.
    pub device: &'a Device,
}

/// Trains to the end of the schedule, from the beginning or from the last checkpoint; tells `report` how it goes.
///
/// # Errors
/// See [`TrainError`]; the last checkpoint is always kept.
pub fn run<E: Experiment>(
    config: &E::Config,
    data: E::Data,
    run: Run<'_>,
    progress: &dyn Progress,
    report: &mut dyn FnMut(&Report),
) -> Result<E::Metrics, TrainError> {
    let schedule = E::schedule(config);
    if schedule.batch == 0 || schedule.steps == 0 {
        let reason = "training needs at least one step of at least one cover";
        return Err(TrainError::Settings(reason.to_owned()));
    }
    if !run.resume && !checkpoint::list(run.out).is_empty() {
        return Err(TrainError::Occupied(run.out.to_path_buf()));
    }
    let mut experiment = E::build(config, data, run.device, progress)?;
    train(&mut experiment, schedule, run.out, progress, report)?;
    let metrics = experiment.export(run.out)?;
    write_json(&run.out.join("metrics.json"), &metrics)?;
    Ok(metrics)
}

/// The loop: steps, reports, checkpoints, contact sheets.
fn train(
    experiment: &mut impl Experiment,
    schedule: Schedule,
    out: &Path,
    progress: &dyn Progress,
    report: &mut dyn FnMut(&Report),
) -> Result<(), TrainError> {
    fs::create_dir_all(out).map_err(TrainError::file(out))?;
    let identity = experiment.identity();
    let _lock = RunLock::take(out, &identity, schedule.steps)?;
    let (mut step, mut pending) = (0, Pending::default());
    if let Some(loaded) = Loaded::newest(out, &identity, &mut |line| progress.note(line))? {
        experiment.restore(&loaded)?;
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
        pending.add(&experiment.step(step)?);
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
            let state = State { step, settings: identity.clone(), pending: pending.clone() };
            checkpoint::write(out, &state, &experiment.state()?, schedule.keep)?;
            saved = Instant::now();
        }
        if due(schedule.grid_every) {
            let folder = out.join("grids");
            fs::create_dir_all(&folder).map_err(TrainError::file(&folder))?;
            write_sheet(&experiment.sample_grid()?, &runs::sheet_path(out, step))?;
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

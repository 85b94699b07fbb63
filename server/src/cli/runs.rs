//! `gatefold runs`

use crate::cli::{Common, Failure};
use gatefold::train::runs;
use gatefold::wire::{Training, TrainingLine, TrainingState};
use serde::Serialize;
use std::fmt::Write;

/// List runs of training on this catalogue, or show one
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The run to show, as listed
    #[arg(value_name = "RUN")]
    run: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

/// What `--json` prints without a run.
#[derive(Serialize)]
struct Runs {
    runs: Vec<TrainingLine>,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let dir = args.common.data()?;
    match &args.run {
        None => {
            let runs = Runs { runs: runs::list(&dir) };
            args.common.output().answer(&runs, || listed(&runs.runs))
        }
        Some(id) => {
            let run = runs::read(&dir, id).ok_or_else(|| {
                Failure::Failed(format!(
                    "no run is called “{id}”, or its folder is gone: see `gatefold runs`"
                ))
            })?;
            args.common.output().answer(&run, || shown(&run))
        }
    }
}

fn listed(lines: &[TrainingLine]) -> String {
    if lines.is_empty() {
        return "No run yet: see `gatefold train --help`\n".to_owned();
    }
    lines.iter().map(|line| summary(line) + "\n").collect()
}

fn summary(line: &TrainingLine) -> String {
    let state = match line.state {
        TrainingState::Running => format!("running, {:.1} images/s", line.images_per_s),
        TrainingState::Done => "done".to_owned(),
        TrainingState::Stopped if line.resumable => "stopped, can be resumed".to_owned(),
        TrainingState::Stopped => "stopped".to_owned(),
    };
    format!("{}  {:6} step {} of {}  {state}  {}", line.id, line.model, line.step, line.steps, line.out)
}

fn shown(run: &Training) -> String {
    let mut text = summary(&run.line) + "\n";
    // Writing to a string cannot fail.
    for report in run.log.iter().rev().take(10).rev() {
        let parts: Vec<String> =
            report.loss.iter().map(|(name, value)| format!("{name} {value:.3}")).collect();
        let _ = writeln!(text, "  step {}  {}", report.step, parts.join("  "));
    }
    if let Some(metrics) = &run.metrics {
        let _ = writeln!(text, "  measured: {metrics}");
    }
    text
}

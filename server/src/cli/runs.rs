//! `gatefold runs`

use crate::cli::{Common, Failure};
use crate::problem::missing::no_training;
use gatefold::train::runs;
use gatefold::wire::{Training, TrainingLine, TrainingState, Trainings};
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

/// Runs the command. A data directory without a catalogue has runs all the same.
pub fn run(args: Args) -> Result<(), Failure> {
    let output = args.common.output();
    match args.run {
        None => {
            let all = Trainings { runs: runs::list(&args.common.data()?) };
            output.answer(&all, || listed(&all.runs))
        }
        Some(id) => {
            let run = runs::read(&args.common.data()?, &id).ok_or_else(|| no_training(&id))?;
            output.answer(&run, || shown(&run))
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

//! Options that every training has.

use crate::cli::{Common, Failure};
use gatefold::models::DeviceChoice;
use gatefold::train::Schedule;
use std::path::PathBuf;

/// Where, on what and how long.
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// Where weights, log, checkpoints and contact sheets go
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Where to compute
    #[arg(long, value_enum, default_value_t = Device::Auto)]
    device: Device,
    /// Go on from the last checkpoint in --out
    #[arg(long)]
    pub resume: bool,
    /// Seed of everything drawn at random
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Steps in all
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    steps: Option<u64>,
    /// Pictures per step
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    batch: Option<u32>,
    /// Highest learning rate; may be another one after --resume
    #[arg(long, allow_negative_numbers = true)]
    rate: Option<f64>,
    /// Steps between reports
    #[arg(long, value_name = "N", default_value_t = Schedule::default().report_every, value_parser = clap::value_parser!(u64).range(1..))]
    report_every: u64,
    /// Steps between checkpoints
    #[arg(long, value_name = "N", default_value_t = Schedule::default().checkpoint_every, value_parser = clap::value_parser!(u64).range(1..))]
    checkpoint_every: u64,
    /// Minutes after which a checkpoint is written all the same; 0 for never
    #[arg(long, value_name = "M", default_value_t = Schedule::default().checkpoint_minutes, allow_negative_numbers = true)]
    checkpoint_minutes: f64,
    /// Checkpoints kept
    #[arg(long, value_name = "K", default_value_t = Schedule::default().keep as u32, value_parser = clap::value_parser!(u32).range(1..))]
    keep: u32,
    /// Steps between contact sheets; 0 for none
    #[arg(long, value_name = "N")]
    grid_every: Option<u64>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Device {
    /// CUDA where there is one, else the CPU
    Auto,
    Cpu,
    Cuda,
}

impl RunArgs {
    /// Where to compute.
    pub fn device(&self) -> DeviceChoice {
        match self.device {
            Device::Auto => DeviceChoice::Auto,
            Device::Cpu => DeviceChoice::Cpu,
            Device::Cuda => DeviceChoice::Cuda,
        }
    }

    /// The schedule, where nothing is said the model's usual one.
    pub fn schedule(&self, usual: Schedule) -> Result<Schedule, Failure> {
        if !(self.checkpoint_minutes.is_finite() && self.checkpoint_minutes >= 0.0) {
            let sentence = format!("--checkpoint-minutes is 0 or more, not {}", self.checkpoint_minutes);
            return Err(Failure::Usage(sentence));
        }
        Ok(Schedule {
            steps: self.steps.unwrap_or(usual.steps),
            batch: self.batch.map_or(usual.batch, |batch| batch as usize),
            report_every: self.report_every,
            checkpoint_every: self.checkpoint_every,
            checkpoint_minutes: self.checkpoint_minutes,
            grid_every: self.grid_every.unwrap_or(usual.grid_every),
            keep: self.keep as usize,
        })
    }

    /// The highest learning rate, where nothing is said the model's usual one.
    pub fn rate(&self, usual: f64) -> Result<f64, Failure> {
        let rate = self.rate.unwrap_or(usual);
        if rate.is_finite() && rate > 0.0 {
            return Ok(rate);
        }
        Err(Failure::Usage(format!("a learning rate is a number above 0, not {rate}")))
    }
}

/// Writes what a model usually does into the help of the shared options.
pub fn usual(schedule: Schedule, rate: f64) -> impl FnMut(clap::Arg) -> clap::Arg {
    move |arg| {
        let usual = match arg.get_id().as_str() {
            "steps" => schedule.steps.to_string(),
            "batch" => schedule.batch.to_string(),
            "rate" => rate.to_string(),
            "grid_every" => schedule.grid_every.to_string(),
            _ => return arg,
        };
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        arg.help(format!("{help} [default: {usual}]"))
    }
}

//! `gatefold train flow`

use super::options::{RunArgs, usual};
use super::session::{Session, VaeFiles};
use crate::cli::Failure;
use gatefold::models::flow::Config;
use gatefold::train::data::OnVae;
use gatefold::train::flow::{FlowTraining, Settings, size};
use std::path::PathBuf;

/// The latent flow of a VAE, which makes mixtures of covers look like covers
#[derive(Debug, clap::Args)]
#[command(mut_args(usual(Settings::default().schedule, Settings::default().rate)))]
pub struct Args {
    #[command(flatten)]
    pub run: RunArgs,
    /// The VAE (.safetensors, with its .json beside it) whose latents it learns
    #[arg(long, value_name = "FILE")]
    vae: PathBuf,
    /// Views of each cover that it learns from
    #[arg(long, value_name = "N", default_value_t = Settings::default().views, value_parser = clap::value_parser!(u32).range(1..=64))]
    views: u32,
    /// Channels
    #[arg(long, default_value_t = Config::default().width as u32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    width: u32,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let usual = Settings::default();
    let model = Config { width: args.width as usize, ..usual.model };
    let (rate, schedule) = (args.run.rate(usual.rate)?, args.run.schedule(usual.schedule)?);
    let settings = Settings { model, rate, seed: args.run.seed, views: args.views, schedule };
    let session = Session::begin(&args.run)?;
    let VaeFiles { weights, description } = VaeFiles::read(&args.vae)?;
    let covers = session.covers(size(&description)?)?;
    let data = OnVae { weights: &weights, description: &description, covers: &covers };
    let metrics = session.train::<FlowTraining<'_>>(&settings, data)?;
    let (unseen, seen) = (metrics.unseen, metrics.seen);
    session.done(
        format_args!("the velocity's squared error is {unseen:.3} on covers never seen, {seen:.3} on others"),
        &metrics,
    )
}

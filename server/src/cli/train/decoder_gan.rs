//! `gatefold train decoder-gan`

use super::options::{RunArgs, usual};
use super::session::{Session, VaeFiles};
use crate::cli::Failure;
use gatefold::models::critic::Config;
use gatefold::train::data::OnVae;
use gatefold::train::decoder_gan::{DecoderGanTraining, Settings};
use gatefold::train::flow::size;
use std::path::PathBuf;

/// Adversarial fine-tuning of a VAE's decoder, by a critic on covers, blends and samples
#[derive(Debug, clap::Args)]
#[command(mut_args(usual(Settings::default().schedule, Settings::default().rate)))]
pub struct Args {
    #[command(flatten)]
    pub run: RunArgs,
    /// The VAE (.safetensors, with its .json beside it) whose decoder is taught
    #[arg(long, value_name = "FILE")]
    vae: PathBuf,
    /// The critic's channels at half size
    #[arg(long, default_value_t = Config::default().width as u32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    width: u32,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let usual = Settings::default();
    let critic = Config { width: args.width as usize };
    let (rate, schedule) = (args.run.rate(usual.rate)?, args.run.schedule(usual.schedule)?);
    let settings = Settings { critic, rate, seed: args.run.seed, schedule, ..usual };
    let session = Session::begin(&args.run)?;
    let VaeFiles { weights, description } = VaeFiles::read(&args.vae)?;
    let covers = session.covers(size(&description)?)?;
    let data = OnVae { weights: &weights, description: &description, covers: &covers };
    let metrics = session.train::<DecoderGanTraining<'_>>(&settings, data)?;
    session.done(
        format_args!(
            "{} covers never seen come back at {:.1} dB, SSIM {:.3} (before: {:.1} dB, {:.3})",
            metrics.held_back,
            metrics.whole.psnr,
            metrics.whole.ssim,
            metrics.before.psnr,
            metrics.before.ssim,
        ),
        &metrics,
    )
}

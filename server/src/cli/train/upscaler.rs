//! `gatefold train upscaler`

use super::options::{RunArgs, usual};
use super::session::{Session, VaeFiles};
use crate::cli::Failure;
use crate::cli::progress::Bar;
use gatefold::models::upscaler::Config;
use gatefold::train::upscaler::{Examples, Settings, UpscalerTraining};
use std::path::PathBuf;

/// What makes covers twice as large
#[derive(Debug, clap::Args)]
#[command(mut_args(usual(Settings::default().schedule, Settings::default().rate)))]
pub struct Args {
    #[command(flatten)]
    pub run: RunArgs,
    /// The VAE (.safetensors, with its .json beside it) whose pictures it learns to double
    #[arg(long, value_name = "FILE")]
    vae: PathBuf,
    /// Channels
    #[arg(long, default_value_t = Config::default().width as u32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    width: u32,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let usual = Settings::default();
    let model = Config { width: args.width as usize, ..usual.model };
    let (rate, schedule) = (args.run.rate(usual.rate)?, args.run.schedule(usual.schedule)?);
    let settings = Settings { model, rate, seed: args.run.seed, schedule };
    let session = Session::begin(&args.run)?;
    let VaeFiles { weights, description } = VaeFiles::read(&args.vae)?;
    let examples = Examples::from_files(&session.files()?, (&weights, &description), &Bar::new())?;
    let metrics = session.train::<UpscalerTraining<'_>>(&settings, &examples)?;
    session.done(
        format_args!(
            "covers made half as large come back at {:.2} dB (bicubic {:.2}), what the VAE made of them at {:.2} \
             (bicubic {:.2})",
            metrics.psnr, metrics.bicubic, metrics.psnr_of_made, metrics.bicubic_of_made,
        ),
        &metrics,
    )
}

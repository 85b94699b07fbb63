//! `gatefold train vae` and `gatefold train autoencoder`

use super::options::{RunArgs, usual};
use super::session::Session;
use crate::cli::Failure;
use gatefold::models::vae::Config;
use gatefold::train::vae::{Settings, VaeTraining};

/// The variational autoencoder that generates covers
#[derive(Debug, clap::Args)]
#[command(mut_args(usual(Settings::default().schedule, Settings::default().rate)))]
pub struct Args {
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    shape: Shape,
}

/// An autoencoder without noise, the baseline that `evaluate-model` compares with
#[derive(Debug, clap::Args)]
#[command(mut_args(usual(Settings::autoencoder().schedule, Settings::autoencoder().rate)))]
pub struct AutoencoderArgs {
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    shape: Shape,
}

#[derive(Debug, clap::Args)]
struct Shape {
    /// Pixels across what it sees and makes, a power of two [default: 128]
    #[arg(long, value_parser = clap::value_parser!(u32).range(8..=512))]
    size: Option<u32>,
    /// Channels at half size, twice as many at each further halving [default: 32, with fewer at the deepest]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    width: Option<u32>,
}

/// Trains a VAE.
pub fn run(args: &Args) -> Result<(), Failure> {
    train(&args.run, &args.shape, Settings::default())
}

/// Trains the baseline.
pub fn run_autoencoder(args: &AutoencoderArgs) -> Result<(), Failure> {
    train(&args.run, &args.shape, Settings::autoencoder())
}

fn train(run: &RunArgs, shape: &Shape, usual: Settings) -> Result<(), Failure> {
    let size = shape.size.map_or(usual.model.size, |size| size as usize);
    let mut model = Config { size, ..usual.model };
    if let Some(width) = shape.width {
        model.channels = (0..model.channels.len()).map(|i| (width as usize) << i).collect();
    }
    model.check().map_err(Failure::Usage)?;
    let (rate, schedule) = (run.rate(usual.rate)?, run.schedule(usual.schedule)?);
    let settings = Settings { model, rate, seed: run.seed, schedule, ..usual };
    let session = Session::begin(run)?;
    let covers = session.covers(size)?;
    let metrics = session.train::<VaeTraining<'_>>(&settings, &covers)?;
    let (n, psnr, ssim) = (metrics.held_back, metrics.psnr, metrics.ssim);
    session.done(format_args!("{n} covers never seen come back at {psnr:.1} dB, SSIM {ssim:.3}"), &metrics)
}

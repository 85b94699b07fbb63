//! `gatefold train dcgan`

use super::options::{RunArgs, usual};
use super::session::Session;
use crate::cli::Failure;
use gatefold::models::dcgan::Config;
use gatefold::train::dcgan::{DcganTraining, Settings};

/// The deep convolutional generative adversarial network
#[derive(Debug, clap::Args)]
#[command(mut_args(usual(Settings::default().schedule, Settings::default().rate)))]
pub struct Args {
    #[command(flatten)]
    pub run: RunArgs,
    /// Pixels across what it sees and makes, a power of two
    #[arg(long, default_value_t = Config::default().size as u32, value_parser = clap::value_parser!(u32).range(8..=512))]
    size: u32,
    /// Channels at half size, twice as many at each further halving
    #[arg(long, default_value_t = Config::default().width as u32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    width: u32,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let usual = Settings::default();
    let model = Config { size: args.size as usize, width: args.width as usize, ..usual.model };
    model.check().map_err(Failure::Usage)?;
    let (rate, schedule) = (args.run.rate(usual.rate)?, args.run.schedule(usual.schedule)?);
    let settings = Settings { model, rate, seed: args.run.seed, schedule };
    let session = Session::begin(&args.run)?;
    let covers = session.covers(settings.model.size)?;
    let metrics = session.train::<DcganTraining<'_>>(&settings, &covers)?;
    session.done(
        format_args!(
            "{:.0} % of samples pass for real; they are alike by SSIM {:.3}, covers by {:.3}",
            100.0 * metrics.made_taken_for_real,
            metrics.sameness,
            metrics.sameness_of_covers,
        ),
        &metrics,
    )
}

//! `gatefold train encoder`

use super::options::{RunArgs, usual};
use super::session::Session;
use crate::cli::Failure;
use crate::cli::progress::Bar;
use gatefold::models::encoder::Config;
use gatefold::train::distillation::DistillationSet;
use gatefold::train::encoder::{EncoderTraining, Settings};
use gatefold::training::labelled_covers;
use std::path::PathBuf;

/// The network behind the `learned` features, taught by EfficientNet-Lite0 and by genres
#[derive(Debug, clap::Args)]
#[command(mut_args(usual(Settings::default().schedule, Settings::default().rate)))]
pub struct Args {
    #[command(flatten)]
    pub run: RunArgs,
    /// EfficientNet-Lite0's weights, the teacher
    #[arg(long, value_name = "FILE")]
    teacher: PathBuf,
    /// Views of each cover that the teacher is asked about
    #[arg(long, value_name = "N", default_value_t = Settings::default().views, value_parser = clap::value_parser!(u32).range(1..=64))]
    views: u32,
    /// Hidden units of each member of the ensemble
    #[arg(long, default_value_t = Config::default().units as u32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    width: u32,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let usual = Settings::default();
    let model = Config { units: args.width as usize, ..usual.model };
    let (rate, schedule) = (args.run.rate(usual.rate)?, args.run.schedule(usual.schedule)?);
    let (seed, views) = (args.run.seed, args.views);
    let settings = Settings { model, rate, seed, views, schedule, ..usual };
    let session = Session::begin(&args.run)?;
    let covers = labelled_covers(&session.catalog()?)?;
    let asked = (views, seed, settings.model.components);
    let set = DistillationSet::of(covers, &args.teacher, asked, &args.run.out, &Bar::new())?;
    let metrics = session.train::<EncoderTraining<'_>>(&settings, &set)?;
    session.done(
        format_args!(
            "of the ten nearest among {} covers never seen, {:.0} % have the same genre (chance {:.0} %)",
            metrics.unseen,
            100.0 * metrics.genre_agreement_at_10,
            100.0 * metrics.chance,
        ),
        &metrics,
    )
}

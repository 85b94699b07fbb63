//! `gatefold train`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use gatefold::catalog::{Access, Catalog, CatalogError};
use gatefold::model::{self, DeviceChoice};
use gatefold::train::{Report, TrainingData, vae};
use serde::Serialize;
use std::path::PathBuf;

/// Train a model on the catalogue's covers
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to train
    #[arg(value_enum)]
    model: Model,
    /// Where weights, log, checkpoints and contact sheets go
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Where to compute
    #[arg(long, value_enum, default_value_t = Device::Auto)]
    device: Device,
    /// Go on from the last checkpoint in --out
    #[arg(long)]
    resume: bool,
    /// Seed of everything drawn at random
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Steps in all
    #[arg(long, default_value_t = vae::Settings::default().steps, value_parser = clap::value_parser!(u64).range(1..))]
    steps: u64,
    /// Covers per step
    #[arg(long, default_value_t = vae::Settings::default().batch as u32, value_parser = clap::value_parser!(u32).range(1..=4096))]
    batch: u32,
    /// Highest learning rate
    #[arg(long, default_value_t = vae::Settings::default().rate)]
    rate: f64,
    /// Steps between checkpoints
    #[arg(long, value_name = "N", default_value_t = vae::Settings::default().checkpoint_every, value_parser = clap::value_parser!(u64).range(1..))]
    checkpoint_every: u64,
    /// Steps between contact sheets; 0 for none
    #[arg(long, value_name = "N", default_value_t = vae::Settings::default().grid_every)]
    grid_every: u64,
    #[command(flatten)]
    pub common: Common,
}

/// The models that can be trained.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Model {
    /// The variational autoencoder that generates covers
    Vae,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Device {
    /// CUDA where there is one, else the CPU
    Auto,
    Cpu,
    Cuda,
}

impl From<Device> for DeviceChoice {
    fn from(device: Device) -> Self {
        match device {
            Device::Auto => Self::Auto,
            Device::Cpu => Self::Cpu,
            Device::Cuda => Self::Cuda,
        }
    }
}

/// The last line of `--json`.
#[derive(Serialize)]
struct Done<'a> {
    done: bool,
    out: &'a str,
    metrics: vae::Metrics,
}

/// Runs the command.
pub fn run(args: Args) -> Result<(), Failure> {
    let Model::Vae = args.model;
    let output = args.common.output();
    if !(args.rate.is_finite() && args.rate > 0.0) {
        return Err(Failure::Usage(format!("a learning rate is a number above 0, not {}", args.rate)));
    }
    let settings = vae::Settings {
        steps: args.steps,
        batch: args.batch as usize,
        rate: args.rate,
        seed: args.seed,
        checkpoint_every: args.checkpoint_every,
        grid_every: args.grid_every,
        ..vae::Settings::default()
    };
    let device = model::device(args.device.into())?;
    let files = covers(&args)?;
    output.say(format_args!("reading {} covers", files.len()));
    let data = TrainingData::from_files(&files, settings.model.size)?;
    output.say(format_args!(
        "training on {} covers with {}, {} MB of memory for the covers",
        data.len(),
        model::device_name(&device),
        data.bytes() / 1_000_000
    ));
    let bar = Bar::new();
    // A reader that goes away ends the run as Ctrl-C does: with its last checkpoint.
    let mut unread = None;
    let mut report = |line: &Report| {
        let parts: Vec<String> = line.loss.iter().map(|(name, value)| format!("{name} {value:.2}")).collect();
        bar.note(&format!("step {}  {:.1} images/s  {}", line.step, line.images_per_s, parts.join("  ")));
        if output.is_json() && unread.is_none() {
            unread = output.object(line).err();
        }
    };
    let metrics = vae::run(&settings, &data, &args.out, args.resume, &device, &bar, &mut report)?;
    drop(bar);
    if let Some(failure) = unread {
        return Err(failure);
    }
    output.say(format_args!(
        "{} covers never seen come back at {:.1} dB, SSIM {:.3}; the model is in {}",
        metrics.held_back,
        metrics.psnr,
        metrics.ssim,
        args.out.display()
    ));
    if !output.is_json() {
        return Ok(());
    }
    output.object(&Done { done: true, out: &args.out.display().to_string(), metrics })
}

/// The files of the catalogue's covers, each once.
fn covers(args: &Args) -> Result<Vec<PathBuf>, Failure> {
    let dir = args.common.data()?;
    if !Catalog::exists(&dir) {
        return Err(CatalogError::Missing(dir).into());
    }
    let catalog = Catalog::open(&dir, Access::Read)?;
    let mut hashes: Vec<_> = catalog.albums()?.into_iter().filter_map(|album| album.cover).collect();
    hashes.sort();
    hashes.dedup();
    Ok(hashes.iter().map(|hash| catalog.cover_path(hash)).collect())
}

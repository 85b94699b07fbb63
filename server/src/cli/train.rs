//! `gatefold train`

use crate::cli::output::Output;
use crate::cli::progress::Bar;
use crate::cli::{Common, Failure, interrupt};
use crate::weights;
use gatefold::catalog::{Access, Catalog};
use gatefold::models::{self, DeviceChoice};
use gatefold::progress::Progress as _;
use gatefold::train::distillation::Lessons;
use gatefold::train::{
    Report, Schedule, TrainError, TrainingData, dcgan, encoder, enlarge, flow, painter, runs, vae,
};
use gatefold::training::{cover_files, labelled_covers};
use serde::Serialize;
use std::path::{Path, PathBuf};

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
    /// Pixels across what a vae or dcgan sees and makes [default: vae 128, dcgan 64]
    #[arg(long, value_parser = clap::value_parser!(u32).range(8..=512))]
    size: Option<u32>,
    /// EfficientNet-Lite0's weights, which teach an encoder
    #[arg(long, value_name = "FILE")]
    teacher: Option<PathBuf>,
    /// The VAE (.safetensors, with its .json beside it) that a flow is the second stage of, that learns to paint, or whose
    /// pictures an enlarger learns to double
    #[arg(long, value_name = "FILE")]
    vae: Option<PathBuf>,
    /// Views of each cover that the teacher is asked about, or that a flow learns from [default: encoder 6, flow 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    views: Option<u32>,
    /// Channels at half size, from which the deeper ones follow, of a flow, or units of each of an encoder's readers
    /// [default: vae 32, dcgan 64, painter's critic 48, flow 224, encoder 1,024]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    width: Option<u32>,
    /// Steps in all [default: vae and dcgan 20,000, plain 1,000, enlarger and painter 4,000,
    /// flow 6,000, encoder 1,400]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    steps: Option<u64>,
    /// Covers per step [default: vae, plain and painter 16, enlarger 32, dcgan and flow 64, encoder 128]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    batch: Option<u32>,
    /// Highest learning rate; may be another one after --resume [default: 0.001, dcgan 0.0002, painter 0.0001,
    /// encoder 0.002]
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
    #[arg(long, value_name = "N", default_value_t = Schedule::default().grid_every)]
    grid_every: u64,
    #[command(flatten)]
    pub common: Common,
}

/// The models that can be trained.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Model {
    /// The variational autoencoder that generates covers
    Vae,
    /// The deep convolutional generative adversarial network
    Dcgan,
    /// A plain autoencoder, which `evaluate-model` compares with
    Plain,
    /// What makes covers twice as large
    Enlarger,
    /// What a VAE's codes of covers look like: the second stage, which makes mixtures of covers look like covers
    Flow,
    /// The part of a VAE's decoder that paints what a code says, taught by a critic on covers, mixtures and samples
    Painter,
    /// The network behind the `learned` features, taught by EfficientNet-Lite0 and by genres
    Encoder,
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
struct Done<'a, M> {
    done: bool,
    out: &'a str,
    metrics: M,
}

/// What is to be trained, and how.
enum Plan {
    Vae(vae::Settings),
    Dcgan(dcgan::Settings),
    Flow(flow::Settings, PathBuf),
    Painter(painter::Settings, PathBuf),
    Enlarger(enlarge::Settings, PathBuf),
    Encoder(encoder::Settings, PathBuf),
}

/// Runs the command.
pub fn run(args: Args) -> Result<(), Failure> {
    let plan = args.plan()?;
    let output = args.common.output();
    let device = models::device(args.device.into())?;
    gatefold::train::keep_memory();
    // The page Training finds the run by it; who cannot write there can train all the same.
    if let Err(why) = runs::register(&args.common.data()?, &args.out) {
        output.say(format_args!("the page will not show this run: {why}"));
    }
    let folder = args.out.display().to_string();
    match plan {
        Plan::Vae(settings) => {
            let data = training_data(&args, settings.model.size, &models::device_name(&device))?;
            let metrics = reported(output, |bar, report| {
                vae::run(&settings, &data, &args.out, args.resume, &device, bar, report)
            })?;
            output.say(format_args!(
                "{} covers never seen come back at {:.1} dB, SSIM {:.3}; the model is in {folder}",
                metrics.held_back, metrics.psnr, metrics.ssim,
            ));
            done(output, &folder, metrics)
        }
        Plan::Dcgan(settings) => {
            let data = training_data(&args, settings.model.size, &models::device_name(&device))?;
            let metrics = reported(output, |bar, report| {
                dcgan::run(&settings, &data, &args.out, args.resume, &device, bar, report)
            })?;
            output.say(format_args!(
                "{:.0} % of samples pass for real; they are alike by SSIM {:.3}, covers by {:.3}; the model is in {folder}",
                100.0 * metrics.made_taken_for_real,
                metrics.sameness,
                metrics.sameness_of_covers,
            ));
            done(output, &folder, metrics)
        }
        Plan::Enlarger(settings, vae) => {
            let vae = weights::load(Some(&vae), DeviceChoice::Cpu)?;
            let examples = enlarge::Examples::from_files(
                &cover_files(&catalog(&args)?)?,
                &vae.painter().vae,
                &Bar::new(),
            )?;
            let metrics = reported(output, |bar, report| {
                enlarge::run(&settings, &examples, &args.out, args.resume, &device, bar, report)
            })?;
            output.say(format_args!(
                "covers made half as large come back at {:.2} dB (bicubic {:.2}), what the VAE made of them at {:.2} \
                 (bicubic {:.2}); the model is in {folder}",
                metrics.psnr, metrics.bicubic, metrics.psnr_of_made, metrics.bicubic_of_made,
            ));
            done(output, &folder, metrics)
        }
        Plan::Flow(settings, vae) => {
            let (weights, description) = first_stage(&vae)?;
            let size = flow::size(&description)?;
            let data = training_data(&args, size, &models::device_name(&device))?;
            let metrics = reported(output, |bar, report| {
                let base = (&weights[..], &description[..]);
                flow::run(&settings, base, &data, &args.out, args.resume, &device, bar, report)
            })?;
            output.say(format_args!(
                "the velocity's squared error is {:.3} on covers never seen, {:.3} on others; the model is in {folder}",
                metrics.unseen, metrics.seen,
            ));
            done(output, &folder, metrics)
        }
        Plan::Painter(settings, vae) => {
            let (weights, description) = first_stage(&vae)?;
            let data = training_data(&args, flow::size(&description)?, &models::device_name(&device))?;
            let metrics = reported(output, |bar, report| {
                let base = (&weights[..], &description[..]);
                painter::run(&settings, base, &data, &args.out, args.resume, &device, bar, report)
            })?;
            output.say(format_args!(
                "{} covers never seen come back at {:.1} dB, SSIM {:.3} (before: {:.1} dB, {:.3}); the model is in {folder}",
                metrics.held_back, metrics.whole.psnr, metrics.whole.ssim, metrics.before.psnr, metrics.before.ssim,
            ));
            done(output, &folder, metrics)
        }
        Plan::Encoder(settings, teacher) => {
            let catalog = catalog(&args)?;
            let lessons = {
                let bar = Bar::new();
                let asked = (settings.views, settings.seed, settings.model.components);
                Lessons::of(labelled_covers(&catalog)?, &teacher, asked, &args.out, &bar)?
            };
            drop(catalog);
            let metrics = reported(output, |bar, report| {
                encoder::run(&settings, &lessons, &args.out, args.resume, &device, bar, report)
            })?;
            output.say(format_args!(
                "of the ten nearest among {} covers never seen, {:.0} % have the same genre (chance {:.0} %); the model is in {folder}",
                metrics.unseen,
                100.0 * metrics.genre_agreement_at_10,
                100.0 * metrics.chance,
            ));
            done(output, &folder, metrics)
        }
    }
}

/// A VAE's weights and description.
fn first_stage(vae: &Path) -> Result<(Vec<u8>, String), Failure> {
    let read = |path: &Path| {
        std::fs::read(path)
            .map_err(|error| Failure::Failed(format!("{} cannot be read: {error}", path.display())))
    };
    let description = String::from_utf8_lossy(&read(&vae.with_extension("json"))?).into_owned();
    Ok((read(vae)?, description))
}

/// The catalogue, to be read.
fn catalog(args: &Args) -> Result<Catalog, Failure> {
    let dir = args.common.data()?;
    Ok(Catalog::open(&dir, Access::Read)?)
}

/// The catalogue's covers as bytes, for what learns to draw.
fn training_data(args: &Args, size: usize, device: &str) -> Result<TrainingData, Failure> {
    let output = args.common.output();
    let files = cover_files(&catalog(args)?)?;
    output.say(format_args!("reading {} covers", files.len()));
    let data = TrainingData::from_files(&files, size)?;
    output.say(format_args!(
        "training on {} covers with {}, {} MB of memory for the covers",
        data.len(),
        device,
        data.bytes() / 1_000_000
    ));
    Ok(data)
}

impl Args {
    /// Settings of the model that was named, or what is wrong with them.
    fn plan(&self) -> Result<Plan, Failure> {
        let rate = self.rate.unwrap_or(match self.model {
            Model::Vae | Model::Plain => vae::Settings::default().rate,
            Model::Enlarger => enlarge::Settings::default().rate,
            Model::Dcgan => dcgan::Settings::default().rate,
            Model::Flow => flow::Settings::default().rate,
            Model::Painter => painter::Settings::default().rate,
            Model::Encoder => encoder::Settings::default().rate,
        });
        if !(rate.is_finite() && rate > 0.0) {
            return Err(Failure::Usage(format!("a learning rate is a number above 0, not {rate}")));
        }
        if !(self.checkpoint_minutes.is_finite() && self.checkpoint_minutes >= 0.0) {
            let sentence = format!("--checkpoint-minutes is 0 or more, not {}", self.checkpoint_minutes);
            return Err(Failure::Usage(sentence));
        }
        let schedule = |usual: Schedule| Schedule {
            steps: self.steps.unwrap_or(usual.steps),
            batch: self.batch.map_or(usual.batch, |batch| batch as usize),
            report_every: self.report_every,
            checkpoint_every: self.checkpoint_every,
            checkpoint_minutes: self.checkpoint_minutes,
            grid_every: self.grid_every,
            keep: self.keep as usize,
        };
        let seed = self.seed;
        let size = |usual: usize| self.size.map_or(usual, |size| size as usize);
        match self.model {
            Model::Vae | Model::Plain => {
                let plain = matches!(self.model, Model::Plain);
                let usual = if plain { vae::Settings::plain() } else { vae::Settings::default() };
                let mut model = gatefold::models::vae::Config { size: size(usual.model.size), ..usual.model };
                if let Some(width) = self.width {
                    model.channels = (0..model.channels.len()).map(|i| (width as usize) << i).collect();
                }
                model.check().map_err(Failure::Usage)?;
                let schedule = schedule(usual.schedule);
                Ok(Plan::Vae(vae::Settings { model, plain, rate, seed, schedule }))
            }
            Model::Enlarger => {
                let usual = enlarge::Settings::default();
                let mut model = usual.model.clone();
                if let Some(width) = self.width {
                    model.width = width as usize;
                }
                let vae = self.vae.clone().ok_or_else(|| {
                    let sentence = "an enlarger learns from what a VAE makes of covers: give --vae FILE";
                    Failure::Usage(sentence.to_owned())
                })?;
                let schedule = schedule(usual.schedule);
                Ok(Plan::Enlarger(enlarge::Settings { model, rate, seed, schedule }, vae))
            }
            Model::Dcgan => {
                let usual = dcgan::Settings::default();
                let width = self.width.map_or(usual.model.width, |width| width as usize);
                let model =
                    gatefold::models::dcgan::Config { size: size(usual.model.size), width, ..usual.model };
                model.check().map_err(Failure::Usage)?;
                let schedule = schedule(usual.schedule);
                Ok(Plan::Dcgan(dcgan::Settings { model, rate, seed, schedule }))
            }
            Model::Flow => {
                let usual = flow::Settings::default();
                if self.size.is_some() {
                    let sentence = "a flow works on the codes of its VAE: --size is for a vae or dcgan";
                    return Err(Failure::Usage(sentence.to_owned()));
                }
                let mut model = usual.model.clone();
                if let Some(width) = self.width {
                    model.width = width as usize;
                }
                let vae = self.vae.clone().ok_or_else(|| {
                    let sentence = "a flow is a second stage: give --vae FILE, the weights of its first";
                    Failure::Usage(sentence.to_owned())
                })?;
                let (schedule, views) = (schedule(usual.schedule), self.views.unwrap_or(usual.views));
                Ok(Plan::Flow(flow::Settings { model, rate, seed, views, schedule }, vae))
            }
            Model::Painter => {
                let usual = painter::Settings::default();
                let mut critic = usual.critic.clone();
                if let Some(width) = self.width {
                    critic.width = width as usize;
                }
                let vae = self.vae.clone().ok_or_else(|| {
                    let sentence = "a painter is the last part of a VAE: give --vae FILE, its weights";
                    Failure::Usage(sentence.to_owned())
                })?;
                let schedule = schedule(usual.schedule);
                Ok(Plan::Painter(painter::Settings { critic, rate, seed, schedule, ..usual }, vae))
            }
            Model::Encoder => {
                let usual = encoder::Settings::default();
                let mut model = usual.model.clone();
                if self.size.is_some() {
                    let sentence = "an encoder looks at covers at 128 pixels: --size is for a vae or dcgan";
                    return Err(Failure::Usage(sentence.to_owned()));
                }
                if let Some(width) = self.width {
                    model.units = width as usize;
                }
                let teacher = self.teacher.clone().ok_or_else(|| {
                    Failure::Usage(
                        "an encoder needs a teacher: give --teacher FILE, EfficientNet-Lite0's weights"
                            .to_owned(),
                    )
                })?;
                let (schedule, views) = (schedule(usual.schedule), self.views.unwrap_or(usual.views));
                Ok(Plan::Encoder(encoder::Settings { model, rate, seed, views, schedule, ..usual }, teacher))
            }
        }
    }
}

/// Trains with a bar for people and a line per report for programs. A reader that goes away ends the run as Ctrl-C
/// does: with its last checkpoint.
fn reported<M>(
    output: Output,
    train: impl FnOnce(&Bar, &mut dyn FnMut(&Report)) -> Result<M, TrainError>,
) -> Result<M, Failure> {
    let bar = Bar::new();
    let mut unread = None;
    let mut report = |line: &Report| {
        let parts: Vec<String> = line.loss.iter().map(|(name, value)| format!("{name} {value:.2}")).collect();
        bar.note(&format!("step {}  {:.1} images/s  {}", line.step, line.images_per_s, parts.join("  ")));
        if output.is_json() && unread.is_none() {
            unread = output.object(line).err();
            if unread.is_some() {
                interrupt::ask();
            }
        }
    };
    let result = train(&bar, &mut report);
    drop(bar);
    match unread {
        Some(failure) => Err(failure),
        None => Ok(result?),
    }
}

fn done(output: Output, out: &str, metrics: impl Serialize) -> Result<(), Failure> {
    if !output.is_json() {
        return Ok(());
    }
    output.object(&Done { done: true, out, metrics })
}

//! `gatefold evaluate-model`

use crate::cli::Failure;
use crate::cli::progress::Bar;
use crate::weights;
use gatefold::assess::{Amount, Covers, Subjects, assess};
use gatefold::models::efficientnet::EfficientNetLite0;
use gatefold::models::{DeviceChoice, dcgan};
use gatefold::report::{CodeLikeness, ModelReport};
use gatefold::train::holdout;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Name of the yardstick's file, where a folder of models has it.
const YARDSTICK: &str = "efficientnet-lite0.safetensors";

/// Measure how good a model is, beside references
///
/// Covers that the model never saw are reconstructed, mixed and interpolated, and samples are drawn; all are compared
/// with what principal components, pixel averages, an autoencoder and a DCGAN make. Takes about half an hour on
/// two cores.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Weights of the model (.safetensors, with its .json beside it) [default: the one in this program]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// A table (CSV) whose column `file` names covers, relative to it
    #[arg(long, value_name = "CSV")]
    covers: PathBuf,
    /// Another table, whose covers the references are fitted on [default: nine tenths of --covers]
    #[arg(long, value_name = "CSV")]
    fit_on: Option<PathBuf>,
    /// Which covers are measured on: the tenth that training always holds back, or all
    #[arg(long, value_enum, default_value_t = Holdback::Tenth)]
    holdback: Holdback,
    /// A DCGAN to compare samples with [default: dcgan.safetensors beside the model, if it is there]
    #[arg(long, value_name = "FILE")]
    dcgan: Option<PathBuf>,
    /// An autoencoder, the baseline of composites [default: autoencoder.safetensors beside the model, if it is there]
    #[arg(long, value_name = "FILE", alias = "plain")]
    autoencoder: Option<PathBuf>,
    /// EfficientNet-Lite0's weights, in whose features pictures are compared [default: efficientnet-lite0.safetensors in a
    /// folder `models` beside the tables' folder]
    #[arg(long, value_name = "FILE")]
    teacher: Option<PathBuf>,
    /// Sets of five covers that are mixed
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(2..=5000))]
    sets: u32,
    /// Samples drawn
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(2..=10000))]
    samples: u32,
    /// Pairs between which is interpolated
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..=5000))]
    pairs: u32,
    #[command(flatten)]
    pub json: crate::cli::Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Holdback {
    /// The tenth of --covers that training holds back, by near-duplicate cluster
    Tenth,
    /// All of --covers; then --fit-on says what the references are fitted on
    All,
}

/// Runs the command. It needs no catalogue.
pub fn run(args: &Args) -> Result<(), Failure> {
    if args.holdback == Holdback::All && args.fit_on.is_none() {
        let sentence =
            "--holdback all measures on every cover of --covers: say with --fit-on what to fit references on";
        return Err(Failure::Usage(sentence.to_owned()));
    }
    if args.holdback == Holdback::Tenth && args.fit_on.is_some() {
        let sentence = "--fit-on goes with --holdback all: without it nine tenths of --covers are fitted on";
        return Err(Failure::Usage(sentence.to_owned()));
    }
    let model = weights::load(args.model.as_deref(), DeviceChoice::Cpu)?;
    let beside =
        args.model.as_deref().and_then(Path::parent).map_or_else(|| PathBuf::from("models"), Path::to_owned);
    let reference = |asked: &Option<PathBuf>, name: &str| -> Option<PathBuf> {
        asked.clone().or_else(|| Some(beside.join(name)).filter(|path| path.exists()))
    };
    let output = args.json.output();
    let dcgan = reference(&args.dcgan, "dcgan.safetensors").map(|path| read_dcgan(&path)).transpose()?;
    // `plain` was its name in version 0.1.
    let autoencoder = reference(&args.autoencoder, "autoencoder.safetensors")
        .or_else(|| reference(&None, "plain.safetensors"));
    let autoencoder = autoencoder.map(|path| weights::load(Some(&path), DeviceChoice::Cpu)).transpose()?;
    if dcgan.is_none() {
        output.say(format_args!("there is no DCGAN to compare with: name one with --dcgan FILE"));
    }
    if autoencoder.is_none() {
        output.say(format_args!("there is no autoencoder to compare with: name one with --autoencoder FILE"));
    }
    let split = model.latent_model().map(|model| model.description.split);
    if args.holdback == Holdback::Tenth && split != Some(holdout::VERSION) {
        output.say(format_args!(
            "this model was trained on another split: it may have learned from covers that it is measured on; give covers \
             that it never saw with --holdback all"
        ));
    }
    let yardstick =
        EfficientNetLite0::load(&yardstick(args)?, &gatefold::models::device(DeviceChoice::Cpu)?)?;
    let size = model.size() as usize;
    let covers = match &args.fit_on {
        Some(fitted) => Covers::foreign(&args.covers, fitted, size)?,
        None => Covers::held_back(&args.covers, size)?,
    };
    let name = args.model.as_ref().map_or_else(|| model.info().name, |path| path.display().to_string());
    let subjects =
        Subjects { model: &model, name, dcgan, autoencoder: autoencoder.as_ref(), yardstick: &yardstick };
    let amount = Amount {
        sets: args.sets as usize,
        samples: args.samples as usize,
        pairs: args.pairs as usize,
        ..Amount::default()
    };
    let report = assess(&subjects, &covers, amount, &Bar::new())?;
    output.answer(&report, || text(&report))
}

fn read_dcgan(path: &Path) -> Result<dcgan::Generator, Failure> {
    let read = |path: &Path| {
        std::fs::read(path)
            .map_err(|error| Failure::Failed(format!("{} cannot be read: {error}", path.display())))
    };
    let description = read(&path.with_extension("json"))?;
    let device = gatefold::models::device(DeviceChoice::Cpu)?;
    let text = String::from_utf8_lossy(&description);
    Ok(dcgan::read(&read(path)?, &text, &device)?.1)
}

/// The yardstick's weights: as named, else in a folder `models` beside a table's folder.
fn yardstick(args: &Args) -> Result<PathBuf, Failure> {
    if let Some(path) = &args.teacher {
        return Ok(path.clone());
    }
    let beside = |table: &PathBuf| {
        let folder = std::path::absolute(table).ok()?.parent()?.parent()?.join("models").join(YARDSTICK);
        folder.exists().then_some(folder)
    };
    [Some(&args.covers), args.fit_on.as_ref()].into_iter().flatten().find_map(beside).ok_or_else(|| {
        Failure::Usage(format!(
            "pictures are compared in EfficientNet-Lite0's features: name its weights with --teacher FILE ({YARDSTICK})"
        ))
    })
}

fn text(report: &ModelReport) -> String {
    let mut text = String::new();
    let mut line = |args: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{args}");
    };
    let optional = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    line(format_args!("{} ({}), on {} covers that it never saw", report.model, report.hash, report.covers));
    let whole = CodeLikeness { numbers: report.numbers, psnr: report.psnr, ssim: report.ssim };
    let plain = report.plain.map(|plain| ("autoencoder", plain));
    let codes = [("latents", whole), ("coarse latents", report.rough), ("principal components", report.pca)];
    for (name, code) in codes.into_iter().chain(plain) {
        line(format_args!(
            "  {name:<22} {:>5} numbers  {:5.2} dB  SSIM {:.3}",
            code.numbers, code.psnr, code.ssim
        ));
    }
    let kid = report.kid;
    line(format_args!("KID from real covers"));
    line(format_args!("  reconstructions {:.3}", kid.reconstructions));
    line(format_args!(
        "  composites {:.3}  pixel average {:.3}  code average {}",
        kid.composites,
        kid.pixel_average,
        optional(kid.code_average)
    ));
    line(format_args!("  samples {:.3}  DCGAN {}", kid.samples, optional(kid.dcgan)));
    line(format_args!("  middles {:.3}  crossfades {:.3}", kid.middle, kid.crossfade));
    let rank = report.parent_rank;
    line(format_args!(
        "parents' rank: median {:.3} (pixel average {:.3}, chance {:.3}), worst {:.3} (pixel average {:.3})",
        rank.median, rank.pixel_median, report.random_rank, rank.worst, rank.pixel_worst
    ));
    line(format_args!(
        "one parent replaced moves a composite by {:.2} of the distance of unrelated ones",
        report.replace_one
    ));
    line(format_args!(
        "samples are alike by MS-SSIM {:.3}, covers by {:.3}",
        report.ms_ssim.samples, report.ms_ssim.real
    ));
    line(format_args!("{:.1} % of samples are too near to a training cover", 100.0 * report.too_near));
    line(format_args!(
        "interpolations: 95th percentile of largest step over mean step {:.2}",
        report.interpolation_p95
    ));
    text
}

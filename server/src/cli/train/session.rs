//! What all trainings share around the trainer itself: the device, the run's place in the data directory, what is learned
//! from, and how it is told.

use super::options::RunArgs;
use crate::cli::output::Output;
use crate::cli::progress::Bar;
use crate::cli::{Failure, interrupt};
use gatefold::catalog::{Access, Catalog};
use gatefold::models::{self, Device};
use gatefold::progress::Progress as _;
use gatefold::train::{Experiment, Report, Run, TrainingData, runs};
use gatefold::training::cover_files;
use serde::Serialize;
use std::fmt::Arguments;
use std::path::{Path, PathBuf};

/// The last line of `--json`.
#[derive(Serialize)]
struct Done<'a, M> {
    done: bool,
    out: &'a str,
    metrics: M,
}

/// A training under way.
pub struct Session<'a> {
    args: &'a RunArgs,
    output: Output,
    device: Device,
}

/// A VAE's two files.
pub struct VaeFiles {
    pub weights: Vec<u8>,
    pub description: String,
}

impl<'a> Session<'a> {
    /// Finds the device and makes the run known to the data directory.
    pub fn begin(args: &'a RunArgs) -> Result<Self, Failure> {
        let output = args.common.output();
        let device = models::device(args.device())?;
        gatefold::train::keep_memory();
        // The page Training finds the run by it; who cannot write there can train all the same.
        if let Err(why) = runs::register(&args.common.data()?, &args.out) {
            output.say(format_args!("the page will not show this run: {why}"));
        }
        Ok(Self { args, output, device })
    }

    /// The catalogue, to be read.
    pub fn catalog(&self) -> Result<Catalog, Failure> {
        Ok(Catalog::open(&self.args.common.data()?, Access::Read)?)
    }

    /// The files of the catalogue's covers.
    pub fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        Ok(cover_files(&self.catalog()?)?)
    }

    /// The catalogue's covers as bytes, for what learns to draw.
    pub fn covers(&self, size: usize) -> Result<TrainingData, Failure> {
        let files = self.files()?;
        self.output.say(format_args!("reading {} covers", files.len()));
        let data = TrainingData::from_files(&files, size)?;
        self.output.say(format_args!(
            "training on {} covers with {}, {} MB of memory for the covers",
            data.len(),
            models::device_name(&self.device),
            data.bytes() / 1_000_000
        ));
        Ok(data)
    }

    /// Trains with a bar for people and a line per report for programs. A reader that goes away ends the run as Ctrl-C
    /// does: with its last checkpoint.
    pub fn train<E: Experiment>(&self, config: &E::Config, data: E::Data) -> Result<E::Metrics, Failure> {
        let bar = Bar::new();
        let mut unread = None;
        let mut report = |line: &Report| {
            let parts: Vec<String> =
                line.loss.iter().map(|(name, value)| format!("{name} {value:.2}")).collect();
            bar.note(&format!("step {}  {:.1} images/s  {}", line.step, line.images_per_s, parts.join("  ")));
            if self.output.is_json() && unread.is_none() {
                unread = self.output.object(line).err();
                if unread.is_some() {
                    interrupt::ask();
                }
            }
        };
        let run = Run { out: &self.args.out, resume: self.args.resume, device: &self.device };
        let result = gatefold::train::run::<E>(config, data, run, &bar, &mut report);
        drop(bar);
        match unread {
            Some(failure) => Err(failure),
            None => Ok(result?),
        }
    }

    /// Says what came of it.
    pub fn done(&self, sentence: Arguments<'_>, metrics: impl Serialize) -> Result<(), Failure> {
        let folder = self.args.out.display().to_string();
        self.output.say(format_args!("{sentence}; the model is in {folder}"));
        if !self.output.is_json() {
            return Ok(());
        }
        self.output.object(&Done { done: true, out: &folder, metrics })
    }
}

impl VaeFiles {
    /// Reads `FILE.safetensors` and the `.json` beside it.
    pub fn read(vae: &Path) -> Result<Self, Failure> {
        let read = |path: &Path| {
            std::fs::read(path)
                .map_err(|error| Failure::Failed(format!("{} cannot be read: {error}", path.display())))
        };
        let description = String::from_utf8_lossy(&read(&vae.with_extension("json"))?).into_owned();
        Ok(Self { weights: read(vae)?, description })
    }
}

//! Training is repeatable to the last bit, and survives being killed.

use candle_core::{DType, Device, Tensor};
use gatefold::models::{self, latent_model::LatentModel, vae::Config};
use gatefold::progress::{Progress, Silent};
use gatefold::train::dcgan::DcganTraining;
use gatefold::train::vae::VaeTraining;
use gatefold::train::{Run, Schedule, TrainError, TrainingData, dcgan, run, vae};
use gatefold_nn::layers::Statistics;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

fn covers(folder: &Path) -> Vec<PathBuf> {
    (0..40_u32)
        .map(|n| {
            let path = folder.join(format!("{n}.png"));
            let picture = image::RgbImage::from_fn(24, 24, |x, y| {
                image::Rgb([(x * (n + 1) * 5) as u8, (y * (n + 3) * 7) as u8, (x * y + n * n * 3) as u8])
            });
            picture.save(&path).unwrap();
            path
        })
        .collect()
}

fn schedule() -> Schedule {
    let (report_every, checkpoint_every) = (3, 4);
    Schedule { steps: 12, batch: 5, report_every, checkpoint_every, grid_every: 6, ..Schedule::default() }
}

fn settings() -> vae::Settings {
    vae::Settings {
        model: Config { size: 16, channels: vec![8, 16], coarse: 2, fine: 2, blocks: vec![1, 1] },
        schedule: schedule(),
        ..vae::Settings::default()
    }
}

fn train(
    data: &TrainingData,
    out: &Path,
    resume: bool,
    progress: &dyn Progress,
) -> Result<vae::Metrics, TrainError> {
    run::<VaeTraining<'_>>(
        &settings(),
        data,
        Run { out, resume, device: &Device::Cpu },
        progress,
        &mut |_| {},
    )
}

/// What the log says of the loss, step by step.
fn curve(out: &Path) -> Vec<(u64, String)> {
    let text = std::fs::read_to_string(out.join("log.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.map(|line| (line["step"].as_u64().unwrap(), line["loss"].to_string())).collect()
}

/// Asks to stop after a number of steps.
struct StopAfter(AtomicU64);

impl Progress for StopAfter {
    fn stage(&self, _: &str, _: u64) {}
    fn advance(&self, steps: u64) {
        self.0.fetch_sub(steps, Ordering::Relaxed);
    }
    fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

#[test]
fn the_same_seed_gives_the_same_weights_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let data = TrainingData::from_files(&covers(folder.path()), 16).unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    train(&data, &a, false, &Silent).unwrap();
    train(&data, &b, false, &Silent).unwrap();
    for file in ["vae.safetensors", "vae.json", "metrics.json"] {
        assert_eq!(std::fs::read(a.join(file)).unwrap(), std::fs::read(b.join(file)).unwrap(), "{file}");
    }
    assert_eq!(curve(&a), curve(&b));
}

#[test]
fn the_same_seed_gives_a_dcgan_the_same_weights_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let data = TrainingData::from_files(&covers(folder.path()), 16).unwrap();
    let model = models::dcgan::Config { size: 16, noise: 6, width: 8 };
    let settings = dcgan::Settings { model, schedule: schedule(), ..dcgan::Settings::default() };
    let train = |name: &str, seed: u64| {
        let out = folder.path().join(name);
        let settings = dcgan::Settings { seed, ..settings.clone() };
        run::<DcganTraining<'_>>(
            &settings,
            &data,
            Run { out: &out, resume: false, device: &Device::Cpu },
            &Silent,
            &mut |_| {},
        )
        .unwrap();
        (std::fs::read(out.join("dcgan.safetensors")).unwrap(), curve(&out))
    };
    let first = train("a", 1);
    assert!(first == train("b", 1), "the same seed, other weights or another curve");
    assert!(first.0 != train("c", 2).0, "another seed, the same weights");
}

#[test]
fn a_run_that_is_stopped_and_resumed_ends_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let data = TrainingData::from_files(&covers(folder.path()), 16).unwrap();
    let (whole, broken) = (folder.path().join("whole"), folder.path().join("broken"));
    train(&data, &whole, false, &Silent).unwrap();
    let stopped = train(&data, &broken, false, &StopAfter(AtomicU64::new(7)));
    assert!(matches!(stopped, Err(TrainError::Cancelled { step: 7 })), "{stopped:?}");
    train(&data, &broken, true, &Silent).unwrap();
    assert_eq!(curve(&whole), curve(&broken));
    let weights = |out: &Path| std::fs::read(out.join("vae.safetensors")).unwrap();
    assert_eq!(weights(&whole), weights(&broken));
}

#[test]
fn a_run_is_neither_overwritten_nor_resumed_with_other_settings() {
    let folder = tempfile::tempdir().unwrap();
    let data = TrainingData::from_files(&covers(folder.path()), 16).unwrap();
    let out = folder.path().join("run");
    train(&data, &out, false, &Silent).unwrap();
    assert!(matches!(train(&data, &out, false, &Silent), Err(TrainError::Occupied(_))));
    let other = vae::Settings { schedule: Schedule { batch: 4, ..schedule() }, ..settings() };
    let resumed = run::<VaeTraining<'_>>(
        &other,
        &data,
        Run { out: &out, resume: true, device: &Device::Cpu },
        &Silent,
        &mut |_| {},
    );
    assert!(matches!(resumed, Err(TrainError::Checkpoint { .. })), "{resumed:?}");
}

#[test]
fn a_loss_that_is_no_number_stops_the_run_and_keeps_the_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let data = TrainingData::from_files(&covers(folder.path()), 16).unwrap();
    let out = folder.path().join("run");
    let often = Schedule { steps: 400, checkpoint_every: 1, ..schedule() };
    let wild = vae::Settings { rate: 1e30, schedule: often, ..settings() };
    let result = run::<VaeTraining<'_>>(
        &wild,
        &data,
        Run { out: &out, resume: false, device: &Device::Cpu },
        &Silent,
        &mut |_| {},
    );
    assert!(matches!(result, Err(TrainError::NotANumber { .. })), "{result:?}");
    assert!(!gatefold::train::checkpoint::list(&out).is_empty());
}

#[test]
fn nothing_to_learn_from_is_said() {
    let missing = TrainingData::from_files(&[PathBuf::from("/nowhere/a.jpg")], 16);
    assert!(matches!(missing, Err(TrainError::NoData { skipped: 1 })));
}

fn adversaries() -> dcgan::Settings {
    let model = models::dcgan::Config { size: 16, noise: 8, width: 4 };
    dcgan::Settings { model, schedule: schedule(), ..dcgan::Settings::default() }
}

fn train_adversaries(
    data: &TrainingData,
    out: &Path,
    resume: bool,
    progress: &dyn Progress,
) -> Result<dcgan::Metrics, TrainError> {
    run::<DcganTraining<'_>>(
        &adversaries(),
        data,
        Run { out, resume, device: &Device::Cpu },
        progress,
        &mut |_| {},
    )
}

#[test]
fn adversaries_that_are_stopped_and_resumed_end_as_if_they_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let data = TrainingData::from_files(&covers(folder.path()), 16).unwrap();
    let (whole, broken) = (folder.path().join("whole"), folder.path().join("broken"));
    let metrics = train_adversaries(&data, &whole, false, &Silent).unwrap();
    assert_eq!((metrics.steps, metrics.images), (12, 60));
    let stopped = train_adversaries(&data, &broken, false, &StopAfter(AtomicU64::new(10)));
    assert!(matches!(stopped, Err(TrainError::Cancelled { step: 10 })), "{stopped:?}");
    train_adversaries(&data, &broken, true, &Silent).unwrap();
    assert_eq!(curve(&whole), curve(&broken));
    for file in ["dcgan.safetensors", "dcgan.json", "metrics.json", "grids/step-000000012.png"] {
        assert_eq!(
            std::fs::read(whole.join(file)).unwrap(),
            std::fs::read(broken.join(file)).unwrap(),
            "{file}"
        );
    }
}

#[test]
fn a_saved_generator_is_read_again_and_a_vae_is_not_taken_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = TrainingData::from_files(&covers(folder.path()), 16).unwrap();
    train_adversaries(&data, folder.path(), false, &Silent).unwrap();
    let tensors = std::fs::read(folder.path().join("dcgan.safetensors")).unwrap();
    let description = std::fs::read_to_string(folder.path().join("dcgan.json")).unwrap();
    let (description_read, generator) = models::dcgan::read(&tensors, &description, &Device::Cpu).unwrap();
    assert_eq!(description_read.config, adversaries().model);
    let noise = Tensor::ones((2, 8), DType::F32, &Device::Cpu).unwrap();
    let covers = generator.forward(&noise, Statistics::Running).unwrap();
    assert_eq!(covers.dims(), [2, 3, 16, 16]);
    let refused = LatentModel::read(&tensors, &description, &Device::Cpu).err().unwrap().to_string();
    assert!(refused.contains("dcgan") && refused.contains("vae"), "{refused}");
}

#[test]
fn a_checkpoint_of_another_model_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = TrainingData::from_files(&covers(folder.path()), 16).unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    train(&data, &a, false, &Silent).unwrap();
    train_adversaries(&data, &b, false, &Silent).unwrap();
    let refused = [
        train_adversaries(&data, &a, true, &Silent).unwrap_err().to_string(),
        train(&data, &b, true, &Silent).unwrap_err().to_string(),
    ];
    assert!(refused[0].contains("another model") && refused[0].contains("`train vae`"), "{}", refused[0]);
    assert!(refused[1].contains("another model") && refused[1].contains("`train dcgan`"), "{}", refused[1]);
}

#[test]
fn adversaries_whose_loss_is_no_number_stop_and_go_on_with_a_lower_rate() {
    let folder = tempfile::tempdir().unwrap();
    let data = TrainingData::from_files(&covers(folder.path()), 16).unwrap();
    let out = folder.path().join("run");
    train_adversaries(&data, &out, false, &Silent).unwrap();
    let longer = Schedule { steps: 40, checkpoint_every: 0, ..schedule() };
    let wild = dcgan::Settings { rate: 1e38, schedule: longer, ..adversaries() };
    let result = run::<DcganTraining<'_>>(
        &wild,
        &data,
        Run { out: &out, resume: true, device: &Device::Cpu },
        &Silent,
        &mut |_| {},
    );
    assert!(matches!(result, Err(TrainError::NotANumber { .. })), "{result:?}");
    let tame = dcgan::Settings { rate: 1e-4, ..wild };
    run::<DcganTraining<'_>>(
        &tame,
        &data,
        Run { out: &out, resume: true, device: &Device::Cpu },
        &Silent,
        &mut |_| {},
    )
    .unwrap();
}

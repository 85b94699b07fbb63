//! Full training steps, timed inside a run exactly as `gatefold train` makes it: between two steps the run waits here,
//! where it tells its progress.

use super::common::{Failure, median};
use super::{BATCH, Work};
use candle_core::Device;
use gatefold::progress::Progress;
use gatefold::train::dcgan::DcganTraining;
use gatefold::train::vae::VaeTraining;
use gatefold::train::{Run, Schedule, TrainingData, dcgan, run, vae};
use image::RgbImage;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// Covers in the set that is trained on.
const COVERS: u32 = 256;
/// Pixels across what the VAE and the DCGAN see.
pub const SIZES: [usize; 2] = [128, 64];

/// Covers with colours and edges, decoded from files as any others.
pub fn covers(size: usize) -> Result<TrainingData, Failure> {
    let folder = tempfile::tempdir()?;
    let mut files = Vec::new();
    for i in 0..COVERS {
        let mut state = i + 1;
        let noise: Vec<u32> = (0..64)
            .map(|_| {
                // Marsaglia 2003, “Xorshift RNGs”.
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state
            })
            .collect();
        let side = size as u32 * 2;
        let picture = RgbImage::from_fn(side, side, |x, y| {
            let tile = noise[(y / 16 * 8 + x / 16) as usize % 64].to_le_bytes();
            image::Rgb([tile[0], tile[1], tile[2]])
        });
        let path = folder.path().join(format!("{i}.png"));
        picture.save(&path)?;
        files.push(path);
    }
    Ok(TrainingData::from_files(&files, size)?)
}

/// Milliseconds that one augmented batch takes.
pub fn loader_ms(data: &TrainingData, repeats: usize) -> f64 {
    let time = |step| {
        let began = Instant::now();
        std::hint::black_box(data.batch(0, step, BATCH));
        began.elapsed().as_secs_f64() * 1e3
    };
    median((0..10 * repeats as u64).map(time).collect())
}

/// Each model's step by its name, on covers of [`SIZES`].
pub fn all(covers: &[Arc<TrainingData>; 2]) -> Vec<(&'static str, Work)> {
    let vae = stepper(&covers[0], |data, out, gate| {
        let settings = vae::Settings { schedule: schedule(), ..vae::Settings::default() };
        run::<VaeTraining<'_>>(
            &settings,
            data,
            Run { out, resume: false, device: &Device::Cpu },
            gate,
            &mut |_| {},
        )
        .map(drop)
        .map_err(Failure::from)
    });
    let dcgan = stepper(&covers[1], |data, out, gate| {
        let settings = dcgan::Settings { schedule: schedule(), ..dcgan::Settings::default() };
        run::<DcganTraining<'_>>(
            &settings,
            data,
            Run { out, resume: false, device: &Device::Cpu },
            gate,
            &mut |_| {},
        )
        .map(drop)
        .map_err(Failure::from)
    });
    vec![("VAE step", vae), ("DCGAN step", dcgan)]
}

/// As shipped, but for what is written now and then.
fn schedule() -> Schedule {
    Schedule {
        batch: BATCH,
        checkpoint_every: 0,
        checkpoint_minutes: 0.0,
        grid_every: 0,
        ..Schedule::default()
    }
}

/// Where a run waits between steps.
struct Gate(Mutex<GateState>);

struct GateState {
    /// Steps that may still be made; closed when the bench ends.
    permits: Receiver<usize>,
    /// Milliseconds of each step.
    times: Sender<f64>,
    left: usize,
    /// When the step under way began.
    began: Option<Instant>,
    closed: bool,
}

impl Gate {
    fn state(&self) -> std::sync::MutexGuard<'_, GateState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Gate {
    fn stage(&self, _: &str, _: u64) {}

    fn advance(&self, steps: u64) {
        let mut state = self.state();
        if let (1, Some(began)) = (steps, state.began.take()) {
            let ms = began.elapsed().as_secs_f64() * 1e3;
            state.left -= 1;
            state.closed |= state.times.send(ms).is_err();
        }
    }

    /// Asked before each step: the last moment before it begins.
    fn cancelled(&self) -> bool {
        let mut state = self.state();
        if state.left == 0 {
            match state.permits.recv() {
                Ok(steps) => state.left = steps,
                Err(_) => state.closed = true,
            }
        }
        state.began = Some(Instant::now());
        state.closed
    }
}

type Training = fn(&TrainingData, &Path, &dyn Progress) -> Result<(), Failure>;

/// A run in its own thread that makes steps when asked; it begins when first asked.
fn stepper(covers: &Arc<TrainingData>, training: Training) -> Work {
    let covers = Arc::clone(covers);
    let mut running: Option<(Sender<usize>, Receiver<f64>)> = None;
    Box::new(move |steps| {
        let (permits, times) = running.get_or_insert_with(|| {
            let ((permits, allowed), (times, measured)) = (channel(), channel());
            let covers = Arc::clone(&covers);
            let state = GateState { permits: allowed, times, left: 0, began: None, closed: false };
            thread::spawn(move || -> Result<(), Failure> {
                let folder = tempfile::tempdir()?;
                training(&covers, folder.path(), &Gate(Mutex::new(state)))
            });
            (permits, measured)
        });
        permits.send(steps).map_err(|_| "the run has ended")?;
        (0..steps).map(|_| times.recv().map_err(|_| "the run stopped with an error".into())).collect()
    })
}

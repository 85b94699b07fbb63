//! Training set with augmentation: every cover is decoded once into bytes and augmented anew each time it is shown.

use super::error::TrainError;
use super::holdout::{self, Print};
use super::random::mix;
use gatefold_covers::Look;
use gatefold_covers::cover;
use gatefold_models::grid;
use image::RgbImage;
use rand::{Rng, RngCore, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::path::PathBuf;

/// A trained VAE's two files, and covers at its size: what is trained on top of a VAE learns from both.
#[derive(Clone, Copy)]
pub struct OnVae<'a> {
    /// Contents of `.safetensors`.
    pub weights: &'a [u8],
    /// Contents of `.json`.
    pub description: &'a str,
    /// The covers.
    pub covers: &'a TrainingData,
}

/// Covers as bytes, one part to learn from, one to measure on.
pub struct TrainingData {
    /// Pixels across what the model sees.
    pub size: usize,
    /// Pixels across what is kept: a margin for shifting.
    kept: usize,
    training: Vec<Vec<u8>>,
    held_back: Vec<Vec<u8>>,
    /// Files that could not be read, with the reason.
    pub skipped: Vec<(PathBuf, String)>,
}

impl TrainingData {
    /// Decodes files in parallel. A tenth is held back ([`holdout`]).
    ///
    /// # Errors
    /// When no file can be read.
    pub fn from_files(files: &[PathBuf], size: usize) -> Result<Self, TrainError> {
        let kept = size + size / 8;
        let read = |path: &PathBuf| {
            let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
            let picture = cover::decode(&bytes, kept as u32).map_err(|error| error.to_string())?;
            let picture = if picture.dimensions() == (kept as u32, kept as u32) {
                picture
            } else {
                image::imageops::resize(
                    &picture,
                    kept as u32,
                    kept as u32,
                    image::imageops::FilterType::Triangle,
                )
            };
            let print = Print::of(&bytes).map_err(|error| error.to_string())?;
            Ok::<_, String>((print, picture.into_raw()))
        };
        let mut skipped = Vec::new();
        let mut covers = Vec::new();
        for (path, outcome) in files.iter().zip(files.par_iter().map(read).collect::<Vec<_>>()) {
            match outcome {
                Ok(cover) => covers.push(cover),
                Err(reason) => skipped.push((path.clone(), reason)),
            }
        }
        let looks: Vec<Look<'_>> = covers.iter().map(|(print, _)| print.look()).collect();
        let held = holdout::held_back(&looks, holdout::FROM_ALL);
        let (mut training, mut held_back) = (Vec::new(), Vec::new());
        for ((_, bytes), held) in covers.into_iter().zip(held) {
            if held { held_back.push(bytes) } else { training.push(bytes) }
        }
        if training.is_empty() {
            return Err(TrainError::NoData { skipped: skipped.len() });
        }
        Ok(Self { size, kept, training, held_back, skipped })
    }

    /// Covers to learn from.
    pub fn len(&self) -> usize {
        self.training.len()
    }

    /// Whether there is nothing to learn from.
    pub fn is_empty(&self) -> bool {
        self.training.is_empty()
    }

    /// Refuses a model of another size.
    pub(super) fn check_size(&self, needed: usize) -> Result<(), TrainError> {
        if self.size == needed {
            return Ok(());
        }
        Err(TrainError::Settings(format!(
            "the covers were read at {} px, the model needs {needed}",
            self.size
        )))
    }

    /// Bytes of memory that the covers take.
    pub fn bytes(&self) -> usize {
        (self.training.len() + self.held_back.len()) * self.kept * self.kept * 3
    }

    /// The batch of step `step`: `[batch, 3, size, size]` in −1–1, row-major. It depends on seed and step alone.
    pub fn batch(&self, seed: u64, step: u64, batch: usize) -> Vec<f32> {
        let n = self.training.len() as u64;
        let plane = 3 * self.size * self.size;
        let first = step * batch as u64;
        let epochs: Vec<Vec<u32>> =
            (first / n..=(first + batch as u64 - 1) / n).map(|epoch| self.order(seed, epoch)).collect();
        let mut out = vec![0.0; batch * plane];
        out.par_chunks_exact_mut(plane).enumerate().for_each(|(i, out)| {
            let position = first + i as u64;
            let order = &epochs[(position / n - first / n) as usize];
            let cover = &self.training[order[(position % n) as usize] as usize];
            let mut rng = ChaCha8Rng::seed_from_u64(mix(seed, 0x61_7567, position));
            self.augmented(cover, &mut rng, out);
        });
        out
    }

    /// View `view` of training cover `cover`, as a step might show it but with its own colours: `[3, size, size]` in −1–1.
    /// View 0 is the whole cover; odd ones are mirrored.
    pub(crate) fn view(&self, cover: usize, view: u32) -> Vec<f32> {
        let picture = self.picture(&self.training[cover]);
        if view == 0 {
            return grid::values(&[picture]);
        }
        let size = self.size;
        let mut rng = ChaCha8Rng::seed_from_u64(mix(0, 0x76_6965, (cover as u64) << 8 | u64::from(view)));
        let margin = self.kept - size;
        let (left, top) = (rng.gen_range(0..=margin) as u32, rng.gen_range(0..=margin) as u32);
        let side = self.kept as u32;
        let kept = RgbImage::from_raw(side, side, self.training[cover].clone()).unwrap_or(picture);
        let cut = image::imageops::crop_imm(&kept, left, top, size as u32, size as u32).to_image();
        let shown = if view % 2 == 1 { image::imageops::flip_horizontal(&cut) } else { cut };
        grid::values(&[shown])
    }

    /// The order in which an epoch shows the covers.
    fn order(&self, seed: u64, epoch: u64) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.training.len() as u32).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(mix(seed, 0x65_706f, epoch)));
        order
    }

    /// Mirrored or not, shifted by up to the margin, its brightness and contrast changed a little.
    fn augmented(&self, cover: &[u8], rng: &mut ChaCha8Rng, out: &mut [f32]) {
        let (size, kept) = (self.size, self.kept);
        let margin = kept - size;
        let mirror = rng.next_u32() % 2 == 0;
        let (left, top) = (rng.gen_range(0..=margin), rng.gen_range(0..=margin));
        let contrast = rng.gen_range(0.92..=1.08_f32);
        let brightness: [f32; 3] = std::array::from_fn(|_| rng.gen_range(-0.04..=0.04));
        for y in 0..size {
            for x in 0..size {
                let sx = left + if mirror { size - 1 - x } else { x };
                let pixel = &cover[((top + y) * kept + sx) * 3..][..3];
                for c in 0..3 {
                    let value = (f32::from(pixel[c]) / 127.5 - 1.0) * contrast + brightness[c];
                    out[c * size * size + y * size + x] = value.clamp(-1.0, 1.0);
                }
            }
        }
    }

    /// The covers to learn from, whole, as pictures of the model's size.
    pub fn pictures(&self) -> Vec<RgbImage> {
        self.training.iter().map(|cover| self.picture(cover)).collect()
    }

    /// The same, few at a time.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Vec<RgbImage>> {
        self.training.chunks(64).map(|some| some.iter().map(|cover| self.picture(cover)).collect())
    }

    /// The covers to learn from, as they are kept.
    pub(crate) fn whole(&self) -> &[Vec<u8>] {
        &self.training
    }

    /// A kept cover, whole (no shift, no colour), at the model's size.
    pub(crate) fn picture(&self, kept: &[u8]) -> RgbImage {
        let side = self.kept as u32;
        let picture =
            RgbImage::from_raw(side, side, kept.to_vec()).unwrap_or_else(|| RgbImage::new(side, side));
        let size = self.size as u32;
        image::imageops::resize(&picture, size, size, image::imageops::FilterType::CatmullRom)
    }

    /// Up to `limit` held-back covers, whole (no shift, no colour), as pictures.
    pub fn held_back(&self, limit: usize) -> Vec<RgbImage> {
        self.held_back.iter().take(limit).map(|cover| self.picture(cover)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> TrainingData {
        let covers: Vec<Vec<u8>> = (0..7_u8).map(|i| vec![i * 30; 18 * 18 * 3]).collect();
        TrainingData { size: 16, kept: 18, training: covers, held_back: Vec::new(), skipped: Vec::new() }
    }

    #[test]
    fn a_batch_depends_on_seed_and_step_alone() {
        assert_eq!(data().batch(1, 5, 4), data().batch(1, 5, 4));
        assert_ne!(data().batch(1, 5, 4), data().batch(2, 5, 4));
        assert_ne!(data().batch(1, 5, 4), data().batch(1, 6, 4));
    }

    #[test]
    fn an_epoch_shows_every_cover_once() {
        let data = data();
        for epoch in 0..3 {
            let mut seen = data.order(9, epoch);
            seen.sort_unstable();
            assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6]);
        }
    }
}

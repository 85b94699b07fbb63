//! The training set: every cover decoded once into bytes, augmented anew each time it is shown.

use super::TrainError;
use gatefold_covers::cover;
use gatefold_models::grid;
use image::RgbImage;
use rand::{Rng, RngCore, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::path::PathBuf;

/// Covers whose difference hashes differ in at most so many of 64 bits count as the same picture.
const SAME_BITS: u32 = 6;
/// Share of clusters held back, in percent.
const HELD_BACK: u64 = 10;

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
    /// Decodes files in parallel. A tenth is held back, chosen by near-duplicate cluster, always the same.
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
            Ok::<_, String>((difference_hash(&picture), picture.into_raw()))
        };
        let mut skipped = Vec::new();
        let mut covers = Vec::new();
        for (path, outcome) in files.iter().zip(files.par_iter().map(read).collect::<Vec<_>>()) {
            match outcome {
                Ok(cover) => covers.push(cover),
                Err(reason) => skipped.push((path.clone(), reason)),
            }
        }
        let hashes: Vec<u64> = covers.iter().map(|(hash, _)| *hash).collect();
        let (mut training, mut held_back) = (Vec::new(), Vec::new());
        for ((_, bytes), held) in covers.into_iter().zip(held_back_by_cluster(&hashes)) {
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

/// A number that depends on all three; SplitMix64's finaliser (Steele et al. 2014).
pub(crate) fn mix(seed: u64, purpose: u64, index: u64) -> u64 {
    let mut z = seed ^ purpose.rotate_left(32) ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Brighter or darker than the neighbour to the right, over a 9×8 grey thumbnail.
pub(super) fn difference_hash(picture: &RgbImage) -> u64 {
    let small = image::imageops::resize(picture, 9, 8, image::imageops::FilterType::Triangle);
    let grey = |x: u32, y: u32| small.get_pixel(x, y).0.iter().map(|&v| u32::from(v)).sum::<u32>();
    (0..64).fold(0, |hash, i| hash << 1 | u64::from(grey(i % 8, i / 8) < grey(i % 8 + 1, i / 8)))
}

/// Which covers are held back: whole clusters of near-duplicates, chosen by the cluster's smallest hash.
pub(super) fn held_back_by_cluster(hashes: &[u64]) -> Vec<bool> {
    let mut parent: Vec<usize> = (0..hashes.len()).collect();
    fn root(parent: &mut [usize], mut i: usize) -> usize {
        while parent[i] != i {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }
        i
    }
    for i in 0..hashes.len() {
        for j in 0..i {
            if (hashes[i] ^ hashes[j]).count_ones() <= SAME_BITS {
                let (a, b) = (root(&mut parent, i), root(&mut parent, j));
                parent[a.max(b)] = a.min(b);
            }
        }
    }
    let mut smallest = hashes.to_vec();
    for i in 0..hashes.len() {
        let r = root(&mut parent, i);
        smallest[r] = smallest[r].min(hashes[i]);
    }
    (0..hashes.len()).map(|i| mix(0, 0x68_656c, smallest[root(&mut parent, i)]) % 100 < HELD_BACK).collect()
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

    #[test]
    fn near_duplicates_are_held_back_together() {
        let hashes: Vec<u64> = (0..2000_u64).flat_map(|i| [mix(7, 7, i), mix(7, 7, i) ^ 0b101]).collect();
        let held = held_back_by_cluster(&hashes);
        assert!(held.chunks(2).all(|pair| pair[0] == pair[1]));
        let share = held.iter().filter(|&&h| h).count() as f64 / held.len() as f64;
        assert!((0.07..0.13).contains(&share), "{share}");
    }
}

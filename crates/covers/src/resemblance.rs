//! Whether a new picture comes too near to a cover that is there.
//!
//! Pictures are compared as a person sees them from across a room: 16×16 pixels, by the correlation of their values.
//! What is too near follows from the catalogue: nearer than all but a hundredth of its covers are to their nearest.

use crate::near_duplicates::{Look, clusters};
use image::RgbImage;
use image::imageops::FilterType;
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rayon::prelude::*;

/// Pixels across what is compared.
const SIDE: usize = 16;
/// Numbers of a picture.
const DIMS: usize = SIDE * SIDE * 3;
/// Deviation of the values, of 255, below which a picture is called plain: among plain ones correlation is chance.
const PLAIN: f32 = 8.0;
/// Covers whose nearest is looked for to find what is usual.
const ASKED: usize = 1000;
/// Where a catalogue is too small to say what is usual.
const USUAL: f32 = 0.9;

/// Covers, ready to be compared with.
pub struct Resemblance {
    rows: Array2<f32>,
    limit: f32,
}

/// The cover that a picture resembles most.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Resembled {
    /// Which of the covers, in the order in which they were given.
    pub index: usize,
    /// Correlation, at most 1.
    pub similarity: f32,
    /// Whether that is nearer than covers of different albums usually come.
    pub too_near: bool,
}

impl Resemblance {
    /// Of covers; near-duplicates among them are not what is usual.
    pub fn of(looks: &[Look<'_>]) -> Self {
        let mut rows = Array2::zeros((looks.len(), DIMS));
        rows.axis_iter_mut(Axis(0)).into_par_iter().zip(looks).for_each(|(mut row, look)| {
            row.assign(&ArrayView1::from(&pattern(&shrunk(look.pixels))));
        });
        let cluster = clusters(looks);
        let every = looks.len().div_ceil(ASKED).max(1);
        let mut nearest: Vec<f32> = (0..looks.len())
            .into_par_iter()
            .step_by(every)
            .filter_map(|i| {
                let similar = rows.dot(&rows.row(i));
                let others = similar.iter().enumerate().filter(|(j, _)| cluster[*j] != cluster[i]);
                others.map(|(_, s)| *s).reduce(f32::max)
            })
            .collect();
        nearest.sort_by(f32::total_cmp);
        let limit = match nearest.len() {
            0..100 => USUAL,
            n => nearest[n - 1 - n / 100].max(USUAL - 0.1),
        };
        Self { rows, limit }
    }

    /// The cover nearest to a picture; none where there is no cover.
    pub fn nearest(&self, picture: &RgbImage) -> Option<Resembled> {
        let small = image::imageops::resize(picture, 64, 64, FilterType::Triangle);
        let similar = self.rows.dot(&Array1::from(pattern(&shrunk(small.as_raw()))));
        let best = similar.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        best.map(|(index, similarity)| Resembled { index, similarity, too_near: similarity > self.limit })
    }
}

/// 64×64 RGB → 16×16 RGB, each pixel the mean of sixteen.
fn shrunk(pixels: &[u8]) -> Vec<f32> {
    let mut sums = vec![0.0; DIMS];
    for (i, pixel) in pixels.chunks_exact(3).enumerate() {
        let (x, y) = (i % 64 / 4, i / 64 / 4);
        for (c, value) in pixel.iter().enumerate() {
            sums[(y * SIDE + x) * 3 + c] += f32::from(*value) / 16.0;
        }
    }
    sums
}

/// Values less their mean, over their length; the plainer a picture, the shorter.
fn pattern(values: &[f32]) -> Vec<f32> {
    let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
    let square = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>();
    let length = (square + DIMS as f32 * PLAIN * PLAIN).sqrt();
    values.iter().map(|v| (v - mean) / length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn covers(n: usize) -> Vec<RgbImage> {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut cover = |_| {
            let spots: Vec<(u32, u32, [u8; 3])> =
                (0..12).map(|_| (rng.gen_range(0..64), rng.gen_range(0..64), rng.r#gen())).collect();
            RgbImage::from_fn(64, 64, |x, y| {
                let near = |s: &&(u32, u32, [u8; 3])| x.abs_diff(s.0) + y.abs_diff(s.1);
                image::Rgb(spots.iter().min_by_key(near).map_or([0; 3], |s| s.2))
            })
        };
        (0..n).map(&mut cover).collect()
    }

    fn resemblance(covers: &[RgbImage]) -> Resemblance {
        let looks: Vec<Look<'_>> = covers
            .iter()
            .enumerate()
            .map(|(i, c)| Look { dhash: (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15), pixels: c.as_raw() })
            .collect();
        Resemblance::of(&looks)
    }

    #[test]
    fn a_cover_that_was_touched_up_is_found_and_a_new_one_is_not() {
        let all = covers(140);
        let found = resemblance(&all[..120]);
        let mut brighter = image::imageops::resize(&all[7], 200, 200, FilterType::Triangle);
        brighter.pixels_mut().for_each(|p| p.0.iter_mut().for_each(|v| *v = (*v as f32 * 0.9 + 20.0) as u8));
        let nearest = found.nearest(&brighter).unwrap();
        assert!(nearest.index == 7 && nearest.too_near, "{nearest:?}");
        let near = all[120..].iter().filter(|cover| found.nearest(cover).unwrap().too_near).count();
        assert!(near <= 2, "{near} of 20");
    }

    #[test]
    fn plain_pictures_resemble_nothing() {
        let found = resemblance(&covers(120));
        let plain = RgbImage::from_fn(64, 64, |x, _| image::Rgb([20 + (x % 3) as u8; 3]));
        assert!(!found.nearest(&plain).unwrap().too_near);
        assert!(resemblance(&[]).nearest(&plain).is_none());
    }
}

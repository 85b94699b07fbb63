//! Near-duplicates: the same picture scanned, cropped or encoded again. They stay on the map, but an evaluation must
//! not have one of them on either side of a fold.

use crate::cover::distance;
use petgraph::unionfind::UnionFind;
use rayon::prelude::*;

/// dHash bits in which two prints of one picture may differ; beyond 10 of 64, pairs of different covers abound.
const BITS: u32 = 10;
/// Root mean square difference of their 64×64 pixels that they may have, 0–255, after brightness and contrast
/// are made equal.
const DIFFERENCE: f32 = 14.0;
/// Covers with less contrast than this (standard deviation of pixels, 0–255) are compared as they are.
const FLAT: f32 = 4.0;

/// What near-duplicates are recognised by.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// 64 bits, see [`crate::cover::dhash`].
    pub dhash: u64,
    /// 64×64 RGB.
    pub pixels: &'a [u8],
}

/// A number for each cover; covers with equal numbers are the same picture. Numbers count from 0 in the order of
/// first appearance. A chain of near-duplicates is one cluster.
pub fn clusters(looks: &[Look<'_>]) -> Vec<u32> {
    let pairs: Vec<(u32, u32)> = (0..looks.len())
        .into_par_iter()
        .flat_map_iter(|i| {
            let a = looks[i];
            looks[..i]
                .iter()
                .enumerate()
                .filter(move |(_, b)| distance(a.dhash, b.dhash) <= BITS && same_picture(a.pixels, b.pixels))
                .map(move |(j, _)| (i as u32, j as u32))
        })
        .collect();
    let mut joined = UnionFind::<u32>::new(looks.len());
    for (i, j) in pairs {
        joined.union(i, j);
    }
    number(&joined.into_labeling())
}

/// Labels as numbers from 0 in order of first appearance.
fn number(labels: &[u32]) -> Vec<u32> {
    let mut numbers = vec![u32::MAX; labels.len()];
    let mut next = 0;
    labels
        .iter()
        .map(|&label| {
            let number = &mut numbers[label as usize];
            if *number == u32::MAX {
                *number = next;
                next += 1;
            }
            *number
        })
        .collect()
}

fn same_picture(a: &[u8], b: &[u8]) -> bool {
    let (mean_a, sd_a) = moments(a);
    let (mean_b, sd_b) = moments(b);
    // Two plain surfaces are the same only where their colours are.
    let flat = sd_a < FLAT || sd_b < FLAT;
    let scale = if flat { 1.0 } else { sd_a / sd_b };
    let shift = if flat { 0.0 } else { mean_a - scale * mean_b };
    // A print may be paler, not four times paler.
    if !(0.5..=2.0).contains(&scale) {
        return false;
    }
    let sum: f32 = a
        .iter()
        .zip(b)
        .map(|(&x, &y)| {
            let d = f32::from(x) - (scale * f32::from(y) + shift);
            d * d
        })
        .sum();
    let limit = if flat { FLAT } else { DIFFERENCE };
    (sum / a.len().max(1) as f32).sqrt() <= limit
}

fn moments(pixels: &[u8]) -> (f32, f32) {
    let n = pixels.len().max(1) as f64;
    let (mut sum, mut squares) = (0u64, 0u64);
    for &p in pixels {
        let p = u64::from(p);
        sum += p;
        squares += p * p;
    }
    let mean = sum as f64 / n;
    (mean as f32, (squares as f64 / n - mean * mean).max(0.0).sqrt() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cover;
    use image::{Rgb, RgbImage};

    fn scene(seed: u32) -> RgbImage {
        RgbImage::from_fn(64, 64, |x, y| {
            let v = (x * (seed + 3) / 2 + y * (seed * 7 + 5) / 3 + (x * y * seed) / 50) % 256;
            Rgb([v as u8, (255 - v) as u8, (v / 2 + seed * 9) as u8])
        })
    }

    fn found(pictures: &[RgbImage]) -> Vec<u32> {
        let looks: Vec<Look<'_>> =
            pictures.iter().map(|p| Look { dhash: cover::dhash(p), pixels: p.as_raw() }).collect();
        clusters(&looks)
    }

    #[test]
    fn a_paler_print_is_the_same_picture() {
        let first = scene(4);
        let paler = RgbImage::from_fn(64, 64, |x, y| first.get_pixel(x, y).0.map(|v| v / 5 * 4 + 30).into());
        let jpeg = cover::encode_sheet(&first, 75).unwrap();
        let coarse = cover::decode(&jpeg, 64).unwrap();
        assert_eq!(found(&[first, scene(9), paler, coarse]), [0, 1, 0, 0]);
    }

    #[test]
    fn plain_covers_of_different_colours_are_different() {
        let plain = |c| RgbImage::from_pixel(64, 64, Rgb(c));
        assert_eq!(found(&[plain([0; 3]), plain([40, 0, 0]), plain([1; 3])]), [0, 1, 0]);
    }
}

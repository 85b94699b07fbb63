//! Laplacian-pyramid blend of several covers with saliency masks (Burt & Adelson 1983, “A multiresolution spline with
//! application to image mosaics”).
//!
//! Means of covers are grey, whether of pixels or of latents: where covers differ, a mean has the contrast of none. Here
//! each place belongs mostly to one parent, the one that has the most shapes there. Saliencies are ranks, so that no parent
//! gets more places than another for its contrast. Weights raise or lower a parent's saliency everywhere, and so does how
//! unlike the others the parent is: what is odd needs more room to be seen at all. Something is drawn at random besides.

use super::pyramid::{Plane, expanded, gaussian, joined, laplacian, reduced};
use image::{Rgb, RgbImage};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// How decided a place is: the higher, the fewer places show two parents at once.
const DECIDED: f32 = 20.0;
/// How much a weight e times as large raises a saliency.
const WEIGHT: f32 = 0.25;
/// How much a deviation in unlikeness raises a saliency.
const ODD: f32 = 0.23;
/// Deviation of what is drawn for a parent as a whole.
const LEAD: f32 = 0.12;
/// Deviation of what is drawn for each of its places.
const PLACES: f32 = 0.15;
/// Places across for which something is drawn.
const ACROSS: usize = 4;
/// How far a variation turns what is drawn, in radians.
const TURN: f32 = 1.0;
/// Side to which the measure of shapes is reduced: it says where a shape is, not where its edges are.
const COARSE: usize = 8;
/// Side at which saliencies are made up: they are smooth, and more places would say the same.
const FINE: usize = 32;

/// What is drawn at random, and how far it may stray.
#[derive(Clone, Copy, Debug)]
pub struct Chance<'a> {
    /// Seed of the blend.
    pub seed: u64,
    /// Seeds of the variations that led to it.
    pub evolved: &'a [u64],
    /// 0: nothing is drawn.
    pub temperature: f32,
    /// Whether one parent may lead.
    pub lead: bool,
}

/// A parent.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// Its cover.
    pub picture: &'a RgbImage,
    /// What it looks like, in numbers on a common scale; the same count for each.
    pub look: &'a [f32],
    /// How much of it is wanted; nothing of what is not above 0.
    pub weight: f32,
}

/// Blends pictures of one size. Of weights it counts how they relate. The order of the pictures does not
/// matter, and a picture that is there twice counts as one with both weights. One picture alone comes back as it is;
/// without any there is nothing.
pub fn blend(parents: &[Layer<'_>], chance: Chance<'_>) -> Option<RgbImage> {
    let mut merged: Vec<Layer<'_>> = Vec::new();
    for parent in parents.iter().filter(|parent| parent.weight > 0.0) {
        match merged.iter_mut().find(|known| known.picture.as_raw() == parent.picture.as_raw()) {
            Some(known) => known.weight += parent.weight,
            None => merged.push(*parent),
        }
    }
    let first = merged.first()?.picture;
    if merged.len() == 1 {
        return Some(first.clone());
    }
    let dimensions = first.dimensions();
    if merged.iter().any(|parent| parent.picture.dimensions() != dimensions) {
        return None;
    }
    let saliencies: Vec<Vec<f32>> = merged
        .par_iter()
        .zip(oddness(&merged))
        .map(|(parent, odd)| saliency(parent.picture, WEIGHT * parent.weight.ln() + ODD * odd, chance))
        .collect();
    let masks = masks(&saliencies);
    let (width, height) = (dimensions.0 as usize, dimensions.1 as usize);
    let masks: Vec<Vec<Plane>> =
        masks.into_par_iter().map(|values| gaussian(Plane { width, height, values })).collect();
    let channel = |channel: usize| {
        let mut bands: Vec<Plane> = Vec::new();
        for (parent, masks) in merged.iter().zip(&masks) {
            let own = laplacian(channel_of(parent.picture, channel));
            for (k, (band, mask)) in own.into_iter().zip(masks).enumerate() {
                let values: Vec<f32> =
                    band.values.iter().zip(&mask.values).map(|(x, mask)| x * mask).collect();
                match bands.get_mut(k) {
                    Some(sum) => sum.values.iter_mut().zip(values).for_each(|(sum, x)| *sum += x),
                    None => bands.push(Plane { values, ..band }),
                }
            }
        }
        joined(bands)
    };
    let channels: Vec<Vec<f32>> = (0..3).into_par_iter().map(channel).collect();
    let mut blended = RgbImage::new(dimensions.0, dimensions.1);
    for (i, pixel) in blended.pixels_mut().enumerate() {
        *pixel = Rgb(std::array::from_fn(|c| channels[c][i].round().clamp(0.0, 255.0) as u8));
    }
    Some(blended)
}

/// How unlike the others each parent is, in deviations from their mean unlikeness; all by weight, so that a parent of no
/// weight has no say.
fn oddness(parents: &[Layer<'_>]) -> Vec<f32> {
    let apart = |a: &Layer<'_>, b: &Layer<'_>| {
        a.look.iter().zip(b.look).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
    };
    let whole: f32 = parents.iter().map(|parent| parent.weight).sum();
    let mean_of = |values: &dyn Fn(usize) -> f32| {
        (0..parents.len()).map(|i| parents[i].weight / whole * values(i)).sum::<f32>()
    };
    // The mean over the others only: what weighs little is not odd for that.
    let far_from_others = |i: usize| {
        let others = || (0..parents.len()).filter(move |&j| j != i);
        let sum: f32 = others().map(|j| parents[j].weight * apart(&parents[i], &parents[j])).sum();
        sum / others().map(|j| parents[j].weight).sum::<f32>()
    };
    let far: Vec<f32> = (0..parents.len()).map(far_from_others).collect();
    let mean = mean_of(&|i| far[i]);
    let deviation = mean_of(&|i| (far[i] - mean).powi(2)).sqrt();
    // Where all are equally unlike, as two always are, none is odd.
    let scale = if deviation > 1e-4 * mean { 1.0 / deviation } else { 0.0 };
    far.iter().map(|far| ((far - mean) * scale).clamp(-2.0, 2.0)).collect()
}

/// How much a parent asks for each place, all of it raised by so much.
fn saliency(picture: &RgbImage, raised: f32, chance: Chance<'_>) -> Vec<f32> {
    let (mut own, mut sizes) = shapes(luma_of(picture));
    own.values = levels(&own.values);
    let drawn = drawn(picture, chance);
    let raised = raised + if chance.lead { LEAD * drawn[0] } else { 0.0 };
    let (width, height) = (own.width, own.height);
    for (i, value) in own.values.iter_mut().enumerate() {
        let at = |part: usize, whole: usize| (part as f32 + 0.5) / whole as f32 * ACROSS as f32 - 0.5;
        *value += raised + PLACES * between(&drawn[1..], at(i % width, width), at(i / width, height));
    }
    while let Some((width, height)) = sizes.pop() {
        own = expanded(&own, width, height);
    }
    own.values
}

/// The value at a place among `ACROSS`×`ACROSS` ones.
fn between(grid: &[f32], x: f32, y: f32) -> f32 {
    let last = (ACROSS - 1) as f32;
    let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
    let (left, top) = ((x as usize).min(ACROSS - 2), (y as usize).min(ACROSS - 2));
    // Smoothed, for straight pieces show where they meet.
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (s, t) = (ease(x - left as f32), ease(y - top as f32));
    let at = |dx: usize, dy: usize| grid[(top + dy) * ACROSS + left + dx];
    (at(0, 0) * (1.0 - s) + at(1, 0) * s) * (1.0 - t) + (at(0, 1) * (1.0 - s) + at(1, 1) * s) * t
}

/// What is drawn for a parent: one number for it as a whole, then one for each of its places. It hangs on the picture, so
/// that the order of parents does not matter.
fn drawn(picture: &RgbImage, chance: Chance<'_>) -> Vec<f32> {
    let name = blake3::hash(picture.as_raw());
    let own = u64::from_le_bytes(std::array::from_fn(|i| name.as_bytes()[i]));
    let of = |seed: u64| -> Vec<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(own ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (0..=ACROSS * ACROSS).map(|_| Distribution::<f32>::sample(&StandardNormal, &mut rng)).collect()
    };
    let mut all = of(chance.seed);
    for &seed in chance.evolved {
        all.iter_mut().zip(of(seed)).for_each(|(x, other)| *x = TURN.cos() * *x + TURN.sin() * other);
    }
    all.iter_mut().for_each(|x| *x *= chance.temperature);
    all
}

/// Shares of each place, which sum to 1.
fn masks(saliencies: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut masks = saliencies.to_vec();
    for i in 0..saliencies.first().map_or(0, Vec::len) {
        let most = saliencies.iter().map(|saliency| saliency[i]).fold(f32::MIN, f32::max);
        let mut whole = 0.0;
        for mask in &mut masks {
            mask[i] = (DECIDED * (mask[i] - most)).exp();
            whole += mask[i];
        }
        masks.iter_mut().for_each(|mask| mask[i] /= whole);
    }
    masks
}

fn channel_of(picture: &RgbImage, channel: usize) -> Plane {
    let values = picture.pixels().map(|pixel| f32::from(pixel.0[channel])).collect();
    Plane { width: picture.width() as usize, height: picture.height() as usize, values }
}

/// Luma of Rec. 601.
fn luma_of(picture: &RgbImage) -> Plane {
    let luma =
        |p: &Rgb<u8>| 0.299 * f32::from(p.0[0]) + 0.587 * f32::from(p.0[1]) + 0.114 * f32::from(p.0[2]);
    let values = picture.pixels().map(luma).collect();
    Plane { width: picture.width() as usize, height: picture.height() as usize, values }
}

/// How much goes on around each place: local contrast, spread over the neighbourhood; no larger than [`FINE`], and the
/// larger sizes up to the picture's.
fn shapes(luma: Plane) -> (Plane, Vec<(usize, usize)>) {
    let coarse = expanded(&reduced(&luma), luma.width, luma.height);
    let contrast = luma.values.iter().zip(&coarse.values).map(|(x, mean)| (x - mean).abs()).collect();
    let mut sizes = Vec::new();
    let mut spread = Plane { values: contrast, ..luma };
    while spread.width.min(spread.height) > COARSE {
        sizes.push((spread.width, spread.height));
        spread = reduced(&spread);
    }
    while let Some((width, height)) = sizes.pop_if(|(width, height)| (*width).min(*height) <= FINE) {
        spread = expanded(&spread, width, height);
    }
    (spread, sizes)
}

/// Ranks as shares of all: 0 for the least, 1 for the most; equal values have one rank.
fn levels(values: &[f32]) -> Vec<f32> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
    let most = values.len().max(2) as f32 - 1.0;
    let mut levels = vec![0.0; values.len()];
    let mut first = 0;
    while first < order.len() {
        let value = values[order[first] as usize];
        let mut next = first + 1;
        while next < order.len() && values[order[next] as usize] == value {
            next += 1;
        }
        let level = (first + next - 1) as f32 / 2.0 / most;
        order[first..next].iter().for_each(|&i| levels[i as usize] = level);
        first = next;
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    const STILL: Chance<'_> = Chance { seed: 0, evolved: &[], temperature: 0.0, lead: true };
    const USUAL: Chance<'_> = Chance { temperature: 1.0, ..STILL };

    /// Light on one side, and busy there.
    fn cover(n: u32, side: u32) -> RgbImage {
        RgbImage::from_fn(side, side, |x, y| {
            let own = ((x * (n + 3) + y * (n * 5 + 1)) % 17 * 9) as u8;
            Rgb([own.wrapping_add(n as u8 * 50), own / 2, (255 - own).wrapping_sub(n as u8 * 20)])
        })
    }

    fn apart(a: &RgbImage, b: &RgbImage) -> f64 {
        let sum: u64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum as f64 / a.as_raw().len() as f64
    }

    fn of(parents: &[(&RgbImage, f32)], chance: Chance<'_>) -> Option<RgbImage> {
        let looks: Vec<Vec<f32>> = parents
            .iter()
            .map(|(p, _)| p.as_raw().iter().step_by(97).map(|v| f32::from(*v)).collect())
            .collect();
        let all = parents.iter().zip(&looks);
        let all: Vec<Layer<'_>> =
            all.map(|(&(picture, weight), look)| Layer { picture, look, weight }).collect();
        blend(&all, chance)
    }

    #[test]
    fn one_parent_comes_back_as_it_is_however_often_it_is_named() {
        let (a, b) = (cover(1, 40), cover(2, 40));
        assert_eq!(of(&[(&a, 0.3)], USUAL).unwrap(), a);
        assert_eq!(of(&[(&a, 0.3), (&a, 2.0)], USUAL).unwrap(), a);
        assert_eq!(of(&[(&a, 1.0), (&b, 0.0)], USUAL).unwrap(), a);
        assert_eq!(of(&[(&a, 1.0), (&b, -1.0)], USUAL).unwrap(), a);
        assert!(of(&[(&a, 0.0)], USUAL).is_none());
    }

    #[test]
    fn the_order_of_parents_does_not_matter() {
        let covers: Vec<RgbImage> = (0..3).map(|n| cover(n, 33)).collect();
        let there = of(&[(&covers[0], 1.0), (&covers[1], 2.0), (&covers[2], 0.5)], USUAL).unwrap();
        let back = of(&[(&covers[2], 0.5), (&covers[1], 2.0), (&covers[0], 1.0)], USUAL).unwrap();
        // Sums in another order are rounded otherwise.
        assert!(apart(&there, &back) < 0.01);
    }

    #[test]
    fn the_odd_one_is_raised_and_two_are_equally_odd() {
        let picture = cover(1, 8);
        let look = |x: f32, weight: f32| (vec![x, 0.0], weight);
        let odd = |looks: &[(Vec<f32>, f32)]| {
            let all: Vec<Layer<'_>> = looks
                .iter()
                .map(|(look, weight)| Layer { picture: &picture, look, weight: *weight })
                .collect();
            oddness(&all)
        };
        let three = odd(&[look(0.0, 1.0), look(0.1, 1.0), look(5.0, 1.0)]);
        assert!(three[2] > 1.0 && three[0] < 0.0 && three[1] < 0.0, "{three:?}");
        assert_eq!(odd(&[look(0.0, 1.0), look(5.0, 1.0)]), [0.0, 0.0]);
        assert_eq!(odd(&[look(0.0, 1.0), look(5.0, 0.1)]), [0.0, 0.0]);
        assert_eq!(odd(&[look(0.0, 1.0), look(5.0, 1e-20)]), [0.0, 0.0]);
        let faint = odd(&[look(0.0, 1.0), look(0.1, 1.0), look(0.3, 1.0), look(50.0, 1e-9)]);
        let without = odd(&[look(0.0, 1.0), look(0.1, 1.0), look(0.3, 1.0)]);
        assert!(faint.iter().zip(&without).all(|(a, b)| (a - b).abs() < 1e-2), "{faint:?} {without:?}");
    }

    #[test]
    fn a_parent_that_weighs_more_shows_more_and_one_that_weighs_nothing_vanishes_gently() {
        let (a, b) = (cover(1, 64), cover(4, 64));
        let with = |weight: f32| of(&[(&a, 1.0), (&b, weight)], USUAL).unwrap();
        let mask = |weight: f32| {
            let saliencies = [saliency(&a, 0.0, USUAL), saliency(&b, WEIGHT * weight.ln(), USUAL)];
            let mask = &masks(&saliencies)[1];
            mask.iter().sum::<f32>() / mask.len() as f32
        };
        let of_b = [0.1, 0.5, 1.0, 2.0, 10.0].map(mask);
        assert!(of_b.windows(2).all(|two| two[0] < two[1]), "{of_b:?}");
        assert!(of_b[0] < 0.2 && of_b[4] > 0.8, "{of_b:?}");
        assert!(apart(&with(1e-6), &a) < 0.5);
        assert!(apart(&with(1.0), &with(1.02)) < 3.0, "a slider's step does not turn everything over");
    }

    #[test]
    fn every_parent_of_five_shows_somewhere_whatever_its_contrast() {
        let mut covers: Vec<RgbImage> = (0..5).map(|n| cover(n, 64)).collect();
        // The first is pale.
        covers[0].pixels_mut().for_each(|p| p.0 = p.0.map(|v| 120 + v / 16));
        let saliencies: Vec<Vec<f32>> = covers.iter().map(|cover| saliency(cover, 0.0, STILL)).collect();
        for mask in masks(&saliencies) {
            let mean = mask.iter().sum::<f32>() / mask.len() as f32;
            assert!(mean > 0.05, "{mean}");
        }
    }

    #[test]
    fn variations_differ_come_again_and_are_nearer_than_another_seed() {
        let covers: Vec<RgbImage> = (0..4).map(|n| cover(n, 64)).collect();
        let parents: Vec<(&RgbImage, f32)> = covers.iter().map(|cover| (cover, 1.0)).collect();
        let made = |seed: u64, evolved: &[u64]| of(&parents, Chance { seed, evolved, ..USUAL }).unwrap();
        assert_eq!(made(1, &[5]), made(1, &[5]));
        assert_ne!(made(1, &[5]), made(1, &[6]));
        let varied: f64 = (0..8).map(|k| apart(&made(k, &[]), &made(k, &[90 + k]))).sum();
        let other: f64 = (0..8).map(|k| apart(&made(k, &[]), &made(50 + k, &[]))).sum();
        assert!(varied < other && varied > 0.0, "{varied} {other}");
    }
}

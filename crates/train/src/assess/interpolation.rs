//! Assessment of interpolations between two covers.

use super::{AssessError, Looking, Subjects, blended, distance, made, order};
use crate::metrics::Embeddings;
use crate::metrics::kid::kid;
use gatefold_types::recipe::Kind;
use image::RgbImage;
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;

/// Pictures on the way, ends included.
const STEPS: usize = 9;
/// Seed of the pairs; fixed, so that figures compare.
const SEED: u64 = 0x70_6169;

/// What was found.
pub(super) struct Interpolation {
    pub middle: f64,
    pub crossfade: f64,
    pub p95: f64,
}

pub(super) fn measure(
    subjects: &Subjects<'_>,
    covers: &[RgbImage],
    real: &Embeddings,
    count: usize,
    looking: &Looking<'_>,
) -> Result<Interpolation, AssessError> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let pairs: Vec<Vec<usize>> = (0..count).map(|_| sample(&mut rng, covers.len(), 2).into_vec()).collect();
    looking.progress.stage("Interpolating", count as u64);
    let ends = |pair: &[usize]| pair.iter().map(|&i| covers[i].clone()).collect::<Vec<_>>();
    let orders = pairs.iter().map(|pair| order(Kind::Interpolate, ends(pair), 0)).collect();
    let strips = made(subjects.model, orders, looking.progress)?;
    looking.progress.stage("Looking at interpolations", (count * (STEPS + 1)) as u64);
    let frames: Vec<RgbImage> = strips.iter().flatten().cloned().collect();
    let seen = looking.at(&frames)?;
    let fades: Vec<RgbImage> =
        pairs.iter().map(|pair| blended(&[(&covers[pair[0]], 1.0), (&covers[pair[1]], 1.0)])).collect();
    let middle: Vec<usize> = (0..count).map(|i| i * STEPS + STEPS / 2).collect();
    Ok(Interpolation {
        middle: kid(real, &seen.select(&middle))?.value,
        crossfade: kid(real, &looking.at(&fades)?)?.value,
        p95: percentile(&mut evenness(&seen), 0.95),
    })
}

/// For each strip the largest step over the mean step.
fn evenness(frames: &Embeddings) -> Vec<f64> {
    let strip = |first: usize| {
        let steps: Vec<f64> =
            (first + 1..first + STEPS).map(|i| distance(frames.row(i - 1), frames.row(i))).collect();
        let mean = steps.iter().sum::<f64>() / steps.len() as f64;
        // Two ends that look the same have no steps that could be uneven.
        if mean > 0.0 { steps.iter().copied().fold(0.0, f64::max) / mean } else { 1.0 }
    };
    (0..frames.len() / STEPS).map(|i| strip(i * STEPS)).collect()
}

fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len() as f64 * share).ceil() as usize).clamp(1, values.len().max(1)) - 1;
    values.get(at).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_steps_are_1_and_one_jump_is_as_many_as_there_are_steps() {
        let even = (0..9).map(|i| i as f32);
        let jump = (0..9).map(|i| if i < 4 { 0.0 } else { 5.0 });
        let found = evenness(&Embeddings { dims: 1, values: even.chain(jump).collect() });
        assert!((found[0] - 1.0).abs() < 1e-9 && (found[1] - 8.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn the_95th_percentile_of_twenty_is_the_19th() {
        let mut values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(percentile(&mut values, 0.95), 19.0);
    }
}

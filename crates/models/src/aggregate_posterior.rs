//! Gaussian aggregate posterior of a VAE, and arithmetic on latents in it.
//!
//! Latents of real covers fill a stretched cloud, not a ball. [`AggregatePosterior`] is that cloud: the mean and the covariance of
//! what the encoder says of the training covers (the aggregate posterior). Lengths are measured in it, as Mahalanobis
//! distances from its middle. A plain mean of k latents shrinks towards the middle, where no cover is; here the mean is
//! drawn out again to the weighted mean of its parents' lengths. Identical parents give themselves.

use super::error::ModelError;
use super::grid;
use super::vae::Vae;
use candle_core::{Device, Tensor};
use gatefold_types::recipe::Line;
use image::RgbImage;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::collections::HashMap;

/// A factor within this of 1 is rounding.
const ROUNDING: f64 = 1e-5;

/// The cloud of latents: mean, and the lower triangle L of covariance = L·Lᵀ.
#[derive(Clone, PartialEq, Debug)]
pub struct AggregatePosterior {
    mean: Vec<f32>,
    /// `[n, n]` row-major, zero above the diagonal.
    factor: Vec<f32>,
}

impl AggregatePosterior {
    /// Measures the cloud on the training covers, which come in blocks of the VAE's size.
    ///
    /// # Errors
    /// When encoding fails.
    pub fn measure(
        vae: &Vae,
        blocks: impl Iterator<Item = Vec<RgbImage>>,
        device: &Device,
    ) -> candle_core::Result<Self> {
        let (size, numbers) = (vae.config().size, vae.config().numbers());
        let (mut means, mut variances) = (Vec::new(), vec![0.0; numbers]);
        for pictures in blocks {
            let input = Tensor::from_vec(grid::values(&pictures), (pictures.len(), 3, size, size), device)?;
            let posterior = vae.encode(&input)?.coarse;
            let rows = |t: &Tensor| t.flatten_from(1)?.to_device(&Device::Cpu)?.to_vec2::<f32>();
            means.extend(rows(&posterior.mean)?);
            for row in rows(&posterior.log_variance.exp()?)? {
                for (sum, value) in variances.iter_mut().zip(row) {
                    *sum += f64::from(value);
                }
            }
        }
        let n = means.len().max(1) as f64;
        variances.iter_mut().for_each(|v| *v /= n);
        Ok(Self::of(&means, &variances))
    }

    /// The cloud of these latents, each blurred by its own variance (the mean of them, per number).
    pub fn of(latents: &[Vec<f32>], variances: &[f64]) -> Self {
        let n = variances.len();
        let count = latents.len().max(1) as f64;
        let mean: Vec<f64> =
            (0..n).map(|i| latents.iter().map(|c| f64::from(c[i])).sum::<f64>() / count).collect();
        let mut covariance = vec![0.0_f64; n * n];
        for latent in latents {
            let centred: Vec<f64> = latent.iter().zip(&mean).map(|(c, m)| f64::from(*c) - m).collect();
            for i in 0..n {
                for j in 0..=i {
                    covariance[i * n + j] += centred[i] * centred[j];
                }
            }
        }
        covariance.iter_mut().for_each(|c| *c /= count);
        for i in 0..n {
            // A little more on the diagonal keeps a small sample's covariance from being singular.
            covariance[i * n + i] += variances[i] + 1e-4;
        }
        let factor = cholesky(covariance, n).into_iter().map(|v| v as f32).collect();
        Self { mean: mean.into_iter().map(|v| v as f32).collect(), factor }
    }

    pub(super) fn save(&self, tensors: &mut HashMap<String, Tensor>) -> candle_core::Result<()> {
        let n = self.mean.len();
        tensors.insert("prior.mean".to_owned(), Tensor::from_vec(self.mean.clone(), n, &Device::Cpu)?);
        tensors
            .insert("prior.factor".to_owned(), Tensor::from_vec(self.factor.clone(), (n, n), &Device::Cpu)?);
        Ok(())
    }

    pub(super) fn load(tensors: &HashMap<String, Tensor>, numbers: usize) -> Result<Self, ModelError> {
        let get = |name: &str, count: usize| -> Result<Vec<f32>, ModelError> {
            let missing =
                || ModelError::Description(format!("the weights have no {name} of {count} numbers"));
            let tensor = tensors.get(name).filter(|t| t.elem_count() == count).ok_or_else(missing)?;
            Ok(tensor.flatten_all()?.to_vec1::<f32>()?)
        };
        Ok(Self { mean: get("prior.mean", numbers)?, factor: get("prior.factor", numbers * numbers)? })
    }

    fn centred(&self, latent: &[f32]) -> Vec<f64> {
        latent.iter().zip(&self.mean).map(|(c, m)| f64::from(*c) - f64::from(*m)).collect()
    }

    fn placed(&self, centred: &[f64], scale: f64) -> Vec<f32> {
        centred.iter().zip(&self.mean).map(|(c, m)| (c * scale) as f32 + m).collect()
    }

    /// Solves L·w = v: the centred latent as the cloud sees it.
    fn whitened(&self, centred: &[f64]) -> Vec<f64> {
        let n = self.mean.len();
        let mut white = vec![0.0; n];
        for i in 0..n {
            let row = &self.factor[i * n..i * n + i];
            let known: f64 = row.iter().zip(&white).map(|(l, w)| f64::from(*l) * w).sum();
            white[i] = (centred[i] - known) / f64::from(self.factor[i * n + i]);
        }
        white
    }

    /// L·w: the way back.
    fn coloured(&self, white: &[f64]) -> Vec<f64> {
        let n = self.mean.len();
        let dot = |i: usize| {
            self.factor[i * n..=i * n + i].iter().zip(white).map(|(l, w)| f64::from(*l) * w).sum::<f64>()
        };
        (0..n).map(dot).collect()
    }

    /// The weighted mean of latents, as long as the weighted mean of their lengths. Weights may be negative (away from
    /// that cover) and need not sum to anything; the caller has refused all-zero ones.
    pub fn average(&self, latents: &[(&[f32], f32)]) -> Vec<f32> {
        let used: Vec<_> = latents.iter().filter(|(_, weight)| *weight != 0.0).collect();
        if let Some(((first, _), rest)) = used.split_first() {
            // One parent, or the same one several times, is itself, to the last bit.
            if used.iter().all(|(_, weight)| *weight > 0.0) && rest.iter().all(|(latent, _)| latent == first)
            {
                return first.to_vec();
            }
        }
        let whole: f64 = used.iter().map(|(_, weight)| f64::from(weight.abs())).sum();
        let mut mean = vec![0.0; self.mean.len()];
        let mut length_wanted = 0.0;
        for (latent, weight) in used {
            let share = f64::from(*weight) / whole;
            let centred = self.centred(latent);
            length_wanted += share.abs() * length(&self.whitened(&centred));
            for (sum, value) in mean.iter_mut().zip(&centred) {
                *sum += share * value;
            }
        }
        let found = length(&self.whitened(&mean));
        // Parents that cancel out leave the middle of the cloud, which has no direction to be drawn out in.
        let scale = if found > 1e-6 * length_wanted { length_wanted / found } else { 1.0 };
        self.placed(&mean, if (scale - 1.0).abs() < ROUNDING { 1.0 } else { scale })
    }

    /// The latent a share `t` (0–1) of the way from `from` to `to`, both of which are met exactly. Round: along the great
    /// circle of the cloud, the length changing evenly.
    pub fn between(&self, from: &[f32], to: &[f32], line: Line, t: f64) -> Vec<f32> {
        if t <= 0.0 || t >= 1.0 {
            return if t <= 0.0 { from.to_vec() } else { to.to_vec() };
        }
        if line == Line::Straight {
            return from.iter().zip(to).map(|(a, b)| a + (b - a) * t as f32).collect();
        }
        let (a, b) = (self.whitened(&self.centred(from)), self.whitened(&self.centred(to)));
        self.placed(&self.coloured(&round(&a, &b, t)), 1.0)
    }

    /// A draw from the cloud, `temperature` times as far out; the seed alone decides which way.
    pub fn sample(&self, seed: u64, temperature: f32) -> Vec<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let white: Vec<f64> = (0..self.mean.len()).map(|_| StandardNormal.sample(&mut rng)).collect();
        self.placed(&self.coloured(&white), f64::from(temperature))
    }
}

/// A share `t` of the way from `a` to `b` around the origin, the length changing evenly.
pub(super) fn round(a: &[f64], b: &[f64], t: f64) -> Vec<f64> {
    let (la, lb) = (length(a), length(b));
    let cosine = a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / (la * lb).max(1e-12);
    let angle = cosine.clamp(-1.0, 1.0).acos();
    let (wa, wb) = if angle.sin() < 1e-3 {
        (1.0 - t, t)
    } else {
        let wanted = la * (1.0 - t) + lb * t;
        let part = |share: f64, own: f64| (share * angle).sin() / angle.sin() * wanted / own.max(1e-12);
        (part(1.0 - t, la), part(t, lb))
    };
    a.iter().zip(b).map(|(a, b)| wa * a + wb * b).collect()
}

fn length(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// The lower triangle L of a positive definite matrix M = L·Lᵀ, of which only the lower triangle is read.
fn cholesky(mut m: Vec<f64>, n: usize) -> Vec<f64> {
    for j in 0..n {
        for i in j..n {
            let dot: f64 = (0..j).map(|k| m[i * n + k] * m[j * n + k]).sum();
            let value = m[i * n + j] - dot;
            m[i * n + j] = if i == j { value.max(1e-12).sqrt() } else { value / m[j * n + j] };
        }
        for i in 0..j {
            m[i * n + j] = 0.0;
        }
    }
    m
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    /// 400 related latents of 6 numbers: the second follows the first.
    fn cloud() -> (AggregatePosterior, Vec<Vec<f32>>) {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let latents: Vec<Vec<f32>> = (0..400)
            .map(|_| {
                let mut latent: Vec<f32> =
                    (0..6).map(|i| 2.0 + (i + 1) as f32 * rng.gen_range(-1.0..1.0)).collect();
                latent[1] = latent[0] * 3.0 + rng.gen_range(-0.1..0.1);
                latent
            })
            .collect();
        (AggregatePosterior::of(&latents, &[0.0; 6]), latents)
    }

    fn reach(posterior: &AggregatePosterior, latent: &[f32]) -> f64 {
        length(&posterior.whitened(&posterior.centred(latent)))
    }

    #[test]
    fn identical_parents_and_one_hot_weights_give_the_parent_itself() {
        let (posterior, latents) = cloud();
        let (a, b) = (&latents[0][..], &latents[1][..]);
        assert_eq!(posterior.average(&[(a, 0.3), (a, 0.3), (a, 0.9)]), a);
        assert_eq!(posterior.average(&[(a, 1.0), (b, 0.0)]), a);
    }

    #[test]
    fn a_mean_is_as_far_out_as_its_parents_on_average() {
        let (posterior, latents) = cloud();
        let parents: Vec<(&[f32], f32)> = latents[..5].iter().map(|c| (&c[..], 1.0)).collect();
        let wanted = latents[..5].iter().map(|c| reach(&posterior, c)).sum::<f64>() / 5.0;
        assert!((reach(&posterior, &posterior.average(&parents)) - wanted).abs() < 1e-3);
    }

    #[test]
    fn only_the_proportion_of_weights_counts() {
        let (posterior, latents) = cloud();
        let mix = |s: f32| posterior.average(&[(&latents[0], s), (&latents[1], 3.0 * s)]);
        for (a, b) in mix(1.0).iter().zip(mix(10.0)) {
            assert!((a - b).abs() < 1e-5);
        }
    }

    #[test]
    fn opposite_weights_of_one_cover_leave_the_middle() {
        let (posterior, latents) = cloud();
        let result = posterior.average(&[(&latents[0], 1.0), (&latents[0], -1.0)]);
        assert!(result.iter().zip(&posterior.mean).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn a_line_begins_and_ends_at_its_covers_and_stays_out() {
        let (posterior, latents) = cloud();
        let between =
            |line: Line, i: u32| posterior.between(&latents[0], &latents[1], line, f64::from(i) / 8.0);
        let line: Vec<Vec<f32>> = (0..9).map(|i| between(Line::Round, i)).collect();
        assert_eq!((&line[0], &line[8]), (&latents[0], &latents[1]));
        let middle = between(Line::Straight, 4);
        assert!((0..6).all(|i| (middle[i] - (latents[0][i] + latents[1][i]) / 2.0).abs() < 1e-5));
        let ends = [reach(&posterior, &latents[0]), reach(&posterior, &latents[1])];
        for latent in &line[1..8] {
            let here = reach(&posterior, latent);
            assert!(
                here > ends[0].min(ends[1]) - 1e-3 && here < ends[0].max(ends[1]) + 1e-3,
                "{here} {ends:?}"
            );
        }
    }

    #[test]
    fn samples_keep_what_goes_together() {
        let (posterior, _) = cloud();
        for seed in 0..50 {
            let latent = posterior.sample(seed, 1.0);
            assert!((latent[1] - 3.0 * latent[0]).abs() < 0.5, "{latent:?}");
        }
        assert_eq!(posterior.sample(1, 1.0), posterior.sample(1, 1.0));
        assert_ne!(posterior.sample(1, 1.0), posterior.sample(2, 1.0));
        assert_eq!(posterior.sample(1, 0.0), posterior.mean);
    }
}

//! Kernel Inception Distance (Bińkowski et al. 2018, “Demystifying MMD GANs”) between generated and real pictures.
//!
//! It is the squared maximum mean discrepancy with the kernel (x·y/d + 1)³, unbiased, here over EfficientNet-Lite0's 1,280 numbers
//! instead of Inception's 2,048. Figures compare only with others made so.

use super::{Embeddings, MetricError};

/// An estimate and how sure it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Kid {
    /// Unbiased squared MMD over both whole sets; may be slightly negative for equal distributions.
    pub value: f64,
    /// Standard error, by blocks of the sets.
    pub error: f64,
}

/// Blocks for the standard error.
const BLOCKS: usize = 10;

fn kernel(product: f32, dims: usize) -> f64 {
    (f64::from(product) / dims as f64 + 1.0).powi(3)
}

fn mmd(real: &Embeddings, made: &Embeddings) -> f64 {
    let within = |e: &Embeddings| {
        let n = e.len();
        let products = e.products(e);
        let mut sum = 0.0;
        for i in 0..n {
            for j in 0..n {
                if i != j {
                    sum += kernel(products[i * n + j], e.dims);
                }
            }
        }
        sum / (n * (n - 1)) as f64
    };
    let across = real.products(made).iter().map(|&p| kernel(p, real.dims)).sum::<f64>();
    within(real) + within(made) - 2.0 * across / (real.len() * made.len()) as f64
}

/// The distance between two sets.
///
/// # Errors
/// When either set has fewer than two rows.
pub fn kid(real: &Embeddings, made: &Embeddings) -> Result<Kid, MetricError> {
    let fewest = real.len().min(made.len());
    if fewest < 2 {
        return Err(MetricError::TooFew { found: fewest, needed: 2 });
    }
    let value = mmd(real, made);
    let blocks = BLOCKS.min(fewest / 2);
    let part = |e: &Embeddings, block: usize| {
        let rows: Vec<usize> = (0..e.len()).filter(|i| i % blocks == block).collect();
        e.select(&rows)
    };
    let values: Vec<f64> = (0..blocks).map(|block| mmd(&part(real, block), &part(made, block))).collect();
    let mean = values.iter().sum::<f64>() / blocks as f64;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (blocks.max(2) - 1) as f64;
    Ok(Kid { value, error: (variance / blocks as f64).sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};

    fn cloud(seed: u64, n: usize, shift: f32) -> Embeddings {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        Embeddings { dims: 8, values: (0..n * 8).map(|_| rng.gen_range(-1.0..1.0) + shift).collect() }
    }

    #[test]
    fn two_draws_of_one_distribution_are_near_zero_and_a_shift_is_not() {
        let same = kid(&cloud(1, 400, 0.0), &cloud(2, 400, 0.0)).unwrap();
        let apart = kid(&cloud(1, 400, 0.0), &cloud(2, 400, 0.5)).unwrap();
        assert!(same.value.abs() < 4.0 * same.error.max(1e-4), "{same:?}");
        assert!(apart.value > 10.0 * apart.error, "{apart:?}");
    }

    #[test]
    fn the_estimate_equals_a_sum_by_hand() {
        let real = Embeddings { dims: 1, values: vec![0.0, 1.0] };
        let made = Embeddings { dims: 1, values: vec![2.0, 1.0] };
        // k(0,1)=1, k(2,1)=27, across: k(0,2)=1, k(0,1)=1, k(1,2)=27, k(1,1)=8
        assert!((kid(&real, &made).unwrap().value - (1.0 + 27.0 - 2.0 * 37.0 / 4.0)).abs() < 1e-9);
    }

    #[test]
    fn one_picture_is_too_few() {
        assert!(kid(&cloud(1, 1, 0.0), &cloud(2, 9, 0.0)).is_err());
    }
}

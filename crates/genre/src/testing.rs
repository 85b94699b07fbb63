//! Made-up data for this module's tests.

use ndarray::Array2;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Uniform numbers between −1 and 1.
pub(crate) fn noise(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((rows, columns), || rng.gen_range(-1.0..1.0))
}

/// Rows of random bytes.
pub(crate) fn bytes(rows: usize, width: usize, seed: u64) -> Vec<Vec<u8>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..rows).map(|_| (0..width).map(|_| rng.r#gen()).collect()).collect()
}

/// Rows of bytes with a few strong directions and some noise, as pictures have.
pub(crate) fn faces(rows: usize, width: usize, seed: u64) -> Vec<Vec<u8>> {
    let directions = noise(24, width, seed);
    let weights = noise(rows, 24, seed + 1);
    let grain = noise(rows, width, seed + 2);
    (0..rows)
        .map(|r| {
            (0..width)
                .map(|c| {
                    let sum: f64 =
                        (0..24).map(|k| weights[[r, k]] * directions[[k, c]] * 0.8_f64.powi(k as i32)).sum();
                    (128.0 + 45.0 * sum + 6.0 * grain[[r, c]]).clamp(0.0, 255.0) as u8
                })
                .collect()
        })
        .collect()
}

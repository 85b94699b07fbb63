//! The innermost loop for few channels out, for the processor at hand.
//!
//! It keeps twelve sums in registers and never copies what it reads: an address is a start plus an entry of a table of
//! offsets, so the same loop serves planes in place and columns laid out beforehand.

/// Output channels that [`outer`] makes together.
pub const ROWS: usize = 6;
/// Numbers in a vector.
pub const LANES: usize = 8;

/// What [`outer`] makes: `ROWS` rows of two vectors.
pub type Tile = [[f32; 2 * LANES]; ROWS];

/// `tile[r] = Σ_k weights[k·ROWS + r] · (eight numbers at starts[0] + offsets[k], eight at starts[1] + offsets[k])`.
///
/// # Safety
/// Every start plus every offset leaves eight numbers within `source`, and `weights` holds `ROWS` per offset.
pub unsafe fn outer(weights: &[f32], offsets: &[u32], source: &[f32], starts: [usize; 2], tile: &mut Tile) {
    debug_assert_eq!(weights.len(), offsets.len() * ROWS);
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the features are there; the rest is the caller's promise.
        unsafe { x86::outer(weights, offsets, source, starts, tile) };
        return;
    }
    portable::outer(weights, offsets, source, starts, tile);
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{LANES, ROWS, Tile};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn outer(
        weights: &[f32],
        offsets: &[u32],
        source: &[f32],
        starts: [usize; 2],
        tile: &mut Tile,
    ) {
        let mut low = [_mm256_setzero_ps(); ROWS];
        let mut high = [_mm256_setzero_ps(); ROWS];
        let mut w = weights.as_ptr();
        // SAFETY: the caller bounds every address.
        unsafe {
            let (first, second) = (source.as_ptr().add(starts[0]), source.as_ptr().add(starts[1]));
            for &offset in offsets {
                let x = _mm256_loadu_ps(first.add(offset as usize));
                let y = _mm256_loadu_ps(second.add(offset as usize));
                for r in 0..ROWS {
                    let weight = _mm256_broadcast_ss(&*w.add(r));
                    low[r] = _mm256_fmadd_ps(weight, x, low[r]);
                    high[r] = _mm256_fmadd_ps(weight, y, high[r]);
                }
                w = w.add(ROWS);
            }
            for r in 0..ROWS {
                _mm256_storeu_ps(tile[r].as_mut_ptr(), low[r]);
                _mm256_storeu_ps(tile[r].as_mut_ptr().add(LANES), high[r]);
            }
        }
    }
}

/// The same in plain code, for other processors; the compiler vectorises it as far as it can.
mod portable {
    use super::{LANES, ROWS, Tile};

    pub(super) fn outer(
        weights: &[f32],
        offsets: &[u32],
        source: &[f32],
        starts: [usize; 2],
        tile: &mut Tile,
    ) {
        *tile = [[0.0; 2 * LANES]; ROWS];
        for (weights, &offset) in weights.chunks_exact(ROWS).zip(offsets) {
            for half in 0..2 {
                let values = &source[starts[half] + offset as usize..][..LANES];
                for r in 0..ROWS {
                    for (lane, value) in values.iter().enumerate() {
                        tile[r][half * LANES + lane] += weights[r] * value;
                    }
                }
            }
        }
    }

    #[cfg(all(test, target_arch = "x86_64"))]
    mod tests {
        use super::*;

        #[test]
        fn plain_code_and_vectors_agree() {
            let source: Vec<f32> = (0..400).map(|i| ((i * 37 % 91) as f32 - 45.0) / 45.0).collect();
            let weights: Vec<f32> = (0..9 * ROWS).map(|i| ((i * 53 % 97) as f32 - 48.0) / 48.0).collect();
            let offsets = [0, 1, 2, 30, 31, 32, 60, 61, 62];
            let (mut plain, mut fast) = ([[0.0; 2 * LANES]; ROWS], [[1.0; 2 * LANES]; ROWS]);
            outer(&weights, &offsets, &source, [3, 111], &mut plain);
            // SAFETY: 111 + 62 + 8 numbers are there.
            unsafe { super::super::outer(&weights, &offsets, &source, [3, 111], &mut fast) };
            for (a, b) in plain.as_flattened().iter().zip(fast.as_flattened()) {
                assert!((a - b).abs() < 1e-5, "{a} {b}");
            }
        }
    }
}

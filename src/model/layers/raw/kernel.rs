//! The two innermost loops, for the processor at hand.
//!
//! Both keep twelve sums in registers and never copy what they read: an address is a start plus an entry of a table of
//! offsets, so the same loop serves planes in place and columns laid out beforehand. With AVX2 they run near the rate
//! at which the processor can multiply and add.

/// Output channels that [`outer`] makes together.
pub const ROWS: usize = 6;
/// Numbers in a vector.
pub const LANES: usize = 8;
/// Rows of the left side of [`dot`].
pub const LEFT: usize = 4;
/// Rows of the right side of [`dot`].
pub const RIGHT: usize = 3;

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

/// `sums[i][j] = Σ_s Σ_lane a[left[i] + left_steps[s] + lane] · b[right[j] + right_steps[s] + lane]`.
///
/// # Safety
/// Every row plus every step leaves eight numbers within its slice, and both sides have as many steps.
pub unsafe fn dot(
    (a, left, left_steps): (&[f32], [usize; LEFT], &[u32]),
    (b, right, right_steps): (&[f32], [usize; RIGHT], &[u32]),
) -> [[f32; RIGHT]; LEFT] {
    debug_assert_eq!(left_steps.len(), right_steps.len());
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the features are there; the rest is the caller's promise.
        return unsafe { x86::dot((a, left, left_steps), (b, right, right_steps)) };
    }
    portable::dot((a, left, left_steps), (b, right, right_steps))
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{LANES, LEFT, RIGHT, ROWS, Tile};
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

    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn dot(
        (a, left, left_steps): (&[f32], [usize; LEFT], &[u32]),
        (b, right, right_steps): (&[f32], [usize; RIGHT], &[u32]),
    ) -> [[f32; RIGHT]; LEFT] {
        let mut sums = [[_mm256_setzero_ps(); RIGHT]; LEFT];
        // SAFETY: the caller bounds every address.
        unsafe {
            let left = left.map(|row| a.as_ptr().add(row));
            let right = right.map(|row| b.as_ptr().add(row));
            for (&l, &r) in left_steps.iter().zip(right_steps) {
                let x = right.map(|row| _mm256_loadu_ps(row.add(r as usize)));
                for i in 0..LEFT {
                    let y = _mm256_loadu_ps(left[i].add(l as usize));
                    for j in 0..RIGHT {
                        sums[i][j] = _mm256_fmadd_ps(y, x[j], sums[i][j]);
                    }
                }
            }
        }
        // Three rounds of pairwise sums: 4 rows at once for each column.
        let mut out = [[0.0; RIGHT]; LEFT];
        for j in 0..RIGHT {
            let first = _mm256_hadd_ps(sums[0][j], sums[1][j]);
            let second = _mm256_hadd_ps(sums[2][j], sums[3][j]);
            let both = _mm256_hadd_ps(first, second);
            let column = _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps::<1>(both));
            let mut values = [0.0_f32; LEFT];
            // SAFETY: the array holds the four numbers that are stored.
            unsafe { _mm_storeu_ps(values.as_mut_ptr(), column) };
            for i in 0..LEFT {
                out[i][j] = values[i];
            }
        }
        out
    }
}

/// The same in plain code, for other processors; the compiler vectorises it as far as it can.
mod portable {
    use super::{LANES, LEFT, RIGHT, ROWS, Tile};

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

    pub(super) fn dot(
        (a, left, left_steps): (&[f32], [usize; LEFT], &[u32]),
        (b, right, right_steps): (&[f32], [usize; RIGHT], &[u32]),
    ) -> [[f32; RIGHT]; LEFT] {
        let mut out = [[0.0; RIGHT]; LEFT];
        for i in 0..LEFT {
            for j in 0..RIGHT {
                let mut sums = [0.0_f32; LANES];
                for (&l, &r) in left_steps.iter().zip(right_steps) {
                    let a = &a[left[i] + l as usize..][..LANES];
                    let b = &b[right[j] + r as usize..][..LANES];
                    for lane in 0..LANES {
                        sums[lane] += a[lane] * b[lane];
                    }
                }
                out[i][j] = sums.iter().sum();
            }
        }
        out
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
            let (left, right) = ([0, 40, 80, 120], [5, 6, 200]);
            let (one, two) = ([0, 8, 16], [0, 30, 60]);
            let plain = dot((&source, left, &one), (&source, right, &two));
            // SAFETY: 200 + 60 + 8 numbers are there.
            let fast = unsafe { super::super::dot((&source, left, &one), (&source, right, &two)) };
            for (a, b) in plain.as_flattened().iter().zip(fast.as_flattened()) {
                assert!((a - b).abs() < 1e-4, "{a} {b}");
            }
        }
    }
}

//! Transposition of planes with channels first to channels last and back.

use std::mem::MaybeUninit;

/// `to[c·to_step + r] = from[r·from_step + c]` for `rows` × `columns` numbers.
pub fn transpose(from: (&[f32], usize), (to, to_step): (&mut [f32], usize), size: (usize, usize)) {
    // SAFETY: numbers may be written where numbers are, and nothing else is.
    let to = unsafe { &mut *(std::ptr::from_mut(to) as *mut [MaybeUninit<f32>]) };
    transpose_into(from, (to, to_step), size);
}

/// The same into memory that need not hold numbers yet.
pub fn transpose_into(
    (from, from_step): (&[f32], usize),
    (to, to_step): (&mut [MaybeUninit<f32>], usize),
    (rows, columns): (usize, usize),
) {
    if rows == 0 || columns == 0 {
        return;
    }
    assert!(
        from.len() >= (rows - 1) * from_step + columns && to.len() >= (columns - 1) * to_step + rows,
        "what is transposed lies within its slices"
    );
    let (mut whole_rows, mut whole_columns) = (0, 0);
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        (whole_rows, whole_columns) = (rows / 8 * 8, columns / 8 * 8);
        for r in (0..whole_rows).step_by(8) {
            for c in (0..whole_columns).step_by(8) {
                // SAFETY: the feature is there, and the assertion above covers the 8×8 numbers on either side.
                unsafe {
                    x86::eight(
                        from.as_ptr().add(r * from_step + c),
                        from_step,
                        to.as_mut_ptr().add(c * to_step + r).cast(),
                        to_step,
                    );
                }
            }
        }
    }
    for c in 0..columns {
        let first = if c < whole_columns { whole_rows } else { 0 };
        let to = &mut to[c * to_step..][first..rows];
        for (value, from) in to.iter_mut().zip(from[first.min(rows - 1) * from_step..].chunks(from_step)) {
            value.write(from[c]);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    /// Eight by eight, in registers.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn eight(from: *const f32, from_step: usize, to: *mut f32, to_step: usize) {
        // SAFETY: the caller bounds every address.
        unsafe {
            let row = |i: usize| _mm256_loadu_ps(from.add(i * from_step));
            let (a, b, c, d) = (row(0), row(1), row(2), row(3));
            let (e, f, g, h) = (row(4), row(5), row(6), row(7));
            let (ab, ab2) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
            let (cd, cd2) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
            let (ef, ef2) = (_mm256_unpacklo_ps(e, f), _mm256_unpackhi_ps(e, f));
            let (gh, gh2) = (_mm256_unpacklo_ps(g, h), _mm256_unpackhi_ps(g, h));
            let upper = [
                _mm256_shuffle_ps::<0x44>(ab, cd),
                _mm256_shuffle_ps::<0xee>(ab, cd),
                _mm256_shuffle_ps::<0x44>(ab2, cd2),
                _mm256_shuffle_ps::<0xee>(ab2, cd2),
            ];
            let lower = [
                _mm256_shuffle_ps::<0x44>(ef, gh),
                _mm256_shuffle_ps::<0xee>(ef, gh),
                _mm256_shuffle_ps::<0x44>(ef2, gh2),
                _mm256_shuffle_ps::<0xee>(ef2, gh2),
            ];
            for i in 0..4 {
                let (u, l) = (upper[i], lower[i]);
                _mm256_storeu_ps(to.add(i * to_step), _mm256_permute2f128_ps::<0x20>(u, l));
                _mm256_storeu_ps(to.add((i + 4) * to_step), _mm256_permute2f128_ps::<0x31>(u, l));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        for (rows, columns) in [(8, 8), (17, 9), (3, 20), (24, 5), (1, 1), (9, 16)] {
            let (from_step, to_step) = (columns + 3, rows + 2);
            let from: Vec<f32> = (0..rows * from_step).map(|i| i as f32).collect();
            let mut to = vec![-1.0; columns * to_step];
            transpose((&from, from_step), (&mut to, to_step), (rows, columns));
            for (i, value) in to.iter().enumerate() {
                let (c, r) = (i / to_step, i % to_step);
                let wanted = if r < rows { from[r * from_step + c] } else { -1.0 };
                assert_eq!(*value, wanted, "{rows}×{columns}");
            }
        }
    }
}

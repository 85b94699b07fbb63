//! The innermost loop over planes with channels last, for the processor at hand.
//!
//! Six places times sixteen numbers are summed in registers. The left side is read where it is, in runs; the right
//! side was packed beforehand and lies in the first-level cache.

/// Rows of a tile: outputs in a forward pass, output channels in a weight's gradient.
pub const ROWS: usize = 6;
/// Numbers in a row of a tile: two vectors.
pub const WIDTH: usize = 16;

/// A run of terms: where it lies on either side, and how many there are.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// On the left side, from the row's start.
    pub offset: u32,
    /// On the right side: `WIDTH` numbers per term from here.
    pub right: u32,
    /// Terms.
    pub length: u32,
}

/// `sums[places[r] + j] += Σ_runs Σ_k left[starts[r] + offset + k] · right[right + k·WIDTH + j]` for `rows` rows.
///
/// # Safety
/// Every start plus every run lies within `left`, every run's `WIDTH` numbers per term lie within `right`, and every
/// place leaves `WIDTH` numbers in `sums`.
pub unsafe fn add(
    (left, starts): (&[f32], [usize; ROWS]),
    runs: &[Run],
    right: &[f32],
    (sums, places): (&mut [f32], [usize; ROWS]),
    rows: usize,
) {
    debug_assert!(runs.iter().all(|run| run.right as usize + run.length as usize * WIDTH <= right.len()));
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the features are there; the rest is the caller's promise.
        unsafe { x86::add((left, starts), runs, right, (sums, places), rows) };
        return;
    }
    portable::add((left, starts), runs, right, (sums, places), rows);
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{ROWS, Run, WIDTH};
    use std::arch::{asm, x86_64::*};

    /// One term of all six rows: two vectors of the right side, six numbers of the left.
    macro_rules! term {
        ($k:literal) => {
            concat!(
                "vmovups {x}, [{b} + 64 * ",
                $k,
                "]\n",
                "vmovups {y}, [{b} + 64 * ",
                $k,
                " + 32]\n",
                "vbroadcastss {t}, [{p0} + 4 * {i} + 4 * ",
                $k,
                "]\n",
                "vfmadd231ps {a0}, {x}, {t}\nvfmadd231ps {c0}, {y}, {t}\n",
                "vbroadcastss {t}, [{p1} + 4 * {i} + 4 * ",
                $k,
                "]\n",
                "vfmadd231ps {a1}, {x}, {t}\nvfmadd231ps {c1}, {y}, {t}\n",
                "vbroadcastss {t}, [{p2} + 4 * {i} + 4 * ",
                $k,
                "]\n",
                "vfmadd231ps {a2}, {x}, {t}\nvfmadd231ps {c2}, {y}, {t}\n",
                "vbroadcastss {t}, [{p3} + 4 * {i} + 4 * ",
                $k,
                "]\n",
                "vfmadd231ps {a3}, {x}, {t}\nvfmadd231ps {c3}, {y}, {t}\n",
                "vbroadcastss {t}, [{p4} + 4 * {i} + 4 * ",
                $k,
                "]\n",
                "vfmadd231ps {a4}, {x}, {t}\nvfmadd231ps {c4}, {y}, {t}\n",
                "vbroadcastss {t}, [{p5} + 4 * {i} + 4 * ",
                $k,
                "]\n",
                "vfmadd231ps {a5}, {x}, {t}\nvfmadd231ps {c5}, {y}, {t}\n",
            )
        };
    }

    /// Written out in instructions because the compiler, given the same in intrinsics, keeps half of the twelve sums in
    /// memory: 37 in place of 90 GFLOP/s.
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn add(
        (left, starts): (&[f32], [usize; ROWS]),
        runs: &[Run],
        right: &[f32],
        (sums, places): (&mut [f32], [usize; ROWS]),
        rows: usize,
    ) {
        let mut low = [_mm256_setzero_ps(); ROWS];
        let mut high = [_mm256_setzero_ps(); ROWS];
        // SAFETY: the caller bounds every address.
        let at = starts.map(|start| unsafe { left.as_ptr().add(start) });
        for run in runs {
            let first = run.offset as usize;
            let length = run.length as usize;
            // SAFETY: the caller bounds every address; the code reads memory and changes the registers named.
            unsafe {
                asm!(
                    "cmp {i}, {fours}",
                    "jae 3f",
                    ".p2align 4",
                    "2:",
                    term!("0"), term!("1"), term!("2"), term!("3"),
                    "add {b}, 256",
                    "add {i}, 4",
                    "cmp {i}, {fours}",
                    "jb 2b",
                    "3:",
                    "cmp {i}, {all}",
                    "jae 5f",
                    "4:",
                    term!("0"),
                    "add {b}, 64",
                    "add {i}, 1",
                    "cmp {i}, {all}",
                    "jb 4b",
                    "5:",
                    p0 = in(reg) at[0], p1 = in(reg) at[1], p2 = in(reg) at[2],
                    p3 = in(reg) at[3], p4 = in(reg) at[4], p5 = in(reg) at[5],
                    b = inout(reg) right.as_ptr().add(run.right as usize) => _,
                    i = inout(reg) first => _,
                    fours = in(reg) first + length / 4 * 4,
                    all = in(reg) first + length,
                    a0 = inout(ymm_reg) low[0], a1 = inout(ymm_reg) low[1], a2 = inout(ymm_reg) low[2],
                    a3 = inout(ymm_reg) low[3], a4 = inout(ymm_reg) low[4], a5 = inout(ymm_reg) low[5],
                    c0 = inout(ymm_reg) high[0], c1 = inout(ymm_reg) high[1], c2 = inout(ymm_reg) high[2],
                    c3 = inout(ymm_reg) high[3], c4 = inout(ymm_reg) high[4], c5 = inout(ymm_reg) high[5],
                    x = out(ymm_reg) _, y = out(ymm_reg) _, t = out(ymm_reg) _,
                    options(nostack, readonly),
                );
            }
        }
        // A loop of fixed length: registers have no index.
        for r in 0..ROWS {
            if r >= rows {
                break;
            }
            // SAFETY: the caller leaves sixteen numbers at every place.
            unsafe {
                let sums = sums.as_mut_ptr().add(places[r]);
                _mm256_storeu_ps(sums, _mm256_add_ps(_mm256_loadu_ps(sums), low[r]));
                let sums = sums.add(WIDTH / 2);
                _mm256_storeu_ps(sums, _mm256_add_ps(_mm256_loadu_ps(sums), high[r]));
            }
        }
    }
}

/// The same in plain code, for other processors; the compiler vectorises it as far as it can.
mod portable {
    use super::{ROWS, Run, WIDTH};

    pub(super) fn add(
        (left, starts): (&[f32], [usize; ROWS]),
        runs: &[Run],
        right: &[f32],
        (sums, places): (&mut [f32], [usize; ROWS]),
        rows: usize,
    ) {
        let mut tile = [[0.0_f32; WIDTH]; ROWS];
        for run in runs {
            let (offset, right) = (run.offset as usize, &right[run.right as usize..]);
            for (k, right) in (offset..offset + run.length as usize).zip(right.chunks_exact(WIDTH)) {
                for (row, start) in tile.iter_mut().zip(starts) {
                    let a = left[start + k];
                    row.iter_mut().zip(right).for_each(|(sum, b)| *sum += a * b);
                }
            }
        }
        for (row, place) in tile.iter().zip(places).take(rows) {
            sums[place..place + WIDTH].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    }

    #[cfg(all(test, target_arch = "x86_64"))]
    mod tests {
        use super::*;

        #[test]
        fn plain_code_and_vectors_agree() {
            let left: Vec<f32> = (0..400).map(|i| ((i * 37 % 91) as f32 - 45.0) / 45.0).collect();
            let runs = [Run { offset: 3, right: 32, length: 5 }, Run { offset: 100, right: 0, length: 2 }];
            let right: Vec<f32> = (0..7 * WIDTH).map(|i| ((i * 53 % 97) as f32 - 48.0) / 48.0).collect();
            let (starts, places) = ([0, 20, 40, 60, 80, 290], [0, 16, 32, 48, 64, 80]);
            for rows in [6, 2] {
                let (mut plain, mut fast) = (vec![1.0; 96], vec![1.0; 96]);
                add((&left, starts), &runs, &right, (&mut plain, places), rows);
                // SAFETY: 290 + 102 numbers are there, and six rows of sixteen.
                unsafe { super::super::add((&left, starts), &runs, &right, (&mut fast, places), rows) };
                assert!(plain.iter().zip(&fast).all(|(a, b)| (a - b).abs() < 1e-5), "{rows} rows");
            }
        }
    }
}

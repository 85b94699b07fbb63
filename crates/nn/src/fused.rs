//! What an optimiser does to every weight, each in one pass over memory, in place. On the CPU only.

use candle_core::{CpuStorage, InplaceOp2, InplaceOp3, Layout, Result, Storage, Tensor};
use rayon::prelude::*;

/// Weights that one thread takes at a time; sums are made of sums over so many, whatever the number of threads.
const SHARE: usize = 16 * 1024;

fn read<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<f32>()?[from..to]),
        None => candle_core::bail!("an optimiser needs contiguous tensors"),
    }
}

fn written<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    let Some((from, to)) = layout.contiguous_offsets() else {
        candle_core::bail!("an optimiser needs contiguous tensors")
    };
    match storage {
        CpuStorage::F32(values) => Ok(&mut values[from..to]),
        _ => candle_core::bail!("an optimiser needs single precision"),
    }
}

/// `a ← keep · a + take · b`, or b² in place of b.
struct Decay {
    keep: f32,
    take: f32,
    squared: bool,
}

impl InplaceOp2 for Decay {
    fn name(&self) -> &'static str {
        "decay"
    }

    fn cpu_fwd(&self, s1: &mut CpuStorage, l1: &Layout, s2: &CpuStorage, l2: &Layout) -> Result<()> {
        let (a, b) = (written(s1, l1)?, read(s2, l2)?);
        let Self { keep, take, squared } = *self;
        a.par_chunks_mut(SHARE).zip(b.par_chunks(SHARE)).for_each(|(a, b)| {
            if squared {
                a.iter_mut().zip(b).for_each(|(a, b)| *a = keep * *a + take * b * b);
            } else {
                a.iter_mut().zip(b).for_each(|(a, b)| *a = keep * *a + take * b);
            }
        });
        Ok(())
    }
}

/// `average ← keep · average + take · values`.
pub(crate) fn decay(average: &Tensor, values: &Tensor, keep: f64, take: f64) -> Result<()> {
    let op = Decay { keep: keep as f32, take: take as f32, squared: false };
    average.inplace_op2(values, &op)
}

/// `average ← keep · average + take · values²`.
pub(crate) fn decay_squares(average: &Tensor, values: &Tensor, keep: f64, take: f64) -> Result<()> {
    let op = Decay { keep: keep as f32, take: take as f32, squared: true };
    average.inplace_op2(values, &op)
}

struct Descend {
    keep: f32,
    rate: f32,
    debias: f32,
    epsilon: f32,
}

impl InplaceOp3 for Descend {
    fn name(&self) -> &'static str {
        "descend"
    }

    fn cpu_fwd(
        &self,
        s1: &mut CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<()> {
        let (weights, first, second) = (written(s1, l1)?, read(s2, l2)?, read(s3, l3)?);
        let Self { keep, rate, debias, epsilon } = *self;
        let all = weights.par_chunks_mut(SHARE).zip(first.par_chunks(SHARE)).zip(second.par_chunks(SHARE));
        all.for_each(|((weights, first), second)| {
            for ((w, m), v) in weights.iter_mut().zip(first).zip(second) {
                *w = keep * *w - rate * m / ((v * debias).sqrt() + epsilon);
            }
        });
        Ok(())
    }
}

/// `weights ← keep · weights − rate · first / (√(second / debias) + epsilon)`.
pub(crate) fn descend(
    weights: &Tensor,
    first: &Tensor,
    second: &Tensor,
    (keep, rate, debias, epsilon): (f64, f64, f64, f64),
) -> Result<()> {
    let op = Descend {
        keep: keep as f32,
        rate: rate as f32,
        debias: (1.0 / debias) as f32,
        epsilon: epsilon as f32,
    };
    weights.inplace_op3(first, second, &op)
}

/// Sum of squares, in double precision over shares.
pub(crate) fn squares(values: &Tensor) -> Result<f64> {
    let (storage, layout) = values.storage_and_layout();
    let Storage::Cpu(storage) = &*storage else { candle_core::bail!("sums are taken on the CPU here") };
    let share = |values: &[f32]| {
        let mut lanes = [0.0_f32; 16];
        for some in values.chunks(16) {
            for (lane, value) in lanes.iter_mut().zip(some) {
                *lane += value * value;
            }
        }
        lanes.iter().map(|lane| f64::from(*lane)).sum::<f64>()
    };
    let shares: Vec<f64> = read(storage, layout)?.par_chunks(SHARE).map(share).collect();
    Ok(shares.iter().sum())
}

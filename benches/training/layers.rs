//! The three layers: output, both gradients.

use super::common::Failure;
use super::{BATCH, Work};
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor, Var};
use gatefold_nn::layers::{Tape, conv_transpose2d, conv2d};
use std::time::Instant;

type Layer = fn(&Tensor, &Tensor) -> Result<Tensor>;

/// Name, input without the batch, weights, the layer.
const LAYERS: [(&str, [usize; 3], [usize; 4], Layer); 3] = [
    ("conv 4x4 stride 2, 64-128 on 32", [64, 32, 32], [128, 64, 4, 4], |x, w| conv2d(x, w, 2, 1)),
    ("conv 3x3, 64-64 on 32", [64, 32, 32], [64, 64, 3, 3], |x, w| conv2d(x, w, 1, 1)),
    ("transposed conv 4x4 stride 2, 128-64 on 16", [128, 16, 16], [128, 64, 4, 4], |x, w| {
        conv_transpose2d(x, w, 2, 1)
    }),
];

/// Ends a computation where a given gradient begins, as PyTorch's `y.backward(dy)` does.
struct Gradient(Tensor);

impl CustomOp1 for Gradient {
    fn name(&self) -> &'static str {
        "gradient"
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(vec![0.0]), Shape::from(())))
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, _: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(self.0.clone()))
    }
}

/// Each layer by its name.
pub fn all() -> std::result::Result<Vec<(&'static str, Work)>, Failure> {
    let mut works: Vec<(&'static str, Work)> = Vec::new();
    for (name, [channels, height, width], weights, layer) in LAYERS {
        let draw = |shape: &[usize]| Tensor::randn(0.0_f32, 1.0, shape, &Device::Cpu);
        let x = Var::from_tensor(&draw(&[BATCH, channels, height, width])?)?;
        let w = Var::from_tensor(&draw(&weights)?)?;
        let dy = draw(layer(&x, &w)?.dims())?;
        let once = move || -> Result<f64> {
            let began = Instant::now();
            let tape = Tape::record();
            let y = layer(&x, &w)?;
            let gradients = tape.backward(&y.apply_op1(Gradient(dy.clone()))?)?;
            let ms = began.elapsed().as_secs_f64() * 1e3;
            match (gradients.get(&x), gradients.get(&w)) {
                (Some(_), Some(_)) => Ok(ms),
                _ => candle_core::bail!("{name} gave no gradient"),
            }
        };
        let repeat = move |n| (0..n).map(|_| once().map_err(Failure::from)).collect();
        works.push((name, Box::new(repeat)));
    }
    Ok(works)
}

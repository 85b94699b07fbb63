//! EfficientNet-Lite0's forward pass on the processor: one picture per thread, its maps in two buffers, a matrix product per
//! layer.
//!
//! Candle's operations go over memory a dozen times per layer and wait for each other after each; here a layer's bias and ReLU6
//! are applied while the map is in the cache, and pictures do not wait for pictures.

use candle_core::{Device, Result, Tensor};
use gemm::Parallelism;

/// Pixels across the network's input.
pub const SIZE: u32 = 224;

/// Weights `[outputs, inputs]` (a depthwise layer: `[channels, kernel²]`) and biases, batch normalisation folded in.
pub(super) struct Layer {
    weight: Vec<f32>,
    bias: Vec<f32>,
    inputs: usize,
}

impl Layer {
    /// Of a convolution's weight and bias.
    pub(super) fn new(weight: &Tensor, bias: &Tensor) -> Result<Self> {
        let flat = |t: &Tensor| t.to_device(&Device::Cpu)?.flatten_all()?.to_vec1::<f32>();
        Ok(Self { weight: flat(weight)?, bias: flat(bias)?, inputs: weight.elem_count() / weight.dim(0)? })
    }

    fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// `out = weight · x + bias`, x `[inputs, pixels]`; with `clamped`, ReLU6 of it.
    fn product(&self, x: &[f32], pixels: usize, out: &mut Vec<f32>, clamped: bool) {
        let (outputs, inputs) = (self.outputs(), self.inputs);
        assert_eq!(x.len(), inputs * pixels, "a map of another size than the layer's");
        out.clear();
        for &bias in &self.bias {
            out.resize(out.len() + pixels, bias);
        }
        // SAFETY: the three buffers hold outputs×pixels, outputs×inputs and inputs×pixels numbers, row-major, as the
        // strides say; `out` is not read elsewhere meanwhile.
        unsafe {
            gemm::gemm(
                outputs,
                pixels,
                inputs,
                out.as_mut_ptr(),
                1,
                pixels as isize,
                true,
                self.weight.as_ptr(),
                1,
                inputs as isize,
                x.as_ptr(),
                1,
                pixels as isize,
                1.0,
                1.0,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
        if clamped {
            relu6(out);
        }
    }
}

/// An inverted residual block.
pub(super) struct Block {
    pub expand: Option<Layer>,
    pub depthwise: Layer,
    pub project: Layer,
    pub kernel: usize,
    pub stride: usize,
    pub residual: bool,
}

/// The network.
pub(super) struct Network {
    pub stem: Layer,
    pub blocks: Vec<Block>,
    pub head: Layer,
}

impl Network {
    /// A picture `[3, 224, 224]`, `(x − 127) / 128` → its 1280 numbers.
    pub(super) fn embed(&self, picture: &[f32]) -> Vec<f32> {
        let mut side = SIZE as usize;
        let (mut x, mut wide, mut spatial) = (Vec::new(), Vec::new(), Vec::new());
        self.stem.product(&stem_columns(picture, side), side * side / 4, &mut x, true);
        side /= 2;
        for block in &self.blocks {
            let input: &[f32] = match &block.expand {
                Some(expand) => {
                    expand.product(&x, side * side, &mut wide, true);
                    &wide
                }
                None => &x,
            };
            let out = side.div_ceil(block.stride);
            spatial.clear();
            spatial.resize(block.depthwise.outputs() * out * out, 0.0);
            let planes = spatial.chunks_exact_mut(out * out).zip(input.chunks_exact(side * side));
            for (channel, (plane, source)) in planes.enumerate() {
                plane.fill(block.depthwise.bias[channel]);
                let size = block.kernel * block.kernel;
                let kernel = &block.depthwise.weight[channel * size..(channel + 1) * size];
                depthwise(source, (side, side), kernel, block.kernel, block.stride, plane);
            }
            relu6(&mut spatial);
            let mut narrow = std::mem::take(&mut wide);
            block.project.product(&spatial, out * out, &mut narrow, false);
            if block.residual {
                narrow.iter_mut().zip(&x).for_each(|(y, x)| *y += x);
            }
            wide = std::mem::replace(&mut x, narrow);
            side = out;
        }
        self.head.product(&x, side * side, &mut wide, true);
        let pixels = (side * side) as f32;
        wide.chunks_exact(side * side).map(|plane| plane.iter().sum::<f32>() / pixels).collect()
    }
}

fn relu6(x: &mut [f32]) {
    x.iter_mut().for_each(|x| *x = x.clamp(0.0, 6.0));
}

/// What each output pixel of the 3×3, stride 2 stem sees: `[27, side²/4]`.
fn stem_columns(picture: &[f32], side: usize) -> Vec<f32> {
    let (out, before) = (side / 2, same_padding(side, 3, 2).0);
    let mut columns = vec![0.0; 27 * out * out];
    for (row, column) in columns.chunks_exact_mut(out * out).enumerate() {
        let (channel, ky, kx) = (row / 9, row / 3 % 3, row % 3);
        let plane = &picture[channel * side * side..(channel + 1) * side * side];
        for y in 0..out {
            let Some(sy) = (2 * y + ky).checked_sub(before).filter(|&sy| sy < side) else { continue };
            for x in 0..out {
                let Some(sx) = (2 * x + kx).checked_sub(before).filter(|&sx| sx < side) else { continue };
                column[y * out + x] = plane[sy * side + sx];
            }
        }
    }
    columns
}

/// Adds one channel's convolution to `out`, with TensorFlow's padding.
pub(super) fn depthwise(
    source: &[f32],
    (h, w): (usize, usize),
    kernel: &[f32],
    k: usize,
    stride: usize,
    out: &mut [f32],
) {
    let ow = w.div_ceil(stride);
    let (top, left) = (same_padding(h, k, stride).0, same_padding(w, k, stride).0);
    for (y, row) in out.chunks_exact_mut(ow).enumerate() {
        for ky in 0..k {
            let Some(sy) = (y * stride + ky).checked_sub(top).filter(|&sy| sy < h) else { continue };
            let line = &source[sy * w..(sy + 1) * w];
            for kx in 0..k {
                let weight = kernel[ky * k + kx];
                // Output columns whose source column lies inside: left ≤ x·stride + kx < left + w.
                let first = left.saturating_sub(kx).div_ceil(stride);
                let last = ow.min((left + w).saturating_sub(kx).div_ceil(stride));
                let start = first * stride + kx - left;
                if stride == 1 && last > first {
                    for (o, v) in row[first..last].iter_mut().zip(&line[start..]) {
                        *o += weight * v;
                    }
                } else {
                    for (i, x) in (first..last).enumerate() {
                        row[x] += weight * line[start + i * stride];
                    }
                }
            }
        }
    }
}

/// TensorFlow's “SAME”: where the padding is odd, the far side gets more. Returns (before, after).
pub(super) fn same_padding(side: usize, kernel: usize, stride: usize) -> (usize, usize) {
    let total = ((side.div_ceil(stride) - 1) * stride + kernel).saturating_sub(side);
    (total / 2, total - total / 2)
}

//! EfficientNet-Lite0 (Tan & Le 2019, “EfficientNet: rethinking model scaling for convolutional neural networks”): embeds a picture
//! in 1,280 numbers.
//!
//! Lite0 drops squeeze-and-excitation, uses ReLU6 and keeps stem and head at their width. Weights come by path (tensor names as
//! in `efficientnet_lite0_pytorch`). It takes no part in any loss of a generator: it measures, and it is the teacher of the
//! encoder behind the `learned` features.

pub use super::efficientnet_cpu::SIZE;
use super::efficientnet_cpu::{self, Layer, Network, same_padding};
use super::embeddings::Embeddings;
use super::error::ModelError;
use candle_core::{CpuStorage, CustomOp2, D, Device, Layout, Result, Shape, Tensor};
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::Path;

/// Numbers in an embedding.
pub const DIMS: usize = 1280;
/// BatchNorm's epsilon in the TensorFlow original.
const EPSILON: f64 = 1e-3;
/// Pictures that go through the network together.
const BATCH: usize = 16;

/// kernel, stride, expansion, output channels, repeats: the rows of the paper's table 1.
const STAGES: [(usize, usize, usize, usize, usize); 7] = [
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
];

/// A convolution with its BatchNorm folded in.
struct Folded {
    weight: Tensor,
    bias: Tensor,
}

struct Block {
    expand: Option<Folded>,
    depthwise: Folded,
    project: Folded,
    kernel: usize,
    stride: usize,
    residual: bool,
}

/// The network, ready to embed.
pub struct EfficientNetLite0 {
    stem: Folded,
    blocks: Vec<Block>,
    head: Folded,
    device: Device,
    /// The same once more, where the device is the processor.
    cpu: Option<Network>,
}

impl EfficientNetLite0 {
    /// Loads the weights of a safetensors file onto a device.
    ///
    /// # Errors
    /// When the file cannot be read or lacks a tensor.
    pub fn load(path: &Path, device: &Device) -> std::result::Result<Self, ModelError> {
        let refused = |reason: String| ModelError::Yardstick { path: path.display().to_string(), reason };
        let tensors =
            candle_core::safetensors::load(path, device).map_err(|error| refused(error.to_string()))?;
        Self::from_tensors(&tensors, device).map_err(|error| refused(error.to_string()))
    }

    fn from_tensors(tensors: &HashMap<String, Tensor>, device: &Device) -> Result<Self> {
        let get = |name: &str| {
            tensors
                .get(name)
                .cloned()
                .ok_or_else(|| candle_core::Error::Msg(format!("the tensor {name} is missing")))
        };
        let fold = |conv: &str, norm: &str| -> Result<Folded> {
            let weight = get(&format!("{conv}.weight"))?;
            let scale = (get(&format!("{norm}.running_var"))? + EPSILON)?.sqrt()?;
            let scale = (get(&format!("{norm}.weight"))? / scale)?;
            let bias = (get(&format!("{norm}.bias"))? - (get(&format!("{norm}.running_mean"))? * &scale)?)?;
            let weight = weight.broadcast_mul(&scale.reshape(((), 1, 1, 1))?)?;
            Ok(Folded { weight, bias })
        };
        let mut blocks = Vec::new();
        let mut input = 32;
        for (kernel, first_stride, expansion, output, repeats) in STAGES {
            for repeat in 0..repeats {
                let name = format!("_blocks.{}", blocks.len());
                let part =
                    |conv: &str, norm: &str| fold(&format!("{name}.{conv}"), &format!("{name}.{norm}"));
                let stride = if repeat == 0 { first_stride } else { 1 };
                blocks.push(Block {
                    expand: if expansion > 1 { Some(part("_expand_conv", "_bn0")?) } else { None },
                    depthwise: part("_depthwise_conv", "_bn1")?,
                    project: part("_project_conv", "_bn2")?,
                    kernel,
                    stride,
                    residual: stride == 1 && input == output,
                });
                input = output;
            }
        }
        let (stem, head) = (fold("_conv_stem", "_bn0")?, fold("_conv_head", "_bn1")?);
        let cpu = if device.is_cpu() { Some(plain(&stem, &blocks, &head)?) } else { None };
        Ok(Self { stem, blocks, head, device: device.clone(), cpu })
    }

    /// Embeds pictures of any size: `[pictures, 1280]`.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn embed(&self, pictures: &[RgbImage]) -> std::result::Result<Embeddings, ModelError> {
        if let Some(cpu) = &self.cpu {
            let rows: Vec<Vec<f32>> =
                pictures.par_iter().map(|picture| cpu.embed(&prepared(picture))).collect();
            return Ok(Embeddings { dims: DIMS, values: rows.concat() });
        }
        let mut values = Vec::with_capacity(pictures.len() * DIMS);
        for batch in pictures.chunks(BATCH) {
            let inputs: Vec<Vec<f32>> = batch.par_iter().map(prepared).collect();
            let side = SIZE as usize;
            let input = Tensor::from_vec(inputs.concat(), (batch.len(), 3, side, side), &self.device)?;
            values.extend(self.forward(&input)?.flatten_all()?.to_vec1::<f32>()?);
        }
        Ok(Embeddings { dims: DIMS, values })
    }

    /// `[n, 3, 224, 224]`, `(x − 127) / 128` → `[n, 1280]`.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let stem = same_padded(input, 3, 2)?.conv2d(&self.stem.weight, 0, 2, 1, 1)?;
        let mut x = relu6(&stem.broadcast_add(&channels(&self.stem.bias)?)?)?;
        for block in &self.blocks {
            x = block.forward(&x)?;
        }
        relu6(&pointwise(&x, &self.head)?)?.mean((D::Minus2, D::Minus1))
    }
}

/// The layers as plain numbers.
fn plain(stem: &Folded, blocks: &[Block], head: &Folded) -> Result<Network> {
    let layer = |folded: &Folded| Layer::new(&folded.weight, &folded.bias);
    let block = |block: &Block| {
        Ok(efficientnet_cpu::Block {
            expand: block.expand.as_ref().map(layer).transpose()?,
            depthwise: layer(&block.depthwise)?,
            project: layer(&block.project)?,
            kernel: block.kernel,
            stride: block.stride,
            residual: block.residual,
        })
    };
    let blocks = blocks.iter().map(block).collect::<Result<_>>()?;
    Ok(Network { stem: layer(stem)?, blocks, head: layer(head)? })
}

impl Block {
    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let wide = match &self.expand {
            Some(expand) => relu6(&pointwise(input, expand)?)?,
            None => input.clone(),
        };
        let op = Depthwise { stride: self.stride, kernel: self.kernel };
        let spatial = wide.contiguous()?.apply_op2(&self.depthwise.weight.contiguous()?, op)?;
        let spatial = relu6(&spatial.broadcast_add(&channels(&self.depthwise.bias)?)?)?;
        let narrow = pointwise(&spatial, &self.project)?;
        if self.residual { narrow + input } else { Ok(narrow) }
    }
}

/// A picture as the network wants it: 224 px, `(x − 127) / 128`, channels first.
fn prepared(picture: &RgbImage) -> Vec<f32> {
    let scaled = resized(picture);
    let mut out = vec![0.0; 3 * (SIZE * SIZE) as usize];
    for (i, pixel) in scaled.chunks_exact(3).enumerate() {
        for (channel, &value) in pixel.iter().enumerate() {
            out[channel * (SIZE * SIZE) as usize + i] = (f32::from(value) - 127.0) / 128.0;
        }
    }
    out
}

/// Bilinear with antialiasing, as Pillow's `BILINEAR`.
fn resized(picture: &RgbImage) -> Vec<u8> {
    use fast_image_resize::{PixelType, images::Image, images::ImageRef};
    if picture.dimensions() == (SIZE, SIZE) {
        return picture.as_raw().clone();
    }
    let mut out = Image::new(SIZE, SIZE, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3)
        .map_err(|error| error.to_string())
        .and_then(|view| Resizer::new().resize(&view, &mut out, &options).map_err(|error| error.to_string()))
        .expect("an RgbImage has three bytes per pixel and is not empty");
    out.into_vec()
}

fn relu6(x: &Tensor) -> Result<Tensor> {
    x.clamp(0.0_f32, 6.0_f32)
}

fn channels(bias: &Tensor) -> Result<Tensor> {
    bias.reshape((1, (), 1, 1))
}

/// A 1×1 convolution: one matrix product per picture.
fn pointwise(x: &Tensor, conv: &Folded) -> Result<Tensor> {
    let (n, c, h, w) = x.dims4()?;
    let out = conv.weight.dim(0)?;
    let weight = conv.weight.reshape((1, out, c))?.broadcast_as((n, out, c))?.contiguous()?;
    let product = weight.matmul(&x.reshape((n, c, h * w))?.contiguous()?)?;
    product.reshape((n, out, h, w))?.broadcast_add(&channels(&conv.bias)?)
}

fn same_padded(x: &Tensor, kernel: usize, stride: usize) -> Result<Tensor> {
    let (_, _, h, w) = x.dims4()?;
    let ((top, bottom), (left, right)) = (same_padding(h, kernel, stride), same_padding(w, kernel, stride));
    x.pad_with_zeros(2, top, bottom)?.pad_with_zeros(3, left, right)
}

/// Depthwise convolution with TensorFlow's padding: input `[n, c, h, w]`, kernel `[c, 1, k, k]`. Candle's own grouped
/// convolution runs one small convolution per channel.
struct Depthwise {
    stride: usize,
    kernel: usize,
}

impl Depthwise {
    fn output(&self, input: &Layout) -> Result<(usize, usize, usize, usize, usize, usize)> {
        let (n, c, h, w) = input.shape().dims4()?;
        Ok((n, c, h, w, h.div_ceil(self.stride), w.div_ceil(self.stride)))
    }
}

impl CustomOp2 for Depthwise {
    fn name(&self) -> &'static str {
        "depthwise"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (n, c, h, w, oh, ow) = self.output(l1)?;
        let (Some((a0, a1)), Some((b0, b1))) = (l1.contiguous_offsets(), l2.contiguous_offsets()) else {
            candle_core::bail!("depthwise convolution needs contiguous tensors");
        };
        let (input, weight) = (&s1.as_slice::<f32>()?[a0..a1], &s2.as_slice::<f32>()?[b0..b1]);
        let (k, stride) = (self.kernel, self.stride);
        let mut out = vec![0.0_f32; n * c * oh * ow];
        out.par_chunks_exact_mut(oh * ow).enumerate().for_each(|(plane, out)| {
            let source = &input[plane * h * w..(plane + 1) * h * w];
            let kernel = &weight[(plane % c) * k * k..(plane % c + 1) * k * k];
            efficientnet_cpu::depthwise(source, (h, w), kernel, k, stride, out);
        });
        Ok((CpuStorage::F32(out), Shape::from((n, c, oh, ow))))
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(
        &self,
        s1: &candle_core::CudaStorage,
        l1: &Layout,
        s2: &candle_core::CudaStorage,
        l2: &Layout,
    ) -> Result<(candle_core::CudaStorage, Shape)> {
        use candle_core::backend::BackendStorage;
        // The yardstick is small: a detour over the CPU is exact and costs little beside the generator it measures.
        let (out, shape) = self.cpu_fwd(&s1.to_cpu_storage()?, l1, &s2.to_cpu_storage()?, l2)?;
        use candle_core::backend::BackendDevice;
        Ok((s1.device().storage_from_cpu_storage(&out)?, shape))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_tensorflows() {
        assert_eq!(same_padding(112, 3, 2), (0, 1));
        assert_eq!(same_padding(56, 5, 2), (1, 2));
        assert_eq!(same_padding(28, 3, 1), (1, 1));
    }

    #[test]
    fn depthwise_agrees_with_a_sum_by_hand() {
        let (n, c, side, k, stride) = (2, 3, 9, 5, 2);
        let value = |i: usize| ((i * 7919) % 23) as f32 - 11.0;
        let input: Vec<f32> = (0..n * c * side * side).map(value).collect();
        let kernel: Vec<f32> = (0..c * k * k).map(|i| value(i + 5)).collect();
        let x = Tensor::from_vec(input.clone(), (n, c, side, side), &Device::Cpu).unwrap();
        let weight = Tensor::from_vec(kernel.clone(), (c, 1, k, k), &Device::Cpu).unwrap();
        let got = x.apply_op2(&weight, Depthwise { stride, kernel: k }).unwrap();
        let got = got.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let (out, before) = (side.div_ceil(stride), same_padding(side, k, stride).0 as isize);
        for (i, got) in got.iter().enumerate() {
            let (plane, y, x) = (i / (out * out), (i / out) % out, i % out);
            let mut sum = 0.0;
            for ky in 0..k {
                for kx in 0..k {
                    let (sy, sx) = ((y * stride + ky) as isize - before, (x * stride + kx) as isize - before);
                    if (0..side as isize).contains(&sy) && (0..side as isize).contains(&sx) {
                        let at = plane * side * side + sy as usize * side + sx as usize;
                        sum += input[at] * kernel[(plane % c) * k * k + ky * k + kx];
                    }
                }
            }
            assert!((got - sum).abs() < 1e-3, "{i}: {got} and {sum}");
        }
    }
}

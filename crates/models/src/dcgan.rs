//! Deep convolutional generative adversarial network (Radford et al. 2015, “Unsupervised representation learning with deep
//! convolutional generative adversarial networks”).
//!
//! Widths and constants are those of PyTorch's DCGAN tutorial. The 4×4 layer at either end sees one place only, so it is a plain
//! matrix product.

use super::error::ModelError;
use super::weights::{Description, Files, count, described, halved};
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{Module, VarBuilder};
use gatefold_nn::layers::{BatchNorm, Conv, Params, Statistics, leaky, normal, tanh};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Deviation of the weights at the start (section 4 of the paper).
const DEVIATION: f64 = 0.02;
/// The discriminator's leak (section 4 of the paper).
const LEAK: f32 = 0.2;
/// Pixels across the smallest picture inside.
const SMALLEST: usize = 4;

/// Shape of both networks; stands beside the weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Config {
    /// Pixels across; a power of two from 8.
    pub size: usize,
    /// Numbers that a picture is made from, drawn from N(0, 1).
    pub noise: usize,
    /// Channels at half size; twice as many at each halving.
    pub width: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { size: 64, noise: 100, width: 64 }
    }
}

impl Config {
    /// Refuses what cannot be built, with a sentence.
    ///
    /// # Errors
    /// When the size does not fit or a number is 0.
    pub fn check(&self) -> std::result::Result<(), String> {
        if self.noise == 0 || self.width == 0 {
            return Err("a DCGAN needs noise and width above 0".to_owned());
        }
        if !self.size.is_power_of_two() || !(2 * SMALLEST..=512).contains(&self.size) {
            return Err(format!(
                "a DCGAN's size is a power of two between {} and 512, not {}",
                2 * SMALLEST,
                self.size
            ));
        }
        Ok(())
    }

    /// Channels from half size down to 4 pixels.
    fn widths(&self) -> Vec<usize> {
        let halvings = (self.size / SMALLEST).ilog2();
        (0..halvings).map(|i| self.width << i).collect()
    }
}

/// From noise to covers.
pub struct Generator {
    config: Config,
    /// `[noise, channels · 4 · 4]`
    first: Tensor,
    norms: Vec<BatchNorm>,
    ups: Vec<Conv>,
}

impl Generator {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, vb: &VarBuilder<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let widths: Vec<usize> = config.widths().into_iter().rev().collect();
        let first = [config.noise, widths[0] * SMALLEST * SMALLEST];
        let first = vb.get_with_hints(&first, "first.weight", normal(DEVIATION))?;
        let (mut norms, mut ups) = (Vec::new(), Vec::new());
        for (i, &width) in widths.iter().enumerate() {
            let level = vb.pp(format!("level{i}"));
            let next = widths.get(i + 1).copied().unwrap_or(3);
            norms.push(BatchNorm::new(&level.pp("norm"), width, DEVIATION, 0.0)?);
            ups.push(Conv::bare_transposed(&level.pp("up"), (width, next), 4, 2, 1, DEVIATION)?);
        }
        Ok(Self { config: config.clone(), first, norms, ups })
    }

    /// Its shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Noise `[n, noise]` → covers `[n, 3, size, size]` in −1–1.
    ///
    /// # Errors
    /// When the noise has another shape.
    pub fn forward(&self, noise: &Tensor, statistics: Statistics) -> Result<Tensor> {
        let n = noise.dims2()?.0;
        let mut x = noise.matmul(&self.first)?.reshape((n, (), SMALLEST, SMALLEST))?;
        for (norm, up) in self.norms.iter().zip(&self.ups) {
            x = up.forward(&norm.forward(&x, statistics)?)?;
        }
        tanh(&x)
    }
}

/// From covers to how real they look.
pub struct Discriminator {
    downs: Vec<(Conv, Option<BatchNorm>)>,
    /// `[channels · 4 · 4, 1]`
    last: Tensor,
}

impl Discriminator {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, vb: &VarBuilder<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let mut downs = Vec::new();
        let mut input = 3;
        for (i, width) in config.widths().into_iter().enumerate() {
            let level = vb.pp(format!("level{i}"));
            let down = Conv::bare(&level.pp("down"), (input, width), 4, 2, 1, DEVIATION)?;
            // Not on the covers themselves (section 3 of the paper).
            let norm = match i {
                0 => None,
                _ => Some(BatchNorm::new(&level.pp("norm"), width, DEVIATION, LEAK)?),
            };
            downs.push((down, norm));
            input = width;
        }
        let last = vb.get_with_hints(&[input * SMALLEST * SMALLEST, 1], "last.weight", normal(DEVIATION))?;
        Ok(Self { downs, last })
    }

    /// Covers `[n, 3, size, size]` in −1–1 → logits `[n]`: above 0 where a cover is taken for a real one.
    ///
    /// # Errors
    /// When the covers have another shape.
    pub fn forward(&self, covers: &Tensor, statistics: Statistics) -> Result<Tensor> {
        let mut x = covers.clone();
        for (down, norm) in &self.downs {
            let y = down.forward(&x)?;
            x = match norm {
                Some(norm) => norm.forward(&y, statistics)?,
                None => leaky(&y, LEAK)?,
            };
        }
        x.flatten_from(1)?.matmul(&self.last)?.flatten_all()
    }
}

/// log(1 + eˣ) of each number, without overflow: binary cross-entropy of logits is its mean over −x where the truth is
/// “real” and over x where it is “made”.
///
/// # Errors
/// When Candle refuses a computation.
pub fn softplus(x: &Tensor) -> Result<Tensor> {
    x.relu()? + (x.abs()?.neg()?.exp()? + 1.0)?.log()?
}

/// The generator's files. Its statistics stay in single precision: a small variance has no place in half precision.
///
/// # Errors
/// When Candle refuses a conversion.
pub fn files(config: &Config, weights: &HashMap<String, Tensor>) -> Result<Files> {
    let statistic = |name: &str| name.contains("running_");
    let parameters = count(weights.iter().filter(|(name, _)| !statistic(name)).map(|(_, tensor)| tensor));
    let mut tensors = HashMap::new();
    for (name, tensor) in weights {
        let kept = if statistic(name) {
            tensor.to_device(&Device::Cpu)?.to_dtype(DType::F32)?
        } else {
            halved(tensor)?
        };
        tensors.insert(name.clone(), kept);
    }
    Files::of(&tensors, &Description { model: "dcgan".to_owned(), config, parameters })
}

/// Reads a generator from its two files' contents.
///
/// # Errors
/// When either is damaged or they do not fit together.
pub fn read(
    weights: &[u8],
    description: &str,
    device: &Device,
) -> std::result::Result<(Description<Config>, Generator), ModelError> {
    let description: Description<Config> = described(description, "dcgan")?;
    description.config.check().map_err(ModelError::Description)?;
    let params = Params::loaded(candle_core::safetensors::load_buffer(weights, device)?, device);
    let generator = Generator::new(&description.config, &params.root())?;
    Ok((description, generator))
}

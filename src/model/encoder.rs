//! The small encoder behind the `learned` features: a cover in, a vector out that knows what is shown.
//!
//! A residual network without batch statistics (the residual blocks of [`super::vae`]), whose last maps are averaged
//! over the picture. What can be measured by hand ([`crate::features::measures`]) is told to it as well: a small network
//! learns from few covers what lies in plain sight only slowly. Beside what it makes of both stands how likely it finds
//! each genre that it was taught. [`crate::train::encoder`] teaches it.

use super::layers::{Conv, NormSilu, Params, Scope};
use super::residual::Residual;
use super::weights::{described, hash};
use super::{ModelError, weights::Description};
use crate::features::measures::{self, Standard};
use candle_core::{DType, Device, Result, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Name of the tensor that lists the difference hashes of the covers that the encoder learned from.
pub(crate) const SEEN: &str = "seen";
/// Name of the tensor that holds the mean and the scale of each measure: `[2, dims]`.
pub(crate) const STANDARD: &str = "standard";

/// Shape of an encoder; stands beside its weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Config {
    /// Pixels across.
    pub size: usize,
    /// Channels at half size, quarter size, …; the last is the number of maps that are averaged.
    pub channels: Vec<usize>,
    /// Residual blocks at each size; as long as `channels`.
    pub blocks: Vec<usize>,
    /// Units that see the cover's measures.
    #[serde(default)]
    pub measured: usize,
    /// Genres that it was taught.
    #[serde(default)]
    pub genres: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            size: 128,
            channels: vec![16, 32, 64, 128, 256],
            blocks: vec![0, 0, 1, 2, 1],
            measured: 64,
            genres: 0,
        }
    }
}

impl Config {
    /// Maps that are averaged.
    pub fn maps(&self) -> usize {
        self.channels.last().copied().unwrap_or(0)
    }

    /// What is taught by is linear in so many numbers: a mean for each map, and the measures' units.
    pub fn hidden(&self) -> usize {
        self.maps() + self.measured
    }

    /// Numbers of a vector: the hidden ones, and a logarithmic likelihood for each genre.
    pub fn numbers(&self) -> usize {
        self.hidden() + self.genres
    }

    /// Refuses what cannot be built, with a sentence.
    ///
    /// # Errors
    /// When sizes do not divide or the lists do not fit together.
    pub fn check(&self) -> std::result::Result<(), String> {
        let halvings = self.channels.len();
        if halvings == 0 || self.channels.contains(&0) || self.blocks.len() != halvings {
            return Err("an encoder needs at least one width, and a number of blocks for each".to_owned());
        }
        if self.size >> halvings == 0 || self.size % (1 << halvings) != 0 {
            return Err(format!("{} pixels cannot be halved {halvings} times", self.size));
        }
        Ok(())
    }
}

/// The network.
pub struct Encoder {
    config: Config,
    levels: Vec<(Conv, Vec<Residual>)>,
    last: NormSilu,
    /// Weight and bias.
    measured: Option<(Tensor, Tensor)>,
    /// Weight and bias.
    genres: Option<(Tensor, Tensor)>,
}

impl Encoder {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, scope: &Scope<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let mut levels = Vec::new();
        let mut input = 3;
        for (i, (&width, &blocks)) in config.channels.iter().zip(&config.blocks).enumerate() {
            let scope = scope.pp(format!("level{i}"));
            let gain = if i == 0 { 1.4 } else { 1.0 };
            let down = Conv::new(&scope.pp("down"), (input, width), 4, 2, 1, gain)?;
            let blocks =
                (0..blocks).map(|b| Residual::new(&scope.pp(b), width)).collect::<Result<Vec<_>>>()?;
            levels.push((down, blocks));
            input = width;
        }
        let last = NormSilu::new(&scope.pp("norm"), input)?;
        let some = |name: &str, inputs: usize, outputs: usize| {
            (outputs > 0).then(|| linear(&scope.pp(name), inputs, outputs)).transpose()
        };
        let measured = some("measured", measures::dims(), config.measured)?;
        let genres = some("genres", config.hidden(), config.genres)?;
        Ok(Self { config: config.clone(), levels, last, measured, genres })
    }

    /// Its shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Covers `[n, 3, size, size]` in −1–1, and their measures on the encoder's scale `[n, dims]` → vectors
    /// `[n, numbers]`.
    ///
    /// # Errors
    /// When an input has another shape.
    pub fn forward(&self, covers: &Tensor, measures: &Tensor) -> Result<Tensor> {
        let hidden = self.hidden(covers, measures)?;
        match self.genres(&hidden)? {
            Some(genres) => Tensor::cat(&[hidden, genres], 1),
            None => Ok(hidden),
        }
    }

    /// Hidden numbers `[n, hidden]` → logits of the genres `[n, genres]`, where it was taught any.
    pub(crate) fn genres(&self, hidden: &Tensor) -> Result<Option<Tensor>> {
        self.genres.as_ref().map(|layer| along(hidden, layer)).transpose()
    }

    /// What [`Encoder::forward`] takes → the hidden numbers `[n, hidden]`.
    pub(crate) fn hidden(&self, covers: &Tensor, measures: &Tensor) -> Result<Tensor> {
        let maps = self.maps(covers)?;
        match &self.measured {
            Some(layer) => Tensor::cat(&[maps, along(measures, layer)?.silu()?], 1),
            None => Ok(maps),
        }
    }

    /// Covers `[n, 3, size, size]` → means of the last maps `[n, maps]`.
    fn maps(&self, covers: &Tensor) -> Result<Tensor> {
        let mut x = covers.clone();
        for (down, blocks) in &self.levels {
            x = down.forward(&x)?;
            for block in blocks {
                x = block.forward(&x)?;
            }
        }
        self.last.forward(&x)?.flatten_from(2)?.mean(2)
    }
}

/// Weight `[inputs, outputs]` and bias `[1, outputs]` of a layer that is linear in a vector.
pub(crate) fn linear(scope: &Scope<'_>, inputs: usize, outputs: usize) -> Result<(Tensor, Tensor)> {
    let weight = scope.normal("weight", &[inputs, outputs], (1.0 / inputs as f64).sqrt())?;
    Ok((weight, scope.constant("bias", &[1, outputs], 0.0)?))
}

/// Rows through a layer of [`linear`].
pub(crate) fn along(rows: &Tensor, (weight, bias): &(Tensor, Tensor)) -> Result<Tensor> {
    rows.matmul(weight)?.broadcast_add(bias)
}

/// An encoder with what is known of the covers that it learned from.
pub struct Trained {
    /// The network.
    pub encoder: Encoder,
    /// Scale of the measures that it is told.
    pub standard: Standard,
    /// Difference hashes of the covers that it learned from, ascending.
    pub seen: Vec<u64>,
    /// See [`super::weights::hash`].
    pub hash: String,
}

/// Reads an encoder from its two files' contents.
///
/// # Errors
/// When either is damaged or they do not fit together.
pub fn read(weights: &[u8], description: &str, device: &Device) -> std::result::Result<Trained, ModelError> {
    let described: Description<Config> = described(description, "encoder")?;
    described.config.check().map_err(ModelError::Description)?;
    let mut tensors = candle_core::safetensors::load_buffer(weights, &Device::Cpu)?;
    let seen = match tensors.remove(SEEN) {
        Some(seen) => seen.to_dtype(DType::I64)?.to_vec1::<i64>()?,
        None => return Err(ModelError::Description(format!("the tensor {SEEN} is missing"))),
    };
    let mut seen: Vec<u64> = seen.into_iter().map(i64::cast_unsigned).collect();
    seen.sort_unstable();
    let dims = measures::dims();
    let standard = match tensors.remove(STANDARD) {
        Some(rows) if rows.dims() == [2, dims] => {
            let mut rows = rows.to_dtype(DType::F32)?.to_vec2::<f32>()?.into_iter();
            let mut row = || rows.next().unwrap_or_default();
            Standard { mean: row(), scale: row() }
        }
        _ => {
            return Err(ModelError::Description(format!(
                "the tensor {STANDARD} is missing, or not 2 × {dims}"
            )));
        }
    };
    let tensors: HashMap<String, Tensor> = tensors
        .into_iter()
        .map(|(name, tensor)| Ok((name, tensor.to_device(device)?)))
        .collect::<Result<_>>()?;
    let encoder = Encoder::new(&described.config, &Params::loaded(tensors, device).root())?;
    Ok(Trained { encoder, standard, seen, hash: hash(weights, description) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_becomes_hidden_numbers_and_genres() {
        let config =
            Config { size: 32, channels: vec![8, 16, 24], blocks: vec![0, 1, 1], measured: 7, genres: 5 };
        let params = Params::drawn(1, &Device::Cpu);
        let encoder = Encoder::new(&config, &params.root()).unwrap();
        let x = Tensor::rand(-1.0_f32, 1.0, (2, 3, 32, 32), &Device::Cpu).unwrap();
        let measured = Tensor::rand(-1.0_f32, 1.0, (2, measures::dims()), &Device::Cpu).unwrap();
        let vectors = encoder.forward(&x, &measured).unwrap();
        assert_eq!(vectors.dims(), [2, 24 + 7 + 5]);
        let hidden = encoder.hidden(&x, &measured).unwrap();
        let same =
            |part: &Tensor, whole: Tensor| part.to_vec2::<f32>().unwrap() == whole.to_vec2::<f32>().unwrap();
        assert!(same(&hidden, vectors.narrow(1, 0, 31).unwrap()));
        assert!(same(&encoder.genres(&hidden).unwrap().unwrap(), vectors.narrow(1, 31, 5).unwrap()));
    }

    #[test]
    fn shapes_that_cannot_be_built_are_said_so() {
        let odd = Config { size: 36, ..Config::default() };
        assert_eq!(odd.check().unwrap_err(), "36 pixels cannot be halved 5 times");
        let short = Config { blocks: vec![1], ..Config::default() };
        assert!(short.check().is_err());
    }
}

//! Ensemble of small multi-layer perceptrons behind the `learned` features: a cover's descriptors in, a vector out.
//!
//! Each member has one hidden layer, is drawn from another seed, and reads the descriptors of
//! [`gatefold_covers::features::measures`]: from some thousand covers such members learn what a deep convolutional network does
//! not (`docs/genre.md` has both). Each says how likely it finds every genre that it was taught, and together they say where the
//! cover lies in the embedding of EfficientNet-Lite0. `gatefold-train` teaches them by distillation.

use super::error::ModelError;
use super::weights::{Description, Files, count, described, halved, hash};
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{Init, VarBuilder};
use gatefold_covers::features::measures::{self, Standard};
use gatefold_nn::layers::{Params, normal};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Name of the tensor that lists the difference hashes of the covers that the encoder learned from.
const SEEN: &str = "seen";
/// Name of the tensor that holds the mean and the scale of each measure: `[2, dims]`.
const STANDARD: &str = "standard";

/// Shape of an encoder; stands beside its weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Config {
    /// Networks that read the measures independently.
    #[serde(rename = "readers")]
    pub members: usize,
    /// Hidden units of each.
    pub units: usize,
    /// Principal components of the teacher's numbers that are told.
    pub components: usize,
    /// Genres that are told.
    pub genres: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { members: 4, units: 1024, components: 16, genres: 0 }
    }
}

impl Config {
    /// Numbers of a vector: the components, and each member's logit for each genre.
    pub fn numbers(&self) -> usize {
        self.components + self.members * self.genres
    }

    /// Refuses what cannot be built, with a sentence.
    ///
    /// # Errors
    /// When there would be nothing that reads, or nothing that is said.
    pub fn check(&self) -> std::result::Result<(), String> {
        if self.members == 0 || self.units == 0 {
            return Err("an encoder needs at least one reader with at least one unit".to_owned());
        }
        if self.components + self.genres == 0 {
            return Err("an encoder says at least one component or genre".to_owned());
        }
        Ok(())
    }
}

/// The network.
pub struct Encoder {
    config: Config,
    /// Hidden and last layer of each member, weight and bias.
    members: Vec<[(Tensor, Tensor); 2]>,
}

/// What one member says.
pub struct Prediction {
    /// `[n, components]`.
    pub components: Tensor,
    /// Logits, `[n, genres]`.
    pub genres: Tensor,
}

impl Encoder {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, vb: &VarBuilder<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let said = config.components + config.genres;
        let member = |number: usize| {
            let vb = vb.pp(format!("reader{number}"));
            let hidden = linear(&vb.pp("hidden"), measures::dims(), config.units)?;
            Ok([hidden, linear(&vb.pp("said"), config.units, said)?])
        };
        let members = (0..config.members).map(member).collect::<Result<_>>()?;
        Ok(Self { config: config.clone(), members })
    }

    /// Its shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Measures of covers on the encoder's scale `[n, dims]` → vectors `[n, numbers]`: the components as the members
    /// say them in the mean, then the logits of the first member, of the second, ….
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn forward(&self, measures: &Tensor) -> Result<Tensor> {
        let said = self.members(measures, &mut Ok)?;
        let n = said.len() as f64;
        let mut components = said[0].components.clone();
        for other in &said[1..] {
            components = (components + &other.components)?;
        }
        let mut parts = vec![(components / n)?];
        parts.extend(said.into_iter().map(|said| said.genres));
        Tensor::cat(&parts, 1)
    }

    /// What each member says; `drop` stands before each of its layers.
    ///
    /// # Errors
    /// When the input has another shape, or `drop` fails.
    pub fn members(
        &self,
        measures: &Tensor,
        drop: &mut dyn FnMut(Tensor) -> Result<Tensor>,
    ) -> Result<Vec<Prediction>> {
        let Config { components, genres, .. } = self.config;
        let mut all = Vec::with_capacity(self.members.len());
        for [hidden, said] in &self.members {
            let units = along(&drop(measures.clone())?, hidden)?.silu()?;
            let said = along(&drop(units)?, said)?;
            all.push(Prediction {
                components: said.narrow(1, 0, components)?,
                genres: said.narrow(1, components, genres)?,
            });
        }
        Ok(all)
    }
}

/// Weight `[inputs, outputs]` and bias `[1, outputs]` of a layer that is linear in a vector.
fn linear(vb: &VarBuilder<'_>, inputs: usize, outputs: usize) -> Result<(Tensor, Tensor)> {
    let weight =
        vb.get_with_hints(&[inputs, outputs], "weight", normal((1.0 / (3.0 * inputs as f64)).sqrt()))?;
    Ok((weight, vb.get_with_hints(&[1, outputs], "bias", Init::Const(0.0))?))
}

/// Rows through a layer of [`linear`].
fn along(rows: &Tensor, (weight, bias): &(Tensor, Tensor)) -> Result<Tensor> {
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

/// An encoder's files; `standard` is the scale of its measures, `seen` are the difference hashes of the covers that it
/// learned from.
///
/// # Errors
/// When Candle refuses a conversion.
pub fn files(
    config: &Config,
    weights: &HashMap<String, Tensor>,
    standard: &Standard,
    seen: &[u64],
) -> Result<Files> {
    let mut tensors = HashMap::new();
    for (name, tensor) in weights {
        tensors.insert(name.clone(), halved(tensor)?);
    }
    let seen: Vec<i64> = seen.iter().map(|&hash| hash.cast_signed()).collect();
    let rows = [standard.mean.clone(), standard.scale.clone()].concat();
    let rows = Tensor::from_vec(rows, (2, standard.mean.len()), &Device::Cpu)?;
    tensors.insert(STANDARD.to_owned(), rows);
    tensors.insert(SEEN.to_owned(), Tensor::new(seen, &Device::Cpu)?);
    let parameters = count(weights.values());
    Files::of(&tensors, &Description { model: "encoder".to_owned(), config, parameters })
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
    fn a_vector_is_the_mean_of_the_components_and_every_readers_genres() {
        let config = Config { members: 3, units: 8, components: 2, genres: 5 };
        let params = Params::drawn(1, &Device::Cpu);
        let encoder = Encoder::new(&config, &params.root()).unwrap();
        let measured = Tensor::rand(-1.0_f32, 1.0, (4, measures::dims()), &Device::Cpu).unwrap();
        let vectors = encoder.forward(&measured).unwrap().to_vec2::<f32>().unwrap();
        assert_eq!(vectors.len(), 4);
        let said = encoder.members(&measured, &mut Ok).unwrap();
        let rows = |t: &Tensor| t.to_vec2::<f32>().unwrap();
        for (i, vector) in vectors.iter().enumerate() {
            assert_eq!(vector.len(), config.numbers());
            let mean = said.iter().map(|said| rows(&said.components)[i][1]).sum::<f32>() / 3.0;
            assert!((vector[1] - mean).abs() < 1e-6);
            assert_eq!(vector[7..12], rows(&said[1].genres)[i]);
        }
        assert_ne!(vectors[0][2..7], vectors[0][7..12], "readers differ");
    }

    #[test]
    fn shapes_that_cannot_be_built_are_said_so() {
        let none = Config { members: 0, ..Config::default() };
        assert_eq!(none.check().unwrap_err(), "an encoder needs at least one reader with at least one unit");
        let silent = Config { components: 0, ..Config::default() };
        assert!(silent.check().is_err());
    }
}

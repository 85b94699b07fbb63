//! A model on disk: `NAME.safetensors`, and `NAME.json` that says what it is. Weights are kept in half precision; the
//! rounded numbers are what is measured, hashed and used.

use super::ModelError;
use super::codes::Prior;
use super::dcgan;
use super::encoder;
use super::enlarge;
use super::second::{self, Measured, Second};
use super::vae::{Config, Vae};
use crate::features::measures::Standard;
use crate::train::{TrainError, TrainingData, grid, write_json, write_tensors};
use candle_core::{DType, Device, Tensor};
use gatefold_nn::layers::Params;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// What stands beside the weights; of a VAE unless it says otherwise.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Description<C = Config> {
    /// Kind of model.
    pub model: String,
    /// Its shape.
    pub config: C,
    /// Numbers it learned.
    pub parameters: u64,
    /// A VAE's second stage, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<second::Described>,
}

/// First 16 hexadecimal digits of BLAKE3 over weights, then description.
pub fn hash(weights: &[u8], description: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(weights).update(description.as_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Weights as they will be after a journey through the file.
///
/// # Errors
/// When Candle refuses the conversion.
pub fn rounded(weights: &HashMap<String, Tensor>) -> candle_core::Result<HashMap<String, Tensor>> {
    let round = |t: &Tensor| t.to_dtype(DType::F16)?.to_dtype(DType::F32);
    weights.iter().map(|(name, tensor)| Ok((name.clone(), round(tensor)?))).collect()
}

/// Writes `NAME.safetensors` and `NAME.json` below `folder`, with the prior measured on the covers of `data`.
///
/// # Errors
/// When the disk refuses or a computation fails.
pub fn write(
    folder: &Path,
    name: &str,
    vae: &Vae,
    weights: HashMap<String, Tensor>,
    data: &TrainingData,
) -> Result<(), TrainError> {
    let config = vae.config().clone();
    let parameters = weights.values().map(|tensor| tensor.elem_count() as u64).sum();
    let prior = Prior::measure(vae, data)?;
    let mut tensors = HashMap::new();
    for (name, tensor) in weights {
        tensors.insert(name, tensor.to_device(&Device::Cpu)?.to_dtype(DType::F16)?);
    }
    prior.save(&mut tensors)?;
    let description = Description { model: "vae".to_owned(), config, parameters, flow: None };
    write_tensors(&folder.join(format!("{name}.safetensors")), &tensors)?;
    write_json(&folder.join(format!("{name}.json")), &description)
}

/// Writes a DCGAN's generator: `NAME.safetensors` and `NAME.json` below `folder`. Its statistics stay in single
/// precision: a small variance has no place in half precision.
///
/// # Errors
/// When the disk refuses.
pub fn write_dcgan(
    folder: &Path,
    name: &str,
    config: &dcgan::Config,
    weights: HashMap<String, Tensor>,
) -> Result<(), TrainError> {
    let statistic = |name: &str| name.contains("running_");
    let learned = weights.iter().filter(|(name, _)| !statistic(name));
    let parameters = learned.map(|(_, tensor)| tensor.elem_count() as u64).sum();
    let mut tensors = HashMap::new();
    for (name, tensor) in weights {
        let kind = if statistic(&name) { DType::F32 } else { DType::F16 };
        tensors.insert(name, tensor.to_device(&Device::Cpu)?.to_dtype(kind)?);
    }
    let description =
        Description { model: "dcgan".to_owned(), config: config.clone(), parameters, flow: None };
    write_tensors(&folder.join(format!("{name}.safetensors")), &tensors)?;
    write_json(&folder.join(format!("{name}.json")), &description)
}

/// Writes an enlarger: `NAME.safetensors` and `NAME.json` below `folder`.
///
/// # Errors
/// When the disk refuses.
pub fn write_enlarger(
    folder: &Path,
    name: &str,
    config: &enlarge::Config,
    weights: HashMap<String, Tensor>,
) -> Result<(), TrainError> {
    let parameters = weights.values().map(|tensor| tensor.elem_count() as u64).sum();
    let mut tensors = HashMap::new();
    for (name, tensor) in weights {
        tensors.insert(name, tensor.to_device(&Device::Cpu)?.to_dtype(DType::F16)?);
    }
    let description =
        Description { model: "enlarger".to_owned(), config: config.clone(), parameters, flow: None };
    write_tensors(&folder.join(format!("{name}.safetensors")), &tensors)?;
    write_json(&folder.join(format!("{name}.json")), &description)
}

/// Writes an encoder: `NAME.safetensors` and `NAME.json` below `folder`; `standard` is the scale of its measures, `seen`
/// are the difference hashes of the covers that it learned from.
///
/// # Errors
/// When the disk refuses.
pub fn write_encoder(
    folder: &Path,
    name: &str,
    config: &encoder::Config,
    weights: HashMap<String, Tensor>,
    standard: &Standard,
    seen: &[u64],
) -> Result<(), TrainError> {
    let parameters = weights.values().map(|tensor| tensor.elem_count() as u64).sum();
    let mut tensors = HashMap::new();
    for (name, tensor) in weights {
        tensors.insert(name, tensor.to_device(&Device::Cpu)?.to_dtype(DType::F16)?);
    }
    let seen: Vec<i64> = seen.iter().map(|&hash| hash.cast_signed()).collect();
    let rows = [standard.mean.clone(), standard.scale.clone()].concat();
    let rows = Tensor::from_vec(rows, (2, standard.mean.len()), &Device::Cpu)?;
    tensors.insert(encoder::STANDARD.to_owned(), rows);
    tensors.insert(encoder::SEEN.to_owned(), Tensor::new(seen, &Device::Cpu)?);
    let description =
        Description { model: "encoder".to_owned(), config: config.clone(), parameters, flow: None };
    write_tensors(&folder.join(format!("{name}.safetensors")), &tensors)?;
    write_json(&folder.join(format!("{name}.json")), &description)
}

/// Reads a DCGAN's generator from its two files' contents.
///
/// # Errors
/// When either is damaged or they do not fit together.
pub fn read_dcgan(
    weights: &[u8],
    description: &str,
    device: &Device,
) -> Result<(Description<dcgan::Config>, dcgan::Generator), ModelError> {
    let description: Description<dcgan::Config> = described(description, "dcgan")?;
    description.config.check().map_err(ModelError::Description)?;
    let params = Params::loaded(candle_core::safetensors::load_buffer(weights, device)?, device);
    let generator = dcgan::Generator::new(&description.config, &params.root())?;
    Ok((description, generator))
}

/// A description, if it is one of this kind of model.
pub(crate) fn described<C: DeserializeOwned>(text: &str, kind: &str) -> Result<Description<C>, ModelError> {
    let damaged = |error: serde_json::Error| ModelError::Description(error.to_string());
    let description: Description<serde_json::Value> = serde_json::from_str(text).map_err(damaged)?;
    if description.model != kind {
        return Err(ModelError::Kind { found: description.model, needed: kind.to_owned() });
    }
    serde_json::from_str(text).map_err(damaged)
}

/// A VAE with all that belongs to it.
pub struct Painter {
    /// What it is.
    pub description: Description,
    /// The network.
    pub vae: Vae,
    /// The cloud of rough codes.
    pub prior: Prior,
    /// The second stage, if it has one.
    pub second: Option<Second>,
}

/// Reads a model from its two files' contents.
///
/// # Errors
/// When either is damaged or they do not fit together.
pub fn read(weights: &[u8], description: &str, device: &Device) -> Result<Painter, ModelError> {
    let description: Description = described(description, "vae")?;
    description.config.check().map_err(ModelError::Description)?;
    let tensors = candle_core::safetensors::load_buffer(weights, device)?;
    let prior = Prior::load(&tensors, description.config.numbers())?;
    let load = |flow| Second::load(flow, &description.config, &tensors, device);
    let second = description.flow.as_ref().map(load).transpose()?;
    let params = Params::loaded(tensors, device);
    let vae = Vae::new(&description.config, &params.root())?;
    Ok(Painter { description, vae, prior, second })
}

/// Writes `NAME.safetensors` and `NAME.json` below `folder`: the VAE in `weights` and `description`, with a second stage.
///
/// # Errors
/// When the VAE's files are damaged or the disk refuses.
pub fn write_flow(
    folder: &Path,
    name: &str,
    (weights, description): (&[u8], &str),
    flow: second::Described,
    learned: HashMap<String, Tensor>,
    measured: &Measured,
) -> Result<(), TrainError> {
    let refused = |error: ModelError| TrainError::Settings(error.to_string());
    let description: Description = described(description, "vae").map_err(refused)?;
    let mut tensors = candle_core::safetensors::load_buffer(weights, &Device::Cpu)?;
    // A second stage that was there goes.
    tensors.retain(|name, _| !name.starts_with(second::PREFIX));
    let of_vae = |name: &str| ["encoder.", "decoder."].iter().any(|half| name.starts_with(half));
    let first: u64 =
        tensors.iter().filter(|(name, _)| of_vae(name)).map(|(_, t)| t.elem_count() as u64).sum();
    let second: u64 = learned.values().map(|t| t.elem_count() as u64).sum();
    for (name, tensor) in learned {
        let tensor = tensor.to_device(&Device::Cpu)?.to_dtype(DType::F16)?;
        tensors.insert(format!("{}{name}", second::PREFIX), tensor);
    }
    measured.save(&mut tensors)?;
    let description = Description { parameters: first + second, flow: Some(flow), ..description };
    write_tensors(&folder.join(format!("{name}.safetensors")), &tensors)?;
    write_json(&folder.join(format!("{name}.json")), &description)
}

/// Writes `NAME.safetensors` and `NAME.json` below `folder`: the model in `weights` and `description` with other numbers
/// in those of its tensors that `learned` names.
///
/// # Errors
/// When the model's files are damaged, have no such tensor, or the disk refuses.
pub fn write_changed(
    folder: &Path,
    name: &str,
    (weights, description): (&[u8], &str),
    learned: HashMap<String, Tensor>,
) -> Result<(), TrainError> {
    let refused = |error: ModelError| TrainError::Settings(error.to_string());
    let description: Description = described(description, "vae").map_err(refused)?;
    let mut tensors = candle_core::safetensors::load_buffer(weights, &Device::Cpu)?;
    for (name, tensor) in learned {
        let Some(place) = tensors.get_mut(&name) else {
            return Err(TrainError::Settings(format!("the model has no tensor {name}")));
        };
        *place = tensor.to_device(&Device::Cpu)?.to_dtype(DType::F16)?;
    }
    write_tensors(&folder.join(format!("{name}.safetensors")), &tensors)?;
    write_json(&folder.join(format!("{name}.json")), &description)
}

/// Means and mean variances of the codes of every training cover: `([n][numbers], [numbers])`.
pub(super) fn codes(
    vae: &Vae,
    data: &TrainingData,
    device: &Device,
) -> Result<(Vec<Vec<f32>>, Vec<f64>), TrainError> {
    let size = vae.config().size;
    let numbers = vae.config().numbers();
    let (mut means, mut variances) = (Vec::new(), vec![0.0; numbers]);
    for covers in data.whole().chunks(64) {
        let pictures = covers.iter().map(|cover| data.picture(cover)).collect::<Vec<_>>();
        let input = Tensor::from_vec(grid::values(&pictures), (pictures.len(), 3, size, size), device)?;
        let posterior = vae.encode(&input)?.rough;
        let rows = |t: &Tensor| t.flatten_from(1)?.to_device(&Device::Cpu)?.to_vec2::<f32>();
        means.extend(rows(&posterior.mean)?);
        for row in rows(&posterior.log_variance.exp()?)? {
            for (sum, value) in variances.iter_mut().zip(row) {
                *sum += f64::from(value);
            }
        }
    }
    let n = means.len().max(1) as f64;
    variances.iter_mut().for_each(|v| *v /= n);
    Ok((means, variances))
}

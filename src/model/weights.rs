//! A model on disk: `NAME.safetensors`, and `NAME.json` that says what it is. Weights are kept in half precision; the
//! rounded numbers are what is measured, hashed and used.

use super::ModelError;
use super::codes::Prior;
use super::vae::{Config, Vae};
use crate::train::{TrainError, TrainingData, grid};
use candle_core::{DType, Device, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// What stands beside the weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Description {
    /// Kind of model.
    pub model: String,
    /// Its shape.
    pub config: Config,
    /// Numbers it learned.
    pub parameters: u64,
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
    let description = Description { model: "vae".to_owned(), config, parameters };
    let text = serde_json::to_string_pretty(&description)
        .map_err(|error| TrainError::Settings(error.to_string()))?;
    let path = folder.join(format!("{name}.safetensors"));
    let fresh = folder.join(format!("{name}.part"));
    candle_core::safetensors::save(&tensors, &fresh)?;
    std::fs::rename(&fresh, &path).map_err(TrainError::file(&path))?;
    let path = folder.join(format!("{name}.json"));
    std::fs::write(&fresh, text + "\n").map_err(TrainError::file(&fresh))?;
    std::fs::rename(&fresh, &path).map_err(TrainError::file(&path))
}

/// Reads a model from its two files' contents.
///
/// # Errors
/// When either is damaged or they do not fit together.
pub fn read(
    weights: &[u8],
    description: &str,
    device: &Device,
) -> Result<(Description, Vae, Prior), ModelError> {
    let description: Description =
        serde_json::from_str(description).map_err(|error| ModelError::Description(error.to_string()))?;
    if description.model != "vae" {
        return Err(ModelError::Kind(description.model));
    }
    description.config.check().map_err(ModelError::Description)?;
    let tensors = candle_core::safetensors::load_buffer(weights, device)?;
    let prior = Prior::load(&tensors, description.config.numbers())?;
    let params = super::layers::Params::loaded(tensors, device);
    let vae = Vae::new(&description.config, &params.root())?;
    Ok((description, vae, prior))
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
        let posterior = vae.encode(&input)?;
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

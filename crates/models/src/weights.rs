//! Weight files: `NAME.safetensors` (Hugging Face's safetensors) with `NAME.json` beside it, which says what the tensors are.
//!
//! Weights are kept in half precision; the rounded numbers are what is measured, hashed and used.

use super::error::ModelError;
use candle_core::{DType, Device, Tensor};
use gatefold_files as files;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What stands beside the weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Description<C> {
    /// Kind of model.
    pub model: String,
    /// Its shape.
    pub config: C,
    /// Numbers it learned.
    pub parameters: u64,
}

/// Why a model could not be written; what was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is no such model to write.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The disk refused.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

impl From<candle_core::Error> for WriteError {
    fn from(error: candle_core::Error) -> Self {
        Self::Model(error.into())
    }
}

/// The contents of a model's two files.
pub struct Files {
    /// Safetensors.
    pub weights: Vec<u8>,
    /// JSON.
    pub description: String,
}

impl Files {
    /// Tensors as they are, and the description as JSON that people can read.
    ///
    /// # Errors
    /// When either has no such form.
    pub fn of(
        tensors: &HashMap<String, Tensor>,
        description: &impl Serialize,
    ) -> Result<Self, candle_core::Error> {
        Ok(Self {
            weights: safetensors::serialize(tensors, None).map_err(candle_core::Error::wrap)?,
            description: serde_json::to_string_pretty(description).map_err(candle_core::Error::wrap)?,
        })
    }

    /// Writes `NAME.safetensors` and `NAME.json` below `folder`, each whole or not at all.
    ///
    /// # Errors
    /// [`WriteError::File`].
    pub fn write(&self, folder: &Path, name: &str) -> Result<(), WriteError> {
        let write = |ending: &str, bytes: &[u8]| {
            let path = folder.join(format!("{name}.{ending}"));
            files::write(&path, bytes).map_err(|error| WriteError::File { path, error })
        };
        write("safetensors", &self.weights)?;
        write("json", format!("{}\n", self.description).as_bytes())
    }
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

/// Weights as they are in the file.
pub(super) fn halved(tensor: &Tensor) -> candle_core::Result<Tensor> {
    tensor.to_device(&Device::Cpu)?.to_dtype(DType::F16)
}

/// The files of a model of which nothing but weights is kept.
pub(super) fn plain_files<C: Serialize>(
    model: &str,
    config: &C,
    weights: &HashMap<String, Tensor>,
) -> candle_core::Result<Files> {
    let tensors: HashMap<String, Tensor> = weights
        .iter()
        .map(|(name, tensor)| Ok((name.clone(), halved(tensor)?)))
        .collect::<candle_core::Result<_>>()?;
    Files::of(&tensors, &Description { model: model.to_owned(), config, parameters: count(weights.values()) })
}

/// Numbers in tensors.
pub(super) fn count<'a>(tensors: impl Iterator<Item = &'a Tensor>) -> u64 {
    tensors.map(|tensor| tensor.elem_count() as u64).sum()
}

/// Which kind of model a description describes.
///
/// # Errors
/// [`ModelError::Description`] when it is no description.
pub fn kind(text: &str) -> Result<String, ModelError> {
    #[derive(Deserialize)]
    struct Kind {
        model: String,
    }
    let described: Kind = serde_json::from_str(text).map_err(damaged)?;
    Ok(described.model)
}

/// A description, if it is one of this kind of model.
///
/// # Errors
/// [`ModelError::Kind`] when it is one of another kind, [`ModelError::Description`] when it is none.
pub fn described<D: DeserializeOwned>(text: &str, needed: &str) -> Result<D, ModelError> {
    let found = kind(text)?;
    if found != needed {
        return Err(ModelError::Kind { found, needed: needed.to_owned() });
    }
    serde_json::from_str(text).map_err(damaged)
}

fn damaged(error: serde_json::Error) -> ModelError {
    ModelError::Description(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_of_another_kind_is_named() {
        let text = r#"{ "model": "dcgan", "config": 3, "parameters": 5 }"#;
        assert_eq!(described::<Description<u8>>(text, "dcgan").unwrap().config, 3);
        let refused = described::<Description<u8>>(text, "vae").unwrap_err().to_string();
        assert!(refused.contains("“dcgan”") && refused.contains("“vae”"), "{refused}");
        assert!(described::<Description<u8>>("{", "vae").is_err());
    }

    #[test]
    fn files_are_written_beside_each_other_and_read_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let tensors = HashMap::from([("w".to_owned(), Tensor::new(&[1.5_f32, -2.0], &Device::Cpu).unwrap())]);
        plain_files("toy", &7_u8, &tensors).unwrap().write(folder.path(), "t").unwrap();
        let text = std::fs::read_to_string(folder.path().join("t.json")).unwrap();
        let description: Description<u8> = described(&text, "toy").unwrap();
        assert_eq!((description.config, description.parameters), (7, 2));
        let read = candle_core::safetensors::load(folder.path().join("t.safetensors"), &Device::Cpu).unwrap();
        assert_eq!(read["w"].dtype(), DType::F16);
        let missing = plain_files("toy", &7_u8, &tensors).unwrap().write(&folder.path().join("no"), "t");
        assert!(missing.unwrap_err().to_string().contains("t.safetensors"));
    }
}

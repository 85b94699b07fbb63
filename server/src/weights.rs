//! Where a model's weights come from: the binary itself, or a file that somebody names.

use gatefold::models::{DeviceChoice, Generator, ModelError};
use std::path::{Path, PathBuf};

/// Why there is no model.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// Built without `models/`.
    #[error(
        "this build contains no model: name one with --model FILE.safetensors, or train one with \
         `gatefold train vae --out DIR`"
    )]
    NotEmbedded,
    /// A file that cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Weights that are no model.
    #[error(transparent)]
    Model(#[from] ModelError),
}

#[cfg(embedded_model)]
const EMBEDDED: Option<(&[u8], &str)> =
    Some((include_bytes!("../../models/vae.safetensors"), include_str!("../../models/vae.json")));
#[cfg(not(embedded_model))]
const EMBEDDED: Option<(&[u8], &str)> = None;

#[cfg(embedded_enlarger)]
const ENLARGER: Option<(&[u8], &str)> =
    Some((include_bytes!("../../models/enlarger.safetensors"), include_str!("../../models/enlarger.json")));
#[cfg(not(embedded_enlarger))]
const ENLARGER: Option<(&[u8], &str)> = None;

/// Loads a generator as [`load`] does, with the enlarger inside this binary.
///
/// # Errors
/// As [`load`], and when the enlarger cannot be read.
pub fn load_with_enlarger(file: Option<&Path>, device: DeviceChoice) -> Result<Generator, WeightsError> {
    let generator = load(file, device)?;
    match ENLARGER {
        Some((weights, config)) => Ok(generator.with_upscaler(weights, config)?),
        None => Ok(generator),
    }
}

/// Loads `file` with the `.json` beside it, or the weights inside this binary.
///
/// # Errors
/// When the build contains none, when a file cannot be read, and when it is no model.
pub fn load(file: Option<&Path>, device: DeviceChoice) -> Result<Generator, WeightsError> {
    let Some(path) = file else {
        let (weights, config) = EMBEDDED.ok_or(WeightsError::NotEmbedded)?;
        return Ok(Generator::load(weights, config, device)?);
    };
    let config_path = path.with_extension("json");
    let weights =
        std::fs::read(path).map_err(|source| WeightsError::Unreadable { path: path.to_owned(), source })?;
    let config = std::fs::read_to_string(&config_path)
        .map_err(|source| WeightsError::Unreadable { path: config_path, source })?;
    Ok(Generator::load(&weights, &config, device)?)
}

//! Writing a run's files: each whole or not at all.

use super::error::TrainError;
use candle_core::Tensor;
use gatefold_files as files;
use serde::Serialize;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

/// Writes a file whole or not at all; it is on the disk when this returns.
pub(crate) fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), TrainError> {
    files::write_with(path, fill).map_err(TrainError::file(path))
}

/// Writes tensors in the safetensors format, whole or not at all.
pub(crate) fn write_tensors(path: &Path, tensors: &HashMap<String, Tensor>) -> Result<(), TrainError> {
    let bytes = safetensors::serialize(tensors, None).map_err(candle_core::Error::wrap)?;
    write_whole(path, |file| file.write_all(&bytes))
}

/// Writes something as JSON that people can read, whole or not at all.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), TrainError> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| TrainError::Settings(error.to_string()))?;
    write_whole(path, |file| writeln!(file, "{text}"))
}

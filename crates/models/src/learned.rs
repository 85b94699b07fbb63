//! Features by the encoder in `models/` ([`crate::encoder`]), which commands call `learned`.

use super::encoder::{self, Trained};
use super::error::ModelError;
use candle_core::{Device, Tensor};
use gatefold_covers::features::measures;
use image::RgbImage;
use ndarray::{Array2, ArrayView2, Axis};
use std::path::Path;

/// Name of the features, as commands and reports say it.
pub const NAME: &str = "learned";
/// Covers that go through the network together.
const AT_ONCE: usize = 256;
/// Difference hashes that differ in at most so many of 64 bits are taken for the same picture.
const SAME_BITS: u32 = 4;

#[cfg(embedded_encoder)]
const EMBEDDED: Option<(&[u8], &str)> = Some((
    include_bytes!("../../../models/encoder.safetensors"),
    include_str!("../../../models/encoder.json"),
));
#[cfg(not(embedded_encoder))]
const EMBEDDED: Option<(&[u8], &str)> = None;

/// The encoder, ready to look.
pub struct Learned(Trained);

/// Whether this build has an encoder inside.
pub const fn is_built_in() -> bool {
    EMBEDDED.is_some()
}

/// The encoder inside this build, if it has one.
///
/// # Errors
/// When the weights in `models/` are no encoder.
pub fn built_in() -> Result<Option<Learned>, ModelError> {
    let read = |(weights, description)| encoder::read(weights, description, &Device::Cpu);
    Ok(EMBEDDED.map(read).transpose()?.map(Learned))
}

/// An encoder in `FILE.safetensors` with the `.json` beside it.
///
/// # Errors
/// When a file cannot be read or is no encoder.
pub fn from_file(path: &Path) -> Result<Learned, ModelError> {
    let unreadable = |path: &Path, error: std::io::Error| {
        ModelError::Description(format!("{} cannot be read: {error}", path.display()))
    };
    let description_path = path.with_extension("json");
    let weights = std::fs::read(path).map_err(|error| unreadable(path, error))?;
    let description =
        std::fs::read_to_string(&description_path).map_err(|error| unreadable(&description_path, error))?;
    Ok(Learned(encoder::read(&weights, &description, &Device::Cpu)?))
}

impl Learned {
    /// See [`crate::weights::hash`].
    pub fn hash(&self) -> &str {
        &self.0.hash
    }

    /// Numbers per cover.
    pub fn dims(&self) -> usize {
        self.0.encoder.config().numbers()
    }

    /// Whether the encoder was trained on the picture with this difference hash, or on one nearly like it.
    pub fn saw(&self, dhash: u64) -> bool {
        self.0.seen.iter().any(|&seen| (seen ^ dhash).count_ones() <= SAME_BITS)
    }

    /// Measures of a cover ([`measures::measures`]) on the scale of covers: each number of mean 0 and variance 1, and
    /// bounded.
    pub fn on_scale(&self, measured: Vec<f32>) -> Vec<f32> {
        self.0.standard.bounded(measured)
    }

    /// Vectors of covers of any size: one row each. The same cover gives the same row, whatever is beside it.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn embed(&self, covers: &[RgbImage]) -> Result<Array2<f32>, ModelError> {
        self.of_measures(measures::of_each(covers).view())
    }

    /// Vectors of covers of which these are the measures ([`measures::measures`]), one row each.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn of_measures(&self, measured: ArrayView2<'_, f32>) -> Result<Array2<f32>, ModelError> {
        let mut rows = Vec::with_capacity(measured.nrows() * self.dims());
        for some in measured.axis_chunks_iter(Axis(0), AT_ONCE) {
            let bounded: Vec<Vec<f32>> =
                some.rows().into_iter().map(|row| self.0.standard.bounded(row.to_vec())).collect();
            let input = Tensor::from_vec(bounded.concat(), some.dim(), &Device::Cpu)?;
            rows.extend(self.0.encoder.forward(&input)?.flatten_all()?.to_vec1::<f32>()?);
        }
        Array2::from_shape_vec((measured.nrows(), self.dims()), rows)
            .map_err(|error| ModelError::Description(error.to_string()))
    }
}

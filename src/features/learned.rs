//! `learned` features: what the small encoder in `models/` sees in a cover ([`crate::model::encoder`]).

use super::measures;
use crate::cover;
use crate::model::ModelError;
use crate::model::encoder::{self, Trained};
use candle_core::{Device, Tensor};
use image::RgbImage;
use ndarray::Array2;
use rayon::prelude::*;
use std::path::Path;

/// Name of the features, as commands and reports say it.
pub const NAME: &str = "learned";
/// Covers that go through the network together.
const AT_ONCE: usize = 32;
/// Difference hashes that differ in at most so many of 64 bits are taken for the same picture.
const SAME_BITS: u32 = 4;

#[cfg(embedded_encoder)]
const EMBEDDED: Option<(&[u8], &str)> =
    Some((include_bytes!("../../models/encoder.safetensors"), include_str!("../../models/encoder.json")));
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
    /// See [`crate::model::weights::hash`].
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

    /// Vectors of covers of any size: one row each. The same cover gives the same row, whatever is beside it.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn embed(&self, covers: &[RgbImage]) -> Result<Array2<f32>, ModelError> {
        let size = self.0.encoder.config().size;
        let numbers = self.dims();
        let mut rows = Vec::with_capacity(covers.len() * numbers);
        for some in covers.chunks(AT_ONCE) {
            let mut input = vec![0.0_f32; some.len() * 3 * size * size];
            input.par_chunks_exact_mut(3 * size * size).zip(some).for_each(|(out, picture)| {
                let picture = cover::resize(picture.clone(), size as u32);
                for (i, pixel) in picture.as_raw().chunks_exact(3).enumerate() {
                    for (c, &value) in pixel.iter().enumerate() {
                        out[c * size * size + i] = f32::from(value) / 127.5 - 1.0;
                    }
                }
            });
            let measured: Vec<Vec<f32>> =
                some.par_iter().map(|picture| self.0.standard.measures(picture)).collect();
            let input = Tensor::from_vec(input, (some.len(), 3, size, size), &Device::Cpu)?;
            let shape = (some.len(), measures::dims());
            let measured = Tensor::from_vec(measured.concat(), shape, &Device::Cpu)?;
            rows.extend(self.0.encoder.forward(&input, &measured)?.flatten_all()?.to_vec1::<f32>()?);
        }
        Array2::from_shape_vec((covers.len(), numbers), rows)
            .map_err(|error| ModelError::Description(error.to_string()))
    }
}

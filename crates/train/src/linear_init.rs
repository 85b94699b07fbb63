//! PCA initialisation of a VAE: the principal components of the covers' patches, and of what they leave.

use super::data::TrainingData;
use super::error::TrainError;
use candle_core::{Device, Tensor, Var};
use gatefold_linalg::leading::leading_eigen;
use gatefold_models::grid;
use gatefold_models::patches::cut;
use gatefold_models::vae::Config;
use image::RgbImage;
use ndarray::Array2;
use std::collections::BTreeMap;

/// Covers that the components are found on; more change them little.
const COVERS: usize = 1500;
/// Squared error per pixel (in −1–1) that the decoder is expected to leave: it says how sure of a number the encoder
/// needs to be at the beginning. Without and with the fine latent.
const ERRORS: [f64; 2] = [0.007, 0.0025];

/// Mean, components and variances of patches; components are scaled to variance 1.
struct Components {
    /// `[pixels, numbers]`
    analysis: Vec<f32>,
    /// `[numbers, pixels]`
    synthesis: Vec<f32>,
    mean: Vec<f32>,
    /// −mean · analysis
    offset: Vec<f32>,
    variances: Vec<f64>,
}

impl Components {
    /// Of patches of `side`×`side` of pictures that come in blocks `[n, 3, h, w]`.
    fn of(pictures: &[Tensor], side: usize, numbers: usize) -> candle_core::Result<Self> {
        let pixels = 3 * side * side;
        let (mut count, mut sums) = (0.0, vec![0.0_f64; pixels]);
        let mut products = Array2::<f64>::zeros((pixels, pixels));
        for block in pictures {
            let patches = cut(block, side)?;
            count += patches.dim(0)? as f64;
            for (sum, value) in sums.iter_mut().zip(patches.sum(0)?.to_vec1::<f32>()?) {
                *sum += f64::from(value);
            }
            let product = patches.t()?.matmul(&patches)?.flatten_all()?.to_vec1::<f32>()?;
            for (sum, value) in products.iter_mut().zip(product) {
                *sum += f64::from(value);
            }
        }
        let mean: Vec<f64> = sums.iter().map(|sum| sum / count).collect();
        for ((i, j), value) in products.indexed_iter_mut() {
            *value = *value / count - mean[i] * mean[j];
        }
        let found = leading_eigen(&products, numbers);
        // Fewer different patches than numbers leave some without a direction; a small variance keeps them finite.
        let variances: Vec<f64> =
            (0..numbers).map(|k| found.values.get(k).copied().unwrap_or(0.0).max(1e-6)).collect();
        let direction = |k: usize, i: usize| found.vectors.get((k, i)).copied().unwrap_or(0.0);
        let (mut analysis, mut synthesis) = (vec![0.0; pixels * numbers], vec![0.0; pixels * numbers]);
        let mut offset = vec![0.0_f64; numbers];
        for k in 0..numbers {
            let deviation = variances[k].sqrt();
            for i in 0..pixels {
                let v = direction(k, i);
                analysis[i * numbers + k] = (v / deviation) as f32;
                synthesis[k * pixels + i] = (v * deviation) as f32;
                offset[k] -= mean[i] * v / deviation;
            }
        }
        let single = |values: &[f64]| values.iter().map(|v| *v as f32).collect();
        Ok(Self { analysis, synthesis, offset: single(&offset), mean: single(&mean), variances })
    }

    /// What a linear latent of these components leaves of pictures.
    fn rest(&self, pictures: &Tensor, side: usize) -> candle_core::Result<Tensor> {
        let (numbers, pixels) = (self.offset.len(), self.mean.len());
        let tensor =
            |values: &[f32], shape: (usize, usize)| Tensor::from_vec(values.to_vec(), shape, &Device::Cpu);
        let patches = cut(pictures, side)?;
        let latent = patches
            .matmul(&tensor(&self.analysis, (pixels, numbers))?)?
            .broadcast_add(&tensor(&self.offset, (1, numbers))?)?;
        let made = latent
            .matmul(&tensor(&self.synthesis, (numbers, pixels))?)?
            .broadcast_add(&tensor(&self.mean, (1, pixels))?)?;
        let (n, _, height, width) = pictures.dims4()?;
        let (down, across) = (height / side, width / side);
        let shaped = (patches - made)?.reshape(&[n, down, across, 3, side, side][..])?;
        shaped.permute(&[0, 3, 1, 4, 2, 5][..])?.contiguous()?.reshape((n, 3, height, width))
    }

    /// Sets the linear layers `encoder.{linear}` and `decoder.{linear}` to these, and how sure `head` is of its numbers.
    fn set(
        &self,
        variables: &BTreeMap<String, Var>,
        (linear, head): (&str, &str),
        error: f64,
    ) -> candle_core::Result<()> {
        let put = |name: String, values: &[f32]| -> candle_core::Result<()> {
            let Some(variable) = variables.get(&name) else {
                candle_core::bail!("{name} is no parameter of this network");
            };
            variable.set(&Tensor::from_vec(values.to_vec(), variable.shape(), variable.device())?)
        };
        put(format!("encoder.{linear}.weight"), &self.analysis)?;
        put(format!("encoder.{linear}.bias"), &self.offset)?;
        put(format!("decoder.{linear}.weight"), &self.synthesis)?;
        put(format!("decoder.{linear}.bias"), &self.mean)?;
        let mut bias = vec![0.0; self.offset.len()];
        bias.extend(self.variances.iter().map(|variance| (error / (variance + error)).ln() as f32));
        put(format!("{head}.conv.bias"), &bias)
    }
}

/// Sets the linear layers of a VAE that has learned nothing yet to the components of the training covers.
///
/// # Errors
/// When Candle refuses a computation.
pub(super) fn begin(
    variables: &BTreeMap<String, Var>,
    config: &Config,
    data: &TrainingData,
) -> Result<(), TrainError> {
    let covers = data.whole();
    let every = covers.len().div_ceil(COVERS).max(1);
    let size = config.size;
    let pictures: Vec<RgbImage> = covers.iter().step_by(every).map(|cover| data.picture(cover)).collect();
    let mut blocks = pictures
        .chunks(64)
        .map(|some| Tensor::from_vec(grid::values(some), (some.len(), 3, size, size), &Device::Cpu))
        .collect::<candle_core::Result<Vec<_>>>()?;
    let side = size / config.grid();
    let coarse = Components::of(&blocks, side, config.coarse)?;
    coarse.set(variables, ("linear", "encoder.code"), ERRORS[0])?;
    if config.fine > 0 {
        for block in &mut blocks {
            *block = coarse.rest(block, side)?;
        }
        Components::of(&blocks, side / 2, config.fine)?.set(
            variables,
            ("detail.linear", "encoder.detail"),
            ERRORS[1],
        )?;
    }
    Ok(())
}

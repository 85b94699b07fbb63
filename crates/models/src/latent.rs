//! Joint latents, as the latent flow sees them: coarse and fine latents on one grid, standardised to mean 0 and variance 1.

use super::error::ModelError;
use super::vae::{Config, Encoded, Sketch, Vae};
use candle_core::{DType, Device, Result, Tensor};
use std::collections::HashMap;

/// The scale of latents: mean and deviation of each of a cell's numbers over the training covers.
#[derive(Clone, Debug)]
pub struct Scale {
    mean: Vec<f32>,
    deviation: Vec<f32>,
    /// Numbers per cell that belong to the coarse latent; the others are the fine latent's.
    coarse: usize,
}

/// Numbers per cell of a VAE's latent.
pub fn numbers(config: &Config) -> usize {
    config.coarse + 4 * config.fine
}

/// A cover's latent, unscaled: `[n, numbers, grid, grid]`. Of the fine latent it holds what the coarse latent does not lead
/// one to expect, so that the fine latent follows when the coarse latent is changed.
///
/// # Errors
/// When Candle refuses a computation.
pub fn whole(vae: &Vae, encoded: &Encoded) -> Result<Tensor> {
    let coarse = &encoded.coarse.mean;
    let sketch = vae.sketch(coarse)?;
    match (vae.fine(encoded, &sketch)?, &sketch.prior) {
        (Some(fine), Some(prior)) => {
            let unexpected = (fine.mean - &prior.mean)?;
            Tensor::cat(&[coarse, &folded(&unexpected)?], 1)?.contiguous()
        }
        _ => Ok(coarse.clone()),
    }
}

/// Latents → covers `[n, 3, size, size]`.
///
/// # Errors
/// When the latents have another shape.
pub fn decoded(vae: &Vae, whole: &Tensor) -> Result<Tensor> {
    let config = vae.config();
    let sketch: Sketch = vae.sketch(&whole.narrow(1, 0, config.coarse)?.contiguous()?)?;
    let Some(prior) = &sketch.prior else { return vae.paint(&sketch, None) };
    let fine = (&prior.mean + unexpected(config, whole)?)?;
    vae.paint(&sketch, Some(&fine))
}

/// What latents say of the fine latent beyond its prior's mean: `[n, fine, 2·grid, 2·grid]`.
///
/// # Errors
/// When the latents have another shape.
pub fn unexpected(config: &Config, whole: &Tensor) -> Result<Tensor> {
    unfolded(&whole.narrow(1, config.coarse, 4 * config.fine)?.contiguous()?)
}

/// `[n, c, 2h, 2w]` → `[n, 4c, h, w]`.
fn folded(x: &Tensor) -> Result<Tensor> {
    let (n, c, h, w) = x.dims4()?;
    let x = x.reshape(&[n, c, h / 2, 2, w / 2, 2][..])?.permute(&[0, 1, 3, 5, 2, 4][..])?;
    x.contiguous()?.reshape((n, 4 * c, h / 2, w / 2))
}

/// The way back.
fn unfolded(x: &Tensor) -> Result<Tensor> {
    let (n, c, h, w) = x.dims4()?;
    let x = x.reshape(&[n, c / 4, 2, 2, h, w][..])?.permute(&[0, 1, 4, 2, 5, 3][..])?;
    x.contiguous()?.reshape((n, c / 4, 2 * h, 2 * w))
}

impl Scale {
    /// Of latents on `cells` cells, each `[numbers · cells]` as [`whole`] lays them out; `coarse` numbers of a cell
    /// belong to the coarse latent.
    pub fn of(latents: &[Vec<f32>], numbers: usize, coarse: usize) -> Self {
        let (mut count, mut sums, mut squares) = (0.0_f64, vec![0.0_f64; numbers], vec![0.0_f64; numbers]);
        for latent in latents {
            let cells = latent.len() / numbers.max(1);
            count += cells as f64;
            for (k, plane) in latent.chunks_exact(cells.max(1)).enumerate() {
                for &value in plane {
                    sums[k] += f64::from(value);
                    squares[k] += f64::from(value) * f64::from(value);
                }
            }
        }
        let count = count.max(1.0);
        let mean: Vec<f32> = sums.iter().map(|sum| (sum / count) as f32).collect();
        let deviation = |(square, sum): (&f64, &f64)| {
            (square / count - (sum / count) * (sum / count)).max(1e-8).sqrt() as f32
        };
        Self { deviation: squares.iter().zip(&sums).map(deviation).collect(), mean, coarse }
    }

    /// Brings a latent onto the scale.
    pub fn scaled(&self, latent: &mut [f32]) {
        self.each(latent, |x, mean, deviation| (x - mean) / deviation);
    }

    /// The way back.
    pub fn unscaled(&self, latent: &mut [f32]) {
        self.each(latent, |x, mean, deviation| x * deviation + mean);
    }

    fn each(&self, latent: &mut [f32], f: impl Fn(f32, f32, f32) -> f32) {
        let cells = (latent.len() / self.mean.len().max(1)).max(1);
        for (k, plane) in latent.chunks_exact_mut(cells).enumerate() {
            plane.iter_mut().for_each(|x| *x = f(*x, self.mean[k], self.deviation[k]));
        }
    }

    /// Numbers per cell that belong to the coarse latent.
    pub fn coarse(&self) -> usize {
        self.coarse
    }

    pub(super) fn save(&self, tensors: &mut HashMap<String, Tensor>) -> Result<()> {
        let rows = [self.mean.clone(), self.deviation.clone()].concat();
        let rows = Tensor::from_vec(rows, (2, self.mean.len()), &Device::Cpu)?;
        tensors.insert("scale".to_owned(), rows);
        Ok(())
    }

    pub(super) fn load(
        tensors: &HashMap<String, Tensor>,
        config: &Config,
    ) -> std::result::Result<Self, ModelError> {
        let numbers = numbers(config);
        let missing = || ModelError::Description(format!("the weights have no scale of {numbers} numbers"));
        let rows = tensors.get("scale").filter(|t| t.dims() == [2, numbers]).ok_or_else(missing)?;
        let values = rows.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        let (mean, deviation) = values.split_at(numbers);
        Ok(Self { mean: mean.to_vec(), deviation: deviation.to_vec(), coarse: config.coarse })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold_nn::layers::Params;

    #[test]
    fn folding_keeps_neighbours_in_one_cell_and_is_undone() {
        let x =
            Tensor::arange(0.0_f32, 2.0 * 3.0 * 16.0, &Device::Cpu).unwrap().reshape((2, 3, 4, 4)).unwrap();
        let folded = folded(&x).unwrap();
        assert_eq!(folded.dims(), [2, 12, 2, 2]);
        let cell: Vec<f32> = folded.cell(0, 0);
        assert_eq!(cell[..4], [0.0, 1.0, 4.0, 5.0]);
        let back = unfolded(&folded).unwrap();
        assert_eq!(
            back.flatten_all().unwrap().to_vec1::<f32>().unwrap(),
            x.flatten_all().unwrap().to_vec1::<f32>().unwrap()
        );
    }

    trait At {
        fn cell(&self, row: usize, column: usize) -> Vec<f32>;
    }

    impl At for Tensor {
        /// All channels of the first picture's cell.
        fn cell(&self, row: usize, column: usize) -> Vec<f32> {
            let cell = self.narrow(2, row, 1).unwrap().narrow(3, column, 1).unwrap().narrow(0, 0, 1).unwrap();
            cell.flatten_all().unwrap().to_vec1().unwrap()
        }
    }

    #[test]
    fn a_whole_code_paints_what_the_network_reconstructs() {
        let config = Config { size: 16, channels: vec![8, 16], coarse: 2, fine: 3, blocks: vec![1, 1] };
        let params = Params::drawn(1, &Device::Cpu);
        let vae = Vae::new(&config, &params.root()).unwrap();
        let covers = Tensor::rand(-1.0_f32, 1.0, (2, 3, 16, 16), &Device::Cpu).unwrap();
        let encoded = vae.encode(&covers).unwrap();
        let sketch = vae.sketch(&encoded.coarse.mean).unwrap();
        let fine = vae.fine(&encoded, &sketch).unwrap().unwrap();
        let straight = vae.paint(&sketch, Some(&fine.mean)).unwrap();
        let latent = whole(&vae, &encoded).unwrap();
        assert_eq!(latent.dims(), [2, numbers(&config), 4, 4]);
        let again = decoded(&vae, &latent).unwrap();
        let apart = (straight - again).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(apart < 1e-5, "{apart}");
    }

    #[test]
    fn scaled_codes_have_mean_0_and_deviation_1() {
        let latents = [vec![1.0, 3.0, 10.0, 30.0], vec![5.0, 7.0, 50.0, 70.0]];
        let scale = Scale::of(&latents, 2, 1);
        let mut all = latents.clone();
        all.iter_mut().for_each(|latent| scale.scaled(latent));
        for k in 0..2 {
            let of: Vec<f32> = all.iter().flat_map(|latent| latent[2 * k..2 * k + 2].to_vec()).collect();
            assert!(of.iter().sum::<f32>().abs() < 1e-5);
            assert!((of.iter().map(|x| x * x).sum::<f32>() / 4.0 - 1.0).abs() < 1e-5);
        }
        scale.unscaled(&mut all[0]);
        assert!(all[0].iter().zip(&latents[0]).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}

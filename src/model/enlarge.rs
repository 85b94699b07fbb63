//! Twice as large: a small residual network that adds to a bicubic enlargement what it lacks.
//!
//! After Lim et al. 2017, “Enhanced deep residual networks for single image super-resolution” (no normalisation, the
//! enlargement at the end) and Shi et al. 2016 (pixels out of channels). It learns from covers next to what a VAE made of
//! them, so that it knows what a decoder leaves out. Applied again it doubles again.

use super::layers::{Conv, Params, Scope, leaky, tape};
use super::weights::described;
use super::{ModelError, weights};
use candle_core::{Device, Result, Tensor};
use image::RgbImage;
use image::imageops::FilterType;
use serde::{Deserialize, Serialize};

/// Shape of the network; stands beside its weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Config {
    /// Channels.
    pub width: usize,
    /// Residual blocks.
    pub blocks: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { width: 32, blocks: 4 }
    }
}

impl Config {
    /// Refuses what cannot be built, with a sentence.
    ///
    /// # Errors
    /// When a number is 0.
    pub fn check(&self) -> std::result::Result<(), String> {
        if self.width == 0 || self.blocks == 0 {
            return Err("an enlarger needs at least one channel and one block".to_owned());
        }
        Ok(())
    }
}

/// Below 0 a tenth comes through: rectifiers that died never come back.
const LEAK: f32 = 0.1;
/// Pixels across a tile; a larger picture is enlarged tile by tile, so that memory does not grow with it.
const TILE: usize = 256;
/// Pixels around a tile that the network sees besides; more than it can look in any direction.
const MARGIN: usize = 16;

/// The network.
pub struct Enlarger {
    config: Config,
    enter: Conv,
    blocks: Vec<(Conv, Conv)>,
    leave: Conv,
    device: Device,
}

impl Enlarger {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, scope: &Scope<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let width = config.width;
        let block = |i: usize| {
            let scope = scope.pp(format!("block{i}"));
            let conv = |name: &str, gain| Conv::new(&scope.pp(name), (width, width), 3, 1, 1, gain);
            Ok((conv("first", 1.4)?, conv("second", 0.2)?))
        };
        Ok(Self {
            enter: Conv::new(&scope.pp("enter"), (3, width), 3, 1, 1, 1.0)?,
            blocks: (0..config.blocks).map(block).collect::<Result<_>>()?,
            leave: Conv::new(&scope.pp("leave"), (width, 12), 3, 1, 1, 0.01)?,
            device: scope.device().clone(),
            config: config.clone(),
        })
    }

    /// Its shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What bicubic enlargements lack: pictures `[n, 3, h, w]` in −1–1 → `[n, 3, 2h, 2w]`.
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn lack(&self, pictures: &Tensor) -> Result<Tensor> {
        let mut x = self.enter.forward(pictures)?;
        for (first, second) in &self.blocks {
            x = tape::sum(&x, &second.forward(&leaky(&first.forward(&x)?, LEAK)?)?)?;
        }
        spread(&self.leave.forward(&x)?)
    }

    /// A picture twice as large.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn double(&self, picture: &RgbImage) -> Result<RgbImage> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let mut out = bicubic(picture);
        for top in (0..height).step_by(TILE) {
            for left in (0..width).step_by(TILE) {
                let (bottom, right) = ((top + TILE).min(height), (left + TILE).min(width));
                let (from_x, from_y) = (left.saturating_sub(MARGIN), top.saturating_sub(MARGIN));
                let (to_x, to_y) = ((right + MARGIN).min(width), (bottom + MARGIN).min(height));
                let (w, h) = (to_x - from_x, to_y - from_y);
                let at = |c: usize, y: usize, x: usize| {
                    f32::from(picture.get_pixel((from_x + x) as u32, (from_y + y) as u32).0[c]) / 127.5 - 1.0
                };
                let values: Vec<f32> = (0..3 * h * w).map(|i| at(i / (h * w), i / w % h, i % w)).collect();
                let lack = self.lack(&Tensor::from_vec(values, (1, 3, h, w), &self.device)?)?;
                let lack = lack.flatten_all()?.to_device(&Device::Cpu)?.to_vec1::<f32>()?;
                for y in 2 * top..2 * bottom {
                    for x in 2 * left..2 * right {
                        let pixel = out.get_pixel_mut(x as u32, y as u32);
                        for c in 0..3 {
                            let add = lack[(c * 2 * h + y - 2 * from_y) * 2 * w + x - 2 * from_x];
                            pixel.0[c] =
                                (f32::from(pixel.0[c]) + add * 127.5).round().clamp(0.0, 255.0) as u8;
                        }
                    }
                }
            }
        }
        Ok(out)
    }

    /// A picture brought to `side`×`side` pixels: doubled as long as that helps, then resampled.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn enlarge(&self, picture: &RgbImage, side: u32) -> Result<RgbImage> {
        let mut picture = picture.clone();
        // The last doubling would mostly be thrown away again, at a cost of four times all before.
        while picture.width() * 2 <= side.min(2048) {
            picture = self.double(&picture)?;
        }
        if picture.dimensions() == (side, side) {
            return Ok(picture);
        }
        Ok(image::imageops::resize(&picture, side, side, FilterType::Lanczos3))
    }
}

/// Twice as large by bicubic resampling: what the network adds to, and what it is measured against.
pub fn bicubic(picture: &RgbImage) -> RgbImage {
    image::imageops::resize(picture, picture.width() * 2, picture.height() * 2, FilterType::CatmullRom)
}

/// Pixels out of channels: `[n, 4c, h, w]` → `[n, c, 2h, 2w]`.
fn spread(x: &Tensor) -> Result<Tensor> {
    let (n, c, h, w) = x.dims4()?;
    let x = x.reshape(&[n, c / 4, 2, 2, h, w][..])?.permute(&[0, 1, 4, 2, 5, 3][..])?;
    x.contiguous()?.reshape((n, c / 4, 2 * h, 2 * w))
}

/// Reads an enlarger from its two files' contents.
///
/// # Errors
/// When either is damaged or they do not fit together.
pub fn read(weights: &[u8], description: &str, device: &Device) -> std::result::Result<Enlarger, ModelError> {
    let description: weights::Description<Config> = described(description, "enlarger")?;
    description.config.check().map_err(ModelError::Description)?;
    let params = Params::loaded(candle_core::safetensors::load_buffer(weights, device)?, device);
    Ok(Enlarger::new(&description.config, &params.root())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enlarger(gain: f64) -> Enlarger {
        let params = Params::drawn(1, &Device::Cpu);
        let enlarger = Enlarger::new(&Config { width: 8, blocks: 2 }, &params.root()).unwrap();
        for (name, variable) in params.variables() {
            if name == "leave.weight" {
                variable.set(&(variable.as_tensor() * gain).unwrap()).unwrap();
            }
        }
        enlarger
    }

    fn picture(side: u32) -> RgbImage {
        RgbImage::from_fn(side, side, |x, y| image::Rgb([(x * 7) as u8, (y * 5) as u8, (x * y) as u8]))
    }

    #[test]
    fn a_network_that_adds_nothing_is_bicubic() {
        assert_eq!(enlarger(0.0).double(&picture(20)).unwrap(), bicubic(&picture(20)));
    }

    #[test]
    fn tiles_leave_no_seam() {
        // Wider than a tile: the same pixels come out of a picture cut where no tile ends.
        let whole = picture(TILE as u32 + 64);
        let part = image::imageops::crop_imm(&whole, 128, 128, 192, 192).to_image();
        let (whole, part) = (enlarger(50.0).double(&whole).unwrap(), enlarger(50.0).double(&part).unwrap());
        for y in 64..320 {
            for x in 64..320 {
                assert_eq!(whole.get_pixel(256 + x, 256 + y), part.get_pixel(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn any_size_is_reached() {
        for side in [20, 40, 100, 333] {
            assert_eq!(enlarger(1.0).enlarge(&picture(20), side).unwrap().dimensions(), (side, side));
        }
    }
}

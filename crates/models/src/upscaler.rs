//! ×2 super-resolution: a residual network that adds to a bicubic enlargement what it lacks.
//!
//! It follows Lim et al. 2017, “Enhanced deep residual networks for single image super-resolution” (no normalisation, the
//! enlargement at the end) and Shi et al. 2016 (sub-pixel convolution). It learns from covers and from what a VAE makes of them,
//! so that it knows what a decoder leaves out. Applied again it doubles again.

use super::error::ModelError;
use super::weights::{Description, Files, described, kind, plain_files};
use candle_core::{Device, Result, Tensor};
use candle_nn::{Module, VarBuilder};
use gatefold_nn::layers::{Conv, Params, leaky, tape};
use image::RgbImage;
use image::imageops::FilterType;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

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
            return Err("an upscaler needs at least one channel and one block".to_owned());
        }
        Ok(())
    }
}

/// Below 0 a tenth comes through: rectifiers that died never come back.
const LEAK: f32 = 0.1;
/// Pixels across a tile; a larger picture is enlarged tile by tile, so that memory does not grow with it.
const TILE: usize = 256;
/// Pixels around a tile that the network sees besides; more than it can look in any direction.
const MARGIN: u32 = 16;

/// The network.
pub struct Upscaler {
    config: Config,
    enter: Conv,
    blocks: Vec<(Conv, Conv)>,
    leave: Conv,
    device: Device,
}

impl Upscaler {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, vb: &VarBuilder<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let width = config.width;
        let block = |i: usize| {
            let vb = vb.pp(format!("block{i}"));
            let conv = |name: &str, gain| Conv::new(&vb.pp(name), (width, width), 3, 1, 1, gain);
            Ok((conv("first", 1.4)?, conv("second", 0.2)?))
        };
        Ok(Self {
            enter: Conv::new(&vb.pp("enter"), (3, width), 3, 1, 1, 1.0)?,
            blocks: (0..config.blocks).map(block).collect::<Result<_>>()?,
            leave: Conv::new(&vb.pp("leave"), (width, 12), 3, 1, 1, 0.01)?,
            device: vb.device().clone(),
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
        let mut out = RgbImage::new(picture.width() * 2, picture.height() * 2);
        for piece in pieces(picture) {
            piece.lay(&self.double_piece(&piece.picture)?, &mut out);
        }
        Ok(out)
    }

    /// A picture twice as large, in one go; memory grows with it.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn double_piece(&self, picture: &RgbImage) -> Result<RgbImage> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let at = |c: usize, y: usize, x: usize| {
            f32::from(picture.get_pixel(x as u32, y as u32).0[c]) / 127.5 - 1.0
        };
        let plane = width * height;
        let values: Vec<f32> = (0..3 * plane).map(|i| at(i / plane, i / width % height, i % width)).collect();
        let lack = self.lack(&Tensor::from_vec(values, (1, 3, height, width), &self.device)?)?;
        let lack = lack.flatten_all()?.to_device(&Device::Cpu)?.to_vec1::<f32>()?;
        let mut out = bicubic(picture);
        for (i, pixel) in out.pixels_mut().enumerate() {
            for (c, value) in pixel.0.iter_mut().enumerate() {
                let add = lack[c * 4 * plane + i] * 127.5;
                *value = (f32::from(*value) + add).round().clamp(0.0, 255.0) as u8;
            }
        }
        Ok(out)
    }
}

/// How often a picture `from` pixels wide is doubled on its way to `side`.
pub fn doublings(from: u32, side: u32) -> u32 {
    let mut times = 0;
    // The last doubling would mostly be thrown away again, at a cost of four times all before.
    while from > 0 && from << (times + 1) <= side.min(2048) {
        times += 1;
    }
    times
}

/// A part of a picture that is doubled by itself.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The part, with what the network sees around it.
    pub picture: RgbImage,
    /// Where in the whole picture it begins.
    at: (u32, u32),
    /// Left, top, right and bottom, in the whole picture, of what counts.
    counts: [u32; 4],
}

impl Piece {
    /// Lays the part that counts of `doubled`, which was made of [`Piece::picture`], where it belongs.
    pub fn lay(&self, doubled: &RgbImage, out: &mut RgbImage) {
        let [left, top, right, bottom] = self.counts.map(|edge| edge * 2);
        let (x, y) = (left - self.at.0 * 2, top - self.at.1 * 2);
        let part = image::imageops::crop_imm(doubled, x, y, right - left, bottom - top);
        image::imageops::replace(out, &part.to_image(), i64::from(left), i64::from(top));
    }
}

/// A picture's pieces. What each becomes does not depend on where it was cut.
pub fn pieces(picture: &RgbImage) -> Vec<Piece> {
    let (width, height) = picture.dimensions();
    let corners =
        (0..height).step_by(TILE).flat_map(|top| (0..width).step_by(TILE).map(move |left| (left, top)));
    let piece = |(left, top): (u32, u32)| {
        let (right, bottom) = ((left + TILE as u32).min(width), (top + TILE as u32).min(height));
        let at = (left.saturating_sub(MARGIN), top.saturating_sub(MARGIN));
        let to = ((right + MARGIN).min(width), (bottom + MARGIN).min(height));
        let cut = image::imageops::crop_imm(picture, at.0, at.1, to.0 - at.0, to.1 - at.1);
        Piece { picture: cut.to_image(), at, counts: [left, top, right, bottom] }
    };
    corners.map(piece).collect()
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

/// An upscaler's files.
///
/// # Errors
/// When Candle refuses a conversion.
pub fn files(config: &Config, weights: &HashMap<String, Tensor>) -> Result<Files> {
    plain_files("upscaler", config, weights)
}

/// Reads an upscaler from its two files' contents.
///
/// # Errors
/// When either is damaged or they do not fit together.
pub fn read(weights: &[u8], description: &str, device: &Device) -> std::result::Result<Upscaler, ModelError> {
    // Its name in files of version 0.1.
    let name = if kind(description)? == "enlarger" { "enlarger" } else { "upscaler" };
    let description: Description<Config> = described(description, name)?;
    description.config.check().map_err(ModelError::Description)?;
    let params = Params::loaded(candle_core::safetensors::load_buffer(weights, device)?, device);
    Ok(Upscaler::new(&description.config, &params.root())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upscaler(gain: f64) -> Upscaler {
        let params = Params::drawn(1, &Device::Cpu);
        let upscaler = Upscaler::new(&Config { width: 8, blocks: 2 }, &params.root()).unwrap();
        for (name, variable) in params.variables() {
            if name == "leave.weight" {
                variable.set(&(variable.as_tensor() * gain).unwrap()).unwrap();
            }
        }
        upscaler
    }

    fn picture(side: u32) -> RgbImage {
        RgbImage::from_fn(side, side, |x, y| image::Rgb([(x * 7) as u8, (y * 5) as u8, (x * y) as u8]))
    }

    #[test]
    fn a_network_that_adds_nothing_is_bicubic() {
        assert_eq!(upscaler(0.0).double(&picture(20)).unwrap(), bicubic(&picture(20)));
    }

    #[test]
    fn tiles_leave_no_seam() {
        // Wider than a tile: the same pixels come out of a picture cut where no tile ends.
        let whole = picture(TILE as u32 + 64);
        let part = image::imageops::crop_imm(&whole, 128, 128, 192, 192).to_image();
        let (whole, part) = (upscaler(50.0).double(&whole).unwrap(), upscaler(50.0).double(&part).unwrap());
        for y in 64..320 {
            for x in 64..320 {
                assert_eq!(whole.get_pixel(256 + x, 256 + y), part.get_pixel(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn a_picture_is_doubled_only_where_that_helps() {
        let times = [(128, 128), (128, 255), (128, 256), (128, 640), (128, 3000), (64, 8192), (0, 9)];
        assert_eq!(times.map(|(from, side)| doublings(from, side)), [0, 0, 1, 2, 4, 5, 0]);
    }
}

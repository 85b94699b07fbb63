//! Pictures as tensors and back, and contact sheets of several.

use candle_core::Tensor;
use image::RgbImage;

/// `[n, 3, side, side]` in −1–1 → pictures.
///
/// # Errors
/// When the tensor has another shape.
pub fn pictures(tensor: &Tensor) -> candle_core::Result<Vec<RgbImage>> {
    let (_, _, height, width) = tensor.dims4()?;
    let values = tensor.to_device(&candle_core::Device::Cpu)?.flatten_all()?.to_vec1::<f32>()?;
    let all = values.chunks_exact(3 * height * width);
    Ok(all.map(|values| picture(values, width as u32, height as u32)).collect())
}

/// `[3, height, width]` in −1–1 → a picture.
fn picture(values: &[f32], width: u32, height: u32) -> RgbImage {
    let plane = (width * height) as usize;
    RgbImage::from_fn(width, height, |x, y| {
        let at = (y * width + x) as usize;
        image::Rgb(std::array::from_fn(|c| {
            ((values[c * plane + at] + 1.0) * 127.5).round().clamp(0.0, 255.0) as u8
        }))
    })
}

/// Pictures → `[n, 3, side, side]` in −1–1, row-major.
pub fn values(pictures: &[RgbImage]) -> Vec<f32> {
    let mut out = Vec::new();
    for picture in pictures {
        for c in 0..3 {
            out.extend(picture.as_raw().iter().skip(c).step_by(3).map(|&v| f32::from(v) / 127.5 - 1.0));
        }
    }
    out
}

/// Lays pictures of one size out in rows; a row of black pixels where there are none.
pub fn sheet(pictures: &[RgbImage], columns: usize) -> RgbImage {
    let (width, height) = pictures.first().map_or((1, 1), RgbImage::dimensions);
    let rows = pictures.len().div_ceil(columns.max(1)).max(1) as u32;
    let mut out = RgbImage::new(width * columns as u32, height * rows);
    for (i, picture) in pictures.iter().enumerate() {
        let (x, y) = ((i % columns) as u32 * width, (i / columns) as u32 * height);
        image::imageops::replace(&mut out, picture, i64::from(x), i64::from(y));
    }
    out
}

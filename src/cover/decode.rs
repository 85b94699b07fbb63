//! Bytes to pixels, for every kind of file that is read, within limits on size and memory.

use super::{CoverError, budget, jpeg, resize};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, RgbImage};
use std::io::Cursor;

/// Longest side that is decoded, in pixels.
pub const MAX_SIDE: u32 = 16_384;
/// Most pixels that are decoded: 100 megapixels, more than any camera or shop delivers.
pub const MAX_PIXELS: u64 = 100_000_000;

/// A decoded picture as it lies in the file, and its share of the memory budget.
pub(super) struct Opened {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
    pub orientation: Orientation,
    /// Held until the pixels are scaled down.
    #[allow(dead_code)]
    pub share: budget::Share,
}

/// Decodes a cover: the square in its middle, RGB, orientation applied, at most `size` pixels across.
///
/// # Errors
/// One sentence per cover that cannot be used, see [`CoverError`].
pub fn decode(bytes: &[u8], size: u32) -> Result<RgbImage, CoverError> {
    decode_square(bytes, size).map(|(picture, _, _)| picture)
}

/// The same, with the whole picture's width and height.
pub(super) fn decode_square(bytes: &[u8], size: u32) -> Result<(RgbImage, u32, u32), CoverError> {
    let opened = open(bytes)?;
    let (width, height) = (opened.width, opened.height);
    let side = width.min(height).min(size.max(1));
    // The square in the middle is the same one before and after turning, so the small picture is turned.
    let mut small = DynamicImage::ImageRgb8(resize::scale(&opened.rgb, width, height, side)?);
    small.apply_orientation(opened.orientation);
    let (width, height) = if turns(opened.orientation) { (height, width) } else { (width, height) };
    Ok((small.into_rgb8(), width, height))
}

/// Whether an orientation exchanges width and height.
fn turns(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn open(bytes: &[u8]) -> Result<Opened, CoverError> {
    if bytes.is_empty() {
        return Err(CoverError::Empty);
    }
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => jpeg::open(bytes),
        Ok(ImageFormat::Png) => open_with(bytes, image::codecs::png::PngDecoder::new(Cursor::new(bytes))),
        Ok(ImageFormat::Gif) => open_with(bytes, image::codecs::gif::GifDecoder::new(Cursor::new(bytes))),
        Ok(ImageFormat::WebP) => open_with(bytes, image::codecs::webp::WebPDecoder::new(Cursor::new(bytes))),
        Ok(ImageFormat::Bmp) => open_with(bytes, image::codecs::bmp::BmpDecoder::new(Cursor::new(bytes))),
        Ok(ImageFormat::Tiff) => open_with(bytes, image::codecs::tiff::TiffDecoder::new(Cursor::new(bytes))),
        _ => Err(CoverError::NotAPicture),
    }
}

fn open_with<D: ImageDecoder>(bytes: &[u8], decoder: image::ImageResult<D>) -> Result<Opened, CoverError> {
    let mut decoder = decoder.map_err(|e| fault(bytes, &e))?;
    let (width, height) = decoder.dimensions();
    // What the decoder returns, as much again for its own work, and RGB with alpha laid on white.
    let stored = u64::from(decoder.color_type().bytes_per_pixel());
    let needed = check_size(width, height, 2 * stored + 3)?;
    let share = budget::take(needed).ok_or(CoverError::TooLarge { width, height })?;
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(needed);
    decoder.set_limits(limits).map_err(|e| fault(bytes, &e))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|e| fault(bytes, &e))?;
    Ok(Opened { width, height, rgb: on_white(picture).into_raw(), orientation, share })
}

/// Refuses what is too large; gives the bytes that `per_pixel` bytes a pixel come to.
pub(super) fn check_size(width: u32, height: u32, per_pixel: u64) -> Result<u64, CoverError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(CoverError::Broken("its width or height is 0".to_owned()));
    }
    let bytes = pixels * per_pixel;
    if width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS || bytes > budget::TOTAL {
        return Err(CoverError::TooLarge { width, height });
    }
    Ok(bytes)
}

/// RGB of 8 bits; what is transparent shows white.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    let (width, height) = rgba.dimensions();
    let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
    for &[r, g, b, a] in rgba.as_raw().as_chunks::<4>().0 {
        let a = u32::from(a);
        rgb.extend([r, g, b].map(|c| ((u32::from(c) * a + 255 * (255 - a) + 127) / 255) as u8));
    }
    RgbImage::from_raw(width, height, rgb).expect("three bytes were pushed for each pixel")
}

/// What a decoder's error means for the person whose file it is.
fn fault(bytes: &[u8], error: &image::ImageError) -> CoverError {
    if ends_early(error) || webp_is_cut(bytes) {
        return CoverError::Truncated;
    }
    let text = error.to_string();
    CoverError::Broken(text.lines().next().unwrap_or("damaged data").trim_end_matches('.').to_owned())
}

/// Whether the end of the data is somewhere at the bottom of the error.
fn ends_early(error: &image::ImageError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(e) = cause {
        if let Some(io) = e.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::UnexpectedEof
        {
            return true;
        }
        cause = e.source();
    }
    let text = error.to_string().to_lowercase();
    ["unexpected eof", "unexpected end", "end of file", "not enough data", "failed to fill", "no more data"]
        .iter()
        .any(|words| text.contains(words))
}

/// A WebP file says at its start how long it is.
fn webp_is_cut(bytes: &[u8]) -> bool {
    match bytes {
        [b'R', b'I', b'F', b'F', a, b, c, d, ..] => {
            (bytes.len() as u64) < u64::from(u32::from_le_bytes([*a, *b, *c, *d])) + 8
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four channels of 32 bits, as some TIFF files have.
    const HEAVIEST: u64 = 16;

    #[test]
    fn the_size_that_the_error_recommends_is_read_in_every_format() {
        let side = 3_400;
        let sentence = CoverError::TooLarge { width: 1, height: 1 }.to_string();
        assert!(sentence.contains("3,400 pixels a side"), "{sentence}");
        assert!(check_size(side, side, 2 * HEAVIEST + 3).is_ok());
    }
}

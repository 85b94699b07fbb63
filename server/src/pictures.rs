//! Pictures as files: PNG or JPEG.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{PngDecoder, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageResult, Limits, RgbImage};
use std::io::Cursor;
use std::path::Path;

/// JPEG quality of pictures that people keep; beyond it files grow and nothing is seen.
const JPEG_QUALITY: u8 = 92;

/// Longest side of a picture that this program makes, with room to spare; strips are longer.
const LARGEST_SIDE: u32 = 8192;

/// How a picture is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Loses nothing.
    Png,
    /// Smaller.
    Jpeg,
}

impl Format {
    /// The format that a path's extension names.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            _ => None,
        }
    }
}

/// The picture's file.
///
/// # Errors
/// The encoder's own.
pub fn encode(picture: &RgbImage, format: Format) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let (width, height) = picture.dimensions();
    match format {
        Format::Png => {
            PngEncoder::new(&mut bytes).write_image(picture, width, height, ExtendedColorType::Rgb8)?;
        }
        Format::Jpeg => JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).write_image(
            picture,
            width,
            height,
            ExtendedColorType::Rgb8,
        )?,
    }
    Ok(bytes)
}

/// The pixels of a picture that this program wrote as PNG. Whoever changed it meanwhile gets no memory for it.
///
/// # Errors
/// The decoder's own.
pub fn from_png(bytes: &[u8]) -> ImageResult<RgbImage> {
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(8 * LARGEST_SIDE), Some(LARGEST_SIDE));
    // For all but pixels, from the first byte on.
    limits.max_alloc = Some(1 << 20);
    Ok(DynamicImage::from_decoder(PngDecoder::with_limits(Cursor::new(bytes), limits)?)?.into_rgb8())
}

/// Frames side by side, first on the left. They have one size.
pub fn strip(frames: &[RgbImage]) -> RgbImage {
    let (width, height) = frames.first().map_or((0, 0), RgbImage::dimensions);
    let mut strip = RgbImage::new(width * frames.len() as u32, height);
    for (i, frame) in frames.iter().enumerate() {
        image::imageops::replace(&mut strip, frame, i as i64 * i64::from(width), 0);
    }
    strip
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn a_strip_shows_its_frames_from_left_to_right() {
        let frames: Vec<_> = (0..3).map(|i| RgbImage::from_pixel(2, 2, Rgb([i, 0, 0]))).collect();
        let strip = strip(&frames);
        assert_eq!(strip.dimensions(), (6, 2));
        assert_eq!(
            (strip[(0, 0)], strip[(3, 1)], strip[(5, 0)]),
            (Rgb([0, 0, 0]), Rgb([1, 0, 0]), Rgb([2, 0, 0]))
        );
    }

    #[test]
    fn a_png_gives_back_every_pixel() {
        let picture = RgbImage::from_fn(5, 3, |x, y| Rgb([x as u8, y as u8, 200]));
        let bytes = encode(&picture, Format::Png).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().to_rgb8(), picture);
    }
}

//! Finished pictures as the files that shops and services take.

use super::FinishError;
use super::scale::scale;
use gatefold_types::finishing::Format;
use image::codecs::jpeg::{JpegEncoder, PixelDensity};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage, imageops};
use std::borrow::Cow;

/// A distributor's cover, in pixels: what Apple Music, Spotify and Bandcamp recommend or accept through one.
pub const DISTRIBUTOR_SIDE: u32 = 3000;
/// A playlist's cover, in pixels.
pub const PLAYLIST_SIDE: u32 = 640;
/// A playlist's cover is sent as Base64 in 256 KiB at most (Spotify Web API, “Add Custom Playlist Cover Image”).
pub const PLAYLIST_BYTES: usize = 190_000;

/// Beyond it files grow and nothing is seen.
const BEST: u8 = 92;
/// Below it blocks show; smoothing comes first.
const WORST: u8 = 45;
/// Smoothing of pictures that are too rich even so, from a little to a lot: standard deviation in pixels.
const SMOOTHER: [f32; 5] = [0.6, 1.0, 1.6, 2.5, 4.0];
/// For print.
const DPI: u16 = 300;

fn failed(e: impl std::fmt::Display) -> FinishError {
    FinishError::Encoding(e.to_string())
}

/// The picture as a file. JPEGs are baseline, sRGB, 4:4:4 at 300 dpi; what is not of the format's size is scaled.
///
/// # Errors
/// When a square format is asked for a picture that is not, or the encoder fails.
pub fn encode(picture: &RgbImage, format: Format) -> Result<Vec<u8>, FinishError> {
    match format {
        Format::Distributor => jpeg(square(picture, DISTRIBUTOR_SIDE)?.as_ref(), BEST),
        Format::Playlist => within(square(picture, PLAYLIST_SIDE)?.as_ref(), PLAYLIST_BYTES),
        Format::Png => png(picture),
    }
}

fn square(picture: &RgbImage, side: u32) -> Result<Cow<'_, RgbImage>, FinishError> {
    let (width, height) = picture.dimensions();
    if width != height {
        return Err(FinishError::NotSquare { width, height });
    }
    if width == side {
        return Ok(Cow::Borrowed(picture));
    }
    scale(picture, side, side).map(Cow::Owned)
}

fn png(picture: &RgbImage) -> Result<Vec<u8>, FinishError> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .map_err(failed)?;
    Ok(bytes)
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, FinishError> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    encoder.set_pixel_density(PixelDensity::dpi(DPI));
    encoder.encode(picture, picture.width(), picture.height(), ExtendedColorType::Rgb8).map_err(failed)?;
    Ok(bytes)
}

/// The best JPEG of at most `most` bytes. Pictures of which even a poor one is larger are smoothed first.
fn within(picture: &RgbImage, most: usize) -> Result<Vec<u8>, FinishError> {
    if let Some(bytes) = best_within(picture, most, WORST..=BEST)? {
        return Ok(bytes);
    }
    for deviation in SMOOTHER {
        let smooth = imageops::fast_blur(picture, deviation);
        if let Some(bytes) = best_within(&smooth, most, WORST..=BEST)? {
            return Ok(bytes);
        }
    }
    let smooth = imageops::fast_blur(picture, SMOOTHER[SMOOTHER.len() - 1]);
    best_within(&smooth, most, 1..=WORST)?
        .ok_or_else(|| failed(format!("no JPEG of this picture has at most {most} bytes")))
}

/// The JPEG of the highest quality in the range that fits; quality and size grow together.
fn best_within(
    picture: &RgbImage,
    most: usize,
    range: std::ops::RangeInclusive<u8>,
) -> Result<Option<Vec<u8>>, FinishError> {
    let (mut low, mut high) = (*range.start(), *range.end());
    let mut best = None;
    while low <= high {
        let quality = low.midpoint(high);
        let bytes = jpeg(picture, quality)?;
        if bytes.len() <= most {
            best = Some(bytes);
            low = quality + 1;
        } else {
            high = quality - 1;
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn noise(side: u32) -> RgbImage {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        RgbImage::from_fn(side, side, |_, _| Rgb(rng.r#gen()))
    }

    /// Marker by marker: (marker, body).
    fn segments(jpeg: &[u8]) -> Vec<(u8, Vec<u8>)> {
        let mut all = Vec::new();
        let mut at = 2;
        while at + 4 <= jpeg.len() && jpeg[at] == 0xff && jpeg[at + 1] != 0xda {
            let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
            all.push((jpeg[at + 1], jpeg[at + 4..at + 2 + length].to_vec()));
            at += 2 + length;
        }
        all
    }

    #[test]
    fn a_distributors_jpeg_is_baseline_with_full_colour_at_300_dpi() {
        let picture = RgbImage::from_fn(300, 300, |x, y| Rgb([x as u8, y as u8, 90]));
        let bytes = encode(&picture, Format::Distributor).unwrap();
        let back = image::load_from_memory(&bytes).unwrap();
        assert_eq!((back.width(), back.height(), back.color()), (3000, 3000, image::ColorType::Rgb8));
        let segments = segments(&bytes);
        let frame = segments.iter().find(|(marker, _)| (0xc0..=0xc2).contains(marker)).unwrap();
        assert_eq!(frame.0, 0xc0, "not baseline");
        assert!((0..3).all(|c| frame.1[7 + 3 * c] == 0x11), "colour is thinned out");
        let jfif = &segments.iter().find(|(marker, _)| *marker == 0xe0).unwrap().1;
        assert_eq!(jfif[7..12], [1, 1, 44, 1, 44]);
    }

    #[test]
    fn a_playlists_jpeg_has_640_pixels_and_fits() {
        for picture in [noise(640), noise(1000), RgbImage::from_pixel(3000, 3000, Rgb([3, 4, 5]))] {
            let bytes = encode(&picture, Format::Playlist).unwrap();
            assert!(bytes.len() <= PLAYLIST_BYTES, "{}", bytes.len());
            let back = image::load_from_memory(&bytes).unwrap();
            assert_eq!((back.width(), back.height()), (640, 640));
        }
    }

    #[test]
    fn a_playlists_jpeg_is_as_good_as_its_size_allows() {
        let plain = RgbImage::from_fn(640, 640, |x, y| Rgb([(x / 3) as u8, (y / 3) as u8, 128]));
        assert_eq!(encode(&plain, Format::Playlist).unwrap(), jpeg(&plain, BEST).unwrap());
        let rich = imageops::fast_blur(&noise(640), 0.8);
        let bytes = encode(&rich, Format::Playlist).unwrap();
        assert!(bytes.len() > PLAYLIST_BYTES * 9 / 10, "{} of {PLAYLIST_BYTES} used", bytes.len());
    }

    #[test]
    fn a_png_gives_back_every_pixel() {
        let picture = noise(50);
        let bytes = encode(&picture, Format::Png).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().to_rgb8(), picture);
    }

    #[test]
    fn a_wide_picture_is_refused_where_a_square_is_asked() {
        let wide = RgbImage::new(100, 50);
        assert!(matches!(encode(&wide, Format::Playlist), Err(FinishError::NotSquare { .. })));
        assert!(encode(&wide, Format::Png).is_ok());
    }
}

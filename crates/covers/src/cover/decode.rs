//! Bytes to pixels, for every kind of file that is read, within limits on size and memory.
//!
//! A picture is judged by its header before anything of its size is allocated, and every decoder works within a
//! [`budget`]. What a file carries beside its pixels (text, profiles, Exif) is found by walks of our own, which copy
//! nothing and unpack at most a few megabytes: [`png`], [`webp`], [`tiff`], [`jpeg`]. So a file of n bytes takes its
//! own n bytes once or twice more, 16 MiB for what stands beside the pixels, and its share of the budget.

use super::colours::{Colours, Small};
use super::kind::{Kind, kind};
use super::watched::Watched;
use super::{CoverError, Wish, budget, jpeg, png, resize, tiff, webp};
use fast_image_resize::PixelType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, RgbImage};

/// Longest side that is decoded, in pixels.
pub const MAX_SIDE: u32 = 16_384;
/// Most pixels that are decoded: 100 megapixels, more than any camera or shop delivers.
pub const MAX_PIXELS: u64 = 100_000_000;
/// Largest cover's file that is read: many times what any shop delivers.
pub const MAX_BYTES: u64 = 64 << 20;

/// Rows of a decoded picture.
pub(super) enum Pixels {
    /// Red, green, blue.
    Rgb(Vec<u8>),
    /// Grey three times over: a profile, if there is one, is one for grey.
    Grey(Vec<u8>),
    /// Cyan, magenta, yellow, black; 255 is full ink.
    Ink(Vec<u8>),
}

/// What stands in a file beside its pixels.
pub(super) struct Beside {
    pub orientation: Orientation,
    pub colours: Colours,
}

impl Default for Beside {
    fn default() -> Self {
        Self { orientation: Orientation::NoTransforms, colours: Colours::Srgb }
    }
}

/// A decoded picture as it lies in the file, and its share of the memory budget.
pub(super) struct Opened {
    pub width: u32,
    pub height: u32,
    pub pixels: Pixels,
    pub beside: Beside,
    /// Held until the pixels are scaled down.
    pub share: budget::Share,
}

/// Decodes a cover: the square in its middle, sRGB, orientation applied, at most `size` pixels across.
///
/// # Errors
/// One sentence per cover that cannot be used, see [`CoverError`].
pub fn decode(bytes: &[u8], size: u32) -> Result<RgbImage, CoverError> {
    decode_square(bytes, size, Wish::LASTS).map(|(picture, _, _)| picture)
}

/// The same, with the whole picture's width and height.
pub(super) fn decode_square(
    bytes: &[u8],
    size: u32,
    wish: Wish<'_>,
) -> Result<(RgbImage, u32, u32), CoverError> {
    if wish.is_over() {
        return Err(CoverError::GivenUp);
    }
    // A decoder that panics has met a file that nobody thought of: it costs that cover, not the run.
    let opened = super::unharmed(|| open(bytes, wish)).unwrap_or(Err(CoverError::Broken(
        "its data are damaged in a way that its decoder does not expect".to_owned(),
    )));
    let Opened { width, height, pixels, beside, share } = match opened {
        Err(_) if wish.is_over() => return Err(CoverError::GivenUp),
        other => other?,
    };
    let side = width.min(height).min(size.max(1));
    let scaled = |rows: &[u8], kind| resize::scale_raw(rows, width, height, side, kind);
    let small = match &pixels {
        Pixels::Rgb(rows) => Small::Rgb(scaled(rows, PixelType::U8x3)?),
        Pixels::Grey(rows) => Small::Grey(scaled(rows, PixelType::U8x3)?),
        Pixels::Ink(rows) => Small::Ink(scaled(rows, PixelType::U8x4)?),
    };
    drop((pixels, share));
    let rgb = beside.colours.to_srgb(small);
    let small = RgbImage::from_raw(side, side, rgb)
        .ok_or_else(|| CoverError::Broken("scaling lost pixels".to_owned()))?;
    // The square in the middle is the same one before and after turning, so the small picture is turned.
    let mut small = DynamicImage::ImageRgb8(small);
    small.apply_orientation(beside.orientation);
    let (width, height) = if turns(beside.orientation) { (height, width) } else { (width, height) };
    Ok((small.into_rgb8(), width, height))
}

/// Whether an orientation exchanges width and height.
fn turns(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn open(bytes: &[u8], wish: Wish<'_>) -> Result<Opened, CoverError> {
    use image::codecs::{bmp::BmpDecoder, gif::GifDecoder};
    let data = || Watched::new(bytes, wish);
    match kind(bytes)? {
        Kind::Jpeg => jpeg::open(bytes, wish),
        Kind::Png => png::open(bytes, wish),
        Kind::WebP => webp::open(bytes, wish),
        Kind::Tiff => tiff::open(bytes, wish),
        Kind::Gif => through(GifDecoder::new(data()), wish, Beside::default(), Costs::USUAL),
        Kind::Bmp => through(BmpDecoder::new(data()), wish, Beside::default(), Costs::USUAL),
    }
}

/// What a decoder of `image` takes.
#[derive(Clone, Copy)]
pub(super) struct Costs {
    /// Bytes a pixel beside twice the bytes that its pixels are stored in: once for what it returns, as much again for
    /// its own work.
    pub per_pixel: u64,
    /// Bytes whatever the size.
    pub flat: u64,
    /// Whether the decoder's limit counts what it returns too.
    pub counts_result: bool,
}

impl Costs {
    /// With room for RGB, which is made of what is returned.
    pub(super) const USUAL: Self = Self { per_pixel: 3, flat: 1 << 20, counts_result: false };
}

/// Has a decoder of `image` do it.
pub(super) fn through<D: ImageDecoder>(
    decoder: image::ImageResult<D>,
    wish: Wish<'_>,
    beside: Beside,
    costs: Costs,
) -> Result<Opened, CoverError> {
    let mut decoder = decoder.map_err(|e| fault(&e))?;
    let (width, height) = decoder.dimensions();
    let stored = u64::from(decoder.color_type().bytes_per_pixel());
    let needed = check_size(width, height, 2 * stored + costs.per_pixel)? + costs.flat;
    if needed > budget::TOTAL {
        return Err(CoverError::TooLarge { width, height });
    }
    let share = budget::take(needed, wish)?;
    let mut limits = image::Limits::no_limits();
    let returned = if costs.counts_result { 0 } else { stored * u64::from(width) * u64::from(height) };
    limits.max_alloc = Some(needed - returned);
    decoder.set_limits(limits).map_err(|e| fault(&e))?;
    let grey = !decoder.color_type().has_color();
    let picture = DynamicImage::from_decoder(decoder).map_err(|e| fault(&e))?;
    let rgb = on_white(picture).into_raw();
    let pixels = if grey { Pixels::Grey(rgb) } else { Pixels::Rgb(rgb) };
    Ok(Opened { width, height, pixels, beside, share })
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
pub(super) fn fault(error: &(dyn std::error::Error + 'static)) -> CoverError {
    if ends_early(error) {
        return CoverError::Truncated;
    }
    let text = error.to_string();
    CoverError::Broken(text.lines().next().unwrap_or("damaged data").trim_end_matches('.').to_owned())
}

/// Whether the end of the data is somewhere at the bottom of the error.
fn ends_early(error: &(dyn std::error::Error + 'static)) -> bool {
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
        for (costs, stored) in [(Costs::USUAL, 8), (tiff::COSTS, HEAVIEST), (webp::COSTS, 4)] {
            let needed = check_size(side, side, 2 * stored + costs.per_pixel).unwrap() + costs.flat;
            assert!(needed <= budget::TOTAL, "{needed}");
        }
    }
}

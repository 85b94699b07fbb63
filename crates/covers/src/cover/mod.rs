//! Covers as pixels: decode within limits, normalise, palette, perceptual hash.
//!
//! Whatever a file is called, its first bytes say what it is. A cover that is not square is cut to the square in
//! its middle; transparency lies on white; a camera's orientation is applied; an animation is its first frame.
//! Colours become sRGB by the profile that a file carries; where it carries none they are taken as sRGB.

mod budget;
mod colour_name;
mod colours;
mod decode;
#[cfg(fuzzing)]
pub mod fuzzing;
mod hash;
mod jpeg;
mod kind;
mod palette;
mod png;
mod resize;
mod tiff;
mod watched;
mod webp;
mod wish;

pub use colour_name::{colour_distance, colour_name};
pub use decode::{MAX_BYTES, MAX_PIXELS, MAX_SIDE, decode};
pub use hash::{dhash, distance};
pub use palette::{mean_colour, palette};
pub use resize::{halve, resize, square};
pub use wish::Wish;

use image::ExtendedColorType;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;

/// Version of everything in [`Derived`]; a change makes the catalogue derive anew. 2: profiles are followed, and
/// JPEGs with a scan for each colour are read right.
pub const VERSION: u32 = 2;

/// Pixels across and down of [`Derived::pixels`].
pub const PIXELS_SIDE: u32 = 64;
/// Pixels across and down of [`Derived::thumbnail`].
pub const THUMBNAIL_SIDE: u32 = 128;
/// Quality of [`Derived::thumbnail`]: sheets are cut from it, so it must bear a second encoding.
const THUMBNAIL_QUALITY: u8 = 88;

/// What is made from a cover once and kept beside it.
#[derive(Clone, PartialEq, Debug)]
pub struct Derived {
    /// Pixels across, orientation applied.
    pub width: u32,
    /// Pixels down, orientation applied.
    pub height: u32,
    /// 64×64 RGB, row-major, 12,288 bytes: what `pixels` features are made of.
    pub pixels: Vec<u8>,
    /// 128×128 thumbnail as JPEG.
    pub thumbnail: Vec<u8>,
    /// Mean colour.
    pub mean: [u8; 3],
    /// Up to five colours, most common first.
    pub palette: Vec<[u8; 3]>,
    /// Perceptual hash (dHash, 64 bits): near-duplicates differ in few bits.
    pub dhash: u64,
}

/// Why a cover cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CoverError {
    /// No bytes at all.
    #[error("the file is empty: copy or download the cover again")]
    Empty,
    /// Neither the first bytes nor anything after them is a picture.
    #[error("this is not a picture: covers are JPEG, PNG, GIF, WebP, BMP or TIFF files, whatever their name")]
    NotAPicture,
    /// A picture of a kind that is not read: its name with an article.
    #[error("this is {0}, which is not read: save it as JPEG or PNG")]
    OtherKind(&'static str),
    /// The data ends before the picture does.
    #[error("the picture's data ends early, so that part of it is missing: copy or download it again")]
    Truncated,
    /// More pixels than would be safe to decode.
    #[error(
        "the picture has {width} × {height} pixels, which is too large: scale it down to 3,400 pixels a side or fewer"
    )]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// A picture, but damaged or of a kind that is not read; the text says which.
    #[error("the picture cannot be read ({0}): open it in another program and save it again")]
    Broken(String),
    /// Nobody wanted it any more while it was being read.
    #[error("reading it was given up, because nobody waited for it any more")]
    GivenUp,
}

/// Decodes once and makes everything of [`Derived`].
///
/// # Errors
/// One sentence per cover that cannot be used, see [`CoverError`].
pub fn derive(bytes: &[u8]) -> Result<Derived, CoverError> {
    derive_while(bytes, Wish::LASTS)
}

/// The same, as long as somebody wants it.
///
/// # Errors
/// Those of [`fn@derive`], and [`CoverError::GivenUp`].
pub fn derive_while(bytes: &[u8], wish: Wish<'_>) -> Result<Derived, CoverError> {
    let (cover, width, height) = decode::decode_square(bytes, THUMBNAIL_SIDE, wish)?;
    // A cover smaller than a thumbnail is enlarged, so that every album has the same columns.
    let cover = resize(cover, THUMBNAIL_SIDE);
    let small = halve(&cover);
    Ok(Derived {
        width,
        height,
        thumbnail: encode_thumbnail(&cover)?,
        mean: mean_colour(&small),
        palette: palette(&small),
        dhash: dhash(&small),
        pixels: small.into_raw(),
    })
}

/// What work on foreign data comes to; `None` when it panics, which is then its own affair.
fn unharmed<T>(work: impl FnOnce() -> T) -> Option<T> {
    // Nothing that it changes is looked at afterwards: a share of the budget is given back on the way.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
}

fn encode_thumbnail(cover: &RgbImage) -> Result<Vec<u8>, CoverError> {
    encode(cover, THUMBNAIL_QUALITY).map_err(CoverError::Broken)
}

/// Many thumbnails as one JPEG.
/// A sheet of covers as a JPEG of `quality` (1–100).
///
/// # Errors
/// What the encoder says.
pub fn encode_sheet(sheet: &RgbImage, quality: u8) -> Result<Vec<u8>, String> {
    encode(sheet, quality)
}

fn encode(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(picture.as_raw().len() / 6);
    JpegEncoder::new_with_quality(&mut out, quality)
        .encode(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .map_err(|e| e.to_string())?;
    Ok(out)
}

#[cfg(test)]
mod tests;

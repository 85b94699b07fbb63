//! Covers as pixels: decode within limits, normalise, palette, perceptual hash.

/// Version of everything in [`Derived`]; a change makes the catalogue derive anew.
pub const VERSION: u32 = 1;

/// What is made from a cover once and kept beside it.
#[derive(Clone, PartialEq, Debug)]
pub struct Derived {
    /// Pixels across and down, orientation applied.
    pub width: u32,
    /// Pixels down.
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
#[allow(missing_docs)]
pub enum CoverError {
    #[error("{0}")]
    Other(String),
}

/// Decodes a cover (square, RGB, orientation applied, at most `size` px) within limits on memory.
pub fn decode(bytes: &[u8], size: u32) -> Result<image::RgbImage, CoverError> {
    let _ = (bytes, size);
    todo!()
}

/// Decodes once and makes everything of [`Derived`].
pub fn derive(bytes: &[u8]) -> Result<Derived, CoverError> {
    let _ = bytes;
    todo!()
}

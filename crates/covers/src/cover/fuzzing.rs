//! Doors for `fuzz/`, which no other build has.

use super::{CoverError, Wish};

/// Walks through a JPEG's structure without decoding it; whether it has its end marker.
///
/// # Errors
/// What is wrong with it.
pub fn walk_jpeg(data: &[u8]) -> Result<bool, CoverError> {
    super::jpeg::walked(data, Wish::LASTS)
}

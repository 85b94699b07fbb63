//! A picture that somebody names on the command line.

use crate::cli::Failure;
use gatefold::cover::MAX_BYTES;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// Reads a picture's file: never a pipe or a device, which may have no end, and never more than a picture has.
///
/// # Errors
/// A sentence that names the file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let name = path.display();
    let failed = |why: String| Failure::Failed(format!("{name} {why}"));
    let unreadable = |error: std::io::Error| failed(format!("cannot be read: {error}"));
    let found = fs::metadata(path).map_err(unreadable)?;
    if found.is_dir() {
        return Err(failed("is a folder: name a picture's file".to_owned()));
    }
    if !found.is_file() {
        return Err(failed("is no file but a pipe or a device: name a picture's file".to_owned()));
    }
    let too_long = || failed(format!("has more than {} MB: no cover is as large", MAX_BYTES >> 20));
    if found.len() > MAX_BYTES {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(found.len() as usize);
    // Some files (those in /proc) are longer than they say.
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_long());
    }
    Ok(bytes)
}

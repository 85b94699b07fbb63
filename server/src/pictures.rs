//! Pictures as files: PNG or JPEG, whole or not at all.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageResult, RgbImage};
use std::io::Write;
use std::path::Path;

/// JPEG quality of pictures that people keep; beyond it files grow and nothing is seen.
const JPEG_QUALITY: u8 = 92;

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

/// Frames side by side, first on the left. They have one size.
pub fn strip(frames: &[RgbImage]) -> RgbImage {
    let (width, height) = frames.first().map_or((0, 0), RgbImage::dimensions);
    let mut strip = RgbImage::new(width * frames.len() as u32, height);
    for (i, frame) in frames.iter().enumerate() {
        image::imageops::replace(&mut strip, frame, i as i64 * i64::from(width), 0);
    }
    strip
}

/// Writes a file so that `path` is either what it was or all of `bytes`.
///
/// # Errors
/// When the folder cannot be written to.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new().prefix(".gatefold-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    make_readable(file.as_file())?;
    file.persist(path)?;
    Ok(())
}

/// A temporary file is its owner's alone; a picture is not a secret.
#[cfg(unix)]
fn make_readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
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

    #[test]
    fn writing_replaces_a_file_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

//! Scaling: a centred square, then a bicubic filter in sRGB values; halves by plain averages.

use super::CoverError;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use std::cell::RefCell;

thread_local! {
    /// Keeps its buffers from cover to cover.
    static RESIZER: RefCell<Resizer> = RefCell::new(Resizer::new());
}

/// The square in the middle of `picture` at exactly `side` × `side` pixels, enlarged where need be.
pub fn resize(picture: RgbImage, side: u32) -> RgbImage {
    if picture.dimensions() == (side, side) {
        return picture;
    }
    let (width, height) = picture.dimensions();
    scale(picture.as_raw(), width, height, side)
        .expect("an RgbImage has as many bytes as its size says, and its square lies within it")
}

/// The square in the middle of `picture`, at most `side` pixels across.
pub fn square(picture: RgbImage, side: u32) -> RgbImage {
    let own = picture.width().min(picture.height());
    resize(picture, own.min(side))
}

/// Cuts and scales raw RGB rows.
fn scale(rgb: &[u8], width: u32, height: u32, side: u32) -> Result<RgbImage, CoverError> {
    let small = scale_raw(rgb, width, height, side, PixelType::U8x3)?;
    RgbImage::from_raw(side, side, small).ok_or_else(|| CoverError::Broken("scaling lost pixels".to_owned()))
}

/// Cuts and scales raw rows of 8 bits a channel.
pub(super) fn scale_raw(
    rows: &[u8],
    width: u32,
    height: u32,
    side: u32,
    kind: PixelType,
) -> Result<Vec<u8>, CoverError> {
    let broken = |e: &dyn std::fmt::Display| CoverError::Broken(e.to_string());
    let source = ImageRef::new(width, height, rows, kind).map_err(|e| broken(&e))?;
    let mut target = Image::new(side, side, kind);
    let edge = width.min(height);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
        .use_alpha(false)
        .crop(
            f64::from((width - edge) / 2),
            f64::from((height - edge) / 2),
            f64::from(edge),
            f64::from(edge),
        );
    RESIZER
        .with_borrow_mut(|resizer| resizer.resize(&source, &mut target, &options))
        .map_err(|e| broken(&e))?;
    Ok(target.into_vec())
}

/// Half the size, each pixel the mean of four. An odd last row or column is left out.
pub fn halve(picture: &RgbImage) -> RgbImage {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    let stride = picture.width() as usize * 3;
    let mut out = Vec::with_capacity((width * height * 3) as usize);
    for rows in picture.as_raw().chunks_exact(2 * stride) {
        let (upper, lower) = rows.split_at(stride);
        for (a, b) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for c in 0..3 {
                let sum = u16::from(a[c]) + u16::from(a[c + 3]) + u16::from(b[c]) + u16::from(b[c + 3]);
                out.push(((sum + 2) / 4) as u8);
            }
        }
    }
    RgbImage::from_raw(width, height, out).expect("each pair of rows gave half a row")
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn the_middle_of_a_wide_picture_is_kept() {
        let wide =
            RgbImage::from_fn(30, 10, |x, _| Rgb(if (10..20).contains(&x) { [200; 3] } else { [0; 3] }));
        let cut = square(wide, 10);
        assert_eq!(cut.dimensions(), (10, 10));
        assert!(cut.pixels().all(|p| p.0 == [200; 3]));
    }

    #[test]
    fn one_pixel_grows_to_any_size() {
        let grown = resize(RgbImage::from_pixel(1, 1, Rgb([9, 80, 200])), 64);
        assert_eq!(grown.dimensions(), (64, 64));
        assert!(grown.pixels().all(|p| p.0 == [9, 80, 200]));
    }

    #[test]
    fn halves_are_means() {
        let picture = RgbImage::from_fn(4, 2, |x, y| Rgb([(x * 10 + y * 100) as u8; 3]));
        assert_eq!(halve(&picture).into_raw(), [55, 55, 55, 75, 75, 75]);
    }
}

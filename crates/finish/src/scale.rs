//! Scaling of finished pictures: Lanczos, in light rather than in sRGB values where it makes smaller.

use super::FinishError;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, create_srgb_mapper};
use image::RgbImage;

fn options() -> ResizeOptions {
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
}

fn failed(e: impl std::fmt::Display) -> FinishError {
    FinishError::Scaling(e.to_string())
}

/// The picture at exactly `width` × `height` pixels.
///
/// # Errors
/// When either has no pixels.
pub fn scale(picture: &RgbImage, width: u32, height: u32) -> Result<RgbImage, FinishError> {
    if [picture.width(), picture.height(), width, height].contains(&0) {
        return Err(failed("there is nothing to scale, or nothing to scale it to"));
    }
    if picture.dimensions() == (width, height) {
        return Ok(picture.clone());
    }
    let source = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3);
    let source = source.map_err(failed)?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    let mut resizer = Resizer::new();
    if width < picture.width() && height < picture.height() {
        // Means of light: fine bright patterns keep their brightness.
        let mapper = create_srgb_mapper();
        let mut light = Image::new(picture.width(), picture.height(), PixelType::U16x3);
        mapper.forward_map(&source, &mut light).map_err(failed)?;
        let mut small = Image::new(width, height, PixelType::U16x3);
        resizer.resize(&light, &mut small, &options()).map_err(failed)?;
        mapper.backward_map(&small, &mut target).map_err(failed)?;
    } else {
        // Enlarged in light, dark edges would get bright rims.
        resizer.resize(&source, &mut target, &options()).map_err(failed)?;
    }
    RgbImage::from_raw(width, height, target.into_vec()).ok_or_else(|| failed("pixels were lost"))
}

/// A field of numbers at another size.
pub(super) fn scale_field(
    field: &[f32],
    (width, height): (u32, u32),
    (to_width, to_height): (u32, u32),
) -> Result<Vec<f32>, FinishError> {
    let bytes: Vec<u8> = field.iter().flat_map(|v| v.to_ne_bytes()).collect();
    let source = Image::from_vec_u8(width, height, bytes, PixelType::F32).map_err(failed)?;
    let mut target = Image::new(to_width, to_height, PixelType::F32);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    Resizer::new().resize(&source, &mut target, &options).map_err(failed)?;
    let numbers = target.buffer().chunks_exact(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]]));
    Ok(numbers.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn a_fine_pattern_keeps_its_light() {
        let board = RgbImage::from_fn(512, 512, |x, y| Rgb(if (x + y) % 2 == 0 { [255; 3] } else { [0; 3] }));
        let small = scale(&board, 64, 64).unwrap();
        // Half the light is 188 in sRGB, not 128.
        assert!(small.pixels().all(|p| p[0].abs_diff(188) <= 4), "{:?}", small[(30, 30)]);
    }

    #[test]
    fn one_colour_stays_that_colour() {
        for side in [10, 64, 200] {
            let plain = RgbImage::from_pixel(64, 64, Rgb([200, 30, 77]));
            assert!(scale(&plain, side, side).unwrap().pixels().all(|p| p.0 == [200, 30, 77]));
        }
    }

    #[test]
    fn a_picture_without_pixels_is_refused_with_a_sentence() {
        assert!(scale(&RgbImage::new(0, 0), 10, 10).is_err());
    }
}

//! Film grain: drawn from a seed, strongest in the middle tones, the same to the eye at every size.

use super::FinishError;
use super::contrast::luminance;
use super::scale::scale_field;
use image::RgbImage;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tiny_skia::Rect;

/// Grains along the picture's longer side, fine and coarse: as a 35 mm frame enlarged to a record sleeve has them.
const FINE: u32 = 1400;
const COARSE: u32 = 560;
/// The coarse ones' part.
const CLUMPS: f32 = 0.45;
/// Standard deviation at full strength in the middle tones, in sRGB values.
const FULL: f32 = 19.0;

/// Lays grain over the part of the picture within `sheet`. `strength` is 0–1; 0 leaves every pixel as it is.
pub(super) fn lay(picture: &mut RgbImage, sheet: Rect, strength: f32, seed: u64) -> Result<(), FinishError> {
    if strength <= 0.0 {
        return Ok(());
    }
    let (width, height) = (sheet.width() as u32, sheet.height() as u32);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let fine = field(&mut rng, FINE, width, height)?;
    let coarse = field(&mut rng, COARSE, width, height)?;
    let (left, top) = (sheet.left() as u32, sheet.top() as u32);
    for y in 0..height {
        for x in 0..width {
            let i = (y * width + x) as usize;
            let grain = fine[i] + coarse[i] * CLUMPS;
            let pixel = picture.get_pixel_mut(left + x, top + y);
            let push = grain * FULL * strength * weight(luminance(pixel.0));
            for c in 0..3 {
                pixel[c] = (f32::from(pixel[c]) + push).round().clamp(0.0, 255.0) as u8;
            }
        }
    }
    Ok(())
}

/// How much grain a tone shows, 0–1. Neither paper white nor the deepest black has any silver to clump.
fn weight(luminance: f32) -> f32 {
    let tone = luminance.sqrt();
    0.25 + 0.75 * (4.0 * tone * (1.0 - tone)).sqrt()
}

/// Normal noise with `cells` along the longer side, at the picture's size. Where the picture is the finer of the two,
/// a grain spreads over pixels; where it is the coarser, grains melt together, as they do when a print is made smaller.
fn field(rng: &mut ChaCha8Rng, cells: u32, width: u32, height: u32) -> Result<Vec<f32>, FinishError> {
    let longer = width.max(height).max(1);
    let size = |v: u32| (u64::from(cells) * u64::from(v)).div_ceil(u64::from(longer)).max(1) as u32;
    let (w, h) = (size(width), size(height));
    let cell = |_| {
        // Four bytes' sum is near enough to normal: mean 510, variance 4 (256² − 1) / 12.
        let sum: u32 = rng.next_u32().to_le_bytes().into_iter().map(u32::from).sum();
        (sum as f32 - 510.0) / 147.8
    };
    let noise: Vec<f32> = (0..w * h).map(cell).collect();
    scale_field(&noise, (w, h), (width, height))
}

#[cfg(test)]
mod tests {
    use super::super::scale::scale;
    use super::*;
    use image::Rgb;

    fn grained(side: u32, grey: u8, strength: f32, seed: u64) -> RgbImage {
        let mut picture = RgbImage::from_pixel(side, side, Rgb([grey; 3]));
        let sheet = Rect::from_xywh(0.0, 0.0, side as f32, side as f32).unwrap();
        lay(&mut picture, sheet, strength, seed).unwrap();
        picture
    }

    fn deviation(picture: &RgbImage) -> f32 {
        let n = picture.pixels().len() as f32;
        let mean = picture.pixels().map(|p| f32::from(p[0])).sum::<f32>() / n;
        (picture.pixels().map(|p| (f32::from(p[0]) - mean).powi(2)).sum::<f32>() / n).sqrt()
    }

    #[test]
    fn a_seed_gives_the_same_grain_and_another_another() {
        assert_eq!(grained(100, 120, 0.5, 7), grained(100, 120, 0.5, 7));
        assert_ne!(grained(100, 120, 0.5, 7), grained(100, 120, 0.5, 8));
    }

    #[test]
    fn no_grain_changes_nothing() {
        assert!(grained(64, 120, 0.0, 7).pixels().all(|p| p.0 == [120; 3]));
    }

    #[test]
    fn middle_tones_show_more_grain_than_white_and_black() {
        let middle = deviation(&grained(640, 118, 0.6, 1));
        assert!(middle > 1.5 * deviation(&grained(640, 250, 0.6, 1)));
        assert!(middle > 1.5 * deviation(&grained(640, 3, 0.6, 1)));
    }

    #[test]
    fn a_large_picture_made_small_has_the_grain_of_a_small_one() {
        let small = deviation(&grained(640, 118, 0.8, 3));
        let reduced = deviation(&scale(&grained(2000, 118, 0.8, 3), 640, 640).unwrap());
        assert!((small / reduced - 1.0).abs() < 0.25, "{small} {reduced}");
    }
}

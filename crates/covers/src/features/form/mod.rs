//! Form without colour: where edges lie and which way they run, how coarse the cover is, what its border does, how
//! symmetric it is, and whether it looks written on. Everything is measured on luma.

mod gradients;
mod layout;
mod strokes;
mod texture;

pub(super) use gradients::edge_share;
pub(super) use layout::{even_border, mirror_symmetry};
pub(super) use strokes::{strokes, text_share};
pub(super) use texture::fine_share;

use super::planes::Plane;
use image::RgbImage;

/// Numbers per cover.
pub const DIMS: usize = gradients::DIMS + texture::DIMS + strokes::DIMS + layout::DIMS;

/// What each number is called.
pub fn names() -> Vec<String> {
    [gradients::names(), texture::names(), strokes::names(), layout::names()].concat()
}

/// [`DIMS`] numbers of a cover of any size; 128×128 needs no scaling. Luma is 0–1, and so are shares; the units of each
/// part are its module's.
pub fn features(cover: &RgbImage) -> Vec<f32> {
    let full = Plane::luma(cover);
    let half = full.halve();
    let mut out = Vec::with_capacity(DIMS);
    gradients::features(&full, &half, &mut out);
    texture::features(&full, &mut out);
    strokes::features(&full, &mut out);
    layout::features(&full, &half, &mut out);
    out
}

/// `what 1`, `what 2`, …
fn numbered(what: &str, n: usize) -> impl Iterator<Item = String> + '_ {
    (1..=n).map(move |i| format!("{what} {i}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn there_is_a_name_for_every_number() {
        let cover = RgbImage::from_fn(128, 128, |x, y| Rgb([(x ^ y) as u8; 3]));
        assert_eq!(names().len(), DIMS);
        assert_eq!(features(&cover).len(), DIMS);
    }

    #[test]
    fn covers_of_one_colour_have_finite_numbers() {
        for colour in [[0; 3], [255; 3], [127; 3], [255, 0, 0]] {
            let all = features(&RgbImage::from_pixel(128, 128, Rgb(colour)));
            assert!(all.iter().all(|x| x.is_finite()), "{colour:?}");
        }
    }

    #[test]
    fn colours_of_equal_luma_look_the_same() {
        // 299·r + 587·g + 114·b is 58,700 for both.
        let stripes = |other: [u8; 3]| {
            RgbImage::from_fn(128, 128, |x, _| Rgb(if x / 8 % 2 == 0 { [0; 3] } else { other }))
        };
        let (green, other) = (features(&stripes([0, 100, 0])), features(&stripes([114, 39, 15])));
        for (a, b) in green.iter().zip(other) {
            assert!((a - b).abs() < 0.02, "{a} and {b}");
        }
    }

    #[test]
    fn a_mirror_changes_no_symmetry_and_no_texture() {
        let cover = RgbImage::from_fn(128, 128, |x, y| Rgb([(x * x / 80 + (y * 37) % 90) as u8; 3]));
        let mirrored = RgbImage::from_fn(128, 128, |x, y| *cover.get_pixel(127 - x, y));
        for ((name, a), b) in names().iter().zip(features(&cover)).zip(features(&mirrored)) {
            if ["symmetry", "detail", "edges"].iter().any(|kind| name.contains(kind)) {
                assert!((a - b).abs() < 1e-3, "{name}: {a} and {b}");
            }
        }
    }
}

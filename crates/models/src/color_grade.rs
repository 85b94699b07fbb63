//! Colour grading in Oklab (Ottosson 2020): the attributes of light and colour, which need no network. A blend's pixels are
//! moved before it is encoded.
//!
//! Lightness goes along a power curve, so that black stays black and white stays white and nothing is cut off; chroma is
//! multiplied, and what sRGB cannot show ends at its edge.

use gatefold_types::oklab::{to_oklab, to_srgb};
use gatefold_types::recipe::Towards;
use image::{Rgb, RgbImage};

/// What an attribute of amount 1 does to the exponent of lightness, as a power of 2.
const LIGHTNESS: f32 = 0.7;
/// What an attribute of amount 1 does to chroma, as a power of 2.
const CHROMA: f32 = 0.9;

/// Whether an attribute is one of light or colour.
pub fn is_color(what: &str) -> bool {
    ["dark", "light", "grey", "colourful"].contains(&what.trim().to_lowercase().as_str())
}

/// The picture as the attributes for light and colour want it; the others say nothing here.
pub fn color_grade(mut picture: RgbImage, attributes: &[Towards]) -> RgbImage {
    let (mut darker, mut colourful) = (0.0, 0.0);
    for attribute in attributes {
        match attribute.what.trim().to_lowercase().as_str() {
            "dark" => darker += attribute.amount,
            "light" => darker -= attribute.amount,
            "colourful" => colourful += attribute.amount,
            "grey" => colourful -= attribute.amount,
            _ => {}
        }
    }
    if darker == 0.0 && colourful == 0.0 {
        return picture;
    }
    let (exponent, factor) = ((LIGHTNESS * darker).exp2(), (CHROMA * colourful).exp2());
    for pixel in picture.pixels_mut() {
        let [lightness, a, b] = to_oklab(pixel.0);
        *pixel = Rgb(to_srgb([lightness.clamp(0.0, 1.0).powf(exponent), a * factor, b * factor]));
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(what: &str, amount: f32) -> Towards {
        Towards { what: what.to_owned(), amount }
    }

    fn cover() -> RgbImage {
        RgbImage::from_fn(24, 24, |x, y| Rgb([(x * 10) as u8, (y * 10) as u8, 90]))
    }

    fn mean(picture: &RgbImage, of: impl Fn([f32; 3]) -> f32) -> f32 {
        picture.pixels().map(|p| of(to_oklab(p.0))).sum::<f32>() / (24.0 * 24.0)
    }

    #[test]
    fn each_attribute_moves_what_it_names_and_opposites_are_one() {
        let lightness = |p: &RgbImage| mean(p, |[l, ..]| l);
        let chroma = |p: &RgbImage| mean(p, |[_, a, b]| a.hypot(b));
        let with = |what: &str, amount: f32| color_grade(cover(), &[attribute(what, amount)]);
        let (l, c) = (lightness(&cover()), chroma(&cover()));
        assert!(lightness(&with("dark", 1.0)) < l - 0.08 && lightness(&with("light", 1.0)) > l + 0.08);
        assert!(chroma(&with("grey", 1.0)) < 0.7 * c && chroma(&with("colourful", 1.0)) > 1.2 * c);
        assert_eq!(with("light", 1.0), with("dark", -1.0));
        assert_eq!(with("grey", 0.5), with("colourful", -0.5));
    }

    #[test]
    fn black_and_white_stay_and_other_attributes_change_nothing() {
        let ends = RgbImage::from_fn(2, 1, |x, _| Rgb([255 * x as u8; 3]));
        assert_eq!(color_grade(ends.clone(), &[attribute("dark", 3.0), attribute("colourful", 2.0)]), ends);
        assert_eq!(color_grade(cover(), &[attribute("jazz", 3.0)]), cover());
        assert_eq!(color_grade(cover(), &[attribute("dark", 1.0), attribute("light", 1.0)]), cover());
    }
}

//! Pixels in Oklab, where equal steps look equal, with their colourfulness and hue.
//! (B. Ottosson, “A perceptual color space for image processing”, 2020.)

use super::planes::at_side;
use crate::cover::halve;
use gatefold_types::oklab::to_oklab;
use image::RgbImage;

/// Pixels across and down that colour is measured on: colour needs no detail.
pub(super) const SIDE: usize = super::planes::SIDE / 2;
/// The most colourful sRGB value, pure magenta, has this chroma.
pub(super) const MOST_CHROMA: f32 = 0.3225;

/// One pixel.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Colour {
    /// Lightness, 0 black – 1 white.
    pub l: f32,
    /// Green – red, about ±0.3.
    pub a: f32,
    /// Blue – yellow, about ±0.3.
    pub b: f32,
    /// Distance from grey, 0–[`MOST_CHROMA`].
    pub chroma: f32,
    /// Angle in turns, 0–1: red 0.08, yellow 0.30, green 0.40, cyan 0.54, blue 0.73, magenta 0.91.
    pub hue: f32,
}

impl Colour {
    /// The colour of an sRGB value.
    pub fn of(rgb: [u8; 3]) -> Self {
        let [l, a, b] = to_oklab(rgb);
        let hue = (b.atan2(a) / std::f32::consts::TAU).rem_euclid(1.0);
        // A tiny negative angle is rounded to a whole turn.
        Self { l, a, b, chroma: (a * a + b * b).sqrt(), hue: if hue < 1.0 { hue } else { 0.0 } }
    }

    /// Whether the hue lies between `from` and `to` turns, going up and round past 1.
    pub fn hue_within(&self, from: f32, to: f32) -> bool {
        if from <= to { (from..to).contains(&self.hue) } else { self.hue >= from || self.hue < to }
    }

    /// Colours that skin of any complexion has in photographs; wood, sand and brick have them too.
    pub fn skin_like(&self) -> bool {
        (0.3..0.93).contains(&self.l) && (0.025..0.15).contains(&self.chroma) && self.hue_within(0.06, 0.22)
    }
}

/// [`SIDE`]² pixels, row-major.
pub(super) fn colours(cover: &RgbImage) -> Vec<Colour> {
    let small = halve(&at_side(cover));
    small.as_raw().chunks_exact(3).map(|p| Colour::of([p[0], p[1], p[2]])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_are_where_their_description_says() {
        for (rgb, hue) in [
            ([255, 0, 0], 0.08),
            ([255, 255, 0], 0.30),
            ([0, 255, 0], 0.40),
            ([0, 255, 255], 0.54),
            ([0, 0, 255], 0.73),
            ([255, 0, 255], 0.91),
        ] {
            assert!((Colour::of(rgb).hue - hue).abs() < 0.01, "{rgb:?}: {}", Colour::of(rgb).hue);
        }
    }

    #[test]
    fn grey_has_no_chroma_and_white_is_one() {
        let white = Colour::of([255; 3]);
        assert!((white.l - 1.0).abs() < 1e-3 && white.chroma < 1e-3);
        assert!(Colour::of([90; 3]).chroma < 1e-3);
        assert_eq!(Colour::of([0; 3]).l, 0.0);
    }

    #[test]
    fn nothing_is_more_colourful_than_the_most() {
        let corners = (0..8).map(|i| Colour::of([i & 1, i >> 1 & 1, i >> 2].map(|bit| bit * 255)).chroma);
        let most = corners.fold(0.0, f32::max);
        assert!((most - MOST_CHROMA).abs() < 1e-3, "{most}");
    }

    #[test]
    fn faces_of_every_complexion_are_skin_like_and_grass_is_not() {
        for rgb in [[255, 224, 196], [224, 172, 105], [141, 85, 36], [92, 56, 38]] {
            assert!(Colour::of(rgb).skin_like(), "{rgb:?} {:?}", Colour::of(rgb));
        }
        for rgb in [[70, 130, 40], [40, 80, 200], [128, 128, 128], [255, 0, 0]] {
            assert!(!Colour::of(rgb).skin_like(), "{rgb:?}");
        }
    }
}

//! Colour as the covers use it: inks that mix, tilt and fade, and the few operations an art director asks for.

use tiny_skia::Color;

/// A colour with opacity, each part 0–1, in sRGB as it is printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// Red.
    pub r: f32,
    /// Green.
    pub g: f32,
    /// Blue.
    pub b: f32,
    /// Opacity.
    pub a: f32,
}

impl Ink {
    /// An opaque ink from `0xRRGGBB`.
    pub const fn hex(rgb: u32) -> Self {
        Self {
            r: ((rgb >> 16) & 255) as f32 / 255.0,
            g: ((rgb >> 8) & 255) as f32 / 255.0,
            b: (rgb & 255) as f32 / 255.0,
            a: 1.0,
        }
    }

    /// From hue in degrees, saturation and lightness 0–1.
    pub fn hsl(hue: f32, saturation: f32, lightness: f32) -> Self {
        let chroma = (1.0 - (2.0 * lightness - 1.0).abs()) * saturation;
        let sector = hue.rem_euclid(360.0) / 60.0;
        let second = chroma * (1.0 - (sector % 2.0 - 1.0).abs());
        let (r, g, b) = match sector as u32 {
            0 => (chroma, second, 0.0),
            1 => (second, chroma, 0.0),
            2 => (0.0, chroma, second),
            3 => (0.0, second, chroma),
            4 => (second, 0.0, chroma),
            _ => (chroma, 0.0, second),
        };
        let low = lightness - chroma / 2.0;
        Self { r: r + low, g: g + low, b: b + low, a: 1.0 }
    }

    /// The same colour, less opaque.
    pub fn fade(self, a: f32) -> Self {
        Self { a: self.a * a, ..self }
    }

    /// `t` = 0 is this ink, 1 the other.
    pub fn mix(self, other: Self, t: f32) -> Self {
        let one = |a: f32, b: f32| a + (b - a) * t;
        Self {
            r: one(self.r, other.r),
            g: one(self.g, other.g),
            b: one(self.b, other.b),
            a: one(self.a, other.a),
        }
    }

    /// Towards white.
    pub fn light(self, t: f32) -> Self {
        self.mix(Self { a: self.a, ..Self::hex(0xffffff) }, t)
    }

    /// Towards black.
    pub fn dark(self, t: f32) -> Self {
        self.mix(Self { a: self.a, ..Self::hex(0x000000) }, t)
    }

    /// Perceived brightness, 0–1 (Rec. 709 weights).
    pub fn luma(self) -> f32 {
        0.2126 * self.r + 0.7152 * self.g + 0.0722 * self.b
    }

    /// Turns the hue by `degrees`, keeping greys grey (the linear hue rotation of the SVG filter effects).
    pub fn tilt(self, degrees: f32) -> Self {
        let (s, c) = degrees.to_radians().sin_cos();
        let turn = |kr: [f32; 3], kc: [f32; 3], ks: [f32; 3]| {
            let v = |i: usize| kr[i] + c * kc[i] + s * ks[i];
            (self.r * v(0) + self.g * v(1) + self.b * v(2)).clamp(0.0, 1.0)
        };
        let lum = [0.213, 0.715, 0.072];
        Self {
            r: turn(lum, [0.787, -0.715, -0.072], [-0.213, -0.715, 0.928]),
            g: turn(lum, [-0.213, 0.285, -0.072], [0.143, 0.140, -0.283]),
            b: turn(lum, [-0.213, -0.715, 0.928], [-0.787, 0.715, 0.072]),
            a: self.a,
        }
    }

    /// Black or cream, whichever reads better on this ink.
    pub fn reading(self) -> Self {
        if self.luma() > 0.45 { Self::hex(0x14110f) } else { Self::hex(0xf6f0e2) }
    }

    /// As the rasteriser wants it.
    pub fn color(self) -> Color {
        let c = |v: f32| v.clamp(0.0, 1.0);
        Color::from_rgba(c(self.r), c(self.g), c(self.b), c(self.a)).unwrap_or(Color::BLACK)
    }
}

/// Between two of these, everything is printed in at most five inks: ground, two mains, an accent, and the ink for type.
pub type Inks = [u32; 5];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilt_keeps_grey_grey_and_a_full_turn_changes_nothing() {
        let grey = Ink::hex(0x808080).tilt(77.0);
        assert!((grey.r - grey.g).abs() < 0.01 && (grey.g - grey.b).abs() < 0.01);
        let red = Ink::hex(0xc02010);
        let turned = red.tilt(360.0);
        assert!((red.r - turned.r).abs() < 0.01 && (red.b - turned.b).abs() < 0.01);
    }

    #[test]
    fn type_reads_on_its_ground() {
        assert!(Ink::hex(0xffffff).reading().luma() < 0.2);
        assert!(Ink::hex(0x101010).reading().luma() > 0.8);
    }
}

//! What one frame looks like: the numbers and colours that every pass of it shares.

/// A colour, 0–1 each.
pub type Rgb = [f32; 3];

/// The map's colours, as the style sheet gives them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Theme {
    /// Behind everything.
    pub ground: Rgb,
    /// Edges.
    pub edge: Rgb,
    /// Rings around chosen and focused albums.
    pub ring: Rgb,
    /// A plain sleeve.
    pub paper: Rgb,
    /// Writing on a plain sleeve.
    pub ink: Rgb,
}

/// The numbers of a frame. Lengths are device pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Look {
    /// Place of the map in the middle of the canvas, map units.
    pub centre: (f32, f32),
    /// Device pixels per map unit.
    pub zoom: f32,
    /// Half the canvas.
    pub half: (f32, f32),
    /// Device pixels per CSS pixel.
    pub pixel: f32,
    /// Side of a cover.
    pub cover: f32,
    /// Typical distance between neighbours.
    pub spacing: f32,
    /// How far a highlight has faded the rest, 0–1.
    pub fade: f32,
    /// How strongly edges show, 0–1.
    pub edges: f32,
    /// Colours.
    pub theme: Theme,
}

/// `0xRRGGBB` of a colour.
pub fn packed(colour: Rgb) -> u32 {
    colour.iter().fold(0, |sum, part| (sum << 8) | (part.clamp(0.0, 1.0) * 255.0).round() as u32)
}

/// The colour of a genre when its name says nothing: hues a golden angle apart, of one lightness.
pub fn accent(genre: Option<u8>) -> Rgb {
    let Some(genre) = genre else { return [0.55, 0.55, 0.55] };
    let hue = (f32::from(genre) * 0.381_966 + 0.03).fract() * 6.0;
    let part = |offset: f32| {
        let distance = ((hue + offset).rem_euclid(6.0) - 3.0).abs() - 1.0;
        0.30 + 0.48 * distance.clamp(0.0, 1.0)
    };
    [part(0.0), part(4.0), part(2.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_pack_as_the_columns_do() {
        assert_eq!(packed([1.0, 0.0, 0.2]), 0x00ff_0033);
        assert_eq!(packed([9.0, -1.0, 0.0]), 0x00ff_0000);
    }

    #[test]
    fn no_two_of_the_first_genres_look_alike() {
        for a in 0..12_u8 {
            for b in 0..a {
                let (x, y) = (accent(Some(a)), accent(Some(b)));
                let distance: f32 = x.iter().zip(y).map(|(p, q)| (p - q).powi(2)).sum::<f32>().sqrt();
                assert!(distance > 0.08, "{a} and {b}: {distance}");
            }
        }
    }
}

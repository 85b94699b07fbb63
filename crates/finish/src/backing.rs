//! What lies between picture and letters: nothing, a soft shade just deep enough, or a strip.

use super::contrast::{AIM, ENOUGH, Ground, Letters, luminance, ratio, sample};
use super::layout::Block;
use gatefold_types::finishing::{Backing, Ink};
use image::RgbImage;
use tiny_skia::Rect;

/// A shade that was asked for is at least this deep.
const ASKED: f32 = 0.35;
/// Pixels that are enough to judge a ground by while searching.
const ENOUGH_PIXELS: usize = 40_000;
/// A shade's colour is at most this light, or at least 1 less this: then any ink of the other end can be read.
const SHADE_LIGHT: f32 = 0.012;
const BRIGHT_LIGHT: f32 = 0.80;
/// How much further a shade may move the ground for the sake of coloured letters, when white or black would do with
/// less; 1 is from black to white.
const FOR_COLOUR: f32 = 0.06;
/// And how much further for the shade's own tint.
const FOR_TINT: f32 = 0.04;

const WHITE: [u8; 3] = [255; 3];
const BLACK: [u8; 3] = [0; 3];

/// What was decided: the ink, and what goes beneath each block.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Decision {
    pub(super) ink: [u8; 3],
    pub(super) under: Under,
}

/// What goes beneath the letters.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Under {
    Nothing,
    /// A colour and how much of it, 0–1.
    Shade([u8; 3], f32),
    Band([u8; 3]),
}

/// Letters whose ground is looked at, and where a shade beneath them lies.
pub(super) struct Spot<'a> {
    pub(super) letters: &'a Letters,
    pub(super) field: Field,
}

/// Chooses ink and backing. `asked` is the ink's colour where one was chosen.
pub(super) fn decide(
    picture: &RgbImage,
    palette: &[[u8; 3]],
    spots: &[Spot<'_>],
    asked: Option<[u8; 3]>,
    backing: Backing,
) -> Decision {
    let inks: Vec<[u8; 3]> = asked.map_or_else(|| palette.to_vec(), |ink| vec![ink]);
    let plain: &[[u8; 3]] = if asked.is_some() { &[] } else { &[WHITE, BLACK] };
    if backing == Backing::Band {
        return band(palette, &inks, plain);
    }
    let grounds: Vec<Ground> = spots
        .iter()
        .map(|s| Ground::of(sample(picture, &s.letters.ground, 1).map(|(_, colour)| colour)))
        .collect();
    let reads = |ink: [u8; 3]| grounds.iter().map(|g| g.contrast(ink)).fold(f32::INFINITY, f32::min);
    let best =
        |inks: &[[u8; 3]]| inks.iter().map(|&ink| (ink, reads(ink))).max_by(|a, b| a.1.total_cmp(&b.1));
    if backing != Backing::Shade {
        for some in [inks.as_slice(), plain] {
            if let Some((ink, _)) = best(some).filter(|(_, contrast)| *contrast >= AIM) {
                return Decision { ink, under: Under::Nothing };
            }
        }
        if backing == Backing::None {
            let all: Vec<[u8; 3]> = inks.iter().chain(plain).copied().collect();
            let ink = best(&all).map_or(WHITE, |(ink, _)| ink);
            return Decision { ink, under: Under::Nothing };
        }
    }
    shade(picture, palette, spots, &inks, plain, if backing == Backing::Shade { ASKED } else { 0.0 })
}

fn band(palette: &[[u8; 3]], inks: &[[u8; 3]], plain: &[[u8; 3]]) -> Decision {
    let contrast = |a: [u8; 3], b: [u8; 3]| ratio(luminance(a), luminance(b));
    let best = |bands: &[[u8; 3]], inks: &[[u8; 3]]| {
        let pairs = bands.iter().flat_map(|&band| inks.iter().map(move |&ink| (band, ink)));
        pairs.max_by(|a, b| contrast(a.0, a.1).total_cmp(&contrast(b.0, b.1)))
    };
    // Both from the palette, then one, then neither.
    let tries = [best(palette, inks), best(palette, plain), best(&[WHITE, BLACK], inks)];
    let (band, ink) = tries
        .into_iter()
        .flatten()
        .find(|&(band, ink)| contrast(band, ink) >= AIM)
        .or_else(|| best(&[WHITE, BLACK], inks))
        .unwrap_or((BLACK, WHITE));
    Decision { ink, under: Under::Band(band) }
}

/// The ink whose shade moves the picture least, and that shade.
fn shade(
    picture: &RgbImage,
    palette: &[[u8; 3]],
    spots: &[Spot<'_>],
    inks: &[[u8; 3]],
    plain: &[[u8; 3]],
    least: f32,
) -> Decision {
    let by_light = |a: &&[u8; 3], b: &&[u8; 3]| luminance(**a).total_cmp(&luminance(**b));
    let dark = darkened(palette.iter().min_by(by_light).copied().unwrap_or(BLACK));
    let light = lightened(palette.iter().max_by(by_light).copied().unwrap_or(WHITE));
    let samples: Vec<Vec<([u8; 3], f32)>> = spots
        .iter()
        .map(|s| {
            let step = s.letters.ground.len() / ENOUGH_PIXELS;
            let width = picture.width();
            let weigh = |(i, c): (u32, [u8; 3])| (c, s.field.weight((i % width) as f32, (i / width) as f32));
            sample(picture, &s.letters.ground, step).map(weigh).collect()
        })
        .collect();
    let reads = |ink, under, depth: f32| {
        let at = |s: &Vec<([u8; 3], f32)>| {
            Ground::of(s.iter().map(|&(c, w)| mixed(c, under, depth * w))).contrast(ink)
        };
        samples.iter().map(at).fold(f32::INFINITY, f32::min)
    };
    // How far the ground would be moved: a dark picture is darkened rather than lit.
    let change = |under: [u8; 3]| {
        let all: Vec<f32> = samples.iter().flatten().map(|&(c, _)| apart(c, under)).collect();
        all.iter().sum::<f32>() / all.len().max(1) as f32
    };
    let mut best: Option<(f32, Decision)> = None;
    let colours = inks.iter().map(|&ink| (ink, 0.0)).chain(plain.iter().map(|&ink| (ink, FOR_COLOUR)));
    for (ink, handicap) in colours {
        for (under, pure) in [(dark, 0.0), (light, 0.0), (BLACK, FOR_TINT), (WHITE, FOR_TINT)] {
            if ratio(luminance(under), luminance(ink)) < AIM || reads(ink, under, 1.0) < AIM {
                continue;
            }
            let (mut low, mut high) = (0.0f32, 1.0f32);
            for _ in 0..7 {
                let middle = (low + high) / 2.0;
                if reads(ink, under, middle) >= AIM { high = middle } else { low = middle }
            }
            let depth = high.max(least);
            let price = depth * change(under) + handicap + pure;
            if best.is_none_or(|(p, _)| price < p) {
                best = Some((price, Decision { ink, under: Under::Shade(under, depth) }));
            }
        }
    }
    best.map(|(_, decision)| decision).unwrap_or_else(|| {
        // A middle grey that was asked for: the better of black and white, in full.
        let ink = inks.first().copied().unwrap_or(WHITE);
        let under = if ratio(luminance(ink), 0.0) >= ENOUGH { BLACK } else { WHITE };
        Decision { ink, under: Under::Shade(under, 1.0) }
    })
}

/// How far two colours lie from each other, 0–1.
fn apart(a: [u8; 3], b: [u8; 3]) -> f32 {
    (0..3).map(|c| f32::from(a[c].abs_diff(b[c]))).sum::<f32>() / (3.0 * 255.0)
}

/// The colour, dark enough for light letters.
fn darkened(colour: [u8; 3]) -> [u8; 3] {
    search(|t| mixed(colour, BLACK, t), |c| luminance(c) <= SHADE_LIGHT)
}

/// The colour, light enough for dark letters.
fn lightened(colour: [u8; 3]) -> [u8; 3] {
    search(|t| mixed(colour, WHITE, t), |c| luminance(c) >= BRIGHT_LIGHT)
}

fn search(colour: impl Fn(f32) -> [u8; 3], fits: impl Fn([u8; 3]) -> bool) -> [u8; 3] {
    (0..=32).map(|i| colour(i as f32 / 32.0)).find(|&c| fits(c)).unwrap_or_else(|| colour(1.0))
}

fn mixed(a: [u8; 3], b: [u8; 3], t: f32) -> [u8; 3] {
    std::array::from_fn(|c| (f32::from(a[c]) + (f32::from(b[c]) - f32::from(a[c])) * t).round() as u8)
}

/// Where a shade lies: whole on a rectangle, gone a distance beyond it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Field {
    whole: Rect,
    fade: f32,
}

impl Field {
    /// Along the picture's top or foot from edge to edge, or a soft cloud in its middle. `side` is the sheet's.
    pub(super) fn beneath(block: &Block, sheet: Rect, side: f32) -> Self {
        let area = block.area;
        let pad = 0.025 * side;
        let (top, foot) = (area.top() - pad, area.bottom() + pad);
        let (l, t, r, b, fade) = match block.down {
            -1 => (sheet.left(), sheet.top(), sheet.right(), foot, 0.26),
            1 => (sheet.left(), top, sheet.right(), sheet.bottom(), 0.26),
            _ => (area.left() - pad, top, area.right() + pad, foot, 0.2),
        };
        Self { whole: Rect::from_ltrb(l, t, r, b).unwrap_or(area), fade: fade * side }
    }

    /// The strip of the picture that a band fills.
    fn rows(&self, block_down: i8, sheet: Rect) -> (f32, f32) {
        match block_down {
            -1 => (sheet.top(), self.whole.bottom()),
            1 => (self.whole.top(), sheet.bottom()),
            _ => (self.whole.top(), self.whole.bottom()),
        }
    }

    /// 0–1.
    fn weight(&self, x: f32, y: f32) -> f32 {
        let r = &self.whole;
        let dx = (r.left() - x).max(x - r.right()).max(0.0);
        let dy = (r.top() - y).max(y - r.bottom()).max(0.0);
        let t = 1.0 - ((dx * dx + dy * dy).sqrt() / self.fade).min(1.0);
        // No edge at either end.
        t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
    }
}

/// Lays what was decided beneath the letters.
pub(super) fn lay(picture: &mut RgbImage, sheet: Rect, under: Under, fields: &[(Field, i8)]) {
    let (x0, x1) = (sheet.left() as u32, sheet.right() as u32);
    for y in sheet.top() as u32..sheet.bottom() as u32 {
        for x in x0..x1 {
            let (fx, fy) = (x as f32 + 0.5, y as f32 + 0.5);
            match under {
                Under::Nothing => return,
                Under::Band(colour) => {
                    let inside = fields.iter().any(|(field, down)| {
                        let (top, foot) = field.rows(*down, sheet);
                        (top..foot).contains(&fy)
                    });
                    if inside {
                        picture.get_pixel_mut(x, y).0 = colour;
                    }
                }
                Under::Shade(colour, depth) => {
                    let weight = fields.iter().map(|(f, _)| f.weight(fx, fy)).fold(0.0, f32::max) * depth;
                    if weight <= 0.0 {
                        continue;
                    }
                    let pixel = picture.get_pixel_mut(x, y);
                    let tilt = dither(x, y);
                    for c in 0..3 {
                        let from = f32::from(pixel[c]);
                        let to = from + (f32::from(colour[c]) - from) * weight;
                        pixel[c] = (to + tilt).round().clamp(0.0, 255.0) as u8;
                    }
                }
            }
        }
    }
}

/// Under half a step up or down, so that a slow fade shows no bands; the same at a place every time.
fn dither(x: u32, y: u32) -> f32 {
    let mut h = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h ^= h >> 13;
    (h & 0xffff) as f32 / 65536.0 - 0.5
}

/// The colour that an ink names, `None` for [`Ink::Auto`]; the number again where the palette has no such colour.
pub(super) fn colour(ink: Ink, palette: &[[u8; 3]]) -> Result<Option<[u8; 3]>, u8> {
    match ink {
        Ink::Auto => Ok(None),
        Ink::Palette(i) => palette.get(usize::from(i)).copied().map(Some).ok_or(i),
        Ink::White => Ok(Some(WHITE)),
        Ink::Black => Ok(Some(BLACK)),
    }
}

/// The palette's colour that stands out most from `edge`, the picture's own edge; white without a palette.
pub(super) fn border_colour(palette: &[[u8; 3]], edge: [u8; 3]) -> [u8; 3] {
    let apart = |c: &&[u8; 3]| ratio(luminance(**c), luminance(edge));
    palette.iter().max_by(|a, b| apart(a).total_cmp(&apart(b))).copied().unwrap_or(WHITE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_of_the_palette_when_two_of_its_colours_go_together() {
        let palette = [[240, 230, 200], [20, 30, 60], [120, 120, 120]];
        let decision = band(&palette, &palette, &[WHITE, BLACK]);
        let Under::Band(under) = decision.under else { panic!("{decision:?}") };
        assert!(palette.contains(&under) && palette.contains(&decision.ink));
        assert!(ratio(luminance(under), luminance(decision.ink)) >= ENOUGH);
    }

    #[test]
    fn a_band_without_a_palette_is_still_read() {
        let decision = band(&[], &[], &[WHITE, BLACK]);
        assert_eq!(decision, Decision { ink: WHITE, under: Under::Band(BLACK) });
        let decision = band(&[[120; 3]], &[[118; 3]], &[]);
        let Under::Band(under) = decision.under else { panic!("{decision:?}") };
        assert!(ratio(luminance(under), luminance([118; 3])) >= ENOUGH, "{decision:?}");
    }

    #[test]
    fn a_shade_is_whole_beneath_letters_and_gone_far_away() {
        let field = Field { whole: Rect::from_ltrb(10.0, 10.0, 20.0, 20.0).unwrap(), fade: 10.0 };
        assert_eq!(field.weight(15.0, 15.0), 1.0);
        assert_eq!(field.weight(15.0, 31.0), 0.0);
        assert!((0.4..0.6).contains(&field.weight(15.0, 25.0)));
    }

    #[test]
    fn shades_keep_the_palettes_hue() {
        let dark = darkened([200, 40, 40]);
        assert!(luminance(dark) <= SHADE_LIGHT && dark[0] > dark[2] + 10, "{dark:?}");
        let light = lightened([200, 220, 60]);
        assert!(luminance(light) >= BRIGHT_LIGHT && light[2] < light[0], "{light:?}");
    }

    #[test]
    fn a_colour_that_the_palette_lacks_is_named() {
        assert_eq!(colour(Ink::Palette(2), &[[1; 3]]), Err(2));
        assert_eq!(colour(Ink::Palette(0), &[[1; 3]]), Ok(Some([1; 3])));
    }
}

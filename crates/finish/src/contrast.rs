//! How well letters stand out: contrast as WCAG 2.2 defines it, of the ink against what lies under and around it.

use image::RgbImage;
use std::sync::LazyLock;
use tiny_skia::{FillRule, Mask, Path, Rect, Transform};

/// What WCAG asks of text (success criterion 1.4.3).
pub const ENOUGH: f32 = 4.5;
/// What is aimed at, so that a JPEG of it still has enough.
pub(super) const AIM: f32 = 4.8;
/// The share of the ground that may be worse than what is reported: single specks do not make a word unreadable.
const SPECKS: f64 = 0.05;
/// How far around a letter its ground reaches, in heights of a capital.
const AROUND: f32 = 0.12;

/// sRGB value to light, IEC 61966-2-1.
static LIGHT: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|v| {
        let v = v as f32 / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    })
});

/// Relative luminance of an sRGB colour, 0–1.
pub fn luminance([r, g, b]: [u8; 3]) -> f32 {
    let light = &*LIGHT;
    0.2126 * light[usize::from(r)] + 0.7152 * light[usize::from(g)] + 0.0722 * light[usize::from(b)]
}

/// Contrast of two luminances, 1–21.
pub fn ratio(a: f32, b: f32) -> f32 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Letters and their ground as pixels.
pub(super) struct Letters {
    /// How much of each pixel a letter covers; the size of the picture.
    pub(super) cover: Mask,
    /// Pixels under and around letters, as indices into the picture.
    pub(super) ground: Vec<u32>,
}

impl Letters {
    /// Paints `path` into a mask of `width` × `height`; `None` for a picture without pixels.
    pub(super) fn new(path: &Path, area: Rect, cap: f32, width: u32, height: u32) -> Option<Self> {
        let mut cover = Mask::new(width, height)?;
        cover.fill_path(path, FillRule::Winding, true, Transform::identity());
        let reach = ((AROUND * cap).ceil() as usize).max(2);
        let ground = around(cover.data(), area, reach, width as usize, height as usize);
        Some(Self { cover, ground })
    }
}

/// The pixels within `reach` of a covered one, sideways and up and down.
fn around(cover: &[u8], area: Rect, reach: usize, width: usize, height: usize) -> Vec<u32> {
    let pad = reach as f32 + 2.0;
    let clip = |v: f32, most: usize| (v.max(0.0) as usize).min(most);
    let (x0, x1) = (clip(area.left() - pad, width), clip(area.right() + pad, width));
    let (y0, y1) = (clip(area.top() - pad, height), clip(area.bottom() + pad, height));
    let (w, h) = (x1 - x0, y1 - y0);
    // How many rows up from here the last covered pixel of a row's neighbourhood is, and then down.
    let mut wide = vec![false; w * h];
    for y in 0..h {
        let row = &cover[(y + y0) * width + x0..][..w];
        let mut until = 0;
        let mut filled = 0;
        for x in 0..w {
            if row[x] > 0 {
                until = (x + reach + 1).min(w);
                let from = filled.max(x.saturating_sub(reach));
                wide[y * w + from..y * w + until].fill(true);
                filled = until;
            }
        }
        debug_assert!(until <= w);
    }
    let mut ground = Vec::new();
    let mut near = vec![usize::MAX; w];
    let mut below = vec![0usize; w * h];
    for y in (0..h).rev() {
        for x in 0..w {
            near[x] = if wide[y * w + x] { 0 } else { near[x].saturating_add(1) };
            below[y * w + x] = near[x];
        }
    }
    near.fill(usize::MAX);
    for y in 0..h {
        for x in 0..w {
            near[x] = if wide[y * w + x] { 0 } else { near[x].saturating_add(1) };
            if near[x].min(below[y * w + x]) <= reach {
                ground.push(((y + y0) * width + x + x0) as u32);
            }
        }
    }
    ground
}

const BINS: usize = 2048;

/// How much of the ground has which luminance.
pub(super) struct Ground {
    bins: Vec<u32>,
    total: u64,
}

impl Ground {
    /// Counts colours.
    pub(super) fn of(colours: impl Iterator<Item = [u8; 3]>) -> Self {
        let mut bins = vec![0u32; BINS];
        let mut total = 0;
        for colour in colours {
            // Equal steps of the root are nearly equal steps to the eye.
            let at = luminance(colour).sqrt() * (BINS - 1) as f32;
            bins[(at.round() as usize).min(BINS - 1)] += 1;
            total += 1;
        }
        Self { bins, total }
    }

    /// The contrast that all of the ground but specks reaches with `ink`; 21 on no ground.
    pub(super) fn contrast(&self, ink: [u8; 3]) -> f32 {
        let ink = luminance(ink);
        let light = |bin: usize| (bin as f32 / (BINS - 1) as f32).powi(2);
        let allowed = (self.total as f64 * SPECKS) as u64;
        // Nearest to the ink first, from both sides.
        let mut high = (0..BINS).find(|&b| light(b) >= ink).unwrap_or(BINS);
        let mut low = high;
        let mut seen = 0;
        while low > 0 || high < BINS {
            let above = (high < BINS).then(|| ratio(light(high), ink));
            let under = (low > 0).then(|| ratio(light(low - 1), ink));
            let (bin, contrast) = match (under, above) {
                (Some(u), Some(a)) if u < a => (low - 1, u),
                (Some(u), None) => (low - 1, u),
                (_, Some(a)) => (high, a),
                (None, None) => break,
            };
            if bin < low {
                low -= 1
            } else {
                high += 1
            }
            seen += u64::from(self.bins[bin]);
            if seen > allowed {
                return contrast;
            }
        }
        21.0
    }
}

/// Every `step`th pixel of the ground.
pub(super) fn sample<'a>(
    picture: &'a RgbImage,
    ground: &'a [u32],
    step: usize,
) -> impl Iterator<Item = (u32, [u8; 3])> + 'a {
    let raw = picture.as_raw();
    ground.iter().step_by(step.max(1)).map(move |&i| {
        let at = i as usize * 3;
        (i, [raw[at], raw[at + 1], raw[at + 2]])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_is_twenty_one_and_a_colour_on_itself_one() {
        assert!((ratio(luminance([0; 3]), luminance([255; 3])) - 21.0).abs() < 1e-3);
        assert_eq!(ratio(luminance([9, 80, 7]), luminance([9, 80, 7])), 1.0);
        // WCAG's own example of a grey that just fails on white.
        let grey = ratio(luminance([0x77; 3]), luminance([255; 3]));
        assert!((grey - 4.48).abs() < 0.01, "{grey}");
    }

    #[test]
    fn specks_are_forgiven_and_a_tenth_of_the_ground_is_not() {
        let ground = |white: usize| Ground::of((0..1000).map(|i| if i < white { [255; 3] } else { [0; 3] }));
        assert!(ground(40).contrast([255; 3]) > 20.0);
        assert!(ground(100).contrast([255; 3]) < 1.1);
    }

    #[test]
    fn both_sides_of_the_ink_count() {
        let ground = Ground::of((0..100).map(|i| if i % 2 == 0 { [110; 3] } else { [130; 3] }));
        assert!(ground.contrast([120; 3]) < 1.2);
    }

    #[test]
    fn ground_reaches_around_letters_and_no_further() {
        let mut cover = vec![0u8; 400];
        cover[10 * 20 + 10] = 255;
        let area = Rect::from_ltrb(10.0, 10.0, 11.0, 11.0).unwrap();
        let ground = around(&cover, area, 3, 20, 20);
        assert_eq!(ground.len(), 49);
        assert!(ground.contains(&(7 * 20 + 7)) && !ground.contains(&(6 * 20 + 10)));
    }
}

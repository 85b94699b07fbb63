//! What a file says its numbers mean, and the way from there to sRGB.
//!
//! Covers of wide gamut look dull where their profile is ignored, and all that is measured on them is wrong by as
//! much. The way is gone after scaling: few pixels are left, and a scaled cover of any profile is still of that
//! profile. A profile that is broken, or is one for another kind of picture, is passed over: its pixels are taken as
//! sRGB, as if there were none.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace, Layout,
    MatrixCoefficients, ParsingOptions, ToneReprCurve, TransferCharacteristics, Transform8BitExecutor,
    TransformOptions,
};
use std::cell::RefCell;
use std::sync::Arc;

/// Largest profile that is looked at; those of printing presses have 2 MB.
const LARGEST: usize = 4 << 20;
/// Ways that a thread remembers: the covers of a collection carry the same few profiles.
const REMEMBERED: usize = 4;
/// A profile that moves no colour by more than this is sRGB's own, written by somebody who rounds otherwise.
const SAME: u8 = 2;

/// What a file says of its colours.
pub(super) enum Colours {
    /// Nothing, or that they are sRGB.
    Srgb,
    /// An ICC profile.
    Profile(Vec<u8>),
    /// Numbers of ITU-T H.273.
    Coded { primaries: u8, transfer: u8 },
    /// PNG's own chunks.
    Measured(Primaries),
}

/// Where white, red, green and blue lie, x and y of each × 100,000, and the exponent from number to light.
#[derive(Clone, Copy)]
pub(super) struct Primaries {
    pub gamma: f64,
    pub xy: [u32; 8],
}

/// A scaled picture as it lay in the file.
pub(super) enum Small {
    Rgb(Vec<u8>),
    /// Grey three times over.
    Grey(Vec<u8>),
    /// Four inks; 255 is full ink.
    Ink(Vec<u8>),
}

impl Colours {
    /// RGB rows in sRGB.
    pub(super) fn to_srgb(&self, small: Small) -> Vec<u8> {
        match small {
            Small::Rgb(rows) => self.applied(&rows, Layout::Rgb).unwrap_or(rows),
            Small::Grey(rows) => {
                let grey: Vec<u8> = rows.iter().copied().step_by(3).collect();
                self.applied(&grey, Layout::Gray).unwrap_or(rows)
            }
            // Layout of four inks as of RGB with alpha.
            Small::Ink(rows) => self.applied(&rows, Layout::Rgba).unwrap_or_else(|| without_profile(&rows)),
        }
    }

    /// `None` where the rows are good as they are.
    fn applied(&self, rows: &[u8], layout: Layout) -> Option<Vec<u8>> {
        if matches!(self, Self::Srgb) {
            return None;
        }
        // A profile can be anything: what its reader does not expect costs nobody the cover.
        super::unharmed(|| {
            let way = self.remembered(layout)?;
            let mut out = vec![0; rows.len() / channels(layout) * 3];
            way.transform(rows, &mut out).ok()?;
            Some(out)
        })
        .flatten()
    }

    fn remembered(&self, layout: Layout) -> Option<Way> {
        thread_local! {
            static WAYS: RefCell<Vec<(blake3::Hash, Option<Way>)>> = const { RefCell::new(Vec::new()) };
        }
        let key = match self {
            Self::Srgb => return None,
            Self::Profile(bytes) if bytes.len() > LARGEST => return None,
            Self::Profile(bytes) => blake3::Hasher::new().update(bytes).update(&[layout as u8]).finalize(),
            // A matter of microseconds.
            Self::Coded { .. } | Self::Measured(_) => return self.way(layout),
        };
        WAYS.with_borrow_mut(|ways| {
            if let Some(place) = ways.iter().position(|(known, _)| *known == key) {
                let found = ways.remove(place);
                ways.push(found);
            } else {
                if ways.len() == REMEMBERED {
                    ways.remove(0);
                }
                ways.push((key, super::unharmed(|| self.way(layout)).flatten()));
            }
            ways.last()?.1.clone()
        })
    }

    /// The way to sRGB, where there is one that leads elsewhere.
    fn way(&self, layout: Layout) -> Option<Way> {
        let profile = match self {
            Self::Srgb => return None,
            Self::Profile(bytes) => read(bytes)?,
            Self::Coded { primaries, transfer } => coded(*primaries, *transfer)?,
            Self::Measured(primaries) => measured(*primaries)?,
        };
        let fits = match layout {
            Layout::Gray => profile.color_space == DataColorSpace::Gray,
            Layout::Rgba => profile.color_space == DataColorSpace::Cmyk,
            _ => profile.color_space == DataColorSpace::Rgb,
        };
        if !fits {
            return None;
        }
        let options = TransformOptions { allow_use_cicp_transfer: false, ..TransformOptions::default() };
        let way =
            profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), Layout::Rgb, options).ok()?;
        sensible(&*way, layout).then_some(way)
    }
}

type Way = Arc<Transform8BitExecutor>;

fn channels(layout: Layout) -> usize {
    match layout {
        Layout::Gray => 1,
        Layout::Rgba => 4,
        _ => 3,
    }
}

fn read(bytes: &[u8]) -> Option<ColorProfile> {
    let options = ParsingOptions {
        max_profile_size: LARGEST + 1,
        max_allowed_clut_size: LARGEST,
        ..ParsingOptions::default()
    };
    ColorProfile::new_from_slice_with_options(bytes, options).ok()
}

fn coded(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    // Light of more than a screen's white (PQ, HLG) would have to be compressed, which is a matter of taste.
    if matches!(transfer, 16 | 18) {
        return None;
    }
    let cicp = CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    };
    let profile = ColorProfile::new_from_cicp(cicp);
    profile.red_trc.is_some().then_some(profile)
}

fn measured(primaries: Primaries) -> Option<ColorProfile> {
    let [wx, wy, rx, ry, gx, gy, bx, by] = primaries.xy.map(|n| n as f32 / 100_000.0);
    if [wy, ry, gy, by].iter().any(|&y| y <= 0.0) || !(0.2..=5.0).contains(&primaries.gamma) {
        return None;
    }
    let at = Chromaticity::new;
    let mut profile = ColorProfile::new_srgb();
    let triangle = ColorPrimaries { red: at(rx, ry), green: at(gx, gy), blue: at(bx, by) };
    profile.update_rgb_colorimetry(at(wx, wy).to_xyyb(), triangle);
    let curve = ToneReprCurve::Parametric(vec![primaries.gamma as f32]);
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    Some(profile)
}

/// Whether a way leads anywhere: white is still light and black dark, and something is moved at all.
fn sensible(way: &Transform8BitExecutor, layout: Layout) -> bool {
    const STEPS: [u8; 5] = [0, 64, 128, 192, 255];
    let n = channels(layout);
    let mut probes = Vec::new();
    for i in 0..5_usize.pow(n as u32) {
        probes.extend((0..n).map(|c| STEPS[i / 5_usize.pow(c as u32) % 5]));
    }
    let mut out = vec![0; probes.len() / n * 3];
    if way.transform(&probes, &mut out).is_err() {
        return false;
    }
    let light = |rgb: &[u8]| rgb.iter().map(|&v| u32::from(v)).sum::<u32>() / 3;
    let (first, last) = (light(&out[..3]), light(&out[out.len() - 3..]));
    let (white, black) = if layout == Layout::Rgba { (first, last) } else { (last, first) };
    let moved = match layout {
        Layout::Rgba => true,
        _ => probes.chunks_exact(n).zip(out.chunks_exact(3)).any(|(from, to)| {
            from.iter().cycle().zip(to).any(|(&from, &to): (&u8, &u8)| from.abs_diff(to) > SAME)
        }),
    };
    white >= 160 && white >= black + 64 && moved
}

/// Ink to light as browsers do it where there is no profile.
fn without_profile(inks: &[u8]) -> Vec<u8> {
    let light = |ink: u8| 255 - u32::from(ink);
    inks.as_chunks::<4>()
        .0
        .iter()
        .flat_map(|&[c, m, y, k]| [c, m, y].map(|ink| ((light(ink) * light(k) + 127) / 255) as u8))
        .collect()
}

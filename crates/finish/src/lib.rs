//! From a generated picture to a cover: border, grain, then title and artist so that they can be read.
//!
//! [`finish`] works on the picture, [`export`] makes the file that somebody asked for, [`animate`] makes a loop of
//! several. What is wanted comes as plain data, [`gatefold_types::finishing`].
//!
//! ```
//! use gatefold_types::finishing::Finish;
//! use image::{Rgb, RgbImage};
//!
//! let picture = RgbImage::from_pixel(256, 256, Rgb([24, 40, 64]));
//! let wanted = Finish { title: "Blue Hours".into(), artist: "Nobody".into(), ..Finish::default() };
//! let finished = gatefold_finish::finish(&picture, &[], &wanted)?;
//! assert_eq!(finished.picture.dimensions(), (256, 256));
//! assert!(finished.missing.is_empty() && finished.contrast > Some(4.5));
//! # Ok::<(), gatefold_finish::FinishError>(())
//! ```

pub mod animate;
mod backing;
mod breaking;
pub mod contrast;
pub mod export;
mod fonts;
mod grain;
mod layout;
mod runs;
pub mod scale;
mod shaping;

use backing::{Field, Spot, Under};
use contrast::{Ground, Letters};
use gatefold_types::finishing::{Finish, FinishingError};
use image::{Rgb, RgbImage, imageops};
use layout::Layout;
use tiny_skia::Rect;

/// Smallest side that can be finished, in pixels; type on less is a smudge.
pub const SMALLEST: u32 = 64;
/// Largest side, in pixels.
pub const LARGEST: u32 = 8192;

/// Why a picture could not be finished, or not be written.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum FinishError {
    #[error(transparent)]
    Refused(#[from] FinishingError),
    #[error(
        "a picture of {width} × {height} pixels cannot be finished: each side needs {SMALLEST} to {LARGEST}"
    )]
    Side { width: u32, height: u32 },
    #[error("the palette has no colour {number}: its {colours} are counted from 0")]
    Palette { number: u8, colours: usize },
    #[error("this format is square, and the picture has {width} × {height} pixels: cut it first")]
    NotSquare { width: u32, height: u32 },
    #[error("a loop needs 2 to {most} pictures of one size: {reason}", most = animate::MOST_FRAMES)]
    Frames { reason: String },
    #[error("scaling the picture failed: {0}")]
    Scaling(String),
    #[error("writing the picture failed: {0}")]
    Encoding(String),
}

/// A finished cover.
#[derive(Clone, Debug)]
pub struct Finished {
    /// As large as what it was made from.
    pub picture: RgbImage,
    /// Characters that no shipped font has; they were left out. Each once, in reading order.
    pub missing: Vec<char>,
    /// WCAG contrast (1–21) that at least 95 % of the ground under and around the letters has with them; `None`
    /// without letters.
    pub contrast: Option<f32>,
    /// The letters' colour; `None` without letters.
    pub ink: Option<[u8; 3]>,
}

impl Finished {
    /// What a person should know about the result: what was left out, what is hard to read.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.missing.is_empty() {
            let named: Vec<String> =
                self.missing.iter().map(|&c| format!("“{c}” (U+{:04X})", u32::from(c))).collect();
            notes.push(format!(
                "No shipped font has {}: left out. Write the title without, or with other characters.",
                named.join(", ")
            ));
        }
        if let Some(contrast) = self.contrast.filter(|c| *c < contrast::ENOUGH) {
            notes.push(format!(
                "The letters have a contrast of {contrast:.1} only, and {} can be read by most: choose another ink, \
                 or let a shade be laid beneath.",
                contrast::ENOUGH
            ));
        }
        notes
    }
}

/// Finishes a picture, usually a square one. `palette` are colours from its parents' covers, most important first; it
/// may be empty. The same arguments give the same bytes on one machine.
///
/// # Errors
/// When the finish is refused by its own check, names a colour that the palette lacks, or the picture is too small or
/// too large.
pub fn finish(picture: &RgbImage, palette: &[[u8; 3]], finish: &Finish) -> Result<Finished, FinishError> {
    finish.check()?;
    let (width, height) = picture.dimensions();
    let fits = SMALLEST..=LARGEST;
    if !fits.contains(&width) || !fits.contains(&height) {
        return Err(FinishError::Side { width, height });
    }
    let named = |ink| {
        let lacks = |number| FinishError::Palette { number, colours: palette.len() };
        backing::colour(ink, palette).map_err(lacks)
    };
    let (ink, border_ink) = (named(finish.ink)?, named(finish.border_ink)?);
    let (mut picture, sheet) = bordered(picture, finish.border, border_ink, palette)?;
    grain::lay(&mut picture, sheet, finish.grain, finish.seed)?;
    let Layout { blocks, missing } = layout::lay_out(finish, sheet);
    let side = sheet.width().min(sheet.height());
    let letters: Vec<Letters> =
        blocks.iter().filter_map(|b| Letters::new(&b.path, b.area, b.cap, width, height)).collect();
    if letters.is_empty() {
        return Ok(Finished { picture, missing, contrast: None, ink: None });
    }
    let fields: Vec<(Field, i8)> = blocks.iter().map(|b| (Field::beneath(b, sheet, side), b.down)).collect();
    let spots: Vec<Spot<'_>> =
        letters.iter().zip(&fields).map(|(letters, &(field, _))| Spot { letters, field }).collect();
    let decision = backing::decide(&picture, palette, &spots, ink, finish.backing);
    if decision.under != Under::Nothing {
        backing::lay(&mut picture, sheet, decision.under, &fields);
    }
    let reads = |l: &Letters| {
        Ground::of(contrast::sample(&picture, &l.ground, 1).map(|(_, c)| c)).contrast(decision.ink)
    };
    let contrast = letters.iter().map(reads).fold(f32::INFINITY, f32::min);
    for letters in &letters {
        print(&mut picture, letters, decision.ink);
    }
    Ok(Finished { picture, missing, contrast: Some(contrast), ink: Some(decision.ink) })
}

/// Sets the whole picture within a border. Returns it with the part that the picture now fills.
fn bordered(
    picture: &RgbImage,
    border: f32,
    ink: Option<[u8; 3]>,
    palette: &[[u8; 3]],
) -> Result<(RgbImage, Rect), FinishError> {
    let (width, height) = picture.dimensions();
    let thick = (border * width.min(height) as f32).round() as u32;
    let (w, h) = (width - 2 * thick, height - 2 * thick);
    let sheet = Rect::from_xywh(thick as f32, thick as f32, w as f32, h as f32)
        .ok_or(FinishError::Side { width, height })?;
    if thick == 0 {
        return Ok((picture.clone(), sheet));
    }
    let inner = scale::scale(picture, w, h)?;
    let colour = ink.unwrap_or_else(|| backing::border_colour(palette, edge(&inner)));
    let mut framed = RgbImage::from_pixel(width, height, Rgb(colour));
    imageops::replace(&mut framed, &inner, i64::from(thick), i64::from(thick));
    Ok((framed, sheet))
}

/// Mean colour of the outermost pixels.
fn edge(picture: &RgbImage) -> [u8; 3] {
    let (w, h) = picture.dimensions();
    let mut sums = [0u64; 3];
    let mut n = 0;
    let rows = (0..w).flat_map(|x| [(x, 0), (x, h - 1)]);
    let columns = (0..h).flat_map(|y| [(0, y), (w - 1, y)]);
    for (x, y) in rows.chain(columns) {
        for c in 0..3 {
            sums[c] += u64::from(picture[(x, y)][c]);
        }
        n += 1;
    }
    sums.map(|sum| (sum / n) as u8)
}

/// Prints letters in one colour, their edges softened by how much of a pixel they cover.
fn print(picture: &mut RgbImage, letters: &Letters, ink: [u8; 3]) {
    for (pixel, &cover) in picture.pixels_mut().zip(letters.cover.data()) {
        if cover > 0 {
            let cover = u32::from(cover);
            for c in 0..3 {
                let mixed = u32::from(pixel[c]) * (255 - cover) + u32::from(ink[c]) * cover;
                pixel[c] = ((mixed + 127) / 255) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests;

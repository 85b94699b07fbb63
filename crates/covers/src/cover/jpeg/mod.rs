//! JPEG to pixels: checked for wholeness first, then decoded by one of two decoders.
//!
//! `zune-jpeg` is quick and right on what nearly all covers are. On other structures (a scan for each colour, most of
//! all) it gives stripes or smears without an error, so those go to `jpeg-decoder`, which was compared with libjpeg on
//! all of them. Which one it is follows from the file's structure alone.

mod huffman;
mod notes;
#[cfg(test)]
mod tests;
mod walk;
mod whole;
#[cfg(test)]
pub(in crate::cover) mod writer;

use super::budget;
use super::decode::{Beside, Opened, Pixels, check_size};
use super::{CoverError, Wish};
use jpeg_decoder::ColorTransform;
use notes::{Coding, Notes};
use std::borrow::Cow;
use whole::{Fault, Frame, head, survey};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

impl From<Fault> for CoverError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::CutOff => Self::Truncated,
            Fault::Damaged(how) => Self::Broken(how.to_owned()),
            Fault::GivenUp => Self::GivenUp,
        }
    }
}

/// Decodes to rows of pixels, as long as somebody wants them.
pub(in crate::cover) fn open(bytes: &[u8], wish: Wish<'_>) -> Result<Opened, CoverError> {
    let (frame, notes) = head(bytes)?;
    let (width, height) = (u32::from(frame.width), u32::from(frame.height));
    check_size(width, height, 1)?;
    let unknown = || CoverError::Broken("it codes its colours in an unknown way".to_owned());
    let coding = notes.coding(&frame).ok_or_else(unknown)?;
    let plain = is_plain(&frame, coding, &notes);
    let needed = stored_pixels(&frame) * bytes_per_block(&frame, plain) / 64;
    if needed > budget::TOTAL {
        return Err(CoverError::TooLarge { width, height });
    }
    let share = budget::take(needed, wish)?;
    // Decoders may mistake the bits that they read ahead for missing ones when there is no end marker.
    let data = match survey(bytes, wish)? {
        true => Cow::Borrowed(bytes),
        false => Cow::Owned([bytes, &[0xff, 0xd9]].concat()),
    };
    let rows = if plain { quickly(&data) } else { carefully(&data, coding) };
    let mut rows = rows.map_err(CoverError::Broken)?;
    let pixels = match coding {
        Coding::Grey => Pixels::Grey(rows),
        Coding::Ycc | Coding::Rgb => Pixels::Rgb(rows),
        Coding::Cmyk | Coding::Ycck => {
            // Adobe's programs store ink inverted, and `jpeg-decoder` inverts it once more.
            if notes.adobe.is_none() {
                rows.iter_mut().for_each(|ink| *ink = 255 - *ink);
            }
            Pixels::Ink(rows)
        }
    };
    let beside = Beside { orientation: notes.orientation(), colours: notes.colours() };
    Ok(Opened { width, height, pixels, beside, share })
}

/// The walk that comes before a decoder, alone; whether there is an end marker.
#[cfg(fuzzing)]
pub(in crate::cover) fn walked(bytes: &[u8], wish: Wish<'_>) -> Result<bool, CoverError> {
    let (frame, notes) = head(bytes)?;
    let _ = notes.coding(&frame).map(|coding| is_plain(&frame, coding, &notes));
    Ok(survey(bytes, wish)?)
}

/// Pixels in whole MCUs.
fn stored_pixels(frame: &Frame) -> u64 {
    let most = |of: fn(&whole::Part) -> u8| frame.parts.iter().map(of).max().map_or(8, |n| 8 * u64::from(n));
    let padded = |side: u16, unit: u64| u64::from(side).div_ceil(unit) * unit;
    padded(frame.width, most(|part| part.1)) * padded(frame.height, most(|part| part.2))
}

/// Bytes that decoding takes for 64 pixels.
fn bytes_per_block(frame: &Frame, plain: bool) -> u64 {
    let colours = frame.parts.len() as u64;
    // What the walk knows of a progressive file's coefficients.
    let known = if frame.progressive { 8 * colours } else { 0 };
    let per_pixel = match (plain, frame.progressive) {
        (true, false) => 3,
        // All coefficients too.
        (true, true) => 3 + 2 * colours,
        // Coefficients that wait to be computed; planes; the result, which may be grey three times over.
        (false, false) => 2 * colours + colours + colours.max(4),
        // All coefficients beside those that wait.
        (false, true) => 4 * colours + colours + colours.max(4),
    };
    64 * per_pixel + known
}

/// Whether `zune-jpeg` is known to be right: grey, and the colours of nearly all covers, whose second and third have one
/// sample where the first has up to two across and down.
fn is_plain(frame: &Frame, coding: Coding, notes: &Notes<'_>) -> bool {
    let letters = frame.parts.iter().map(|part| part.0).eq(*b"RGB");
    let usual = matches!(frame.parts[..], [(_, 1 | 2, 1 | 2), (_, 1, 1), (_, 1, 1)]);
    match coding {
        // It reads no thirds of samples, though one colour alone has no others that it could be a part of.
        Coding::Grey => notes.adobe.is_none() && frame.parts.iter().all(|part| part.1 != 3 && part.2 != 3),
        Coding::Ycc => usual && !frame.apart && !letters && matches!(notes.adobe, None | Some(1)),
        _ => false,
    }
}

fn quickly(data: &[u8]) -> Result<Vec<u8>, String> {
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let decode =
        |strict| JpegDecoder::new_with_options(ZCursor::new(data), options.set_strict_mode(strict)).decode();
    match decode(true) {
        // Stray bytes between segments are no reason to refuse a picture that is all there.
        Err(DecodeErrors::FormatStatic(text)) if text.contains("Extra bytes") => decode(false),
        other => other,
    }
    .map_err(|e| on_one_line(&format!("{e:?}")))
}

fn carefully(data: &[u8], coding: Coding) -> Result<Vec<u8>, String> {
    let mut decoder = jpeg_decoder::Decoder::new(data);
    decoder.set_color_transform(match coding {
        Coding::Grey => ColorTransform::Grayscale,
        Coding::Ycc => ColorTransform::YCbCr,
        Coding::Rgb => ColorTransform::RGB,
        Coding::Cmyk => ColorTransform::CMYK,
        Coding::Ycck => ColorTransform::YCCK,
    });
    let rows = decoder.decode().map_err(|e| on_one_line(&e.to_string()))?;
    Ok(match coding {
        Coding::Grey => rows.iter().flat_map(|&v| [v; 3]).collect(),
        _ => rows,
    })
}

/// A decoder's own words, on one line.
fn on_one_line(text: &str) -> String {
    text.lines().next().unwrap_or("damaged data").trim_end_matches('.').to_owned()
}

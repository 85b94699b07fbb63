//! JPEG to RGB: checked for wholeness first, then decoded by `zune-jpeg`.

mod huffman;
mod walk;
mod whole;

use super::CoverError;
use super::budget;
use super::decode::{Opened, check_size};
use image::metadata::Orientation;
use std::borrow::Cow;
use whole::{Fault, Survey, frame, survey};
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
        }
    }
}

/// Decodes to RGB rows.
pub(in crate::cover) fn open(bytes: &[u8]) -> Result<Opened, CoverError> {
    let frame = frame(bytes)?;
    let (width, height) = (u32::from(frame.width), u32::from(frame.height));
    // Per pixel: the result, raw CMYK beside it, and every coefficient of a progressive file.
    let components = u64::from(frame.components);
    let per_pixel =
        3 + if components == 4 { 4 } else { 0 } + if frame.progressive { 2 * components } else { 0 };
    let share =
        budget::take(check_size(width, height, per_pixel)?).ok_or(CoverError::TooLarge { width, height })?;
    let survey = survey(bytes)?;
    // `zune-jpeg` may mistake the bits it reads ahead for missing ones when there is no end marker.
    let data = match survey.end_marker {
        true => Cow::Borrowed(bytes),
        false => Cow::Owned([bytes, &[0xff, 0xd9]].concat()),
    };
    let (rgb, orientation) = match decode(&data, survey, true) {
        // Stray bytes between segments are no reason to refuse a picture that is all there.
        Err(DecodeErrors::FormatStatic(text)) if text.contains("Extra bytes") => decode(&data, survey, false),
        other => other,
    }
    .map_err(|e| CoverError::Broken(reason(&e)))?;
    Ok(Opened { width, height, rgb, orientation, share })
}

fn decode(data: &[u8], survey: Survey, strict: bool) -> Result<(Vec<u8>, Orientation), DecodeErrors> {
    let options = DecoderOptions::default()
        .set_strict_mode(strict)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(data), options);
    decoder.decode_headers()?;
    let raw_cmyk = decoder.input_colorspace() == Some(ColorSpace::CMYK);
    let wanted = if raw_cmyk { ColorSpace::CMYK } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let pixels = decoder.decode()?;
    let orientation = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif))
        .unwrap_or(Orientation::NoTransforms);
    Ok((if raw_cmyk { cmyk_to_rgb(&pixels, survey.adobe) } else { pixels }, orientation))
}

/// Ink to light without a profile, as browsers do: Adobe's programs store ink inverted.
fn cmyk_to_rgb(cmyk: &[u8], inverted: bool) -> Vec<u8> {
    let light = |ink: u8| if inverted { u32::from(ink) } else { 255 - u32::from(ink) };
    cmyk.as_chunks::<4>()
        .0
        .iter()
        .flat_map(|&[c, m, y, k]| [c, m, y].map(|ink| ((light(ink) * light(k) + 127) / 255) as u8))
        .collect()
}

/// The decoder's own words, on one line.
fn reason(error: &DecodeErrors) -> String {
    let text = format!("{error:?}");
    text.lines().next().unwrap_or("damaged data").trim_end_matches('.').to_owned()
}

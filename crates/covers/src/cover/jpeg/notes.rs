//! What a JPEG's segments say beside its pixels: how its colours are coded, which way is up, and its profile.

use super::whole::Frame;
use crate::cover::colours::Colours;
use image::metadata::Orientation;

const EXIF: &[u8] = b"Exif\0\0";
const PROFILE: &[u8] = b"ICC_PROFILE\0";

/// What was said so far.
#[derive(Default)]
pub(super) struct Notes<'a> {
    jfif: bool,
    /// The transform in Adobe's marker: 0 for none, 1 for YCbCr, 2 for YCCK.
    pub adobe: Option<u8>,
    orientation: Option<Orientation>,
    /// Parts of a profile: number, how many there are, bytes.
    profile: Vec<(u8, u8, &'a [u8])>,
}

/// How a file's numbers stand for colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Coding {
    Grey,
    Ycc,
    Rgb,
    Cmyk,
    /// CMYK whose first three are coded as YCbCr.
    Ycck,
}

impl<'a> Notes<'a> {
    /// Reads one segment.
    pub(super) fn read(&mut self, code: u8, body: &'a [u8]) {
        match code {
            0xe0 => self.jfif |= body.starts_with(b"JFIF\0"),
            0xe1 => {
                let exif = body.strip_prefix(EXIF);
                self.orientation = self.orientation.or(exif.and_then(Orientation::from_exif_chunk));
            }
            0xe2 => {
                if let Some(&[number, of, ref part @ ..]) = body.strip_prefix(PROFILE) {
                    self.profile.push((number, of, part));
                }
            }
            0xee if body.starts_with(b"Adobe") => self.adobe = body.get(11).copied().or(self.adobe),
            _ => {}
        }
    }

    pub(super) fn orientation(&self) -> Orientation {
        self.orientation.unwrap_or(Orientation::NoTransforms)
    }

    /// The profile, if all its parts are there (ICC.1:2022, B.4).
    pub(super) fn colours(&self) -> Colours {
        let mut parts = self.profile.clone();
        parts.sort_by_key(|&(number, _, _)| number);
        let whole = !parts.is_empty()
            && (1..)
                .zip(&parts)
                .all(|(i, &(number, of, _))| usize::from(number) == i && usize::from(of) == parts.len());
        match whole {
            true => Colours::Profile(parts.iter().flat_map(|&(_, _, part)| part).copied().collect()),
            false => Colours::Srgb,
        }
    }

    /// How colours are coded, as libjpeg and browsers have it: JFIF's marker before Adobe's, Adobe's before the
    /// colours' names. `None` for a transform that nobody has heard of.
    pub(super) fn coding(&self, frame: &Frame) -> Option<Coding> {
        let letters = frame.parts.iter().map(|part| part.0).eq(*b"RGB");
        match (frame.parts.len(), self.adobe) {
            (1, _) => Some(Coding::Grey),
            (3, _) if self.jfif => Some(Coding::Ycc),
            (3, Some(0)) => Some(Coding::Rgb),
            (3, Some(1)) => Some(Coding::Ycc),
            (3, None) => Some(if letters { Coding::Rgb } else { Coding::Ycc }),
            (4, None | Some(0)) => Some(Coding::Cmyk),
            (4, Some(2)) => Some(Coding::Ycck),
            _ => None,
        }
    }
}

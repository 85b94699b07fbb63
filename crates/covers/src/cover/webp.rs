//! WebP: a walk over its chunks, then `image`'s decoder.
//!
//! The decoder believes what a chunk's header says of its length, and takes the memory of a frame before it compares
//! the frame's size with the picture's: both are checked here.

use super::colours::Colours;
use super::decode::{Beside, Costs, Opened, through};
use super::watched::Watched;
use super::{CoverError, Wish};
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;

/// Of an animation, the canvas and its frame are there at one time; the flat part is for tables of codes.
pub(super) const COSTS: Costs = Costs { per_pixel: 6, flat: 16 << 20, counts_result: false };

pub(super) fn open(bytes: &[u8], wish: Wish<'_>) -> Result<Opened, CoverError> {
    if said_length(bytes) > bytes.len() as u64 {
        return Err(CoverError::Truncated);
    }
    let mut beside = Beside::default();
    let mut canvas = None;
    let mut chunks = Chunks::of(bytes, 12);
    // What stands behind is none of it.
    while ((bytes.len() - chunks.rest.len()) as u64) < said_length(bytes) {
        let Some((name, body)) = chunks.next() else { break };
        match (name, body) {
            (b"VP8X", Some(body)) => {
                canvas = body.get(4..10).map(|b| (three(&b[..3]) + 1, three(&b[3..]) + 1));
            }
            (b"VP8 ", Some(body)) => check(lossy_size(body), canvas)?,
            (b"ANMF", Some(body)) => {
                for (name, body) in Chunks::of(body, 16) {
                    if let (b"VP8 ", Some(body)) = (name, body) {
                        check(lossy_size(body), canvas)?;
                    }
                }
            }
            (b"VP8 " | b"VP8L" | b"ALPH" | b"ANMF", None) => return Err(CoverError::Truncated),
            (b"ICCP", Some(body)) => beside.colours = Colours::Profile(body.to_vec()),
            (b"EXIF", Some(body)) => {
                // Some writers put JPEG's label in front.
                let exif = body.strip_prefix(b"Exif\0\0").unwrap_or(body);
                if let Some(orientation) = Orientation::from_exif_chunk(exif) {
                    beside.orientation = orientation;
                }
            }
            _ => {}
        }
    }
    through(WebPDecoder::new(Watched::new(bytes, wish)), wish, beside, COSTS)
}

/// Chunks one after the other: name, length, body, a zero behind an odd one. A body that the data do not hold is `None`,
/// and the last.
struct Chunks<'a> {
    rest: &'a [u8],
}

impl<'a> Chunks<'a> {
    fn of(bytes: &'a [u8], from: usize) -> Self {
        Self { rest: bytes.get(from..).unwrap_or_default() }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = (&'a [u8; 4], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.rest.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let Some((body, after)) = rest.split_at_checked(length) else {
            self.rest = &[];
            return Some((name, None));
        };
        self.rest = after.get(length % 2..).unwrap_or_default();
        Some((name, Some(body)))
    }
}

/// A file says at its start how long it is.
fn said_length(bytes: &[u8]) -> u64 {
    match bytes {
        [b'R', b'I', b'F', b'F', a, b, c, d, ..] => u64::from(u32::from_le_bytes([*a, *b, *c, *d])) + 8,
        _ => 0,
    }
}

fn three(bytes: &[u8]) -> u32 {
    u32::from(bytes[0]) | u32::from(bytes[1]) << 8 | u32::from(bytes[2]) << 16
}

/// Width and height in the header of lossy data (RFC 6386, 9.1).
fn lossy_size(body: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| Some(u32::from(u16::from_le_bytes([*body.get(at)?, *body.get(at + 1)?]) & 0x3fff));
    Some((side(6)?, side(8)?))
}

fn check(size: Option<(u32, u32)>, canvas: Option<(u32, u32)>) -> Result<(), CoverError> {
    match (size, canvas) {
        (Some((w, h)), Some((across, down))) if w > across || h > down => {
            Err(CoverError::Broken("one of its frames is larger than the picture".to_owned()))
        }
        _ => Ok(()),
    }
}

//! TIFF: a look at its first table of contents, then `image`'s decoder.
//!
//! The decoder takes memory for what tags say before anything bounds it: rows of a tile however wide, any number of
//! channels, and for a JPEG inside whatever size that claims. What no cover has is refused here.

use super::colours::Colours;
use super::decode::{Beside, Costs, Opened, Pixels, check_size, fault, through};
use super::watched::Watched;
use super::{CoverError, Wish, budget};
use image::codecs::tiff::TiffDecoder;
use image::metadata::Orientation;
use tiff::decoder::{Decoder, DecodingResult, Limits};

/// The flat part is for long tags (32 bytes a value) and rows.
pub(super) const COSTS: Costs = Costs { per_pixel: 2, flat: 24 << 20, counts_result: true };
/// Most values of a tag: strips of one row each, or tiles of 32 × 32 pixels.
const MOST_VALUES: u64 = 1 << 18;
/// Most channels of a pixel.
const MOST_SAMPLES: u64 = 16;
/// Longest side of a tile.
const LONGEST_TILE: u64 = 1 << 16;

/// One entry of a table of contents.
struct Entry<'a> {
    tag: u16,
    count: u64,
    /// Its values as they lie in the file; empty where they lie outside.
    values: &'a [u8],
    /// Bytes of one value.
    size: u64,
}

pub(super) fn open(bytes: &[u8], wish: Wish<'_>) -> Result<Opened, CoverError> {
    let mut beside = Beside::default();
    let file = File::of(bytes);
    let (mut photometric, mut samples, mut bits, mut planes) = (0, 1, 1, 1);
    for entry in file.iter().flat_map(File::entries) {
        let broken = |why: &str| Err(CoverError::Broken(why.to_owned()));
        // Tags of these numbers the decoder reads; what others hold is nobody's concern.
        if matches!(entry.tag, 254..=347 | 529..=532) && entry.count > MOST_VALUES {
            return broken("one of its tags is too long");
        }
        let value = file.as_ref().and_then(|file| file.number(entry.values.get(..entry.size as usize)?));
        match (entry.tag, value) {
            (259, Some(6 | 7)) => return broken("it is a TIFF that holds a JPEG"),
            (277, Some(n)) if n > MOST_SAMPLES => return broken("it has too many channels"),
            (322 | 323, Some(n)) if n > LONGEST_TILE => return broken("its tiles are too large"),
            (258, Some(n)) => bits = n,
            (262, Some(n)) => photometric = n,
            (277, Some(n)) => samples = n,
            (284, Some(n)) => planes = n,
            (274, Some(n)) => {
                let turned = u8::try_from(n).ok().and_then(Orientation::from_exif);
                beside.orientation = turned.unwrap_or(Orientation::NoTransforms);
            }
            (34_675, _) if !entry.values.is_empty() => {
                beside.colours = Colours::Profile(entry.values.to_vec());
            }
            _ => {}
        }
    }
    // Separated colours, four of 8 bits, pixel by pixel.
    if (photometric, samples, bits, planes) == (5, 4, 8, 1) && matches!(beside.colours, Colours::Profile(_)) {
        return four_inks(bytes, wish, beside);
    }
    through(TiffDecoder::new(Watched::new(bytes, wish)), wish, beside, COSTS)
}

/// Cyan, magenta, yellow and black as they are, for a profile that says what they look like: `image` would make RGB of
/// them without one.
fn four_inks(bytes: &[u8], wish: Wish<'_>, beside: Beside) -> Result<Opened, CoverError> {
    let mut decoder = Decoder::new(Watched::new(bytes, wish)).map_err(|e| fault(&e))?;
    let (width, height) = decoder.dimensions().map_err(|e| fault(&e))?;
    let stored = check_size(width, height, 4)?;
    if stored + COSTS.flat > budget::TOTAL {
        return Err(CoverError::TooLarge { width, height });
    }
    let share = budget::take(stored + COSTS.flat, wish)?;
    let mut limits = Limits::default();
    (limits.decoding_buffer_size, limits.intermediate_buffer_size) = (stored as usize, stored as usize);
    let mut decoder = decoder.with_limits(limits);
    match decoder.read_image().map_err(|e| fault(&e))? {
        DecodingResult::U8(rows) if rows.len() as u64 == stored => {
            Ok(Opened { width, height, pixels: Pixels::Ink(rows), beside, share })
        }
        _ => Err(CoverError::Broken("its inks are not laid out as it says".to_owned())),
    }
}

/// A file whose header was understood.
struct File<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    /// With offsets of 64 bits.
    big: bool,
}

impl<'a> File<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (big_endian, big) = match bytes.first_chunk::<4>()? {
            b"II\x2a\0" => (false, false),
            b"MM\0\x2a" => (true, false),
            b"II\x2b\0" => (false, true),
            b"MM\0\x2b" => (true, true),
            _ => return None,
        };
        Some(Self { bytes, big_endian, big })
    }

    fn number(&self, bytes: &[u8]) -> Option<u64> {
        let joined = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        match bytes.len() {
            1..=8 if self.big_endian => Some(bytes.iter().fold(0, joined)),
            1..=8 => Some(bytes.iter().rev().fold(0, joined)),
            _ => None,
        }
    }

    fn at(&self, from: u64, length: u64) -> Option<&'a [u8]> {
        self.bytes.get(usize::try_from(from).ok()?..usize::try_from(from.checked_add(length)?).ok()?)
    }

    fn number_at(&self, from: u64, length: u64) -> Option<u64> {
        self.number(self.at(from, length)?)
    }

    /// The first table's entries, as far as the file goes.
    fn entries(&self) -> impl Iterator<Item = Entry<'a>> + '_ {
        // Where the table's offset stands, bytes of its count, of a value's count or offset, and of an entry.
        let (first, counted, wide, entry) = if self.big { (8, 8, 8, 20) } else { (4, 2, 4, 12) };
        let table = self.number_at(first, wide).unwrap_or(u64::MAX);
        let n = self.number_at(table, counted).unwrap_or(0);
        (0..n).map_while(move |i| {
            let at = table.checked_add(counted)?.checked_add(i.checked_mul(entry)?)?;
            // What follows lies within the entry, or the file ends.
            self.at(at, entry)?;
            let count = self.number_at(at + 4, wide)?;
            let size = match self.number_at(at + 2, 2)? {
                3 | 8 => 2,
                4 | 9 | 11 | 13 => 4,
                5 | 10 | 12 | 16..=18 => 8,
                _ => 1,
            };
            let length = count.saturating_mul(size);
            let place = at + 4 + wide;
            let from = if length <= wide { place } else { self.number_at(place, wide)? };
            let values = self.at(from, length).unwrap_or_default();
            Some(Entry { tag: self.number_at(at, 2)? as u16, count, values, size })
        })
    }
}

//! PNG: a walk over its chunks, then `image`'s decoder on those of them that make the pixels.
//!
//! Text, profiles and Exif may be broken, or unpack to gigabytes, beside pixels that are whole: nothing of them
//! reaches the decoder but a profile of sensible size, which it unpacks within [`UNPACKED`].

use super::colours::{Colours, Primaries};
use super::decode::{Beside, Costs, Opened, through};
use super::watched::Watched;
use super::{CoverError, Wish};
use image::ImageDecoder as _;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Largest compressed profile that is looked at.
const LARGEST_PROFILE: usize = 2 << 20;
/// Bytes that the decoder may take for anything but pixels: a profile twice, once packed and once unpacked.
const UNPACKED: u64 = 8 << 20;

/// What the walk finds.
#[derive(Default)]
struct Chunks<'a> {
    /// The file without all that makes no pixels.
    needed: Vec<u8>,
    exif: Option<&'a [u8]>,
    cicp: Option<[u8; 4]>,
    gamma: Option<u32>,
    primaries: Option<[u32; 8]>,
    srgb: bool,
    /// Written by Apple's compiler for phones, with another order of colours and another compression.
    crushed: bool,
}

pub(super) fn open(bytes: &[u8], wish: Wish<'_>) -> Result<Opened, CoverError> {
    let chunks = Chunks::of(bytes);
    if chunks.crushed {
        let why = "it is a PNG made for Apple's phones, which only those read";
        return Err(CoverError::Broken(why.to_owned()));
    }
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(UNPACKED);
    let mut decoder = PngDecoder::with_limits(Watched::new(&chunks.needed, wish), limits);
    let icc = decoder.as_mut().ok().and_then(|decoder| decoder.icc_profile().ok().flatten());
    let orientation = chunks.exif.and_then(Orientation::from_exif_chunk);
    let beside = Beside {
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        colours: chunks.colours(icc),
    };
    through(decoder, wish, beside, Costs { flat: UNPACKED, ..Costs::USUAL })
}

impl<'a> Chunks<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let mut found = Self { needed: Vec::with_capacity(bytes.len()), ..Self::default() };
        found.needed.extend_from_slice(SIGNATURE);
        let mut rest = bytes.get(SIGNATURE.len()..).unwrap_or_default();
        let mut profile = false;
        // Length, name, body, checksum.
        while let Some((&[a, b, c, d, ref name @ ..], _)) = rest.split_first_chunk::<8>() {
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            let (chunk, after) = rest.split_at(rest.len().min(length.saturating_add(12)));
            let body = chunk.get(8..8 + length).unwrap_or_default();
            let keep = match name {
                // Animations too begin with what stands in IDAT.
                b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND" => true,
                b"iCCP" => !std::mem::replace(&mut profile, true) && body.len() <= LARGEST_PROFILE,
                _ => false,
            };
            if keep {
                found.needed.extend_from_slice(chunk);
            } else {
                found.note(name, body);
            }
            if name == b"IEND" {
                break;
            }
            rest = after;
        }
        found
    }

    fn note(&mut self, name: &[u8], body: &'a [u8]) {
        let number = |i: usize| body.get(4 * i..4 * i + 4)?.try_into().ok().map(u32::from_be_bytes);
        match name {
            b"eXIf" => self.exif = self.exif.or(Some(body)),
            b"cICP" => self.cicp = body.try_into().ok(),
            b"gAMA" => self.gamma = number(0),
            b"cHRM" => {
                let all: Vec<u32> = (0..8).filter_map(number).collect();
                self.primaries = all.try_into().ok();
            }
            b"sRGB" => self.srgb = true,
            b"CgBI" => self.crushed = true,
            _ => {}
        }
    }

    /// Which of several statements counts (PNG, third edition, 4.3: cICP, iCCP, sRGB, then cHRM with gAMA).
    fn colours(&self, icc: Option<Vec<u8>>) -> Colours {
        match (self.cicp, icc, self.primaries, self.gamma) {
            // Red, green and blue of full range: what else there is belongs to films.
            (Some([primaries, transfer, 0, 1]), ..) => Colours::Coded { primaries, transfer },
            (_, Some(icc), ..) => Colours::Profile(icc),
            // Either alone says too little, as browsers have it.
            (_, _, Some(primaries), Some(gamma)) if !self.srgb && gamma > 0 => {
                Colours::Measured(Primaries { gamma: 100_000.0 / f64::from(gamma), xy: primaries })
            }
            _ => Colours::Srgb,
        }
    }
}

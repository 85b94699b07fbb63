//! Whether a JPEG is all there.
//!
//! Decoders paint grey (or repeat what they have) where a JPEG's data ends early and say nothing. The only sure
//! sign is the coded data themselves: this module walks every Huffman code of every scan without computing a
//! pixel, and sees whether codes run out before blocks do. A missing end marker alone is harmless and is not
//! reported. The walk costs a small part of a decode. References: ITU-T T.81, annexes B, F and G.

use super::notes::Notes;
use super::walk::Walk;
use crate::cover::Wish;

/// Why a file is not a whole JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The data end before the picture does.
    CutOff,
    /// Something that T.81 does not allow, or a process that nobody uses for covers.
    Damaged(&'static str),
    /// Nobody waits for it any more.
    GivenUp,
}

/// One colour component as the frame header describes it: identifier, sampling across and down.
pub(super) type Part = (u8, u8, u8);

/// What the frame header says, and the first scan's of how colours are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub width: u16,
    pub height: u16,
    pub parts: Vec<Part>,
    pub progressive: bool,
    /// Sequential, and not all colours come in one scan.
    pub apart: bool,
}

/// Bytes of zeros at the end of a file without end marker that a broken download leaves behind.
const ZERO_TAIL: usize = 64;

/// Finds the frame header and the first scan's, and all that is said in front of them, so that limits can be checked
/// before anything is allocated.
pub(super) fn head(data: &[u8]) -> Result<(Frame, Notes<'_>), Fault> {
    let mut at = 2;
    let mut notes = Notes::default();
    let mut found: Option<Frame> = None;
    loop {
        match next_marker(data, &mut at) {
            Some(code) if is_frame(code) => {
                if found.replace(read_frame(code, segment(data, &mut at)?)?).is_some() {
                    return Err(Fault::Damaged("it has two frame headers"));
                }
            }
            Some(0xda) => {
                let mut frame = found.ok_or(Fault::Damaged("a scan comes before the frame header"))?;
                let together = segment(data, &mut at)?.first().map(|&n| usize::from(n));
                frame.apart = !frame.progressive && together != Some(frame.parts.len());
                return Ok((frame, notes));
            }
            None | Some(0xd9) => return Err(Fault::CutOff),
            Some(code) if stands_alone(code) => {}
            Some(code) => notes.read(code, segment(data, &mut at)?),
        }
    }
}

/// Walks the whole file, as long as somebody wants it; whether the end marker is there.
pub(super) fn survey(data: &[u8], wish: Wish<'_>) -> Result<bool, Fault> {
    let mut walk = Walk::new(wish);
    let mut at = 2;
    loop {
        let Some(code) = next_marker(data, &mut at) else {
            return match walk.finished() && !has_zero_tail(data) {
                true => Ok(false),
                false => Err(Fault::CutOff),
            };
        };
        match code {
            0xd9 => {
                return match walk.started() {
                    true => Ok(true),
                    false => Err(Fault::CutOff),
                };
            }
            0xc4 => walk.read_tables(segment(data, &mut at)?)?,
            0xdd => {
                let body = segment(data, &mut at)?;
                walk.interval =
                    u16_at(body, 0).ok_or(Fault::Damaged("a restart interval is too short"))?.into();
            }
            0xda => {
                let header = segment(data, &mut at)?;
                at = walk.scan(header, data, at)?;
            }
            code if is_frame(code) => walk.begin(&read_frame(code, segment(data, &mut at)?)?)?,
            code if stands_alone(code) => {}
            _ => {
                segment(data, &mut at)?;
            }
        }
    }
}

fn has_zero_tail(data: &[u8]) -> bool {
    data.len() > ZERO_TAIL && data[data.len() - ZERO_TAIL..].iter().all(|&b| b == 0)
}

/// Restart markers, TEM and the start marker carry no length.
fn stands_alone(code: u8) -> bool {
    matches!(code, 0x01 | 0xd0..=0xd8)
}

fn is_frame(code: u8) -> bool {
    matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc)
}

/// Moves `at` behind the next marker and gives its code; stray bytes and stuffing are passed over.
pub(super) fn next_marker(data: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let found = data.get(*at..)?.iter().position(|&b| b == 0xff)?;
        *at += found;
        while *data.get(*at)? == 0xff {
            *at += 1;
        }
        let code = data[*at];
        *at += 1;
        if code != 0 {
            return Some(code);
        }
    }
}

/// The body of the segment whose length stands at `at`; moves `at` behind it.
fn segment<'a>(data: &'a [u8], at: &mut usize) -> Result<&'a [u8], Fault> {
    let length = usize::from(u16_at(data, *at).ok_or(Fault::CutOff)?);
    if length < 2 {
        return Err(Fault::Damaged("a segment's length is wrong"));
    }
    let body = data.get(*at + 2..*at + length).ok_or(Fault::CutOff)?;
    *at += length;
    Ok(body)
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*data.get(at)?, *data.get(at + 1)?]))
}

fn read_frame(code: u8, body: &[u8]) -> Result<Frame, Fault> {
    let short = Fault::Damaged("the frame header is too short");
    match code {
        0xc0..=0xc2 => {}
        0xc3 | 0xc7 | 0xcb | 0xcf => return Err(Fault::Damaged("it is a lossless JPEG")),
        0xc9.. => return Err(Fault::Damaged("it is an arithmetic-coded JPEG")),
        _ => return Err(Fault::Damaged("it is a hierarchical JPEG")),
    }
    let &[precision, _, _, _, _, components, ref parts @ ..] = body else { return Err(short) };
    if precision != 8 {
        return Err(Fault::Damaged("it is a JPEG of more than 8 bits a colour"));
    }
    let (height, width) = (u16_at(body, 1).ok_or(short)?, u16_at(body, 3).ok_or(short)?);
    if width == 0 || height == 0 {
        return Err(Fault::Damaged("its width or height is 0"));
    }
    // Two would be grey with something that nobody says what it is.
    if !matches!(components, 1 | 3 | 4) || parts.len() < 3 * usize::from(components) {
        return Err(Fault::Damaged("its number of colours is wrong"));
    }
    let parts: Vec<Part> = parts
        .chunks_exact(3)
        .take(components.into())
        .map(|part| (part[0], part[1] >> 4, part[1] & 15))
        .collect();
    if parts.iter().any(|&(_, h, v)| !(1..=4).contains(&h) || !(1..=4).contains(&v)) {
        return Err(Fault::Damaged("its subsampling is wrong"));
    }
    if (1..parts.len()).any(|i| parts[..i].iter().any(|part| part.0 == parts[i].0)) {
        return Err(Fault::Damaged("two of its colours have the same name"));
    }
    Ok(Frame { width, height, parts, progressive: code == 0xc2, apart: false })
}

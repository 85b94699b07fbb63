//! Thumbnails in sheets: few large pictures instead of thousands of small ones. A cover's slot is its place in every
//! level; slots follow a Hilbert curve over the map, so that covers seen together are fetched together.

use super::BuildError;
use super::covers::Covers;
use super::files::LayoutFile;
use super::folder::Folder;
use super::former::Former;
use super::place::mark;
use super::record::{Key, Maker};
use crate::album::CoverHash;
use crate::catalog::Catalog;
use crate::cover;
use crate::map::{Level, NO_SLOT};
use crate::progress::Progress;
use image::RgbImage;
use rayon::prelude::*;
use std::collections::HashMap;

/// Levels by number.
const TINY: usize = 0;
const COARSE: usize = 1;
const FINE: usize = 2;
/// Tiny thumbnails across a sheet: as few as hold all of them, within these bounds.
const ACROSS: (u32, u32) = (32, 256);
/// Quality of a sheet.
const QUALITY: u8 = 82;
/// Version of how sheets are made.
pub(super) const VERSION: u32 = 2;
/// Fine sheets that are made together.
const AT_ONCE: usize = 8;
/// Share of empty slots at which they are numbered anew.
const EMPTY: f32 = 0.25;
/// What stands in an empty slot.
const BLANK: u8 = 0x40;

/// The levels as the page sees them.
pub(super) fn levels(slots: u32) -> Vec<Level> {
    shapes(slots)
        .iter()
        .map(|&(size, columns)| Level { size, columns, sheets: slots.div_ceil(columns * columns) })
        .collect()
}

/// Size and columns of each level. All covers of a catalogue stand in one tiny sheet, of 65,536 in one more: whoever opens the map sees
/// them after a single request. An 8 × 8 thumbnail is a block of JPEG, so that none bleeds into the next.
fn shapes(slots: u32) -> [(u32, u32); 3] {
    let mut across = ACROSS.0;
    while across < ACROSS.1 && across * across < slots {
        across *= 2;
    }
    [(8, across), (32, 64), (128, 8)]
}

/// Covers in a sheet.
fn room((_, columns): (u32, u32)) -> usize {
    (columns * columns) as usize
}

/// A slot for each album that has a cover (`cover[i] != 0`). Those that had one keep it, unless too many would
/// stay empty; new ones fill gaps first.
pub(super) fn slots(at: &[[f32; 2]], cover: &[u64], before: &[Option<u32>]) -> Vec<u32> {
    let n = cover.iter().filter(|&&c| c != 0).count();
    let mut slots = vec![NO_SLOT; at.len()];
    let highest = before.iter().flatten().max().map_or(0, |&s| s as usize + 1);
    if highest > 0 && highest as f32 * (1.0 - EMPTY) <= n as f32 {
        let mut taken = vec![false; highest];
        for (slot, &former) in slots.iter_mut().zip(before) {
            if let Some(former) = former
                && !std::mem::replace(&mut taken[former as usize], true)
            {
                *slot = former;
            }
        }
        let mut free = (0..).filter(|&s| !taken.get(s as usize).copied().unwrap_or(false));
        for i in along_curve(at) {
            if cover[i] != 0 && slots[i] == NO_SLOT {
                slots[i] = free.next().unwrap_or(NO_SLOT);
            }
        }
    } else {
        for (i, slot) in along_curve(at).into_iter().filter(|&i| cover[i] != 0).zip(0..) {
            slots[i] = slot;
        }
    }
    slots
}

/// Numbers of the points in the order of a Hilbert curve over their bounds.
fn along_curve(at: &[[f32; 2]]) -> Vec<usize> {
    let bound = |pick: fn(f32, f32) -> f32, start: f32, c: usize| at.iter().map(|p| p[c]).fold(start, pick);
    let low = [0, 1].map(|c| bound(f32::min, f32::INFINITY, c));
    let width = [0, 1]
        .map(|c| bound(f32::max, f32::NEG_INFINITY, c) - low[c])
        .into_iter()
        .fold(f32::MIN_POSITIVE, f32::max);
    let mut order: Vec<(u64, usize)> = at
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let [x, y] = [0, 1].map(|c| ((p[c] - low[c]) / width * 65_535.0) as u32);
            (hilbert(x.min(65_535), y.min(65_535)), i)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, i)| i).collect()
}

/// Place of a cell of a 65,536 × 65,536 grid on the Hilbert curve through it.
fn hilbert(mut x: u32, mut y: u32) -> u64 {
    let mut d = 0;
    let mut s = 1 << 15;
    while s > 0 {
        let (rx, ry) = (u32::from(x & s > 0), u32::from(y & s > 0));
        d += u64::from(s) * u64::from(s) * u64::from((3 * rx) ^ ry);
        if ry == 0 {
            if rx == 1 {
                (x, y) = (65_535 - x, 65_535 - y);
            }
            (x, y) = (y, x);
        }
        s >>= 1;
    }
    d
}

/// Makes the sheets that the former build does not have, takes the others over; returns the key of each.
pub(super) fn make(
    catalog: &Catalog,
    progress: &dyn Progress,
    folder: &Folder,
    former: Option<&Former>,
    covers: &Covers,
    places: &LayoutFile,
) -> Result<Vec<Vec<Key>>, BuildError> {
    let by_slot = by_slot(covers, places);
    let shapes = shapes(by_slot.len() as u32);
    let keys: Vec<Vec<Key>> =
        shapes.iter().map(|&shape| by_slot.chunks(room(shape)).map(|c| key(shape, c)).collect()).collect();
    // Whether a sheet must be made.
    let mut stale: Vec<Vec<bool>> = Vec::new();
    for (level, keys) in keys.iter().enumerate() {
        folder.create(&format!("sheets/{level}"))?;
        let fresh = |n: usize, key: &Key| {
            let name = name(level, n);
            let offered = former.and_then(|former| {
                former.offers(&[&name], |r| r.sheets.get(level).and_then(|keys| keys.get(n)) == Some(key))
            });
            offered.is_some() && folder.take_over(&name).is_ok()
        };
        stale.push(keys.iter().enumerate().map(|(n, key)| !fresh(n, key)).collect());
    }
    progress.stage("Sheets", stale.iter().flatten().filter(|s| **s).count() as u64);

    let [per_tiny, per_coarse, per_fine] = shapes.map(room);
    let mut tiny: Option<RgbImage> = None;
    for coarse in 0..stale[COARSE].len() {
        let first = coarse * per_coarse;
        if first % per_tiny == 0 {
            tiny = stale[TINY][first / per_tiny].then(|| blank(shapes[TINY]));
        }
        let mut canvas = stale[COARSE][coarse].then(|| blank(shapes[COARSE]));
        let wanted: Vec<usize> = (first / per_fine..stale[FINE].len().min((first + per_coarse) / per_fine))
            .filter(|&fine| tiny.is_some() || canvas.is_some() || stale[FINE][fine])
            .collect();
        for batch in wanted.chunks(AT_ONCE) {
            if progress.cancelled() {
                return Err(BuildError::Cancelled);
            }
            let mut jobs = Vec::with_capacity(batch.len());
            for &fine in batch {
                let covers = &by_slot[fine * per_fine..by_slot.len().min((fine + 1) * per_fine)];
                let thumbnails = covers
                    .iter()
                    .map(|hash| hash.map_or(Ok(None), |hash| catalog.thumbnail(hash)))
                    .collect::<Result<Vec<_>, _>>()?;
                jobs.push((fine, thumbnails));
            }
            let smaller = jobs
                .par_iter()
                .map(|(fine, thumbnails)| {
                    let pictures: Vec<Option<RgbImage>> =
                        thumbnails.iter().map(|t| t.as_deref().and_then(open)).collect();
                    if stale[FINE][*fine] {
                        let mut sheet = blank(shapes[FINE]);
                        for (place, picture) in pictures.iter().enumerate() {
                            lay(&mut sheet, shapes[FINE], place, picture.as_ref());
                        }
                        write(folder, FINE, *fine, &sheet)?;
                        progress.advance(1);
                    }
                    let of_each = pictures.iter().map(|p| p.as_ref().map(quarter));
                    let is_needed = tiny.is_some() || canvas.is_some();
                    Ok((*fine, if is_needed { of_each.collect() } else { Vec::new() }))
                })
                .collect::<Result<Vec<(usize, Vec<Option<RgbImage>>)>, BuildError>>()?;
            for (fine, pictures) in smaller {
                for (slot, picture) in (fine * per_fine..).zip(&pictures) {
                    if let Some(sheet) = &mut canvas {
                        lay(sheet, shapes[COARSE], slot, picture.as_ref());
                    }
                    if let Some(sheet) = &mut tiny {
                        lay(sheet, shapes[TINY], slot, picture.as_ref().map(quarter).as_ref());
                    }
                }
            }
        }
        if let Some(sheet) = canvas {
            write(folder, COARSE, coarse, &sheet)?;
            progress.advance(1);
        }
        let next = first + per_coarse;
        let is_whole = next >= by_slot.len() || next % per_tiny == 0;
        if let Some(sheet) = tiny.take_if(|_| is_whole) {
            write(folder, TINY, first / per_tiny, &sheet)?;
            progress.advance(1);
        }
    }
    Ok(keys)
}

/// A picture at a quarter of its size.
fn quarter(picture: &RgbImage) -> RgbImage {
    cover::halve(&cover::halve(picture))
}

/// The cover in each slot.
fn by_slot<'a>(covers: &'a Covers, places: &LayoutFile) -> Vec<Option<&'a CoverHash>> {
    let slots = places.slot.iter().filter(|&&s| s != NO_SLOT).max().map_or(0, |&s| s as usize + 1);
    let mut by_slot = vec![None; slots];
    let known: HashMap<u64, &CoverHash> = covers.hash.iter().map(|hash| (mark(hash), hash)).collect();
    for (&slot, &cover) in places.slot.iter().zip(&places.cover) {
        if slot != NO_SLOT {
            by_slot[slot as usize] = known.get(&cover).copied();
        }
    }
    by_slot
}

fn key((size, columns): (u32, u32), covers: &[Option<&CoverHash>]) -> Key {
    let mut maker = Maker::new("sheet");
    for number in [VERSION, size, columns, QUALITY.into(), cover::VERSION] {
        maker.number(number.into());
    }
    for hash in covers {
        maker.part(hash.map_or(&[][..], |h| h.0.as_bytes()));
    }
    maker.key()
}

/// Where a sheet lies in a build's folder.
pub(super) fn name(level: usize, sheet: usize) -> String {
    format!("sheets/{level}/{sheet}.jpg")
}

fn blank((size, columns): (u32, u32)) -> RgbImage {
    RgbImage::from_pixel(size * columns, size * columns, image::Rgb([BLANK; 3]))
}

fn open(thumbnail: &[u8]) -> Option<RgbImage> {
    cover::decode(thumbnail, cover::THUMBNAIL_SIDE).ok()
}

/// Copies a thumbnail to its place.
fn lay(sheet: &mut RgbImage, (size, columns): (u32, u32), place: usize, picture: Option<&RgbImage>) {
    let Some(picture) = picture.filter(|p| p.dimensions() == (size, size)) else { return };
    let place = place as u32 % (columns * columns);
    let (x, y) = (place % columns * size, place / columns * size);
    let (width, row) = (sheet.width() as usize * 3, size as usize * 3);
    let start = y as usize * width + x as usize * 3;
    let target: &mut [u8] = sheet;
    for (line, from) in picture.as_raw().chunks_exact(row).enumerate() {
        target[start + line * width..][..row].copy_from_slice(from);
    }
}

fn write(folder: &Folder, level: usize, sheet: usize, picture: &RgbImage) -> Result<(), BuildError> {
    let jpeg = cover::encode_sheet(picture, QUALITY).map_err(BuildError::Sheet)?;
    folder.write(&name(level, sheet), &jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_visits_neighbouring_cells_one_after_the_other() {
        let mut cells: Vec<(u64, u32, u32)> =
            (0..16).flat_map(|x| (0..16).map(move |y| (hilbert(x << 12, y << 12), x, y))).collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            let step = pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2);
            assert_eq!(step, 1, "{pair:?}");
        }
    }

    #[test]
    fn all_covers_stand_in_one_tiny_sheet_as_long_as_they_can() {
        let tiny = |slots: u32| (levels(slots)[TINY].columns, levels(slots)[TINY].sheets);
        assert_eq!([tiny(0), tiny(1), tiny(1024), tiny(1025)], [(32, 0), (32, 1), (32, 1), (64, 1)]);
        assert_eq!([tiny(50_000), tiny(65_536), tiny(65_537)], [(256, 1), (256, 1), (256, 2)]);
        // Sheets are made one coarse one after the other: none of them may belong to two tiny ones.
        for slots in [1, 5000, 20_000, 100_000] {
            let [tiny, coarse, fine] = shapes(slots).map(room);
            assert!(tiny >= slots as usize || tiny % coarse == 0, "{slots}");
            assert_eq!(coarse % fine, 0);
        }
    }

    #[test]
    fn albums_keep_their_slots_and_new_ones_fill_gaps() {
        let at: Vec<[f32; 2]> = (0..6).map(|i| [i as f32, 0.0]).collect();
        let cover = [1, 2, 0, 4, 5, 6];
        assert_eq!(slots(&at, &cover, &[None; 6]), [0, 1, NO_SLOT, 2, 3, 4]);
        let before = [Some(4), Some(0), None, None, Some(2), None];
        assert_eq!(slots(&at, &cover, &before), [4, 0, NO_SLOT, 1, 2, 3]);
    }

    #[test]
    fn too_many_gaps_are_closed() {
        let at: Vec<[f32; 2]> = (0..2).map(|i| [i as f32, 0.0]).collect();
        assert_eq!(slots(&at, &[1, 2], &[Some(90), Some(40)]), [0, 1]);
    }
}

//! Nested hold-out by groups of near-duplicates, one for every model and every evaluation of one.
//!
//! A group ([`gatefold_covers::near_duplicates`]) is held back or learned from as a whole, by a salted hash of the smallest
//! difference hash in it: always the same, whatever else the collection holds. The shares are nested: what is held back
//! from all training is held back from the encoder's too, which keeps more for its own measures.

use super::random::mix;
use gatefold_covers::cover::{CoverError, THUMBNAIL_SIDE, decode, dhash, halve, resize};
use gatefold_covers::{Look, clusters};
use std::collections::HashMap;

/// Version of the split; runs and models of another one learned from other covers. Those without a version are of 0.1.
pub const VERSION: u32 = 1;
/// Percent of groups that are held back from all training.
pub const FROM_ALL: u64 = 10;
/// Percent of groups that are held back from the encoder's training.
pub const FROM_ENCODER: u64 = 30;
/// Fixed, so that the split is the same everywhere.
const SALT: u64 = 0x686f_6c64_6f75_7431;

/// What near-duplicates of a cover are recognised by; the same as the catalogue keeps.
pub struct Print {
    /// Difference hash.
    pub dhash: u64,
    /// 64×64 RGB.
    pub pixels: Vec<u8>,
}

impl Print {
    /// Of a cover's file.
    ///
    /// # Errors
    /// When it cannot be decoded.
    pub fn of(bytes: &[u8]) -> Result<Self, CoverError> {
        let small = halve(&resize(decode(bytes, THUMBNAIL_SIDE)?, THUMBNAIL_SIDE));
        Ok(Self { dhash: dhash(&small), pixels: small.into_raw() })
    }

    /// What near-duplicates are found by.
    pub fn look(&self) -> Look<'_> {
        Look { dhash: self.dhash, pixels: &self.pixels }
    }
}

/// Which covers are held back when `percent` of all groups are.
pub fn held_back(looks: &[Look<'_>], percent: u64) -> Vec<bool> {
    held_back_groups(looks, &clusters(looks), percent)
}

fn held_back_groups(looks: &[Look<'_>], groups: &[u32], percent: u64) -> Vec<bool> {
    let mut smallest: HashMap<u32, u64> = HashMap::new();
    for (look, &group) in looks.iter().zip(groups) {
        let least = smallest.entry(group).or_insert(look.dhash);
        *least = look.dhash.min(*least);
    }
    groups.iter().map(|group| mix(SALT, 0, smallest[group]) % 100 < percent).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(pixels: &[u8]) -> Vec<Look<'_>> {
        (0..4000_u64).map(|i| Look { dhash: mix(7, 7, i), pixels }).collect()
    }

    #[test]
    fn near_duplicates_are_on_one_side() {
        let pixels = [0; 64 * 64 * 3];
        let looks = looks(&pixels);
        let groups: Vec<u32> = (0..4000).map(|i| i / 2).collect();
        let held = held_back_groups(&looks, &groups, FROM_ENCODER);
        assert!(held.chunks(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn what_is_held_back_from_all_is_held_back_from_the_encoder_and_the_shares_are_met() {
        let pixels = [0; 64 * 64 * 3];
        let looks = looks(&pixels);
        let alone: Vec<u32> = (0..4000).collect();
        let [all, encoder] = [FROM_ALL, FROM_ENCODER].map(|p| held_back_groups(&looks, &alone, p));
        assert!(all.iter().zip(&encoder).all(|(all, encoder)| !all || *encoder));
        let share = |held: &[bool]| held.iter().filter(|&&held| held).count() as f64 / 4000.0;
        assert!((share(&all) - 0.1).abs() < 0.02 && (share(&encoder) - 0.3).abs() < 0.03);
    }

    #[test]
    fn a_covers_side_does_not_depend_on_what_else_is_there() {
        let pixels = [0; 64 * 64 * 3];
        let looks = looks(&pixels);
        let alone: Vec<u32> = (0..4000).collect();
        let whole = held_back_groups(&looks, &alone, FROM_ALL);
        assert_eq!(held_back_groups(&looks[100..200], &alone[..100], FROM_ALL), whole[100..200]);
    }

    #[test]
    fn a_print_is_what_the_catalogue_keeps() {
        let picture =
            image::RgbImage::from_fn(300, 260, |x, y| image::Rgb([x as u8, y as u8, (x * y) as u8]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        let (print, kept) =
            (Print::of(bytes.get_ref()).unwrap(), gatefold_covers::cover::derive(bytes.get_ref()).unwrap());
        assert_eq!((print.dhash, print.pixels), (kept.dhash, kept.pixels));
    }
}

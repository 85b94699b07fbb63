//! Small pictures of every format, changed in many ways from a seed: each is read or refused with a sentence, and none
//! makes more of itself than a cover.

use super::super::jpeg::writer::Plan;
use super::*;

/// A generator that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    /// One of the ways in which files go wrong, or are made to.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        let n = bytes.len();
        if n < 8 {
            return;
        }
        let at = self.below(n);
        match self.below(8) {
            0 | 1 => bytes[at] = self.below(256) as u8,
            2 => bytes[at] ^= 1 << self.below(8),
            // Numbers that are the largest or the smallest.
            3 => bytes[at..(at + 4).min(n)].fill(0xff),
            4 => bytes[at..(at + 4).min(n)].fill(0),
            5 => drop(bytes.drain(at..(at + self.below(16)).min(n))),
            6 => {
                let piece: Vec<u8> = bytes[at..(at + self.below(64)).min(n)].to_vec();
                let to = self.below(n);
                bytes.splice(to..to, piece);
            }
            _ => bytes.truncate(at.max(8)),
        }
    }
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let mut samples = Vec::new();
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Tiff,
    ] {
        samples.push((format!("{format:?}"), encoded(painting(40, 30), format)));
    }
    let deep =
        image::ImageBuffer::from_fn(30, 20, |x, y| Rgba([x as u16 * 2000, y as u16 * 3000, 7, 60_000]));
    samples.push(("deep PNG".to_owned(), encoded(deep.clone(), ImageFormat::Png)));
    samples.push(("deep TIFF".to_owned(), encoded(deep, ImageFormat::Tiff)));
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Tiff] {
        let tagged = profiles::tagged(&painting(20, 20), format, &profile);
        samples.push((format!("{format:?} with a profile"), tagged));
    }
    let planes: Vec<Vec<u8>> =
        (0..3).map(|c| (0..900).map(|i| (i * (c + 2) % 251) as u8).collect()).collect();
    for (name, plan) in [
        ("apart", Plan::apart(&[(2, 2), (1, 1), (1, 1)])),
        ("progressive", Plan::progressive(&[(2, 1), (1, 1), (1, 1)])),
        ("restarting", Plan::together(&[(1, 2), (1, 1), (1, 1)]).restarting(2)),
    ] {
        samples.push((format!("JPEG, {name}"), plan.write(30, 30, &planes)));
    }
    samples
}

#[test]
fn whatever_happens_to_a_file_it_is_read_or_refused_with_a_sentence() {
    for (seed, (name, whole)) in samples().into_iter().enumerate() {
        let whole_is_read = derive(&whole);
        assert!(whole_is_read.is_ok(), "{name}: {whole_is_read:?}");
        let mut dice = Dice(seed as u64);
        for round in 0..400 {
            let mut bytes = whole.clone();
            for _ in 0..=dice.below(4) {
                dice.change(&mut bytes);
            }
            match derive(&bytes) {
                Ok(derived) => {
                    assert_eq!(derived.pixels.len(), 64 * 64 * 3, "{name} {round}");
                    assert!(
                        derived.thumbnail.len() < 64 << 10 && derived.palette.len() <= 5,
                        "{name} {round}"
                    );
                }
                Err(error) => {
                    let sentence = error.to_string();
                    assert!(sentence.len() > 20 && !sentence.contains('\n'), "{name} {round}: {sentence}");
                    assert!(!sentence.contains("does not expect"), "{name} {round}: a decoder panicked");
                }
            }
        }
    }
}

//! Covers that go wrong: each is either read correctly or refused with a sentence, and none takes the memory of
//! many.

use gatefold::cover::{CoverError, decode, derive};
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn noise(side: u32) -> RgbImage {
    let mut state = 7u32;
    RgbImage::from_fn(side, side, |_, _| {
        Rgb([0; 3].map(|_: u8| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }))
    })
}

/// Segments of a JPEG up to and with the scan header, and the rest.
fn split_at_scan(jpeg: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut at = 2;
    loop {
        let (marker, length) = (jpeg[at + 1], u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]) as usize);
        at += 2 + length;
        if marker == 0xda {
            return (jpeg[..at].to_vec(), jpeg[at..].to_vec());
        }
    }
}

#[test]
fn every_jpeg_that_lacks_coded_data_is_reported_and_every_whole_one_is_not() {
    let whole = encoded(&noise(72), ImageFormat::Jpeg);
    let (head, data) = split_at_scan(&whole);
    assert!(derive(&whole).is_ok());
    // Without the two bytes of the end marker it is still whole; with anything less it is not.
    assert!(derive(&whole[..whole.len() - 2]).is_ok());
    for missing in 3..200 {
        assert_eq!(derive(&whole[..whole.len() - missing]), Err(CoverError::Truncated), "{missing} bytes");
    }
    for part in 0..20 {
        let cut = [&head[..], &data[..data.len() * part / 20]].concat();
        assert_eq!(derive(&cut), Err(CoverError::Truncated));
        assert_eq!(derive(&[&cut[..], &[0xff, 0xd9]].concat()), Err(CoverError::Truncated));
    }
}

#[test]
fn a_jpeg_followed_by_something_else_is_whole() {
    let mut jpeg = encoded(&noise(40), ImageFormat::Jpeg);
    let alone = derive(&jpeg).unwrap();
    jpeg.extend(b"an archive that somebody hid here");
    assert_eq!(derive(&jpeg).unwrap(), alone);
}

#[test]
fn a_jpeg_with_restart_markers_is_read_and_its_cuts_are_found() {
    // One grey MCU per restart interval: 8×8 blocks of a flat colour, coded by hand.
    let mut jpeg = vec![0xff, 0xd8];
    let segment = |jpeg: &mut Vec<u8>, marker: u8, body: &[u8]| {
        jpeg.extend([0xff, marker]);
        jpeg.extend((body.len() as u16 + 2).to_be_bytes());
        jpeg.extend(body);
    };
    segment(&mut jpeg, 0xdb, &[&[0u8][..], &[8; 64]].concat());
    segment(&mut jpeg, 0xc0, &[8, 0, 32, 0, 32, 1, 1, 0x11, 0]);
    // DC: code 0 → no bits, code 10 → 5 bits. AC: code 0 → end of block.
    segment(&mut jpeg, 0xc4, &[0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]);
    segment(&mut jpeg, 0xc4, &[0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    segment(&mut jpeg, 0xdd, &[0, 1]);
    segment(&mut jpeg, 0xda, &[1, 1, 0, 0, 63, 0]);
    for i in 0..16u8 {
        // 10 11111 0: a difference of 31, then the end of the block.
        jpeg.push(0b1011_1110);
        jpeg.extend(if i < 15 { [0xff, 0xd0 + i % 8] } else { [0xff, 0xd9] });
    }
    let derived = derive(&jpeg).unwrap();
    assert_eq!(derived.mean, [159; 3]);
    for blocks in 1..16 {
        let cut = &jpeg[..jpeg.len() - 3 * blocks];
        assert_eq!(derive(cut), Err(CoverError::Truncated), "{blocks} blocks");
    }
}

#[test]
fn png_gif_and_webp_that_end_early_are_reported() {
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Tiff] {
        let whole = encoded(&noise(64), format);
        for keep in [20, 60, 200, whole.len() / 2, whole.len() * 9 / 10] {
            match derive(&whole[..keep]) {
                Err(CoverError::Truncated) => {}
                // A TIFF's table of contents may stand at its end.
                Err(CoverError::Broken(_)) if format == ImageFormat::Tiff => {}
                other => panic!("{format:?} cut to {keep}: {other:?}"),
            }
        }
    }
}

/// A PNG of one colour, bit depth 1, that is small however large the picture.
fn vast_png(side: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let chunk = |out: &mut Vec<u8>, kind: &[u8; 4], body: &[u8]| {
        out.extend((body.len() as u32).to_be_bytes());
        let from = out.len();
        out.extend(kind);
        out.extend(body);
        let crc = !out[from..].iter().fold(!0u32, |crc, &byte| {
            (0..8)
                .fold(crc ^ u32::from(byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 })
        });
        out.extend(crc.to_be_bytes());
    };
    out.extend(b"\x89PNG\r\n\x1a\n");
    let mut header = [side.to_be_bytes(), side.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"IDAT", &[0; 100_000]);
    out
}

#[test]
fn a_vast_png_is_refused_at_once_even_when_many_come_together() {
    let png = vast_png(20_000);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let refused = derive(&png);
                assert_eq!(refused, Err(CoverError::TooLarge { width: 20_000, height: 20_000 }));
                let sentence = refused.unwrap_err().to_string();
                assert!(
                    sentence.contains("20000 × 20000") && sentence.contains("scale it down"),
                    "{sentence}"
                );
            });
        }
    });
}

#[test]
fn every_refusal_is_one_sentence_without_a_line_break() {
    let cases: [&[u8]; 6] =
        [b"", b"hello", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 "];
    for bytes in cases {
        let sentence = derive(bytes).unwrap_err().to_string();
        assert!(!sentence.contains('\n') && sentence.len() > 20, "{bytes:?}: {sentence}");
    }
}

#[test]
fn a_decoded_cover_is_square_and_no_larger_than_asked() {
    let picture = RgbImage::from_pixel(300, 200, Rgb([1, 2, 3]));
    let png = encoded(&picture, ImageFormat::Png);
    assert_eq!(decode(&png, 128).unwrap().dimensions(), (128, 128));
    assert_eq!(decode(&png, 1_000).unwrap().dimensions(), (200, 200));
}

mod real {
    use super::*;
    use crate::helpers::shared;

    /// Every one is read, and none of their first halves is.
    #[test]
    #[ignore = "needs the real covers beside the checkout; `cargo xtask test` runs it where they are"]
    fn real_covers_are_read_and_their_halves_are_not() {
        let mut seen = 0;
        for genre in std::fs::read_dir(shared("covers")).unwrap().flatten().filter(|g| g.path().is_dir()) {
            for file in std::fs::read_dir(genre.path()).unwrap().flatten().take(6) {
                let bytes = std::fs::read(file.path()).unwrap();
                assert!(derive(&bytes).is_ok(), "{}", file.path().display());
                assert_eq!(
                    derive(&bytes[..bytes.len() / 2]),
                    Err(CoverError::Truncated),
                    "{}",
                    file.path().display()
                );
                seen += 1;
            }
        }
        assert!(seen > 0);
    }
}

//! How much memory a picture's file can take, counted: whatever a file says of itself, reading it takes a few times its
//! own length and what its pixels need. One test alone in its process, because all of it is counted.

#![allow(clippy::unwrap_used)] // helpers of tests are tests
// A counting allocator cannot do without.
#![allow(unsafe_code)]

use gatefold_covers::cover::{CoverError, derive};
use image::{ImageFormat, Rgb, RgbImage};
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came; counting beside it allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: as it came.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as it came.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What may be taken beside the file's own bytes, all files here being of few pixels.
const ALLOWED: usize = 48 << 20;
/// What the bombs would unpack to.
const BOMB: usize = 400 << 20;

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let picture = RgbImage::from_fn(16, 16, |x, y| Rgb([x as u8 * 9, y as u8 * 9, 90]));
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// `n` zeros in zlib's form, 159 of them in a byte (RFC 1951, 3.2.6): one zero, then copies of the 258 before.
fn packed_zeros(n: usize) -> Vec<u8> {
    let mut out = vec![0x78, 0x9c];
    let (mut held, mut count) = (0u32, 0);
    let mut put = |out: &mut Vec<u8>, bits: u32, size: u32| {
        held |= bits << count;
        count += size;
        while count >= 8 {
            out.push(held as u8);
            held >>= 8;
            count -= 8;
        }
    };
    // The last block, of fixed codes; the code of a literal 0 and of the length 258, their first bit first.
    put(&mut out, 0b011, 3);
    put(&mut out, 0b0000_1100, 8);
    let copies = (n - 1) / 258;
    for _ in 0..copies {
        put(&mut out, 0b1010_0011, 8);
        put(&mut out, 0, 5);
    }
    put(&mut out, 0, 7);
    put(&mut out, 0, 7);
    // Adler-32 of so many zeros.
    out.extend((((copies * 258 + 1) as u32 % 65_521) << 16 | 1).to_be_bytes());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 })
    })
}

fn png_with(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let png = encoded(ImageFormat::Png);
    let named = [&name[..], body].concat();
    let length = (body.len() as u32).to_be_bytes();
    [&png[..33], &length, &named, &crc(&named).to_be_bytes(), &png[33..]].concat()
}

fn webp_of(chunks: &[(&[u8; 4], u32, &[u8])]) -> Vec<u8> {
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    for (name, length, body) in chunks {
        out.extend(*name);
        out.extend(length.to_le_bytes());
        out.extend(*body);
    }
    let length = out.len() as u32 - 8;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    out
}

/// A TIFF of 16 × 16 pixels, grey unless tags say otherwise.
fn tiff_with(tags: &[(u16, u16, u32, u32)]) -> Vec<u8> {
    let mut all = vec![
        (256, 3, 1, 16),
        (257, 3, 1, 16),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 3, 1, 16),
        (279, 4, 1, 256),
    ];
    all.retain(|tag| !tags.iter().any(|other| other.0 == tag.0));
    all.extend(tags);
    all.sort_unstable();
    let mut out = b"II\x2a\0".to_vec();
    out.extend((8 + 256u32).to_le_bytes());
    out.extend([7; 256]);
    out.extend((all.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in all {
        out.extend(tag.to_le_bytes());
        out.extend(u16::to_le_bytes(kind));
        out.extend(u32::to_le_bytes(count));
        out.extend(u32::to_le_bytes(value));
    }
    out.extend([0; 4]);
    out
}

fn jpeg_with(marker: u8, body: &[u8], times: usize) -> Vec<u8> {
    let jpeg = encoded(ImageFormat::Jpeg);
    let segment = [&[0xff, marker][..], &(body.len() as u16 + 2).to_be_bytes(), body].concat();
    [&jpeg[..2], &segment.repeat(times), &jpeg[2..]].concat()
}

/// What reading a file takes at most beside what is held already, and what comes of it.
fn measured(file: &[u8]) -> (usize, Result<(), CoverError>) {
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let derived = derive(file).map(drop);
    (MOST.load(Ordering::Relaxed) - before, derived)
}

#[test]
fn no_file_of_few_pixels_takes_much_memory_whatever_it_says_of_itself() {
    // What is made once for all covers is no cover's.
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        derive(&encoded(format)).unwrap();
    }
    let bomb = packed_zeros(BOMB);
    let plain = vec![b'a'; 20 << 20];
    let canvas = [16, 0, 0, 0, 15, 0, 0, 15, 0, 0];
    let frame = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f, 0, 0];
    let mut wide_gif = encoded(ImageFormat::Gif);
    let image = wide_gif.iter().rposition(|&b| b == 0x2c).unwrap();
    wide_gif[image + 5..image + 9].fill(0xff);
    let mut tall_bmp = encoded(ImageFormat::Bmp);
    tall_bmp[22..26].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());

    let may_be_read = [
        ("a PNG's profile", png_with(b"iCCP", &[b"a\0\0", &bomb[..]].concat())),
        ("a PNG's text", png_with(b"zTXt", &[b"a\0\0", &bomb[..]].concat())),
        ("a PNG's international text", png_with(b"iTXt", &[b"a\0\x01\0\0\0", &bomb[..]].concat())),
        ("a PNG's IPTC", png_with(b"zTXt", &[b"Raw profile type iptc\0\0", &bomb[..]].concat())),
        ("a PNG's long text", png_with(b"tEXt", &[b"a\0", &plain[..]].concat())),
        ("a PNG's Exif", png_with(b"eXIf", &plain)),
        ("a PNG's unknown chunk", png_with(b"abCd", &plain)),
        (
            "a JPEG's profile in many parts",
            jpeg_with(0xe2, &[b"ICC_PROFILE\0\x01\x01", &[0; 60_000][..]].concat(), 300),
        ),
        (
            "a JPEG's Exif over and over",
            jpeg_with(0xe1, &[b"Exif\0\0MM\0\x2a", &[0; 60_000][..]].concat(), 300),
        ),
        ("a WebP's Exif", {
            let webp = encoded(ImageFormat::WebP);
            webp_of(&[
                (b"VP8X", 10, &canvas),
                (b"VP8L", webp.len() as u32 - 20, &webp[20..]),
                (b"EXIF", 3 << 30, b""),
            ])
        }),
    ];
    let are_refused = [
        ("a WebP's frame", webp_of(&[(b"VP8X", 10, &canvas), (b"VP8 ", frame.len() as u32, &frame)])),
        ("a GIF's frame", wide_gif),
        ("a BMP's height", tall_bmp),
        (
            "a TIFF's tile",
            tiff_with(&[(322, 4, 1, 0xffff_fff0), (323, 4, 1, 16), (324, 4, 1, 8), (325, 4, 1, 256)]),
        ),
        ("a TIFF's channels", tiff_with(&[(277, 3, 1, 65_535)])),
        ("a TIFF's long tag", tiff_with(&[(273, 4, 60_000_000, 8)])),
        ("a TIFF's JPEG", {
            let jpeg =
                b"\xff\xd8\xff\xc0\0\x0b\x08\x3f\xff\x3f\xff\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0";
            let mut tiff = tiff_with(&[(259, 3, 1, 7)]);
            tiff[8..8 + jpeg.len()].copy_from_slice(jpeg);
            tiff
        }),
        ("a JPEG's size", {
            let mut jpeg = encoded(ImageFormat::Jpeg);
            let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
            jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
            jpeg
        }),
    ];
    let check = |name: &str, file: &[u8]| {
        let (most, derived) = measured(file);
        assert!(most < ALLOWED + 3 * file.len(), "{name}: {} MB for {} kB", most >> 20, file.len() >> 10);
        derived
    };
    for (name, file) in &may_be_read {
        assert_eq!(check(name, file), Ok(()), "{name}");
    }
    for (name, file) in &are_refused {
        assert!(check(name, file).is_err(), "{name}");
    }
    // The bombs are what they are taken for: larger than what is allowed, in a file that is not.
    assert!(bomb.len() < 3 << 20 && BOMB > 4 * ALLOWED);
}

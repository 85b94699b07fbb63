mod mutants;
mod profiles;

use super::*;
use image::{DynamicImage, ImageFormat, Luma, Rgb, Rgba};
use std::io::Cursor;

fn painting(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, ((x ^ y) * 5 % 256) as u8])
    })
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn near(a: [u8; 3], b: [u8; 3], by: u8) -> bool {
    a.iter().zip(b).all(|(x, y)| x.abs_diff(y) <= by)
}

#[test]
fn every_format_is_read_whatever_it_is_called() {
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Tiff,
    ] {
        let derived = derive(&encoded(painting(90, 90), format)).unwrap();
        assert_eq!((derived.width, derived.height), (90, 90), "{format:?}");
        assert_eq!(derived.pixels.len(), 64 * 64 * 3);
        let reference = derive(&encoded(painting(90, 90), ImageFormat::Png)).unwrap();
        assert!(near(derived.mean, reference.mean, 4), "{format:?}");
        assert!(distance(derived.dhash, reference.dhash) <= 6, "{format:?}");
    }
}

#[test]
fn a_thumbnail_is_a_picture_of_128_pixels() {
    let derived = derive(&encoded(painting(300, 300), ImageFormat::Jpeg)).unwrap();
    assert_eq!(decode(&derived.thumbnail, 1000).unwrap().dimensions(), (128, 128));
}

#[test]
fn text_and_nothing_are_not_pictures() {
    assert_eq!(derive(b""), Err(CoverError::Empty));
    assert_eq!(derive(b"<html>404</html>"), Err(CoverError::NotAPicture));
    assert_eq!(derive(&[0; 5000]), Err(CoverError::NotAPicture));
}

#[test]
fn a_picture_cut_anywhere_is_reported_in_every_format() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp]
    {
        let whole = encoded(painting(200, 200), format);
        for percent in [5, 10, 50, 90, 98] {
            let cut = &whole[..whole.len() * percent / 100];
            assert_eq!(derive(cut), Err(CoverError::Truncated), "{format:?} at {percent} %");
        }
    }
}

#[test]
fn a_jpeg_without_its_end_marker_is_whole() {
    let whole = encoded(painting(200, 120), ImageFormat::Jpeg);
    assert_eq!(whole[whole.len() - 2..], [0xff, 0xd9]);
    assert_eq!(derive(&whole[..whole.len() - 2]), derive(&whole));
}

#[test]
fn a_jpeg_that_lacks_its_last_coded_byte_is_cut() {
    let whole = encoded(painting(200, 120), ImageFormat::Jpeg);
    assert_eq!(derive(&whole[..whole.len() - 3]), Err(CoverError::Truncated));
}

#[test]
fn an_end_marker_put_behind_the_cut_does_not_hide_it() {
    let whole = encoded(painting(200, 200), ImageFormat::Jpeg);
    let mut cut = whole[..whole.len() / 2].to_vec();
    cut.extend([0xff, 0xd9]);
    assert_eq!(derive(&cut), Err(CoverError::Truncated));
}

#[test]
fn a_jpeg_whose_rest_is_zeros_is_cut() {
    let mut whole = encoded(painting(200, 200), ImageFormat::Jpeg);
    let n = whole.len();
    whole[n / 2..].fill(0);
    assert!(derive(&whole).is_err());
}

#[test]
fn a_wide_cover_is_cut_to_its_middle() {
    let wide = RgbImage::from_fn(300, 100, |x, _| Rgb(if x / 100 == 1 { [0, 160, 0] } else { [255, 0, 0] }));
    let derived = derive(&encoded(wide, ImageFormat::Png)).unwrap();
    assert_eq!((derived.width, derived.height), (300, 100));
    assert!(near(derived.mean, [0, 160, 0], 2), "{:?}", derived.mean);
}

#[test]
fn one_pixel_is_a_cover() {
    let derived = derive(&encoded(RgbImage::from_pixel(1, 1, Rgb([10, 20, 30])), ImageFormat::Png)).unwrap();
    assert_eq!((derived.mean, derived.width), ([10, 20, 30], 1));
    assert_eq!(derived.palette, [[10, 20, 30]]);
}

#[test]
fn what_is_transparent_shows_white() {
    let clear = image::RgbaImage::from_fn(80, 80, |x, _| Rgba([255, 0, 0, if x < 40 { 0 } else { 255 }]));
    let derived = derive(&encoded(clear, ImageFormat::Png)).unwrap();
    assert!(near(derived.palette[0], [255, 255, 255], 3) || near(derived.palette[1], [255, 255, 255], 3));
    assert!(near(derived.mean, [255, 127, 127], 3), "{:?}", derived.mean);
}

#[test]
fn grey_and_sixteen_bit_pictures_keep_their_brightness() {
    let grey = image::ImageBuffer::from_pixel(70, 70, Luma([90u8]));
    assert_eq!(derive(&encoded(grey, ImageFormat::Png)).unwrap().mean, [90; 3]);
    let deep = image::ImageBuffer::from_pixel(70, 70, Rgb([0x5a5au16, 0x0000, 0xffff]));
    assert_eq!(derive(&encoded(deep, ImageFormat::Png)).unwrap().mean, [90, 0, 255]);
    let grey = image::ImageBuffer::from_pixel(70, 70, Luma([90u8]));
    assert!(near(derive(&encoded(grey, ImageFormat::Jpeg)).unwrap().mean, [90; 3], 1));
}

/// A JPEG with an EXIF segment that holds nothing but an orientation.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = (exif.len() + 2) as u16;
    let mut out = jpeg[..2].to_vec();
    out.extend([0xff, 0xe1]);
    out.extend(length.to_be_bytes());
    out.extend(exif);
    out.extend(&jpeg[2..]);
    out
}

#[test]
fn a_turned_photograph_stands_upright() {
    // Lying on its side, the top of the scene is at the left.
    let lying = RgbImage::from_fn(120, 80, |x, _| Rgb(if x < 60 { [250; 3] } else { [5; 3] }));
    let jpeg = encoded(lying, ImageFormat::Jpeg);
    let upright = with_orientation(&jpeg, 6);
    let derived = derive(&upright).unwrap();
    assert_eq!((derived.width, derived.height), (80, 120));
    let top = &derived.pixels[..3];
    let bottom = &derived.pixels[64 * 63 * 3..][..3];
    assert!(top[0] > 200 && bottom[0] < 50, "{top:?} {bottom:?}");
}

#[test]
fn an_animation_is_its_first_frame() {
    let mut out = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut out);
        for colour in [[200, 0, 0, 255], [0, 0, 200, 255]] {
            let frame = image::RgbaImage::from_pixel(40, 40, Rgba(colour));
            encoder.encode_frame(image::Frame::new(frame)).unwrap();
        }
    }
    assert_eq!(derive(&out).unwrap().mean, [200, 0, 0]);
}

#[test]
fn a_huge_picture_is_refused_before_it_is_decoded() {
    // A PNG header alone: 20,000 × 20,000 pixels of 16-bit RGBA.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x4e\x20\0\0\x4e\x20\x10\x06\0\0\0".to_vec();
    png.extend(crc(&png[12..29]).to_be_bytes());
    png.extend(b"\0\0\0\x01IDAT\0");
    png.extend(crc(b"IDAT\0").to_be_bytes());
    let refused = CoverError::TooLarge { width: 20_000, height: 20_000 };
    assert_eq!(derive(&png), Err(refused));
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |c, _| if c & 1 == 1 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 })
    })
}

#[test]
fn garbage_after_a_good_start_never_panics() {
    let whole = encoded(painting(60, 60), ImageFormat::Jpeg);
    let mut state = 1u64;
    for _ in 0..300 {
        let mut damaged = whole.clone();
        for _ in 0..4 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let place = (state >> 33) as usize % damaged.len();
            damaged[place] = (state >> 20) as u8;
        }
        let _ = derive(&damaged);
    }
}

/// A PNG with chunks behind its header.
fn with_chunks(png: &[u8], chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = png[..33].to_vec();
    for (name, body) in chunks {
        out.extend((body.len() as u32).to_be_bytes());
        let named = [&name[..], body].concat();
        out.extend(&named);
        out.extend(crc(&named).to_be_bytes());
    }
    out.extend(&png[33..]);
    out
}

#[test]
fn what_stands_beside_a_pngs_pixels_costs_nobody_the_cover() {
    let picture = painting(40, 40);
    let png = encoded(picture.clone(), ImageFormat::Png);
    let mut wrong_sum = with_chunks(&png, &[(b"tEXt", b"Title\0x".to_vec())]);
    wrong_sum[33 + 8 + 7] ^= 0xff;
    for (name, file) in [
        ("a wrong checksum", wrong_sum),
        ("text without an end", with_chunks(&png, &[(b"iTXt", b"no zero".to_vec())])),
        ("gamma of no length", with_chunks(&png, &[(b"gAMA", vec![])])),
        ("two profiles", with_chunks(&png, &[(b"iCCP", vec![1; 9]), (b"iCCP", vec![2; 9])])),
        ("Exif of nothing", with_chunks(&png, &[(b"eXIf", b"MM\0".to_vec())])),
        ("an unknown chunk", with_chunks(&png, &[(b"prVt", vec![7; 300])])),
        ("rubbish behind the end", [&png[..], b"rubbish"].concat()),
    ] {
        assert_eq!(decode(&file, 40), Ok(picture.clone()), "{name}");
    }
    let crushed = with_chunks(&png, &[(b"CgBI", vec![0x50, 0, 0x20, 2])]);
    assert!(derive(&crushed).unwrap_err().to_string().contains("Apple"));
}

#[test]
fn a_tiff_whose_strips_share_their_data_is_not_unpacked_over_and_over() {
    // Two hundred thousand empty blocks, then one row: 1 MB that says 64 bytes, for each of 64 rows.
    let row: [u8; 64] = std::array::from_fn(|i| i as u8);
    let mut packed = vec![0x78, 0x01];
    packed.extend([0, 0, 0, 0xff, 0xff].repeat(200_000));
    packed.extend([1, 64, 0, 0xbf, 0xff]);
    packed.extend(row);
    // Adler-32.
    let (a, b) = row.iter().fold((1, 0), |(a, b), &v| (a + u32::from(v), b + a + u32::from(v)));
    packed.extend((((b % 65_521) << 16) | (a % 65_521)).to_be_bytes());
    let tiff = |strips: u32| {
        let mut out = b"II\x2a\0".to_vec();
        let (offsets, lengths) = (8 + packed.len() as u32, 8 + packed.len() as u32 + 4 * strips);
        out.extend((lengths + 4 * strips).to_le_bytes());
        out.extend(&packed);
        out.extend(8u32.to_le_bytes().repeat(strips as usize));
        out.extend((packed.len() as u32).to_le_bytes().repeat(strips as usize));
        let tags: [(u16, u32, u32); 9] = [
            (256, 1, 64),
            (257, 1, strips),
            (258, 1, 8),
            (259, 1, 8),
            (262, 1, 1),
            (273, strips, offsets),
            (277, 1, 1),
            (278, 1, 1),
            (279, strips, lengths),
        ];
        out.extend((tags.len() as u16).to_le_bytes());
        for (tag, count, value) in tags {
            out.extend(tag.to_le_bytes());
            out.extend(4u16.to_le_bytes());
            out.extend(count.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        out.extend([0; 4]);
        out
    };
    assert_eq!(decode(&tiff(4), 64).map(|small| small.dimensions()), Ok((4, 4)));
    let sentence = derive(&tiff(64)).unwrap_err().to_string();
    assert!(sentence.contains("over and over"), "{sentence}");
}

#[test]
fn a_webp_is_read_by_what_it_holds_and_not_by_what_stands_behind() {
    let picture = painting(40, 40);
    let webp = encoded(picture.clone(), ImageFormat::WebP);
    for behind in [&b"rubbish"[..], b"EXIF\xff\xff\xff\xff", b"VP8 \xff\xff\xff\x7f"] {
        assert_eq!(decode(&[&webp[..], behind].concat(), 40), Ok(picture.clone()));
    }
}

//! Profiles: what littleCMS (2.18, perceptual, to its own sRGB) makes of the same numbers is what is shown. It was asked
//! for the profiles that `moxcms` writes, and its answers stand here.

use super::super::jpeg::writer::Plan;
use super::*;
use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, tiff::TiffEncoder, webp::WebPEncoder};
use image::{ExtendedColorType, ImageEncoder};
use moxcms::ColorProfile;

const PATCHES: [[u8; 3]; 9] = [
    [255, 255, 255],
    [0, 0, 0],
    [128, 128, 128],
    [200, 60, 40],
    [40, 180, 70],
    [50, 70, 190],
    [230, 200, 60],
    [250, 128, 114],
    [20, 20, 60],
];
const DISPLAY_P3: [[u8; 3]; 9] = [
    [255, 255, 255],
    [0, 0, 0],
    [128, 128, 128],
    [217, 42, 23],
    [0, 183, 49],
    [44, 71, 197],
    [236, 199, 0],
    [255, 119, 108],
    [20, 20, 63],
];
const ADOBE_RGB: [[u8; 3]; 9] = [
    [255, 255, 255],
    [0, 0, 0],
    [129, 129, 129],
    [231, 57, 34],
    [0, 181, 57],
    [34, 68, 195],
    [241, 201, 37],
    [255, 129, 114],
    [12, 12, 59],
];
const PRO_PHOTO: [[u8; 3]; 9] = [
    [255, 255, 255],
    [0, 0, 0],
    [146, 146, 146],
    [255, 0, 43],
    [0, 211, 49],
    [0, 92, 213],
    [255, 204, 0],
    [255, 103, 129],
    [0, 25, 82],
];
/// Grey of gamma 1.8, before and after.
const GREYS: [(u8, u8); 6] = [(0, 0), (32, 43), (64, 81), (128, 146), (200, 210), (255, 255)];
const FORMATS: [ImageFormat; 4] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Tiff];

/// A file that carries a profile.
pub(super) fn tagged(picture: &RgbImage, format: ImageFormat, profile: &[u8]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    fn write(mut encoder: impl ImageEncoder, picture: &RgbImage, profile: &[u8]) {
        encoder.set_icc_profile(profile.to_vec()).unwrap();
        let (width, height) = picture.dimensions();
        encoder.write_image(picture, width, height, ExtendedColorType::Rgb8).unwrap();
    }
    match format {
        ImageFormat::Png => write(PngEncoder::new(&mut out), picture, profile),
        ImageFormat::Jpeg => write(JpegEncoder::new_with_quality(&mut out, 100), picture, profile),
        ImageFormat::WebP => write(WebPEncoder::new_lossless(&mut out), picture, profile),
        _ => write(TiffEncoder::new(&mut out), picture, profile),
    }
    out.into_inner()
}

fn first_pixel(bytes: &[u8]) -> [u8; 3] {
    decode(bytes, 16).unwrap().get_pixel(8, 8).0
}

fn flat(colour: [u8; 3]) -> RgbImage {
    RgbImage::from_pixel(16, 16, Rgb(colour))
}

#[test]
fn covers_of_wide_gamut_are_shown_as_littlecms_shows_them() {
    for (name, profile, expected) in [
        ("Display P3", ColorProfile::new_display_p3(), DISPLAY_P3),
        ("Adobe RGB", ColorProfile::new_adobe_rgb(), ADOBE_RGB),
        ("ProPhoto RGB", ColorProfile::new_pro_photo_rgb(), PRO_PHOTO),
    ] {
        let profile = profile.encode().unwrap();
        for (patch, expected) in PATCHES.into_iter().zip(expected) {
            for format in FORMATS {
                let shown = first_pixel(&tagged(&flat(patch), format, &profile));
                let by = if format == ImageFormat::Jpeg { 5 } else { 2 };
                assert!(
                    near(shown, expected, by),
                    "{name}, {format:?}: {patch:?} as {shown:?}, not {expected:?}"
                );
            }
        }
    }
}

#[test]
fn an_srgb_profile_changes_nothing() {
    let profile = ColorProfile::new_srgb().encode().unwrap();
    let picture = painting(50, 50);
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff] {
        assert_eq!(decode(&tagged(&picture, format, &profile), 50).unwrap(), picture, "{format:?}");
    }
}

#[test]
fn a_broken_profile_costs_nobody_the_cover() {
    let good = ColorProfile::new_display_p3().encode().unwrap();
    let flipped: Vec<u8> = good.iter().enumerate().map(|(i, b)| if i % 7 == 3 { !b } else { *b }).collect();
    let none = ColorProfile::new_gray_with_gamma(1.8).encode().unwrap();
    for profile in [&b"no profile"[..], &good[..good.len() / 2], &flipped, &none] {
        for format in FORMATS {
            let shown = first_pixel(&tagged(&flat([200, 60, 40]), format, profile));
            assert!(near(shown, [200, 60, 40], 3), "{format:?}: {shown:?}");
        }
    }
}

#[test]
fn a_jpegs_profile_may_come_in_parts_and_counts_only_whole() {
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let (a, b) = profile.split_at(200);
    let part = |number: u8, bytes: &[u8]| [&b"ICC_PROFILE\0"[..], &[number, 2], bytes].concat();
    // Red, green and blue as they are, so that the numbers are exact.
    let plan = Plan::together(&[(1, 1); 3]).adobe(0);
    let red = [vec![200], vec![60], vec![40]];
    let shown = |parts: &[Vec<u8>]| {
        let plan = parts.iter().fold(plan.clone(), |plan, part| plan.behind(0xe2, part));
        first_pixel(&plan.write(16, 16, &red))
    };
    assert!(near(shown(&[part(1, a), part(2, b)]), [217, 42, 23], 4));
    assert!(near(shown(&[part(2, b), part(1, a)]), [217, 42, 23], 4));
    for lacking in [&[part(1, a)][..], &[part(1, a), part(1, b)], &[part(2, a), part(3, b)]] {
        assert!(near(shown(lacking), [200, 60, 40], 3));
    }
}

#[test]
fn grey_follows_a_profile_for_grey() {
    let profile = ColorProfile::new_gray_with_gamma(1.8).encode().unwrap();
    for (stored, expected) in GREYS {
        let mut png = Cursor::new(Vec::new());
        let mut encoder = PngEncoder::new(&mut png);
        encoder.set_icc_profile(profile.clone()).unwrap();
        encoder.write_image(&[stored; 256], 16, 16, ExtendedColorType::L8).unwrap();
        let shown = first_pixel(png.get_ref());
        assert!(near(shown, [expected; 3], 2), "{stored} as {shown:?}, not {expected}");
    }
}

fn numbers(all: &[u32]) -> Vec<u8> {
    all.iter().flat_map(|n| n.to_be_bytes()).collect()
}

#[test]
fn a_png_may_say_its_colours_in_its_own_chunks() {
    let srgb_primaries = numbers(&[31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]);
    let adobe_primaries = numbers(&[31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000]);
    for (i, patch) in PATCHES.into_iter().enumerate() {
        let png = encoded(flat(patch), ImageFormat::Png);
        let shown = |chunks: &[(&[u8; 4], Vec<u8>)]| first_pixel(&with_chunks(&png, chunks));
        // Primaries of Display P3, sRGB's curve.
        assert!(near(shown(&[(b"cICP", vec![12, 13, 0, 1])]), DISPLAY_P3[i], 2), "{i}");
        let adobe = [(b"gAMA", numbers(&[45_471])), (b"cHRM", adobe_primaries.clone())];
        assert!(near(shown(&adobe), ADOBE_RGB[i], 2), "{i}: {:?}", shown(&adobe));
        // What leaves nothing to do, says too little or cannot be.
        for plain in [
            vec![(b"cICP", vec![1, 13, 0, 1])],
            vec![(b"cICP", vec![9, 16, 0, 1])],
            vec![(b"cICP", vec![200, 200, 0, 1])],
            vec![(b"gAMA", numbers(&[55_555]))],
            vec![(b"cHRM", adobe_primaries.clone())],
            vec![(b"gAMA", numbers(&[0])), (b"cHRM", adobe_primaries.clone())],
            vec![(b"gAMA", numbers(&[45_455])), (b"cHRM", vec![0; 32])],
            vec![(b"sRGB", vec![0]), (b"gAMA", numbers(&[45_471])), (b"cHRM", adobe_primaries.clone())],
        ] {
            assert_eq!(shown(&plain), patch, "{i}: {plain:?}");
        }
        let usual = [(b"gAMA", numbers(&[45_455])), (b"cHRM", srgb_primaries.clone())];
        assert!(near(shown(&usual), patch, 8), "{i}: {:?}", shown(&usual));
    }
}

/// A press with two points a colour: what each mixture of full inks looks like.
fn press() -> Vec<u8> {
    use moxcms::{DataColorSpace, LutDataType, LutStore, LutType, LutWarehouse, Matrix3d, ProfileClass};
    let mut mixtures = Vec::new();
    for inks in 0..16 {
        let [c, m, y, k] = [8, 4, 2, 1].map(|ink| f64::from(u8::from(inks & ink != 0)));
        let dark = if k > 0.0 { 0.1 } else { 1.0 };
        let light = (100.0 - 40.0 * c - 45.0 * m - 8.0 * y).max(20.0) * dark;
        let a = (-30.0 * c + 65.0 * m - 5.0 * y) * dark;
        let b = (-45.0 * c - 5.0 * m + 85.0 * y) * dark;
        // As a `lut16Type` has it (ICC.1:2022, table 43).
        mixtures.extend([light * 652.8, (a + 128.0) * 256.0, (b + 128.0) * 256.0].map(|v| v.round() as u16));
    }
    let lut = LutWarehouse::Lut(LutDataType {
        num_input_channels: 4,
        num_output_channels: 3,
        num_clut_grid_points: 2,
        matrix: Matrix3d::IDENTITY,
        num_input_table_entries: 2,
        num_output_table_entries: 2,
        input_table: LutStore::Store16([0, u16::MAX].repeat(4)),
        clut_table: LutStore::Store16(mixtures),
        output_table: LutStore::Store16([0, u16::MAX].repeat(3)),
        lut_type: LutType::Lut16,
    });
    let mut profile = ColorProfile::new_srgb();
    (profile.pcs, profile.color_space) = (DataColorSpace::Lab, DataColorSpace::Cmyk);
    profile.profile_class = ProfileClass::OutputDevice;
    profile.lut_a_to_b_perceptual = Some(lut.clone());
    profile.lut_a_to_b_colorimetric = Some(lut);
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (None, None, None);
    (profile.cicp, profile.chromatic_adaptation) = (None, None);
    profile.encode().unwrap()
}

fn ink_tiff(inks: [u8; 4], profile: Option<&[u8]>) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let mut encoder = ::tiff::encoder::TiffEncoder::new(&mut out).unwrap();
    let mut image = encoder.new_image::<::tiff::encoder::colortype::CMYK8>(16, 16).unwrap();
    if let Some(profile) = profile {
        image.encoder().write_tag(::tiff::tags::Tag::IccProfile, profile).unwrap();
    }
    image.write_data(&inks.repeat(256)).unwrap();
    out.into_inner()
}

#[test]
fn inks_look_as_their_press_prints_them() {
    let press = press();
    let label = [&b"ICC_PROFILE\0\x01\x01"[..], &press].concat();
    // littleCMS, relative colorimetric without compensation of black; without profile, as browsers have it.
    for (inks, printed, plain) in [
        ([0, 0, 0, 0], [255, 255, 255], [255, 255, 255]),
        ([0, 0, 0, 255], [27, 27, 27], [0, 0, 0]),
        ([255, 0, 0, 0], [0, 161, 223], [0, 255, 255]),
        ([0, 255, 0, 0], [226, 70, 143], [255, 0, 255]),
        ([0, 0, 255, 0], [255, 233, 38], [255, 255, 0]),
    ] {
        let jpeg = Plan::together(&[(1, 1); 4]).adobe(0);
        let stored = inks.map(|ink: u8| vec![255 - ink]);
        for (format, with, without) in [
            ("JPEG", jpeg.clone().behind(0xe2, &label).write(16, 16, &stored), jpeg.write(16, 16, &stored)),
            ("TIFF", ink_tiff(inks, Some(&press)), ink_tiff(inks, None)),
        ] {
            let (with, without) = (first_pixel(&with), first_pixel(&without));
            assert!(near(with, printed, 5), "{format}, {inks:?}: {with:?}, not {printed:?}");
            assert!(near(without, plain, 2), "{format}, {inks:?}: {without:?}, not {plain:?}");
        }
    }
}

//! Claims about whole covers.

use super::*;
use gatefold_types::finishing::{Backing, Face, Ink, Place, Size};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SIDE: u32 = 600;
const PALETTE: [[u8; 3]; 4] = [[190, 60, 40], [30, 50, 90], [230, 210, 160], [120, 130, 120]];

fn grounds() -> Vec<(&'static str, RgbImage)> {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let plain = |v: u8| RgbImage::from_pixel(SIDE, SIDE, Rgb([v; 3]));
    let board = |cell: u32| {
        RgbImage::from_fn(SIDE, SIDE, |x, y| {
            Rgb(if (x / cell + y / cell) % 2 == 0 { [255; 3] } else { [0; 3] })
        })
    };
    vec![
        ("black", plain(0)),
        ("white", plain(255)),
        ("middle grey", plain(119)),
        ("dark grey", plain(90)),
        ("noise", RgbImage::from_fn(SIDE, SIDE, |_, _| Rgb(rng.r#gen()))),
        ("fine board", board(3)),
        ("board", board(40)),
        ("halves", RgbImage::from_fn(SIDE, SIDE, |x, _| Rgb(if x < SIDE / 3 { [255; 3] } else { [0; 3] }))),
        ("slope", RgbImage::from_fn(SIDE, SIDE, |x, _| Rgb([(x * 255 / SIDE) as u8, 90, 140]))),
    ]
}

fn titled(place: Place) -> Finish {
    Finish { title: "Northern Light".into(), artist: "The Quiet Hours".into(), place, ..Finish::default() }
}

/// Contrast of a finished picture, measured without knowing how it was made: pixels of the ink's very colour that lie
/// together are letters, pixels 3 to 5 away from one are their ground.
fn measured(done: &RgbImage, ink: [u8; 3], bare: &RgbImage) -> f32 {
    let (w, h) = done.dimensions();
    let letter = |x: u32, y: u32| done[(x, y)].0 == ink && bare[(x, y)].0 != ink;
    let mut ratios = Vec::new();
    let light = contrast::luminance(ink);
    for y in 6..h - 6 {
        for x in 6..w - 6 {
            let near = |r: u32| {
                [(0, r), (r, 0), (0, 2 * r), (2 * r, 0)].iter().any(|&(dx, dy)| {
                    letter(x + dx - if dy == 0 { r } else { 0 }, y + dy - if dx == 0 { r } else { 0 })
                })
            };
            if near(4) && !(0..=2).any(near) {
                ratios.push(contrast::ratio(contrast::luminance(done[(x, y)].0), light));
            }
        }
    }
    assert!(ratios.len() > 200, "only {} pixels of ground found", ratios.len());
    ratios.sort_by(f32::total_cmp);
    ratios[ratios.len() / 10]
}

#[test]
fn letters_can_be_read_on_every_ground_and_at_every_place() {
    for (name, picture) in grounds() {
        for place in [Place::BottomLeft, Place::Centre, Place::Top, Place::Apart] {
            for palette in [&PALETTE[..], &[]] {
                let done = finish(&picture, palette, &titled(place)).unwrap();
                let said = done.contrast.unwrap();
                assert!(said >= contrast::ENOUGH, "{name} {place:?}: {said}");
                assert!(done.missing.is_empty() && done.notes().is_empty());
            }
        }
    }
}

#[test]
fn the_contrast_that_is_said_is_there() {
    for (name, picture) in grounds() {
        let done = finish(&picture, &PALETTE, &titled(Place::Bottom)).unwrap();
        let seen =
            measured(&done.picture, done.ink.unwrap(), &RgbImage::from_pixel(SIDE, SIDE, Rgb([1, 2, 3])));
        assert!(seen >= contrast::ENOUGH * 0.97, "{name}: {seen}, said {:?}", done.contrast);
    }
}

#[test]
fn an_ink_that_was_asked_for_is_used_and_still_read() {
    for (name, picture) in grounds() {
        for ink in [Ink::White, Ink::Black, Ink::Palette(0), Ink::Palette(3)] {
            for backing in [Backing::Auto, Backing::Band, Backing::Shade] {
                let wanted = Finish { ink, backing, ..titled(Place::BottomLeft) };
                let done = finish(&picture, &PALETTE, &wanted).unwrap();
                let colour = backing::colour(ink, &PALETTE).unwrap();
                assert_eq!(done.ink, colour);
                assert!(
                    done.contrast.unwrap() >= contrast::ENOUGH,
                    "{name} {ink:?} {backing:?} {done:?}",
                    done = done.contrast
                );
            }
        }
    }
}

#[test]
fn without_a_backing_the_picture_is_left_alone_and_a_low_contrast_is_said() {
    let white = RgbImage::from_pixel(SIDE, SIDE, Rgb([255; 3]));
    let wanted = Finish { ink: Ink::White, backing: Backing::None, ..titled(Place::Top) };
    let done = finish(&white, &PALETTE, &wanted).unwrap();
    assert_eq!(done.picture, white);
    assert!(done.contrast.unwrap() < 1.1);
    assert_eq!(done.notes().len(), 1);
}

#[test]
fn a_colour_of_the_palette_is_taken_before_white() {
    let dark = RgbImage::from_pixel(SIDE, SIDE, Rgb([15, 15, 25]));
    let done = finish(&dark, &PALETTE, &titled(Place::Top)).unwrap();
    assert_eq!(done.ink, Some(PALETTE[2]));
}

#[test]
fn the_same_wish_gives_the_same_bytes() {
    let (_, noise) = &grounds()[4];
    let wanted = Finish { grain: 0.5, border: 0.05, seed: 9, ..titled(Place::Centre) };
    let a = finish(noise, &PALETTE, &wanted).unwrap().picture;
    assert_eq!(a, finish(noise, &PALETTE, &wanted).unwrap().picture);
    assert_ne!(a, finish(noise, &PALETTE, &Finish { seed: 10, ..wanted }).unwrap().picture);
}

#[test]
fn a_finish_that_asks_for_nothing_changes_nothing() {
    for (_, picture) in grounds() {
        let done = finish(&picture, &PALETTE, &Finish::default()).unwrap();
        assert_eq!(done.picture, picture);
        assert_eq!((done.contrast, done.ink), (None, None));
    }
}

#[test]
fn a_border_is_of_one_colour_and_the_type_stays_within() {
    let (_, noise) = &grounds()[4];
    let wanted =
        Finish { border: 0.1, border_ink: Ink::Palette(2), size: Size::Large, ..titled(Place::TopLeft) };
    let done = finish(noise, &PALETTE, &wanted).unwrap().picture;
    let thick = SIDE / 10;
    for (x, y, pixel) in done.enumerate_pixels() {
        if x < thick || y < thick || x >= SIDE - thick || y >= SIDE - thick {
            assert_eq!(pixel.0, PALETTE[2], "{x} {y}");
        }
    }
    let wanted = Finish { border: 0.1, border_ink: Ink::Auto, ..Finish::default() };
    let done = finish(&RgbImage::from_pixel(200, 200, Rgb([10; 3])), &PALETTE, &wanted).unwrap();
    assert_eq!(done.picture[(2, 2)].0, PALETTE[2]);
}

#[test]
fn an_emoji_is_named_and_the_rest_is_set() {
    let wanted = Finish { title: "Fire 🔥".into(), ..Finish::default() };
    let done = finish(&grounds()[0].1, &PALETTE, &wanted).unwrap();
    assert_eq!(done.missing, ['🔥']);
    assert!(done.notes()[0].contains("🔥") && done.notes()[0].contains("U+1F525"));
    let without = Finish { title: "Fire".into(), ..Finish::default() };
    assert_eq!(done.picture, finish(&grounds()[0].1, &PALETTE, &without).unwrap().picture);
}

#[test]
fn scripts_are_drawn_and_none_is_missing() {
    let black = RgbImage::from_pixel(300, 300, Rgb([0; 3]));
    for title in
        ["سلام", "שלום", "夜", "क्षण", "ไทย", "Привет", "Γειά", "ქართული", "한글", "தமிழ்", "Հայ", "বাংলা"]
    {
        for face in Face::ALL {
            let wanted = Finish { title: title.into(), face, ..Finish::default() };
            let done = finish(&black, &[], &wanted).unwrap();
            assert!(done.missing.is_empty(), "{title} {face:?} {:?}", done.missing);
            assert!(done.picture.pixels().any(|p| p.0 == [255; 3]), "{title} {face:?}");
        }
    }
}

#[test]
fn what_cannot_be_done_is_refused_with_a_sentence() {
    let small = RgbImage::new(20, 600);
    assert!(matches!(finish(&small, &[], &Finish::default()), Err(FinishError::Side { .. })));
    let picture = RgbImage::new(100, 100);
    let wanted = Finish { ink: Ink::Palette(4), ..titled(Place::Top) };
    let error = finish(&picture, &PALETTE, &wanted).unwrap_err().to_string();
    assert_eq!(error, "the palette has no colour 4: its 4 are counted from 0");
    let wanted = Finish { grain: f32::NAN, ..Finish::default() };
    assert!(matches!(finish(&picture, &[], &wanted), Err(FinishError::Refused(_))));
}

#[test]
fn a_picture_that_is_not_square_is_finished_too() {
    let wide = RgbImage::from_pixel(640, 200, Rgb([90; 3]));
    let done = finish(&wide, &PALETTE, &Finish { border: 0.1, grain: 0.3, ..titled(Place::Apart) }).unwrap();
    assert_eq!(done.picture.dimensions(), (640, 200));
    assert!(done.contrast.unwrap() >= contrast::ENOUGH);
}

//! Jazz: two inks and a photograph, big cropped grotesques, bars and discs that syncopate.

use super::{Layout, Look, Sleeve};
use crate::finish::Finish;
use crate::palette::Ink;
use crate::shapes::{band, circle, joined, moved, poly, rect};
use crate::subjects::face::{Face as Sitter, Hair};
use crate::subjects::music;
use crate::tone::Print;
use crate::type_setting::{Align, Face, Setting};
use rand::Rng;
use std::f32::consts::TAU;
use tiny_skia::{BlendMode, Transform};

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0xf1e9d6, 0x1f4e79, 0x14171c, 0xd9822b, 0x14171c],
        [0xf0e6cf, 0xc8452d, 0x1b1716, 0xe0a526, 0x1b1716],
        [0xefe8da, 0x2e6f73, 0x17201f, 0xd8a13a, 0x17201f],
        [0xf3ead2, 0xd59a1f, 0x211a12, 0x2b5d84, 0x211a12],
        [0xe9e4d8, 0x5b3f7a, 0x19141f, 0xd46a3a, 0x19141f],
        [0xf2ead9, 0x4e7344, 0x15190f, 0xe2b13c, 0x15190f],
    ],
    layouts: &LAYOUTS,
    tilt: 10.0,
    print: Finish { grain: 0.55, mottle: 0.35, wear: 0.02, ring: 0.0, age: 0.06, vignette: 0.0, pits: 0.12 },
};

const LAYOUTS: [Layout; 7] = [duotone, bars, discs, cropped_word, horn, keyboard, cut_paper];

fn small(sleeve: &mut Sleeve<'_>, text: &str, area: (f32, f32, f32, f32), align: Align, ink: Ink) {
    let face = [Face::Jost, Face::Archivo, Face::League][sleeve.habit(3)];
    sleeve.set(text, Setting::new(face).to(align).in_lines(2).upto(6.5), area, ink);
}

/// "STEREO" and the number along the upper edge, as the label printed it until the seventies.
fn header(sleeve: &mut Sleeve<'_>, ink: Ink) {
    if sleeve.album.year < 1976 {
        let number = format!("STEREO   {}", sleeve.album.catalogue_number());
        let setting = Setting::new(Face::Jost).tracked(0.22).to(Align::Right).in_lines(1);
        sleeve.set(&number, setting, (50.0, 3.0, 46.5, 1.5), ink);
        sleeve.kite(4.6, 4.2, 1.9, ink);
    } else {
        sleeve.imprint(true, false, ink);
    }
}

/// A tinted photograph and a block of colour with the names.
fn duotone(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, _] = sleeve.inks;
    let split = sleeve.range(56.0, 70.0);
    let size = sleeve.size();
    let photo_left = sleeve.chance(0.5);
    let on_top = sleeve.chance(0.4);
    let sitter =
        Sitter::new(&mut sleeve.rng, &[Hair::Short, Hair::Hat, Hair::Bald, Hair::Afro, Hair::Bun], 0.3);
    let (x0, w) = if photo_left { (0.0, split) } else { (100.0 - split, split) };
    let frame = if on_top { rect(0.0, 0.0, 100.0, split) } else { rect(x0, 0.0, w, 100.0) };
    let centre = if on_top { (sleeve.range(34.0, 66.0), split * 0.52) } else { (x0 + w * 0.5, 46.0) };
    let scale = if on_top { sleeve.range(20.0, 25.0) } else { sleeve.range(22.0, 29.0) };
    let back = main.mix(dark, sleeve.range(0.0, 0.35));
    let tone = sitter.shot(size, centre, scale);
    sleeve.c.within(&frame, |c| {
        c.fill(&frame, back);
        tone.print(c, Print::Ramp(&[dark, dark.mix(main, 0.55), main.mix(paper, 0.45), paper]));
        c.blended(BlendMode::Multiply, |c| {
            tone.print(c, Print::Dots { ink: main.mix(paper, 0.35), cell: 1.15, turn: 30.0 });
        });
    });
    let (tx, tw) = if photo_left { (split + 3.5, 93.0 - split) } else { (3.5, 93.0 - split) };
    let face = [Face::Archivo, Face::League, Face::Jost][sleeve.second_habit(3)];
    let (artist, title) = (sleeve.artist(), sleeve.title());
    if on_top {
        sleeve.c.rect(0.0, split, 100.0, 1.2, accent);
        let a = sleeve.set(
            &title,
            Setting::new(face).in_lines(2).upto(16.0),
            (4.0, split + 5.5, 92.0, 88.0 - split - 7.0),
            dark,
        );
        small(sleeve, &artist, (4.0, a.1 + a.3 + 2.6, 92.0, 3.4), Align::Left, main);
    } else {
        let lines = sleeve.count(3, 5);
        let a = sleeve.set(
            &title,
            Setting::new(face).in_lines(lines).upto(15.0).led(0.95),
            (tx, 9.0, tw, 52.0),
            dark,
        );
        small(sleeve, &artist, (tx, a.1 + a.3 + 4.0, tw, 8.0), Align::Left, main);
        for i in 0..3 {
            sleeve.c.rect(tx, 86.0 + 3.2 * i as f32, tw * [1.0, 0.62, 0.3][i], 1.6, [accent, main, dark][i]);
        }
    }
    header(sleeve, if on_top || photo_left { paper } else { dark });
}

/// Upright bars that swing, with one in the accent.
fn bars(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, _] = sleeve.inks;
    let inverse = sleeve.chance(0.4);
    let (ground, figure) = if inverse { (main, paper) } else { (paper, main) };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let n = sleeve.count(6, 13);
    let lead = sleeve.count(0, n - 1);
    let pitch = 92.0 / n as f32;
    let phase = sleeve.range(0.0, TAU);
    let speed = sleeve.range(0.5, 1.7);
    let middle = sleeve.range(34.0, 44.0);
    for i in 0..n {
        let beat = (phase + i as f32 * speed).sin();
        let half = 9.0 + 17.0 * beat.abs() + sleeve.range(0.0, 6.0);
        let ink = if i == lead {
            accent
        } else if sleeve.chance(0.28) {
            dark
        } else {
            figure
        };
        let x = 4.0 + pitch * i as f32;
        let shift = beat * 8.0;
        let (y, h) = (middle - half + shift, (2.0 * half).min(67.0 - middle + half - shift));
        let top = y.max(6.0);
        sleeve.c.rect(x, top, pitch * 0.62, y + h - top, ink);
    }
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let ink = if inverse { paper } else { dark };
    let face = [Face::Archivo, Face::Jost, Face::League][sleeve.habit(3)];
    let a = sleeve.set(
        &title,
        Setting::new(face).in_lines(2).upto(17.0).at(1.0).led(0.98),
        (4.0, 71.0, 92.0, 18.0),
        ink,
    );
    small(sleeve, &artist, (4.0, a.1 + a.3 + 2.6, 92.0, 3.6), Align::Left, if inverse { dark } else { main });
    header(sleeve, ink);
}

/// Quarter, half and whole discs on a grid.
fn discs(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, _] = sleeve.inks;
    let n = sleeve.count(3, 4);
    let side = 92.0 / n as f32;
    let text_row = if sleeve.chance(0.5) { n - 1 } else { 0 };
    for row in 0..n {
        if row == text_row {
            continue;
        }
        for col in 0..n {
            let (x, y) = (4.0 + side * col as f32, 4.0 + side * row as f32);
            let ground = sleeve.pick(&[paper, main, dark, paper, accent, main]);
            let mut ink = sleeve.pick(&[main, dark, accent, paper]);
            if ink == ground {
                ink = if ground == paper { dark } else { paper };
            }
            let cell = rect(x, y, side, side);
            let kind = sleeve.count(0, 4);
            let quarter = sleeve.count(0, 3) as f32;
            sleeve.c.within(&cell, |c| {
                c.fill(&cell, ground);
                let (cx, cy) = (x + side / 2.0, y + side / 2.0);
                match kind {
                    0 => c.fill(&circle(cx, cy, side * 0.42), ink),
                    1 => c.moved(Transform::from_rotate_at(90.0 * quarter, cx, cy), |c| {
                        c.fill(&circle(x, y, side), ink)
                    }),
                    2 => c.moved(Transform::from_rotate_at(90.0 * quarter, cx, cy), |c| {
                        c.fill(&circle(cx, y, side / 2.0), ink)
                    }),
                    3 => {
                        for k in (1..=4).rev() {
                            c.disc(cx, cy, side * 0.12 * k as f32, if k % 2 == 0 { ink } else { ground });
                        }
                    }
                    _ => c.moved(Transform::from_rotate_at(90.0 * quarter, cx, cy), |c| {
                        for k in 0..5 {
                            c.rect(x + side * 0.2 * k as f32, y, side * 0.1, side, ink);
                        }
                    }),
                }
            });
        }
    }
    let y = 4.0 + side * text_row as f32;
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let top = if text_row == 0 { y + 3.0 } else { y + 2.0 };
    let face = [Face::Archivo, Face::League, Face::Jost][sleeve.habit(3)];
    let a =
        sleeve.set(&title, Setting::new(face).in_lines(2).upto(14.0), (4.0, top, 92.0, side * 0.54), dark);
    small(sleeve, &artist, (4.0, a.1 + a.3 + 2.4, 92.0, 3.8), Align::Left, main);
    if text_row != 0 {
        sleeve.imprint(true, true, dark);
    }
}

/// One word so large that the sheet cannot hold it.
fn cropped_word(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, _] = sleeve.inks;
    let ground = sleeve.pick(&[main, accent, paper, dark]);
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let ink = if ground == paper {
        main
    } else if ground == dark {
        accent
    } else {
        dark
    };
    let title = sleeve.title();
    let word = title
        .split(' ')
        .max_by_key(|w| w.len())
        .unwrap_or("Blue")
        .trim_matches(['(', ')', ','])
        .to_lowercase();
    let face = sleeve.pick(&[Face::Archivo, Face::Archivo, Face::Jost, Face::Shrikhand]);
    let halves: Vec<String> = {
        let chars: Vec<char> = word.chars().collect();
        let cut = chars.len().div_ceil(2).max(1);
        chars.chunks(cut).map(|c| c.iter().collect()).collect()
    };
    let mut y = sleeve.range(-6.0, 2.0);
    let lean = sleeve.range(-8.0, 8.0);
    for (i, half) in halves.iter().enumerate() {
        let x = if i % 2 == 0 { sleeve.range(-9.0, -2.0) } else { sleeve.range(-2.0, 6.0) };
        let block = crate::type_setting::block(half, &Setting::new(face).in_lines(1), (x, y, 112.0, 42.0));
        let tilted = moved(block.path, Transform::from_rotate_at(lean * 0.4, 50.0, 50.0));
        let shade = if i == 0 { ink } else { ink.mix(ground, 0.0) };
        sleeve.c.fill(&tilted, shade);
        y = block.area.1 + block.area.3 + 1.5;
    }
    let disc = (sleeve.range(60.0, 86.0), sleeve.range(14.0, 64.0), sleeve.range(7.0, 15.0));
    let spot = if ground == accent { paper } else { accent };
    sleeve.c.blended(BlendMode::Multiply, |c| c.disc(disc.0, disc.1, disc.2, spot));
    let reading = if ground == dark { paper } else { dark };
    let artist = sleeve.artist();
    let band_y = y.clamp(64.0, 71.0);
    let quiet = if ground == paper { dark } else { paper };
    sleeve.set(&title, Setting::new(Face::Jost).in_lines(2).upto(6.5), (4.5, band_y + 3.0, 60.0, 9.0), quiet);
    let setting = Setting::new(Face::Archivo).in_lines(2).upto(5.0).to(Align::Right).at(1.0);
    sleeve.set(&artist, setting, (55.0, 85.0, 40.5, 10.0), reading);
    sleeve.imprint(false, true, quiet);
}

/// A horn, flat or lit, with rays or a moon behind.
fn horn(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, _] = sleeve.inks;
    let ground = sleeve.pick(&[main, dark, accent.mix(paper, 0.2)]);
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let moon = (sleeve.range(52.0, 68.0), sleeve.range(34.0, 38.0), sleeve.range(22.0, 27.0));
    let halo = if ground == dark { main } else { paper };
    sleeve.c.disc(moon.0, moon.1, moon.2, halo);
    for k in 1..4 {
        sleeve.c.ring(moon.0, moon.1, moon.2 + 3.2 * k as f32, halo.fade(0.7), 0.9 - 0.2 * k as f32);
    }
    let turn = sleeve.range(-22.0, 22.0);
    let size = sleeve.size();
    let scale = sleeve.range(30.0, 34.0);
    let kind = sleeve.count(0, 4);
    let place =
        Transform::from_translate(moon.0 - 2.0, moon.1 + 4.0).pre_rotate(turn).pre_scale(scale, scale);
    let (outline, keys) = match kind {
        0 | 1 => music::saxophone(),
        2 | 3 => (music::trumpet(), circle(0.0, 0.0, 0.001)),
        _ => {
            let [head, bars, stand] = music::microphone();
            (joined([&head, &stand]), bars)
        }
    };
    let (outline, keys) = (moved(outline, place), moved(keys, place));
    let inks = if ground == dark {
        [dark, accent.dark(0.35), accent, paper]
    } else {
        [dark, dark, accent.dark(0.2), paper]
    };
    let tone = crate::tone::Tone::body(size, &outline, 3.0, (-0.7, -0.7));
    tone.print(&mut sleeve.c, Print::Steps(&inks));
    sleeve.c.fill(&keys, dark);
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let ink = if ground.luma() < 0.42 { paper } else { dark };
    let face = [Face::League, Face::Archivo, Face::Yellowtail][sleeve.habit(3)];
    let a =
        sleeve.set(&title, Setting::new(face).in_lines(2).upto(19.0).at(1.0), (4.5, 74.0, 80.0, 15.5), ink);
    small(sleeve, &artist, (4.5, a.1 + a.3 + 2.2, 80.0, 3.4), Align::Left, ink);
    header(sleeve, ink);
}

/// A keyboard that bends away.
fn keyboard(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, _] = sleeve.inks;
    let ground = sleeve.pick(&[main, accent, dark]);
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let curved = sleeve.chance(0.6);
    if curved {
        let (cx, cy) = (sleeve.pick(&[-6.0, 106.0]), sleeve.range(100.0, 110.0));
        let (inner, outer) = (sleeve.range(38.0, 48.0), sleeve.range(76.0, 88.0));
        let n = sleeve.count(22, 34);
        for i in 0..n {
            let (a0, a1) = (TAU * i as f32 / n as f32, TAU * (i as f32 + 0.93) / n as f32);
            sleeve.c.fill(&band(cx, cy, inner, outer, a0, a1), paper);
        }
        for i in 0..n {
            if matches!(i % 7, 0 | 1 | 3 | 4 | 5) {
                let (a0, a1) = (TAU * (i as f32 + 0.66) / n as f32, TAU * (i as f32 + 1.26) / n as f32);
                sleeve.c.fill(&band(cx, cy, inner + (outer - inner) * 0.38, outer + 0.2, a0, a1), dark);
            }
        }
    } else {
        let y = sleeve.range(34.0, 44.0);
        let lean = sleeve.range(-0.35, 0.35);
        let keys = moved(music::keys(2), Transform::from_row(104.0, 0.0, lean * 34.0, 36.0, -2.0, y));
        sleeve.c.fill(
            &poly(&[
                (-20.0, y),
                (120.0, y),
                (120.0 + lean * 36.0, y + 36.0),
                (-20.0 + lean * 36.0, y + 36.0),
            ]),
            paper,
        );
        for i in 0..=14 {
            let x = -2.0 + 104.0 / 14.0 * i as f32;
            sleeve.c.line(x, y, x + lean * 34.0, y + 36.0, dark, 0.5);
        }
        sleeve.c.fill(&keys, dark);
    }
    let low_text = !curved;
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let ink = if ground.luma() < 0.42 { paper } else { dark };
    let face = [Face::Archivo, Face::League, Face::Jost][sleeve.habit(3)];
    let a = sleeve.set(&title, Setting::new(face).in_lines(2).upto(16.0), (5.0, 9.0, 88.0, 15.0), ink);
    small(
        sleeve,
        &artist,
        (5.0, a.1 + a.3 + 2.4, 60.0, 3.6),
        Align::Left,
        if ground == accent { main } else { accent },
    );
    if low_text {
        sleeve.imprint(true, true, ink);
    }
}

/// Cut paper: leaning blocks laid over one another.
fn cut_paper(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, _] = sleeve.inks;
    let n = sleeve.count(5, 8);
    let mut x = sleeve.range(-6.0, 0.0);
    for i in 0..n {
        let w = sleeve.rng.gen_range(10.0..24.0);
        let (t, b) = (sleeve.range(0.0, 22.0), sleeve.range(52.0, 70.0));
        let lean = sleeve.range(-6.0, 6.0);
        let ink = [main, accent, dark, main.mix(paper, 0.45)][(i + sleeve.habit(4)) % 4];
        let shape = poly(&[
            (x + lean, t),
            (x + w + lean, t + sleeve.range(-4.0, 4.0)),
            (x + w - lean, b),
            (x - lean, b + sleeve.range(-4.0, 4.0)),
        ]);
        sleeve.c.blended(BlendMode::Multiply, |c| c.fill(&shape, ink.fade(0.92)));
        x += w * sleeve.range(0.7, 1.05);
    }
    for _ in 0..sleeve.count(1, 3) {
        let (x, y, r) = (sleeve.range(12.0, 88.0), sleeve.range(12.0, 60.0), sleeve.range(3.0, 9.0));
        let ink = sleeve.pick(&[paper, accent, dark]);
        sleeve.c.disc(x, y, r, ink);
    }
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let face = [Face::Archivo, Face::Jost, Face::League, Face::Yellowtail][sleeve.second_habit(4)];
    let a =
        sleeve.set(&title, Setting::new(face).in_lines(2).upto(15.0).at(1.0), (5.0, 74.0, 90.0, 14.5), dark);
    small(sleeve, &artist, (5.0, a.1 + a.3 + 2.4, 70.0, 3.6), Align::Left, main);
    sleeve.imprint(true, true, dark);
}

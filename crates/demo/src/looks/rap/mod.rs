//! Rap: capitals stacked to the edges, posterised portraits, halftone, gold and red on black, the label's own warning.

mod scenes;

use super::{Layout, Look, Sleeve};
use crate::finish::{Finish, clouds};
use crate::palette::Ink;
use crate::shapes::{P, circle, joined, moved, poly, rays, rect, smooth};
use crate::subjects::face::{Face as Sitter, Hair};
use crate::subjects::{music, things};
use crate::tone::{Print, Tone};
use crate::type_setting::{Align, Area, Face, Setting};
use rand::Rng;
use std::f32::consts::PI;
use tiny_skia::{BlendMode, Transform};

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0x111012, 0xd4a12a, 0xb3201f, 0xf3e9d2, 0xf3e9d2],
        [0xb91c1c, 0x120d0d, 0xf0c33c, 0xf6ecd8, 0xf6ecd8],
        [0x1b2430, 0xe2a72e, 0x5f7d8c, 0xf0e7d3, 0xf0e7d3],
        [0xe7b52c, 0x17130f, 0xa3261d, 0xfaf1da, 0x17130f],
        [0xece4d4, 0x161414, 0xc62f24, 0xcf9f3a, 0x161414],
        [0x2b1a3c, 0xe9b43a, 0xd13a6a, 0xf4ead9, 0xf4ead9],
        [0x0f2a22, 0xd9b14a, 0x2f7a55, 0xf1ead3, 0xf1ead3],
    ],
    layouts: &LAYOUTS,
    tilt: 7.0,
    print: Finish { grain: 0.7, mottle: 0.3, wear: 0.05, ring: 0.0, age: 0.02, vignette: 0.25, pits: 0.25 },
};

const LAYOUTS: [Layout; 8] =
    [portrait, stacked, scenes::skyline, crown, scenes::cassette, scenes::chain, pair, scenes::lowrider];

const HEADS: [Hair; 7] =
    [Hair::Short, Hair::Afro, Hair::Bald, Hair::Beanie, Hair::Hat, Hair::Bun, Hair::Long];

/// The label's own warning.
fn warning(sleeve: &mut Sleeve<'_>, right: bool) {
    if !sleeve.chance(0.45) {
        return;
    }
    let (x, y) = (if right { 80.0 } else { 4.0 }, 88.0);
    let (black, white) = (Ink::hex(0x0d0d0d), Ink::hex(0xf4f1ea));
    sleeve.c.rect(x, y, 16.0, 8.6, black);
    sleeve.c.rect(x + 0.6, y + 2.7, 14.8, 3.2, white);
    let setting = Setting::new(Face::Archivo).to(Align::Centre).at(0.5).in_lines(1);
    sleeve.set("FAIR", setting, (x + 1.0, y + 0.7, 14.0, 1.5), white);
    sleeve.set("WARNING", setting, (x + 1.2, y + 3.1, 13.6, 2.4), black);
    sleeve.set("LOUD LANGUAGE", setting, (x + 1.0, y + 6.4, 14.0, 1.5), white);
}

fn face_of(sleeve: &Sleeve<'_>) -> Face {
    [Face::Anton, Face::Archivo, Face::RubikMono, Face::League, Face::Gotisch, Face::Marker][sleeve.habit(6)]
}

/// Artist or title as a block of capitals.
fn shout(sleeve: &mut Sleeve<'_>, text: &str, rows: usize, area: Area, ink: Ink) -> Area {
    let face = face_of(sleeve);
    let text = if face == Face::Gotisch { text.to_owned() } else { text.to_uppercase() };
    sleeve.stack(&text, face, rows, 1.3, area, ink)
}

fn line(sleeve: &mut Sleeve<'_>, text: &str, area: Area, align: Align, ink: Ink) -> Area {
    let face = [Face::Archivo, Face::Mono, Face::Anton, Face::Typewriter][sleeve.second_habit(4)];
    sleeve.set(
        &text.to_uppercase(),
        Setting::new(face).to(align).in_lines(1).upto(5.0).tracked(0.05).at(0.5),
        area,
        ink,
    )
}

/// A posterised portrait with the name across.
fn portrait(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let behind = sleeve.count(0, 3);
    match behind {
        0 => {
            let n = sleeve.count(12, 24);
            sleeve.c.fill(&rays(50.0, 46.0, 90.0, n, 0.0), second.fade(0.8));
        }
        1 => sleeve.c.disc(50.0, 44.0, 37.0, second),
        2 => sleeve.c.rect(14.0, 0.0, 72.0, 100.0, second),
        _ => {}
    }
    let sitter = Sitter::new(&mut sleeve.rng, &HEADS, 0.45);
    let scale = sleeve.range(25.0, 33.0);
    let centre = (sleeve.range(46.0, 54.0), sleeve.range(44.0, 50.0));
    let tone = sitter.shot(sleeve.size(), centre, scale);
    let (low, high) = if ground.luma() < 0.5 { (ground.dark(0.5), pale) } else { (Ink::hex(0x15110f), pale) };
    match sleeve.count(0, 3) {
        0 => tone.print(&mut sleeve.c, Print::Steps(&[low, low.mix(main, 0.55), main, high])),
        1 => {
            tone.print(&mut sleeve.c, Print::Ramp(&[high, high]));
            tone.print(&mut sleeve.c, Print::Dots { ink: low, cell: 1.7, turn: 22.0 });
        }
        2 => {
            tone.print(&mut sleeve.c, Print::Steps(&[low, second.dark(0.2), main, high]));
            sleeve.c.blended(BlendMode::Multiply, |c| {
                tone.print(c, Print::Dots { ink: low.mix(main, 0.5), cell: 1.2, turn: 45.0 })
            });
        }
        _ => tone.print(&mut sleeve.c, Print::Ramp(&[low, low.mix(pale, 0.35), high])),
    }
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let low_name = sleeve.chance(0.65);
    let name_ink = if behind == 2 && low_name { main } else { ink };
    if low_name {
        sleeve.c.linear(
            &rect(0.0, 60.0, 100.0, 40.0),
            (0.0, 62.0),
            (0.0, 88.0),
            &[(0.0, ground.fade(0.0)), (1.0, ground.fade(0.95))],
        );
        let a = shout(sleeve, &artist, 2, (4.0, 70.0, 92.0, 20.0), name_ink);
        line(sleeve, &title, (4.0, (a.1 + a.3 + 2.0).min(94.0), 92.0, 3.4), Align::Left, main);
        line(sleeve, "", (4.0, 4.0, 10.0, 3.0), Align::Left, ink);
    } else {
        shout(sleeve, &artist, 1, (4.0, 4.0, 92.0, 17.0), ink);
        line(sleeve, &title, (30.0, 93.0, 66.0, 3.4), Align::Right, pale);
        warning(sleeve, false);
    }
}

/// Nothing but type.
fn stacked(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let seed: u32 = sleeve.rng.r#gen();
    let rows = title.split(' ').count().clamp(2, 4);
    if sleeve.chance(0.5) {
        let tone =
            Tone::soft(sleeve.size(), 128, |x, y| ((clouds(x * 0.03, y * 0.03, 3, seed) - 0.2) * 1.4, 1.0));
        tone.print(&mut sleeve.c, Print::Dots { ink: second.fade(0.55), cell: 2.2, turn: 18.0 });
    }
    let set = crate::type_setting::stack(
        &title.to_uppercase(),
        face_of(sleeve),
        rows,
        1.6,
        (4.0, 12.0, 92.0, 72.0),
    );
    let lean = sleeve.pick(&[0.0f32, 0.0, -0.14, 0.1]);
    let path = moved(set.path, Transform::from_row(1.0, lean, 0.0, 1.0, 0.0, -50.0 * lean));
    match sleeve.count(0, 2) {
        0 => {
            for k in (1..=7).rev() {
                let off = 0.5 * k as f32;
                sleeve.c.fill(
                    &moved(path.clone(), Transform::from_translate(off, off)),
                    second.dark(if k > 1 { 0.25 } else { 0.0 }),
                );
            }
            sleeve.c.fill(&path, ink);
        }
        1 => {
            sleeve.c.linear(
                &path,
                (0.0, 12.0),
                (0.0, 84.0),
                &[(0.0, pale.mix(main, 0.3)), (0.45, main), (0.52, main.dark(0.35)), (1.0, main.light(0.2))],
            );
            sleeve.c.rule(&path, second, 0.35);
        }
        _ => sleeve.c.fill(&path, main),
    }
    line(sleeve, &artist, (4.0, 4.0, 92.0, 4.4), Align::Left, ink);
    line(sleeve, &sleeve.album.catalogue_number(), (4.0, 93.0, 50.0, 3.0), Align::Left, ink);
    warning(sleeve, true);
}

/// A crown, drawn or printed.
fn crown(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let rough = sleeve.chance(0.5);
    let seed: u32 = sleeve.rng.r#gen();
    if sleeve.chance(0.6) {
        let tone =
            Tone::soft(sleeve.size(), 100, |x, y| (((x - 50.0).hypot(y - 44.0) / 60.0).clamp(0.0, 1.0), 1.0));
        tone.print(&mut sleeve.c, Print::Dots { ink: second, cell: 2.6, turn: 30.0 });
    }
    let [body, stones] = things::crown();
    let (s, turn) = (sleeve.range(23.0, 30.0), sleeve.range(-14.0, 14.0));
    let place = Transform::from_translate(50.0, 44.0).pre_rotate(turn).pre_scale(s, s);
    let (body, stones) = (moved(body, place), moved(stones, place));
    let gold = if ground.luma() > 0.5 && main.luma() < 0.2 { second } else { main };
    if rough {
        let shake = |p: &tiny_skia::Path, o: u32| {
            crate::shapes::warp(p, |(x, y)| {
                (
                    x + (clouds(x * 0.3, y * 0.3, 2, seed ^ o) - 0.5) * 4.0,
                    y + (clouds(x * 0.3, y * 0.3, 2, seed ^ o ^ 9) - 0.5) * 4.0,
                )
            })
        };
        for o in 0..3 {
            sleeve.c.stroke(&shake(&body, o), if o == 2 { pale } else { gold }, 1.4);
        }
        sleeve.c.fill(&shake(&stones, 4), pale);
    } else {
        let tone = Tone::body(sleeve.size(), &body, 3.0, (-0.7, -0.7));
        tone.print(&mut sleeve.c, Print::Steps(&[gold.dark(0.6), gold.dark(0.25), gold, gold.light(0.5)]));
        sleeve.c.fill(&stones, second.mix(pale, 0.2));
    }
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let a = shout(sleeve, &artist, 1, (5.0, 74.0, 90.0, 14.0), ink);
    line(sleeve, &title, (5.0, a.1 + a.3 + 2.0, 90.0, 3.6), Align::Centre, gold);
    line(sleeve, &sleeve.album.catalogue_number(), (5.0, 4.6, 90.0, 2.4), Align::Right, ink);
}

/// Two faces, one sheet: a group.
fn pair(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    let n = sleeve.pick(&[2usize, 3, 4, 4]);
    let (artist, title) = (sleeve.artist(), sleeve.title());
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let grid: Vec<Area> = match n {
        2 => vec![(0.0, 0.0, 50.0, 74.0), (50.0, 0.0, 50.0, 74.0)],
        3 => (0..3).map(|i| (33.34 * i as f32, 0.0, 33.34, 74.0)).collect(),
        _ => (0..4).map(|i| (50.0 * (i % 2) as f32, 37.0 * (i / 2) as f32, 50.0, 37.0)).collect(),
    };
    let backs = [main, second, pale, main.mix(second, 0.5)];
    let offset = sleeve.count(0, 3);
    let dots = sleeve.chance(0.5);
    let size = sleeve.size();
    for (i, (x, y, w, h)) in grid.into_iter().enumerate() {
        let back = backs[(i + offset) % 4];
        let sitter = Sitter::new(&mut sleeve.rng, &HEADS, 0.4);
        let scale = w.min(h) * 0.40;
        let tone = sitter.shot(size, (x + w / 2.0, y + h * 0.45), scale);
        let dark = Ink::hex(0x141112);
        sleeve.c.within(&rect(x, y, w, h), |c| {
            c.rect(x, y, w, h, back);
            if dots {
                tone.print(c, Print::Ramp(&[back.light(0.55), back.light(0.55)]));
                tone.print(c, Print::Dots { ink: dark, cell: 1.3, turn: 20.0 + 15.0 * i as f32 });
            } else {
                tone.print(c, Print::Steps(&[dark, back.dark(0.55), back.mix(pale, 0.5), pale.light(0.3)]));
            }
        });
    }
    let a = shout(sleeve, &artist, 1, (4.0, 78.0, 92.0, 12.5), ink);
    line(
        sleeve,
        &title,
        (4.0, a.1 + a.3 + 2.0, 72.0, 3.4),
        Align::Left,
        if ground == main { pale } else { main },
    );
}

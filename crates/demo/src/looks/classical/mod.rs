//! Classical: cream paper, engraved rosettes, a cameo, staves, centred serifs; later a modern label's restraint.

mod modern;

use super::{Layout, Look, Sleeve};
use crate::finish::{Finish, clouds};
use crate::palette::Ink;
use crate::shapes::{P, circle, joined, moved, oval, poly, rect, smooth};
use crate::subjects::face::profile;
use crate::subjects::{music, nature, things};
use crate::tone::{Print, Tone};
use crate::type_setting::{self, Align, Area, Face, Setting};
use rand::Rng;
use std::f32::consts::{PI, TAU};
use tiny_skia::{BlendMode, Transform};

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0xf4ecd8, 0x6b1f2a, 0x2b2320, 0xb08d4c, 0x2b2320],
        [0xefe8d4, 0x1f3a4d, 0x22262b, 0xb89b5e, 0x22262b],
        [0xf1ead9, 0x3c4a32, 0x25271f, 0xa98b4a, 0x25271f],
        [0xf3e6cf, 0x8a5a2b, 0x2c211a, 0xc2a15b, 0x2c211a],
        [0xe9e4da, 0x4a4358, 0x252229, 0xab9270, 0x252229],
        [0xf0e2c8, 0x9c3d22, 0x2a1d18, 0xc9a24d, 0x2a1d18],
    ],
    layouts: &LAYOUTS,
    tilt: 7.0,
    print: Finish { grain: 0.42, mottle: 0.4, wear: 0.03, ring: 0.0, age: 0.12, vignette: 0.1, pits: 0.05 },
};

const LAYOUTS: [Layout; 7] =
    [cameo, rosette, staves, modern::yellow_plate, modern::scroll, botanical, modern::theme];

/// Composer or player, work, a rule between them, centred; returns where it ends.
fn centred(sleeve: &mut Sleeve<'_>, area: Area, ink: Ink, second: Ink) -> f32 {
    let (x, y, w, h) = area;
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let caps = sleeve.habit(2) == 0;
    let head = if caps { title.to_uppercase() } else { title };
    let setting =
        Setting::new(Face::Cormorant).to(Align::Centre).in_lines(2).upto(if caps { 8.0 } else { 11.0 });
    let setting = if caps { setting.tracked(0.12).led(1.15) } else { setting.led(0.95) };
    let a = sleeve.set(&head, setting, (x, y, w, h * 0.58), ink);
    let mut foot = a.1 + a.3 + h * 0.09;
    sleeve.c.rect(x + w / 2.0 - 7.0, foot, 14.0, 0.28, second);
    sleeve.stamp(
        &poly(&[(0.0, -1.0), (0.8, 0.0), (0.0, 1.0), (-0.8, 0.0)]),
        x + w / 2.0,
        foot + 0.14,
        1.0,
        0.0,
        second,
    );
    foot += h * 0.09;
    let setting = Setting::new(Face::CormorantItalic).to(Align::Centre).in_lines(1).upto(6.4);
    let b = sleeve.set(&artist, setting, (x, foot, w, h * 0.24), second);
    b.1 + b.3
}

fn frame(sleeve: &mut Sleeve<'_>, ink: Ink) {
    let kind = sleeve.habit(4);
    let b = |inset: f32| rect(inset, inset, 100.0 - 2.0 * inset, 100.0 - 2.0 * inset);
    match kind {
        0 => {
            sleeve.c.rule(&b(4.0), ink, 0.7);
            sleeve.c.rule(&b(5.4), ink, 0.22);
        }
        1 => {
            sleeve.c.rule(&b(4.5), ink, 0.3);
            for (x, y) in [(4.5, 4.5), (95.5, 4.5), (4.5, 95.5), (95.5, 95.5)] {
                sleeve.c.ring(x, y, 3.2, ink, 0.3);
                sleeve.c.disc(x, y, 1.0, ink);
            }
        }
        2 => {
            for k in 0..3 {
                sleeve.c.rule(&b(3.4 + 1.1 * k as f32), ink, 0.25);
            }
        }
        _ => {}
    }
}

/// A profile in an engraved medallion.
fn cameo(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, gold, ink] = sleeve.inks;
    let inverse = sleeve.chance(0.35);
    let (ground, line) = if inverse { (main, paper) } else { (paper, ink) };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    frame(sleeve, if inverse { gold } else { main });
    let (cx, cy) = (50.0, 38.0);
    let (rx, ry) = (sleeve.range(20.0, 23.0), sleeve.range(24.0, 26.5));
    let back = if inverse { main.dark(0.35) } else { main };
    sleeve.c.fill(&oval(cx, cy, rx + 1.6, ry + 1.6), gold);
    sleeve.c.fill(&oval(cx, cy, rx + 1.0, ry + 1.0), ground);
    sleeve.c.fill(&oval(cx, cy, rx, ry), back);
    let flip = sleeve.pick(&[1.0f32, -1.0]);
    let s = 14.2;
    let mut parts = vec![profile(&mut sleeve.rng)];
    let wig = sleeve.count(0, 3);
    match wig {
        0 => parts.extend((0..9).map(|i| {
            let a = PI * 0.62 + PI * 0.95 * i as f32 / 8.0;
            circle(-0.12 + a.cos() * 0.62, -0.12 - a.sin() * -0.66, 0.2)
        })),
        1 => {
            parts.push(circle(-0.72, -0.42, 0.26));
            parts.push(smooth(
                &[(-0.62, -0.5), (-0.1, -0.98), (0.4, -0.74), (0.3, -0.44), (-0.2, -0.1), (-0.6, 0.1)],
                true,
            ));
        }
        2 => parts.push(smooth(
            &[
                (0.46, -0.52),
                (0.1, -1.0),
                (-0.5, -0.86),
                (-0.82, -0.3),
                (-0.86, 0.4),
                (-0.70, 0.9),
                (-0.36, 0.7),
                (-0.2, 0.0),
                (0.1, -0.5),
            ],
            true,
        )),
        _ => parts.push(smooth(
            &[
                (0.48, -0.5),
                (0.3, -0.92),
                (-0.3, -0.98),
                (-0.72, -0.5),
                (-0.66, 0.15),
                (-0.4, 0.2),
                (-0.2, -0.35),
                (0.2, -0.55),
            ],
            true,
        )),
    }
    let place = Transform::from_translate(cx - flip * 0.3, cy - 2.0).pre_scale(s * flip, s);
    let bust = moved(joined(&parts), place);
    let tone = Tone::body(sleeve.size(), &bust, 2.6, (-0.7 * flip, -0.6));
    let engraved = sleeve.chance(0.6);
    let screen = 35.0 * flip;
    sleeve.c.within(&oval(cx, cy, rx, ry), |c| {
        tone.print(c, Print::Ramp(&[paper.mix(gold, 0.3), paper]));
        if engraved {
            tone.print(c, Print::Lines { ink: back, cell: 0.95, turn: screen });
        } else {
            tone.print(c, Print::Ramp(&[dark.fade(0.55), paper.fade(0.0), paper.fade(0.0)]));
        }
    });
    centred(sleeve, (12.0, 71.0, 76.0, 21.0), line, if inverse { gold } else { main });
}

/// A rosette as on bank notes.
fn rosette(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, gold, ink] = sleeve.inks;
    let inverse = sleeve.chance(0.4);
    let ground = if inverse { main.dark(0.25) } else { paper };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    frame(sleeve, if inverse { gold } else { main });
    let (cx, cy, r) = (50.0, 39.0, sleeve.range(25.0, 29.0));
    let petals = sleeve.count(5, 16) as f32;
    let turns = sleeve.count(14, 26);
    let twist = sleeve.range(0.08, 0.3);
    for i in 0..turns {
        let t = i as f32 / turns as f32;
        let path = things::guilloche(petals, 0.35 + 0.5 * t, twist * i as f32 * petals);
        let shade = if inverse { gold.mix(paper, t) } else { main.mix(gold, t) };
        let scale = r * (1.0 - 0.72 * t);
        let place = Transform::from_translate(cx, cy).pre_scale(scale, scale);
        sleeve.c.rule(&moved(path, place), shade, 0.2);
    }
    let letter =
        sleeve.artist().split(' ').next_back().and_then(|w| w.chars().next()).unwrap_or('K').to_string();
    sleeve.c.disc(cx, cy, r * 0.27, ground);
    sleeve.c.ring(cx, cy, r * 0.27, if inverse { gold } else { main }, 0.4);
    let side = r * 0.28;
    let setting = Setting::new(Face::Cormorant).to(Align::Centre).at(0.5).in_lines(1);
    sleeve.set(
        &letter,
        setting,
        (cx - side / 2.0, cy - side / 2.0, side, side),
        if inverse { paper } else { dark },
    );
    centred(
        sleeve,
        (12.0, 72.0, 76.0, 20.0),
        if inverse { paper } else { ink },
        if inverse { gold } else { main },
    );
}

/// Staves that bend over the sheet, with notes.
fn staves(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, gold, ink] = sleeve.inks;
    let inverse = sleeve.chance(0.35);
    let (ground, line) = if inverse { (dark.mix(main, 0.45), paper) } else { (paper, ink) };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let systems = sleeve.count(1, 4);
    let (amp, phase, wave) = (sleeve.range(1.0, 9.0), sleeve.range(0.0, TAU), sleeve.range(0.03, 0.08));
    let gap = if systems == 1 { 4.6 } else { 7.0 / systems as f32 };
    let height = move |x: f32| amp * (x * wave + phase).sin();
    for s in 0..systems {
        let y0 = 12.0 + 52.0 / systems as f32 * (s as f32 + 0.28);
        for k in 0..5 {
            let points: Vec<P> = (0..=26)
                .map(|i| (-4.0 + 4.2 * i as f32, y0 + gap * k as f32 + height(-4.0 + 4.2 * i as f32)))
                .collect();
            sleeve.c.stroke(&smooth(&points, false), line.fade(0.85), 0.22);
        }
        let mut x = sleeve.range(6.0, 14.0);
        while x < 96.0 {
            let step = sleeve.count(0, 8) as f32;
            let y = y0 + gap * 0.5 * step + height(x);
            let shade = if sleeve.chance(0.12) { if inverse { gold } else { main } } else { line };
            let open = sleeve.chance(0.2);
            let head = moved(
                oval(0.0, 0.0, gap * 0.62, gap * 0.44),
                Transform::from_translate(x, y).pre_rotate(-20.0),
            );
            if open {
                sleeve.c.rule(&head, shade, gap * 0.16)
            } else {
                sleeve.c.fill(&head, shade)
            }
            let up = step > 3.5;
            let tip = if up { y - gap * 3.2 } else { y + gap * 3.2 };
            let stem = if up { x + gap * 0.56 } else { x - gap * 0.56 };
            sleeve.c.line(stem, y, stem, tip, shade, 0.26);
            if sleeve.chance(0.35) {
                let flag = smooth(
                    &[
                        (stem, tip),
                        (stem + gap * 0.9, tip + if up { gap * 1.2 } else { -gap * 1.2 }),
                        (stem + gap * 0.5, tip + if up { gap * 2.2 } else { -gap * 2.2 }),
                    ],
                    false,
                );
                sleeve.c.stroke(&flag, shade, 0.4);
            }
            x += gap * sleeve.range(1.8, 4.4);
        }
    }
    sleeve.c.rect(0.0, 70.0, 100.0, 30.0, if inverse { paper } else { main });
    let (a, b) = if inverse { (ink, main) } else { (paper, gold) };
    centred(sleeve, (10.0, 75.0, 80.0, 19.0), a, b);
}

/// A pressed plant, as in a herbarium.
fn botanical(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, gold, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, paper);
    frame(sleeve, main);
    let n = sleeve.count(1, 3);
    for i in 0..n {
        let x = 50.0 + (i as f32 - (n - 1) as f32 / 2.0) * 17.0;
        let (pairs, fat) = (sleeve.count(4, 9), sleeve.range(0.14, 0.34));
        let (stem, leaves) = nature::sprig(&mut sleeve.rng, pairs, fat, 0.3);
        let s = sleeve.range(44.0, 52.0);
        let place = Transform::from_translate(x, 64.0).pre_scale(s, s);
        let shade = sleeve.pick(&[main, main.mix(gold, 0.35), dark.mix(main, 0.6)]);
        let outline = moved(leaves, place);
        let tone = Tone::body(sleeve.size(), &outline, 1.2, (-0.6, -0.6));
        tone.print(&mut sleeve.c, Print::Ramp(&[shade.dark(0.3), shade, shade.light(0.35)]));
        tone.print(&mut sleeve.c, Print::Lines { ink: shade.dark(0.4).fade(0.7), cell: 0.8, turn: 60.0 });
        sleeve.c.stroke(&moved(smooth(&stem, false), place), shade.dark(0.2), 0.6);
        if sleeve.chance(0.6) {
            let count = sleeve.count(5, 9);
            let [petals, heart] = nature::flower(count, 0.3, 0.2);
            let tip = stem[stem.len() - 1];
            let (fx, fy) = (x + tip.0 * s, 64.0 + tip.1 * s);
            sleeve.stamp(&petals, fx, fy, 6.5, 0.0, gold.light(0.2));
            sleeve.stamp(&heart, fx, fy, 6.5, 0.0, main.dark(0.3));
        }
    }
    centred(sleeve, (12.0, 72.0, 76.0, 20.0), ink, main);
}

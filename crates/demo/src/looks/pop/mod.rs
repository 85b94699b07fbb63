//! Pop: candy colours, blobs and cut-outs, big round type, stripes, fruit, lips and sunglasses.

mod objects;

use super::{Layout, Look, Sleeve};
use crate::finish::Finish;
use crate::palette::Ink;
use crate::shapes::{P, blob, circle, moved, poly, rays, smooth, star, warp};
use crate::subjects::face::{Face as Sitter, Hair};
use crate::subjects::{music, things};
use crate::tone::{Print, Tone};
use crate::type_setting::{self, Align, Area, Face, Setting};
use std::f32::consts::TAU;
use tiny_skia::{Path, Transform};

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0xffc2d4, 0xff4f7b, 0xffd84a, 0x2fb7c9, 0x4a1236],
        [0x8fe0d3, 0xff6b5e, 0xfff0b8, 0x7a4fd0, 0x2b2350],
        [0xffe27a, 0xff5fa8, 0x3c9cf0, 0xff8a3c, 0x3a1c5a],
        [0xc9b6ff, 0xff7bbd, 0xfff27a, 0x4a5ff0, 0x2b1a55],
        [0xffb48a, 0xf0386b, 0xffeccf, 0x24a08c, 0x58122e],
        [0xa6dcff, 0xff5b84, 0xffffff, 0xffc233, 0x1c2d6b],
        [0xff5b74, 0xffd1dc, 0xffe45c, 0x2747c7, 0xfff6ea],
    ],
    layouts: &LAYOUTS,
    tilt: 14.0,
    print: Finish { grain: 0.35, mottle: 0.16, wear: 0.0, ring: 0.0, age: 0.0, vignette: 0.0, pits: 0.08 },
};

const LAYOUTS: [Layout; 8] =
    [blobs, stripes, objects::fruit, objects::cut_out, swirl, objects::glasses, big_word, flowers];

fn loud_face(sleeve: &Sleeve<'_>) -> Face {
    [Face::Bagel, Face::Shrikhand, Face::Bagel, Face::Unbounded, Face::Yellowtail, Face::Syne]
        [sleeve.habit(6)]
}

/// The title in the artist's round face with a drop of shade, the artist small; returns the title's place.
fn cheer(sleeve: &mut Sleeve<'_>, area: Area, at: f32, ink: Ink, shade: Option<Ink>) -> Area {
    let (x, y, w, h) = area;
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let face = loud_face(sleeve);
    let set = type_setting::block(
        &title,
        &Setting::new(face).to(Align::Centre).in_lines(2).led(0.9).at(at).upto(26.0),
        (x, y, w, h * 0.78),
    );
    if let Some(shade) = shade {
        for k in 1..=4 {
            sleeve.c.fill(
                &moved(set.path.clone(), Transform::from_translate(0.32 * k as f32, 0.32 * k as f32)),
                shade,
            );
        }
    }
    let ink = sleeve.legible(set.area, ink);
    sleeve.c.fill(&set.path, ink);
    let small = [Face::Jost, Face::Bagel, Face::Archivo][sleeve.second_habit(3)];
    let foot = set.area.1 + set.area.3 + h * 0.07;
    sleeve.set(
        &artist,
        Setting::new(small).to(Align::Centre).in_lines(1).upto(5.6),
        (x, foot, w, h * 0.15),
        ink,
    );
    set.area
}

/// Soft forms that overlap.
fn blobs(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, third, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    for i in 0..sleeve.count(4, 8) {
        let (x, y, r) = (sleeve.range(-6.0, 106.0), sleeve.range(-6.0, 106.0), sleeve.range(14.0, 34.0));
        let (lobes, wobble) = (sleeve.count(5, 9), sleeve.range(0.08, 0.32));
        let form = blob(&mut sleeve.rng, x, y, r, lobes, wobble);
        let shade = [main, second, third, ground.light(0.5)][i % 4];
        sleeve.c.fill(&form, shade);
        if sleeve.chance(0.3) {
            let dots = Tone::soft(sleeve.size(), 64, |_, _| (0.75, 1.0));
            let ink = [second, ground, main][i % 3];
            sleeve.c.within(&form, |c| dots.print(c, Print::Dots { ink, cell: 3.2, turn: 25.0 }));
        }
    }
    let plate = blob(&mut sleeve.rng, 50.0, 50.0, 33.0, 12, 0.07);
    let wide =
        moved(plate, Transform::from_translate(50.0, 50.0).pre_scale(1.22, 0.8).pre_translate(-50.0, -50.0));
    let (paper, text) = if ink.luma() > 0.5 { (third, ink) } else { (Ink::hex(0xfffaf0), ink) };
    sleeve.c.fill(&wide, paper);
    cheer(sleeve, (19.0, 36.0, 62.0, 29.0), 0.4, text, None);
}

/// Stripes that bend in a rainbow or run straight.
fn stripes(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, third, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let shades = [main, second, third, ground.light(0.6), main.mix(second, 0.5)];
    let w = sleeve.range(5.0, 9.0);
    match sleeve.count(0, 3) {
        0 => {
            let (cx, cy) = (sleeve.pick(&[0.0f32, 50.0, 100.0]), sleeve.pick(&[100.0f32, 66.0]));
            for k in 0..5 {
                sleeve.c.disc(cx, cy, 62.0 - w * k as f32, shades[k]);
            }
            sleeve.c.disc(cx, cy, 62.0 - w * 5.0, ground);
        }
        1 => {
            let turn = sleeve.pick(&[-35.0f32, 35.0, 20.0]);
            sleeve.c.moved(Transform::from_rotate_at(turn, 50.0, 50.0), |c| {
                for k in 0..5 {
                    c.rect(-50.0, 30.0 + w * k as f32, 200.0, w, shades[k]);
                }
            });
        }
        2 => {
            let (amp, phase) = (sleeve.range(6.0, 14.0), sleeve.range(0.0, TAU));
            for k in 0..6 {
                let y = |x: f32| 26.0 + w * k as f32 + amp * (x * 0.075 + phase).sin();
                let mut points: Vec<P> =
                    (0..=40).map(|i| (-2.0 + 2.6 * i as f32, y(-2.0 + 2.6 * i as f32))).collect();
                points.push((104.0, 110.0));
                points.push((-4.0, 110.0));
                sleeve.c.fill(&poly(&points), if k == 5 { ground } else { shades[k] });
            }
        }
        _ => {
            let n = sleeve.count(9, 16);
            let centre = (sleeve.range(20.0, 80.0), sleeve.range(20.0, 80.0));
            sleeve.c.fill(&rays(centre.0, centre.1, 160.0, n, 0.0), main);
            sleeve.c.fill(&rays(centre.0, centre.1, 160.0, n, TAU / (4 * n) as f32 * 1.0), second.fade(0.6));
            sleeve.c.disc(centre.0, centre.1, 12.0, third);
        }
    }
    let top = sleeve.chance(0.5);
    let shade = if ink.luma() > 0.5 { third } else { ground.light(0.7) };
    cheer(
        sleeve,
        (7.0, if top { 6.0 } else { 70.0 }, 86.0, 25.0),
        if top { 0.0 } else { 0.7 },
        ink,
        Some(shade),
    );
}

/// Type that swims.
fn swirl(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, third, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let (cx, cy) = (50.0, 50.0);
    let n = sleeve.count(5, 9);
    let twist = sleeve.range(0.02, 0.05) * sleeve.pick(&[1.0f32, -1.0]);
    let arms = warp(&rays(cx, cy, 90.0, n, 0.2), |(x, y)| {
        let (dx, dy) = (x - cx, y - cy);
        let (r, a) = (dx.hypot(dy), dy.atan2(dx));
        let a = a + r * twist;
        (cx + a.cos() * r, cy + a.sin() * r)
    });
    let pale = sleeve.pick(&[ground.light(0.4), second, main.mix(ground, 0.5)]);
    sleeve.c.fill(&arms, pale);
    let title = sleeve.title();
    let face = loud_face(sleeve);
    let rows = title.split(' ').count().clamp(1, 3);
    let set = type_setting::stack(&title, face, rows, 2.0, (14.0, 22.0, 72.0, 50.0));
    let (amp, phase) = (sleeve.range(2.0, 5.0), sleeve.range(0.0, TAU));
    let bent = warp(&set.path, |(x, y)| {
        (x + 0.6 * amp * (y * 0.09 + phase).sin(), y + amp * (x * 0.07 + phase).sin())
    });
    for k in (1..=6).rev() {
        sleeve.c.fill(
            &moved(bent.clone(), Transform::from_translate(0.45 * k as f32, 0.5 * k as f32)),
            if k == 6 { ink.dark(0.2) } else { third },
        );
    }
    sleeve.c.fill(&bent, if second.luma() > 0.6 && pale != second { second } else { Ink::hex(0xfffaf0) });
    let artist = sleeve.artist();
    sleeve.set(
        &artist,
        Setting::new(Face::Jost).to(Align::Centre).in_lines(1).upto(5.0),
        (10.0, 89.0, 80.0, 4.6),
        ink,
    );
}

/// The first letters enormous, cut by the edge, with a pattern inside.
fn big_word(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, third, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let artist = sleeve.artist();
    let word = artist.split(' ').max_by_key(|w| w.chars().count()).unwrap_or("Pop");
    let face = [Face::Bagel, Face::Shrikhand, Face::Bagel, Face::RubikMono][sleeve.habit(4)];
    let chars: Vec<char> = word.chars().collect();
    let rows = if chars.len() > 9 { 3 } else { 2 };
    let lines: Vec<String> = chars.chunks(chars.len().div_ceil(rows)).map(|c| c.iter().collect()).collect();
    let set = type_setting::stack(&lines.join(" "), face, lines.len(), 1.5, (5.0, 6.0, 90.0, 74.0));
    let shades = [main, third, second];
    let shift = sleeve.count(0, 2);
    sleeve.c.fill(
        &moved(set.path.clone(), Transform::from_translate(1.4, 1.6)),
        if ink.luma() > 0.5 { third } else { ink },
    );
    let kind = sleeve.count(0, 3);
    let step = sleeve.range(4.0, 8.0);
    sleeve.c.within(&set.path, |c| {
        c.rect(0.0, 0.0, 100.0, 100.0, shades[shift]);
        let other = shades[(shift + 1) % 3];
        let count = (110.0 / step) as usize;
        for i in 0..count {
            let o = step * i as f32;
            match kind {
                0 => c.rect(0.0, o, 100.0, step * 0.5, other),
                1 => {
                    for j in 0..count {
                        c.disc(
                            step * j as f32 + if i % 2 == 0 { 0.0 } else { step / 2.0 },
                            o,
                            step * 0.28,
                            other,
                        );
                    }
                }
                2 => c.moved(Transform::from_rotate_at(45.0, 50.0, 50.0), |c| {
                    c.rect(-40.0, -40.0 + 1.8 * o, 200.0, step * 0.8, other)
                }),
                _ => {
                    for j in 0..count {
                        if (i + j) % 2 == 0 {
                            c.rect(step * j as f32, o, step, step, other);
                        }
                    }
                }
            }
        }
    });
    let title = sleeve.title();
    sleeve.set(
        &title,
        Setting::new(Face::Jost).in_lines(1).to(Align::Left).upto(6.4).at(0.5),
        (5.0, 87.0, 74.0, 6.0),
        ink,
    );
    sleeve.kite(93.0, 90.0, 3.0, ink);
}

/// Daisies everywhere, or a telephone's worth of hearts.
fn flowers(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, third, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let n = sleeve.count(3, 6);
    let step = 100.0 / n as f32;
    let petals = sleeve.count(5, 9);
    let heart_shape = smooth(
        &[
            (0.0, -0.35),
            (0.4, -0.8),
            (0.92, -0.5),
            (0.8, 0.1),
            (0.0, 0.9),
            (-0.8, 0.1),
            (-0.92, -0.5),
            (-0.4, -0.8),
        ],
        true,
    );
    let hearts = sleeve.chance(0.3);
    let dropped = sleeve.count(0, 3);
    for row in 0..=n {
        for col in 0..=n {
            let (x, y) = (step * (col as f32 + if row % 2 == 0 { 0.0 } else { 0.5 }), step * row as f32);
            let s = step * sleeve.range(0.36, 0.5);
            let turn = sleeve.range(0.0, 360.0);
            let shade = [main, Ink::hex(0xfffaf0), second, third][(row * 3 + col * 5 + dropped) % 4];
            if hearts {
                sleeve.stamp(&heart_shape, x, y, s * 0.9, (turn - 180.0) / 9.0, shade);
                continue;
            }
            for k in 0..petals {
                let a = TAU * k as f32 / petals as f32 + turn;
                sleeve.c.disc(x + a.cos() * s * 0.56, y + a.sin() * s * 0.56, s * 0.40, shade);
            }
            sleeve.c.disc(x, y, s * 0.34, if shade == second { main } else { second });
        }
    }
    let paper = if ink.luma() > 0.5 { third } else { ground.light(0.55) };
    let plate = match sleeve.count(0, 2) {
        0 => circle(50.0, 50.0, 31.0),
        1 => music::smooth_box(14.0, 30.0, 72.0, 40.0, 20.0),
        _ => star(50.0, 50.0, 38.0, 30.0, 18, 0.0),
    };
    sleeve.c.fill(&plate, paper);
    cheer(sleeve, (26.0, 38.0, 48.0, 26.0), 0.4, ink, None);
}

//! Rock: torn paper, coarse halftones, lightning, amplifiers and guitars, stencils and markers, photocopier dirt.

mod figures;

use super::{Layout, Look, Sleeve};
use crate::finish::{Finish, clouds};
use crate::palette::Ink;
use crate::shapes::{P, circle, joined, moved, poly, rays, rect, ridge, smooth, star, warp};
use crate::subjects::face::{Face as Sitter, Hair};
use crate::subjects::{music, things};
use crate::tone::{Print, Tone};
use crate::type_setting::{self, Align, Area, Face, Setting};
use rand::Rng;
use tiny_skia::{BlendMode, Path, Transform};

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0xe8e0cf, 0xd3341f, 0x1a1817, 0x2e5d7d, 0x1a1817],
        [0x1c1b1d, 0xe2b928, 0xd8432a, 0xede5d3, 0xede5d3],
        [0x243b4a, 0xe2582c, 0x14181b, 0xe9dfc8, 0xe9dfc8],
        [0xe4c13c, 0x191716, 0xc93a27, 0xf1e9d6, 0x191716],
        [0xd9d2c3, 0x3c6b57, 0x1b1c1a, 0xd8632c, 0x1b1c1a],
        [0xc5402a, 0xf0e4cc, 0x171415, 0x2f6f7e, 0xf0e4cc],
        [0x8fa7ab, 0x1b1d21, 0xc7402c, 0xf0ead9, 0x1b1d21],
    ],
    layouts: &LAYOUTS,
    tilt: 9.0,
    print: Finish { grain: 0.85, mottle: 0.4, wear: 0.08, ring: 0.06, age: 0.05, vignette: 0.15, pits: 0.6 },
};

const LAYOUTS: [Layout; 9] = [
    figures::torn,
    lightning,
    figures::axe,
    stack_of_amps,
    xerox,
    figures::eye,
    figures::road,
    target,
    mountain,
];

/// The band's name in its own lettering.
fn name(sleeve: &mut Sleeve<'_>, area: Area, align: Align, ink: Ink) -> Area {
    let artist = sleeve.artist();
    let (face, caps, tilt) = [
        (Face::Marker, true, -3.0),
        (Face::Anton, true, 0.0),
        (Face::League, true, 0.0),
        (Face::Typewriter, false, 0.0),
        (Face::Shrikhand, false, -4.0),
        (Face::Archivo, false, 0.0),
    ][sleeve.habit(6)];
    let text = if caps { artist.to_uppercase() } else { artist };
    let set =
        type_setting::block(&text, &Setting::new(face).to(align).in_lines(2).led(0.98).upto(19.0), area);
    let (x, y, w, h) = set.area;
    let tilted = moved(set.path, Transform::from_rotate_at(tilt, x + w / 2.0, y + h / 2.0));
    let seed = sleeve.habit as u32;
    let rough = warp(&tilted, |(x, y)| {
        (
            x + (clouds(x * 1.3, y * 1.3, 2, seed) - 0.5) * 0.55,
            y + (clouds(x * 1.3, y * 1.3, 2, seed ^ 5) - 0.5) * 0.55,
        )
    });
    let ink = sleeve.legible(set.area, ink);
    sleeve.c.fill(&rough, ink);
    set.area
}

fn caption(sleeve: &mut Sleeve<'_>, area: Area, align: Align, ink: Ink) -> Area {
    let title = sleeve.title();
    let (face, caps) =
        [(Face::Typewriter, false), (Face::Marker, false), (Face::League, true), (Face::Archivo, true)]
            [sleeve.second_habit(4)];
    let text = if caps { title.to_uppercase() } else { title };
    sleeve.set(&text, Setting::new(face).to(align).in_lines(1).upto(6.4).at(0.5), area, ink)
}

/// A flash, doubled by a careless printer.
fn lightning(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let kind = sleeve.count(0, 2);
    let n = sleeve.count(8, 20);
    match kind {
        0 => sleeve.c.disc(50.0, 48.0, 33.0, second),
        1 => sleeve.c.fill(&rays(50.0, 48.0, 100.0, n, 0.0), second.fade(0.85)),
        _ => {
            let tone = Tone::soft(sleeve.size(), 64, |x, y| {
                (((x - 50.0).hypot(y - 48.0) / 50.0).clamp(0.0, 1.0), 1.0)
            });
            tone.print(&mut sleeve.c, Print::Dots { ink: second, cell: 3.0, turn: 30.0 });
        }
    }
    let count = sleeve.pick(&[1usize, 1, 2, 3]);
    for i in 0..count {
        let (s, turn) = (sleeve.range(27.0, 32.0) / (count as f32).sqrt(), sleeve.range(-18.0, 18.0));
        let x = 50.0 + (i as f32 - (count - 1) as f32 / 2.0) * 27.0;
        let bolt = things::bolt();
        sleeve.stamp(
            &bolt,
            x + 1.6,
            49.6,
            s,
            turn,
            if kind == 0 { ground.dark(0.5) } else { Ink::hex(0x151313) },
        );
        sleeve.stamp(&bolt, x, 48.0, s, turn, main);
        sleeve.c.blended(BlendMode::Multiply, |c| {
            let place =
                Transform::from_translate(x - 0.8, 47.4).pre_rotate(turn).pre_scale(s * 0.55, s * 0.7);
            c.fill(&moved(bolt.clone(), place), pale.fade(0.8));
        });
    }
    sleeve.quiet((0.0, 1.0, 100.0, 16.0), ground);
    sleeve.quiet((0.0, 90.0, 100.0, 8.0), ground);
    name(sleeve, (5.0, 4.5, 90.0, 15.0), Align::Centre, ink);
    caption(sleeve, (5.0, 90.0, 90.0, 5.0), Align::Centre, ink);
}

/// A wall of amplifiers.
fn stack_of_amps(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, main);
    let n = sleeve.count(2, 4);
    let w = 100.0 / n as f32;
    let dark = Ink::hex(0x1a1817);
    let cloth = sleeve.pick(&[dark.light(0.12), second.mix(dark, 0.5), ground.mix(dark, 0.6)]);
    let missing = sleeve.count(0, n * 3);
    let top = sleeve.range(44.0, 54.0);
    for col in 0..n {
        let x = w * col as f32;
        let rows = ((100.0 - top) / (w * 0.92)).ceil() as usize;
        for row in 0..=rows {
            let y = 100.0 - w * 0.92 * (row as f32 + 1.0);
            if y < top - w * 0.4 {
                let h = w * 0.3;
                let y = y + w * 0.92 - h;
                sleeve.c.rect(x + 1.0, y, w - 2.0, h - 0.4, dark);
                sleeve.c.rect(x + 2.0, y + h * 0.5, w - 4.0, h * 0.36, pale.dark(0.2));
                for k in 0..6 {
                    sleeve.c.disc(x + w * (0.16 + 0.13 * k as f32), y + h * 0.68, w * 0.032, dark);
                }
                continue;
            }
            sleeve.c.rect(x + 0.6, y, w - 1.2, w * 0.90, dark);
            sleeve.c.rect(x + 2.0, y + 1.6, w - 4.0, w * 0.90 - 3.2, cloth);
            if row * n + col == missing {
                sleeve.c.fill(
                    &things::bolt()
                        .transform(
                            Transform::from_translate(x + w / 2.0, y + w * 0.45).pre_scale(w * 0.3, w * 0.36),
                        )
                        .unwrap_or_else(|| circle(x, y, 1.0)),
                    main,
                );
                continue;
            }
            for (dx, dy) in [(0.28, 0.26), (0.72, 0.26), (0.28, 0.66), (0.72, 0.66)] {
                let (cx, cy, r) = (x + w * dx, y + w * dy, w * 0.17);
                sleeve.c.radial(
                    &circle(cx, cy, r),
                    (cx - r * 0.2, cy - r * 0.3),
                    r * 1.3,
                    &[(0.0, cloth.light(0.22)), (0.5, dark.light(0.12)), (1.0, dark.dark(0.4))],
                );
                sleeve.c.ring(cx, cy, r * 0.98, pale.fade(0.16), 0.3);
                sleeve.c.disc(cx, cy, r * 0.3, dark.dark(0.3));
            }
        }
    }
    let sky = main;
    let text = if sky.luma() > 0.45 { Ink::hex(0x151313) } else { pale };
    let a = name(sleeve, (5.0, 4.0, 90.0, 13.0), Align::Left, text);
    caption(sleeve, (5.0, a.1 + a.3 + 1.6, 90.0, 3.8), Align::Left, text);
    let _ = ink;
}

/// Copied until only black and white were left, then coloured.
fn xerox(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let seed: u32 = sleeve.rng.r#gen();
    let n = sleeve.count(3, 7);
    let dark = Ink::hex(0x161414);
    for i in 0..n {
        let (x, y) = (sleeve.range(10.0, 90.0), sleeve.range(24.0, 76.0));
        let (w, h, turn) = (sleeve.range(14.0, 44.0), sleeve.range(10.0, 34.0), sleeve.range(-25.0, 25.0));
        let scrap = warp(&rect(x - w / 2.0, y - h / 2.0, w, h), |(px, py)| {
            (
                px + (clouds(px * 0.5, py * 0.5, 2, seed) - 0.5) * 3.0,
                py + (clouds(px * 0.5, py * 0.5, 2, seed ^ 6) - 0.5) * 3.0,
            )
        });
        let scrap = moved(scrap, Transform::from_rotate_at(turn, x, y));
        let shade = [main, second, pale, dark, main.mix(pale, 0.5)][(i + sleeve.habit(5)) % 5];
        sleeve.c.fill(&moved(scrap.clone(), Transform::from_translate(0.7, 0.9)), dark.fade(0.35));
        sleeve.c.fill(&scrap, shade);
        if sleeve.chance(0.5) {
            let (fx, cell) = (sleeve.range(0.03, 0.09), sleeve.range(1.2, 2.4));
            let tone =
                Tone::soft(sleeve.size(), 96, |px, py| (clouds(px * fx, py * fx, 3, seed ^ i as u32), 1.0));
            let lines = sleeve.chance(0.4);
            sleeve.c.within(&scrap, |c| {
                let on = if shade.luma() < 0.3 { pale } else { dark };
                tone.print(
                    c,
                    if lines {
                        Print::Lines { ink: on, cell, turn }
                    } else {
                        Print::Dots { ink: on, cell, turn }
                    },
                );
            });
        }
    }
    let strips: Vec<String> = sleeve.artist().split(' ').map(str::to_owned).collect();
    let mut y = sleeve.range(30.0, 42.0);
    for (i, word) in strips.iter().enumerate() {
        let face = [Face::Archivo, Face::Anton, Face::Typewriter, Face::Ultra, Face::Marker]
            [(i + sleeve.habit(5)) % 5];
        let text = if i % 2 == 0 { word.to_uppercase() } else { word.to_lowercase() };
        let x = sleeve.range(6.0, 22.0);
        let set = type_setting::block(&text, &Setting::new(face).in_lines(1).upto(17.0), (x, y, 70.0, 10.5));
        let (bx, by, bw, bh) = set.area;
        let turn = sleeve.range(-5.0, 5.0);
        let (plate, type_ink) = if i % 2 == 0 { (dark, pale) } else { (pale, dark) };
        sleeve.c.moved(Transform::from_rotate_at(turn, bx, by), |c| {
            c.rect(bx - 1.6, by - 1.6, bw + 3.2, bh + 3.2, plate);
            c.fill(&set.path, type_ink);
        });
        y = by + bh + 4.4;
    }
    let text = if ground.luma() > 0.45 { dark } else { pale };
    caption(sleeve, (5.0, 91.0, 80.0, 4.2), Align::Left, text);
    let _ = ink;
}

/// A target, a record, a moon: rings broken by a shout of type.
fn target(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let seed: u32 = sleeve.rng.r#gen();
    let (cx, cy) = (sleeve.pick(&[50.0f32, 50.0, 100.0, 0.0]), sleeve.range(42.0, 58.0));
    let n = sleeve.count(3, 6);
    let reach = if cx == 50.0 { 38.0 } else { 62.0 };
    let ring = |r: f32| {
        warp(&circle(cx, cy, r), |(x, y)| {
            (
                x + (clouds(x * 0.4, y * 0.4, 2, seed) - 0.5) * 1.6,
                y + (clouds(x * 0.4, y * 0.4, 2, seed ^ 2) - 0.5) * 1.6,
            )
        })
    };
    for k in 0..n {
        let shade = [main, pale, second][k % 3];
        sleeve.c.fill(
            &ring(reach * (1.0 - k as f32 / n as f32)),
            if shade == ground { Ink::hex(0x171515) } else { shade },
        );
    }
    if sleeve.chance(0.5) {
        let tone = Tone::soft(sleeve.size(), 96, |x, y| (clouds(x * 0.035, y * 0.035, 3, seed) * 1.1, 1.0));
        sleeve.c.blended(BlendMode::Multiply, |c| {
            c.within(&ring(reach), |c| {
                tone.print(c, Print::Dots { ink: Ink::hex(0x2a2522), cell: 1.6, turn: 30.0 })
            })
        });
    }
    if sleeve.chance(0.4) {
        let spikes = sleeve.count(9, 16);
        let burst = star(cx, cy, reach * 0.36, reach * 0.22, spikes, 0.0);
        sleeve.c.fill(&burst, Ink::hex(0x171515));
    }
    let y = sleeve.pick(&[4.5f32, 80.0]);
    sleeve.quiet((0.0, y - 2.0, 100.0, 19.0), ground);
    let a = name(sleeve, (5.0, y, 90.0, 13.0), Align::Left, ink);
    let below = if y < 50.0 { 91.0 } else { a.1 + a.3 + 1.2 };
    caption(sleeve, (5.0, below.min(93.5), 70.0, 3.8), Align::Left, ink);
}

/// A mountain in three inks under a pale sky.
fn mountain(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let (sx, sy, r) = (sleeve.range(26.0, 74.0), sleeve.range(34.0, 44.0), sleeve.range(13.0, 22.0));
    sleeve.c.disc(sx, sy, r, main);
    let peak = (sleeve.range(36.0, 64.0), sleeve.range(34.0, 42.0));
    let seed: u32 = sleeve.rng.r#gen();
    let tone = Tone::new(sleeve.size(), |x, y| {
        let slope = (x - peak.0).abs() * (0.62 + 0.5 * (clouds(x * 0.05, 1.0, 3, seed) - 0.5))
            + peak.1
            + (clouds(x * 0.22, 4.0, 3, seed) - 0.5) * 9.0;
        let inside = ((y - slope) * 2.0).clamp(0.0, 1.0);
        let face = clouds(x * 0.16 + y * 0.11, y * 0.05 - x * 0.03, 4, seed ^ 12);
        let side = if x < peak.0 + (clouds(y * 0.12, 8.0, 2, seed) - 0.5) * 12.0 { 0.28 } else { -0.2 };
        (face + side, inside)
    });
    let dark = Ink::hex(0x171515);
    tone.print(&mut sleeve.c, Print::Steps(&[dark, second.mix(dark, 0.3), pale]));
    let pines = ridge(&mut sleeve.rng, 84.0, 9.0, 0.74);
    sleeve.c.fill(&pines, dark);
    name(sleeve, (5.0, 4.5, 90.0, 15.0), Align::Centre, ink);
    caption(sleeve, (5.0, 91.0, 90.0, 4.4), Align::Centre, pale);
}

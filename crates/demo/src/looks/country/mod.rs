//! Country: dusk over mesas and fields, slab type, badges, wood and denim.

mod objects;

use super::{Layout, Look, Sleeve};
use crate::finish::{Finish, clouds};
use crate::palette::Ink;
use crate::shapes::{P, band, circle, joined, moved, poly, rays, rect, ridge, smooth, star, warp};
use crate::subjects::{music, nature, things};
use crate::tone::{Print, Tone};
use crate::type_setting::{self, Align, Area, Face, Setting};
use rand::Rng;
use std::f32::consts::PI;
use tiny_skia::Transform;

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0xf2d7a3, 0xd9652b, 0x4a2118, 0xf5b445, 0x3a1a12],
        [0xf0dcb4, 0xb5472c, 0x2c2a3a, 0xe9a23b, 0x2b1d18],
        [0xe9d9b8, 0x4f7a7a, 0x3b2a20, 0xd98a3d, 0x33241b],
        [0xf3e0b9, 0xa8572f, 0x5b3420, 0xe2b04f, 0x3f2415],
        [0xe8cfa0, 0x7a3b4a, 0x2f1d2b, 0xf09a4a, 0x2f1d20],
        [0xf0e3c4, 0x35597a, 0x23303c, 0xd7503a, 0x23303c],
    ],
    layouts: &LAYOUTS,
    tilt: 8.0,
    print: Finish { grain: 0.6, mottle: 0.5, wear: 0.08, ring: 0.04, age: 0.14, vignette: 0.22, pits: 0.15 },
};

const LAYOUTS: [Layout; 8] =
    [mesa, objects::badge, field, highway, objects::guitar_case, objects::boots, objects::plank, wagon_wheel];

/// The title large, the artist below or above: slab, script or gothic as this artist prefers.
fn banner(sleeve: &mut Sleeve<'_>, area: Area, ink: Ink, second: Ink) -> Area {
    let (x, y, w, h) = area;
    let (artist, title) = (sleeve.artist(), sleeve.title());
    match sleeve.habit(4) {
        0 => {
            let a = sleeve.set(
                &title,
                Setting::new(Face::Ultra).to(Align::Centre).in_lines(2).led(1.0).upto(15.0),
                (x, y, w, h * 0.72),
                ink,
            );
            sleeve.set(
                &artist.to_uppercase(),
                Setting::new(Face::Jost).tracked(0.25).to(Align::Centre).in_lines(1).upto(4.2),
                (x, a.1 + a.3 + h * 0.07, w, h * 0.14),
                second,
            );
            a
        }
        1 => {
            let a = sleeve.set(
                &artist.to_uppercase(),
                Setting::new(Face::Ultra).to(Align::Centre).in_lines(1).upto(6.5),
                (x, y, w, h * 0.24),
                second,
            );
            sleeve.set(
                &title,
                Setting::new(Face::Yellowtail).to(Align::Centre).in_lines(2).led(0.92).upto(21.0),
                (x, a.1 + a.3 + h * 0.06, w, h * 0.66),
                ink,
            )
        }
        2 => {
            let a = sleeve.set(
                &title,
                Setting::new(Face::Yellowtail).to(Align::Centre).in_lines(2).led(0.92).upto(21.0),
                (x, y, w, h * 0.70),
                ink,
            );
            sleeve.set(
                &artist.to_uppercase(),
                Setting::new(Face::Typewriter).tracked(0.1).to(Align::Centre).in_lines(1).upto(4.6),
                (x, a.1 + a.3 + h * 0.06, w, h * 0.16),
                second,
            );
            a
        }
        _ => {
            let a = sleeve.stack(
                &title.to_uppercase(),
                Face::Ultra,
                if title.len() > 16 { 2 } else { 1 },
                h * 0.06,
                (x + w * 0.06, y, w * 0.88, h * 0.66),
                ink,
            );
            sleeve.set(
                &artist,
                Setting::new(Face::Yellowtail).to(Align::Centre).in_lines(1).upto(8.0),
                (x, a.1 + a.3 + h * 0.06, w, h * 0.22),
                second,
            );
            a
        }
    }
}

fn dusk(sleeve: &mut Sleeve<'_>, foot: f32) {
    let [sky, main, deep, glow, _] = sleeve.inks;
    let night = sleeve.chance(0.35);
    let stops = if night {
        [(0.0, deep), (0.45, deep.mix(main, 0.55)), (0.8, main), (1.0, glow)]
    } else {
        [(0.0, main.mix(sky, 0.15)), (0.4, main.mix(glow, 0.5)), (0.75, glow), (1.0, sky)]
    };
    sleeve.c.linear(&rect(0.0, 0.0, 100.0, foot), (0.0, 0.0), (0.0, foot), &stops);
    if night {
        for _ in 0..sleeve.count(30, 80) {
            let (x, y) = (sleeve.range(0.0, 100.0), sleeve.range(0.0, foot * 0.6));
            let r = sleeve.range(0.1, 0.34);
            sleeve.c.disc(x, y, r, sky.fade(0.8));
        }
    }
}

/// Table mountains at sundown.
fn mesa(sleeve: &mut Sleeve<'_>) {
    let [sky, main, deep, glow, ink] = sleeve.inks;
    dusk(sleeve, 82.0);
    let (x, r) = (sleeve.range(25.0, 75.0), sleeve.range(8.0, 15.0));
    let y = sleeve.range(46.0, 60.0);
    sleeve.c.disc(x, y, r, sky.light(0.25));
    for k in 0..3 {
        let base = 66.0 + 7.0 * k as f32;
        let shade = main.mix(deep, 0.25 + 0.3 * k as f32);
        for _ in 0..sleeve.count(1, 3) {
            let (cx, w, h) = (
                sleeve.range(-5.0, 105.0),
                sleeve.range(6.0, 18.0),
                sleeve.range(8.0, 22.0) - 2.0 * k as f32,
            );
            let s = sleeve.range(0.5, 0.8);
            let tower = poly(&[
                (cx - w, base + 8.0),
                (cx - w * 0.86, base - h * 0.30),
                (cx - w * s, base - h * 0.42),
                (cx - w * s * 0.94, base - h),
                (cx + w * s * 0.9, base - h),
                (cx + w * s, base - h * 0.46),
                (cx + w * 0.88, base - h * 0.3),
                (cx + w, base + 8.0),
            ]);
            sleeve.c.fill(&tower, shade);
            sleeve.c.within(&tower, |c| {
                c.rect(cx - w * 1.2, base - h * 0.42, w * 1.1, h + 20.0, shade.dark(0.16))
            });
        }
        let land = ridge(&mut sleeve.rng, base, 3.0, 0.45);
        sleeve.c.fill(&land, shade.dark(0.1));
    }
    if sleeve.chance(0.7) {
        let side = sleeve.pick(&[14.0f32, 86.0]);
        let s = sleeve.range(22.0, 34.0);
        for (arm, w) in nature::cactus(&mut sleeve.rng) {
            let points: Vec<P> = arm.iter().map(|p| (side + p.0 * s, 94.0 + p.1 * s)).collect();
            sleeve.c.stroke(&smooth(&points, false), deep.dark(0.35), w * s);
        }
    }
    let _ = glow;
    let text = if sleeve.c.pixmap.pixel(sleeve.size() / 2, sleeve.size() / 8).is_some_and(|p| p.green() < 120)
    {
        sky
    } else {
        ink
    };
    banner(sleeve, (8.0, 6.0, 84.0, 27.0), text, text);
}

/// Rows of a field running to a low sun, wheat in front.
fn field(sleeve: &mut Sleeve<'_>) {
    let [sky, main, deep, glow, ink] = sleeve.inks;
    let y = sleeve.range(50.0, 60.0);
    dusk(sleeve, y + 1.0);
    let x = sleeve.range(30.0, 70.0);
    let r = sleeve.range(6.0, 12.0);
    sleeve.c.disc(x, y - r * 0.2, r, sky.light(0.3));
    sleeve.c.rect(0.0, y, 100.0, 100.0 - y, main.mix(deep, 0.5));
    let n = sleeve.count(9, 16);
    for i in -(n as i32)..=n as i32 {
        let foot = x + i as f32 * 15.0;
        sleeve.c.fill(
            &poly(&[
                (x + i as f32 * 0.9, y),
                (x + (i as f32 + 0.5) * 0.9, y),
                (foot + 8.0, 101.0),
                (foot, 101.0),
            ]),
            glow.mix(main, 0.4),
        );
    }
    if sleeve.chance(0.5) {
        let bx = sleeve.range(12.0, 80.0);
        let s = sleeve.range(0.8, 1.4);
        let barn = poly(&[
            (bx, y + 1.0),
            (bx, y - 6.0 * s),
            (bx + 2.0 * s, y - 9.0 * s),
            (bx + 5.0 * s, y - 10.6 * s),
            (bx + 8.0 * s, y - 9.0 * s),
            (bx + 10.0 * s, y - 6.0 * s),
            (bx + 10.0 * s, y + 1.0),
        ]);
        sleeve.c.fill(&barn, deep);
        sleeve.c.rect(bx + 13.0 * s, y - 12.0 * s, 3.6 * s, 13.0 * s, deep);
        sleeve.c.disc(bx + 14.8 * s, y - 12.0 * s, 1.8 * s, deep);
    }
    if sleeve.chance(0.65) {
        for _ in 0..sleeve.count(8, 20) {
            let (stem, grains) = nature::wheat(&mut sleeve.rng);
            let (px, s) = (sleeve.range(-2.0, 102.0), sleeve.range(26.0, 46.0));
            let place = Transform::from_translate(px, 104.0).pre_scale(s, s);
            sleeve.c.stroke(&moved(smooth(&stem, false), place), deep, 0.4);
            sleeve.c.fill(&moved(grains, place), deep.mix(glow, 0.25));
        }
    }
    let _ = ink;
    let bright =
        sleeve.c.pixmap.pixel(sleeve.size() / 2, sleeve.size() / 8).is_some_and(|p| p.green() >= 120);
    let text = if bright { sleeve.inks[4] } else { sky };
    banner(sleeve, (8.0, 6.0, 84.0, 28.0), text, text);
}

/// A road to the vanishing point, with poles, or a truck.
fn highway(sleeve: &mut Sleeve<'_>) {
    let [sky, main, deep, glow, _] = sleeve.inks;
    let y = sleeve.range(56.0, 64.0);
    dusk(sleeve, y + 1.0);
    let vx = sleeve.range(30.0, 70.0);
    let hills = ridge(&mut sleeve.rng, y, 12.0, 0.48);
    sleeve.c.within(&rect(0.0, 0.0, 100.0, y + 0.3), |c| c.fill(&hills, main.mix(deep, 0.5)));
    sleeve.c.linear(
        &rect(0.0, y, 100.0, 100.0 - y),
        (0.0, y),
        (0.0, 100.0),
        &[(0.0, glow.mix(main, 0.5)), (1.0, main.mix(deep, 0.6))],
    );
    let (l, r) = (vx - sleeve.range(38.0, 60.0), vx + sleeve.range(38.0, 60.0));
    sleeve.c.fill(&poly(&[(vx - 0.6, y), (vx + 0.6, y), (r, 101.0), (l, 101.0)]), deep.dark(0.2));
    let m = (l + r) / 2.0;
    for k in 0..7 {
        let (t0, t1) = ((k as f32 / 7.0).powi(2), ((k as f32 + 0.5) / 7.0).powi(2));
        let p = |t: f32, o: f32| (vx + (m - vx) * t + o * t, y + (100.0 - y) * t);
        sleeve.c.fill(&poly(&[p(t0, -1.6), p(t0, 1.6), p(t1, 1.6), p(t1, -1.6)]), glow);
    }
    for k in 0..6 {
        let t = ((k as f32 + 0.6) / 6.0).powi(2);
        let (px, h) = (vx + (r + 10.0 - vx) * t, 40.0 * t);
        let foot = y + (100.0 - y) * t * 0.8;
        sleeve.c.line(px, foot, px, foot - h - 2.0, deep.dark(0.3), 0.3 + 1.2 * t);
        sleeve.c.line(
            px - h * 0.16,
            foot - h * 0.9,
            px + h * 0.16,
            foot - h * 0.9,
            deep.dark(0.3),
            0.2 + 0.7 * t,
        );
    }
    if sleeve.chance(0.5) {
        let [body, glass, wheels] = things::car(true);
        let s = sleeve.range(9.0, 13.0);
        let x = sleeve.range(14.0, 30.0);
        sleeve.stamp(&body, x, 84.0, s, 0.0, main);
        sleeve.stamp(&glass, x, 84.0, s, 0.0, sky);
        sleeve.stamp(&wheels, x, 84.0, s, 0.0, deep.dark(0.5));
    }
    let bright =
        sleeve.c.pixmap.pixel(sleeve.size() / 2, sleeve.size() / 8).is_some_and(|p| p.green() >= 120);
    let text = if bright { sleeve.inks[4] } else { sky };
    banner(sleeve, (8.0, 6.0, 84.0, 29.0), text, text);
}

/// Concentric stripes of a sunset with type in the lower half.
fn wagon_wheel(sleeve: &mut Sleeve<'_>) {
    let [paper, main, deep, glow, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, paper);
    let (cx, cy) = (sleeve.pick(&[50.0f32, 50.0, 30.0, 70.0]), 64.0);
    let shades = [deep, main.dark(0.15), main, main.mix(glow, 0.5), glow, glow.mix(paper, 0.5)];
    let n = shades.len();
    let outer = sleeve.range(50.0, 60.0);
    sleeve.c.within(&rect(0.0, 0.0, 100.0, cy), |c| {
        for (k, shade) in shades.iter().enumerate() {
            c.disc(cx, cy, outer * (1.0 - k as f32 / n as f32), *shade);
        }
        c.disc(cx, cy, outer * 0.09, paper);
    });
    if sleeve.chance(0.7) {
        let hills = ridge(&mut sleeve.rng, cy, 9.0, 0.46);
        sleeve.c.within(&rect(0.0, 0.0, 100.0, cy), |c| c.fill(&hills, deep.dark(0.25)));
    }
    if sleeve.chance(0.5) {
        for _ in 0..sleeve.count(2, 6) {
            let (x, y, s) = (sleeve.range(12.0, 88.0), sleeve.range(8.0, 34.0), sleeve.range(1.2, 2.8));
            let bird = nature::swallow();
            let turn = sleeve.range(30.0, 110.0);
            sleeve.stamp(&bird, x, y, s, turn, deep);
        }
    }
    banner(sleeve, (8.0, 70.0, 84.0, 24.0), ink, main);
}

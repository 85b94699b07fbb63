//! Metal: black sheets, mirrored sigils, fractal thorns, burning horizons, blackletter.

use super::{Layout, Look, Sleeve};
use crate::finish::{Finish, clouds};
use crate::palette::Ink;
use crate::shapes::{P, blob, circle, finish, joined, moved, poly, rays, ridge, star, track, warp};
use crate::subjects::{nature, things};
use crate::tone::{Print, Tone};
use crate::type_setting::{self, Align, Area, Face, Setting};
use rand::Rng;
use std::f32::consts::PI;
use tiny_skia::{BlendMode, PathBuilder, Transform};

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0x0b0b0d, 0x8f1d1a, 0x2a2a2e, 0xd9d4c7, 0xcfc8b8],
        [0x08090b, 0x33475a, 0x1a2229, 0xb9c7cf, 0xd5dadb],
        [0x0d0a08, 0xb8560f, 0x33190b, 0xf0b53d, 0xe8dcc3],
        [0x070907, 0x3d5a2a, 0x182214, 0xa7b97c, 0xd0d4bd],
        [0x0a080d, 0x4b2a63, 0x1d1428, 0xb59ac9, 0xd9d0dd],
        [0x0a0a0a, 0x6d6a64, 0x262523, 0xe8e3d6, 0xe8e3d6],
    ],
    layouts: &LAYOUTS,
    tilt: 8.0,
    print: Finish { grain: 0.75, mottle: 0.45, wear: 0.12, ring: 0.05, age: 0.02, vignette: 0.7, pits: 0.35 },
};

const LAYOUTS: [Layout; 7] = [sigil, burning_horizon, thorns, skull, spires, black_sun, woodland];

/// The band's logo: blackletter or a condensed face whose strokes are pulled into spikes, the same on each of its albums.
fn logo(sleeve: &mut Sleeve<'_>, area: Area, ink: Ink) -> Area {
    let artist = sleeve.artist();
    let name = if sleeve.habit(4) == 3 { artist.to_uppercase() } else { artist };
    let (face, spikes) =
        [(Face::Gotisch, 0.0), (Face::Gotisch, 2.2), (Face::League, 4.5), (Face::Anton, 3.0)]
            [sleeve.habit(4)];
    let (x, y, w, h) = area;
    let inner = (x, y + h * 0.16, w, h * 0.68);
    let set = type_setting::block(
        &name,
        &Setting::new(face).to(Align::Centre).at(0.5).in_lines(2).led(0.86),
        inner,
    );
    let (bx, by, bw, bh) = set.area;
    let (cx, cy) = (bx + bw / 2.0, by + bh / 2.0);
    let seed = sleeve.habit as u32;
    let bent = warp(&set.path, |(px, py)| {
        let (u, v) = ((px - cx) / (bw / 2.0).max(1.0), (py - cy) / (bh / 2.0).max(0.5));
        let jag = clouds(px * 1.4, 3.0, 2, seed) - 0.35;
        let reach = if v.abs() > 0.72 { spikes * jag * v.signum() * (0.5 + u.abs()) } else { 0.0 };
        (px, py + reach + if spikes > 0.0 { v * u * u * h * 0.10 } else { 0.0 })
    });
    let ink = sleeve.legible(set.area, ink);
    sleeve.c.fill(&bent, ink);
    if spikes > 2.5 {
        for side in [-1.0, 1.0] {
            let edge = cx + side * bw / 2.0;
            for k in 0..3 {
                let v = by + bh * (0.2 + 0.3 * k as f32);
                sleeve.c.fill(
                    &poly(&[
                        (edge - side * 1.5, v - 0.6),
                        (edge + side * (5.0 - 1.2 * k as f32), v + 1.2),
                        (edge - side * 1.5, v + 0.9),
                    ]),
                    ink,
                );
            }
        }
    }
    (bx, by, bw, bh)
}

fn subtitle(sleeve: &mut Sleeve<'_>, y: f32, ink: Ink) {
    let title = sleeve.title();
    let (face, text, tracking) = match sleeve.second_habit(3) {
        0 => (Face::Gotisch, title, 0.02),
        1 => (Face::Cormorant, title.to_uppercase(), 0.34),
        _ => (Face::League, title.to_uppercase(), 0.26),
    };
    let setting = Setting::new(face).to(Align::Centre).in_lines(1).tracked(tracking).at(0.5);
    sleeve.set(&text, setting, (14.0, y, 72.0, 4.2), ink);
}

/// Smoke: clouds between two inks, thicker towards the edges or the foot.
fn smoke(sleeve: &mut Sleeve<'_>, inks: &[Ink], low: f32) {
    let seed = sleeve.rng.r#gen();
    let scale = sleeve.range(0.025, 0.05);
    let tone = Tone::soft(sleeve.size(), 128, |x, y| {
        let w = clouds(x * scale + 3.0, y * scale * 1.5, 3, seed) * 5.0;
        let v = clouds(x * scale + w * 0.4, y * scale + w * 0.3, 4, seed ^ 99);
        ((v - 0.28) * 1.7 + low * (y / 100.0 - 0.5), 1.0)
    });
    tone.print(&mut sleeve.c, Print::Ramp(inks));
}

/// A mirrored seal of strokes in a circle.
fn sigil(sleeve: &mut Sleeve<'_>) {
    let [ground, main, deep, pale, ink] = sleeve.inks;
    smoke(sleeve, &[ground, ground, deep, deep.mix(main, 0.4)], 0.0);
    let (cx, cy, r) = (50.0, 53.0, sleeve.range(27.0, 33.0));
    let line = sleeve.pick(&[pale, main.light(0.15), pale.mix(main, 0.5)]);
    sleeve.c.ring(cx, cy, r + 4.0, line, 0.7);
    sleeve.c.ring(cx, cy, r + 2.6, line, 0.25);
    let letters: String =
        sleeve.title().to_uppercase().chars().filter(|c| c.is_alphabetic() || *c == ' ').collect();
    let around = format!("{letters} + ").repeat((44 / (letters.len() + 3)).max(1));
    let text = type_setting::arch(&around, Face::Cormorant, 0.42, 2.7, (cx, cy), r + 5.6, -PI / 2.0, false);
    sleeve.c.fill(&text, line.fade(0.9));
    let strokes = sleeve.count(5, 9);
    let mut b = PathBuilder::new();
    for _ in 0..strokes {
        let (a0, a1) = (sleeve.range(-PI / 2.0, PI / 2.0), sleeve.range(-PI / 2.0, PI / 2.0));
        let (r0, r1) = (r * sleeve.range(0.05, 1.0), r * sleeve.range(0.3, 1.0));
        let bend = sleeve.range(-0.6, 0.6);
        for side in [-1.0f32, 1.0] {
            let p = |a: f32, r: f32| (cx + side * a.cos() * r, cy + a.sin() * r);
            let (p0, p1) = (p(a0, r0), p(a1, r1));
            let m = p((a0 + a1) / 2.0 + bend, (r0 + r1) * 0.5);
            b.move_to(p0.0, p0.1);
            b.quad_to(m.0, m.1, p1.0, p1.1);
        }
    }
    let weight = sleeve.range(0.7, 1.5);
    sleeve.c.rule(&finish(b), line, weight);
    let spikes = sleeve.pick(&[3usize, 5, 6, 7, 8]);
    let shape = star(cx, cy, r + 2.6, r * sleeve.range(0.16, 0.42), spikes, sleeve.pick(&[0.0, PI]));
    sleeve.c.rule(&shape, line, weight * 0.8);
    let eye = sleeve.range(2.0, 6.0);
    sleeve.c.disc(cx, cy, eye, line);
    sleeve.c.disc(cx, cy, eye * 0.6, ground);
    logo(sleeve, (10.0, 1.5, 80.0, 14.5), ink);
    let foot = sleeve.inks[4];
    if sleeve.chance(0.4) {
        subtitle(sleeve, 93.0, foot.fade(0.8));
    }
}

/// A ridge of rock before fire or northern light.
fn burning_horizon(sleeve: &mut Sleeve<'_>) {
    let [ground, main, deep, pale, ink] = sleeve.inks;
    smoke(sleeve, &[ground, deep, main, main.mix(pale, 0.6)], 0.9);
    let sun = (sleeve.range(30.0, 70.0), sleeve.range(46.0, 62.0), sleeve.range(9.0, 17.0));
    sleeve.c.disc(sun.0, sun.1, sun.2, pale.mix(main, 0.25));
    for k in 0..4 {
        let level = 58.0 + 10.0 * k as f32;
        let rise = sleeve.range(26.0, 40.0) - 4.0 * k as f32;
        let hill = ridge(&mut sleeve.rng, level, rise, 0.54);
        let shade = main.mix(ground, 0.45 + 0.18 * k as f32).dark(0.25);
        sleeve.c.fill(&hill, if k == 3 { ground } else { shade });
    }
    for _ in 0..sleeve.count(3, 12) {
        let (x, y, s) = (sleeve.range(10.0, 90.0), sleeve.range(24.0, 50.0), sleeve.range(0.8, 2.2));
        let wing = sleeve.range(0.3, 0.8);
        let crow = track(&[
            (x - s, y - s * wing),
            (x - s * 0.3, y - s * 0.1),
            (x, y + s * 0.2),
            (x + s * 0.3, y - s * 0.1),
            (x + s, y - s * wing),
        ]);
        sleeve.c.stroke(&crow, ground, s * 0.34);
    }
    logo(sleeve, (8.0, 4.0, 84.0, 19.0), ink);
    subtitle(sleeve, 91.0, ink.fade(0.85));
}

/// Thorns that branch outwards, mirrored or turned.
fn thorns(sleeve: &mut Sleeve<'_>) {
    fn grow(
        rng: &mut impl Rng,
        out: &mut Vec<tiny_skia::Path>,
        from: P,
        angle: f32,
        length: f32,
        left: usize,
    ) {
        let to = (from.0 + angle.cos() * length, from.1 + angle.sin() * length);
        let w = length * 0.09 + 0.12;
        let (nx, ny) = (-angle.sin() * w, angle.cos() * w);
        out.push(poly(&[(from.0 + nx, from.1 + ny), to, (from.0 - nx, from.1 - ny)]));
        if left == 0 {
            return;
        }
        for _ in 0..rng.gen_range(2..=3) {
            let t = rng.gen_range(0.25..0.9);
            let root = (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t);
            let lean = rng.gen_range(0.35..1.1) * if rng.gen_bool(0.5) { 1.0 } else { -1.0 };
            let shorter = length * rng.gen_range(0.45..0.72);
            grow(rng, out, root, angle + lean, shorter, left - 1);
        }
    }
    let [ground, main, deep, pale, ink] = sleeve.inks;
    let bright = sleeve.chance(0.3);
    let (sheet, line) =
        if bright { (pale.dark(0.06), ground) } else { (ground, pale.mix(main, sleeve.range(0.0, 0.5))) };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, sheet);
    if !bright {
        smoke(sleeve, &[ground, ground, deep], 0.0);
    }
    let folds = sleeve.pick(&[2usize, 3, 4, 5, 6, 8]);
    let mut limb = Vec::new();
    for _ in 0..2 {
        let angle = sleeve.range(-0.4, 0.4) - PI / 2.0;
        let reach = sleeve.range(17.0, 23.0);
        grow(&mut sleeve.rng, &mut limb, (0.0, -3.0), angle, reach, 4);
    }
    let limb = joined(&limb);
    let (cx, cy) = (50.0, 56.0);
    if sleeve.chance(0.6) {
        let r = sleeve.range(9.0, 20.0);
        sleeve.c.disc(cx, cy, r, if bright { main } else { main.dark(0.2) });
    }
    for i in 0..folds {
        for flip in [1.0, -1.0] {
            let place = Transform::from_translate(cx, cy)
                .pre_rotate(360.0 * i as f32 / folds as f32)
                .pre_scale(flip, 1.0);
            sleeve.c.moved(place, |c| c.fill(&limb, line));
        }
    }
    logo(sleeve, (10.0, 2.0, 80.0, 16.0), if bright { main.dark(0.3) } else { ink });
    subtitle(sleeve, 93.0, if bright { ground } else { ink });
}

/// A lit skull, with or without a halo of rays.
fn skull(sleeve: &mut Sleeve<'_>) {
    let [ground, main, deep, pale, ink] = sleeve.inks;
    smoke(sleeve, &[ground, ground, deep.mix(main, 0.3)], 0.2);
    let (cx, cy, s) = (50.0, sleeve.range(53.0, 58.0), sleeve.range(27.0, 34.0));
    if sleeve.chance(0.7) {
        let n = sleeve.count(16, 40);
        let halo = rays(cx, cy - s * 0.2, sleeve.range(34.0, 70.0), n, 0.04);
        sleeve.c.fill(&halo, main.fade(0.75));
        sleeve.c.disc(cx, cy - s * 0.2, s * 1.25, ground);
        sleeve.c.ring(cx, cy - s * 0.2, s * 1.32, main, 0.6);
    }
    let [bone, holes] = things::skull();
    let place = Transform::from_translate(cx, cy).pre_scale(s, s);
    let seed = sleeve.rng.r#gen();
    let side = sleeve.pick(&[-0.8f32, 0.8]);
    let mut tone = Tone::body(sleeve.size(), &moved(bone, place), s * 0.22, (side, -0.7));
    let n = tone.light.len();
    let px = sleeve.size() as usize;
    for i in 0..n {
        if tone.cover[i] > 0.0 {
            let (x, y) = ((i % px) as f32 * 100.0 / px as f32, (i / px) as f32 * 100.0 / px as f32);
            tone.light[i] += (clouds(x * 0.5, y * 0.5, 3, seed) - 0.5) * 0.5;
        }
    }
    match sleeve.count(0, 2) {
        0 => tone.print(&mut sleeve.c, Print::Steps(&[ground, deep, main.mix(pale, 0.4), pale])),
        1 => tone.print(&mut sleeve.c, Print::Ramp(&[ground, main.dark(0.4), main.mix(pale, 0.6), pale])),
        _ => {
            tone.print(&mut sleeve.c, Print::Ramp(&[pale, pale]));
            tone.print(&mut sleeve.c, Print::Lines { ink: ground, cell: 1.3, turn: 35.0 });
        }
    }
    sleeve.c.fill(&moved(holes, place), ground);
    logo(sleeve, (8.0, 3.0, 84.0, 17.0), ink);
    if sleeve.chance(0.75) {
        subtitle(sleeve, 92.0, ink);
    }
}

/// Gothic spires mirrored in black water.
fn spires(sleeve: &mut Sleeve<'_>) {
    let [ground, main, deep, pale, ink] = sleeve.inks;
    let water = sleeve.range(64.0, 72.0);
    sleeve.c.sky(&[
        (0.0, ground),
        (0.45, deep),
        (0.62, main),
        (0.68, main.mix(pale, 0.4)),
        (0.7, deep),
        (1.0, ground),
    ]);
    let mut towers = Vec::new();
    let n = sleeve.count(4, 8);
    for i in 0..n {
        let t = (i as f32 + 0.5) / n as f32;
        let x = 50.0 + 44.0 * t * t.sqrt();
        let h = (1.0 - t) * sleeve.range(34.0, 46.0) + sleeve.range(2.0, 9.0);
        let w = sleeve.range(1.6, 4.0);
        for s in [-1.0f32, 1.0] {
            let x = 50.0 + s * (x - 50.0 - 3.0);
            towers.push(poly(&[
                (x - w, water),
                (x - w, water - h * 0.6),
                (x, water - h),
                (x + w, water - h * 0.6),
                (x + w, water),
            ]));
            towers.push(poly(&[
                (x - w * 1.3, water),
                (x - w * 1.3, water - h * 0.3),
                (x - w * 0.9, water - h * 0.42),
                (x - w * 0.9, water),
            ]));
        }
    }
    let moon = sleeve.range(9.0, 15.0);
    let height = water - sleeve.range(28.0, 38.0);
    sleeve.c.disc(50.0, height, moon, pale.mix(main, 0.3));
    let city = joined(&towers);
    sleeve.c.fill(&city, ground);
    let seed = sleeve.rng.r#gen();
    let mirrored =
        warp(&city, |(x, y)| (x + (clouds(x * 0.1, y * 1.1, 2, seed) - 0.5) * 5.0, 2.0 * water - y));
    sleeve.c.fill(&mirrored, ground.fade(0.85));
    sleeve.c.line(0.0, water, 100.0, water, pale.fade(0.35), 0.25);
    logo(sleeve, (8.0, 3.0, 84.0, 18.0), ink);
    subtitle(sleeve, 90.0, ink.fade(0.85));
}

/// An eclipse with a ragged corona.
fn black_sun(sleeve: &mut Sleeve<'_>) {
    let [ground, main, deep, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let seed: u32 = sleeve.rng.r#gen();
    let (cx, cy, r) = (50.0, sleeve.range(50.0, 58.0), sleeve.range(17.0, 25.0));
    let reach = sleeve.range(14.0, 30.0);
    let tone = Tone::soft(sleeve.size(), 200, |x, y| {
        let (dx, dy) = (x - cx, y - cy);
        let (d, a) = (dx.hypot(dy), dy.atan2(dx));
        let flare = clouds(a.cos() * 3.0 + 5.0, a.sin() * 3.0 + d * 0.03, 4, seed);
        let v = (-(d - r).max(0.0) / (reach * (0.2 + 1.2 * flare * flare))).exp();
        (v * 0.98, 1.0)
    });
    tone.print(&mut sleeve.c, Print::Ramp(&[ground, deep, main, main.mix(pale, 0.5), pale]));
    sleeve.c.disc(cx, cy, r, ground);
    if sleeve.chance(0.5) {
        let ring = blob(&mut sleeve.rng, cx, cy, r * 1.02, 40, 0.02);
        sleeve.c.blended(BlendMode::Screen, |c| c.rule(&ring, pale.fade(0.6), 0.5));
    }
    if sleeve.chance(0.5) {
        let hill = ridge(&mut sleeve.rng, 86.0, 12.0, 0.56);
        sleeve.c.fill(&hill, ground);
    }
    logo(sleeve, (8.0, 3.0, 84.0, 17.0), ink);
    if sleeve.chance(0.6) {
        subtitle(sleeve, 92.5, ink.fade(0.85));
    }
}

/// Bare trees in fog, as the second wave liked them.
fn woodland(sleeve: &mut Sleeve<'_>) {
    let [ground, main, deep, pale, ink] = sleeve.inks;
    let fog = pale.mix(main, 0.35).mix(ground, 0.25);
    smoke(sleeve, &[deep.mix(fog, 0.3), fog.mix(deep, 0.35), fog], 0.5);
    for layer in 0..3 {
        let shade = fog.mix(ground, 0.35 + 0.32 * layer as f32);
        for _ in 0..sleeve.count(4, 8) {
            let (x, s) = (sleeve.range(-4.0, 104.0), sleeve.range(34.0, 56.0) + 10.0 * layer as f32);
            let foot = 82.0 + 9.0 * layer as f32;
            if sleeve.chance(0.5) {
                let pine = nature::pine(&mut sleeve.rng);
                sleeve.c.moved(Transform::from_translate(x, foot).pre_scale(s * 0.7, s), |c| {
                    c.fill(&pine, shade)
                });
            } else {
                let depth = 5;
                let tree = nature::tree(&mut sleeve.rng, depth);
                sleeve.c.moved(Transform::from_translate(x, foot).pre_scale(s * 0.7, s), |c| {
                    for (a, b, w) in &tree {
                        c.line(a.0, a.1, b.0, b.1, shade, *w);
                    }
                });
            }
        }
        let floor = ridge(&mut sleeve.rng, 84.0 + 7.0 * layer as f32, 5.0, 0.5);
        sleeve.c.fill(&floor, shade);
    }
    if sleeve.chance(0.3) {
        let r = sleeve.range(5.0, 8.0);
        sleeve.c.fill(&circle(50.0, 30.0, r), pale.fade(0.7));
    }
    sleeve.c.blended(BlendMode::Multiply, |c| {
        c.sky(&[(0.0, deep.mix(fog, 0.2)), (0.35, fog.light(0.6)), (1.0, fog)])
    });
    logo(sleeve, (8.0, 3.0, 84.0, 18.0), ink);
    subtitle(sleeve, 92.0, ink);
}

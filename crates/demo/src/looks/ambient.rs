//! Ambient: fog, horizons, discs of light, almost no type.

use super::{Layout, Look, Sleeve};
use crate::finish::{Finish, clouds};
use crate::palette::Ink;
use crate::shapes::{P, circle, rect, ridge, smooth};
use crate::tone::{Print, Tone};
use crate::type_setting::{Align, Face, Setting};
use rand::Rng;
use std::f32::consts::{PI, TAU};
use tiny_skia::BlendMode;

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0xdfe4e4, 0x9db4bd, 0x51707f, 0xf2c9a5, 0x33474f],
        [0xe9dfd6, 0xd3a99b, 0x7c6a7f, 0xf5e2bd, 0x4f4356],
        [0x1c2a3a, 0x3f5f78, 0x8fa9b3, 0xe3cfb0, 0xdfe6e6],
        [0xd9e0d2, 0xa2b594, 0x5e7a6c, 0xf3ecc9, 0x3a4a40],
        [0x2a2438, 0x5b4a78, 0xa987a8, 0xf0c3b4, 0xeee2e8],
        [0xeceae4, 0xc9c6be, 0x8c8a86, 0xe7b98e, 0x4b4a48],
        [0x0f2430, 0x1f5a66, 0x79b3a8, 0xe8e3c0, 0xdcebe5],
    ],
    layouts: &LAYOUTS,
    tilt: 14.0,
    print: Finish { grain: 0.85, mottle: 0.2, wear: 0.0, ring: 0.0, age: 0.02, vignette: 0.15, pits: 0.0 },
};

const LAYOUTS: [Layout; 7] = [horizon, fog, disc, layers, ripples, window, veil];

/// Artist and title, tiny, in the corner this artist uses; some covers carry none.
fn whisper(sleeve: &mut Sleeve<'_>, ink: Ink) {
    if sleeve.chance(0.22) {
        return;
    }
    let face = [Face::JostLight, Face::Unbounded, Face::CormorantItalic, Face::Jost][sleeve.habit(4)];
    let (artist, title) = (sleeve.artist().to_lowercase(), sleeve.title().to_lowercase());
    let setting = Setting::new(face).in_lines(1).tracked(0.12).at(0.5).upto(3.6);
    match sleeve.second_habit(4) {
        0 => {
            sleeve.set(&artist, setting, (6.0, 6.0, 60.0, 2.2), ink);
            sleeve.set(&title, setting, (6.0, 9.6, 60.0, 2.2), ink.fade(0.75));
        }
        1 => {
            sleeve.set(&artist, setting.to(Align::Centre), (20.0, 90.0, 60.0, 2.2), ink);
            sleeve.set(&title, setting.to(Align::Centre), (20.0, 93.4, 60.0, 2.0), ink.fade(0.75));
        }
        2 => {
            sleeve.set(&artist, setting, (6.0, 92.0, 44.0, 2.3), ink);
            sleeve.set(&title, setting.to(Align::Right), (50.0, 92.0, 44.0, 2.3), ink.fade(0.8));
        }
        _ => {
            sleeve.set(&title, setting.to(Align::Right), (34.0, 6.0, 60.0, 2.4), ink);
            sleeve.set(&artist, setting.to(Align::Right), (34.0, 9.6, 60.0, 2.0), ink.fade(0.75));
        }
    }
}

fn sky(sleeve: &mut Sleeve<'_>) {
    let [a, b, c, glow, _] = sleeve.inks;
    let shift = sleeve.range(0.35, 0.6);
    if sleeve.chance(0.5) {
        sleeve.c.sky(&[(0.0, a), (shift, b), (1.0, c)]);
    } else {
        sleeve.c.sky(&[(0.0, b.mix(a, 0.3)), (shift, glow.mix(a, 0.4)), (shift + 0.2, a), (1.0, b)]);
    }
}

/// Land, sea or nothing under a sky.
fn horizon(sleeve: &mut Sleeve<'_>) {
    let [a, b, c, glow, ink] = sleeve.inks;
    let y = sleeve.range(48.0, 74.0);
    sleeve.c.linear(
        &rect(0.0, 0.0, 100.0, y + 0.5),
        (0.0, 0.0),
        (0.0, y),
        &[(0.0, a.mix(b, 0.4)), (0.7, a), (1.0, glow.mix(a, 0.25))],
    );
    sleeve.c.linear(
        &rect(0.0, y, 100.0, 100.0 - y),
        (0.0, y),
        (0.0, 100.0),
        &[(0.0, b), (0.3, c.mix(b, 0.5)), (1.0, c)],
    );
    let (x, r) = (sleeve.range(22.0, 78.0), sleeve.range(3.0, 14.0));
    let lift = sleeve.range(-0.6, 2.2);
    let sun_y = y - r * lift;
    sleeve.c.within(&rect(0.0, 0.0, 100.0, y), |cv| {
        cv.radial(
            &circle(x, sun_y, r * 4.0),
            (x, sun_y),
            r * 4.0,
            &[(0.0, glow.fade(0.7)), (1.0, glow.fade(0.0))],
        );
        cv.disc(x, sun_y, r, glow.light(0.35));
    });
    if sleeve.chance(0.7) {
        for i in 0..sleeve.count(8, 18) {
            let t = i as f32 / 16.0;
            let w = r * (1.2 + 2.0 * t) * sleeve.range(0.3, 1.0);
            let yy = y + 1.2 + (100.0 - y) * t * t * 0.9;
            sleeve.c.rect(x - w, yy, 2.0 * w, 0.25 + 0.5 * t, glow.light(0.3).fade(0.55 * (1.0 - t * 0.7)));
        }
    }
    if sleeve.chance(0.4) {
        let hills = ridge(&mut sleeve.rng, y, 6.0, 0.45);
        sleeve.c.within(&rect(0.0, 0.0, 100.0, y + 0.2), |cv| cv.fill(&hills, c.mix(b, 0.4).fade(0.7)));
    }
    let quiet = ink;
    whisper(sleeve, quiet);
}

/// Clouds of two or three inks folding into one another.
fn fog(sleeve: &mut Sleeve<'_>) {
    let [a, b, c, glow, ink] = sleeve.inks;
    let seed: u32 = sleeve.rng.r#gen();
    let (sx, sy) = (sleeve.range(0.008, 0.03), sleeve.range(0.012, 0.05));
    let fold = sleeve.range(1.0, 4.5);
    let tone = Tone::soft(sleeve.size(), 128, |x, y| {
        let w = clouds(x * sx, y * sy, 2, seed) * fold;
        let v = clouds(x * sx + w, y * sy + w * 0.7, 3, seed ^ 31);
        ((v - 0.22) * 1.75, 1.0)
    });
    tone.print(&mut sleeve.c, Print::Ramp(&[c, b, a, glow]));
    whisper(sleeve, ink);
}

/// One disc.
fn disc(sleeve: &mut Sleeve<'_>) {
    let [a, b, c, glow, ink] = sleeve.inks;
    sky(sleeve);
    let (x, y, r) = (sleeve.range(38.0, 62.0), sleeve.range(36.0, 58.0), sleeve.range(14.0, 31.0));
    let kind = sleeve.count(0, 3);
    match kind {
        0 => {
            sleeve.c.radial(
                &circle(x, y, r * 1.9),
                (x, y),
                r * 1.9,
                &[(0.0, glow.fade(0.8)), (0.5, glow.fade(0.35)), (1.0, glow.fade(0.0))],
            );
            sleeve.c.linear(&circle(x, y, r), (x, y - r), (x, y + r), &[(0.0, glow.light(0.2)), (1.0, b)]);
        }
        1 => {
            for k in (1..=7).rev() {
                let t = k as f32 / 7.0;
                sleeve.c.disc(x, y, r * (0.4 + 0.9 * t), glow.mix(c, t).fade(0.35));
            }
        }
        2 => {
            sleeve.c.linear(&circle(x, y, r), (x - r, y), (x + r, y), &[(0.0, c), (1.0, a)]);
            let off = r * sleeve.range(0.2, 0.7);
            sleeve.c.blended(BlendMode::Multiply, |cv| {
                cv.linear(
                    &circle(x + off, y + off * 0.4, r * 0.8),
                    (x, y - r),
                    (x, y + r),
                    &[(0.0, glow), (1.0, b)],
                )
            });
        }
        _ => {
            let seed: u32 = sleeve.rng.r#gen();
            let mut tone = Tone::body(sleeve.size(), &circle(x, y, r), r * 0.55, (-0.8, -0.4));
            let px = sleeve.size() as usize;
            for i in 0..tone.light.len() {
                if tone.cover[i] > 0.0 {
                    let (u, v) = ((i % px) as f32 * 100.0 / px as f32, (i / px) as f32 * 100.0 / px as f32);
                    tone.light[i] =
                        0.15 + tone.light[i] * 0.8 + (clouds(u * 0.09, v * 0.26, 3, seed) - 0.5) * 0.5;
                }
            }
            tone.print(&mut sleeve.c, Print::Ramp(&[c, b, a, glow]));
        }
    }
    whisper(sleeve, ink);
}

/// Hills behind hills until they are air.
fn layers(sleeve: &mut Sleeve<'_>) {
    let [a, b, c, glow, ink] = sleeve.inks;
    sleeve.c.sky(&[(0.0, a.mix(glow, 0.2)), (0.5, glow.mix(a, 0.3)), (1.0, b)]);
    if sleeve.chance(0.5) {
        let (x, r) = (sleeve.range(20.0, 80.0), sleeve.range(4.0, 9.0));
        let y = sleeve.range(20.0, 38.0);
        sleeve.c.disc(x, y, r, glow.light(0.45).fade(0.9));
    }
    let n = sleeve.count(4, 8);
    let smoothness = sleeve.range(0.36, 0.52);
    for i in 0..n {
        let t = i as f32 / (n - 1) as f32;
        let level = 44.0 + 46.0 * t;
        let rise = sleeve.range(12.0, 22.0);
        let hill = ridge(&mut sleeve.rng, level, rise, smoothness);
        let shade = a.mix(b, 0.3).mix(c, t);
        sleeve.c.linear(
            &hill,
            (0.0, level - 10.0),
            (0.0, level + 16.0),
            &[(0.0, shade), (1.0, shade.mix(a, 0.55))],
        );
    }
    let on = if c.luma() > 0.5 { ink } else { a.mix(ink, if a.luma() > 0.5 { 0.0 } else { 1.0 }) };
    let quiet = if sleeve.second_habit(4) == 0 || sleeve.second_habit(4) == 3 { ink } else { on };
    whisper(sleeve, quiet);
}

/// Fine lines as on still water.
fn ripples(sleeve: &mut Sleeve<'_>) {
    let [_, b, c, glow, ink] = sleeve.inks;
    sky(sleeve);
    let n = sleeve.count(30, 70);
    let seed: u32 = sleeve.rng.r#gen();
    let centre = (sleeve.range(20.0, 80.0), sleeve.range(30.0, 60.0));
    let round = sleeve.chance(0.5);
    for i in 0..n {
        let t = i as f32 / n as f32;
        let line: Vec<P> = if round {
            let r = 2.0 + 74.0 * t;
            (0..48)
                .map(|k| {
                    let a = TAU * k as f32 / 48.0;
                    let w =
                        1.0 + 0.16 * (clouds(a.cos() * 1.5 + 4.0, a.sin() * 1.5 + t * 3.0, 2, seed) - 0.5);
                    (centre.0 + a.cos() * r * w, centre.1 + a.sin() * r * w * 0.62)
                })
                .collect()
        } else {
            (0..=30)
                .map(|k| {
                    let x = -4.0 + 3.6 * k as f32;
                    (
                        x,
                        14.0 + 76.0 * t
                            + 9.0 * (clouds(x * 0.03, t * 3.0, 2, seed) - 0.5) * (PI * t).sin() * 2.0,
                    )
                })
                .collect()
        };
        let shade = if sleeve.chance(0.12) { glow.light(0.2) } else { c.mix(b, t) };
        sleeve.c.stroke(&smooth(&line, round), shade.fade(0.75), 0.28);
    }
    whisper(sleeve, ink);
}

/// A view through a plain opening.
fn window(sleeve: &mut Sleeve<'_>) {
    let [a, b, c, glow, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, a);
    let frame = match sleeve.count(0, 3) {
        0 => rect(26.0, 18.0, 48.0, 60.0),
        1 => circle(50.0, 47.0, 28.0),
        2 => rect(14.0, 36.0, 72.0, 26.0),
        _ => crate::subjects::music::smooth_box(30.0, 16.0, 40.0, 64.0, 20.0),
    };
    let seed: u32 = sleeve.rng.r#gen();
    let scale = sleeve.range(0.02, 0.05);
    let tone = Tone::soft(sleeve.size(), 128, |x, y| {
        let v = clouds(x * scale + y * 0.004, y * scale * 2.2, 4, seed);
        ((v - 0.5) * 1.5 + 0.9 - y / 100.0 * 0.9, 1.0)
    });
    let far = ridge(&mut sleeve.rng, 58.0, 8.0, 0.5);
    let near = ridge(&mut sleeve.rng, 68.0, 8.0, 0.5);
    sleeve.c.within(&frame, |cv| {
        tone.print(cv, Print::Ramp(&[c, b, glow, glow.light(0.4)]));
        cv.fill(&far, c.mix(b, 0.4).fade(0.85));
        cv.fill(&near, c.dark(0.2));
    });
    whisper(sleeve, ink);
}

/// Upright veils of light.
fn veil(sleeve: &mut Sleeve<'_>) {
    let [a, b, c, glow, ink] = sleeve.inks;
    let seed: u32 = sleeve.rng.r#gen();
    let (fx, fy) = (sleeve.range(0.05, 0.16), sleeve.range(0.004, 0.012));
    let foot = sleeve.range(0.5, 0.9);
    let tone = Tone::soft(sleeve.size(), 160, |x, y| {
        let bend = clouds(x * 0.02, y * 0.02, 2, seed ^ 5) * 26.0;
        let v = clouds((x + bend) * fx, y * fy, 3, seed);
        let fall = (PI * (y / 100.0).powf(foot)).sin();
        (0.12 + (v - 0.25) * 1.6 * fall, 1.0)
    });
    let inks: [Ink; 4] = if a.luma() > 0.5 { [a, b, glow, c] } else { [a, b, c, glow] };
    tone.print(&mut sleeve.c, Print::Ramp(&inks));
    whisper(sleeve, ink);
}

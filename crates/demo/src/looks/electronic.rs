//! Electronic: grids, moiré, isometric forms, ordered dots, mono type in the margins.

use super::{Layout, Look, Sleeve};
use crate::finish::{Finish, clouds, noise};
use crate::palette::Ink;
use crate::shapes::{P, circle, finish, poly, rect, smooth};
use crate::tone::{Print, Tone};
use crate::type_setting::{self, Align, Face, Setting};
use rand::Rng;
use std::f32::consts::{PI, TAU};
use tiny_skia::{BlendMode, PathBuilder, Transform};

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0x0a0d1c, 0x3d5afe, 0x00e5c7, 0xff3d7f, 0xe8f0ff],
        [0xe9ebee, 0x111318, 0xff4b1f, 0x8b95a5, 0x111318],
        [0x101014, 0xc6ff3d, 0x5a6270, 0x7d5cff, 0xf1f4e8],
        [0x1a0b2e, 0xff5fa2, 0x7c3aed, 0x33d6ff, 0xffe9f5],
        [0xdfe6ea, 0x1546d1, 0x0b1530, 0xff5a36, 0x0b1530],
        [0x051a1c, 0x19c3b2, 0x0c5c63, 0xf4f06a, 0xdff6f1],
    ],
    layouts: &LAYOUTS,
    tilt: 16.0,
    print: Finish { grain: 0.38, mottle: 0.12, wear: 0.0, ring: 0.0, age: 0.0, vignette: 0.1, pits: 0.05 },
};

const LAYOUTS: [Layout; 8] = [moire, isometric, terrain, dither, lissajous, cells, gradient_orb, word_grid];

/// Names along the margins in mono type: artist, title, number.
fn margins(sleeve: &mut Sleeve<'_>, ink: Ink) {
    let face = [Face::Mono, Face::Syne, Face::Unbounded][sleeve.habit(3)];
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let number = sleeve.album.catalogue_number();
    let tiny = |align| Setting::new(face).in_lines(1).to(align).at(0.5).upto(3.4);
    match sleeve.second_habit(3) {
        0 => {
            sleeve.set(&artist, tiny(Align::Left), (4.0, 3.8, 60.0, 2.4), ink);
            sleeve.set(&title, tiny(Align::Left), (4.0, 93.8, 60.0, 2.4), ink);
            sleeve.set(
                &number,
                Setting::new(Face::Mono).in_lines(1).to(Align::Right).at(0.5),
                (70.0, 94.2, 26.0, 1.7),
                ink,
            );
        }
        1 => {
            let a = sleeve.set(
                &title.to_lowercase(),
                Setting::new(face).in_lines(2).upto(8.0).at(1.0),
                (4.0, 78.0, 62.0, 17.0),
                ink,
            );
            sleeve.set(&artist.to_lowercase(), tiny(Align::Left), (4.0, a.1 - 5.2, 62.0, 2.6), ink);
            sleeve.kite(94.0, 94.0, 2.2, ink);
        }
        _ => {
            let up = Transform::from_row(0.0, -1.0, 1.0, 0.0, 0.0, 100.0);
            let block = type_setting::block(
                &format!("{artist} — {title}"),
                &tiny(Align::Left),
                (4.0, 93.6, 92.0, 2.4),
            );
            let (x, y, w, h) = block.area;
            let ink = sleeve.legible((y, 100.0 - x - w, h, w), ink);
            sleeve.c.moved(up, |c| c.fill(&block.path, ink));
            sleeve.set(
                &number,
                Setting::new(Face::Mono).in_lines(1).to(Align::Left).at(0.5),
                (4.0, 3.6, 26.0, 1.7),
                ink,
            );
        }
    }
}

/// Two families of fine curves that interfere.
fn moire(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, accent, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let step = sleeve.range(1.3, 2.0);
    let kind = sleeve.count(0, 2);
    let (a, b) = (
        (sleeve.range(20.0, 50.0), sleeve.range(20.0, 60.0)),
        (sleeve.range(50.0, 80.0), sleeve.range(40.0, 80.0)),
    );
    let frame = match sleeve.count(0, 2) {
        0 => circle(50.0, 50.0, 39.0),
        1 => rect(10.0, 10.0, 80.0, 80.0),
        _ => rect(0.0, 12.0, 100.0, 76.0),
    };
    let phase = sleeve.range(0.0, TAU);
    let lines = |c: &mut crate::canvas::Canvas, at: P, ink: Ink, turn: f32| {
        for i in 0..(90.0 / step) as usize {
            let d = step * i as f32;
            match kind {
                0 => c.ring(at.0, at.1, d + 0.4, ink, step * 0.46),
                1 => {
                    let points: Vec<P> = (0..=24)
                        .map(|k| {
                            let x = -10.0 + 5.0 * k as f32;
                            (
                                x,
                                -5.0 + 1.25 * d
                                    + 6.0 * (x * 0.06 + phase + turn).sin()
                                    + 3.0 * (x * 0.13 + d * 0.03).cos(),
                            )
                        })
                        .collect();
                    let wave = smooth(&points, false);
                    c.moved(Transform::from_rotate_at(turn * 20.0, 50.0, 50.0), |c| {
                        c.stroke(&wave, ink, step * 0.5)
                    });
                }
                _ => c.moved(Transform::from_rotate_at(turn * 14.0 + 20.0, at.0, at.1), |c| {
                    c.rect(-60.0 + 2.4 * d, -60.0, step * 1.0, 220.0, ink);
                }),
            }
        }
    };
    let blend = if ground.luma() > 0.5 { BlendMode::Multiply } else { BlendMode::Screen };
    sleeve.c.within(&frame, |c| {
        c.blended(blend, |c| {
            lines(c, a, main, -0.35);
            lines(c, b, if ground.luma() > 0.5 { accent.mix(second, 0.5) } else { accent }, 0.35);
        });
    });
    margins(sleeve, ink);
}

/// Blocks in parallel projection, as a city or a machine.
fn isometric(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, accent, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let n = sleeve.count(4, 8);
    let w = 36.0 / n as f32;
    let h = w * 0.58;
    let seed: u32 = sleeve.rng.r#gen();
    let tall = sleeve.range(14.0, 34.0);
    let scale = sleeve.range(0.16, 0.5);
    let (cx, cy) = (50.0, 42.0 - h * n as f32 * 0.25 + tall * 0.3);
    for row in 0..n {
        for col in 0..n {
            let (x, y) =
                (cx + (col as f32 - row as f32) * w, cy + (col + row) as f32 * h - h * n as f32 * 0.5);
            let up = tall * noise(col as f32 * scale * 2.0, row as f32 * scale * 2.0, seed).powi(2) * 1.5;
            let lit = (col * 7 + row * 13 + seed as usize).is_multiple_of(11);
            let base = if lit { accent } else { main.mix(second, up / tall.max(1.0) * 0.8) };
            let (l, r, t) = (base.dark(0.45), base.dark(0.2), base.light(0.18));
            sleeve.c.fill(&poly(&[(x - w, y - up), (x, y + h - up), (x, y + h + 4.0), (x - w, y + 4.0)]), l);
            sleeve.c.fill(&poly(&[(x + w, y - up), (x, y + h - up), (x, y + h + 4.0), (x + w, y + 4.0)]), r);
            sleeve.c.fill(&poly(&[(x, y - h - up), (x + w, y - up), (x, y + h - up), (x - w, y - up)]), t);
        }
    }
    margins(sleeve, ink);
}

/// Scan lines over a landscape that does not exist.
fn terrain(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, accent, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let sun = sleeve.chance(0.5);
    if sun {
        let (x, y, r) = (sleeve.range(30.0, 70.0), sleeve.range(26.0, 38.0), sleeve.range(11.0, 18.0));
        sleeve.c.linear(&circle(x, y, r), (x, y - r), (x, y + r), &[(0.0, accent), (1.0, main)]);
    }
    let n = sleeve.count(26, 46);
    let (x0, x1) = if sun { (0.0, 100.0) } else { (12.0, 88.0) };
    let (y0, y1) = if sun { (44.0, 92.0) } else { (22.0, 82.0) };
    let seed: u32 = sleeve.rng.r#gen();
    let tall = sleeve.range(10.0, 22.0);
    let envelope = sleeve.count(0, 2);
    for i in 0..n {
        let t = i as f32 / (n - 1) as f32;
        let y = y0 + (y1 - y0) * t;
        let points: Vec<P> = (0..=90)
            .map(|k| {
                let u = k as f32 / 90.0;
                let x = x0 + (x1 - x0) * u;
                let shape = match envelope {
                    0 => (PI * u).sin().powi(4),
                    1 => 0.5 + 0.5 * (u * 9.0 + t * 3.0).sin(),
                    _ => (PI * u).sin().powi(2) * (PI * t).sin(),
                };
                (x, y - tall * shape * clouds(u * 9.0, t * 7.0, 3, seed).powf(1.6) * 1.6)
            })
            .collect();
        let mut closed = points.clone();
        closed.push((x1, y + 6.0));
        closed.push((x0, y + 6.0));
        sleeve.c.fill(&poly(&closed), ground);
        sleeve.c.stroke(&crate::shapes::track(&points), main.mix(if sun { second } else { accent }, t), 0.42);
    }
    margins(sleeve, ink);
}

/// A lit body printed in square dots.
fn dither(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, accent, ink] = sleeve.inks;
    let sheet =
        if ground.luma() > 0.5 { ground } else { sleeve.pick(&[ground, ground, main.mix(ground, 0.25)]) };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, sheet);
    let seed: u32 = sleeve.rng.r#gen();
    let spheres: Vec<(f32, f32, f32)> = (0..sleeve.count(1, 4))
        .map(|_| (sleeve.range(24.0, 76.0), sleeve.range(28.0, 72.0), sleeve.range(10.0, 30.0)))
        .collect();
    let cell = sleeve.pick(&[0.8f32, 1.1, 1.6]);
    let twist = sleeve.range(0.02, 0.09);
    let flat = sleeve.chance(0.3);
    let light = Tone::soft(sleeve.size(), 180, |x, y| {
        let mut v = 0.15 + 0.6 * clouds(x * twist, y * twist, 3, seed) * y / 100.0;
        if !flat {
            for &(sx, sy, r) in &spheres {
                let (dx, dy) = ((x - sx) / r, (y - sy) / r);
                let d = dx * dx + dy * dy;
                if d < 1.0 {
                    let z = (1.0 - d).sqrt();
                    v = (0.08 + 0.95 * (-0.5 * dx - 0.6 * dy + 0.62 * z)).clamp(0.0, 1.0);
                }
            }
        } else {
            let a = (y - 50.0).atan2(x - 50.0) + (x - 50.0).hypot(y - 50.0) * twist;
            v = 0.5 + 0.5 * (a * 3.0).sin();
        }
        (1.0 - v, 1.0)
    });
    let top = if sheet.luma() > 0.5 { second } else { main };
    light.print(&mut sleeve.c, Print::Bits { ink: top, cell });
    if sleeve.chance(0.5) {
        let y = sleeve.range(20.0, 74.0);
        let blend = if sheet.luma() > 0.5 { BlendMode::Multiply } else { BlendMode::Screen };
        let high = sleeve.range(3.0, 14.0);
        sleeve.c.blended(blend, |c| c.rect(0.0, y, 100.0, high, accent));
    }
    sleeve.c.rect(0.0, 91.0, 100.0, 9.0, sheet);
    sleeve.c.rect(0.0, 0.0, 100.0, 8.6, sheet);
    let face = [Face::Mono, Face::Syne, Face::Unbounded][sleeve.habit(3)];
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let setting = Setting::new(face).in_lines(1).at(0.5).upto(4.6);
    sleeve.set(&artist, setting, (4.0, 3.0, 92.0, 3.2), ink);
    sleeve.set(&title, setting, (4.0, 93.6, 68.0, 3.2), ink);
    sleeve.kite(94.5, 95.2, 2.0, ink);
}

/// A drawn oscillation.
fn lissajous(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, accent, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let (p, q) = (sleeve.count(1, 6) as f32, sleeve.count(2, 9) as f32);
    let (decay, drift) = (sleeve.range(0.0, 0.012), sleeve.range(0.002, 0.03));
    let phase = sleeve.range(0.0, TAU);
    let blend = if ground.luma() > 0.5 { BlendMode::Multiply } else { BlendMode::Screen };
    for (k, shade) in [main, if ground.luma() > 0.5 { second } else { accent }].into_iter().enumerate() {
        let mut b = PathBuilder::new();
        for i in 0..2600 {
            let t = i as f32 * TAU / 260.0;
            let r = 37.0 * (-decay * t).exp();
            let (x, y) = (
                50.0 + r * (p * t * (1.0 + drift * 0.01) + phase + k as f32 * 0.12).sin(),
                48.0 + r * 0.94 * (q * t * (1.0 - drift * 0.02) + k as f32 * 0.2).cos(),
            );
            if i == 0 { b.move_to(x, y) } else { b.line_to(x, y) }
        }
        let path = finish(b);
        sleeve.c.blended(blend, |c| c.stroke(&path, shade.fade(0.8), 0.24));
    }
    margins(sleeve, ink);
}

/// Cells of a grid, each with a simple sign turned by a field.
fn cells(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, accent, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let n = sleeve.count(7, 15);
    let side = 76.0 / n as f32;
    let seed: u32 = sleeve.rng.r#gen();
    let kind = sleeve.count(0, 4);
    let scale = sleeve.range(0.08, 0.3);
    for row in 0..n {
        for col in 0..n {
            let (x, y) = (12.0 + side * (col as f32 + 0.5), 12.0 + side * (row as f32 + 0.5));
            let v = clouds(col as f32 * scale, row as f32 * scale, 2, seed);
            let shade = if v > 0.66 { accent } else { main.mix(second, ((v - 0.3) * 2.2).clamp(0.0, 1.0)) };
            let s = side * 0.5;
            match kind {
                0 => sleeve.c.disc(x, y, s * (0.15 + 1.1 * (v - 0.2).max(0.0)), shade),
                1 => {
                    let (dx, dy) = ((v * TAU * 1.6).cos() * s * 0.9, (v * TAU * 1.6).sin() * s * 0.9);
                    sleeve.c.line(x - dx, y - dy, x + dx, y + dy, shade, s * 0.36);
                }
                2 => {
                    let turn = (v * 13.0) as i32 % 4;
                    sleeve.c.moved(Transform::from_rotate_at(90.0 * turn as f32, x, y), |c| {
                        c.within(&rect(x - s, y - s, 2.0 * s, 2.0 * s), |c| {
                            for k in 1..4 {
                                c.ring(x - s, y - s, s * 0.5 * k as f32, shade, s * 0.24);
                            }
                        });
                    });
                }
                3 => sleeve.c.rect(x - s * 0.86 * v * 1.3, y - s * 0.86, s * 1.7 * v * 1.3, s * 1.7, shade),
                _ => {
                    let flip = (v * 17.0) as i32 % 2 == 0;
                    let corner = if flip {
                        [(x - s, y - s), (x + s, y - s), (x - s, y + s)]
                    } else {
                        [(x + s, y - s), (x + s, y + s), (x - s, y + s)]
                    };
                    sleeve.c.fill(&poly(&corner), shade);
                }
            }
        }
    }
    margins(sleeve, ink);
}

/// A soft body of light with a hard cut.
fn gradient_orb(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, accent, ink] = sleeve.inks;
    let turn = sleeve.range(0.0, TAU);
    let (dx, dy) = (turn.cos() * 70.0, turn.sin() * 70.0);
    sleeve.c.linear(
        &rect(0.0, 0.0, 100.0, 100.0),
        (50.0 - dx, 50.0 - dy),
        (50.0 + dx, 50.0 + dy),
        &[(0.0, ground), (1.0, ground.mix(main, 0.35))],
    );
    let r = sleeve.range(24.0, 36.0);
    let (cx, cy) = (sleeve.range(42.0, 58.0), sleeve.range(42.0, 54.0));
    let slices = sleeve.pick(&[1usize, 2, 3, 5, 9, 14]);
    for i in 0..slices {
        let h = 2.0 * r / slices as f32;
        let y = cy - r + h * i as f32;
        let shift = if slices == 1 { 0.0 } else { sleeve.range(-9.0, 9.0) };
        let tilt = turn + 0.5 * i as f32;
        let (gx, gy) = (tilt.cos() * r, tilt.sin() * r);
        sleeve.c.within(&rect(-5.0, y, 110.0, h - if slices == 1 { -1.0 } else { 0.6 }), |c| {
            let x = cx + shift;
            c.linear(
                &circle(x, cy, r),
                (x - gx, cy - gy),
                (x + gx, cy + gy),
                &[(0.0, accent), (0.45, main), (1.0, second.mix(ground, 0.3))],
            );
        });
    }
    margins(sleeve, ink);
}

/// The title as a grid of letters, repeated and shifted.
fn word_grid(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, accent, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let title = sleeve.title().to_uppercase();
    let word = title.split(' ').max_by_key(|w| w.len()).unwrap_or("NULL").to_owned();
    let face = sleeve.pick(&[Face::Syne, Face::RubikMono, Face::Unbounded, Face::Anton, Face::Archivo]);
    let rows = sleeve.count(5, 11);
    let h = 78.0 / rows as f32;
    let marked = sleeve.count(0, rows - 1);
    let amount = sleeve.range(0.0, 18.0);
    let phase = sleeve.range(0.0, TAU);
    let block = type_setting::stack(&word, face, 1, 0.0, (0.0, 0.0, 80.0, h * 0.86));
    let squash = (h * 0.86 / block.area.3.max(0.1)).min(3.0);
    for row in 0..rows {
        let x = 10.0 + amount * (phase + row as f32 * TAU / rows as f32).sin();
        let y = 11.0 + h * row as f32;
        let shade = if row == marked { accent } else { main.mix(second, row as f32 / rows as f32 * 0.5) };
        sleeve
            .c
            .moved(Transform::from_translate(x, y).pre_scale(1.0, squash), |c| c.fill(&block.path, shade));
    }
    margins(sleeve, ink);
}

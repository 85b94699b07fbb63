//! Pop covers that show a thing: fruit, faces, sunglasses.

use super::*;

/// Cherries, lemons, melons in rows.
pub(super) fn fruit(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, third, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let kind = sleeve.count(0, 3);
    let one = sleeve.chance(0.45);
    let draw = |sleeve: &mut Sleeve<'_>, x: f32, y: f32, s: f32, turn: f32| {
        let place = Transform::from_translate(x, y).pre_rotate(turn).pre_scale(s, s);
        let size = sleeve.size();
        match kind {
            0 => {
                let [fruit, stalks] = things::cherries().map(|p| moved(p, place));
                sleeve.c.fill(&stalks, third.dark(0.2));
                if one {
                    Tone::body(size, &fruit, s * 0.16, (-0.7, -0.7))
                        .print(&mut sleeve.c, Print::Steps(&[main.dark(0.4), main, main, main.light(0.55)]));
                } else {
                    sleeve.c.fill(&fruit, main);
                    sleeve.c.moved(place, |c| c.disc(-0.54, 0.34, 0.09, Ink::hex(0xffffff).fade(0.85)));
                }
            }
            1 => sleeve.c.moved(place, |c| {
                c.disc(0.0, 0.0, 0.9, second.dark(0.08));
                c.disc(0.0, 0.0, 0.78, Ink::hex(0xfff8e6));
                for k in 0..9 {
                    let a = TAU * k as f32 / 9.0;
                    let wedge = smooth(
                        &[
                            (a.cos() * 0.10, a.sin() * 0.10),
                            ((a - 0.28).cos() * 0.62, (a - 0.28).sin() * 0.62),
                            (a.cos() * 0.70, a.sin() * 0.70),
                            ((a + 0.28).cos() * 0.62, (a + 0.28).sin() * 0.62),
                        ],
                        true,
                    );
                    c.fill(&wedge, second);
                }
            }),
            2 => sleeve.c.moved(place, |c| {
                let slice = |r: f32| crate::shapes::band(0.0, -0.3, 0.0, r, 0.0, TAU / 2.0);
                c.fill(&slice(1.0), third);
                c.fill(&slice(0.88), Ink::hex(0xf4fbe8));
                c.fill(&slice(0.80), main);
                for k in 0..5 {
                    let a = 0.5 + 0.54 * k as f32;
                    c.fill(&crate::shapes::oval(a.cos() * 0.5, -0.3 + a.sin() * 0.5, 0.035, 0.06), ink);
                }
            }),
            _ => {
                let [lip, line] = things::lips().map(|p| moved(p, place));
                if one {
                    Tone::body(size, &lip, s * 0.14, (-0.5, -0.8))
                        .print(&mut sleeve.c, Print::Steps(&[main.dark(0.35), main, main, main.light(0.45)]));
                } else {
                    sleeve.c.fill(&lip, main);
                }
                sleeve.c.fill(&line, main.dark(0.5));
            }
        }
    };
    if one {
        sleeve.c.disc(50.0, 42.0, 35.0, if kind == 1 { main } else { second });
        let turn = sleeve.range(-18.0, 18.0);
        draw(sleeve, 50.0, 43.0, 26.0, turn);
    } else {
        let n = sleeve.count(3, 5);
        let step = 100.0 / n as f32;
        for row in 0..=n {
            for col in 0..=n {
                let x = step * (col as f32 + if row % 2 == 0 { 0.0 } else { 0.5 });
                let y = step * row as f32 * 0.9 + 4.0;
                let turn = sleeve.range(-30.0, 30.0);
                if (row + col) % 2 == 0 {
                    sleeve.c.disc(x, y, step * 0.46, if kind == 1 { main.light(0.3) } else { second });
                }
                draw(sleeve, x, y, step * 0.34, turn);
            }
        }
        let band = sleeve.pick(&[0.0f32, 70.0]);
        sleeve.c.rect(0.0, band, 100.0, 30.0, if ink.luma() > 0.5 { third } else { ground.light(0.35) });
        cheer(sleeve, (7.0, band + 5.0, 86.0, 21.0), 0.4, ink, None);
        return;
    }
    cheer(sleeve, (6.0, 76.0, 88.0, 21.0), 0.3, ink, None);
}

/// A portrait cut out of a photograph onto paper.
pub(super) fn cut_out(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, third, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let (n, kind) = (sleeve.count(9, 18), sleeve.count(0, 3));
    match kind {
        0 => sleeve.c.fill(&rays(50.0, 55.0, 120.0, n, 0.1), ground.light(0.35)),
        1 => {
            for k in 0..6 {
                sleeve.c.disc(
                    50.0,
                    46.0,
                    44.0 - 7.0 * k as f32,
                    [main, second, third, ground, main, second][k],
                );
            }
        }
        2 => {
            for i in 0..n {
                let (x, y) = (sleeve.range(0.0, 100.0), sleeve.range(0.0, 70.0));
                let s = sleeve.range(1.5, 5.0);
                let shape = star(x, y, s, s * 0.42, 5, i as f32);
                sleeve.c.fill(&shape, [second, third, main][i % 3]);
            }
        }
        _ => {
            let form = blob(&mut sleeve.rng, 50.0, 46.0, 38.0, 7, 0.14);
            sleeve.c.fill(&form, second);
        }
    }
    let sitter = Sitter::new(
        &mut sleeve.rng,
        &[Hair::Long, Hair::Bun, Hair::Afro, Hair::Short, Hair::Bun, Hair::Long],
        0.55,
    );
    let tone = sitter.shot(sleeve.size(), (50.0, 44.0), sleeve_scale(sleeve));
    let halo = tone.grown(1.7);
    halo.print(&mut sleeve.c, Print::Ramp(&[Ink::hex(0xfffaf2), Ink::hex(0xfffaf2)]));
    let deep = if ink.luma() > 0.5 { third.dark(0.3) } else { ink };
    match sleeve.count(0, 2) {
        0 => tone.print(&mut sleeve.c, Print::Steps(&[deep, main, main.light(0.45), Ink::hex(0xfff5ea)])),
        1 => {
            tone.print(&mut sleeve.c, Print::Ramp(&[main.light(0.5), main.light(0.75)]));
            tone.print(&mut sleeve.c, Print::Dots { ink: deep, cell: 1.4, turn: 30.0 });
        }
        _ => tone.print(&mut sleeve.c, Print::Ramp(&[deep, main, second.light(0.4)])),
    }
    let paper = if ink.luma() > 0.5 { third } else { ground };
    sleeve.c.fill(&wavy_foot(sleeve.album.seed, 76.0), paper);
    cheer(sleeve, (6.0, 79.0, 88.0, 18.5), 0.3, ink, None);
}

fn sleeve_scale(sleeve: &mut Sleeve<'_>) -> f32 {
    sleeve.range(21.0, 26.0)
}

fn wavy_foot(seed: u64, y: f32) -> Path {
    let phase = (seed % 628) as f32 / 100.0;
    let mut points: Vec<P> =
        (0..=40).map(|i| (-2.0 + 2.6 * i as f32, y + 1.6 * (i as f32 * 0.5 + phase).sin())).collect();
    points.push((104.0, 104.0));
    points.push((-4.0, 104.0));
    poly(&points)
}

/// Sunglasses that mirror a beach.
pub(super) fn glasses(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, third, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let n = sleeve.count(10, 20);
    if sleeve.chance(0.5) {
        sleeve.c.fill(&rays(50.0, 44.0, 120.0, n, 0.0), ground.light(0.35));
    }
    let round = sleeve.count(0, 2);
    let turn = sleeve.range(-10.0, 10.0);
    let cell = sleeve.range(0.0, 1.0);
    sleeve.c.moved(Transform::from_rotate_at(turn, 50.0, 42.0), |c| {
        for side in [-1.0f32, 1.0] {
            let x = 50.0 + side * 20.5;
            let lens = |r: f32| match round {
                0 => circle(x, 42.0, r),
                1 => smooth(
                    &[
                        (x - side * r, 42.0 - r * 0.72),
                        (x + side * r * 1.12, 42.0 - r * 0.98),
                        (x + side * r * 0.9, 42.0 + r * 0.4),
                        (x, 42.0 + r * 0.78),
                        (x - side * r * 0.86, 42.0 + r * 0.4),
                    ],
                    true,
                ),
                _ => star(x, 43.0, r * 1.22, r * 0.62, 5, 0.0),
            };
            c.fill(&lens(18.6), if ink.luma() > 0.5 { third } else { ink });
            let glass = lens(15.6);
            c.linear(
                &glass,
                (x, 26.0),
                (x, 58.0),
                &[(0.0, third), (0.5, main), (0.52, second), (1.0, second.light(0.3))],
            );
            c.within(&glass, |c| {
                c.disc(x + 5.0, 40.0 + cell * 3.0, 5.0, second.light(0.4));
                c.rect(x - 20.0, 42.5, 40.0, 30.0, third.light(0.1));
                for k in 0..4 {
                    c.rect(
                        x - 3.0 + k as f32,
                        45.0 + 3.0 * k as f32,
                        14.0 - 2.0 * k as f32,
                        0.8,
                        second.light(0.5),
                    );
                }
                c.fill(
                    &poly(&[(x - 14.0, 20.0), (x - 8.0, 20.0), (x - 18.0, 62.0), (x - 24.0, 62.0)]),
                    Ink::hex(0xffffff).fade(0.4),
                );
            });
        }
        let bridge = smooth(
            &[(44.0, 40.0), (50.0, 36.5), (56.0, 40.0), (56.0, 42.5), (50.0, 39.5), (44.0, 42.5)],
            true,
        );
        c.fill(&bridge, if ink.luma() > 0.5 { third } else { ink });
    });
    cheer(sleeve, (6.0, 70.0, 88.0, 24.0), 0.3, ink, Some(ground.light(0.55)));
}

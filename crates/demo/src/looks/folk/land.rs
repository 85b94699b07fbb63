//! Folk covers that look out of the door: hills, the night, a house; and the quilt inside.

use super::*;

/// Hills with furrows, hedges and a house light.
pub(super) fn hills(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, ink] = sleeve.inks;
    let upper = sleeve.chance(0.6);
    let tint = sleeve.range(0.0, 0.25);
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, paper.mix(accent, tint));
    let frame = rect(6.0, if upper { 6.0 } else { 30.0 }, 88.0, 64.0);
    let top = if upper { 6.0 } else { 30.0 };
    let sky = sleeve.pick(&[accent.mix(paper, 0.5), main.mix(paper, 0.65), accent]);
    let mut bands: Vec<(Path, Ink, f32, f32)> = Vec::new();
    for k in 0..4 {
        let level = top + 28.0 + 11.0 * k as f32;
        let hill = ridge(&mut sleeve.rng, level, 14.0, 0.30);
        let shade = [main.mix(paper, 0.35), main, main.mix(dark, 0.5), dark][k];
        bands.push((hill, shade, sleeve.range(-35.0, 35.0), level));
    }
    let size = sleeve.size();
    let sun = (sleeve.range(20.0, 80.0), top + sleeve.range(12.0, 22.0), sleeve.range(5.0, 8.0));
    let furrows: Vec<bool> = (0..4).map(|_| sleeve.chance(0.6)).collect();
    sleeve.c.within(&frame, |c| {
        c.rect(0.0, 0.0, 100.0, 100.0, sky);
        c.disc(sun.0, sun.1, sun.2, paper);
        for ((hill, shade, turn, level), cutting) in bands.iter().zip(furrows) {
            c.fill(hill, *shade);
            if cutting {
                let at = *level;
                let tone =
                    Tone::soft(size, 100, |_, y| ((0.55 + (y - at + 8.0) * 0.02).clamp(0.0, 0.95), 1.0));
                c.within(hill, |c| {
                    tone.print(c, Print::Lines { ink: paper.fade(0.8), cell: 1.8, turn: *turn })
                });
            }
        }
    });
    for _ in 0..sleeve.count(2, 7) {
        let (x, s) = (sleeve.range(10.0, 90.0), sleeve.range(7.0, 15.0));
        let pine = nature::pine(&mut sleeve.rng);
        let foot = top + 63.0;
        sleeve.c.within(&frame, |c| {
            c.moved(Transform::from_translate(x, foot).pre_scale(s, s), |c| c.fill(&pine, dark.dark(0.2)))
        });
    }
    let border = cut(sleeve, &frame, 0.6);
    sleeve.c.rule(&border, dark, 0.5);
    names(sleeve, (8.0, if upper { 75.0 } else { 7.0 }, 84.0, 20.0), Align::Centre, ink, main.dark(0.1));
}

/// Night: the moon in its phases or among branches.
pub(super) fn moon(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, _] = sleeve.inks;
    let night = dark.mix(main, sleeve.range(0.0, 0.5));
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, night);
    for _ in 0..sleeve.count(20, 60) {
        let (x, y, r) = (sleeve.range(2.0, 98.0), sleeve.range(2.0, 70.0), sleeve.range(0.15, 0.5));
        sleeve.c.disc(x, y, r, paper.fade(0.8));
    }
    if sleeve.chance(0.5) {
        for i in 0..5 {
            let x = 16.0 + 17.0 * i as f32;
            let r = [4.6, 5.6, 7.2, 5.6, 4.6][i];
            sleeve.c.disc(x, 34.0, r, paper);
            let off = [1.2, 0.6, 9.0, -0.6, -1.2][i] * r;
            if i != 2 {
                sleeve.c.within(&circle(x, 34.0, r + 0.1), |c| c.disc(x + off * 0.7, 34.0, r, night));
            }
        }
        let x = sleeve.range(30.0, 70.0);
        let depth = 6;
        let tree = nature::tree(&mut sleeve.rng, depth);
        sleeve.c.moved(Transform::from_translate(x, 74.0).pre_scale(26.0, 26.0), |c| {
            for (a, b, w) in &tree {
                c.line(a.0, a.1, b.0, b.1, paper, *w);
            }
        });
        sleeve.c.rect(8.0, 73.4, 84.0, 0.6, paper);
    } else {
        let (x, y, r) = (sleeve.range(36.0, 64.0), sleeve.range(30.0, 40.0), sleeve.range(15.0, 22.0));
        let disc = cut(sleeve, &circle(x, y, r), 0.9);
        lino(sleeve, &disc, accent.mix(paper, 0.6), accent, r * 0.4, 40.0);
        for side in [0.0f32, 100.0] {
            let tree = nature::tree(&mut sleeve.rng, 7);
            let lean = if side > 50.0 { -24.0 } else { 24.0 };
            sleeve.c.moved(
                Transform::from_translate(side, 82.0).pre_rotate(lean).pre_scale(62.0, 62.0),
                |c| {
                    for (a, b, w) in &tree {
                        c.line(a.0, a.1, b.0, b.1, night.dark(0.5), *w);
                    }
                },
            );
        }
        let land = ridge(&mut sleeve.rng, 74.0, 6.0, 0.4);
        sleeve.c.fill(&land, night.dark(0.5));
    }
    names(sleeve, (10.0, 77.0, 80.0, 18.0), Align::Centre, paper, accent.light(0.35));
}

/// A quilt of simple blocks.
pub(super) fn quilt(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, paper);
    let n = sleeve.count(3, 5);
    let side = 86.0 / n as f32;
    let rows = n - 1;
    let block = sleeve.count(0, 4);
    let alternate = sleeve.count(0, 4);
    let height = side * rows as f32;
    let top = if sleeve.chance(0.5) { 7.0 } else { 93.0 - height };
    for row in 0..rows {
        for col in 0..n {
            let (x, y) = (7.0 + side * col as f32, top + side * row as f32);
            let kind = if (row + col) % 2 == 0 { block } else { alternate };
            let shade = [main, accent, dark][(row * 2 + col + sleeve.habit(3)) % 3];
            let other = [accent.mix(paper, 0.6), paper, main.mix(paper, 0.7)][(row + col * 2) % 3];
            let half = side / 2.0;
            let (cx, cy) = (x + half, y + half);
            sleeve.c.rect(x, y, side, side, other);
            sleeve.c.moved(Transform::from_translate(cx, cy).pre_scale(half, half), |c| match kind {
                0 => {
                    for k in 0..4 {
                        c.moved(Transform::from_rotate(90.0 * k as f32), |c| {
                            c.fill(&poly(&[(0.0, 0.0), (1.0, -1.0), (1.0, 0.0)]), shade)
                        });
                    }
                }
                1 => {
                    let [petals, heart] = nature::flower(8, 0.3, 0.0);
                    c.fill(&moved(petals, Transform::from_scale(0.92, 0.92)), shade);
                    c.fill(&heart, other);
                }
                2 => {
                    for k in 0..4 {
                        c.moved(Transform::from_rotate(90.0 * k as f32), |c| {
                            c.fill(&poly(&[(0.0, -1.0), (0.5, -0.5), (0.0, 0.0), (-0.5, -0.5)]), shade);
                        });
                    }
                }
                3 => {
                    for k in 0..5 {
                        let r = 1.0 - 0.2 * k as f32;
                        let square = poly(&[(0.0, -r), (r, 0.0), (0.0, r), (-r, 0.0)]);
                        c.fill(&square, if k % 2 == 0 { shade } else { other });
                    }
                }
                _ => {
                    let leaf = nature::leaf(0.34);
                    for k in 0..4 {
                        c.moved(Transform::from_rotate(45.0 + 90.0 * k as f32), |c| c.fill(&leaf, shade));
                    }
                }
            });
        }
    }
    let y = if top < 10.0 { top + height + 4.0 } else { 6.0 };
    names(sleeve, (8.0, y, 84.0, 93.0 - height - 7.0), Align::Left, ink, main.dark(0.1));
}

/// A house with a lit window under a large sky.
pub(super) fn cottage(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, _] = sleeve.inks;
    let seed: u32 = sleeve.rng.r#gen();
    let sky = main.mix(paper, sleeve.range(0.1, 0.5));
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, sky);
    let wind = sleeve.range(-0.6, 0.6);
    let tone = Tone::soft(sleeve.size(), 128, |x, y| {
        (clouds(x * 0.02 + y * 0.01 * wind, y * 0.06, 3, seed) * 1.1, 1.0)
    });
    tone.print(&mut sleeve.c, Print::Lines { ink: paper.fade(0.85), cell: 1.7, turn: wind * 12.0 });
    let land = ridge(&mut sleeve.rng, 72.0, 7.0, 0.32);
    sleeve.c.fill(&land, dark);
    let (x, s) = (sleeve.range(28.0, 66.0), sleeve.range(0.9, 1.5));
    let y = 71.0;
    sleeve.c.rect(x, y - 9.0 * s, 14.0 * s, 14.0, paper);
    sleeve.c.fill(
        &poly(&[
            (x - 1.6 * s, y - 9.0 * s),
            (x + 2.6 * s, y - 16.0 * s),
            (x + 11.4 * s, y - 16.0 * s),
            (x + 15.6 * s, y - 9.0 * s),
        ]),
        accent,
    );
    sleeve.c.rect(x + 9.0 * s, y - 19.0 * s, 2.0 * s, 4.0 * s, dark);
    sleeve.c.rect(x + 2.0 * s, y - 6.0 * s, 2.6 * s, 3.0 * s, dark);
    sleeve.c.rect(x + 9.0 * s, y - 6.0 * s, 2.6 * s, 3.0 * s, accent.light(0.35));
    sleeve.c.rect(x + 5.6 * s, y - 5.6 * s, 2.2 * s, 6.0 * s, main.dark(0.3));
    let smoke: Vec<P> = (0..7)
        .map(|i| {
            (x + 10.0 * s + 2.6 * (i as f32 * 0.9).sin() + i as f32 * 1.2, y - 19.5 * s - 4.0 * i as f32)
        })
        .collect();
    sleeve.c.stroke(&smooth(&smoke, false), paper, 1.0);
    for _ in 0..sleeve.count(1, 4) {
        let side =
            if sleeve.chance(0.5) { sleeve.range(4.0, x - 4.0) } else { sleeve.range(x + 20.0 * s, 98.0) };
        let tall = sleeve.range(18.0, 34.0);
        let tree = nature::tree(&mut sleeve.rng, 6);
        sleeve.c.moved(Transform::from_translate(side, 74.0).pre_scale(tall, tall), |c| {
            for (a, b, w) in &tree {
                c.line(a.0, a.1, b.0, b.1, dark, *w);
            }
        });
    }
    let floor = ridge(&mut sleeve.rng, 77.0, 3.0, 0.35);
    sleeve.c.fill(&floor, dark.dark(0.15));
    names(sleeve, (9.0, 80.0, 82.0, 16.0), Align::Centre, paper, accent.light(0.4));
}

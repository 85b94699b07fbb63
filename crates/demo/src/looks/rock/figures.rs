//! Rock covers that show somebody or something: torn photographs, guitars, eyes, cars.

use super::*;

/// Paper torn along a line from left to right; everything below it.
fn tear(sleeve: &mut Sleeve<'_>, y: f32, slope: f32) -> (Path, Path) {
    let seed: u32 = sleeve.rng.r#gen();
    let edge = |off: f32, salt: u32| -> Path {
        let mut points: Vec<P> = (0..=110)
            .map(|i| {
                let x = -2.0 + 0.95 * i as f32;
                (
                    x,
                    y + off
                        + slope * (x - 50.0)
                        + (clouds(x * 0.09, 2.0, 3, seed) - 0.5) * 11.0
                        + (clouds(x * 0.9, 5.0, 2, seed ^ salt) - 0.5) * 1.6,
                )
            })
            .collect();
        points.push((104.0, 104.0));
        points.push((-4.0, 104.0));
        poly(&points)
    };
    (edge(-1.5, 3), edge(0.0, 9))
}

/// A photograph of somebody, torn.
pub(super) fn torn(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    let back = sleeve.pick(&[main, ground, second]);
    let back = if back.luma() < 0.25 { [main, pale][usize::from(main.luma() < 0.25)] } else { back };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, back);
    let sitter =
        Sitter::new(&mut sleeve.rng, &[Hair::Long, Hair::Short, Hair::Long, Hair::Hat, Hair::Afro], 0.4);
    let (scale, centre) = (sleeve.range(25.0, 34.0), (sleeve.range(38.0, 62.0), sleeve.range(40.0, 48.0)));
    let tone = sitter.shot(sleeve.size(), centre, scale);
    let dark = Ink::hex(0x151313);
    let light = if back == pale || back.luma() > 0.6 { main.light(0.3) } else { pale };
    tone.print(&mut sleeve.c, Print::Ramp(&[light, light]));
    let (cell, turn) = (sleeve.range(1.3, 2.3), sleeve.range(15.0, 50.0));
    tone.print(&mut sleeve.c, Print::Dots { ink: dark, cell, turn });
    if sleeve.chance(0.5) {
        let (y, lift) = (sleeve.range(34.0, 46.0), sleeve.range(7.0, 13.0));
        let strip =
            poly(&[(-2.0, y), (102.0, y + sleeve.range(-6.0, 6.0)), (102.0, y + lift), (-2.0, y + lift)]);
        let shade = sleeve.pick(&[main, second, pale]);
        sleeve.c.fill(&strip, if shade == back { pale } else { shade });
    }
    let (level, slope) = (sleeve.range(70.0, 76.0), sleeve.range(-0.1, 0.1));
    let (white, sheet) = tear(sleeve, level, slope);
    let paper = if ground == back { pale } else { ground };
    sleeve.c.fill(&moved(white.clone(), Transform::from_translate(0.0, -0.8)), dark.fade(0.3));
    sleeve.c.fill(&white, Ink::hex(0xfaf6ec));
    sleeve.c.fill(&sheet, paper);
    let text = if paper.luma() > 0.45 { dark } else { pale };
    let a = name(sleeve, (5.0, 79.0, 80.0, 11.0), Align::Left, text);
    caption(
        sleeve,
        (5.0, a.1 + a.3 + 1.6, 80.0, 3.6),
        Align::Left,
        if ink == text { main.mix(text, 0.2) } else { text },
    );
}

/// An electric guitar, whole or too close.
pub(super) fn axe(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let close = sleeve.chance(0.5);
    if sleeve.chance(0.6) {
        let shape = if sleeve.chance(0.5) {
            circle(54.0, 50.0, 34.0)
        } else {
            poly(&[(0.0, 24.0), (100.0, 10.0), (100.0, 72.0), (0.0, 84.0)])
        };
        sleeve.c.fill(&shape, second);
    }
    let (s, turn) = if close {
        (sleeve.range(42.0, 56.0), sleeve.range(20.0, 70.0))
    } else {
        (sleeve.range(26.0, 30.0), sleeve.range(25.0, 60.0))
    };
    let (x, y) = if close { (sleeve.range(56.0, 70.0), sleeve.range(22.0, 36.0)) } else { (54.0, 48.0) };
    let place = Transform::from_translate(x, y)
        .pre_rotate(turn)
        .pre_scale(s, s)
        .pre_translate(0.0, if close { 0.0 } else { 0.05 });
    let [body, neck, fittings] = music::electric().map(|p| moved(p, place));
    let size = sleeve.size();
    let dark = Ink::hex(0x141212);
    let shadow = Transform::from_translate(1.6, 2.0);
    sleeve.c.fill(&moved(joined([&body, &neck]), shadow), dark.fade(0.45));
    let coat = if second == ground { pale } else { main };
    Tone::body(size, &body, 3.0, (-0.6, -0.8))
        .print(&mut sleeve.c, Print::Steps(&[coat.dark(0.55), coat.dark(0.15), coat, coat.light(0.4)]));
    Tone::body(size, &neck, 1.0, (-0.6, -0.8))
        .print(&mut sleeve.c, Print::Steps(&[dark, pale.dark(0.55), pale.dark(0.3)]));
    sleeve.c.fill(&fittings, if coat.luma() > 0.6 { dark } else { pale });
    for k in 0..6 {
        let o = -0.045 + 0.018 * k as f32;
        sleeve.c.moved(place, |c| c.line(o, -1.3, o, 1.05, pale.light(0.4).fade(0.8), 0.006));
    }
    let a = name(sleeve, (5.0, 5.0, if close { 64.0 } else { 90.0 }, 15.0), Align::Left, ink);
    caption(sleeve, (5.0, if close { 91.0 } else { a.1 + a.3 + 2.0 }, 76.0, 4.4), Align::Left, ink);
}

/// An eye, or a field of them.
pub(super) fn eye(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let dark = Ink::hex(0x151313);
    let draw = |sleeve: &mut Sleeve<'_>, x: f32, y: f32, s: f32, turn: f32| {
        let place = Transform::from_translate(x, y).pre_rotate(turn).pre_scale(s, s);
        let [white, iris, lashes] = things::eye().map(|p| moved(p, place));
        sleeve.c.fill(&lashes, dark);
        sleeve.c.fill(&white, pale.light(0.3));
        sleeve.c.within(&white, |c| {
            c.fill(&iris, main);
            c.moved(place, |c| {
                c.fill(&rays(0.0, -0.03, 0.38, 14, 0.0), main.dark(0.4));
                c.disc(0.0, -0.03, 0.20, dark);
                c.disc(0.10, -0.14, 0.07, Ink::hex(0xffffff));
            });
        });
        sleeve.c.rule(&white, dark, s * 0.06);
    };
    if sleeve.chance(0.6) {
        let n = sleeve.count(14, 30);
        sleeve.c.fill(&rays(50.0, 48.0, 100.0, n, 0.0), second);
        sleeve.c.disc(50.0, 48.0, 35.0, if second == pale { ground } else { pale.mix(second, 0.3) });
        draw(sleeve, 50.0, 48.0, 30.0, 0.0);
        for k in 0..3 {
            let (x, y) = (38.0 + 12.0 * k as f32, 62.0 + sleeve.range(2.0, 6.0));
            let drop = smooth(&[(x, y), (x + 2.4, y + 6.0), (x, y + 9.0), (x - 2.4, y + 6.0)], true);
            sleeve.c.fill(&drop, main);
            sleeve.c.rule(&drop, dark, 0.6);
        }
    } else {
        let n = sleeve.count(3, 5);
        let step = 84.0 / n as f32;
        for row in 0..n {
            for col in 0..n {
                let turn = sleeve.range(-22.0, 22.0);
                draw(
                    sleeve,
                    8.0 + step * (col as f32 + 0.5),
                    20.0 + step * 0.76 * (row as f32 + 0.5),
                    step * 0.40,
                    turn,
                );
            }
        }
    }
    sleeve.quiet((0.0, 3.5, 100.0, 12.0), ground);
    sleeve.quiet((0.0, 90.5, 100.0, 4.6), ground);
    name(sleeve, (5.0, 3.5, 90.0, 12.0), Align::Centre, ink);
    caption(sleeve, (5.0, 90.5, 90.0, 4.6), Align::Centre, ink);
}

/// The car, the road, the heat.
pub(super) fn road(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    let seed: u32 = sleeve.rng.r#gen();
    let sky = Tone::soft(sleeve.size(), 128, |x, y| {
        (clouds(x * 0.022, y * 0.05, 4, seed) * 1.3 - 0.15 + (1.0 - y / 34.0).max(0.0), 1.0)
    });
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, pale);
    sky.print(&mut sleeve.c, Print::Dots { ink: main, cell: 1.5, turn: 35.0 });
    let y = sleeve.range(62.0, 70.0);
    let hills = ridge(&mut sleeve.rng, y, 10.0, 0.5);
    sleeve.c.fill(&hills, second);
    sleeve.c.rect(0.0, y + 2.0, 100.0, 40.0, Ink::hex(0x1b1918));
    let [body, glass, wheels] = things::car(false);
    let (s, x) = (sleeve.range(21.0, 30.0), sleeve.range(40.0, 60.0));
    let place = Transform::from_translate(x, y + 1.0).pre_scale(s * sleeve.pick(&[1.0f32, -1.0]), s);
    let coat = sleeve.pick(&[main, pale, ground]);
    Tone::body(sleeve.size(), &moved(body, place), 2.2, (-0.2, -0.95))
        .print(&mut sleeve.c, Print::Steps(&[coat.dark(0.6), coat.dark(0.2), coat, coat.light(0.45)]));
    sleeve.c.fill(&moved(glass, place), Ink::hex(0x20262b));
    sleeve.c.fill(&moved(wheels, place), Ink::hex(0x0d0c0c));
    for side in [-1.0, 1.0] {
        sleeve.c.disc(x + side * 0.78 * s, y + 1.0 + 0.32 * s, s * 0.09, pale);
    }
    for k in 0..6 {
        sleeve.c.rect(-4.0 + 20.0 * k as f32, 90.0, 11.0, 1.2, pale.fade(0.9));
    }
    let dark = Ink::hex(0x151313);
    let set_ink = if pale.luma() > 0.5 { dark } else { ink };
    let a = name(sleeve, (5.0, 5.0, 90.0, 15.0), Align::Left, set_ink);
    caption(sleeve, (5.0, a.1 + a.3 + 2.0, 90.0, 4.2), Align::Left, set_ink);
}

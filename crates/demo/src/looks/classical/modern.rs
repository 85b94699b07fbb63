//! Classical covers of the later catalogue: a plate over weather, a lit violin, a form and its variations.

use super::*;

/// A plate with the names over a picture of light and weather.
pub(super) fn yellow_plate(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, gold, ink] = sleeve.inks;
    let seed: u32 = sleeve.rng.r#gen();
    let (sx, sy) = (sleeve.range(0.015, 0.03), sleeve.range(0.03, 0.06));
    let tone = Tone::soft(sleeve.size(), 128, |x, y| {
        let w = clouds(x * sx, y * sy, 2, seed) * 2.0;
        ((clouds(x * sx + w, y * sy, 4, seed ^ 3) - 0.3) * 1.6 + (60.0 - y) / 220.0, 1.0)
    });
    tone.print(&mut sleeve.c, Print::Ramp(&[dark, main, main.mix(gold, 0.6), paper]));
    let floor = sleeve.range(72.0, 84.0);
    if sleeve.chance(0.6) {
        let ground = crate::shapes::ridge(&mut sleeve.rng, floor, 6.0, 0.42);
        sleeve.c.fill(&ground, dark.mix(main, 0.2));
        for _ in 0..sleeve.count(1, 5) {
            let (x, s) = (sleeve.range(8.0, 92.0), sleeve.range(8.0, 24.0));
            let tree = nature::tree(&mut sleeve.rng, 5);
            sleeve.c.moved(Transform::from_translate(x, floor + 4.0).pre_scale(s, s), |c| {
                for (a, b, w) in &tree {
                    c.line(a.0, a.1, b.0, b.1, dark, *w);
                }
            });
        }
    }
    let plate = if sleeve.habit(2) == 0 { gold.mix(Ink::hex(0xf3cf3e), 0.6) } else { paper };
    let (x, y, w, h) =
        sleeve.pick(&[(8.0, 8.0, 84.0, 30.0), (18.0, 8.0, 64.0, 30.0), (0.0, 10.0, 100.0, 27.0)]);
    sleeve.c.rect(x, y, w, h, plate);
    sleeve.c.rule(&rect(x + 1.2, y + 1.2, w - 2.4, h - 2.4), ink, 0.3);
    centred(sleeve, (x + 5.0, y + 5.5, w - 10.0, h - 10.0), ink, main.dark(0.2));
    sleeve.imprint(true, true, paper);
}

/// A violin, or a part of one, lit on a dark ground.
pub(super) fn scroll(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, gold, _] = sleeve.inks;
    let light = sleeve.chance(0.35);
    let ground = if light { paper } else { dark.mix(main, 0.25) };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let parts = music::violin();
    let close = sleeve.chance(0.5);
    let s = if close { sleeve.range(58.0, 74.0) } else { sleeve.range(30.0, 34.0) };
    let turn = if close { sleeve.range(-40.0, 40.0) } else { sleeve.range(-14.0, 14.0) };
    let (x, y) = if close {
        (sleeve.range(30.0, 74.0), sleeve.range(14.0, 36.0))
    } else {
        (sleeve.range(66.0, 72.0), 42.0)
    };
    let place = Transform::from_translate(x, y).pre_rotate(turn).pre_scale(s, s);
    let [body, neck, holes] = parts.map(|p| moved(p, place));
    let wood = if light {
        [main.dark(0.45), main, gold, gold.light(0.45)]
    } else {
        [ground.dark(0.4), main.dark(0.2), gold.dark(0.15), gold.light(0.35)]
    };
    let shade = Tone::body(sleeve.size(), &body, if close { 5.0 } else { 2.6 }, (-0.7, -0.6));
    shade.print(&mut sleeve.c, Print::Ramp(&wood));
    if sleeve.chance(0.5) {
        shade.print(&mut sleeve.c, Print::Lines { ink: wood[0].fade(0.6), cell: 1.0, turn: turn + 78.0 });
    }
    sleeve.c.fill(&holes, wood[0].dark(0.4));
    Tone::body(sleeve.size(), &neck, 1.2, (-0.7, -0.5))
        .print(&mut sleeve.c, Print::Ramp(&[dark.dark(0.4), dark, main.mix(dark, 0.5)]));
    for k in 0..4 {
        let o = -0.03 + 0.02 * k as f32;
        sleeve.c.moved(place, |c| c.line(o * 0.7, -1.0, o, 1.0, paper.fade(0.8), 0.006));
    }
    let text = if light { dark } else { paper };
    if close {
        sleeve.c.rect(0.0, 74.0, 100.0, 26.0, ground);
        centred(sleeve, (10.0, 78.0, 80.0, 17.0), text, if light { main } else { gold });
    } else {
        let (artist, title) = (sleeve.artist(), sleeve.title());
        let a = sleeve.set(
            &title,
            Setting::new(Face::Cormorant).in_lines(4).upto(10.5).led(0.98),
            (7.0, 12.0, 40.0, 48.0),
            text,
        );
        sleeve.c.rect(7.0, a.1 + a.3 + 4.0, 12.0, 0.35, gold);
        sleeve.set(
            &artist,
            Setting::new(Face::CormorantItalic).in_lines(2).upto(5.4),
            (7.0, a.1 + a.3 + 7.0, 40.0, 12.0),
            if light { main } else { gold },
        );
        sleeve.imprint(false, true, text);
    }
}

/// A theme and its variations: one form repeated with small changes, in modern restraint.
pub(super) fn theme(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, gold, ink] = sleeve.inks;
    let inverse = sleeve.chance(0.4);
    let (ground, text) = if inverse { (main, paper) } else { (paper, ink) };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let n = sleeve.count(3, 7);
    let side = 84.0 / n as f32;
    let rows = if n > 4 { n - 2 } else { n - 1 };
    let kind = sleeve.count(0, 3);
    for row in 0..rows {
        for col in 0..n {
            let (x, y) = (8.0 + side * (col as f32 + 0.5), 30.0 + side * (row as f32 + 0.5));
            let t = (row * n + col) as f32 / (rows * n) as f32;
            let shade =
                [dark, gold, if inverse { paper } else { main }][(row * 5 + col * 3 + sleeve.habit(7)) % 3];
            let r = side * 0.42;
            sleeve.c.blended(
                if inverse { BlendMode::SourceOver } else { BlendMode::Multiply },
                |c| match kind {
                    0 => {
                        let open = circle(x - r * 0.3 + r * 0.6 * t, y, r * 0.86);
                        c.fill(&circle(x, y, r), shade);
                        c.blended(BlendMode::SourceOver, |c| {
                            c.within(&circle(x, y, r + 0.2), |c| c.fill(&open, ground))
                        });
                    }
                    1 => {
                        for k in 0..6 {
                            c.ring(
                                x,
                                y,
                                r * (0.15 + 0.16 * k as f32),
                                shade,
                                0.16 + 0.6 * if k % 2 == 0 { t } else { 1.0 - t },
                            );
                        }
                    }
                    2 => {
                        c.moved(Transform::from_rotate_at(90.0 * ((t * 40.0) as i32 % 4) as f32, x, y), |c| {
                            c.fill(
                                &crate::shapes::band(x - r, y - r, r * 0.9, r * 1.8, 0.0, PI / 2.0),
                                shade,
                            );
                        })
                    }
                    _ => {
                        for k in 0..7 {
                            let dx = -r + 2.0 * r * (k as f32 + 0.5) / 7.0;
                            c.rect(
                                x + dx,
                                y - r * (0.3 + 0.7 * (t * 9.0 + k as f32).sin().abs()),
                                r * 0.11,
                                2.0 * r * (0.3 + 0.7 * (t * 9.0 + k as f32).sin().abs()),
                                shade,
                            );
                        }
                    }
                },
            );
        }
    }
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let block = type_setting::block(
        &title,
        &Setting::new(Face::Cormorant).in_lines(2).upto(10.0).led(0.92),
        (8.0, 7.5, 84.0, 13.0),
    );
    sleeve.c.fill(&block.path, text);
    sleeve.set(
        &artist,
        Setting::new(Face::Jost).in_lines(1).upto(3.4),
        (8.0, block.area.1 + block.area.3 + 2.4, 84.0, 3.0),
        if inverse { gold } else { main },
    );
    sleeve.imprint(true, true, text);
}

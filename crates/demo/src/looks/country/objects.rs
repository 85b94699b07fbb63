//! Country covers that show made things: badges, guitars, boots, planks.

use super::*;

/// A round badge on plain ground.
pub(super) fn badge(sleeve: &mut Sleeve<'_>) {
    let [paper, main, deep, glow, ink] = sleeve.inks;
    let ground = sleeve.pick(&[paper, main, deep]);
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let line = if ground == paper { ink } else { paper };
    if sleeve.chance(0.5) {
        let n = sleeve.count(14, 28);
        sleeve.c.fill(&rays(50.0, 50.0, 90.0, n, 0.1), line.fade(0.09));
    }
    let r = 38.0;
    sleeve.c.disc(50.0, 50.0, r, line);
    sleeve.c.disc(50.0, 50.0, r - 1.0, ground);
    sleeve.c.ring(50.0, 50.0, r - 2.2, line, 0.35);
    sleeve.c.ring(50.0, 50.0, r - 12.6, line, 0.5);
    let (artist, title) = (sleeve.artist().to_uppercase(), sleeve.title().to_uppercase());
    let fit = |text: &str| (58.0 / (text.chars().count() as f32 * 0.86)).clamp(3.0, 6.6);
    let face = [Face::Ultra, Face::Archivo][sleeve.habit(2)];
    let upper = type_setting::arch(&title, face, 0.06, fit(&title), (50.0, 50.0), r - 9.4, -PI / 2.0, false);
    sleeve.c.fill(&upper, if ground == paper { main } else { glow });
    let lower =
        type_setting::arch(&artist, face, 0.06, fit(&artist) * 0.9, (50.0, 50.0), r - 5.2, PI / 2.0, true);
    sleeve.c.fill(&lower, line);
    for side in [-1.0, 1.0] {
        sleeve.c.fill(&star(50.0 + side * (r - 7.3), 50.0, 2.4, 1.0, 5, 0.0), line);
    }
    let inner = r - 14.0;
    let kind = sleeve.count(0, 4);
    let accent = if ground == main { deep } else { main };
    sleeve.c.within(&circle(50.0, 50.0, inner), |c| c.rect(0.0, 0.0, 100.0, 100.0, glow));
    match kind {
        0 => {
            let hat = things::hat();
            sleeve.stamp(&hat, 50.0, 52.0, inner * 0.72, 0.0, deep);
        }
        1 => {
            let shoe = things::horseshoe();
            sleeve.stamp(&shoe, 50.0, 50.0, inner * 0.78, 0.0, deep);
        }
        2 => {
            let hills = ridge(&mut sleeve.rng, 58.0, 12.0, 0.5);
            sleeve.c.within(&circle(50.0, 50.0, inner), |c| {
                c.disc(50.0, 48.0, inner * 0.5, paper);
                c.fill(&hills, deep);
                c.rect(0.0, 66.0, 100.0, 30.0, accent.dark(0.3));
            });
        }
        3 => {
            let parts = music::guitar();
            let place =
                Transform::from_translate(50.0, 47.0).pre_rotate(34.0).pre_scale(inner * 0.5, inner * 0.5);
            sleeve.c.within(&circle(50.0, 50.0, inner), |c| {
                c.fill(&moved(parts[1].clone(), place), deep.dark(0.3));
                c.fill(&moved(parts[0].clone(), place), accent);
                c.fill(&moved(parts[2].clone(), place), deep.dark(0.4));
            });
        }
        _ => {
            let mark = star(50.0, 50.5, inner * 0.8, inner * 0.32, 5, 0.0);
            sleeve.c.fill(&mark, deep);
            sleeve.c.rule(&star(50.0, 50.5, inner * 0.62, inner * 0.25, 5, 0.0), glow, 0.5);
        }
    }
    let year = format!("EST. {}", sleeve.album.year);
    sleeve.set(
        &year,
        Setting::new(Face::Typewriter).in_lines(1).to(Align::Centre).upto(3.0),
        (30.0, 92.6, 40.0, 2.4),
        line.fade(0.8),
    );
}

/// A guitar, large, lit from the side.
pub(super) fn guitar_case(sleeve: &mut Sleeve<'_>) {
    let [paper, main, deep, glow, ink] = sleeve.inks;
    let ground = sleeve.pick(&[paper, glow.mix(paper, 0.3), deep, main.mix(deep, 0.4)]);
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    if sleeve.chance(0.6) {
        let n = sleeve.count(10, 22);
        sleeve.c.fill(&rays(66.0, 62.0, 130.0, n, 0.0), main.fade(0.22));
    }
    let (s, turn) = (sleeve.range(30.0, 40.0), sleeve.range(14.0, 46.0));
    let place = Transform::from_translate(sleeve.range(62.0, 70.0), sleeve.range(46.0, 56.0))
        .pre_rotate(turn)
        .pre_scale(s, s);
    let [body, neck, holes, strings] = music::guitar().map(|p| moved(p, place));
    let size = sleeve.size();
    Tone::body(size, &neck, 1.0, (-0.7, -0.5))
        .print(&mut sleeve.c, Print::Steps(&[deep.dark(0.5), deep.dark(0.2), deep.mix(main, 0.5)]));
    let wood = if ground == paper { main } else { glow };
    let tone = Tone::body(size, &body, 3.0, (-0.7, -0.7));
    tone.print(&mut sleeve.c, Print::Steps(&[deep.dark(0.2), wood.dark(0.35), wood, wood.light(0.3)]));
    sleeve.c.fill(&holes, deep.dark(0.45));
    sleeve.c.fill(&strings, paper.fade(0.7));
    let text = if ground.luma() > 0.45 { ink } else { paper };
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let face = [Face::Ultra, Face::Yellowtail, Face::Yellowtail, Face::Ultra][sleeve.habit(4)];
    let a =
        sleeve.set(&title, Setting::new(face).in_lines(4).upto(16.0).led(0.98), (6.0, 8.0, 52.0, 52.0), text);
    sleeve.set(
        &artist,
        Setting::new(Face::Typewriter).in_lines(2).upto(4.8),
        (6.0, a.1 + a.3 + 4.0, 40.0, 12.0),
        text,
    );
    sleeve.imprint(false, true, text);
}

/// Boots, hat or horseshoe as a flat print.
pub(super) fn boots(sleeve: &mut Sleeve<'_>) {
    let [paper, main, deep, glow, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, paper);
    let panel = sleeve.pick(&[main, glow, deep]);
    let arch = joined(&[circle(50.0, 46.0, 34.0), rect(16.0, 46.0, 68.0, 26.0)]);
    sleeve.c.fill(&arch, panel);
    sleeve.c.rule(&band(50.0, 46.0, 35.6, 36.2, PI, 2.0 * PI), ink, 0.3);
    let (cx, cy) = (50.0, 48.0);
    let shade = if panel == deep { glow } else { deep };
    let size = sleeve.size();
    match sleeve.count(0, 2) {
        0 => {
            for (dx, flip, t) in [(-11.0, 1.0f32, 0.0), (8.0, 1.0, 0.1)] {
                let place = Transform::from_translate(cx + dx, cy).pre_scale(21.0 * flip, 23.0);
                let boot = moved(things::boot(), place);
                Tone::body(size, &boot, 2.0, (-0.7, -0.6)).print(
                    &mut sleeve.c,
                    Print::Steps(&[shade.dark(0.45), shade.dark(t), shade.light(0.25)]),
                );
                let seam = smooth(
                    &[(cx + dx - 9.0, cy - 14.0), (cx + dx - 4.0, cy - 4.0), (cx + dx - 0.0, cy - 14.0)],
                    false,
                );
                sleeve.c.stroke(&seam, paper, 0.5);
                sleeve.c.stroke(&moved(seam, Transform::from_translate(0.0, 3.0)), paper, 0.5);
            }
        }
        1 => {
            let hat = moved(
                things::hat(),
                Transform::from_translate(cx, cy).pre_rotate(-8.0).pre_scale(29.0, 32.0),
            );
            Tone::body(size, &hat, 3.0, (-0.6, -0.7))
                .print(&mut sleeve.c, Print::Steps(&[shade.dark(0.5), shade, shade.light(0.3)]));
            let ribbon = moved(
                poly(&[(-0.56, -0.02), (-0.53, -0.20), (0.53, -0.20), (0.56, -0.02)]),
                Transform::from_translate(cx, cy + 0.5).pre_rotate(-8.0).pre_scale(29.0, 32.0),
            );
            sleeve.c.fill(&ribbon, if panel == main { paper } else { main });
        }
        _ => {
            let [body, glass, wheels] = things::car(true);
            sleeve.c.rect(16.0, 63.0, 68.0, 9.0, shade.dark(0.3));
            sleeve.stamp(&body, cx, 56.0, 24.0, 0.0, shade);
            sleeve.stamp(&glass, cx, 56.0, 24.0, 0.0, panel.light(0.5));
            sleeve.stamp(&wheels, cx, 56.0, 24.0, 0.0, ink);
            sleeve.c.disc(cx - 18.7, 63.7, 2.0, paper);
            sleeve.c.disc(cx + 18.7, 63.7, 2.0, paper);
        }
    }
    banner(sleeve, (9.0, 76.0, 82.0, 19.0), ink, main.dark(0.1));
}

/// Type branded into planks.
pub(super) fn plank(sleeve: &mut Sleeve<'_>) {
    let [paper, main, deep, glow, ink] = sleeve.inks;
    let n = sleeve.count(4, 7);
    let h = 100.0 / n as f32;
    let seed: u32 = sleeve.rng.r#gen();
    let base =
        sleeve.pick(&[main.mix(deep, 0.35), glow.mix(deep, 0.35), paper.mix(deep, 0.3), deep.mix(main, 0.2)]);
    let tone = Tone::new(sleeve.size(), |x, y| {
        let row = (y / h).floor();
        let v = clouds(x * 0.025 + row * 17.0, y * 0.9 + clouds(x * 0.03, y * 0.08, 2, seed) * 14.0, 3, seed);
        let gap = ((y / h).fract() * h).min(h - (y / h).fract() * h);
        ((v * 0.9 + 0.08 * (row * 2.4).sin()) * (gap * 3.0).clamp(0.15, 1.0), 1.0)
    });
    tone.print(&mut sleeve.c, Print::Ramp(&[base.dark(0.6), base.dark(0.15), base.light(0.22)]));
    let text = if base.luma() > 0.4 { deep.dark(0.5) } else { paper };
    let (artist, title) = (sleeve.artist().to_uppercase(), sleeve.title().to_uppercase());
    let block = type_setting::stack(&title, Face::Ultra, 3, 3.0, (12.0, 22.0, 76.0, 46.0));
    let rough = warp(&block.path, |(x, y)| {
        (
            x + (clouds(x * 1.1, y * 1.1, 2, seed ^ 4) - 0.5) * 0.7,
            y + (clouds(x * 1.1, y * 1.1, 2, seed ^ 5) - 0.5) * 0.7,
        )
    });
    sleeve.c.fill(&rough, text.fade(0.88));
    let foot = block.area.1 + block.area.3;
    sleeve.c.rect(12.0, foot + 4.0, 76.0, 0.6, text.fade(0.8));
    sleeve.set(
        &artist,
        Setting::new(Face::Typewriter).tracked(0.12).in_lines(1).to(Align::Centre).upto(5.4),
        (12.0, foot + 7.0, 76.0, 5.0),
        text.fade(0.9),
    );
    sleeve.c.fill(&star(50.0, 12.5, 5.0, 2.1, 5, 0.0), text.fade(0.85));
    let _ = ink;
}

//! Rap covers that are a scene: the block at night, a car at sundown, a tape, a chain.

use super::*;

/// The block at night.
pub(super) fn skyline(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, _] = sleeve.inks;
    let night = if ground.luma() < 0.4 { ground } else { Ink::hex(0x16120f) };
    sleeve.c.sky(&[(0.0, night), (0.5, night.mix(second, 0.7)), (0.8, main), (1.0, pale)]);
    if sleeve.chance(0.6) {
        let (x, y, r) = (sleeve.range(25.0, 75.0), sleeve.range(42.0, 58.0), sleeve.range(9.0, 20.0));
        sleeve.c.disc(x, y, r, pale.mix(main, 0.3));
    }
    for k in 0..2 {
        let tall = sleeve.range(28.0, 46.0) - 8.0 * k as f32;
        let [walls, lights] = things::skyline(&mut sleeve.rng, 86.0 + 6.0 * k as f32, tall);
        sleeve.c.fill(&walls, if k == 0 { night.mix(second, 0.45) } else { night.dark(0.2) });
        sleeve.c.fill(&lights, if k == 0 { main.fade(0.35) } else { main });
    }
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let a = shout(sleeve, &title, 2, (4.0, 4.5, 92.0, 30.0), pale);
    line(sleeve, &artist, (4.0, a.1 + a.3 + 2.4, 92.0, 4.0), Align::Left, main);
    warning(sleeve, true);
}

/// A tape with the names on its label.
pub(super) fn cassette(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let n = sleeve.count(1, 3);
    if sleeve.chance(0.6) {
        for k in 0..9 {
            sleeve.c.moved(Transform::from_rotate_at(-24.0, 50.0, 50.0), |c| {
                c.rect(-40.0, 2.0 + 12.0 * k as f32, 190.0, 5.0, second.fade(0.75))
            });
        }
    }
    let base = sleeve.range(-16.0, 16.0);
    for k in (0..n).rev() {
        let place = Transform::from_translate(50.0 + 7.0 * k as f32, 46.0 - 8.0 * k as f32)
            .pre_rotate(base + 11.0 * k as f32)
            .pre_scale(35.0, 35.0);
        let [shell, label, window, feet] = music::cassette();
        let case = if ground.luma() < 0.35 { main } else { Ink::hex(0x191615) };
        sleeve.c.fill(&moved(shell.clone(), place.post_translate(1.2, 1.6)), Ink::hex(0x000000).fade(0.4));
        sleeve.c.moved(place, |c| {
            c.fill(&shell, if k == 0 { case } else { case.dark(0.25) });
            c.fill(&label, pale);
            c.rect(-0.86, 0.06, 1.72, 0.12, second);
            c.rect(-0.86, 0.20, 1.72, 0.06, main);
            c.fill(&window, case.dark(0.5));
            c.fill(&feet, pale.dark(0.2));
            c.disc(-0.36, -0.01, 0.06, case.dark(0.6));
            c.disc(0.36, -0.01, 0.06, case.dark(0.6));
        });
        if k == 0 {
            let title = sleeve.title();
            let set = crate::type_setting::block(
                &title,
                &Setting::new(Face::Marker).in_lines(1).at(0.5).to(Align::Centre),
                (-0.8, -0.47, 1.6, 0.24),
            );
            sleeve.c.moved(place, |c| c.fill(&set.path, Ink::hex(0x1b1a22)));
        }
    }
    let artist = sleeve.artist();
    shout(sleeve, &artist, 1, (5.0, 78.0, 74.0, 14.0), ink);
    warning(sleeve, true);
}

/// A chain across the sheet, lit.
pub(super) fn chain(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let gold = if main.luma() < 0.2 { Ink::hex(0xd9a531) } else { main };
    let drop = sleeve.range(44.0, 62.0);
    let spread = sleeve.range(30.0, 46.0);
    for depth in 0..sleeve.count(1, 3) {
        let d = drop - 14.0 * depth as f32;
        let points: Vec<P> = (0..=22)
            .map(|i| {
                let t = i as f32 / 22.0 * 2.0 - 1.0;
                (50.0 + spread * t, -4.0 + d * (1.0 - t * t).sqrt().max(0.0))
            })
            .collect();
        let links = things::chain(&points, 3.4);
        let ring =
            links.stroke(&tiny_skia::Stroke { width: 1.3, ..Default::default() }, 4.0).unwrap_or(links);
        Tone::body(sleeve.size(), &ring, 1.0, (-0.7, -0.7))
            .print(&mut sleeve.c, Print::Ramp(&[gold.dark(0.75), gold.dark(0.2), gold, gold.light(0.7)]));
    }
    let y = drop + 4.0;
    let shape = match sleeve.count(0, 3) {
        0 => crate::shapes::star(50.0, y, 13.0, 5.4, 5, 0.0),
        1 => circle(50.0, y, 11.0),
        2 => poly(&[(50.0, y - 12.0), (61.0, y), (50.0, y + 13.0), (39.0, y)]),
        _ => moved(joined(&things::crown()), Transform::from_translate(50.0, y).pre_scale(13.0, 13.0)),
    };
    Tone::body(sleeve.size(), &shape, 2.4, (-0.7, -0.7))
        .print(&mut sleeve.c, Print::Steps(&[gold.dark(0.65), gold.dark(0.3), gold, gold.light(0.6)]));
    for _ in 0..3 {
        let (x, yy, r) =
            (50.0 + sleeve.range(-14.0, 14.0), y + sleeve.range(-12.0, 12.0), sleeve.range(2.0, 4.5));
        sleeve.c.fill(&crate::shapes::star(x, yy, r, r * 0.1, 4, 0.0), pale);
    }
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let a = shout(sleeve, &title, 2, (5.0, 80.0, 90.0, 13.0), ink);
    line(sleeve, &artist, (5.0, a.1 - 5.6, 60.0, 3.6), Align::Left, second.mix(pale, 0.4));
}

/// A long low car under a low sun.
pub(super) fn lowrider(sleeve: &mut Sleeve<'_>) {
    let [ground, main, second, pale, _] = sleeve.inks;
    let night = if ground.luma() < 0.4 { ground } else { Ink::hex(0x17120f) };
    sleeve.c.sky(&[(0.0, night), (0.6, second), (0.74, main)]);
    let (x, r) = (sleeve.range(34.0, 66.0), sleeve.range(20.0, 28.0));
    for k in 0..7 {
        let y = 44.0 - r + 2.0 * r * k as f32 / 7.0;
        sleeve.c.within(&rect(0.0, y, 100.0, 2.0 * r / 7.0 * (1.0 - 0.09 * k as f32)), |c| {
            c.disc(x, 44.0, r, pale.mix(main, 0.35))
        });
    }
    for _ in 0..sleeve.count(1, 4) {
        let (px, h) = (sleeve.range(2.0, 98.0), sleeve.range(30.0, 46.0));
        let lean = sleeve.range(-4.0, 4.0);
        sleeve.c.stroke(
            &smooth(&[(px, 76.0), (px + lean * 0.4, 76.0 - h * 0.5), (px + lean, 76.0 - h)], false),
            night,
            0.9,
        );
        for i in 0..8 {
            let a = PI + PI * i as f32 / 7.0;
            let tip = (px + lean + a.cos() * 9.0, 76.0 - h + a.sin() * 4.0 + 4.0);
            let mid = (px + lean + a.cos() * 5.0, 76.0 - h + a.sin() * 6.0);
            sleeve.c.stroke(&smooth(&[(px + lean, 76.0 - h), mid, tip], false), night, 0.9);
        }
    }
    sleeve.c.rect(0.0, 75.0, 100.0, 25.0, night);
    let [body, glass, wheels] = things::car(false);
    let place = Transform::from_translate(50.0, 70.0).pre_scale(30.0, 27.0);
    let coat = sleeve.pick(&[second.light(0.1), main, pale]);
    Tone::body(sleeve.size(), &moved(body, place), 2.4, (-0.2, -0.95))
        .print(&mut sleeve.c, Print::Steps(&[coat.dark(0.65), coat.dark(0.3), coat, coat.light(0.4)]));
    sleeve.c.fill(&moved(glass, place), night.mix(second, 0.3));
    sleeve.c.fill(&moved(wheels, place), night.dark(0.4));
    for side in [-1.0, 1.0] {
        sleeve.c.disc(50.0 + side * 23.4, 78.6, 2.6, pale.dark(0.15));
        sleeve.c.disc(50.0 + side * 23.4, 78.6, 1.0, night);
    }
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let script = sleeve.chance(0.4);
    if script {
        sleeve.set(
            &title,
            Setting::new(Face::Yellowtail).to(Align::Centre).in_lines(1).upto(18.0),
            (5.0, 4.0, 90.0, 15.0),
            pale,
        );
    } else {
        shout(sleeve, &title, 1, (4.0, 4.0, 92.0, 14.0), pale);
    }
    line(sleeve, &artist, (5.0, 91.0, 70.0, 3.8), Align::Left, main);
    warning(sleeve, true);
}

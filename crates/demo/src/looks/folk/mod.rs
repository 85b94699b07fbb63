//! Folk: linocut leaves, birds and hills, moons, quilts; hand-cut letters and typewriters.

mod land;

use super::{Layout, Look, Sleeve};
use crate::finish::{Finish, clouds};
use crate::palette::Ink;
use crate::shapes::{P, circle, moved, poly, rect, ridge, smooth, warp};
use crate::subjects::{music, nature};
use crate::tone::{Print, Tone};
use crate::type_setting::{self, Align, Area, Face, Setting};
use rand::Rng;
use std::f32::consts::{PI, TAU};
use tiny_skia::{Path, Transform};

pub(super) const LOOK: Look = Look {
    palettes: &[
        [0xefe6d0, 0x44593f, 0x26302a, 0xc9793e, 0x26302a],
        [0xece3d2, 0x7a4a3a, 0x2d2a28, 0x6f8a6a, 0x2d2a28],
        [0xe6e2cf, 0x3e5c66, 0x22302f, 0xd2a24e, 0x22302f],
        [0xf1e7d3, 0x9a5b3c, 0x37302a, 0x4d6b5a, 0x37302a],
        [0xe4dccb, 0x6a6440, 0x2b2b22, 0xb6563c, 0x2b2b22],
        [0xeae4d6, 0x50586e, 0x262833, 0xc58b7c, 0x262833],
    ],
    layouts: &LAYOUTS,
    tilt: 9.0,
    print: Finish { grain: 0.5, mottle: 0.5, wear: 0.04, ring: 0.0, age: 0.12, vignette: 0.08, pits: 0.75 },
};

const LAYOUTS: [Layout; 8] =
    [wreath, birds, land::hills, land::moon, stems, land::quilt, land::cottage, instrument];

/// An outline with the unevenness of a knife.
fn cut(sleeve: &Sleeve<'_>, path: &Path, amount: f32) -> Path {
    let seed = sleeve.album.seed as u32;
    warp(path, |(x, y)| {
        (
            x + (clouds(x * 0.6, y * 0.6, 2, seed) - 0.5) * amount,
            y + (clouds(x * 0.6, y * 0.6, 2, seed ^ 8) - 0.5) * amount,
        )
    })
}

/// Fills a form and cuts light lines into its lit side, as on a linocut.
fn lino(sleeve: &mut Sleeve<'_>, path: &Path, ink: Ink, light: Ink, depth: f32, turn: f32) {
    sleeve.c.fill(path, ink);
    let tone = Tone::body(sleeve.size(), path, depth, (-0.7, -0.7)).curve(|v| 1.35 - 1.5 * v);
    tone.print(&mut sleeve.c, Print::Lines { ink: light, cell: 1.15, turn });
}

/// Artist and title in this artist's hand.
fn names(sleeve: &mut Sleeve<'_>, area: Area, align: Align, ink: Ink, second: Ink) -> Area {
    let (x, y, w, h) = area;
    let (artist, title) = (sleeve.artist(), sleeve.title());
    let (head, face, small, most, caps) = match sleeve.habit(4) {
        0 => (title.to_uppercase(), Face::Amatic, Face::Typewriter, 17.0, false),
        1 => (title, Face::CormorantItalic, Face::Cormorant, 12.0, false),
        2 => (title.to_lowercase(), Face::Typewriter, Face::Typewriter, 8.0, false),
        _ => (title.to_uppercase(), Face::Amatic, Face::Amatic, 17.0, true),
    };
    let set = type_setting::block(
        &head,
        &Setting::new(face).to(align).in_lines(2).led(0.95).upto(most),
        (x, y, w, h * 0.66),
    );
    let path = if face == Face::Amatic { cut(sleeve, &set.path, 0.5) } else { set.path };
    let ink = sleeve.legible(set.area, ink);
    sleeve.c.fill(&path, ink);
    let a = set.area;
    let by = if caps { artist.to_uppercase() } else { artist };
    sleeve.set(
        &by,
        Setting::new(small).to(align).in_lines(1).upto(if small == Face::Amatic { 7.0 } else { 5.0 }),
        (x, a.1 + a.3 + h * 0.10, w, h * 0.22),
        second,
    );
    a
}

/// Names in a ring of leaves.
fn wreath(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, ink] = sleeve.inks;
    let inverse = sleeve.chance(0.35);
    let ground = if inverse { main.dark(0.15) } else { paper };
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let n = sleeve.count(22, 44);
    let r = sleeve.range(35.0, 38.0);
    let fat = sleeve.range(0.22, 0.42);
    let shades = if inverse { [paper, accent, main.light(0.45)] } else { [main, dark, accent] };
    for i in 0..n {
        let a = TAU * i as f32 / n as f32;
        for side in [-1.0f32, 1.0] {
            let lean = a.to_degrees() + 90.0 + side * sleeve.range(28.0, 52.0);
            let s = sleeve.range(8.0, 12.5);
            let leaf = nature::leaf(fat);
            let place = Transform::from_translate(50.0 + a.cos() * r, 50.0 + a.sin() * r)
                .pre_rotate(lean)
                .pre_scale(s, s);
            let shade = if sleeve.chance(0.14) { shades[2] } else { shades[(i / 3) % 2] };
            sleeve.c.fill(&moved(leaf, place), shade);
            let vein = [(0.1f32, 0.0f32), (0.85, 0.0)];
            sleeve.c.moved(place, |c| c.line(vein[0].0, vein[0].1, vein[1].0, vein[1].1, ground, 0.035));
        }
        if sleeve.chance(0.3) {
            let (ra, rs) = (r + sleeve.range(-7.0, 7.0), sleeve.range(0.8, 1.7));
            sleeve.c.disc(50.0 + a.cos() * ra, 50.0 + a.sin() * ra, rs, accent);
        }
    }
    let (text, second) = if inverse { (paper, accent.light(0.3)) } else { (ink, accent.dark(0.2)) };
    names(sleeve, (26.0, 38.0, 48.0, 27.0), Align::Centre, text, second);
}

/// One bird large, or a flock.
fn birds(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, ink] = sleeve.inks;
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, paper);
    if sleeve.chance(0.5) {
        let (x, y, r) = (sleeve.range(35.0, 65.0), sleeve.range(32.0, 42.0), sleeve.range(20.0, 27.0));
        let disc = cut(sleeve, &circle(x, y, r), 1.2);
        sleeve.c.fill(&disc, accent.mix(paper, 0.15));
    }
    if sleeve.chance(0.55) {
        let flip = sleeve.pick(&[1.0f32, -1.0]);
        let s = sleeve.range(25.0, 31.0);
        let place = Transform::from_translate(50.0, 37.0).pre_scale(s * flip, s);
        let [body, wing] = nature::bird().map(|p| moved(p, place));
        let (body, wing) = (cut(sleeve, &body, 0.9), cut(sleeve, &wing, 0.9));
        let twig: Vec<P> =
            (0..8).map(|i| (8.0 + 12.0 * i as f32, 49.0 + 2.5 * (i as f32 * 1.3).sin())).collect();
        sleeve.c.stroke(&smooth(&twig, false), dark, 1.3);
        for i in 0..10 {
            let (x, up) = (10.0 + 9.0 * i as f32, if i % 2 == 0 { -50.0 } else { 40.0 });
            let leaf = nature::leaf(0.3);
            sleeve.stamp(
                &leaf,
                x,
                49.0 + 2.5 * (x / 9.2).sin(),
                6.5,
                up,
                if i % 3 == 0 { accent } else { main },
            );
        }
        lino(sleeve, &body, main.mix(dark, 0.35), paper, 3.0, 25.0 * flip);
        sleeve.c.fill(&wing, dark);
        let tone = Tone::body(sleeve.size(), &wing, 2.0, (-0.7, -0.5)).curve(|v| 1.4 - 1.6 * v);
        tone.print(&mut sleeve.c, Print::Lines { ink: paper, cell: 1.0, turn: -12.0 * flip });
        sleeve.c.disc(50.0 + 0.47 * s * flip, 37.0 - 0.40 * s, 0.8, paper);
    } else {
        for _ in 0..sleeve.count(7, 22) {
            let (x, y, s) = (sleeve.range(6.0, 94.0), sleeve.range(6.0, 62.0), sleeve.range(2.4, 6.5));
            let turn = sleeve.range(20.0, 80.0);
            let shade = sleeve.pick(&[dark, dark, main, accent]);
            let bird = nature::swallow();
            sleeve.stamp(&bird, x, y, s, turn, shade);
        }
    }
    names(sleeve, (10.0, 71.0, 80.0, 23.0), Align::Centre, ink, main);
}

/// Stems side by side.
fn stems(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, ink] = sleeve.inks;
    let ground = sleeve.pick(&[paper, paper, main.mix(paper, 0.55), accent.mix(paper, 0.3)]);
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let n = sleeve.count(5, 11);
    let from_top = sleeve.chance(0.3);
    for i in 0..n {
        let x = 8.0 + 84.0 * (i as f32 + 0.5) / n as f32;
        let s = sleeve.range(34.0, 60.0);
        let shade = sleeve.pick(&[main, dark, main.mix(dark, 0.5), accent]);
        let (foot, up) = if from_top { (0.0, -1.0) } else { (101.0, 1.0) };
        let kind = sleeve.count(0, 3);
        let width = 84.0 / n as f32;
        match kind {
            0 | 1 => {
                let (pairs, fat) = (sleeve.count(4, 10), sleeve.range(0.14, 0.45));
                let (stem, leaves) = nature::sprig(&mut sleeve.rng, pairs, fat, 0.2);
                let place = Transform::from_translate(x, foot).pre_scale(s.min(width * 3.2), s * up);
                sleeve.c.stroke(&moved(smooth(&stem, false), place), shade, 0.6);
                let leaves = cut(sleeve, &moved(leaves, place), 0.4);
                sleeve.c.fill(&leaves, shade);
            }
            2 => {
                let (stem, grains) = nature::wheat(&mut sleeve.rng);
                let place = Transform::from_translate(x, foot).pre_scale(s, s * up);
                sleeve.c.stroke(&moved(smooth(&stem, false), place), shade, 0.6);
                sleeve.c.fill(&moved(grains, place), shade);
            }
            _ => {
                sleeve.c.line(x, foot, x, foot - s * 0.8 * up, shade, 0.7);
                let petals = sleeve.count(6, 14);
                let [flower, heart] = nature::flower(petals, 0.22, 0.0);
                let y = foot - s * 0.8 * up;
                sleeve.stamp(&flower, x, y, width * 0.62, 0.0, accent);
                sleeve.stamp(&heart, x, y, width * 0.62, 0.0, dark);
                for side in [-1.0, 1.0] {
                    let leaf = nature::leaf(0.3);
                    sleeve.stamp(
                        &leaf,
                        x,
                        foot - s * 0.35 * up,
                        width * 0.5,
                        -90.0 * up + 50.0 * side,
                        shade,
                    );
                }
            }
        }
    }
    let y = if from_top { 70.0 } else { 8.0 };
    names(sleeve, (9.0, y, 82.0, 24.0), Align::Centre, ink, main.dark(0.2));
}

/// A guitar or fiddle laid among leaves.
fn instrument(sleeve: &mut Sleeve<'_>) {
    let [paper, main, dark, accent, ink] = sleeve.inks;
    let ground = sleeve.pick(&[paper, accent.mix(paper, 0.45), main.mix(paper, 0.6)]);
    sleeve.c.rect(0.0, 0.0, 100.0, 100.0, ground);
    let turn = sleeve.range(-40.0, 40.0);
    for _ in 0..sleeve.count(6, 11) {
        let a = sleeve.range(0.0, TAU);
        let (pairs, fat) = (sleeve.count(4, 8), sleeve.range(0.2, 0.4));
        let (stem, leaves) = nature::sprig(&mut sleeve.rng, pairs, fat, 0.3);
        let s = sleeve.range(26.0, 36.0);
        let place = Transform::from_translate(50.0, 42.0)
            .pre_rotate((a + PI / 2.0).to_degrees())
            .pre_translate(0.0, -8.0)
            .pre_scale(s, s);
        let shade = sleeve.pick(&[main, main.mix(dark, 0.4), dark]);
        sleeve.c.stroke(&moved(smooth(&stem, false), place), shade, 0.5);
        sleeve.c.fill(&moved(leaves, place), shade);
    }
    let s = 22.0;
    let place = Transform::from_translate(50.0, 38.0).pre_rotate(turn).pre_scale(s, s);
    if sleeve.chance(0.6) {
        let [body, neck, holes, strings] = music::guitar().map(|p| moved(p, place));
        sleeve.c.fill(&neck, dark.dark(0.2));
        lino(sleeve, &body, accent, paper, 2.4, 30.0 + turn);
        sleeve.c.fill(&holes, dark.dark(0.2));
        sleeve.c.fill(&strings, paper);
    } else {
        let [body, neck, holes] = music::violin().map(|p| moved(p, place));
        lino(sleeve, &body, accent, paper, 2.2, 30.0 + turn);
        sleeve.c.fill(&neck, dark.dark(0.2));
        sleeve.c.fill(&holes, dark.dark(0.2));
    }
    sleeve.c.rect(0.0, 78.0, 100.0, 22.0, ground);
    names(sleeve, (9.0, 80.0, 82.0, 16.5), Align::Centre, ink, main.dark(0.2));
}

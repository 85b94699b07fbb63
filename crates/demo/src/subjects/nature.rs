//! Plants, birds and hills, as outlines around the origin in a frame of about ±1.

use crate::shapes::{P, finish, joined, moved, oval, poly, smooth};
use rand::Rng;
use std::f32::consts::{PI, TAU};
use tiny_skia::{Path, PathBuilder, Transform};

/// A pointed leaf from the origin along +x, one unit long.
pub fn leaf(fat: f32) -> Path {
    let mut b = PathBuilder::new();
    b.move_to(0.0, 0.0);
    b.cubic_to(0.25, -fat, 0.7, -fat * 0.8, 1.0, 0.0);
    b.cubic_to(0.7, fat * 0.8, 0.25, fat, 0.0, 0.0);
    b.close();
    finish(b)
}

fn place(path: Path, x: f32, y: f32, scale: f32, angle: f32) -> Path {
    moved(
        path,
        Transform::from_translate(x, y)
            .pre_concat(Transform::from_rotate(angle.to_degrees()))
            .pre_scale(scale, scale),
    )
}

/// A stem that climbs from the origin to about (0, −1) with leaves in pairs; stem points, leaves.
pub fn sprig(rng: &mut impl Rng, pairs: usize, fat: f32, sway: f32) -> (Vec<P>, Path) {
    let bend = rng.gen_range(-sway..=sway);
    let stem: Vec<P> = (0..=10)
        .map(|i| {
            let t = i as f32 / 10.0;
            (bend * t * t, -t)
        })
        .collect();
    let mut leaves = Vec::new();
    for i in 0..pairs {
        let t = 0.22 + 0.70 * i as f32 / pairs as f32;
        let (x, y) = (bend * t * t, -t);
        let along = (-1.0f32).atan2(2.0 * bend * t);
        let length = (0.34 - 0.20 * t) * (1.0 + rng.gen_range(-0.12..0.12));
        for side in [-1.0, 1.0] {
            leaves.push(place(leaf(fat), x, y, length, along + side * rng.gen_range(0.75..1.0)));
        }
    }
    leaves.push(place(leaf(fat), bend * 0.9, -0.95, 0.2, (-1.0f32).atan2(2.0 * bend)));
    (stem, joined(&leaves))
}

/// An ear of wheat on a stem from the origin up to about (0, −1).
pub fn wheat(rng: &mut impl Rng) -> (Vec<P>, Path) {
    let bend = rng.gen_range(-0.3..0.3);
    let at = |t: f32| (bend * t * t, -t);
    let stem = (0..=8).map(|i| at(i as f32 / 8.0)).collect();
    let mut grains = Vec::new();
    for i in 0..7 {
        let t = 0.62 + 0.05 * i as f32;
        let (x, y) = at(t);
        let along = (-1.0f32).atan2(2.0 * bend * t);
        for side in [-1.0, 1.0] {
            grains.push(place(leaf(0.3), x, y, 0.13, along + side * 0.45));
        }
    }
    let (x, y) = at(0.97);
    grains.push(place(leaf(0.3), x, y, 0.14, (-1.0f32).atan2(2.0 * bend)));
    (stem, joined(&grains))
}

/// A swallow seen from below, wings out, heading up.
pub fn swallow() -> Path {
    let side: [P; 9] = [
        (0.0, -0.42),
        (0.08, -0.30),
        (0.22, -0.26),
        (0.62, -0.34),
        (1.0, 0.06),
        (0.55, -0.10),
        (0.18, 0.04),
        (0.10, 0.26),
        (0.30, 0.78),
    ];
    let mut points: Vec<P> = side.to_vec();
    points.push((0.0, 0.40));
    points.extend(side.iter().skip(1).rev().map(|p| (-p.0, p.1)));
    poly_soft(&points)
}

fn poly_soft(points: &[P]) -> Path {
    // Each corner slightly rounded by a curve through midpoints.
    let n = points.len();
    let mid = |a: P, b: P, t: f32| (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
    let mut b = PathBuilder::new();
    for i in 0..n {
        let (p, q, r) = (points[i], points[(i + 1) % n], points[(i + 2) % n]);
        let (start, stop) = (mid(p, q, 0.8), mid(q, r, 0.2));
        if i == 0 {
            b.move_to(start.0, start.1)
        } else {
            b.line_to(start.0, start.1)
        }
        b.quad_to(q.0, q.1, stop.0, stop.1);
    }
    b.close();
    finish(b)
}

/// A perched bird looking right: body with tail and beak, wing.
pub fn bird() -> [Path; 2] {
    let body = smooth(
        &[
            (-1.05, 0.34),
            (-0.90, 0.22),
            (-0.45, 0.02),
            (-0.05, -0.28),
            (0.22, -0.50),
            (0.46, -0.52),
            (0.58, -0.42),
            (0.80, -0.36),
            (0.60, -0.28),
            (0.56, -0.06),
            (0.36, 0.24),
            (0.0, 0.36),
            (-0.40, 0.28),
            (-0.98, 0.46),
        ],
        true,
    );
    let wing = smooth(
        &[(0.24, -0.14), (0.16, 0.12), (-0.20, 0.20), (-0.66, 0.22), (-0.30, 0.02), (0.04, -0.16)],
        true,
    );
    [body, wing]
}

/// A flower head of `petals` around the origin, radius about one; petals and heart.
pub fn flower(petals: usize, fat: f32, turn: f32) -> [Path; 2] {
    let all: Vec<Path> =
        (0..petals).map(|i| place(leaf(fat), 0.0, 0.0, 1.0, turn + TAU * i as f32 / petals as f32)).collect();
    [joined(&all), oval(0.0, 0.0, 0.24, 0.24)]
}

/// A bare tree: lines with widths, from (0, 0) up to about −1.
pub fn tree(rng: &mut impl Rng, depth: usize) -> Vec<(P, P, f32)> {
    fn grow(
        rng: &mut impl Rng,
        out: &mut Vec<(P, P, f32)>,
        from: P,
        angle: f32,
        length: f32,
        width: f32,
        left: usize,
    ) {
        let to = (from.0 + angle.cos() * length, from.1 + angle.sin() * length);
        out.push((from, to, width));
        if left == 0 {
            return;
        }
        let forks = if rng.gen_bool(0.3) { 3 } else { 2 };
        for i in 0..forks {
            let lean = (i as f32 - (forks - 1) as f32 / 2.0) * rng.gen_range(0.45..0.85)
                + rng.gen_range(-0.15..0.15);
            let shorter = length * rng.gen_range(0.64..0.84);
            grow(rng, out, to, angle + lean, shorter, width * 0.64, left - 1);
        }
    }
    let mut out = Vec::new();
    grow(rng, &mut out, (0.0, 0.0), -PI / 2.0, 0.32, 0.06, depth);
    out
}

/// A saguaro standing on the origin, about one tall.
pub fn cactus(rng: &mut impl Rng) -> Vec<(Vec<P>, f32)> {
    let mut arms = vec![(vec![(0.0, 0.0), (0.0, -1.0)], 0.2)];
    for side in [-1.0f32, 1.0] {
        let low = rng.gen_range(0.3..0.55);
        let up = low + rng.gen_range(0.2..0.4);
        let out = side * rng.gen_range(0.26..0.34);
        arms.push((vec![(0.0, -low), (out * 0.8, -low), (out, -low - 0.08), (out, -up)], 0.14));
    }
    arms
}

/// A pine standing on the origin, one tall.
pub fn pine(rng: &mut impl Rng) -> Path {
    let tiers = rng.gen_range(5..9);
    let mut right: Vec<P> = vec![(0.0, -1.0)];
    for i in 1..=tiers {
        let t = i as f32 / tiers as f32;
        let reach = 0.30 * t * rng.gen_range(0.8..1.1);
        right.push((reach, -1.0 + 0.92 * t));
        right.push((reach * 0.45, -1.0 + 0.92 * t - 0.02));
    }
    right.push((0.03, -0.06));
    right.push((0.03, 0.02));
    let mut points = right.clone();
    points.extend(right.iter().rev().map(|p| (-p.0 * 0.95, p.1)));
    poly(&points)
}

//! Instruments and what belongs to them, as outlines around the origin in a frame of about ±1.

use crate::shapes::{P, circle, joined, moved, oval, poly, rect, smooth};
use tiny_skia::{Path, Transform};

/// A tube along a line of points whose half-width is given at each.
pub fn tube(spine: &[(f32, f32, f32)]) -> Path {
    let n = spine.len();
    let (mut left, mut right): (Vec<P>, Vec<P>) = (Vec::new(), Vec::new());
    for i in 0..n {
        let (a, b) = (spine[i.saturating_sub(1)], spine[(i + 1).min(n - 1)]);
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx.hypot(dy).max(1e-4);
        let (x, y, r) = spine[i];
        left.push((x - dy / length * r, y + dx / length * r));
        right.push((x + dy / length * r, y - dx / length * r));
    }
    right.reverse();
    left.extend(right);
    smooth(&left, true)
}

/// A saxophone, bell to the right; outline and its keys.
pub fn saxophone() -> (Path, Path) {
    let spine = [
        (-0.62, -0.86, 0.035),
        (-0.50, -0.95, 0.04),
        (-0.30, -0.98, 0.045),
        (-0.16, -0.88, 0.05),
        (-0.12, -0.66, 0.06),
        (-0.08, -0.20, 0.085),
        (-0.04, 0.30, 0.115),
        (0.02, 0.66, 0.14),
        (0.20, 0.88, 0.16),
        (0.42, 0.80, 0.17),
        (0.52, 0.50, 0.19),
        (0.56, 0.24, 0.22),
        (0.62, 0.02, 0.31),
        (0.66, -0.08, 0.36),
    ];
    let keys: Vec<Path> = (0..7)
        .map(|i| {
            let t = i as f32 / 6.0;
            circle(-0.10 + 0.11 * t, -0.50 + 1.05 * t, 0.035 + 0.022 * t)
        })
        .collect();
    (tube(&spine), joined(&keys))
}

/// A trumpet pointing right.
pub fn trumpet() -> Path {
    let bell = tube(&[
        (-0.55, -0.10, 0.035),
        (0.00, -0.10, 0.035),
        (0.35, -0.10, 0.045),
        (0.60, -0.10, 0.08),
        (0.80, -0.10, 0.16),
        (0.95, -0.10, 0.34),
    ]);
    let lead = rect(-1.05, -0.135, 1.2, 0.05);
    let mouth = poly(&[(-1.12, -0.18), (-1.02, -0.13), (-1.02, -0.09), (-1.12, -0.04)]);
    let low = rect(-0.42, 0.20, 0.80, 0.06);
    let bends = [circle(-0.42, 0.05, 0.18), circle(0.38, 0.05, 0.18)];
    let valves: Vec<Path> = (0..3)
        .flat_map(|i| {
            let x = -0.22 + 0.17 * i as f32;
            [
                rect(x, -0.34, 0.11, 0.72),
                rect(x + 0.035, -0.48, 0.04, 0.2),
                oval(x + 0.055, -0.48, 0.06, 0.025),
            ]
        })
        .collect();
    joined([&bell, &lead, &mouth, &low].into_iter().chain(&bends).chain(&valves))
}

/// A round-bouted body: `waist` and `upper` as shares of the lower bout's half-width 0.5, from −0.7 to 0.7.
pub fn bouts(waist: f32, upper: f32) -> Path {
    let w = 0.5;
    let side: [P; 7] = [
        (w * 0.30, 0.70),
        (w * 0.86, 0.56),
        (w, 0.28),
        (w * waist, -0.08),
        (w * upper, -0.38),
        (w * upper * 0.82, -0.60),
        (w * 0.24, -0.69),
    ];
    let mut points: Vec<P> = side.to_vec();
    points.extend(side.iter().rev().map(|p| (-p.0, p.1)));
    smooth(&points, true)
}

/// A guitar standing upright, about 3 tall: body, neck with head, rose and bridge, strings.
pub fn guitar() -> [Path; 4] {
    let body = moved(bouts(0.62, 0.76), Transform::from_translate(0.0, 0.8));
    let neck = joined(&[
        rect(-0.065, -1.05, 0.13, 1.6),
        poly(&[(-0.075, -1.05), (-0.13, -1.42), (0.0, -1.46), (0.13, -1.42), (0.075, -1.05)]),
    ]);
    let holes = joined(&[circle(0.0, 0.55, 0.15), rect(-0.2, 1.12, 0.4, 0.055)]);
    let strings: Vec<Path> = (0..6).map(|i| rect(-0.05 + 0.019 * i as f32, -1.3, 0.005, 2.45)).collect();
    [body, neck, holes, joined(&strings)]
}

/// An electric guitar with two horns, standing upright: body, neck, fittings.
pub fn electric() -> [Path; 3] {
    let body = smooth(
        &[
            (0.05, 0.30),
            (0.20, 0.34),
            (0.34, 0.16),
            (0.44, 0.10),
            (0.46, 0.32),
            (0.38, 0.62),
            (0.50, 0.95),
            (0.44, 1.30),
            (0.05, 1.46),
            (-0.38, 1.36),
            (-0.50, 1.02),
            (-0.38, 0.66),
            (-0.44, 0.30),
            (-0.50, -0.04),
            (-0.38, 0.02),
            (-0.24, 0.30),
            (-0.05, 0.32),
        ],
        true,
    );
    let neck = joined(&[
        rect(-0.06, -1.15, 0.12, 1.6),
        smooth(
            &[(-0.06, -1.12), (-0.12, -1.5), (0.02, -1.66), (0.12, -1.52), (0.08, -1.3), (0.06, -1.12)],
            true,
        ),
    ]);
    let fittings = joined(&[
        rect(-0.16, 0.55, 0.32, 0.08),
        rect(-0.16, 0.80, 0.32, 0.08),
        rect(-0.18, 1.04, 0.36, 0.06),
        circle(0.28, 1.08, 0.05),
        circle(0.30, 1.22, 0.05),
    ]);
    [body, neck, fittings]
}

/// A violin or cello: body with corners, neck with scroll, f-holes and tailpiece.
pub fn violin() -> [Path; 3] {
    let side: [P; 11] = [
        (0.14, 0.72),
        (0.40, 0.60),
        (0.47, 0.36),
        (0.44, 0.20),
        (0.30, 0.14),
        (0.27, -0.02),
        (0.31, -0.16),
        (0.40, -0.22),
        (0.40, -0.40),
        (0.30, -0.60),
        (0.10, -0.68),
    ];
    let mut points: Vec<P> = side.to_vec();
    points.extend(side.iter().rev().map(|p| (-p.0, p.1)));
    let body = moved(smooth(&points, true), Transform::from_translate(0.0, 0.6));
    let neck = joined(&[
        poly(&[(-0.05, -0.95), (0.05, -0.95), (0.075, 0.75), (-0.075, 0.75)]),
        circle(0.0, -1.06, 0.11),
        poly(&[(-0.06, 0.92), (0.06, 0.92), (0.09, 1.28), (-0.09, 1.28)]),
    ]);
    let f = |s: f32| {
        tube(&[
            (s * 0.13, 0.40, 0.02),
            (s * 0.18, 0.38, 0.02),
            (s * 0.19, 0.46, 0.02),
            (s * 0.20, 0.62, 0.025),
            (s * 0.24, 0.78, 0.02),
            (s * 0.27, 0.84, 0.02),
            (s * 0.30, 0.79, 0.02),
        ])
    };
    [body, neck, joined(&[f(1.0), f(-1.0)])]
}

/// A stage microphone of the fifties: head, its grille, and stand.
pub fn microphone() -> [Path; 3] {
    let head = smooth(
        &[
            (-0.30, -0.62),
            (-0.18, -0.92),
            (0.18, -0.92),
            (0.30, -0.62),
            (0.30, -0.10),
            (0.20, 0.12),
            (-0.20, 0.12),
            (-0.30, -0.10),
        ],
        true,
    );
    let bars: Vec<Path> = (0..6)
        .map(|i| rect(-0.24, -0.82 + 0.14 * i as f32, 0.48, 0.05))
        .chain([rect(-0.03, -0.9, 0.06, 0.98)])
        .collect();
    let stand = joined(&[
        rect(-0.05, 0.10, 0.10, 1.6),
        poly(&[(-0.12, 0.14), (0.12, 0.14), (0.07, 0.32), (-0.07, 0.32)]),
    ]);
    [head, joined(&bars), stand]
}

/// Seven white keys over a unit square, and the black ones: `n` octaves side by side.
pub fn keys(octaves: usize) -> Path {
    let w = 1.0 / (7 * octaves) as f32;
    let mut blacks = Vec::new();
    for key in 0..7 * octaves {
        if matches!(key % 7, 0 | 1 | 3 | 4 | 5) {
            blacks.push(rect((key as f32 + 0.68) * w, 0.0, w * 0.64, 0.62));
        }
    }
    joined(&blacks)
}

/// A compact cassette: shell, label, window and hubs.
pub fn cassette() -> [Path; 4] {
    let shell = smooth_box(-1.0, -0.64, 2.0, 1.28, 0.08);
    let label = smooth_box(-0.86, -0.52, 1.72, 0.84, 0.05);
    let window = smooth_box(-0.5, -0.16, 1.0, 0.30, 0.15);
    let feet = joined(&[
        poly(&[(-0.62, 0.64), (-0.54, 0.38), (0.54, 0.38), (0.62, 0.64)]),
        circle(-0.36, -0.01, 0.11),
        circle(0.36, -0.01, 0.11),
    ]);
    [shell, label, window, feet]
}

/// A rectangle with round corners.
pub fn smooth_box(x: f32, y: f32, w: f32, h: f32, r: f32) -> Path {
    let mut b = tiny_skia::PathBuilder::new();
    let r = r.min(w / 2.0).min(h / 2.0);
    let k = r * 0.4477;
    b.move_to(x + r, y);
    b.line_to(x + w - r, y);
    b.cubic_to(x + w - k, y, x + w, y + k, x + w, y + r);
    b.line_to(x + w, y + h - r);
    b.cubic_to(x + w, y + h - k, x + w - k, y + h, x + w - r, y + h);
    b.line_to(x + r, y + h);
    b.cubic_to(x + k, y + h, x, y + h - k, x, y + h - r);
    b.line_to(x, y + r);
    b.cubic_to(x, y + k, x + k, y, x + r, y);
    b.close();
    crate::shapes::finish(b)
}

//! Made things, as outlines around the origin in a frame of about ±1.

use crate::shapes::{P, band, circle, finish, joined, oval, poly, rect, smooth};
use rand::Rng;
use std::f32::consts::{PI, TAU};
use tiny_skia::{Path, PathBuilder};

/// The label's mark: a kite and its tail. Left and right half, tail.
pub fn kite() -> [Path; 3] {
    let left = poly(&[(0.0, -1.0), (-0.58, -0.30), (0.0, 0.62)]);
    let right = poly(&[(0.0, -1.0), (0.58, -0.30), (0.0, 0.62)]);
    let tail = joined(&[
        poly(&[(-0.03, 0.66), (0.03, 0.66), (0.12, 1.06), (0.06, 1.06)]),
        poly(&[(-0.10, 0.84), (0.16, 0.74), (0.20, 0.84), (-0.08, 0.92)]),
    ]);
    [left, right, tail]
}

/// A skull from the front: bone, and its holes.
pub fn skull() -> [Path; 2] {
    let side: [P; 9] = [
        (0.0, -1.0),
        (0.46, -0.90),
        (0.72, -0.50),
        (0.70, -0.08),
        (0.56, 0.16),
        (0.50, 0.38),
        (0.40, 0.52),
        (0.36, 0.88),
        (0.18, 0.98),
    ];
    let mut points: Vec<P> = side.to_vec();
    points.extend(side.iter().skip(1).rev().map(|p| (-p.0, p.1)));
    let mut holes = Vec::new();
    for s in [-1.0f32, 1.0] {
        holes.push(smooth(
            &[
                (s * 0.12, -0.14),
                (s * 0.30, -0.30),
                (s * 0.50, -0.20),
                (s * 0.48, 0.04),
                (s * 0.26, 0.12),
                (s * 0.12, 0.02),
            ],
            true,
        ));
        holes.push(poly(&[(s * 0.02, 0.16), (s * 0.12, 0.36), (s * 0.02, 0.34)]));
    }
    for i in -2..=2 {
        holes.push(rect(i as f32 * 0.11 - 0.012, 0.56, 0.024, 0.28));
    }
    holes.push(rect(-0.32, 0.685, 0.64, 0.02));
    [smooth(&points, true), joined(&holes)]
}

/// A crown with five points and its band of stones.
pub fn crown() -> [Path; 2] {
    let points = [
        (-0.8, 0.5),
        (-1.0, -0.35),
        (-0.55, 0.05),
        (-0.42, -0.6),
        (-0.16, 0.0),
        (0.0, -0.8),
        (0.16, 0.0),
        (0.42, -0.6),
        (0.55, 0.05),
        (1.0, -0.35),
        (0.8, 0.5),
    ];
    let mut stones: Vec<Path> = [(-1.0, -0.4), (-0.42, -0.66), (0.0, -0.86), (0.42, -0.66), (1.0, -0.4)]
        .iter()
        .map(|&(x, y)| circle(x, y, 0.08))
        .collect();
    stones.push(rect(-0.8, 0.36, 1.6, 0.06));
    [poly(&points), joined(&stones)]
}

/// A flash of lightning.
pub fn bolt() -> Path {
    poly(&[
        (0.18, -1.0),
        (-0.50, 0.12),
        (-0.06, 0.12),
        (-0.26, 1.0),
        (0.52, -0.22),
        (0.06, -0.22),
        (0.46, -1.0),
    ])
}

/// An eye: white, iris, lashes as wedges.
pub fn eye() -> [Path; 3] {
    let white = {
        let mut b = PathBuilder::new();
        b.move_to(-1.0, 0.0);
        b.cubic_to(-0.5, -0.72, 0.5, -0.72, 1.0, 0.0);
        b.cubic_to(0.5, 0.58, -0.5, 0.58, -1.0, 0.0);
        b.close();
        finish(b)
    };
    let lashes: Vec<Path> = (0..9)
        .map(|i| {
            let t = -0.8 + 0.2 * i as f32;
            let y = -0.54 * (1.0 - t * t);
            poly(&[(t - 0.05, y), (t * 1.45, y - 0.42), (t + 0.05, y)])
        })
        .collect();
    [white, circle(0.0, -0.03, 0.40), joined(&lashes)]
}

/// Lips, closed: both lips, and the line between.
pub fn lips() -> [Path; 2] {
    let outer = smooth(
        &[
            (-1.0, 0.0),
            (-0.55, -0.30),
            (-0.20, -0.42),
            (0.0, -0.30),
            (0.20, -0.42),
            (0.55, -0.30),
            (1.0, 0.0),
            (0.55, 0.38),
            (0.0, 0.52),
            (-0.55, 0.38),
        ],
        true,
    );
    let line = smooth(
        &[
            (-0.92, 0.0),
            (-0.40, -0.04),
            (-0.1, 0.02),
            (0.0, 0.06),
            (0.1, 0.02),
            (0.40, -0.04),
            (0.92, 0.0),
            (0.3, 0.08),
            (0.0, 0.12),
            (-0.3, 0.08),
        ],
        true,
    );
    [outer, line]
}

/// A long car from the side: body, glass, wheels.
pub fn car(truck: bool) -> [Path; 3] {
    let body = if truck {
        poly(&[
            (-1.2, -0.06),
            (-0.22, -0.06),
            (-0.18, -0.42),
            (0.32, -0.42),
            (0.50, -0.10),
            (1.0, -0.04),
            (1.12, 0.10),
            (1.12, 0.32),
            (-1.2, 0.32),
        ])
    } else {
        smooth(
            &[
                (-1.3, 0.28),
                (-1.34, 0.02),
                (-1.1, -0.10),
                (-0.62, -0.12),
                (-0.36, -0.40),
                (0.18, -0.42),
                (0.46, -0.14),
                (1.10, -0.06),
                (1.30, 0.08),
                (1.30, 0.28),
                (0.9, 0.34),
                (0.0, 0.34),
                (-0.9, 0.34),
            ],
            true,
        )
    };
    let glass = if truck {
        poly(&[(-0.12, -0.36), (0.28, -0.36), (0.40, -0.10), (-0.12, -0.10)])
    } else {
        joined(&[
            poly(&[(-0.34, -0.33), (-0.10, -0.35), (-0.10, -0.13), (-0.50, -0.13)]),
            poly(&[(-0.05, -0.35), (0.15, -0.35), (0.34, -0.13), (-0.05, -0.13)]),
        ])
    };
    [body, glass, joined(&[circle(-0.78, 0.32, 0.21), circle(0.78, 0.32, 0.21)])]
}

/// A wide-brimmed hat.
pub fn hat() -> Path {
    smooth(
        &[
            (-1.1, 0.08),
            (-0.8, 0.30),
            (0.0, 0.40),
            (0.8, 0.30),
            (1.1, 0.08),
            (0.72, 0.14),
            (0.56, 0.06),
            (0.46, -0.48),
            (0.22, -0.62),
            (0.0, -0.52),
            (-0.22, -0.62),
            (-0.46, -0.48),
            (-0.56, 0.06),
            (-0.72, 0.14),
        ],
        true,
    )
}

/// A boot with a heel, toe to the right.
pub fn boot() -> Path {
    smooth(
        &[
            (-0.52, -1.0),
            (-0.20, -0.90),
            (0.14, -1.0),
            (0.12, -0.30),
            (0.22, 0.20),
            (0.70, 0.42),
            (0.98, 0.66),
            (0.92, 0.78),
            (0.2, 0.76),
            (-0.10, 0.68),
            (-0.16, 0.94),
            (-0.52, 0.94),
            (-0.50, 0.5),
            (-0.42, 0.0),
            (-0.44, -0.5),
        ],
        true,
    )
}

/// A horseshoe, open below.
pub fn horseshoe() -> Path {
    band(0.0, 0.0, 0.56, 0.92, PI * 0.72, PI * 2.28)
}

/// A row of houses with lit windows between x = 0 and 100 standing on `base`: walls, windows.
pub fn skyline(rng: &mut impl Rng, base: f32, tall: f32) -> [Path; 2] {
    let (mut walls, mut lights) = (Vec::new(), Vec::new());
    let mut x = -2.0;
    while x < 100.0 {
        let w = rng.gen_range(6.0..15.0);
        let h = tall * rng.gen_range(0.35..1.0f32);
        walls.push(rect(x, base - h, w + 0.1, h + 60.0));
        if rng.gen_bool(0.3) {
            walls.push(rect(x + w * 0.45, base - h - tall * 0.18, 0.7, tall * 0.2));
        }
        let (nx, ny) = ((w / 2.2) as usize, (h / 3.2) as usize);
        for i in 0..nx {
            for j in 0..ny {
                if rng.gen_bool(0.42) {
                    lights.push(rect(x + 1.0 + 2.2 * i as f32, base - h + 1.6 + 3.2 * j as f32, 1.1, 1.7));
                }
            }
        }
        x += w;
    }
    [joined(&walls), joined(&lights)]
}

/// Closed loops of a chain along points.
pub fn chain(points: &[P], r: f32) -> Path {
    let links: Vec<Path> = points
        .windows(2)
        .enumerate()
        .map(|(i, pair)| {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let (cx, cy) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
            let angle = (y1 - y0).atan2(x1 - x0).to_degrees();
            let flat = if i % 2 == 0 { 0.62 } else { 0.30 };
            let link = joined(&[oval(0.0, 0.0, r, r * flat)]);
            crate::shapes::moved(link, tiny_skia::Transform::from_translate(cx, cy).pre_rotate(angle))
        })
        .collect();
    joined(&links)
}

/// A rosette of turned lines such as bank notes carry, radius one, as one closed track.
pub fn guilloche(petals: f32, inner: f32, phase: f32) -> Path {
    let points: Vec<P> = (0..720)
        .map(|i| {
            let a = TAU * i as f32 / 720.0;
            let r = inner + (1.0 - inner) * (0.5 + 0.5 * (petals * a + phase).cos());
            (r * a.cos(), r * a.sin())
        })
        .collect();
    poly(&points)
}

/// A cherry pair: fruit, stalks.
pub fn cherries() -> [Path; 2] {
    let fruit = joined(&[circle(-0.42, 0.48, 0.40), circle(0.40, 0.58, 0.40)]);
    let stalks = joined(&[
        crate::subjects::music::tube(&[(-0.42, 0.14, 0.03), (-0.28, -0.3, 0.03), (0.10, -0.86, 0.045)]),
        crate::subjects::music::tube(&[(0.40, 0.22, 0.03), (0.34, -0.3, 0.03), (0.10, -0.86, 0.045)]),
        smooth(&[(0.10, -0.86), (0.42, -1.02), (0.92, -0.78), (0.52, -0.58)], true),
    ]);
    [fruit, stalks]
}

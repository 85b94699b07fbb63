//! Outlines that the looks share, in the canvas's units.

use rand::Rng;
use std::f32::consts::{PI, TAU};
use tiny_skia::{Path, PathBuilder, PathSegment, Point, Rect, Transform};

/// A point in canvas units.
pub type P = (f32, f32);

/// An outline that holds nothing visible; stands in where geometry degenerates.
fn nothing() -> Path {
    let rect = Rect::from_xywh(-1000.0, -1000.0, 0.01, 0.01).expect("a fixed, valid rectangle");
    PathBuilder::from_rect(rect)
}

/// Finishes a builder; an empty one becomes an outline off the sheet.
pub fn finish(builder: PathBuilder) -> Path {
    builder.finish().unwrap_or_else(nothing)
}

/// A rectangle.
pub fn rect(x: f32, y: f32, w: f32, h: f32) -> Path {
    Rect::from_xywh(x, y, w.max(0.01), h.max(0.01)).map_or_else(nothing, PathBuilder::from_rect)
}

/// A circle.
pub fn circle(x: f32, y: f32, r: f32) -> Path {
    PathBuilder::from_circle(x, y, r.max(0.01)).unwrap_or_else(nothing)
}

/// An ellipse with half-axes `rx`, `ry`.
pub fn oval(x: f32, y: f32, rx: f32, ry: f32) -> Path {
    Rect::from_xywh(x - rx, y - ry, (2.0 * rx).max(0.01), (2.0 * ry).max(0.01))
        .and_then(PathBuilder::from_oval)
        .unwrap_or_else(nothing)
}

/// The points in clockwise order, so that overlapping outlines join rather than cancel.
fn clockwise(points: &[P]) -> Vec<P> {
    let n = points.len();
    let twice_area: f32 = (0..n)
        .map(|i| {
            let (a, b) = (points[i], points[(i + 1) % n]);
            a.0 * b.1 - b.0 * a.1
        })
        .sum();
    if twice_area < 0.0 { points.iter().rev().copied().collect() } else { points.to_vec() }
}

/// A closed polygon.
pub fn poly(points: &[P]) -> Path {
    let mut b = PathBuilder::new();
    for (i, (x, y)) in clockwise(points).into_iter().enumerate() {
        if i == 0 { b.move_to(x, y) } else { b.line_to(x, y) }
    }
    b.close();
    finish(b)
}

/// An open run of straight lines.
pub fn track(points: &[P]) -> Path {
    let mut b = PathBuilder::new();
    for (i, &(x, y)) in points.iter().enumerate() {
        if i == 0 { b.move_to(x, y) } else { b.line_to(x, y) }
    }
    finish(b)
}

/// A smooth curve through the points (Catmull–Rom), closed or open.
pub fn smooth(points: &[P], closed: bool) -> Path {
    let n = points.len();
    let mut b = PathBuilder::new();
    if n < 3 {
        return track(points);
    }
    let points = if closed { clockwise(points) } else { points.to_vec() };
    let at = |i: isize| {
        let i = if closed { i.rem_euclid(n as isize) } else { i.clamp(0, n as isize - 1) };
        points[i as usize]
    };
    b.move_to(points[0].0, points[0].1);
    let steps = if closed { n } else { n - 1 };
    for i in 0..steps as isize {
        let (p0, p1, p2, p3) = (at(i - 1), at(i), at(i + 1), at(i + 2));
        b.cubic_to(
            p1.0 + (p2.0 - p0.0) / 6.0,
            p1.1 + (p2.1 - p0.1) / 6.0,
            p2.0 - (p3.0 - p1.0) / 6.0,
            p2.1 - (p3.1 - p1.1) / 6.0,
            p2.0,
            p2.1,
        );
    }
    if closed {
        b.close();
    }
    finish(b)
}

/// A soft closed form around a centre; `wobble` 0 is a circle.
pub fn blob(rng: &mut impl Rng, x: f32, y: f32, r: f32, lobes: usize, wobble: f32) -> Path {
    let turn = rng.gen_range(0.0..TAU);
    let points: Vec<P> = (0..lobes)
        .map(|i| {
            let angle = turn + TAU * i as f32 / lobes as f32;
            let reach = r * (1.0 + rng.gen_range(-wobble..=wobble));
            (x + angle.cos() * reach, y + angle.sin() * reach)
        })
        .collect();
    smooth(&points, true)
}

/// A star or sunburst with `spikes` points between two radii.
pub fn star(x: f32, y: f32, outer: f32, inner: f32, spikes: usize, turn: f32) -> Path {
    let points: Vec<P> = (0..spikes * 2)
        .map(|i| {
            let angle = turn + PI * i as f32 / spikes as f32 - PI / 2.0;
            let r = if i % 2 == 0 { outer } else { inner };
            (x + angle.cos() * r, y + angle.sin() * r)
        })
        .collect();
    poly(&points)
}

/// A slice of a ring from angle `a0` to `a1` (radians, clockwise from the right).
pub fn band(x: f32, y: f32, inner: f32, outer: f32, a0: f32, a1: f32) -> Path {
    let steps = (((a1 - a0).abs() / 0.08).ceil() as usize).max(2);
    let at = |r: f32, i: usize| {
        let angle = a0 + (a1 - a0) * i as f32 / steps as f32;
        (x + angle.cos() * r, y + angle.sin() * r)
    };
    let mut points: Vec<P> = (0..=steps).map(|i| at(outer, i)).collect();
    points.extend((0..=steps).rev().map(|i| at(inner, i)));
    poly(&points)
}

/// Wedges that spread from a centre over the whole sheet; every second one is filled.
pub fn rays(x: f32, y: f32, reach: f32, count: usize, turn: f32) -> Path {
    let mut b = PathBuilder::new();
    let step = TAU / (2 * count) as f32;
    for i in 0..count {
        let a = turn + step * (2 * i) as f32;
        b.move_to(x, y);
        b.line_to(x + a.cos() * reach, y + a.sin() * reach);
        b.line_to(x + (a + step).cos() * reach, y + (a + step).sin() * reach);
        b.close();
    }
    finish(b)
}

/// A rough horizon from left to right, closed along the bottom: `level` its mean height, `rise` its swing.
pub fn ridge(rng: &mut impl Rng, level: f32, rise: f32, roughness: f32) -> Path {
    let steps = 128usize;
    let mut heights = vec![0.0f32; steps + 1];
    heights[0] = rng.gen_range(-0.5..0.5);
    heights[steps] = rng.gen_range(-0.5..0.5);
    let (mut stride, mut swing) = (steps, 1.0f32);
    while stride > 1 {
        for start in (0..steps).step_by(stride) {
            let middle = (heights[start] + heights[start + stride]) / 2.0;
            heights[start + stride / 2] = middle + rng.gen_range(-0.5..0.5) * swing;
        }
        stride /= 2;
        swing *= roughness;
    }
    let mut points: Vec<P> = heights
        .iter()
        .enumerate()
        .map(|(i, h)| (-2.0 + 104.0 * i as f32 / steps as f32, level - h * rise))
        .collect();
    points.push((102.0, 102.0));
    points.push((-2.0, 102.0));
    poly(&points)
}

/// Maps every point of an outline; lines are cut into short pieces first so that they can bend.
pub fn warp(path: &Path, map: impl Fn(P) -> P) -> Path {
    let mut b = PathBuilder::new();
    let mut last = (0.0, 0.0);
    let p = |q: Point| map((q.x, q.y));
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(q) => {
                let m = p(q);
                b.move_to(m.0, m.1);
                last = (q.x, q.y);
            }
            PathSegment::LineTo(q) => {
                let length = (q.x - last.0).hypot(q.y - last.1);
                let steps = (length / 1.5).ceil().clamp(1.0, 60.0) as usize;
                for i in 1..=steps {
                    let t = i as f32 / steps as f32;
                    let m = map((last.0 + (q.x - last.0) * t, last.1 + (q.y - last.1) * t));
                    b.line_to(m.0, m.1);
                }
                last = (q.x, q.y);
            }
            PathSegment::QuadTo(c, q) => {
                let (c, m) = (p(c), p(q));
                b.quad_to(c.0, c.1, m.0, m.1);
                last = (q.x, q.y);
            }
            PathSegment::CubicTo(c, d, q) => {
                let (c, d, m) = (p(c), p(d), p(q));
                b.cubic_to(c.0, c.1, d.0, d.1, m.0, m.1);
                last = (q.x, q.y);
            }
            PathSegment::Close => b.close(),
        }
    }
    finish(b)
}

/// An outline moved, turned or scaled.
pub fn moved(path: Path, transform: Transform) -> Path {
    path.transform(transform).unwrap_or_else(nothing)
}

/// Several outlines as one.
pub fn joined<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Path {
    let mut b = PathBuilder::new();
    for path in paths {
        b.push_path(path);
    }
    finish(b)
}

//! A head and shoulders that nobody has: modelled as a height field of soft bumps and lit, so that it prints like
//! a photograph; and the outline of a profile for cameos.

use crate::finish::clouds;
use crate::shapes::{P, smooth};
use crate::tone::Tone;
use rand::Rng;
use tiny_skia::Path;

/// What is on the head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hair {
    /// Nothing.
    Bald,
    /// Close to the skull.
    Short,
    /// A round cloud.
    Afro,
    /// Down to the shoulders.
    Long,
    /// A knitted cap.
    Beanie,
    /// A hat with a brim.
    Hat,
    /// A knot on top.
    Bun,
}

/// One invented sitter.
pub struct Face {
    yaw: f32,
    tilt: f32,
    hair: Hair,
    glasses: bool,
    beard: bool,
    width: f32,
    jaw: f32,
    light: [f32; 3],
    seed: u32,
}

fn bump(a: f32, b: f32) -> f32 {
    let d = 1.0 + a * a + b * b;
    1.0 / (d * d * d)
}

fn smax(a: f32, b: f32, k: f32) -> f32 {
    let t = (0.5 + 0.5 * (a - b) / k).clamp(0.0, 1.0);
    b + (a - b) * t + k * t * (1.0 - t)
}

impl Face {
    /// A sitter out of the hat, with one of the given kinds of hair.
    pub fn new(rng: &mut impl Rng, hair: &[Hair], glasses: f64) -> Self {
        let side = if rng.gen_bool(0.5) { 1.0 } else { -1.0 };
        Self {
            yaw: rng.gen_range(0.1..0.75) * side,
            tilt: rng.gen_range(-0.16..0.16),
            hair: hair[rng.gen_range(0..hair.len())],
            glasses: rng.gen_bool(glasses),
            beard: rng.gen_bool(0.25),
            width: rng.gen_range(0.94..1.08),
            jaw: rng.gen_range(0.44..0.56),
            light: [-side * rng.gen_range(0.45..0.9), -rng.gen_range(0.3..0.75), rng.gen_range(0.35..0.6)],
            seed: rng.r#gen(),
        }
    }

    fn head(&self, u: f32, v: f32) -> f32 {
        let u = u / self.width;
        let skull = 1.0 - (u / 0.70).powi(2) - ((v + 0.14) / 0.90).powi(2);
        let jaw = 0.92 - ((u - self.yaw * 0.07) / self.jaw).powi(2) - ((v - 0.36) / 0.60).powi(2);
        smax(skull, jaw, 0.28)
    }

    fn height(&self, u: f32, v: f32) -> f32 {
        let yaw = self.yaw;
        let head = self.head(u, v);
        let mut z = -1.0f32;
        if head > 0.0 {
            z = head.sqrt() * 0.75;
            z += 0.24 * bump((u - yaw * 0.26) / 0.11, (v - 0.12) / 0.26);
            z += 0.17 * bump((u - yaw * 0.33) / 0.14, (v - 0.27) / 0.10);
            z += 0.09 * bump((u - yaw * 0.25) / 0.24, (v - 0.49) / 0.08);
            z -= 0.05 * bump((u - yaw * 0.25) / 0.20, (v - 0.61) / 0.05);
            z += 0.12 * bump((u - yaw * 0.20) / 0.20, (v - 0.76) / 0.14);
            for side in [-1.0, 1.0] {
                let x = u - side * 0.27 - yaw * 0.2;
                z -= 0.11 * bump(x / 0.17, (v + 0.04) / 0.11);
                z += 0.05 * bump(x / 0.10, (v + 0.01) / 0.06);
                z += 0.05 * bump(x / 0.26, (v + 0.20) / 0.09);
                z += 0.06 * bump((u - side * 0.38 - yaw * 0.12) / 0.20, (v - 0.2) / 0.18);
            }
        }
        let neck = 1.0 - ((u - yaw * 0.05) / 0.47).powi(2);
        if neck > 0.0 && (0.4..1.7).contains(&v) {
            z = z.max(neck.sqrt() * 0.40 - 0.24);
        }
        let trunk = 1.0 - (u / 1.72).powi(2) - ((v - 2.02) / 0.98).powi(2);
        if trunk > 0.0 {
            z = z.max(trunk.sqrt() * 0.62 - 0.28);
        }
        z
    }

    /// How far inside the whole figure a place is; 0 on its outline.
    fn field(&self, u: f32, v: f32) -> f32 {
        let neck = (1.0 - ((u - self.yaw * 0.05) / 0.47).powi(2)).min((v - 0.4) * 4.0).min((1.8 - v) * 4.0);
        let trunk = 1.0 - (u / 1.72).powi(2) - ((v - 2.02) / 0.98).powi(2);
        self.head(u, v).max(smax(neck, trunk, 0.5)).max(self.on_top(u, v))
    }

    /// Inside hair or hat: above 0.
    fn on_top(&self, u: f32, v: f32) -> f32 {
        let rough = (clouds(u * 5.0 + 9.0, v * 5.0 + 3.0, 2, self.seed) - 0.5) * 0.5;
        let above_brow = (-0.42 - 0.10 * u * self.yaw + 0.22 * u * u - v) * 5.0;
        match self.hair {
            Hair::Bald => -1.0,
            Hair::Short => {
                (self.head(u / 1.05, (v + 0.02) / 1.06) + rough * 0.1).min(above_brow + 0.35 + rough)
            }
            Hair::Afro => {
                let cloud = 1.0 - (u / 1.08).powi(2) - ((v + 0.5) / 0.92).powi(2) + rough * 0.35;
                cloud.min(smax(above_brow + 0.4, (u.abs() - 0.58) * 6.0, 0.3))
            }
            Hair::Long => {
                let fall = 1.0 - (u / (0.92 + 0.12 * v)).powi(2) - ((v - 0.25) / 1.32).powi(2) + rough * 0.2;
                let parting = (u - self.yaw * 0.3).abs();
                fall.min(smax((-0.52 + 0.5 * parting - v) * 5.0, (u.abs() - 0.50) * 7.0, 0.3))
            }
            Hair::Beanie => (self.head(u / 1.10, (v + 0.08) / 1.10)).min((-0.36 - v) * 5.0),
            Hair::Hat => {
                let brim = 1.0 - (u / 1.28).powi(2) - ((v + 0.44 + 0.1 * u * self.tilt) / 0.13).powi(2);
                let crown = (1.0 - (u / 0.68).powi(6) - ((v + 0.80) / 0.48).powi(4)).min((-0.42 - v) * 5.0);
                brim.max(crown)
            }
            Hair::Bun => {
                let knot = 1.0 - (u / 0.34).powi(2) - ((v + 1.2) / 0.32).powi(2);
                knot.max(self.head(u / 1.06, (v + 0.03) / 1.07).min(above_brow + 0.3))
            }
        }
    }

    /// How much light the surface gives back, and whether it is hair.
    fn albedo(&self, u: f32, v: f32) -> f32 {
        if self.on_top(u, v) > 0.0 {
            let strands = clouds(u * 14.0, v * 6.0, 2, self.seed ^ 7);
            return if self.hair == Hair::Hat && (v + 0.52).abs() < 0.09 && u.abs() < 0.75 {
                0.03
            } else if matches!(self.hair, Hair::Hat | Hair::Beanie) {
                0.34
            } else {
                0.07 + 0.22 * (strands - 0.4).max(0.0)
            };
        }
        let yaw = self.yaw;
        if self.head(u, v) < 0.0 {
            return if v > 1.12 + 0.10 * (u * u) - 0.3 * (u.abs() - 0.2).max(0.0) { 0.22 } else { 0.72 };
        }
        let mut a = 0.88f32;
        let soft = |d: f32, w: f32| (1.0 - d).clamp(0.0, w) / w;
        for side in [-1.0, 1.0] {
            let x = u - side * 0.27 - yaw * 0.2;
            let eye = (x / 0.14).powi(2) + ((v + 0.02) / 0.05).powi(2);
            let iris = ((x - yaw * 0.03) / 0.05).powi(2) + ((v + 0.02) / 0.05).powi(2);
            a += 0.10 * soft(eye, 0.3);
            a -= 0.85 * soft(iris.max(eye), 0.5);
            // The upper lid's shade.
            let lid = (x / 0.16).powi(2) + ((v + 0.075 - 0.35 * x * x) / 0.022).powi(2);
            a -= 0.6 * soft(lid, 0.7);
            let brow = (x / 0.19).powi(2) + ((v + 0.19 - 0.06 * x * side) / 0.035).powi(2);
            a -= 0.55 * soft(brow, 0.6);
            let nostril = ((u - yaw * 0.30 - side * 0.07) / 0.04).powi(2) + ((v - 0.335) / 0.022).powi(2);
            a -= 0.55 * soft(nostril, 0.6);
            if self.glasses {
                let lens = (x / 0.235).powi(4) + ((v + 0.01) / 0.15).powi(4);
                if lens < 1.0 {
                    let glint = (x * 1.4 + v * 2.2 + 0.16).abs() < 0.05;
                    a = if glint { 0.7 } else { 0.04 };
                }
            }
        }
        if self.glasses && (v + 0.09).abs() < 0.025 && u.abs() < 0.66 {
            a = 0.04;
        }
        let lips = ((u - yaw * 0.25) / 0.21).powi(2) + ((v - 0.50) / 0.075).powi(2);
        a -= 0.34 * soft(lips, 0.4);
        let mouth = ((u - yaw * 0.25) / 0.22).powi(2) + ((v - 0.50 - 0.02 * (u * 9.0).cos()) / 0.016).powi(2);
        a -= 0.6 * soft(mouth, 0.9);
        if self.beard {
            let lower = ((v - 0.30) * 6.0 - 1.2 * (1.0 - (u.abs() * 2.4).min(1.0))).clamp(0.0, 1.0);
            a -= 0.55
                * lower
                * (1.0 - soft(lips, 0.4))
                * (0.7 + 0.5 * clouds(u * 18.0, v * 18.0, 1, self.seed));
        }
        a.clamp(0.02, 1.0)
    }

    /// Lights the sitter: the middle of the face at `(cx, cy)`, `scale` units for half a head's height.
    pub fn shot(&self, size: u32, (cx, cy): P, scale: f32) -> Tone {
        let (s, c) = self.tilt.sin_cos();
        let l = self.light;
        let length = (l[0] * l[0] + l[1] * l[1] + l[2] * l[2]).sqrt();
        let mut tone = Tone::soft(size, 220, |x, y| {
            let (dx, dy) = ((x - cx) / scale, (y - cy) / scale);
            // The head tilts, the shoulders stay.
            let turn = ((1.5 - dy) * 2.0).clamp(0.0, 1.0);
            let (u, v) = (dx + (dx * c - dy * s - dx) * turn, dy + (dx * s + dy * c - dy) * turn);
            let field = self.field(u, v);
            if field < -0.4 {
                return (0.0, -1.0);
            }
            let e = 0.02;
            let h = self.height(u, v);
            let (hx, hy) = (self.height(u + e, v) - h, self.height(u, v + e) - h);
            let (nx, ny) = ((-hx / e).clamp(-3.0, 3.0), (-hy / e).clamp(-3.0, 3.0));
            let normal = (nx * nx + ny * ny + 1.0).sqrt();
            let lambert = ((nx * l[0] + ny * l[1] + l[2]) / (normal * length)).max(0.0);
            let rim = (1.0 - 1.0 / normal) * 0.16;
            let albedo = self.albedo(u, v);
            (albedo * (0.16 + 1.18 * lambert) + rim * 0.5, field)
        });
        for v in &mut tone.cover {
            *v = (*v * 14.0 + 0.5).clamp(0.0, 1.0);
        }
        tone.curve(|v| v)
    }
}

/// A head in profile that looks right, about two units tall around the origin; mirrored by the caller if wanted.
pub fn profile(rng: &mut impl Rng) -> Path {
    let mut v = |base: f32, swing: f32| base + rng.gen_range(-swing..swing);
    let nose = v(0.68, 0.06);
    let chin = v(0.52, 0.05);
    let brow = v(0.50, 0.02);
    let lips = v(0.55, 0.02);
    let points: Vec<P> = vec![
        (-0.95, 1.62),
        (-0.62, 1.22),
        (-0.40, 0.92),
        (-0.46, 0.45),
        (v(-0.66, 0.04), 0.02),
        (v(-0.58, 0.05), -0.48),
        (v(-0.18, 0.05), -0.84),
        (0.24, v(-0.76, 0.03)),
        (0.45, -0.46),
        (brow, -0.20),
        (brow - 0.05, -0.07),
        (nose - 0.06, 0.12),
        (nose, v(0.185, 0.02)),
        (0.52, 0.25),
        (lips, 0.34),
        (lips - 0.05, 0.385),
        (lips - 0.01, 0.44),
        (0.46, 0.52),
        (chin, 0.64),
        (chin - 0.10, 0.76),
        (0.14, 0.74),
        (0.06, 0.98),
        (0.22, 1.22),
        (0.70, 1.45),
        (0.60, 1.75),
        (-0.20, 1.95),
        (-0.85, 1.85),
    ];
    smooth(&points, true)
}

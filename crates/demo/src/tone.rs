//! Pictures in light and shade – modelled forms, clouds, shapes – and the ways a printer puts them on paper.

use super::canvas::Canvas;
use super::finish::hash;
use super::palette::Ink;
use tiny_skia::{FillRule, Mask, Path, Pixmap, Transform};

/// Brightness and coverage for each pixel of a sheet.
pub struct Tone {
    size: u32,
    /// 0 black … 1 white.
    pub light: Vec<f32>,
    /// 0 where nothing is … 1 where the form is.
    pub cover: Vec<f32>,
}

/// How a tone is printed.
#[derive(Clone, Copy)]
pub enum Print<'a> {
    /// Inks from dark to light, run into each other.
    Ramp(&'a [Ink]),
    /// Inks from dark to light with hard borders.
    Steps(&'a [Ink]),
    /// Round dots of one ink, larger where it is darker; `cell` in units, `turn` in degrees.
    Dots {
        /// Ink of the dots.
        ink: Ink,
        /// Distance between dots.
        cell: f32,
        /// Angle of the screen.
        turn: f32,
    },
    /// Engraved parallel lines of one ink, thicker where it is darker.
    Lines {
        /// Ink of the lines.
        ink: Ink,
        /// Distance between lines.
        cell: f32,
        /// Their angle in degrees.
        turn: f32,
    },
    /// Square pixels of one ink, ordered (Bayer 4 × 4).
    Bits {
        /// Ink of the pixels.
        ink: Ink,
        /// Side of a pixel in units.
        cell: f32,
    },
}

impl Tone {
    /// From a function of canvas units that gives (light, cover).
    pub fn new(size: u32, shade: impl Fn(f32, f32) -> (f32, f32)) -> Self {
        let unit = 100.0 / size as f32;
        let mut tone = Self { size, light: Vec::new(), cover: Vec::new() };
        tone.light.reserve((size * size) as usize);
        tone.cover.reserve((size * size) as usize);
        for py in 0..size {
            for px in 0..size {
                let (light, cover) = shade((px as f32 + 0.5) * unit, (py as f32 + 0.5) * unit);
                tone.light.push(light);
                tone.cover.push(cover);
            }
        }
        tone
    }

    /// Like [`Tone::new`] for soft pictures: worked out on a raster of `coarse` points a side and read smoothly.
    pub fn soft(size: u32, coarse: u32, shade: impl Fn(f32, f32) -> (f32, f32)) -> Self {
        if coarse >= size {
            return Self::new(size, shade);
        }
        let grid = Self::new(coarse, shade);
        let k = coarse as f32 / size as f32;
        let most = coarse as usize - 1;
        let mut tone = Self { size, light: Vec::new(), cover: Vec::new() };
        for py in 0..size {
            for px in 0..size {
                let (x, y) = (((px as f32 + 0.5) * k - 0.5).max(0.0), ((py as f32 + 0.5) * k - 0.5).max(0.0));
                let (xi, yi) = ((x as usize).min(most), (y as usize).min(most));
                let (xj, yj) = ((xi + 1).min(most), (yi + 1).min(most));
                let (u, v) = ((x - xi as f32).min(1.0), (y - yi as f32).min(1.0));
                let read = |g: &[f32]| {
                    let w = coarse as usize;
                    let top = g[yi * w + xi] + (g[yi * w + xj] - g[yi * w + xi]) * u;
                    let low = g[yj * w + xi] + (g[yj * w + xj] - g[yj * w + xi]) * u;
                    top + (low - top) * v
                };
                tone.light.push(read(&grid.light));
                tone.cover.push(read(&grid.cover));
            }
        }
        tone
    }

    /// The outline as a rounded body lit from `(lx, ly)`: soft shade inside, sharp edge. `depth` units of rounding.
    pub fn body(size: u32, path: &Path, depth: f32, (lx, ly): (f32, f32)) -> Self {
        let k = size as f32 / 100.0;
        let mut mask = Mask::new(size, size).expect("a square of at least one pixel");
        mask.fill_path(path, FillRule::Winding, true, Transform::from_scale(k, k));
        let cover: Vec<f32> = mask.data().iter().map(|v| f32::from(*v) / 255.0).collect();
        let mut height = cover.clone();
        let radius = (depth * k).max(1.0) as usize;
        for r in [radius, radius / 2 + 1] {
            blur(&mut height, size as usize, r);
        }
        let n = size as usize;
        let mut light = vec![0.0f32; n * n];
        let slope = depth * k * 1.6;
        for y in 0..n {
            for x in 0..n {
                let at = |x: usize, y: usize| height[y * n + x];
                let dx = at((x + 1).min(n - 1), y) - at(x.saturating_sub(1), y);
                let dy = at(x, (y + 1).min(n - 1)) - at(x, y.saturating_sub(1));
                light[y * n + x] = (0.5 - (dx * lx + dy * ly) * slope).clamp(0.0, 1.0);
            }
        }
        Self { size, light, cover }
    }

    /// Changes every brightness.
    pub fn curve(mut self, change: impl Fn(f32) -> f32) -> Self {
        for v in &mut self.light {
            *v = change(*v).clamp(0.0, 1.0);
        }
        self
    }

    /// The form's outline, `by` units wider and all white: the paper left around a cut-out.
    pub fn grown(&self, by: f32) -> Self {
        let radius = (by * self.size as f32 / 100.0).max(1.0) as usize;
        let mut cover = self.cover.clone();
        blur(&mut cover, self.size as usize, radius);
        let cover: Vec<f32> = cover.iter().map(|v| ((v - 0.12) * 10.0).clamp(0.0, 1.0)).collect();
        Self { size: self.size, light: vec![1.0; cover.len()], cover }
    }

    /// Puts the tone on the sheet.
    pub fn print(&self, canvas: &mut Canvas, print: Print<'_>) {
        let size = self.size;
        let mut image = Pixmap::new(size, size).expect("as large as the sheet");
        let unit = 100.0 / size as f32;
        let data = image.data_mut();
        for py in 0..size {
            for px in 0..size {
                let i = (py * size + px) as usize;
                if self.cover[i] <= 0.004 {
                    continue;
                }
                let (x, y) = ((px as f32 + 0.5) * unit, (py as f32 + 0.5) * unit);
                let (ink, share) = pick(print, self.light[i].clamp(0.0, 1.0), x, y, unit);
                let a = (share * self.cover[i] * ink.a).clamp(0.0, 1.0);
                for (slot, v) in data[i * 4..i * 4 + 4].iter_mut().zip([ink.r, ink.g, ink.b, 1.0]) {
                    *slot = (v.clamp(0.0, 1.0) * a * 255.0 + 0.5) as u8;
                }
            }
        }
        canvas.overlay(&image);
    }
}

/// The ink at a place and how much of the pixel it covers.
fn pick(print: Print<'_>, v: f32, x: f32, y: f32, unit: f32) -> (Ink, f32) {
    match print {
        Print::Ramp(inks) => {
            let t = v * (inks.len() - 1) as f32;
            let i = (t as usize).min(inks.len().saturating_sub(2));
            (inks[i].mix(inks[(i + 1).min(inks.len() - 1)], t - i as f32), 1.0)
        }
        Print::Steps(inks) => {
            let t = v * inks.len() as f32;
            let i = (t as usize).min(inks.len() - 1);
            // A border one pixel wide would crawl; blend over a small part of the step.
            let into = ((t - i as f32) / 0.06).min(1.0);
            let below = inks[i.saturating_sub(1)];
            (if i == 0 { inks[0] } else { below.mix(inks[i], into) }, 1.0)
        }
        Print::Dots { ink, cell, turn } => {
            let (s, c) = turn.to_radians().sin_cos();
            let (u, w) = ((x * c - y * s) / cell, (x * s + y * c) / cell);
            let (du, dw) = (u - u.floor() - 0.5, w - w.floor() - 0.5);
            let r = ((1.0 - v) * 1.05).max(0.0).sqrt() * 0.74;
            (ink, ((r - du.hypot(dw)) * cell / unit + 0.5).clamp(0.0, 1.0))
        }
        Print::Lines { ink, cell, turn } => {
            let (s, c) = turn.to_radians().sin_cos();
            let w = (x * s + y * c) / cell;
            let d = (w - w.floor() - 0.5).abs();
            (ink, (((1.0 - v) * 0.55 - d) * cell / unit + 0.5).clamp(0.0, 1.0))
        }
        Print::Bits { ink, cell } => {
            const BAYER: [[f32; 4]; 4] = [
                [0.0, 8.0, 2.0, 10.0],
                [12.0, 4.0, 14.0, 6.0],
                [3.0, 11.0, 1.0, 9.0],
                [15.0, 7.0, 13.0, 5.0],
            ];
            let (cx, cy) = ((x / cell) as usize, (y / cell) as usize);
            let threshold = (BAYER[cy % 4][cx % 4] + 0.5) / 16.0;
            (ink, if v + (hash(cx as i32, cy as i32, 3) - 0.5) * 0.05 < threshold { 1.0 } else { 0.0 })
        }
    }
}

/// A box blur along both axes, in place.
pub fn blur(values: &mut [f32], n: usize, radius: usize) {
    if radius == 0 || n == 0 {
        return;
    }
    let mut line = vec![0.0f32; n];
    let share = 1.0 / (2 * radius + 1) as f32;
    for pass in 0..2 {
        for row in 0..n {
            let at = |i: usize| if pass == 0 { row * n + i } else { i * n + row };
            for (i, slot) in line.iter_mut().enumerate() {
                *slot = values[at(i)];
            }
            let read = |i: isize| line[i.clamp(0, n as isize - 1) as usize];
            let mut sum: f32 = (-(radius as isize)..=radius as isize).map(read).sum();
            for i in 0..n {
                values[at(i)] = sum * share;
                sum += read(i as isize + radius as isize + 1) - read(i as isize - radius as isize);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blur_keeps_the_sum_away_from_the_edges() {
        let mut values = vec![0.0; 32 * 32];
        values[16 * 32 + 16] = 1.0;
        blur(&mut values, 32, 3);
        assert!((values.iter().sum::<f32>() - 1.0).abs() < 1e-3);
        assert!(values[16 * 32 + 16] < 0.05);
    }

    #[test]
    fn darker_tones_take_more_ink() {
        let print = |light: f32| {
            let mut sheet = Canvas::new(100, Ink::hex(0xffffff));
            let dots = Print::Dots { ink: Ink::hex(0), cell: 4.0, turn: 20.0 };
            Tone::new(100, |_, _| (light, 1.0)).print(&mut sheet, dots);
            sheet.into_image().pixels().map(|p| u64::from(p[0])).sum::<u64>()
        };
        assert!(print(0.2) < print(0.5) && print(0.5) < print(0.9));
    }
}

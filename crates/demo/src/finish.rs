//! What makes a drawing a printed sleeve: noise, paper, grain, rings and rubbed edges.

use super::canvas::Canvas;
use super::palette::Ink;

/// A number in 0–1 that depends on the two coordinates and the seed only (integer hash after Wellons' lowbias32).
#[inline]
pub fn hash(x: i32, y: i32, seed: u32) -> f32 {
    (bits(x, y, seed) >> 8) as f32 / 16_777_216.0
}

#[inline]
fn bits(x: i32, y: i32, seed: u32) -> u32 {
    let mut h = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77) ^ seed;
    h ^= h >> 16;
    h = h.wrapping_mul(0x7feb_352d);
    h ^= h >> 15;
    h = h.wrapping_mul(0x846c_a68b);
    h ^ (h >> 16)
}

/// Smooth noise in 0–1 with one bump per unit.
#[inline]
pub fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (xf, yf) = (x.floor(), y.floor());
    let (xi, yi) = (xf as i32, yf as i32);
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - xf), ease(y - yf));
    let (a, b) = (hash(xi, yi, seed), hash(xi + 1, yi, seed));
    let (c, d) = (hash(xi, yi + 1, seed), hash(xi + 1, yi + 1, seed));
    let top = a + (b - a) * u;
    top + (c + (d - c) * u - top) * v
}

/// Clouds in 0–1: `octaves` layers of [`noise`], each twice as fine and half as strong.
pub fn clouds(x: f32, y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut k, mut total) = (0.0, 0.5, 1.0, 0.0);
    for octave in 0..octaves {
        sum += weight * noise(x * k, y * k, seed.wrapping_add(octave * 7919));
        total += weight;
        weight *= 0.5;
        k *= 2.03;
    }
    sum / total
}

/// How a sleeve was printed and how it aged; each part 0 (none) to 1 (much).
#[derive(Clone, Copy, Debug)]
pub struct Finish {
    /// Speckle of film or ink.
    pub grain: f32,
    /// Cloudy unevenness of the ink.
    pub mottle: f32,
    /// Rubbed edges and corners.
    pub wear: f32,
    /// The circle that the record inside has pressed into the sleeve.
    pub ring: f32,
    /// Browned paper.
    pub age: f32,
    /// Darker corners.
    pub vignette: f32,
    /// Ink that missed the paper's pits: white specks in dark areas.
    pub pits: f32,
}

/// Ages and prints the sheet in one pass.
pub fn apply(canvas: &mut Canvas, finish: &Finish, seed: u32) {
    let size = canvas.size();
    let unit = 100.0 / size as f32;
    // Clouds are smooth: a coarse raster, read linearly, is the same to the eye.
    const COARSE: usize = 65;
    let raster = |scale: f32, octaves: u32, salt: u32| -> Vec<f32> {
        (0..COARSE * COARSE)
            .map(|i| {
                let (cx, cy) = ((i % COARSE) as f32, (i / COARSE) as f32);
                clouds(cx / 64.0 * scale, cy / 64.0 * scale, octaves, seed ^ salt)
            })
            .collect()
    };
    let broad = raster(5.0, 3, 0x51ed);
    let fine = raster(22.0, 2, 0xace1);
    // One row of a raster between its lines.
    let row_of = |grid: &[f32], y: f32, row: &mut [f32; COARSE]| {
        let gy = y * 0.64;
        let yi = (gy as usize).min(COARSE - 2);
        let v = gy - yi as f32;
        for (i, slot) in row.iter_mut().enumerate() {
            let (top, low) = (grid[yi * COARSE + i], grid[(yi + 1) * COARSE + i]);
            *slot = top + (low - top) * v;
        }
    };
    let (mut broad_row, mut fine_row) = ([0.0f32; COARSE], [0.0f32; COARSE]);
    let brown = Ink::hex(0xe9d3a4);
    let tint = [
        1.0 + (brown.r - 1.0) * finish.age,
        1.0 + (brown.g - 1.0) * finish.age,
        1.0 + (brown.b - 1.0) * finish.age,
    ];
    let paper = [0.95f32, 0.92 - 0.04 * finish.age, 0.86 - 0.1 * finish.age];
    // Grain has the size of a 512th of the sheet, and the strength of what an eye sees at that size.
    let cell = (512.0 / size as f32).max(0.0001);
    let data = canvas.pixmap.data_mut();
    for py in 0..size {
        let y = (py as f32 + 0.5) * unit;
        row_of(&broad, y, &mut broad_row);
        row_of(&fine, y, &mut fine_row);
        let gy = (py as f32 * cell) as i32;
        for px in 0..size {
            let x = (px as f32 + 0.5) * unit;
            let at = ((py * size + px) * 4) as usize;
            let mut c = [data[at] as f32 / 255.0, data[at + 1] as f32 / 255.0, data[at + 2] as f32 / 255.0];
            let gx = (px as f32 * cell) as i32;
            let dust = bits(gx, gy, seed);
            // Two uniform halves make a triangular speck around zero.
            let speck = ((dust & 0xffff) as f32 + (dust >> 16) as f32) / 65_536.0 - 1.0;
            let at_x = x * 0.64;
            let xi = (at_x as usize).min(COARSE - 2);
            let u = at_x - xi as f32;
            let b = broad_row[xi] + (broad_row[xi + 1] - broad_row[xi]) * u;
            let f = fine_row[xi] + (fine_row[xi + 1] - fine_row[xi]) * u;
            let luma = 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2];
            let lift = speck * finish.grain * 0.16 * (0.45 + 1.1 * luma * (1.6 - luma))
                + (b - 0.5) * finish.mottle * 0.22
                + (f - 0.5) * finish.mottle * 0.10;
            let (dx, dy) = (x - 50.0, y - 50.0);
            let shade = 1.0 - finish.vignette * 0.42 * ((dx * dx + dy * dy) / 5000.0);
            for (v, t) in c.iter_mut().zip(tint) {
                *v = (*v * shade + lift) * t;
            }
            let mut bare = 0.0f32;
            let edge = x.min(100.0 - x).min(y).min(100.0 - y);
            // Nothing rubs further in than the largest reach below.
            if edge < finish.wear * 19.0 {
                let corner = (x.min(100.0 - x)).hypot(y.min(100.0 - y));
                let reach =
                    finish.wear * (0.5 + 3.0 * (f * b * 2.2).powi(2) + (4.0 - corner * 0.5).max(0.0) * f);
                bare = bare.max(((reach - edge) * 1.1).clamp(0.0, 0.8));
            }
            if finish.ring > 0.0 {
                let r = (dx * dx + dy * dy).sqrt();
                let off = (r - 46.3).abs();
                if off < 2.4 {
                    let rub = (f + b - 0.82).max(0.0) * 1.7;
                    bare = bare.max(
                        finish.ring
                            * rub
                            * (1.0 - off / 2.4).powf(0.7)
                            * (0.6 + 0.8 * hash(gx, gy, seed ^ 77)),
                    );
                }
            }
            if finish.pits > 0.0 && luma < 0.7 {
                let pit = ((dust >> 8) & 0xffff) as f32 / 65_536.0;
                if pit > 1.0 - finish.pits * 0.05 * (f * 1.6) {
                    bare = bare.max(0.30);
                }
            }
            for i in 0..3 {
                let v = c[i] + (paper[i] - c[i]) * bare.min(0.85);
                data[at + i] = (v.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
            }
            data[at + 3] = 255;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_stays_in_range_and_is_smooth() {
        for i in 0..500 {
            let x = i as f32 * 0.13;
            let (a, b) = (noise(x, 3.3, 9), noise(x + 0.001, 3.3, 9));
            assert!((0.0..=1.0).contains(&a) && (a - b).abs() < 0.01);
        }
    }

    #[test]
    fn a_finish_keeps_the_picture_recognisable() {
        let mut sheet = Canvas::new(64, Ink::hex(0x3050a0));
        let all =
            Finish { grain: 1.0, mottle: 1.0, wear: 0.3, ring: 0.3, age: 0.3, vignette: 0.3, pits: 0.3 };
        apply(&mut sheet, &all, 5);
        let image = sheet.into_image();
        let mean = image.pixels().map(|p| f32::from(p[2])).sum::<f32>() / 4096.0;
        assert!((90.0..190.0).contains(&mean), "{mean}");
    }
}

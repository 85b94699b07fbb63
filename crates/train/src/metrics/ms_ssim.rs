//! Multi-scale structural similarity of two pictures.
//!
//! Wang, Simoncelli, Bovik 2003, “Multi-scale structural similarity for image quality assessment”: Gaussian window
//! 11×11 with σ 1.5, five scales. A picture too small for five scales (under 161 pixels a side) gets as many as fit,
//! their exponents rescaled to sum to one; so figures compare only between pictures of one size.

use super::MetricError;
use image::RgbImage;

/// Exponents of the scales, finest first (table in section 3.2 of the paper).
const EXPONENTS: [f64; 5] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;
const C1: f64 = (0.01 * 255.0) * (0.01 * 255.0);
const C2: f64 = (0.03 * 255.0) * (0.03 * 255.0);

/// Scales that fit a picture of `side` pixels: the window must fit at the coarsest.
pub fn scales(side: u32) -> usize {
    (1..=EXPONENTS.len()).rev().find(|&n| (side as usize) >> (n - 1) >= WINDOW).unwrap_or(0)
}

/// MS-SSIM, 0–1, mean over channels, with as many scales as fit.
///
/// # Errors
/// When the pictures differ in size or are smaller than the window.
pub fn ms_ssim(a: &RgbImage, b: &RgbImage) -> Result<f64, MetricError> {
    if a.dimensions() != b.dimensions() {
        return Err(MetricError::Size(a.width(), a.height(), b.width(), b.height()));
    }
    let side = a.width().min(a.height());
    let count = scales(side);
    if count == 0 {
        return Err(MetricError::TooSmall { found: side, needed: WINDOW as u32 });
    }
    // The paper's five sum to 1.0001, and stay as published.
    let whole: f64 = if count == EXPONENTS.len() { 1.0 } else { EXPONENTS[..count].iter().sum() };
    let weights: Vec<f64> = EXPONENTS[..count].iter().map(|e| e / whole).collect();
    let mut total = 0.0;
    for channel in 0..3 {
        let plane = |picture: &RgbImage| Plane {
            width: picture.width() as usize,
            height: picture.height() as usize,
            values: picture.as_raw().iter().skip(channel).step_by(3).map(|&v| f64::from(v)).collect(),
        };
        let (mut x, mut y) = (plane(a), plane(b));
        let mut product = 1.0;
        for (scale, weight) in weights.iter().enumerate() {
            let (luminance, contrast) = means(&x, &y);
            // A negative mean has no real power; it means no similarity at all.
            let last = scale + 1 == count;
            product *= (if last { luminance } else { contrast }).max(0.0).powf(*weight);
            if !last {
                (x, y) = (x.halved(), y.halved());
            }
        }
        total += product;
    }
    Ok(total / 3.0)
}

struct Plane {
    width: usize,
    height: usize,
    values: Vec<f64>,
}

impl Plane {
    /// 2×2 means; an odd side is padded with a zero row before and after halving counts it, as the published
    /// implementation (`avg_pool2d` with padding `side % 2`, zeros counted) does.
    fn halved(&self) -> Self {
        let (px, py) = (self.width % 2, self.height % 2);
        let (width, height) = ((self.width + 2 * px) / 2, (self.height + 2 * py) / 2);
        let at = |x: isize, y: isize| {
            let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
            if inside { self.values[y as usize * self.width + x as usize] } else { 0.0 }
        };
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (x0, y0) = ((2 * x) as isize - px as isize, (2 * y) as isize - py as isize);
                values.push((at(x0, y0) + at(x0 + 1, y0) + at(x0, y0 + 1) + at(x0 + 1, y0 + 1)) / 4.0);
            }
        }
        Self { width, height, values }
    }
}

fn kernel() -> [f64; WINDOW] {
    let mut kernel = [0.0; WINDOW];
    for (i, value) in kernel.iter_mut().enumerate() {
        let d = i as f64 - (WINDOW / 2) as f64;
        *value = (-d * d / (2.0 * SIGMA * SIGMA)).exp();
    }
    let sum: f64 = kernel.iter().sum();
    kernel.map(|v| v / sum)
}

/// Gaussian means over windows that lie wholly inside.
fn blurred(values: &[f64], width: usize, height: usize) -> Vec<f64> {
    let kernel = kernel();
    let (across, down) = (width - WINDOW + 1, height - WINDOW + 1);
    let mut rows = vec![0.0; across * height];
    for y in 0..height {
        for x in 0..across {
            let window = &values[y * width + x..][..WINDOW];
            rows[y * across + x] = window.iter().zip(&kernel).map(|(v, k)| v * k).sum();
        }
    }
    let mut out = vec![0.0; across * down];
    for y in 0..down {
        for x in 0..across {
            out[y * across + x] = (0..WINDOW).map(|i| rows[(y + i) * across + x] * kernel[i]).sum();
        }
    }
    out
}

/// Mean SSIM and mean contrast-structure term of one scale.
fn means(x: &Plane, y: &Plane) -> (f64, f64) {
    let blur = |f: &dyn Fn(f64, f64) -> f64| {
        let values: Vec<f64> = x.values.iter().zip(&y.values).map(|(&x, &y)| f(x, y)).collect();
        blurred(&values, x.width, x.height)
    };
    let (ux, uy) = (blur(&|x, _| x), blur(&|_, y| y));
    let (xx, yy, xy) = (blur(&|x, _| x * x), blur(&|_, y| y * y), blur(&|x, y| x * y));
    let (mut ssim, mut contrast) = (0.0, 0.0);
    for i in 0..ux.len() {
        let (mx, my) = (ux[i], uy[i]);
        let cs = (2.0 * (xy[i] - mx * my) + C2) / (xx[i] - mx * mx + yy[i] - my * my + C2);
        contrast += cs;
        ssim += cs * (2.0 * mx * my + C1) / (mx * mx + my * my + C1);
    }
    let n = ux.len() as f64;
    (ssim / n, contrast / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_equals_itself() {
        let picture = RgbImage::from_fn(176, 176, |x, y| image::Rgb([x as u8, y as u8, (x * y) as u8]));
        assert!((ms_ssim(&picture, &picture).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn small_pictures_get_fewer_scales() {
        assert_eq!([10, 11, 64, 128, 176].map(scales), [0, 1, 3, 4, 5]);
    }
}

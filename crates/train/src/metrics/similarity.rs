//! PSNR and SSIM of two pictures, as scikit-image computes them with its defaults.

use super::MetricError;
use image::RgbImage;

/// Side of SSIM's uniform window (scikit-image's default).
const WINDOW: usize = 7;
/// Wang et al. 2004, “Image quality assessment: from error visibility to structural similarity”.
const K1: f64 = 0.01;
const K2: f64 = 0.03;

fn check(a: &RgbImage, b: &RgbImage) -> Result<(), MetricError> {
    if a.dimensions() == b.dimensions() {
        Ok(())
    } else {
        Err(MetricError::Size(a.width(), a.height(), b.width(), b.height()))
    }
}

/// Peak signal-to-noise ratio in decibels, over all pixels and channels, peak 255; infinite for equal pictures.
///
/// # Errors
/// When the pictures differ in size.
pub fn psnr(a: &RgbImage, b: &RgbImage) -> Result<f64, MetricError> {
    check(a, b)?;
    let squares: u64 =
        a.as_raw().iter().zip(b.as_raw()).map(|(&x, &y)| u64::from(x.abs_diff(y)).pow(2)).sum();
    let mse = squares as f64 / a.as_raw().len() as f64;
    Ok(10.0 * (255.0_f64 * 255.0 / mse).log10())
}

/// Structural similarity, −1–1: uniform 7×7 windows that lie wholly inside, sample covariance, mean over windows
/// and channels; `skimage.metrics.structural_similarity(a, b, channel_axis=2)`.
///
/// # Errors
/// When the pictures differ in size or are smaller than the window.
pub fn ssim(a: &RgbImage, b: &RgbImage) -> Result<f64, MetricError> {
    check(a, b)?;
    let (width, height) = (a.width() as usize, a.height() as usize);
    if width.min(height) < WINDOW {
        return Err(MetricError::TooSmall { found: a.width().min(a.height()), needed: WINDOW as u32 });
    }
    let (c1, c2) = ((K1 * 255.0).powi(2), (K2 * 255.0).powi(2));
    let n = (WINDOW * WINDOW) as f64;
    let mut total = 0.0;
    for channel in 0..3 {
        let x: Vec<f64> = a.as_raw().iter().skip(channel).step_by(3).map(|&v| f64::from(v)).collect();
        let y: Vec<f64> = b.as_raw().iter().skip(channel).step_by(3).map(|&v| f64::from(v)).collect();
        let sums = |f: &dyn Fn(f64, f64) -> f64| {
            let values: Vec<f64> = x.iter().zip(&y).map(|(&x, &y)| f(x, y)).collect();
            box_sums(&values, width, height)
        };
        let (sx, sy) = (sums(&|x, _| x), sums(&|_, y| y));
        let (sxx, syy, sxy) = (sums(&|x, _| x * x), sums(&|_, y| y * y), sums(&|x, y| x * y));
        let mut sum = 0.0;
        for i in 0..sx.len() {
            let (ux, uy) = (sx[i] / n, sy[i] / n);
            let sample = n / (n - 1.0);
            let vx = sample * (sxx[i] / n - ux * ux);
            let vy = sample * (syy[i] / n - uy * uy);
            let vxy = sample * (sxy[i] / n - ux * uy);
            sum += ((2.0 * ux * uy + c1) * (2.0 * vxy + c2)) / ((ux * ux + uy * uy + c1) * (vx + vy + c2));
        }
        total += sum / sx.len() as f64;
    }
    Ok(total / 3.0)
}

/// Sums over every window that lies wholly inside, row-major.
fn box_sums(values: &[f64], width: usize, height: usize) -> Vec<f64> {
    // Integral image with a border of zeros; the values are sums of at most 255² per pixel, exact in f64.
    let stride = width + 1;
    let mut integral = vec![0.0; stride * (height + 1)];
    for y in 0..height {
        let mut row = 0.0;
        for x in 0..width {
            row += values[y * width + x];
            integral[(y + 1) * stride + x + 1] = integral[y * stride + x + 1] + row;
        }
    }
    let (across, down) = (width - WINDOW + 1, height - WINDOW + 1);
    let mut out = Vec::with_capacity(across * down);
    for y in 0..down {
        for x in 0..across {
            let at = |dy: usize, dx: usize| integral[(y + dy) * stride + x + dx];
            out.push(at(WINDOW, WINDOW) - at(0, WINDOW) - at(WINDOW, 0) + at(0, 0));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(value: u8) -> RgbImage {
        RgbImage::from_pixel(16, 16, image::Rgb([value; 3]))
    }

    #[test]
    fn equal_pictures_are_perfect() {
        assert_eq!(psnr(&flat(9), &flat(9)).unwrap(), f64::INFINITY);
        assert!((ssim(&flat(9), &flat(9)).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn psnr_of_a_known_error_is_the_formula() {
        // MSE 100 → 10·log10(65025/100)
        assert!((psnr(&flat(100), &flat(110)).unwrap() - 28.130_803_608_679_1).abs() < 1e-9);
    }

    #[test]
    fn pictures_of_different_size_are_refused() {
        let small = RgbImage::new(8, 8);
        assert!(matches!(psnr(&flat(0), &small), Err(MetricError::Size(..))));
        assert!(matches!(
            ssim(&RgbImage::new(6, 6), &RgbImage::new(6, 6)),
            Err(MetricError::TooSmall { .. })
        ));
    }
}

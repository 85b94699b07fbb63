//! A cover as one plane of numbers, which is what form is measured on.

use crate::cover::{THUMBNAIL_SIDE, resize};
use image::RgbImage;
use std::borrow::Cow;

/// Pixels across and down of a cover that is measured.
pub(super) const SIDE: usize = THUMBNAIL_SIDE as usize;

/// The cover at [`SIDE`] × [`SIDE`] pixels; a thumbnail is that already.
pub(super) fn at_side(cover: &RgbImage) -> Cow<'_, RgbImage> {
    if cover.dimensions() == (THUMBNAIL_SIDE, THUMBNAIL_SIDE) {
        Cow::Borrowed(cover)
    } else {
        Cow::Owned(resize(cover.clone(), THUMBNAIL_SIDE))
    }
}

/// A square of numbers, row-major.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Plane {
    /// Numbers across and down.
    pub side: usize,
    /// `side`² numbers.
    pub values: Vec<f32>,
}

impl Plane {
    /// A plane whose number at column `x` and row `y` is `at(x, y)`.
    pub fn from_fn(side: usize, at: impl Fn(usize, usize) -> f32) -> Self {
        let mut values = Vec::with_capacity(side * side);
        for y in 0..side {
            values.extend((0..side).map(|x| at(x, y)));
        }
        Self { side, values }
    }

    /// BT.601 luma, 0–1, of the cover at [`SIDE`] pixels.
    pub fn luma(cover: &RgbImage) -> Self {
        let luma = |p: &[u8]| {
            (299 * u32::from(p[0]) + 587 * u32::from(p[1]) + 114 * u32::from(p[2])) as f32 / 255_000.0
        };
        Self { side: SIDE, values: at_side(cover).as_raw().chunks_exact(3).map(luma).collect() }
    }

    /// The number at column `x` and row `y`.
    pub fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.side + x]
    }

    /// One row.
    pub fn row(&self, y: usize) -> &[f32] {
        &self.values[y * self.side..][..self.side]
    }

    /// Half the side; each number the mean of four.
    pub fn halve(&self) -> Self {
        let side = self.side / 2;
        let mut values = Vec::with_capacity(side * side);
        for y in 0..side {
            let (upper, lower) = (self.row(2 * y), self.row(2 * y + 1));
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            values.extend(pairs.map(|(a, b)| (a[0] + a[1] + b[0] + b[1]) * 0.25));
        }
        Self { side, values }
    }

    /// Rows and columns change places.
    pub fn transpose(&self) -> Self {
        Self::from_fn(self.side, |x, y| self.at(y, x))
    }

    /// Means of `cells` × `cells` equal squares, row-major. `cells` must divide the side.
    pub fn cell_means(&self, cells: usize) -> Vec<f32> {
        let across = self.side / cells;
        let mut sums = vec![0.0; cells * cells];
        for (y, row) in self.values.chunks_exact(self.side).enumerate() {
            let sums = &mut sums[y / across * cells..][..cells];
            for (sum, part) in sums.iter_mut().zip(row.chunks_exact(across)) {
                *sum += part.iter().sum::<f32>();
            }
        }
        let share = 1.0 / (across * across) as f32;
        sums.into_iter().map(|sum| sum * share).collect()
    }
}

/// Mean and standard deviation of numbers; zeros for none.
pub(super) fn mean_and_sd(values: impl IntoIterator<Item = f32>) -> (f32, f32) {
    let (mut n, mut sum, mut squares) = (0.0_f64, 0.0_f64, 0.0_f64);
    for value in values {
        let value = f64::from(value);
        n += 1.0;
        sum += value;
        squares += value * value;
    }
    if n == 0.0 {
        return (0.0, 0.0);
    }
    let mean = sum / n;
    (mean as f32, (squares / n - mean * mean).max(0.0).sqrt() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn a_cover_of_another_size_becomes_a_plane_of_ours() {
        let plane = Plane::luma(&RgbImage::from_pixel(3, 7, Rgb([255; 3])));
        assert_eq!((plane.side, plane.values.len()), (SIDE, SIDE * SIDE));
        assert!(plane.values.iter().all(|&v| (v - 1.0).abs() < 1e-6));
    }

    #[test]
    fn halves_and_cells_are_means() {
        let plane = Plane::from_fn(4, |x, y| (x + 4 * y) as f32);
        assert_eq!(plane.halve().values, [2.5, 4.5, 10.5, 12.5]);
        assert_eq!(plane.cell_means(2), plane.halve().values);
    }

    #[test]
    fn transposing_twice_is_nothing() {
        let plane = Plane::from_fn(8, |x, y| (x * x + 3 * y) as f32);
        assert_eq!(plane.transpose().transpose(), plane);
        assert_eq!(plane.transpose().at(2, 5), plane.at(5, 2));
    }

    #[test]
    fn the_spread_of_two_values_is_half_their_distance() {
        assert_eq!(mean_and_sd([1.0, 3.0]), (2.0, 1.0));
        assert_eq!(mean_and_sd([]), (0.0, 0.0));
    }
}

//! Everything that can be measured on a cover by hand, on one scale: what an encoder is told besides the picture.

use super::Handmade;
use image::RgbImage;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The features that are measured.
const KINDS: [Handmade; 2] = [Handmade::Palette, Handmade::Form];
/// Deviations from the mean beyond which a measure says no more.
const MOST: f32 = 4.0;

/// Numbers per cover: those of `palette`, then those of `form`.
pub fn dims() -> usize {
    KINDS.iter().map(|kind| kind.dims()).sum()
}

/// A cover's measures, each on its own scale; 128×128 pixels need no scaling.
pub fn measures(cover: &RgbImage) -> Vec<f32> {
    KINDS.iter().flat_map(|kind| kind.features(cover)).collect()
}

/// Measures of covers of any size, a row each.
pub fn of_each(covers: &[RgbImage]) -> Array2<f32> {
    let mut rows = Array2::zeros((covers.len(), dims()));
    rows.axis_iter_mut(Axis(0)).into_par_iter().zip(covers).for_each(|(mut row, cover)| {
        row.assign(&ArrayView1::from(&measures(cover)));
    });
    rows
}

/// Mean and spread of each column of some rows, by which others are brought onto one scale.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Standard {
    /// Of each column.
    pub mean: Vec<f32>,
    /// One over the standard deviation; 0 for a column that never changes.
    pub scale: Vec<f32>,
}

impl Standard {
    /// From rows of equal length.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a [f32]>) -> Self {
        let (mut n, mut sums, mut squares) = (0.0_f64, Vec::<f64>::new(), Vec::<f64>::new());
        for row in rows {
            sums.resize(row.len(), 0.0);
            squares.resize(row.len(), 0.0);
            n += 1.0;
            for ((sum, square), &x) in sums.iter_mut().zip(&mut squares).zip(row) {
                *sum += f64::from(x);
                *square += f64::from(x) * f64::from(x);
            }
        }
        let n = n.max(1.0);
        let scale = |(sum, square): (&f64, &f64)| {
            let deviation = (square / n - (sum / n) * (sum / n)).max(0.0).sqrt();
            if deviation > 1e-6 { (1.0 / deviation) as f32 } else { 0.0 }
        };
        Self {
            mean: sums.iter().map(|sum| (sum / n) as f32).collect(),
            scale: sums.iter().zip(&squares).map(scale).collect(),
        }
    }

    /// Brings a row onto the scale.
    pub fn apply(&self, row: &mut [f32]) {
        for ((x, mean), scale) in row.iter_mut().zip(&self.mean).zip(&self.scale) {
            *x = (*x - mean) * scale;
        }
    }

    /// Standardised rows on the scale that they had before, their means aside; a column that never changed stays as it is.
    pub fn undone(&self, rows: ArrayView2<'_, f32>) -> Array2<f32> {
        let mut rows = rows.to_owned();
        for (mut column, &scale) in rows.columns_mut().into_iter().zip(&self.scale) {
            if scale > 0.0 {
                column.mapv_inplace(|x| x / scale);
            }
        }
        rows
    }

    /// A cover's measures on this scale, the most extraordinary ones cut off.
    pub fn measures(&self, cover: &RgbImage) -> Vec<f32> {
        self.bounded(measures(cover))
    }

    /// A row on this scale, the most extraordinary numbers cut off.
    pub fn bounded(&self, mut row: Vec<f32>) -> Vec<f32> {
        self.apply(&mut row);
        row.iter_mut().for_each(|x| *x = x.clamp(-MOST, MOST));
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_get_mean_0_and_deviation_1_and_constant_ones_0() {
        let rows = [[1.0, 5.0], [3.0, 5.0]];
        let standard = Standard::of(rows.iter().map(|row| &row[..]));
        let mut row = [3.0, 7.0];
        standard.apply(&mut row);
        assert_eq!(row, [1.0, 0.0]);
    }

    #[test]
    fn what_is_undone_differs_by_what_it_did_before_and_most_where_it_did_most() {
        let rows = [[1.0, 50.0, 5.0], [3.0, 10.0, 5.0], [2.0, 90.0, 5.0]];
        let standard = Standard::of(rows.iter().map(|row| &row[..]));
        let mut standardised = Array2::from(rows.to_vec());
        standardised
            .rows_mut()
            .into_iter()
            .filter_map(|row| row.into_slice())
            .for_each(|row| standard.apply(row));
        let undone = standard.undone(standardised.view());
        for (own, back) in rows.iter().zip(undone.rows()) {
            for c in 0..3 {
                assert!((own[c] - standard.mean[c] - back[c]).abs() < 1e-4, "{c}: {back}");
            }
        }
        // The plane sees the second column first, where it saw the first before.
        let plane = gatefold_graph::arrange::by_components(undone.view(), &[]);
        assert!(plane.at[2][0] > plane.at[0][0] && plane.at[0][0] > plane.at[1][0], "{:?}", plane.at);
    }

    #[test]
    fn a_covers_measures_are_bounded_and_as_many_as_said() {
        let cover = RgbImage::from_fn(128, 128, |x, y| image::Rgb([x as u8, y as u8, (x ^ y) as u8]));
        let tiny = Standard { mean: vec![0.0; dims()], scale: vec![1e6; dims()] };
        let row = tiny.measures(&cover);
        assert_eq!(row.len(), dims());
        assert!(row.iter().all(|x| x.abs() <= MOST) && row.contains(&MOST));
    }
}

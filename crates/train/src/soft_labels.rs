//! Soft labels by ridge regression with leave-one-out predictions in closed form (Allen 1974, “The relationship between variable
//! selection and data augmentation and a method for prediction”).
//!
//! A genre's tag is a hard word and often wrong; how like covers of each genre a teacher finds a cover is a softer label, and half
//! of each is learned (Hinton et al. 2015, “Distilling the knowledge in a neural network”). A cover's own tag takes no part in its
//! soft label. The teacher's principal components stand beside it.

use gatefold_linalg::dense::symmetric_eigen;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};

/// Strength of the ridge, per cover.
const RIDGE: f64 = 0.5;
/// By how much the opinion's distance from the genres' shares is stretched: ridge regression is shy.
const STRETCH: f64 = 2.0;
/// No genre is less likely than this, before the opinion is brought to sum 1.
const LEAST: f64 = 0.002;

/// Of each cover, in the order asked.
#[derive(Default)]
pub(super) struct SoftLabels {
    /// Probabilities, `[n][genres]`.
    pub genres: Array2<f32>,
    /// Principal components, the largest first, `[n][components]`; their mean square together is 1.
    pub components: Array2<f32>,
}

/// From the teacher's `numbers`, `[n][any]`, each column on one scale, and each cover's genre below `kinds`, if known.
pub(super) fn soft_labels(
    numbers: ArrayView2<'_, f32>,
    genres: &[Option<u32>],
    kinds: usize,
    components: usize,
) -> SoftLabels {
    let known: Vec<usize> = (0..genres.len()).filter(|&i| genres[i].is_some()).collect();
    let all = numbers.mapv(f64::from);
    let basis = if known.is_empty() { all.clone() } else { all.select(Axis(0), &known) };
    let (values, vectors) = symmetric_eigen(basis.t().dot(&basis).view());
    let scores = all.dot(&vectors);
    let mut leading = scores.slice(s![.., ..components.min(scores.ncols())]).to_owned();
    let square = leading.iter().map(|x| x * x).sum::<f64>() / leading.len().max(1) as f64;
    leading /= square.sqrt().max(1e-12);
    SoftLabels {
        genres: genre_labels(&scores, &values, genres, &known, kinds),
        components: leading.mapv(|x| x as f32),
    }
}

/// Ridge regression in the basis of the eigenvectors, in which it is one division for each.
fn genre_labels(
    scores: &Array2<f64>,
    values: &Array1<f64>,
    genres: &[Option<u32>],
    known: &[usize],
    kinds: usize,
) -> Array2<f32> {
    let mut shares = Array1::<f64>::zeros(kinds);
    for genre in genres.iter().flatten() {
        shares[*genre as usize] += 1.0 / known.len() as f64;
    }
    // Truth of the known covers, less the shares.
    let mut truth = Array2::<f64>::zeros((known.len(), kinds));
    for (mut row, &i) in truth.rows_mut().into_iter().zip(known) {
        if let Some(genre) = genres[i] {
            row[genre as usize] = 1.0;
        }
        row -= &shares;
    }
    let ridge = RIDGE * known.len().max(1) as f64;
    let weights = values.mapv(|value| 1.0 / (value.max(0.0) + ridge));
    let weighted = scores * &weights;
    let fitted = weighted.dot(&scores.select(Axis(0), known).t().dot(&truth));
    let mut said = fitted;
    for (&i, truth) in known.iter().zip(truth.rows()) {
        let leverage = weighted.row(i).dot(&scores.row(i)).min(1.0 - 1e-9);
        let mut row = said.row_mut(i);
        row.scaled_add(-leverage, &truth);
        row /= 1.0 - leverage;
    }
    for mut row in said.rows_mut() {
        row.zip_mut_with(&shares, |x, share| *x = (share + STRETCH * *x).max(LEAST));
        let sum = row.sum();
        row /= sum.max(1e-12);
    }
    said.mapv(|x| x as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::mix;

    /// Numbers without order, from −1 to 1.
    fn numbers(n: usize, dims: usize) -> Array2<f32> {
        let number = |i: usize| (mix(3, 1, i as u64) % 2001) as f32 / 1000.0 - 1.0;
        Array2::from_shape_fn((n, dims), |(i, j)| number(i * dims + j))
    }

    fn genres(n: usize) -> Vec<Option<u32>> {
        (0..n).map(|i| (i % 7 != 3).then_some((mix(5, 2, i as u64) % 3) as u32)).collect()
    }

    #[test]
    fn leaving_one_out_is_what_fitting_the_others_gives() {
        let (numbers, genres) = (numbers(30, 4), genres(30));
        let known: Vec<usize> = (0..30).filter(|&i| genres[i].is_some()).collect();
        let x = numbers.mapv(f64::from);
        let shares: Vec<f64> = (0..3)
            .map(|k| known.iter().filter(|&&i| genres[i] == Some(k)).count() as f64 / known.len() as f64)
            .collect();
        let left_out = known[5];
        // Gradient descent on the others' squared error and the ridge.
        let mut w = Array2::<f64>::zeros((4, 3));
        for _ in 0..20_000 {
            let mut gradient = &w * (RIDGE * known.len() as f64);
            for &i in known.iter().filter(|&&i| i != left_out) {
                let error = Array1::from_shape_fn(3, |k| {
                    let truth = f64::from(u8::from(genres[i] == Some(k as u32))) - shares[k];
                    x.row(i).dot(&w.column(k)) - truth
                });
                for (j, &value) in x.row(i).iter().enumerate() {
                    gradient.row_mut(j).scaled_add(value, &error);
                }
            }
            w -= &(gradient * 5e-3);
        }
        let expected: Vec<f64> =
            (0..3).map(|k| (shares[k] + STRETCH * x.row(left_out).dot(&w.column(k))).max(LEAST)).collect();
        let sum: f64 = expected.iter().sum();
        let said = soft_labels(numbers.view(), &genres, 3, 2).genres;
        for k in 0..3 {
            assert!((f64::from(said[[left_out, k]]) - expected[k] / sum).abs() < 1e-5);
        }
    }

    #[test]
    fn components_are_the_largest_first_and_without_genres_all_are_alike() {
        let mut numbers = numbers(50, 5);
        numbers.column_mut(2).mapv_inplace(|x| 4.0 * x);
        let said = soft_labels(numbers.view(), &vec![None; 50], 0, 3);
        let square = |j: usize| said.components.column(j).iter().map(|x| x * x).sum::<f32>();
        assert!(square(0) > square(1) && square(1) > square(2));
        assert!((square(0) + square(1) + square(2) - 150.0).abs() < 1e-3);
        assert_eq!(said.genres.dim(), (50, 0));
    }
}

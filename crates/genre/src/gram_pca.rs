//! Principal components of some covers, taken from inner products.
//!
//! With `X` the centred training rows, `X Xᵀ = U Λ Uᵀ`: the scores of any cover are its centred inner products with the
//! training covers times `U / √Λ`, which are `U √Λ` for the training covers themselves. Centring takes the
//! training covers' mean only. That is exactly the PCA fitted on the training covers: no other cover's
//! products are read while fitting.

use super::gram::Gram;
use gatefold_linalg::leading::leading_eigen;
use gatefold_linalg::product::product;
use ndarray::{Array2, Axis};

/// Bytes are read as brightness from 0 to 1.
const UNIT: f64 = 1.0 / 255.0;
/// Components with less than this part of the first one's variance are rounding, not picture.
const NEGLIGIBLE: f64 = 1e-10;

/// A PCA fitted on some of the covers of a [`Gram`].
pub struct GramPca {
    train: Vec<usize>,
    /// Mean over the training covers of each training cover's inner products.
    means: Vec<f64>,
    /// Mean of `means`.
    mean: f64,
    /// Training covers × components: `U / √Λ`.
    projection: Array2<f64>,
    scores: Array2<f64>,
    explained: Vec<f64>,
}

impl GramPca {
    /// Fits up to `components` on the covers numbered `train` (at least two). There are fewer where the covers
    /// do not have so many independent directions, at most `train.len() - 1`, and none where all are equal.
    pub fn fit(gram: &Gram, train: &[usize], components: usize) -> Self {
        let n = train.len();
        let means: Vec<f64> = train.iter().map(|&i| mean_product(gram, i, train)).collect();
        let mean = means.iter().sum::<f64>() / n as f64;
        let mut centred = Array2::zeros((n, n));
        for (r, mut row) in centred.axis_iter_mut(Axis(0)).enumerate() {
            let products = gram.row(train[r]);
            for (c, value) in row.iter_mut().enumerate() {
                *value = (f64::from(products[train[c]]) - means[r] - means[c] + mean) * UNIT * UNIT;
            }
        }
        let total: f64 = centred.diag().sum();
        let eigen = leading_eigen(&centred, components.min(n.saturating_sub(1)));
        let floor = NEGLIGIBLE * total.max(f64::MIN_POSITIVE);
        let kept = eigen.values.iter().take_while(|&&value| value > floor).count();
        let mut projection = Array2::zeros((n, kept));
        for (i, vector) in eigen.vectors.axis_iter(Axis(0)).take(kept).enumerate() {
            let root = eigen.values[i].sqrt();
            // A direction has no sign of its own; the cover that lies farthest along it shall be positive.
            let far = vector.iter().fold(0.0_f64, |far, &x| if x.abs() > far.abs() { x } else { far });
            let sign = 1.0_f64.copysign(far);
            projection.column_mut(i).assign(&vector.mapv(|x| sign * x / root));
        }
        // Not from the vectors themselves: both sides of a fold must be projected alike, rounding included.
        let scores = product(centred.view(), projection.view());
        let explained = eigen.values.iter().take(kept).map(|value| value / total).collect();
        Self { train: train.to_vec(), means, mean, projection, scores, explained }
    }

    /// Scores of the training covers: one row each, one column per component, by falling variance.
    pub fn scores(&self) -> &Array2<f64> {
        &self.scores
    }

    /// Part of the training covers' whole variance that each component holds.
    pub fn explained(&self) -> &[f64] {
        &self.explained
    }

    /// Scores of the covers numbered `others` in the Gram matrix that was fitted on.
    pub fn project(&self, gram: &Gram, others: &[usize]) -> Array2<f64> {
        let mut centred = Array2::zeros((others.len(), self.train.len()));
        for (&other, mut row) in others.iter().zip(centred.axis_iter_mut(Axis(0))) {
            let products = gram.row(other);
            let own = mean_product(gram, other, &self.train);
            for (c, value) in row.iter_mut().enumerate() {
                *value = (f64::from(products[self.train[c]]) - own - self.means[c] + self.mean) * UNIT * UNIT;
            }
        }
        product(centred.view(), self.projection.view())
    }
}

/// Mean inner product of cover `i` with the covers `train`.
fn mean_product(gram: &Gram, i: usize, train: &[usize]) -> f64 {
    let products = gram.row(i);
    let sum: i64 = train.iter().map(|&j| i64::from(products[j])).sum();
    sum as f64 / train.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{bytes, faces};
    use gatefold_linalg::symmetric::symmetric_eigen;
    use gatefold_types::progress::Silent;
    use linfa::traits::{Fit, Predict};

    fn gram(pixels: &[Vec<u8>]) -> Gram {
        let rows: Vec<&[u8]> = pixels.iter().map(Vec::as_slice).collect();
        Gram::of_pixels(&rows, &Silent).unwrap()
    }

    fn matrix(pixels: &[Vec<u8>], rows: &[usize]) -> Array2<f64> {
        Array2::from_shape_fn((rows.len(), pixels[0].len()), |(r, c)| f64::from(pixels[rows[r]][c]) / 255.0)
    }

    /// Largest difference, each column's sign aside, relative to the column's size.
    fn difference(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
        a.axis_iter(Axis(1))
            .zip(b.axis_iter(Axis(1)))
            .map(|(x, y)| {
                let sign = 1.0_f64.copysign(x.dot(&y));
                let size = y.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
                x.iter().zip(y).fold(0.0_f64, |m, (x, y)| m.max((sign * x - y).abs())) / size
            })
            .fold(0.0, f64::max)
    }

    /// PCA by the textbook: covariance over pixels of the training rows.
    fn direct(pixels: &[Vec<u8>], train: &[usize], rows: &[usize], k: usize) -> Array2<f64> {
        let x = matrix(pixels, train);
        let mean = x.mean_axis(Axis(0)).unwrap();
        let x = x - &mean;
        let axes = symmetric_eigen(x.t().dot(&x)).truncate(k).vectors;
        (matrix(pixels, rows) - &mean).dot(&axes.t())
    }

    #[test]
    fn it_is_the_pca_fitted_on_the_training_covers() {
        // The second case is large enough for the iterative solver.
        for (n, width, k) in [(60, 90, 10), (420, 150, 12)] {
            let pixels = faces(n, width, 3);
            let (test, train): (Vec<usize>, Vec<usize>) = (0..n).partition(|i| i % 10 == 3);
            let gram = gram(&pixels);
            let pca = GramPca::fit(&gram, &train, k);
            assert!(difference(pca.scores(), &direct(&pixels, &train, &train, k)) < 1e-6);
            assert!(difference(&pca.project(&gram, &test), &direct(&pixels, &train, &test, k)) < 1e-6);
        }
    }

    #[test]
    fn it_is_what_linfa_finds_on_the_same_rows() {
        let pixels = faces(80, 60, 4);
        let (test, train): (Vec<usize>, Vec<usize>) = (0..80).partition(|i| i % 5 == 0);
        let gram = gram(&pixels);
        let theirs = linfa_reduction::Pca::params(4)
            .fit(&linfa::DatasetBase::from(matrix(&pixels, &train)))
            .unwrap()
            .predict(&matrix(&pixels, &test));
        let ours = GramPca::fit(&gram, &train, 4).project(&gram, &test);
        assert!(difference(&ours, &theirs) < 1e-3, "{}", difference(&ours, &theirs));
    }

    #[test]
    fn projecting_a_training_cover_gives_its_score() {
        let pixels = faces(50, 80, 6);
        let train: Vec<usize> = (0..40).collect();
        let gram = gram(&pixels);
        let pca = GramPca::fit(&gram, &train, 8);
        assert!(difference(&pca.project(&gram, &train), pca.scores()) < 1e-9);
    }

    #[test]
    fn what_the_test_covers_show_does_not_reach_the_fit() {
        let mut pixels = faces(300, 400, 7);
        let (test, train): (Vec<usize>, Vec<usize>) = (0..300).partition(|i| i % 10 == 0);
        let everyone: Vec<usize> = (0..300).collect();
        let before = gram(&pixels);
        for &i in &test {
            pixels[i] = bytes(1, 400, i as u64).remove(0);
        }
        let after = gram(&pixels);
        // Bit for bit: the fit never read a product of a test cover …
        let (a, b) = (GramPca::fit(&before, &train, 20), GramPca::fit(&after, &train, 20));
        assert_eq!(a.scores(), b.scores());
        assert_eq!(a.projection, b.projection);
        // … and had it been fitted on everyone, this test would have seen it.
        let (a, b) = (GramPca::fit(&before, &everyone, 20), GramPca::fit(&after, &everyone, 20));
        assert!(difference(a.scores(), b.scores()) > 1e-3);
    }

    #[test]
    fn equal_covers_have_no_components() {
        let pixels = vec![vec![7_u8; 30]; 12];
        let gram = gram(&pixels);
        let pca = GramPca::fit(&gram, &(0..10).collect::<Vec<_>>(), 5);
        assert_eq!(pca.scores().dim(), (10, 0));
        assert_eq!(pca.project(&gram, &[11]).dim(), (1, 0));
    }

    #[test]
    fn explained_variance_is_of_the_whole() {
        let pixels = faces(40, 100, 8);
        let gram = gram(&pixels);
        let train: Vec<usize> = (0..40).collect();
        let few: f64 = GramPca::fit(&gram, &train, 5).explained().iter().sum();
        let all: f64 = GramPca::fit(&gram, &train, 39).explained().iter().sum();
        assert!(few < 0.999 && (all - 1.0).abs() < 1e-9, "{few} {all}");
    }
}

//! Principal components of many covers at once.
//!
//! linfa-reduction's `Pca` is `f64`, finds few components slowly and reports explained variance relative to the
//! components it kept; so this one implements linfa's traits itself: `f32` products, a randomised range finder with
//! power iterations (Halko, Martinsson and Tropp, 2011, algorithms 4.4 and 5.1), seeded, and the same result
//! on any number of threads.

use crate::dense::{gemm_into, orthonormal, symmetric_eigen};
use crate::rows::Rows;
use linfa::traits::{Fit, Transformer};
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2, ArrayBase, ArrayView2, Data, Ix2, s};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// Columns of the sketch beyond the components asked for. Halko et al. advise 5–10; the variances of covers fall so
/// slowly that more columns are cheaper than more iterations.
const OVERSAMPLING: usize = 32;
/// Power iterations.
const POWER_ITERATIONS: usize = 4;
/// Observations per block of a product `A·X`.
const ROW_BLOCK: usize = 64;
/// Columns per block of a product `Aᵀ·X`, fixed so that sums have the same order on any machine.
const COLUMN_BLOCK: usize = 768;
/// Observations per step within a column block.
const STEP: usize = 512;

/// Why components cannot be found.
#[derive(Debug, thiserror::Error)]
pub enum PcaError {
    /// No observation, or observations without numbers.
    #[error("there is nothing to find components of: no cover could be read")]
    Empty,
    /// Nothing was asked for.
    #[error("at least one component must be kept")]
    NoComponents,
    /// From linfa.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}

/// Settings, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PcaValidParams {
    components: usize,
    seed: u64,
}

/// Settings: how many components, and the seed of the sketch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PcaParams(PcaValidParams);

impl PcaParams {
    /// Keeps `components` of them, or fewer where the data have no more.
    pub fn new(components: usize) -> Self {
        Self(PcaValidParams { components, seed: 0 })
    }

    /// Another sketch.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// Fits to any matrix that comes in blocks.
    ///
    /// # Errors
    /// When there is no data or no component is asked for.
    pub fn fit_rows(&self, rows: &impl Rows) -> Result<Pca, PcaError> {
        self.check_ref()?.fit_rows(rows)
    }
}

impl ParamGuard for PcaParams {
    type Checked = PcaValidParams;
    type Error = PcaError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        match self.0.components {
            0 => Err(PcaError::NoComponents),
            _ => Ok(&self.0),
        }
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref().copied()
    }
}

/// Components found.
#[derive(Clone, Debug, PartialEq)]
pub struct Pca {
    /// Mean of each number, `d`.
    pub mean: Array1<f32>,
    /// One unit vector per row, `k × d`, strongest first; its largest element is positive.
    pub components: Array2<f32>,
    /// Singular values of the centred data, `k`.
    pub singular_values: Array1<f64>,
    /// Variance along each component, `σ² / (n − 1)`.
    pub explained_variance: Array1<f64>,
    /// The same as a share of the *total* variance of the data, kept or not.
    pub explained_variance_ratio: Array1<f64>,
}

impl PcaValidParams {
    fn fit_rows(&self, rows: &impl Rows) -> Result<Pca, PcaError> {
        let (n, d) = (rows.rows(), rows.dims());
        if n == 0 || d == 0 {
            return Err(PcaError::Empty);
        }
        let mean: Array1<f32> = rows.column_sums().iter().map(|sum| (sum / n as f64) as f32).collect();
        let kept = self.components.min(n).min(d);
        let sketch = (kept + OVERSAMPLING).min(n).min(d);
        let data = Centred { rows, mean: mean.as_slice().unwrap_or_default() };

        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut basis: Array2<f32> =
            Array2::from_shape_simple_fn((d, sketch), || StandardNormal.sample(&mut rng));
        for _ in 0..POWER_ITERATIONS {
            let range = orthonormal(data.times(basis.view()).view());
            basis = orthonormal(data.transposed_times(range.view()).view());
        }
        let range = orthonormal(data.times(basis.view()).view());
        let projected = data.transposed_times(range.view()).mapv(f64::from);

        // B = V Σ Wᵀ from the eigenvectors of BᵀB.
        let (values, w) = symmetric_eigen(projected.t().dot(&projected).view());
        // What is no more than the rounding of centred numbers is no component.
        let rounding = n as f64 * mean.iter().map(|&m| f64::from(m * m)).sum::<f64>() * 1e-13;
        let floor = (values[0] * 1e-12).max(rounding);
        let mut v = projected.dot(&w.slice(s![.., ..kept]));
        let mut singular_values = Array1::zeros(kept);
        for (j, mut column) in v.columns_mut().into_iter().enumerate() {
            let value = values[j];
            let sigma = if value > floor { value.sqrt() } else { 0.0 };
            singular_values[j] = sigma;
            let mut largest = 0.0f64;
            for &x in &column {
                if x.abs() > largest.abs() {
                    largest = x;
                }
            }
            let scale = if sigma > 0.0 { largest.signum() / sigma } else { 0.0 };
            column.mapv_inplace(|x| x * scale);
        }
        let freedom = (n.max(2) - 1) as f64;
        let total = data.total_squares() / freedom;
        let explained_variance = singular_values.mapv(|s| s * s / freedom);
        let explained_variance_ratio = explained_variance.mapv(|v| if total > 0.0 { v / total } else { 0.0 });
        let components = v.t().mapv(|x| x as f32).as_standard_layout().into_owned();
        Ok(Pca { mean, components, singular_values, explained_variance, explained_variance_ratio })
    }
}

impl Pca {
    /// What gives each score unit variance; 0 for a component without any.
    pub fn scales(&self) -> Vec<f32> {
        let scale = |&variance: &f64| if variance > 0.0 { (1.0 / variance.sqrt()) as f32 } else { 0.0 };
        self.explained_variance.iter().map(scale).collect()
    }

    /// Scores of observations, `n × k`.
    ///
    /// # Panics
    /// When the observations have another number of numbers than those it was fitted to.
    pub fn transform_rows(&self, rows: &impl Rows) -> Array2<f32> {
        assert_eq!(rows.dims(), self.mean.len(), "as many numbers per observation as when fitting");
        Centred { rows, mean: self.mean.as_slice().unwrap_or_default() }.times(self.components.t())
    }
}

impl<D: Data<Elem = f32> + Sync, T> Fit<ArrayBase<D, Ix2>, T, PcaError> for PcaValidParams {
    type Object = Pca;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<Pca, PcaError> {
        self.fit_rows(dataset.records())
    }
}

impl<D: Data<Elem = f32> + Sync> Transformer<ArrayBase<D, Ix2>, Array2<f32>> for Pca {
    fn transform(&self, x: ArrayBase<D, Ix2>) -> Array2<f32> {
        self.transform_rows(&x)
    }
}

/// The data less its mean, never stored.
struct Centred<'a, R> {
    rows: &'a R,
    mean: &'a [f32],
}

impl<R: Rows> Centred<'_, R> {
    /// `A·X`, `n × k` from `d × k`.
    fn times(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        let (n, d, k) = (self.rows.rows(), self.rows.dims(), x.ncols());
        let x = x.as_standard_layout();
        let mut out = Array2::zeros((n, k));
        out.as_slice_mut()
            .expect("new arrays are contiguous")
            .par_chunks_mut(ROW_BLOCK * k)
            .enumerate()
            .for_each_init(
                || vec![0.0; ROW_BLOCK * d],
                |block, (i, out)| {
                    let m = out.len() / k;
                    let block = self.block(i * ROW_BLOCK..i * ROW_BLOCK + m, 0..d, block);
                    let out = ndarray::ArrayViewMut2::from_shape((m, k), out).expect("whole rows");
                    gemm_into(out, 0.0, block, x.view());
                },
            );
        out
    }

    /// `Aᵀ·X`, `d × k` from `n × k`.
    fn transposed_times(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        let (n, d, k) = (self.rows.rows(), self.rows.dims(), x.ncols());
        let x = x.as_standard_layout();
        let mut out = Array2::zeros((d, k));
        out.as_slice_mut()
            .expect("new arrays are contiguous")
            .par_chunks_mut(COLUMN_BLOCK * k)
            .enumerate()
            .for_each_init(
                || vec![0.0; STEP * COLUMN_BLOCK],
                |block, (i, out)| {
                    let m = out.len() / k;
                    let mut out = ndarray::ArrayViewMut2::from_shape((m, k), out).expect("whole rows");
                    let columns = i * COLUMN_BLOCK..i * COLUMN_BLOCK + m;
                    for start in (0..n).step_by(STEP) {
                        let some = start..(start + STEP).min(n);
                        let block = self.block(some.clone(), columns.clone(), block);
                        gemm_into(out.view_mut(), 1.0, block.t(), x.slice(s![some, ..]));
                    }
                },
            );
        out
    }

    /// Sum of squares of all centred numbers.
    fn total_squares(&self) -> f64 {
        let d = self.rows.dims();
        let sums: Vec<f64> = (0..self.rows.rows())
            .into_par_iter()
            .map_init(
                || vec![0.0; d],
                |row, i| {
                    let block = self.block(i..i + 1, 0..d, row);
                    block.iter().map(|&x| f64::from(x * x)).sum()
                },
            )
            .collect();
        sums.iter().sum()
    }

    fn block<'b>(
        &self,
        rows: std::ops::Range<usize>,
        columns: std::ops::Range<usize>,
        buffer: &'b mut [f32],
    ) -> ArrayView2<'b, f32> {
        let (m, width) = (rows.len(), columns.len());
        let buffer = &mut buffer[..m * width];
        self.rows.fill(rows, columns.clone(), buffer);
        let mean = &self.mean[columns];
        for row in buffer.chunks_exact_mut(width) {
            for (x, &mean) in row.iter_mut().zip(mean) {
                *x -= mean;
            }
        }
        ArrayView2::from_shape((m, width), buffer).expect("the buffer was cut to size")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PixelRows;
    use rand::Rng;

    /// Observations whose variance falls from dimension to dimension, mixed.
    fn data(n: usize, d: usize, seed: u64) -> Array2<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mix = Array2::from_shape_simple_fn((d, d), || StandardNormal.sample(&mut rng));
        let raw = Array2::from_shape_fn((n, d), |(_, j)| {
            let x: f32 = StandardNormal.sample(&mut rng);
            x * 0.9f32.powi(j as i32) + 0.3
        });
        raw.dot(&orthonormal(mix.view()))
    }

    /// Eigenvalues and vectors of the covariance matrix, in f64.
    fn exact(data: &Array2<f32>) -> (Array1<f64>, Array2<f64>) {
        let data = data.mapv(f64::from);
        let centred = &data - &data.mean_axis(ndarray::Axis(0)).unwrap();
        let covariance = centred.t().dot(&centred) / (data.nrows() - 1) as f64;
        symmetric_eigen(covariance.view())
    }

    #[test]
    fn components_are_those_of_the_exact_decomposition() {
        for (n, d, k) in [(300, 60, 12), (50, 200, 12), (40, 30, 30), (5, 40, 12)] {
            let data = data(n, d, 7);
            let pca = PcaParams::new(k).fit(&DatasetBase::from(data.clone())).unwrap();
            let (values, vectors) = exact(&data);
            let rank = k.min(n - 1).min(d);
            for j in 0..rank {
                let found = pca.explained_variance[j];
                assert!(
                    (found / values[j] - 1.0).abs() < 1e-3,
                    "{n}×{d} component {j}: {found} {}",
                    values[j]
                );
                let dot: f64 = pca
                    .components
                    .row(j)
                    .iter()
                    .zip(vectors.column(j))
                    .map(|(&a, &b)| f64::from(a) * b)
                    .sum();
                assert!(dot.abs() > 0.99, "{n}×{d} component {j}: {dot}");
            }
        }
    }

    #[test]
    fn explained_variance_is_a_share_of_all_variance() {
        let data = data(400, 50, 1);
        let pca = PcaParams::new(5).fit_rows(&data).unwrap();
        let (values, _) = exact(&data);
        let expected = values.iter().take(5).sum::<f64>() / values.sum();
        assert!((pca.explained_variance_ratio.sum() - expected).abs() < 1e-3);
        assert!(expected < 0.9);
    }

    #[test]
    fn scores_have_the_explained_variance() {
        let data = data(300, 40, 2);
        let pca = PcaParams::new(6).fit_rows(&data).unwrap();
        let scores = pca.transform(data);
        for j in 0..6 {
            let variance = f64::from(scores.column(j).var(1.0));
            assert!((variance / pca.explained_variance[j] - 1.0).abs() < 1e-3);
        }
    }

    #[test]
    fn the_number_of_threads_does_not_change_a_bit() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let bytes: Vec<u8> = (0..700 * 800).map(|_| rng.r#gen()).collect();
        let fit = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| PcaParams::new(8).seed(1).fit_rows(&PixelRows::new(&bytes, 800)).unwrap())
        };
        assert_eq!(fit(1), fit(3));
    }

    #[test]
    fn nothing_is_refused_with_a_sentence() {
        assert!(matches!(PcaParams::new(0).check(), Err(PcaError::NoComponents)));
        assert!(matches!(PcaParams::new(2).fit_rows(&Array2::<f32>::zeros((0, 4))), Err(PcaError::Empty)));
    }
}

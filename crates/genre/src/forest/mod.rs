//! A random forest that gives probabilities, is the same every time, and grows on all threads.
//!
//! linfa's own ensemble draws features per tree, has no probabilities and answers ties by the order of a hash
//! map; scikit-learn's is what the figures are compared with. This one follows scikit-learn's algorithm behind
//! linfa's [`Fit`] and [`Predict`](linfa::prelude::Predict), with splits found on histograms of at most 256 bins per feature.

mod histogram;
mod params;
mod saved;
mod tree;

pub use params::{ForestError, ForestParams, ForestValidParams};

use histogram::Bins;
use linfa::Float;
use linfa::dataset::{AsSingleTargets, DatasetBase, Label};
use linfa::traits::{Fit, PredictInplace};
use ndarray::{Array1, Array2, ArrayBase, ArrayView2, Axis, Data, Ix2};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use tree::{Ground, Tree};

/// A grown forest.
#[derive(Clone, PartialEq, Debug)]
pub struct Forest<L> {
    trees: Vec<Tree>,
    /// Ascending.
    classes: Vec<L>,
    features: usize,
    seed: u64,
    parallel: bool,
}

impl<L> Forest<L> {
    /// Numbers that it expects of a row.
    pub fn features(&self) -> usize {
        self.features
    }

    /// The classes it tells apart, ascending: columns of [`Forest::probabilities`].
    pub fn classes(&self) -> &[L] {
        &self.classes
    }

    /// Rows × classes: the mean over trees of the class frequencies in the leaf where a row ends. Panics where
    /// `records` has another number of columns than the forest was grown on.
    pub fn probabilities<F: Float, D: Data<Elem = F>>(&self, records: &ArrayBase<D, Ix2>) -> Array2<f64> {
        assert_eq!(records.ncols(), self.features, "features of a forest's records");
        let records = singles(records);
        let (trees, kinds) = (&self.trees, self.classes.len());
        let mut sums = Array2::zeros((records.nrows(), kinds));
        let fill = |(i, mut row): (usize, ndarray::ArrayViewMut1<'_, f64>)| {
            // Trees add up in their order, whatever the threads do: sums are the same every time.
            for tree in trees {
                let leaf = tree.frequencies(records.row(i), kinds);
                row.iter_mut().zip(leaf).for_each(|(sum, &x)| *sum += f64::from(x));
            }
            row /= trees.len() as f64;
        };
        if self.parallel {
            sums.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(fill);
        } else {
            sums.axis_iter_mut(Axis(0)).enumerate().for_each(fill);
        }
        sums
    }
}

/// What the trees say of the rows that they were not grown on (Breiman 2001, “Random forests”).
#[derive(Clone, PartialEq, Debug)]
pub struct OutOfBag {
    /// Rows × classes: the mean over the trees that did not draw the row; zeros where every tree drew it.
    pub probabilities: Array2<f64>,
    /// Trees that did not draw the row.
    pub trees: Vec<u32>,
}

impl<L> Forest<L> {
    /// Asks each tree about the rows that it did not draw. `records` are the ones that the forest was grown on; panics
    /// where they have other columns, and answers nonsense where they have other rows.
    pub fn out_of_bag<F: Float, D: Data<Elem = F>>(&self, records: &ArrayBase<D, Ix2>) -> OutOfBag {
        assert_eq!(records.ncols(), self.features, "features of a forest's records");
        let records = singles(records);
        let (n, kinds) = (records.nrows(), self.classes.len());
        let mut all = OutOfBag { probabilities: Array2::zeros((n, kinds)), trees: vec![0; n] };
        for (number, tree) in self.trees.iter().enumerate() {
            let drawn = tree::bootstrap(n, &mut generator(self.seed, number));
            for row in (0..n).filter(|&row| drawn[row] == 0) {
                let leaf = tree.frequencies(records.row(row), kinds);
                all.probabilities
                    .row_mut(row)
                    .iter_mut()
                    .zip(leaf)
                    .for_each(|(sum, &x)| *sum += f64::from(x));
                all.trees[row] += 1;
            }
        }
        for (mut row, &trees) in all.probabilities.rows_mut().into_iter().zip(&all.trees) {
            row /= f64::from(trees.max(1));
        }
        all
    }
}

/// What all chance of one tree is drawn from.
fn generator(seed: u64, number: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number as u64);
    rng
}

/// The records in single precision, as scikit-learn's trees read them too.
fn singles<F: Float, D: Data<Elem = F>>(records: &ArrayBase<D, Ix2>) -> Array2<f32> {
    records.mapv(|x| x.to_f32().unwrap_or(f32::NAN))
}

impl<F, D, L, T> Fit<ArrayBase<D, Ix2>, T, ForestError> for ForestValidParams
where
    F: Float,
    D: Data<Elem = F>,
    L: Label + Ord,
    T: AsSingleTargets<Elem = L>,
{
    type Object = Forest<L>;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<Forest<L>, ForestError> {
        let labels = dataset.targets.as_single_targets();
        let mut classes: Vec<L> = labels.iter().cloned().collect();
        classes.sort();
        classes.dedup();
        let numbers: Vec<u32> =
            labels.iter().map(|label| classes.partition_point(|class| class < label) as u32).collect();
        let records = singles(&dataset.records);
        check(records.view(), numbers.len())?;
        let trees = grow(self, records.view(), &numbers, classes.len());
        Ok(Forest { trees, classes, features: records.ncols(), seed: self.seed, parallel: self.parallel })
    }
}

fn check(records: ArrayView2<'_, f32>, labels: usize) -> Result<(), ForestError> {
    let (rows, features) = records.dim();
    if rows == 0 || features == 0 {
        return Err(ForestError::Empty { rows, features });
    }
    if rows != labels {
        return Err(ForestError::Labels { rows, labels });
    }
    match records.rows().into_iter().position(|row| row.iter().any(|x| !x.is_finite())) {
        Some(row) => Err(ForestError::NotFinite { row }),
        None => Ok(()),
    }
}

fn grow(
    params: &ForestValidParams,
    records: ArrayView2<'_, f32>,
    classes: &[u32],
    kinds: usize,
) -> Vec<Tree> {
    let bins = Bins::of(records);
    let binned = bins.sort(records);
    let root = (records.ncols() as f64).sqrt() as usize;
    let max_features = params.max_features.unwrap_or(root).clamp(1, records.ncols());
    let ground = Ground { bins: &bins, binned: &binned, classes, kinds, max_features };
    let tree = |number: usize| Tree::grow(&ground, generator(params.seed, number));
    if params.parallel {
        (0..params.trees).into_par_iter().map(tree).collect()
    } else {
        (0..params.trees).map(tree).collect()
    }
}

impl<F, D, L> PredictInplace<ArrayBase<D, Ix2>, Array1<L>> for Forest<L>
where
    F: Float,
    D: Data<Elem = F>,
    L: Label + Default,
{
    /// The most probable class of each row; of equals the first.
    fn predict_inplace(&self, records: &ArrayBase<D, Ix2>, targets: &mut Array1<L>) {
        for (row, target) in self.probabilities(records).rows().into_iter().zip(targets) {
            let best = (0..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best });
            *target = self.classes[best].clone();
        }
    }

    fn default_target(&self, records: &ArrayBase<D, Ix2>) -> Array1<L> {
        Array1::default(records.nrows())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;
    use linfa::Dataset;
    use linfa::ParamGuard;
    use linfa::traits::Predict;
    use ndarray::{Array1, array, concatenate};

    /// Rings around the origin: no single feature tells them apart.
    fn rings(rows: usize, kinds: usize, seed: u64) -> (Array2<f64>, Array1<usize>) {
        let x = noise(rows, 4, seed);
        let y = x.rows().into_iter().map(|r| ((r[0].hypot(r[1])) * kinds as f64 / 1.42) as usize).collect();
        (x, y)
    }

    fn accuracy(forest: &Forest<usize>, x: &Array2<f64>, y: &Array1<usize>) -> f64 {
        let said = forest.predict(x);
        said.iter().zip(y).filter(|(a, b)| a == b).count() as f64 / y.len() as f64
    }

    #[test]
    fn it_learns_two_and_more_classes() {
        for (kinds, least) in [(2, 0.93), (4, 0.85)] {
            let (x, y) = rings(1500, kinds, 1);
            let forest = ForestParams::default().trees(60).fit(&Dataset::new(x, y)).unwrap();
            let (x, y) = rings(500, kinds, 2);
            let right = accuracy(&forest, &x, &y);
            assert!(right > least, "{kinds} classes: {right}");
        }
    }

    #[test]
    fn one_and_many_threads_grow_the_same_forest() {
        let (x, y) = rings(300, 3, 3);
        let data = Dataset::new(x.clone(), y);
        let params = ForestParams::default().trees(20).seed(7);
        let (one, many) = (params.parallel(false).fit(&data).unwrap(), params.fit(&data).unwrap());
        assert_eq!(one.trees, many.trees);
        assert_eq!(one.probabilities(&x), many.probabilities(&x));
    }

    #[test]
    fn out_of_bag_scores_foretell_those_of_new_rows() {
        let (x, y) = rings(900, 2, 1);
        let forest = ForestParams::default().trees(80).fit(&Dataset::new(x.clone(), y.clone())).unwrap();
        let told = forest.out_of_bag(&x);
        let right = |p: &Array2<f64>, y: &Array1<usize>| {
            p.rows().into_iter().zip(y).filter(|(row, y)| usize::from(row[1] > 0.5) == **y).count() as f64
                / y.len() as f64
        };
        // The rows that a tree was grown on are told right without exception: those must not count.
        assert_eq!(right(&forest.probabilities(&x), &y), 1.0);
        let (new, truth) = rings(900, 2, 2);
        let (inside, outside) = (right(&told.probabilities, &y), right(&forest.probabilities(&new), &truth));
        assert!((inside - outside).abs() < 0.03, "{inside} {outside}");
        // A row is left out by a tree with probability 1/e.
        let mean = told.trees.iter().sum::<u32>() as f64 / 900.0 / 80.0;
        assert!((mean - 0.368).abs() < 0.02, "{mean}");
    }

    #[test]
    fn another_seed_grows_another_forest() {
        let (x, y) = rings(300, 2, 3);
        let data = Dataset::new(x, y);
        let params = ForestParams::default().trees(5);
        assert_ne!(params.seed(1).fit(&data).unwrap().trees, params.seed(2).fit(&data).unwrap().trees);
    }

    #[test]
    fn probabilities_sum_to_one_and_unseen_classes_are_absent() {
        let (x, y) = rings(200, 3, 4);
        let labels = y.mapv(|y| 10 * y);
        let forest = ForestParams::default().trees(30).fit(&Dataset::new(x.clone(), labels)).unwrap();
        assert_eq!(forest.classes(), [0, 10, 20]);
        assert!(forest.probabilities(&x).rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-6));
    }

    #[test]
    fn the_search_for_two_classes_finds_what_the_one_for_many_finds() {
        // A third class that never is drawn apart: one far row of its own, the same trees elsewhere.
        let (x, y) = rings(250, 2, 5);
        let bins = Bins::of(singles(&x).view());
        let binned = bins.sort(singles(&x).view());
        let classes: Vec<u32> = y.iter().map(|&y| y as u32).collect();
        let tree = |kinds| {
            let ground = Ground { bins: &bins, binned: &binned, classes: &classes, kinds, max_features: 2 };
            Tree::grow(&ground, ChaCha8Rng::seed_from_u64(1))
        };
        let (two, many) = (tree(2), tree(3));
        for row in singles(&x).rows() {
            assert_eq!(two.frequencies(row, 2), &many.frequencies(row, 3)[..2]);
        }
    }

    #[test]
    fn equal_rows_of_different_classes_share_a_leaf() {
        let x = array![[1.0], [1.0], [1.0], [1.0]];
        let forest = ForestParams::default()
            .trees(400)
            .fit(&Dataset::new(x.clone(), array![0_usize, 0, 0, 1]))
            .unwrap();
        let p = forest.probabilities(&x)[[0, 1]];
        assert!((p - 0.25).abs() < 0.05, "{p}");
    }

    #[test]
    fn a_constant_feature_does_not_stop_a_split() {
        let informative = Array2::from_shape_fn((100, 1), |(r, _)| r as f64);
        let x = concatenate![Axis(1), Array2::zeros((100, 15)), informative];
        let y = Array1::from_shape_fn(100, |r| usize::from(r >= 50));
        let forest = ForestParams::default()
            .trees(25)
            .max_features(1)
            .fit(&Dataset::new(x.clone(), y.clone()))
            .unwrap();
        assert!(accuracy(&forest, &x, &y) > 0.98);
    }

    #[test]
    fn nothing_to_learn_from_is_refused() {
        let none = Dataset::new(Array2::<f64>::zeros((0, 3)), Array1::<usize>::zeros(0));
        assert_eq!(
            ForestParams::default().fit(&none).unwrap_err(),
            ForestError::Empty { rows: 0, features: 3 }
        );
    }

    #[test]
    fn a_value_that_is_no_number_is_refused() {
        let data = Dataset::new(array![[1.0], [f64::NAN]], array![0_usize, 1]);
        assert_eq!(ForestParams::default().fit(&data).unwrap_err(), ForestError::NotFinite { row: 1 });
    }

    #[test]
    fn the_parameters_are_checked_before_growing() {
        assert!(ForestParams::default().check().is_ok());
        let data = Dataset::new(array![[1.0], [2.0]], array![0_usize, 1]);
        assert_eq!(ForestParams::default().trees(0).fit(&data).unwrap_err(), ForestError::Trees(0));
    }
}

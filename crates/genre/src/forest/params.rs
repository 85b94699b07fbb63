//! What a forest can be told, and what it refuses.

use linfa::ParamGuard;

/// Why a forest cannot be grown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForestError {
    /// `trees` is out of range.
    #[error("a forest of {0} trees cannot be grown: choose between 1 and 10,000")]
    Trees(usize),
    /// `max_features` is zero.
    #[error("each split must look at one feature at least")]
    MaxFeatures,
    /// No rows, or no columns.
    #[error(
        "a forest needs rows and features to learn from; it was given {rows} rows of {features} features"
    )]
    Empty {
        /// Rows given.
        rows: usize,
        /// Features given.
        features: usize,
    },
    /// NaN or infinite.
    #[error("row {row} has a value that is not a finite number")]
    NotFinite {
        /// First such row.
        row: usize,
    },
    /// Rows and labels differ in number.
    #[error("{rows} rows were given with {labels} labels")]
    Labels {
        /// Rows given.
        rows: usize,
        /// Labels given.
        labels: usize,
    },
    /// linfa's own word.
    #[error("the data set cannot be used: {0}")]
    DataSet(String),
}

impl From<linfa::Error> for ForestError {
    fn from(error: linfa::Error) -> Self {
        Self::DataSet(error.to_string())
    }
}

/// Checked parameters of a forest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ForestValidParams {
    pub(super) trees: usize,
    pub(super) max_features: Option<usize>,
    pub(super) seed: u64,
    pub(super) parallel: bool,
}

/// Parameters of a forest. As in scikit-learn: Gini impurity, bootstrapped rows, trees grown until their leaves are
/// pure, and the square root of the number of features looked at in each split.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ForestParams(ForestValidParams);

impl Default for ForestParams {
    fn default() -> Self {
        Self(ForestValidParams { trees: 200, max_features: None, seed: 0, parallel: true })
    }
}

impl ForestParams {
    /// How many trees, 1–10,000; 200 unless told.
    pub fn trees(mut self, trees: usize) -> Self {
        self.0.trees = trees;
        self
    }

    /// How many features each split looks at; the square root of all unless told.
    pub fn max_features(mut self, features: usize) -> Self {
        self.0.max_features = Some(features);
        self
    }

    /// What all chance is drawn from. Equal seeds grow equal forests, on any number of threads.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// Whether trees grow on several threads; worth turning off where whole forests do.
    pub fn parallel(mut self, parallel: bool) -> Self {
        self.0.parallel = parallel;
        self
    }
}

impl ParamGuard for ForestParams {
    type Checked = ForestValidParams;
    type Error = ForestError;

    fn check_ref(&self) -> Result<&Self::Checked, ForestError> {
        if !(1..=10_000).contains(&self.0.trees) {
            return Err(ForestError::Trees(self.0.trees));
        }
        if self.0.max_features == Some(0) {
            return Err(ForestError::MaxFeatures);
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, ForestError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_trees_are_refused() {
        assert_eq!(ForestParams::default().trees(0).check().unwrap_err(), ForestError::Trees(0));
    }

    #[test]
    fn too_many_trees_are_refused() {
        assert_eq!(ForestParams::default().trees(10_001).check().unwrap_err(), ForestError::Trees(10_001));
    }

    #[test]
    fn splits_without_features_are_refused() {
        assert_eq!(ForestParams::default().max_features(0).check().unwrap_err(), ForestError::MaxFeatures);
    }
}

//! What is known of the covers of an evaluation, and what a forest gets to see of it.

use super::EvaluationError;
use super::gram::Gram;
use super::gram_pca::GramPca;
use gatefold_types::progress::Progress;
use ndarray::{Array2, Axis};

/// One entry per subject.
pub enum Records {
    /// Rows of bytes (64×64 RGB): principal components are fitted on the training side of each fold.
    Pixels(Vec<Vec<u8>>),
    /// Vectors that were made without looking at any other cover of the evaluation.
    Vectors {
        /// A name for each column; empty where columns mean nothing by themselves.
        names: Vec<String>,
        /// Subjects × numbers.
        rows: Array2<f32>,
    },
}

/// What the folds of some deals share.
pub(super) enum Prepared<'a> {
    /// Inner products of the subjects in `members` (ascending).
    Pixels { gram: Gram, members: Vec<usize>, components: usize },
    /// The vectors as they are.
    Vectors(&'a Array2<f32>),
}

/// What a forest is grown on, and what it is asked about: rows × numbers.
pub(super) struct Sides {
    pub train: Array2<f64>,
    pub test: Array2<f64>,
}

impl Records {
    /// Names of the columns that a forest sees.
    pub(super) fn columns(&self, components: usize) -> Vec<String> {
        match self {
            Self::Pixels(_) => (1..=components).map(|i| format!("component {i}")).collect(),
            Self::Vectors { names, rows } if names.is_empty() => {
                (1..=rows.ncols()).map(|i| format!("number {i}")).collect()
            }
            Self::Vectors { names, .. } => names.clone(),
        }
    }

    /// What the folds of deals about `members` (ascending) share.
    pub(super) fn prepare(
        &self,
        members: &[usize],
        components: usize,
        progress: &dyn Progress,
    ) -> Result<Prepared<'_>, EvaluationError> {
        Ok(match self {
            Self::Vectors { rows, .. } => Prepared::Vectors(rows),
            Self::Pixels(pixels) => {
                let rows: Vec<&[u8]> = members.iter().map(|&s| pixels[s].as_slice()).collect();
                progress.stage("comparing covers", Gram::tiles(rows.len()));
                let gram = Gram::of_pixels(&rows, progress)?;
                Prepared::Pixels { gram, members: members.to_vec(), components }
            }
        })
    }
}

impl Prepared<'_> {
    /// Both sides of a fold; whatever is fitted is fitted on `train`. `None` where all training covers are the same
    /// picture, so that there is nothing to learn.
    pub(super) fn sides(&self, train: &[usize], test: &[usize]) -> Option<Sides> {
        match self {
            Self::Vectors(rows) => {
                let of = |subjects: &[usize]| rows.select(Axis(0), subjects).mapv(f64::from);
                Some(Sides { train: of(train), test: of(test) })
            }
            Self::Pixels { gram, members, components } => {
                let at = |subjects: &[usize]| -> Vec<usize> {
                    subjects.iter().map(|s| members.partition_point(|member| member < s)).collect()
                };
                let pca = GramPca::fit(gram, &at(train), *components);
                (pca.scores().ncols() > 0)
                    .then(|| Sides { train: pca.scores().clone(), test: pca.project(gram, &at(test)) })
            }
        }
    }
}

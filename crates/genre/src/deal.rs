//! Covers dealt into folds, and everything that is asked of them. Questions that are asked of the same covers share
//! their folds, and so each fold's principal components.

use super::contest::{Answers, Contest};
use super::folds::folds;
use super::forest::{Forest, ForestParams};
use super::groups::groups;
use super::records::{Prepared, Sides};
use super::subject::Subject;
use super::{EvaluationError, seeds};
use gatefold_types::progress::Progress;
use gatefold_types::report::EvaluationSettings;
use linfa::Dataset;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Where a forest only checks (shuffled labels, sources), it has the usual number of trees divided by this: chance is
/// chance with few.
const FEW: u32 = 8;
/// Columns up to which a feature's importance is measured: each costs one more answer of the whole forest.
const MOST_COLUMNS: usize = 200;

/// Subjects with their folds, and what is asked of them.
pub(super) struct Deal {
    /// Numbers of subjects, ascending.
    pub members: Vec<usize>,
    /// For each repeat, each member's fold.
    pub folds: Vec<Vec<u32>>,
    /// What is asked.
    pub contests: Vec<Contest>,
    /// Whether it only checks another one: fewer trees, and no control of its own.
    pub check: bool,
}

impl Deal {
    /// Deals `members` into `count` folds, `repeats` times, evenly over `classes` with `names`.
    pub fn new(
        subjects: &[Subject],
        members: Vec<usize>,
        (classes, names): (&[u32], &[&str]),
        (count, repeats): (u32, u32),
        seed: u64,
        contests: Vec<Contest>,
    ) -> Result<Self, EvaluationError> {
        let own: Vec<&Subject> = members.iter().map(|&s| &subjects[s]).collect();
        let groups = groups(&own);
        let deal = |repeat: u32| {
            let seed = seeds::derive(seed, "folds", names, u64::from(repeat));
            folds(classes, &groups, count, seed, names)
        };
        let folds = (0..repeats).map(deal).collect::<Result<_, _>>()?;
        Ok(Self { members, folds, contests, check: false })
    }

    /// Folds of all repeats: what one task is.
    fn tasks(&self) -> Vec<(usize, u32)> {
        let folds = |repeat: usize| self.folds[repeat].iter().max().map_or(0, |&last| last + 1);
        (0..self.folds.len()).flat_map(|repeat| (0..folds(repeat)).map(move |fold| (repeat, fold))).collect()
    }

    /// What the forests of one fold say, one entry per contest.
    fn answer(
        &self,
        prepared: &Prepared<'_>,
        (repeat, fold): (usize, u32),
        settings: &EvaluationSettings,
    ) -> Result<Vec<Said>, EvaluationError> {
        let (test, train): (Vec<usize>, Vec<usize>) =
            (0..self.members.len()).partition(|&member| self.folds[repeat][member] == fold);
        let at = |members: &[usize]| -> Vec<usize> { members.iter().map(|&m| self.members[m]).collect() };
        let sides = prepared.sides(&at(&train), &at(&test));
        let number = (repeat as u64) << 32 | u64::from(fold);
        self.contests
            .iter()
            .map(|contest| {
                let kinds = contest.names.len();
                let Some(sides) = &sides else {
                    let even = Array2::from_elem((test.len(), kinds), 1.0 / kinds as f64);
                    return Ok(Said {
                        test: test.clone(),
                        told: even.clone(),
                        shuffled: even,
                        without: Vec::new(),
                    });
                };
                let names: Vec<&str> = contest.names.iter().map(|name| name.as_str()).collect();
                let seed = |purpose: &str| seeds::derive(settings.seed, purpose, &names, number);
                let grown =
                    |labels: &[u32], trees: u32, purpose: &str| -> Result<Forest<usize>, EvaluationError> {
                        let truth: Array1<usize> =
                            train.iter().map(|&member| labels[member] as usize).collect();
                        let params =
                            ForestParams::default().trees(trees as usize).seed(seed(purpose)).parallel(false);
                        Ok(params.fit(&Dataset::new(sides.train.clone(), truth))?)
                    };
                let few = (settings.trees / FEW).max(10).min(settings.trees);
                let trees = if self.check { few } else { settings.trees };
                let forest = grown(&contest.classes, trees, "forest")?;
                let told = spread(&forest, &sides.test, kinds);
                if self.check {
                    return Ok(Said {
                        test: test.clone(),
                        shuffled: told.clone(),
                        told,
                        without: Vec::new(),
                    });
                }
                let shuffled = grown(&contest.shuffled(settings.seed, repeat), few, "shuffled forest")?;
                let shuffled = spread(&shuffled, &sides.test, kinds);
                let without = match settings.importance && sides.test.ncols() <= MOST_COLUMNS {
                    true => without(&forest, sides, kinds, seed("importance")),
                    false => Vec::new(),
                };
                Ok(Said { test: test.clone(), told, shuffled, without })
            })
            .collect()
    }
}

/// What the forests of one fold said about its covers.
struct Said {
    /// Members.
    test: Vec<usize>,
    /// Members × classes.
    told: Array2<f64>,
    /// The same by a forest grown on shuffled labels.
    shuffled: Array2<f64>,
    /// The same with each column's values changed about among the members.
    without: Vec<Array2<f64>>,
}

/// Probabilities of all classes; those that the training side lacks have none.
fn spread(forest: &Forest<usize>, rows: &Array2<f64>, kinds: usize) -> Array2<f64> {
    let said = forest.probabilities(rows);
    let mut all = Array2::zeros((rows.nrows(), kinds));
    for (column, &class) in said.columns().into_iter().zip(forest.classes()) {
        all.column_mut(class).assign(&column);
    }
    all
}

/// Breiman 2001, “Random forests”: what the forest says when one column's values are dealt anew among the test rows.
fn without(forest: &Forest<usize>, sides: &Sides, kinds: usize, seed: u64) -> Vec<Array2<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut rows = sides.test.clone();
    (0..rows.ncols())
        .map(|column| {
            let kept = rows.column(column).to_owned();
            let mut mixed = kept.to_vec();
            mixed.shuffle(&mut rng);
            rows.column_mut(column).assign(&Array1::from(mixed));
            let said = spread(forest, &rows, kinds);
            rows.column_mut(column).assign(&kept);
            said
        })
        .collect()
}

/// Out-of-fold answers to every contest of `deals`, in their order.
pub(super) fn answers(
    deals: &[Deal],
    prepared: &Prepared<'_>,
    settings: &EvaluationSettings,
    progress: &dyn Progress,
) -> Result<Vec<Vec<Answers>>, EvaluationError> {
    let tasks: Vec<(usize, (usize, u32))> = deals
        .iter()
        .enumerate()
        .flat_map(|(number, deal)| deal.tasks().into_iter().map(move |task| (number, task)))
        .collect();
    let steps: usize = tasks.iter().map(|&(number, _)| deals[number].contests.len()).sum();
    progress.stage("telling genres apart", steps as u64);
    let said = tasks
        .par_iter()
        .map(|&(number, task)| {
            if progress.cancelled() {
                return Err(EvaluationError::Cancelled);
            }
            let said = deals[number].answer(prepared, task, settings)?;
            progress.advance(said.len() as u64);
            Ok((number, task, said))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut all: Vec<Vec<Answers>> = deals
        .iter()
        .map(|deal| {
            let blank =
                |contest: &Contest| Answers::new(deal.members.len(), contest.names.len(), &deal.folds);
            deal.contests.iter().map(blank).collect()
        })
        .collect();
    for (number, (repeat, _), said) in said {
        for (answers, said) in all[number].iter_mut().zip(said) {
            answers.take(repeat, &said.test, &said.told, &said.shuffled, &said.without);
        }
    }
    Ok(all)
}

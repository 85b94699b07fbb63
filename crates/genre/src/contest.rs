//! One question asked of a deal's covers, what was answered, and what that amounts to.

use super::measures::{auc_interval, average_precision, calibration};
use super::roc::{Roc, confusion, mean_and_sd};
use super::seeds;
use super::subject::Subject;
use gatefold_types::album::Genre;
use gatefold_types::report::{Importance, PairReport, PairScores, Score, TogetherReport};
use ndarray::Array2;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Ranges of a calibration curve.
const RANGES: usize = 10;
/// Features named in a report, the strongest first.
const STRONGEST: usize = 12;

/// Classes to tell apart.
pub(super) struct Contest {
    /// Of the classes; with two, the second is the positive one.
    pub names: Vec<String>,
    /// Of each member of the deal.
    pub classes: Vec<u32>,
}

impl Contest {
    /// The same classes, dealt among the members by chance.
    pub fn shuffled(&self, seed: u64, repeat: usize) -> Vec<u32> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let mut classes = self.classes.clone();
        let seed = seeds::derive(seed, "shuffled labels", &names, repeat as u64);
        classes.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        classes
    }
}

/// Out-of-fold answers to a contest.
pub(super) struct Answers {
    /// For each repeat: members × classes.
    told: Vec<Array2<f64>>,
    /// The same by forests grown on shuffled labels.
    shuffled: Vec<Array2<f64>>,
    /// For each repeat and column, the same with that column's values changed about.
    without: Vec<Vec<Array2<f64>>>,
    folds: Vec<Vec<u32>>,
}

impl Answers {
    /// Nothing answered yet.
    pub fn new(members: usize, kinds: usize, folds: &[Vec<u32>]) -> Self {
        let blank = || vec![Array2::zeros((members, kinds)); folds.len()];
        Self {
            told: blank(),
            shuffled: blank(),
            without: vec![Vec::new(); folds.len()],
            folds: folds.to_vec(),
        }
    }

    /// Takes what was said of `members` in one fold of `repeat`.
    pub fn take(
        &mut self,
        repeat: usize,
        members: &[usize],
        told: &Array2<f64>,
        shuffled: &Array2<f64>,
        without: &[Array2<f64>],
    ) {
        let put = |all: &mut Array2<f64>, some: &Array2<f64>| {
            for (&member, row) in members.iter().zip(some.rows()) {
                all.row_mut(member).assign(&row);
            }
        };
        put(&mut self.told[repeat], told);
        put(&mut self.shuffled[repeat], shuffled);
        if self.without[repeat].len() < without.len() {
            self.without[repeat] = vec![Array2::zeros(self.told[repeat].dim()); without.len()];
        }
        self.without[repeat].iter_mut().zip(without).for_each(|(all, some)| put(all, some));
    }

    /// Mean over repeats of each member's probabilities.
    fn pooled(&self, all: &[Array2<f64>]) -> Array2<f64> {
        let mut sum = Array2::zeros(all.first().map_or((0, 0), Array2::dim));
        all.iter().for_each(|one| sum += one);
        sum / all.len().max(1) as f64
    }

    /// Areas of every fold of every repeat for the positive class `class`; folds without both classes have none.
    fn areas<'a>(
        &self,
        all: impl Iterator<Item = &'a Array2<f64>>,
        classes: impl Fn(usize) -> Vec<u32>,
        class: u32,
    ) -> Vec<f64> {
        let mut areas = Vec::new();
        for (repeat, said) in all.enumerate() {
            let (truth, folds) = (classes(repeat), &self.folds[repeat]);
            for fold in 0..=folds.iter().max().copied().unwrap_or(0) {
                let scored: Vec<(f64, bool)> = (0..folds.len())
                    .filter(|&member| folds[member] == fold)
                    .map(|member| (said[[member, class as usize]], truth[member] == class))
                    .collect();
                areas.extend(Roc::of(&scored).map(|roc| roc.auc()));
            }
        }
        areas
    }

    /// What two classes amount to. `columns` are the features' names, `seed` the evaluation's.
    pub fn pair(&self, contest: &Contest, columns: &[String], seed: u64) -> Option<PairReport> {
        let [a, b] = &contest.names[..] else { return None };
        let truth = |_| contest.classes.clone();
        let (auc, auc_sd) = mean_and_sd(&self.areas(self.told.iter(), truth, 1));
        let by_chance = self.areas(self.shuffled.iter(), |repeat| contest.shuffled(seed, repeat), 1);
        let scored = self.scored(contest);
        let matrix = confusion(&scored);
        let n = scored.len().max(1) as f64;
        let n_b = contest.classes.iter().filter(|&&class| class == 1).count() as u32;
        Some(PairReport {
            a: Genre::new(a)?,
            b: Genre::new(b)?,
            n_a: scored.len() as u32 - n_b,
            n_b,
            auc,
            auc_sd,
            confusion: matrix,
            roc: Roc::of(&scored).map(|roc| roc.points()).unwrap_or_default(),
            auc_interval: auc_interval(&scored),
            pr_auc: average_precision(&scored).unwrap_or(0.0),
            accuracy: f64::from(matrix[0][0] + matrix[1][1]) / n,
            calibration: calibration(&scored, RANGES),
            shuffled_auc: (!by_chance.is_empty()).then(|| mean_and_sd(&by_chance).0),
            importance: self.importance(contest, columns, auc),
        })
    }

    /// Mean area of two classes over all folds.
    pub fn auc(&self, contest: &Contest) -> f64 {
        mean_and_sd(&self.areas(self.told.iter(), |_| contest.classes.clone(), 1)).0
    }

    fn scored(&self, contest: &Contest) -> Vec<(f64, bool)> {
        let pooled = self.pooled(&self.told);
        (0..contest.classes.len()).map(|m| (pooled[[m, 1]], contest.classes[m] == 1)).collect()
    }

    fn importance(&self, contest: &Contest, columns: &[String], auc: f64) -> Vec<Importance> {
        let measured = self.without.iter().map(Vec::len).min().unwrap_or(0);
        let mut all: Vec<Importance> = (0..measured)
            .map(|column| {
                let without = self.without.iter().map(|repeat| &repeat[column]);
                let areas = self.areas(without, |_| contest.classes.clone(), 1);
                let feature =
                    columns.get(column).cloned().unwrap_or_else(|| format!("number {}", column + 1));
                Importance { feature, auc_drop: auc - mean_and_sd(&areas).0 }
            })
            .collect();
        all.sort_by(|a, b| b.auc_drop.total_cmp(&a.auc_drop));
        all.truncate(STRONGEST);
        all
    }

    /// The members' scores, ascending.
    pub fn scores(&self, contest: &Contest, members: &[usize], subjects: &[Subject]) -> Option<PairScores> {
        let [a, b] = &contest.names[..] else { return None };
        let folds = self.folds.first()?;
        let mut scores: Vec<Score> = self
            .scored(contest)
            .into_iter()
            .zip(members)
            .zip(folds)
            .map(|(((score, positive), &subject), &fold)| Score {
                id: subjects[subject].id,
                positive,
                score,
                fold,
            })
            .collect();
        scores.sort_by(|x, y| x.score.total_cmp(&y.score).then(x.id.cmp(&y.id)));
        Some(PairScores { a: Genre::new(a)?, b: Genre::new(b)?, scores })
    }

    /// The members by what they are and what was said of them: one entry for each cell of [`TogetherReport::confusion`]
    /// that has any, its scores ascending.
    pub fn cells(&self, contest: &Contest, members: &[usize], subjects: &[Subject]) -> Vec<PairScores> {
        let told = self.pooled(&self.told);
        let mut cells: BTreeMap<(usize, usize), Vec<Score>> = BTreeMap::new();
        for (member, row) in told.rows().into_iter().enumerate() {
            let (truth, said) = (contest.classes[member] as usize, likeliest(row.as_slice().unwrap_or(&[])));
            let fold = self.folds.first().map_or(0, |folds| folds[member]);
            let id = subjects[members[member]].id;
            let score = Score { id, positive: truth == said, score: row[said], fold };
            cells.entry((truth, said)).or_default().push(score);
        }
        let named = |((truth, said), mut scores): ((usize, usize), Vec<Score>)| {
            scores.sort_by(|x, y| x.score.total_cmp(&y.score).then(x.id.cmp(&y.id)));
            let name = |class: usize| Genre::new(&contest.names[class]);
            Some(PairScores { a: name(truth)?, b: name(said)?, scores })
        };
        cells.into_iter().filter_map(named).collect()
    }

    /// What many classes amount to.
    pub fn together(&self, contest: &Contest, seed: u64) -> TogetherReport {
        let kinds = contest.names.len();
        let told = self.pooled(&self.told);
        let mut matrix = vec![vec![0_u32; kinds]; kinds];
        for (row, &class) in told.rows().into_iter().zip(&contest.classes) {
            matrix[class as usize][likeliest(row.as_slice().unwrap_or(&[]))] += 1;
        }
        let covers: Vec<u32> = matrix.iter().map(|row| row.iter().sum()).collect();
        let right = |class: usize| f64::from(matrix[class][class]);
        let shares = (0..kinds).map(|class| right(class) / f64::from(covers[class].max(1)));
        let n = f64::from(covers.iter().sum::<u32>().max(1));
        let mut by_chance = (0.0, 0.0);
        for (repeat, said) in self.shuffled.iter().enumerate() {
            for (row, class) in said.rows().into_iter().zip(contest.shuffled(seed, repeat)) {
                by_chance.0 += f64::from(likeliest(row.as_slice().unwrap_or(&[])) == class as usize);
                by_chance.1 += 1.0;
            }
        }
        let area = |class: usize| {
            mean_and_sd(&self.areas(self.told.iter(), |_| contest.classes.clone(), class as u32)).0
        };
        TogetherReport {
            genres: contest.names.iter().filter_map(|name| Genre::new(name)).collect(),
            accuracy: (0..kinds).map(right).sum::<f64>() / n,
            balanced_accuracy: shares.sum::<f64>() / kinds as f64,
            auc: (0..kinds).map(area).collect(),
            shuffled_accuracy: by_chance.0 / f64::max(by_chance.1, 1.0),
            confusion: matrix,
            covers,
        }
    }
}

/// The most probable class; of equals the first.
fn likeliest(row: &[f64]) -> usize {
    (0..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn contest(names: &[&str], classes: &[u32]) -> Contest {
        Contest { names: names.iter().map(|&name| name.to_owned()).collect(), classes: classes.to_vec() }
    }

    #[test]
    fn a_fold_is_measured_by_itself_and_repeats_are_averaged() {
        // Within each fold the positive scores higher; pooled, the folds' levels differ.
        let contest = contest(&["rock", "pop"], &[0, 1, 0, 1]);
        let mut answers = Answers::new(4, 2, &[vec![0, 0, 1, 1], vec![0, 1, 1, 0]]);
        let told = |p: [f64; 2]| array![[1.0 - p[0], p[0]], [1.0 - p[1], p[1]]];
        let none = || array![[0.5, 0.5], [0.5, 0.5]];
        answers.take(0, &[0, 1], &told([0.6, 0.7]), &none(), &[]);
        answers.take(0, &[2, 3], &told([0.1, 0.2]), &none(), &[]);
        answers.take(1, &[0, 3], &told([0.6, 0.2]), &none(), &[]);
        answers.take(1, &[1, 2], &told([0.7, 0.1]), &none(), &[]);
        let report = answers.pair(&contest, &[], 0).unwrap();
        // Three of the four folds are right, one (0.6 of rock above 0.2 of pop) is wrong.
        assert_eq!(report.auc, 0.75);
        assert_eq!(report.confusion, [[1, 1], [1, 1]]);
        assert_eq!((report.n_a, report.n_b), (2, 2));
    }

    #[test]
    fn many_classes_are_counted_where_they_belong() {
        let contest = contest(&["a", "b", "c"], &[0, 1, 2, 2]);
        let mut answers = Answers::new(4, 3, &[vec![0; 4]]);
        let told = array![[0.8, 0.1, 0.1], [0.5, 0.3, 0.2], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]];
        answers.take(0, &[0, 1, 2, 3], &told, &told, &[]);
        let report = answers.together(&contest, 0);
        assert_eq!(report.confusion, [[1, 0, 0], [1, 0, 0], [0, 0, 2]]);
        assert_eq!(report.covers, [1, 1, 2]);
        assert_eq!(report.accuracy, 0.75);
        assert!((report.balanced_accuracy - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(report.auc[2], 1.0);
        let subject = |id: u64| Subject {
            id: gatefold_types::album::AlbumId(id),
            genre: Genre::new("a").unwrap(),
            artist: None,
            cluster: 0,
            source: None,
            seen: false,
        };
        let cells =
            answers.cells(&contest, &[3, 2, 1, 0], &[subject(10), subject(11), subject(12), subject(13)]);
        let found: Vec<(&str, &str, Vec<u64>)> = cells
            .iter()
            .map(|cell| (cell.a.as_str(), cell.b.as_str(), cell.scores.iter().map(|s| s.id.0).collect()))
            .collect();
        assert_eq!(found, [("a", "a", vec![13]), ("b", "a", vec![12]), ("c", "c", vec![10, 11])]);
        assert!(!cells[1].scores[0].positive && cells[1].scores[0].score == 0.5);
    }

    #[test]
    fn shuffling_keeps_the_classes_sizes() {
        let contest = contest(&["a", "b"], &[0, 0, 0, 1, 1, 1, 1, 1]);
        let shuffled = contest.shuffled(1, 0);
        assert_ne!(shuffled, contest.classes);
        assert_eq!(shuffled.iter().sum::<u32>(), 5);
        assert_ne!(shuffled, contest.shuffled(1, 1));
    }
}

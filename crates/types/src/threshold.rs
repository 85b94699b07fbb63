//! What the scores of a pair say at a threshold: how many are told right, and which covers are not.

use crate::report::{PairScores, Score};

/// Counts of a pair: rows are the truth, columns what is said, the negative class first.
pub type Confusion = [[u32; 2]; 2];

impl PairScores {
    /// The matrix at a threshold. Positive is said above it, not at it, as in a report's own matrix at 0.5.
    pub fn confusion_at(&self, threshold: f64) -> Confusion {
        let mut counts = Confusion::default();
        for score in &self.scores {
            counts[usize::from(score.positive)][usize::from(score.score > threshold)] += 1;
        }
        counts
    }

    /// The covers of one cell of that matrix, the most wrong first: among those told wrong the surest, among those
    /// told right the least sure.
    pub fn cell(&self, truth: bool, said: bool, threshold: f64) -> Vec<Score> {
        let within = |score: &&Score| score.positive == truth && (score.score > threshold) == said;
        let mut found: Vec<Score> = self.scores.iter().filter(within).copied().collect();
        found.sort_by(|a, b| {
            let order = if truth { a.score.total_cmp(&b.score) } else { b.score.total_cmp(&a.score) };
            order.then(a.id.cmp(&b.id))
        });
        found
    }
}

/// (false positive rate, true positive rate) of a matrix; 0 for a class without covers.
pub fn rates(confusion: &Confusion) -> (f64, f64) {
    let share =
        |[not, yes]: [u32; 2]| if not + yes == 0 { 0.0 } else { f64::from(yes) / f64::from(not + yes) };
    (share(confusion[0]), share(confusion[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::album::{AlbumId, Genre};

    fn pair() -> PairScores {
        let scores = [(1, false, 0.1), (2, true, 0.4), (3, false, 0.5), (4, false, 0.7), (5, true, 0.9)];
        let score = |(id, positive, score)| Score { id: AlbumId(id), positive, score, fold: 0 };
        PairScores {
            a: Genre::new("rock").unwrap(),
            b: Genre::new("pop").unwrap(),
            scores: scores.map(score).to_vec(),
        }
    }

    fn ids(scores: &[Score]) -> Vec<u64> {
        scores.iter().map(|score| score.id.0).collect()
    }

    #[test]
    fn a_score_at_the_threshold_is_not_above_it() {
        assert_eq!(pair().confusion_at(0.5), [[2, 1], [1, 1]]);
        assert_eq!(pair().confusion_at(0.499), [[1, 2], [1, 1]]);
    }

    #[test]
    fn at_the_ends_everything_is_said_to_be_of_one_class() {
        assert_eq!(pair().confusion_at(1.0), [[3, 0], [2, 0]]);
        assert_eq!(pair().confusion_at(0.0), [[0, 3], [0, 2]]);
    }

    #[test]
    fn cells_hold_each_cover_once_and_the_most_wrong_first() {
        let pair = pair();
        assert_eq!(ids(&pair.cell(false, true, 0.3)), [4, 3]);
        assert_eq!(ids(&pair.cell(false, false, 0.5)), [3, 1]);
        assert_eq!(ids(&pair.cell(true, true, 0.3)), [2, 5]);
        let all: usize = [(false, false), (false, true), (true, false), (true, true)]
            .map(|(truth, said)| pair.cell(truth, said, 0.5).len())
            .iter()
            .sum();
        assert_eq!(all, pair.scores.len());
    }

    #[test]
    fn rates_are_shares_of_the_rows() {
        assert_eq!(rates(&[[3, 1], [1, 4]]), (0.25, 0.8));
        assert_eq!(rates(&[[0, 0], [1, 1]]), (0.0, 0.5));
    }
}

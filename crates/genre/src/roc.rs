//! ROC curves, the area under them, and confusion, counted exactly.
//!
//! Everything is whole numbers until the last division, so ties are ties and the area is the trapezoid's as
//! scikit-learn computes it.

/// One step of a curve: how many negatives and positives score at least so much.
type Step = (u64, u64);

/// Scores with their truth, as a curve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Roc {
    /// From (0, 0) to (negatives, positives), one step per different score.
    steps: Vec<Step>,
}

impl Roc {
    /// The curve of `scores` (higher means more surely positive) with the truth beside each. `None` unless there
    /// are positives and negatives and every score is a number.
    pub fn of(scored: &[(f64, bool)]) -> Option<Self> {
        if scored.iter().any(|(score, _)| score.is_nan()) {
            return None;
        }
        let mut sorted = scored.to_vec();
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut steps = vec![(0, 0)];
        let (mut negatives, mut positives) = (0, 0);
        for (i, &(score, truth)) in sorted.iter().enumerate() {
            if truth {
                positives += 1;
            } else {
                negatives += 1;
            }
            // Equal scores pass the threshold together.
            if sorted.get(i + 1).is_none_or(|next| next.0 != score) {
                steps.push((negatives, positives));
            }
        }
        (negatives > 0 && positives > 0).then_some(Self { steps })
    }

    /// Area under the curve, 0–1: the chance that a positive scores above a negative, ties counting half.
    pub fn auc(&self) -> f64 {
        let twice: u64 = self.steps.windows(2).map(|w| (w[1].0 - w[0].0) * (w[0].1 + w[1].1)).sum();
        let (negatives, positives) = self.end();
        twice as f64 / (2 * negatives * positives) as f64
    }

    /// (false positive rate, true positive rate) from (0, 0) to (1, 1), without the points that lie on the straight
    /// line between their neighbours.
    pub fn points(&self) -> Vec<(f64, f64)> {
        let mut corners: Vec<Step> = Vec::new();
        for &step in &self.steps {
            while let [.., a, b] = corners[..]
                && collinear(a, b, step)
            {
                corners.pop();
            }
            corners.push(step);
        }
        let (negatives, positives) = self.end();
        corners.iter().map(|&(x, y)| (x as f64 / negatives as f64, y as f64 / positives as f64)).collect()
    }

    fn end(&self) -> Step {
        self.steps.last().copied().unwrap_or_default()
    }
}

/// Whether `b` lies on the line from `a` to `c`; all three ascend.
fn collinear(a: Step, b: Step, c: Step) -> bool {
    (b.0 - a.0) * (c.1 - b.1) == (c.0 - b.0) * (b.1 - a.1)
}

/// Rows are the truth, columns the prediction, negatives first. Positive is predicted above 0.5: at 0.5 exactly
/// a forest's votes are even, and the first class wins as in scikit-learn.
pub fn confusion(scored: &[(f64, bool)]) -> [[u32; 2]; 2] {
    let mut counts = [[0; 2]; 2];
    for &(score, truth) in scored {
        counts[usize::from(truth)][usize::from(score > 0.5)] += 1;
    }
    counts
}

/// Mean, and standard deviation with n − 1 (0 for a single value).
pub fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (mean, if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_textbook_case_has_its_area() {
        // scikit-learn's own example: roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.75.
        let roc = Roc::of(&[(0.1, false), (0.4, false), (0.35, true), (0.8, true)]).unwrap();
        assert_eq!(roc.auc(), 0.75);
        assert_eq!(roc.points(), [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]);
    }

    #[test]
    fn ties_count_half() {
        let roc = Roc::of(&[(0.5, false), (0.5, true)]).unwrap();
        assert_eq!(roc.auc(), 0.5);
        assert_eq!(roc.points(), [(0.0, 0.0), (1.0, 1.0)]);
        // Pairs by hand: 0.9 beats both negatives, 0.5 ties with one and beats the other: (2 + 1.5) / 4.
        let roc = Roc::of(&[(0.9, true), (0.5, true), (0.5, false), (0.2, false)]).unwrap();
        assert_eq!(roc.auc(), 0.875);
    }

    #[test]
    fn a_perfect_and_a_reversed_score_are_one_and_nought() {
        assert_eq!(Roc::of(&[(0.9, true), (0.1, false)]).unwrap().auc(), 1.0);
        assert_eq!(Roc::of(&[(0.1, true), (0.9, false)]).unwrap().auc(), 0.0);
    }

    #[test]
    fn minus_zero_is_zero() {
        assert_eq!(Roc::of(&[(0.0, true), (-0.0, false)]).unwrap().auc(), 0.5);
    }

    #[test]
    fn one_class_or_no_number_has_no_curve() {
        assert_eq!(Roc::of(&[(0.3, true), (0.4, true)]), None);
        assert_eq!(Roc::of(&[]), None);
        assert_eq!(Roc::of(&[(f64::NAN, true), (0.4, false)]), None);
    }

    #[test]
    fn thinning_keeps_the_area() {
        // Many distinct scores, most of them within runs of one class.
        let scored: Vec<(f64, bool)> =
            (0..500_u64).map(|i| (i as f64 / 500.0, ((i * 2_654_435_761) >> 7) % 500 < i)).collect();
        let roc = Roc::of(&scored).unwrap();
        let points = roc.points();
        let area: f64 = points.windows(2).map(|w| (w[1].0 - w[0].0) * (w[0].1 + w[1].1) / 2.0).sum();
        assert!((area - roc.auc()).abs() < 1e-12);
        assert!(points.len() < roc.steps.len());
        assert_eq!((points[0], points[points.len() - 1]), ((0.0, 0.0), (1.0, 1.0)));
    }

    #[test]
    fn confusion_has_the_truth_in_rows() {
        let scored = [(0.9, true), (0.5, true), (0.2, false), (0.6, false), (0.7, false)];
        assert_eq!(confusion(&scored), [[1, 2], [1, 1]]);
    }

    #[test]
    fn spread_is_the_samples() {
        let (mean, sd) = mean_and_sd(&[1.0, 2.0, 3.0]);
        assert_eq!((mean, sd), (2.0, 1.0));
        assert_eq!(mean_and_sd(&[4.0]), (4.0, 0.0));
    }
}

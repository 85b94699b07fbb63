//! What scores with their truth amount to, beyond the ROC curve: an interval for its area, precision, calibration.

use gatefold_types::report::CalibrationBin;

/// Two-sided 95 % of the normal distribution.
const Z95: f64 = 1.959_963_984_540_054;

/// 95 % interval of the area under the ROC curve by DeLong's method, on the logit scale so that it stays within 0–1.
///
/// DeLong, DeLong and Clarke-Pearson 1988, “Comparing the areas under two or more correlated receiver operating
/// characteristic curves”; by mid-ranks as Sun and Xu 2014, “Fast implementation of DeLong's algorithm”. It takes the
/// scores as drawn independently; where albums of an artist are alike it is narrower than the truth.
///
/// `None` unless there are two positives and two negatives.
pub fn auc_interval(scored: &[(f64, bool)]) -> Option<(f64, f64)> {
    let of = |class: bool| -> Vec<f64> { scored.iter().filter(|s| s.1 == class).map(|s| s.0).collect() };
    let (positives, negatives) = (of(true), of(false));
    let (m, n) = (positives.len() as f64, negatives.len() as f64);
    if m < 2.0 || n < 2.0 {
        return None;
    }
    let all: Vec<f64> = positives.iter().chain(&negatives).copied().collect();
    let (of_all, of_positives, of_negatives) = (midranks(&all), midranks(&positives), midranks(&negatives));
    // Share of negatives below each positive, and of positives above each negative; ties count half.
    let above: Vec<f64> = of_positives.iter().zip(&of_all).map(|(own, rank)| (rank - own) / n).collect();
    let below: Vec<f64> = of_negatives
        .iter()
        .zip(&of_all[positives.len()..])
        .map(|(own, rank)| 1.0 - (rank - own) / m)
        .collect();
    let auc = above.iter().sum::<f64>() / m;
    let variance =
        |values: &[f64]| values.iter().map(|x| (x - auc).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0);
    let deviation = (variance(&above) / m + variance(&below) / n).sqrt();
    if auc <= 0.0 || auc >= 1.0 || deviation == 0.0 {
        return Some((auc, auc));
    }
    let logit = (auc / (1.0 - auc)).ln();
    let spread = Z95 * deviation / (auc * (1.0 - auc));
    let back = |x: f64| 1.0 / (1.0 + (-x).exp());
    Some((back(logit - spread), back(logit + spread)))
}

/// Each value's rank from 1, equal values sharing the mean of theirs.
fn midranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let mut to = from + 1;
        while to < order.len() && values[order[to]] == values[order[from]] {
            to += 1;
        }
        let shared = (from + to + 1) as f64 / 2.0;
        order[from..to].iter().for_each(|&i| ranks[i] = shared);
        from = to;
    }
    ranks
}

/// Average precision, the area under the precision-recall curve in steps, as scikit-learn sums it. The share of
/// positives is what chance would reach. `None` without positives.
pub fn average_precision(scored: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all = sorted.iter().filter(|s| s.1).count();
    if all == 0 {
        return None;
    }
    let (mut area, mut hits, mut counted) = (0.0, 0, 0);
    for (i, &(score, truth)) in sorted.iter().enumerate() {
        hits += usize::from(truth);
        // Equal scores pass the threshold together.
        if sorted.get(i + 1).is_none_or(|next| next.0 != score) {
            area += (hits - counted) as f64 / all as f64 * (hits as f64 / (i + 1) as f64);
            counted = hits;
        }
    }
    Some(area)
}

/// How often what is said with a probability is true, in `bins` equal ranges of it; empty ranges are left out.
pub fn calibration(scored: &[(f64, bool)], bins: usize) -> Vec<CalibrationBin> {
    let mut sums = vec![(0.0, 0_u32, 0_u32); bins];
    for &(score, truth) in scored {
        let bin = &mut sums[((score * bins as f64) as usize).min(bins - 1)];
        bin.0 += score;
        bin.1 += u32::from(truth);
        bin.2 += 1;
    }
    let filled = sums.into_iter().filter(|bin| bin.2 > 0);
    filled
        .map(|(said, true_ones, n)| CalibrationBin {
            said: said / f64::from(n),
            true_share: f64::from(true_ones) / f64::from(n),
            n,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::roc::Roc;
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }

    /// Scores of two normal-like clouds `apart` from each other.
    fn drawn(n: usize, apart: f64, seed: u64) -> Vec<(f64, bool)> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut bell = move || (0..12).map(|_| rng.r#gen::<f64>()).sum::<f64>() - 6.0;
        (0..n).map(|i| (bell() + if i % 2 == 0 { apart } else { 0.0 }, i % 2 == 0)).collect()
    }

    #[test]
    fn the_interval_holds_the_truth_nineteen_times_in_twenty() {
        // Two unit normals one apart have an area of Φ(1/√2) = 0.7602.
        let within = (0..400)
            .filter(|&seed| {
                let (low, high) = auc_interval(&drawn(120, 1.0, seed)).unwrap();
                (low..=high).contains(&0.7602)
            })
            .count();
        assert!((365..=395).contains(&within), "{within} of 400");
    }

    #[test]
    fn the_interval_is_around_the_area_and_narrows_with_more_scores() {
        let width = |n| {
            let scored = drawn(n, 1.0, 3);
            let (low, high) = auc_interval(&scored).unwrap();
            let auc = Roc::of(&scored).unwrap().auc();
            assert!(low < auc && auc < high);
            high - low
        };
        assert!(width(2_000) < width(100) / 3.0);
    }

    #[test]
    fn ties_share_their_rank() {
        assert_eq!(midranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
    }

    #[test]
    fn precision_is_scikit_learns() {
        // scikit-learn's own example: average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.83.
        let scored = [(0.1, false), (0.4, false), (0.35, true), (0.8, true)];
        close(average_precision(&scored).unwrap(), 5.0 / 6.0);
        // Ties pass together: one step from nothing to all, at the share of positives.
        close(average_precision(&[(0.5, true), (0.5, false)]).unwrap(), 0.5);
        assert_eq!(average_precision(&[(0.5, false)]), None);
    }

    #[test]
    fn calibration_counts_each_score_once() {
        let scored = [(0.05, false), (0.05, true), (0.95, true), (1.0, true), (0.5, false)];
        let bins = calibration(&scored, 10);
        assert_eq!(bins.iter().map(|bin| bin.n).collect::<Vec<_>>(), [2, 1, 2]);
        close(bins[0].true_share, 0.5);
        close(bins[2].said, 0.975);
    }
}

//! Stratified folds that keep groups whole.

use super::EvaluationError;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// A fold for each subject, `0..folds`: groups stay whole, every fold has its share of both classes, and the same
/// seed gives the same folds. Large groups are dealt first, each to the fold whose share of the group's classes is
/// then the most even; among equals chance decides.
///
/// `positive[i]` is the class of subject `i`, `groups[i]` its group, `names` the classes' names for the errors:
/// a class in fewer groups than there are folds, or groups that cannot be dealt so that every fold has both
/// classes.
pub fn folds(
    positive: &[bool],
    groups: &[u32],
    folds: u32,
    seed: u64,
    names: [&str; 2],
) -> Result<Vec<u32>, EvaluationError> {
    let count = groups.iter().max().map_or(0, |&last| last as usize + 1);
    let mut sizes = vec![[0_u32; 2]; count];
    for (&positive, &group) in positive.iter().zip(groups) {
        sizes[group as usize][usize::from(positive)] += 1;
    }
    for (class, name) in names.iter().enumerate() {
        let found = sizes.iter().filter(|size| size[class] > 0).count() as u32;
        if found < folds {
            return Err(EvaluationError::TooFewGroups { genre: (*name).to_owned(), groups: found, folds });
        }
    }
    let totals = [0, 1].map(|class| sizes.iter().map(|size| f64::from(size[class])).sum::<f64>());
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut rng);
    order.sort_by_key(|&group| std::cmp::Reverse(sizes[group][0] + sizes[group][1]));
    let mut preference: Vec<usize> = (0..folds as usize).collect();
    preference.shuffle(&mut rng);
    let mut dealt = vec![[0_u32; 2]; folds as usize];
    let mut fold_of = vec![0; count];
    for group in order {
        let size = sizes[group];
        // By how much the sum of squared shares grows: smallest where the group's classes are rarest.
        let unevenness = |fold: usize| -> f64 {
            (0..2)
                .map(|class| {
                    let (had, more) = (f64::from(dealt[fold][class]), f64::from(size[class]));
                    (2.0 * had * more + more * more) / (totals[class] * totals[class])
                })
                .sum()
        };
        let best = preference
            .iter()
            .copied()
            .min_by(|&a, &b| {
                let filled = |fold: usize| dealt[fold][0] + dealt[fold][1];
                unevenness(a).total_cmp(&unevenness(b)).then(filled(a).cmp(&filled(b)))
            })
            .unwrap_or(0);
        dealt[best][0] += size[0];
        dealt[best][1] += size[1];
        fold_of[group] = best as u32;
    }
    if dealt.iter().any(|fold| fold.contains(&0)) {
        return Err(EvaluationError::UnevenGroups { a: names[0].to_owned(), b: names[1].to_owned(), folds });
    }
    Ok(groups.iter().map(|&group| fold_of[group as usize]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["rock", "pop"];

    /// 300 of one class, 200 of the other; groups of 1, 3 and 20, some with both classes.
    fn crowd() -> (Vec<bool>, Vec<u32>) {
        let positive: Vec<bool> = (0..500).map(|i| i % 5 < 2).collect();
        let groups = (0..500)
            .map(|i| match i {
                0..100 => i / 20,
                100..220 => 5 + (i - 100) / 3,
                _ => 45 + i - 220,
            })
            .collect();
        (positive, groups)
    }

    #[test]
    fn no_group_is_on_two_sides() {
        let (positive, groups) = crowd();
        let folds = folds(&positive, &groups, 10, 1, NAMES).unwrap();
        for i in 0..500 {
            for j in 0..i {
                assert!(groups[i] != groups[j] || folds[i] == folds[j], "{i} and {j}");
            }
        }
    }

    #[test]
    fn every_fold_has_its_share_of_both_classes() {
        let (positive, groups) = crowd();
        let folds = folds(&positive, &groups, 10, 1, NAMES).unwrap();
        for fold in 0..10 {
            for (class, share) in [(false, 30), (true, 20)] {
                let n = (0..500).filter(|&i| folds[i] == fold && positive[i] == class).count();
                assert!(n.abs_diff(share) <= 3, "fold {fold} has {n} of class {class}");
            }
        }
    }

    #[test]
    fn a_seed_repeats_and_another_does_not() {
        let (positive, groups) = crowd();
        let deal = |seed| folds(&positive, &groups, 10, seed, NAMES).unwrap();
        assert_eq!(deal(1), deal(1));
        assert_ne!(deal(1), deal(2));
    }

    #[test]
    fn a_class_in_too_few_groups_is_said_so() {
        let positive: Vec<bool> = (0..40).map(|i| i >= 20).collect();
        let groups: Vec<u32> = (0..40).map(|i| if i < 20 { i % 3 } else { i }).collect();
        let error = folds(&positive, &groups, 10, 0, NAMES).unwrap_err();
        assert!(
            error.to_string().starts_with("rock has only 3 groups; 10 folds need at least 10"),
            "{error}"
        );
    }

    #[test]
    fn groups_that_fill_no_fold_with_both_are_said_so() {
        // Both classes are in two groups each, but in the same one almost wholly.
        let positive = [false, true, false, true, true];
        let groups = [0, 0, 1, 1, 1];
        assert!(folds(&positive, &groups, 2, 0, NAMES).is_ok());
        assert!(folds(&[false, true], &[0, 0], 2, 0, NAMES).is_err());
    }
}

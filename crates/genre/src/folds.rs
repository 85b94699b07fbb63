//! Stratified folds that keep groups whole.

use super::EvaluationError;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// A fold for each subject, `0..folds`: groups stay whole, every fold has its share of each class, and the same
/// seed gives the same folds. Large groups are dealt first, each to the fold whose share of the group's classes is
/// then the most even; among equals chance decides.
///
/// `classes[i]` is the class of subject `i`, `groups[i]` its group, `names` the classes' names for the errors:
/// a class in fewer groups than there are folds, or groups that cannot be dealt so that every fold has every
/// class.
pub fn folds(
    classes: &[u32],
    groups: &[u32],
    folds: u32,
    seed: u64,
    names: &[&str],
) -> Result<Vec<u32>, EvaluationError> {
    let count = groups.iter().max().map_or(0, |&last| last as usize + 1);
    let kinds = names.len();
    let mut sizes = vec![vec![0_u32; kinds]; count];
    for (&class, &group) in classes.iter().zip(groups) {
        sizes[group as usize][class as usize] += 1;
    }
    for (class, name) in names.iter().enumerate() {
        let found = sizes.iter().filter(|size| size[class] > 0).count() as u32;
        if found < folds {
            return Err(EvaluationError::TooFewGroups { genre: (*name).to_owned(), groups: found, folds });
        }
    }
    let totals: Vec<f64> =
        (0..kinds).map(|class| sizes.iter().map(|size| f64::from(size[class])).sum()).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut rng);
    order.sort_by_key(|&group| std::cmp::Reverse(sizes[group].iter().sum::<u32>()));
    let mut preference: Vec<usize> = (0..folds as usize).collect();
    preference.shuffle(&mut rng);
    let mut dealt = vec![vec![0_u32; kinds]; folds as usize];
    let mut fold_of = vec![0; count];
    for group in order {
        let size = &sizes[group];
        // By how much the sum of squared shares grows: smallest where the group's classes are rarest.
        let unevenness = |fold: usize| -> f64 {
            (0..kinds)
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
                let filled = |fold: usize| dealt[fold].iter().sum::<u32>();
                unevenness(a).total_cmp(&unevenness(b)).then(filled(a).cmp(&filled(b)))
            })
            .unwrap_or(0);
        dealt[best].iter_mut().zip(size).for_each(|(had, more)| *had += more);
        fold_of[group] = best as u32;
    }
    if dealt.iter().any(|fold| fold.contains(&0)) {
        return Err(EvaluationError::UnevenGroups { genres: names.join(" and "), folds });
    }
    Ok(groups.iter().map(|&group| fold_of[group as usize]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["rock", "pop"];

    /// 300 of one class, 200 of the other; groups of 1, 3 and 20, some with both classes.
    fn crowd() -> (Vec<u32>, Vec<u32>) {
        let classes: Vec<u32> = (0..500).map(|i| u32::from(i % 5 < 2)).collect();
        let groups = (0..500)
            .map(|i| match i {
                0..100 => i / 20,
                100..220 => 5 + (i - 100) / 3,
                _ => 45 + i - 220,
            })
            .collect();
        (classes, groups)
    }

    #[test]
    fn no_group_is_on_two_sides() {
        let (classes, groups) = crowd();
        let folds = folds(&classes, &groups, 10, 1, NAMES).unwrap();
        for i in 0..500 {
            for j in 0..i {
                assert!(groups[i] != groups[j] || folds[i] == folds[j], "{i} and {j}");
            }
        }
    }

    #[test]
    fn every_fold_has_its_share_of_both_classes() {
        let (classes, groups) = crowd();
        let folds = folds(&classes, &groups, 10, 1, NAMES).unwrap();
        for fold in 0..10 {
            for (class, share) in [(0, 30), (1, 20)] {
                let n = (0..500).filter(|&i| folds[i] == fold && classes[i] == class).count();
                assert!(n.abs_diff(share) <= 3, "fold {fold} has {n} of class {class}");
            }
        }
    }

    #[test]
    fn many_classes_have_their_share_too() {
        let classes: Vec<u32> = (0..600).map(|i| [0, 0, 0, 1, 1, 2][i % 6]).collect();
        let groups: Vec<u32> = (0..600).map(|i| i / 4).collect();
        let folds = folds(&classes, &groups, 5, 3, &["a", "b", "c"]).unwrap();
        for fold in 0..5 {
            for (class, share) in [(0, 60), (1, 40), (2, 20)] {
                let n = (0..600).filter(|&i| folds[i] == fold && classes[i] == class).count();
                assert!(n.abs_diff(share) <= 4, "fold {fold} has {n} of class {class}");
            }
        }
    }

    #[test]
    fn a_seed_repeats_and_another_does_not() {
        let (classes, groups) = crowd();
        let deal = |seed| folds(&classes, &groups, 10, seed, NAMES).unwrap();
        assert_eq!(deal(1), deal(1));
        assert_ne!(deal(1), deal(2));
    }

    #[test]
    fn a_class_in_too_few_groups_is_said_so() {
        let classes: Vec<u32> = (0..40).map(|i| u32::from(i >= 20)).collect();
        let groups: Vec<u32> = (0..40).map(|i| if i < 20 { i % 3 } else { i }).collect();
        let error = folds(&classes, &groups, 10, 0, NAMES).unwrap_err();
        assert!(
            error.to_string().starts_with("rock has only 3 groups; 10 folds need at least 10"),
            "{error}"
        );
    }

    #[test]
    fn groups_that_fill_no_fold_with_both_are_said_so() {
        // Both classes are in two groups each, but in the same one almost wholly.
        let classes = [0, 1, 0, 1, 1];
        let groups = [0, 0, 1, 1, 1];
        assert!(folds(&classes, &groups, 2, 0, NAMES).is_ok());
        assert!(folds(&[0, 1], &[0, 0], 2, 0, NAMES).is_err());
    }
}

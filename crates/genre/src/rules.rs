//! Sentences about genres: shallow trees on [`named`] features, each leaf put into words.
//!
//! One tree for each genre, that genre against all others: a tree over all genres at once would depend on chance,
//! because linfa adds up class frequencies in the order of a hash map. With two classes a sum is the same in both
//! orders, and weights that never tie leave nothing else to chance.
//!
//! A tree is fitted on one half of the covers, and what its leaves say is counted on the other half.

use gatefold_covers::features::named;
use gatefold_types::album::Genre;
use gatefold_types::report::Rule;
use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_trees::{DecisionTree, TreeNode};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Most conditions in a sentence.
const DEPTH: usize = 3;
/// Fewest covers of a leaf, and of a genre in each half.
const FEWEST: usize = 20;
/// Smallest share of all covers in a leaf.
const SMALLEST: f64 = 0.02;
/// Most covers that trees are fitted on: class weights then add up exactly in single precision.
const MOST_FITTED: usize = 5_700;
/// By how many standard errors a leaf's share must exceed the genre's share of all covers.
const BEYOND_CHANCE: f64 = 2.0;

/// What can be said of `genres` by `rows`: covers × [`named::DIMS`], one genre and one group for each cover. Covers of
/// one group are in the same half; equal arguments give equal rules.
///
/// A rule is a leaf of a genre's tree whose covers, counted on the half that the tree has not seen, are of that
/// genre more often than all covers are, beyond chance, and more so than of any other genre. Rules stand in the order
/// of that excess. None where no genre has 20 covers in each half. `share` and `covers` of a [`Rule`] are of the
/// half that counts.
///
/// # Panics
/// Where `rows` has another number of columns, or the arguments differ in length.
pub fn rules(rows: ArrayView2<'_, f32>, genres: &[Genre], groups: &[u32], seed: u64) -> Vec<Rule> {
    assert_eq!(rows.ncols(), named::DIMS, "rows of named features");
    assert!(rows.nrows() == genres.len() && genres.len() == groups.len(), "a genre and a group for each row");
    let mut kinds: Vec<&Genre> = genres.iter().collect();
    kinds.sort();
    kinds.dedup();
    let classes: Vec<usize> =
        genres.iter().map(|genre| kinds.partition_point(|kind| *kind < genre)).collect();
    let fitted = halve(&classes, kinds.len(), groups, seed);
    let (fit, count): (Vec<usize>, Vec<usize>) = (0..genres.len()).partition(|&row| fitted[row]);
    let held = Held::of(rows.view(), &classes, kinds.len(), &count);
    let rows = rows.select(Axis(0), &fit);
    let mut found: Vec<(f64, Rule)> = Vec::new();
    for (class, &genre) in kinds.iter().enumerate() {
        let of_class = fit.iter().filter(|&&row| classes[row] == class).count();
        if of_class.min(held.totals[class]).min(fit.len() - of_class) < FEWEST {
            continue;
        }
        let positive: Array1<bool> = fit.iter().map(|&row| classes[row] == class).collect();
        let mut leaves = Vec::new();
        collect(grow(&rows, &positive).root_node(), &[], &mut leaves);
        for leaf in leaves {
            if let Some((excess, share, covers)) = held.excess(&leaf, class) {
                let sentence = format!("{} → {genre} ({:.0} %)", in_words(&leaf), share * 100.0);
                found.push((excess, Rule { sentence, genre: genre.clone(), share, covers }));
            }
        }
    }
    found.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.sentence.cmp(&other.sentence)));
    found.into_iter().map(|(_, rule)| rule).collect()
}

/// Which covers a tree is fitted on: about half of each class, groups kept whole. Large groups are dealt first, each to
/// the half that has less of the group's classes.
fn halve(classes: &[usize], kinds: usize, groups: &[u32], seed: u64) -> Vec<bool> {
    let count = groups.iter().max().map_or(0, |&last| last as usize + 1);
    let mut members = vec![Vec::new(); count];
    let mut totals = vec![0_usize; kinds];
    for (row, &group) in groups.iter().enumerate() {
        members[group as usize].push(row);
        totals[classes[row]] += 1;
    }
    members.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    members.sort_by_key(|rows| std::cmp::Reverse(rows.len()));
    let mut dealt = [vec![0_usize; kinds], vec![0_usize; kinds]];
    let mut to_fit = vec![false; classes.len()];
    let mut room = MOST_FITTED;
    for rows in &members {
        let had = |half: usize| -> f64 {
            rows.iter().map(|&row| dealt[half][classes[row]] as f64 / totals[classes[row]] as f64).sum()
        };
        let fit = rows.len() <= room && had(0) <= had(1);
        for &row in rows {
            to_fit[row] = fit;
            dealt[usize::from(!fit)][classes[row]] += 1;
        }
        if fit {
            room -= rows.len();
        }
    }
    to_fit
}

/// Weights of a cover of the class and of one of the others, so that both classes weigh about the same. They are whole
/// numbers without a common divisor, and the second is greater than the number of covers of the class: no leaf weighs
/// the same on both sides, and a leaf's majority, by which linfa joins leaves, never is a tie.
fn weights(of_class: usize, others: usize) -> (f32, f32) {
    let own = others.max(1);
    let mut other = of_class + 1;
    while common_divisor(own, other) > 1 {
        other += 1;
    }
    (own as f32, other as f32)
}

fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

fn grow(rows: &Array2<f32>, positive: &Array1<bool>) -> DecisionTree<f32, bool> {
    let n = positive.len();
    let of_class = positive.iter().filter(|&&positive| positive).count();
    let (own, other) = weights(of_class, n - of_class);
    let fewest = FEWEST.max((SMALLEST * n as f64).ceil() as usize) as f32;
    let weights = positive.mapv(|positive| if positive { own } else { other });
    DecisionTree::params()
        .max_depth(Some(DEPTH))
        // A leaf is weighed, a node to split is counted, whatever linfa calls it.
        .min_weight_leaf(fewest * own.max(other))
        .min_weight_split(2.0 * fewest)
        .fit(&DatasetBase::new(rows.view(), positive.view()).with_weights(weights))
        .expect("linfa refuses no tree whose least decrease of impurity is its own default")
}

/// Values from a lower end up to, but not with, an upper one.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Condition {
    feature: usize,
    from: Option<f32>,
    to: Option<f32>,
}

impl Condition {
    fn holds(&self, row: ArrayView1<'_, f32>) -> bool {
        let value = row[self.feature];
        self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value < to)
    }
}

/// The conditions of each leaf, the tree's first first; conditions on one feature are one range.
fn collect(node: &TreeNode<f32, bool>, path: &[Condition], leaves: &mut Vec<Vec<Condition>>) {
    if node.is_leaf() {
        leaves.push(path.to_vec());
        return;
    }
    let (feature, value, _) = node.split();
    let value = named::ALL[feature].rounded(value);
    for (above, child) in node.children().into_iter().enumerate() {
        if let Some(child) = child {
            let mut longer = path.to_vec();
            narrow(&mut longer, feature, value, above == 1);
            collect(child, &longer, leaves);
        }
    }
}

fn narrow(path: &mut Vec<Condition>, feature: usize, value: f32, above: bool) {
    let place = path.iter().position(|condition| condition.feature == feature).unwrap_or_else(|| {
        path.push(Condition { feature, from: None, to: None });
        path.len() - 1
    });
    let end = if above { &mut path[place].from } else { &mut path[place].to };
    // Splits lower in the tree are narrower.
    *end = Some(value);
}

/// “darker than 0.30, saturation below 0.10 and fewer than 5 colours”.
fn in_words(conditions: &[Condition]) -> String {
    let said: Vec<String> =
        conditions.iter().map(|c| named::ALL[c.feature].condition(c.from, c.to)).collect();
    match said.split_last() {
        None => "any cover".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// The half that no tree has seen.
struct Held<'a> {
    rows: ArrayView2<'a, f32>,
    classes: &'a [usize],
    members: &'a [usize],
    /// Covers of each class.
    totals: Vec<usize>,
}

impl<'a> Held<'a> {
    fn of(rows: ArrayView2<'a, f32>, classes: &'a [usize], kinds: usize, members: &'a [usize]) -> Self {
        let mut totals = vec![0; kinds];
        members.iter().for_each(|&row| totals[classes[row]] += 1);
        Self { rows, classes, members, totals }
    }

    /// By how much the class's share of a leaf exceeds its share of all covers, then that share and the number of
    /// covers. `None` where that may be chance, or speaks more for another class.
    fn excess(&self, leaf: &[Condition], class: usize) -> Option<(f64, f64, u32)> {
        let mut counts = vec![0_usize; self.totals.len()];
        for &row in self.members {
            if leaf.iter().all(|condition| condition.holds(self.rows.row(row))) {
                counts[self.classes[row]] += 1;
            }
        }
        let covers: usize = counts.iter().sum();
        let all = self.members.len() as f64;
        if covers < FEWEST || (covers as f64) < SMALLEST * all {
            return None;
        }
        let base = |class: usize| self.totals[class] as f64 / all;
        let share = |class: usize| counts[class] as f64 / covers as f64;
        let excess = |class: usize| share(class) - base(class);
        let error = (base(class) * (1.0 - base(class)) / covers as f64).sqrt();
        let leads = (0..counts.len()).all(|other| excess(other) <= excess(class));
        (leads && excess(class) > BEYOND_CHANCE * error).then(|| (excess(class), share(class), covers as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    const LIGHTNESS: usize = 0;
    const SATURATION: usize = 2;

    fn genre(name: &str) -> Genre {
        Genre::new(name).unwrap()
    }

    fn noise(covers: usize, seed: u64) -> Array2<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        Array2::from_shape_simple_fn((covers, named::DIMS), || rng.r#gen())
    }

    /// Metal is dark and hardly coloured four times of five; pop is the rest.
    fn crowd(covers: usize) -> (Array2<f32>, Vec<Genre>, Vec<u32>) {
        let rows = noise(covers, 1);
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let genres = rows
            .rows()
            .into_iter()
            .map(|row| {
                let dark = row[LIGHTNESS] < 0.4 && row[SATURATION] < 0.5;
                genre(if dark && rng.gen_bool(0.8) { "metal" } else { ["pop", "rock"][rng.gen_range(0..2)] })
            })
            .collect();
        (rows, genres, (0..covers as u32).collect())
    }

    #[test]
    fn what_makes_a_genre_is_said_with_its_share() {
        let (rows, genres, groups) = crowd(2000);
        let first = &rules(rows.view(), &genres, &groups, 0)[0];
        assert_eq!(first.genre, genre("metal"));
        assert!((first.share - 0.8).abs() < 0.08, "{first:?}");
        let said = &first.sentence;
        assert!(said.contains("darker than 0.4") || said.contains("darker than 0.39"), "{said}");
        assert!(said.contains("saturation below 0."), "{said}");
        assert!(said.ends_with(&format!("→ metal ({:.0} %)", first.share * 100.0)), "{said}");
    }

    #[test]
    fn equal_arguments_give_equal_rules() {
        let (rows, genres, groups) = crowd(600);
        let once = rules(rows.view(), &genres, &groups, 5);
        assert!(!once.is_empty());
        for _ in 0..10 {
            assert_eq!(rules(rows.view(), &genres, &groups, 5), once);
        }
    }

    #[test]
    fn noise_makes_hardly_a_rule() {
        let mut found = 0;
        for seed in 0..10 {
            let rows = noise(600, seed);
            let genres: Vec<Genre> = (0..600).map(|i| genre(["pop", "rock", "metal"][i % 3])).collect();
            let groups: Vec<u32> = (0..600).collect();
            found += rules(rows.view(), &genres, &groups, seed).len();
        }
        assert!(found <= 10, "{found} rules in ten catalogues of noise");
    }

    #[test]
    fn groups_stay_in_one_half_and_halves_are_even() {
        let classes: Vec<usize> = (0..900).map(|i| i % 3).collect();
        let groups: Vec<u32> = (0..900).map(|i| if i < 300 { i / 30 } else { i - 290 }).collect();
        let fitted = halve(&classes, 3, &groups, 3);
        for i in 0..900 {
            for j in 0..i {
                assert!(groups[i] != groups[j] || fitted[i] == fitted[j], "{i} and {j}");
            }
        }
        for class in 0..3 {
            let half = (0..900).filter(|&i| classes[i] == class && fitted[i]).count();
            assert!(half.abs_diff(150) <= 5, "{half} of class {class}");
        }
    }

    #[test]
    fn no_leaf_weighs_the_same_on_both_sides() {
        for (of_class, others) in [(1, 1), (20, 20), (37, 111), (100, 500), (333, 1667)] {
            let (own, other) = weights(of_class, others);
            for a in 1..=of_class {
                assert!(a as u64 * own as u64 % other as u64 != 0, "{a} of {of_class}, {others} others");
            }
            assert!(of_class as f32 * own + others as f32 * other < 2_f32.powi(24));
        }
    }

    #[test]
    fn conditions_on_one_feature_are_one_range() {
        let mut path = Vec::new();
        narrow(&mut path, LIGHTNESS, 0.6, false);
        narrow(&mut path, SATURATION, 0.2, false);
        narrow(&mut path, LIGHTNESS, 0.3, true);
        assert_eq!(in_words(&path), "lightness of 0.30 to 0.60 and saturation below 0.20");
    }

    #[test]
    fn too_few_covers_make_no_rule() {
        let (rows, genres, groups) = crowd(50);
        assert!(rules(rows.view(), &genres, &groups, 0).is_empty());
        assert!(rules(Array2::zeros((0, named::DIMS)).view(), &[], &[], 0).is_empty());
    }
}

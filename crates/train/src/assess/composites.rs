//! Assessment of averages of five covers.

use super::{AssessError, Looking, Subjects, blended, distance, made, order};
use crate::metrics::Embeddings;
use crate::metrics::kid::kid;
use gatefold_types::recipe::{Kind, Line};
use gatefold_types::report::ParentRank;
use image::RgbImage;
use rand::seq::index::sample;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Parents of a composite.
pub(super) const PARENTS: usize = 5;
/// Seed of the sets; fixed, so that figures compare.
const SEED: u64 = 0x63_6f6d;

/// What was found.
pub(super) struct Composites {
    pub kid: f64,
    pub pixel_kid: f64,
    pub code_kid: Option<f64>,
    pub rank: ParentRank,
    pub replace_one: f64,
    pub random_rank: f64,
}

/// Five parents, which of them is replaced, and by what.
struct Set {
    parents: Vec<usize>,
    replaced: usize,
    by: usize,
}

fn sets(covers: usize, count: usize) -> Vec<Set> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let set = |_| {
        let mut chosen = sample(&mut rng, covers, PARENTS + 1).into_vec();
        let by = chosen.pop().unwrap_or_default();
        Set { replaced: rng.gen_range(0..PARENTS), by, parents: chosen }
    };
    (0..count).map(set).collect()
}

pub(super) fn measure(
    subjects: &Subjects<'_>,
    covers: &[RgbImage],
    real: &Embeddings,
    count: usize,
    looking: &Looking<'_>,
) -> Result<Composites, AssessError> {
    let sets = sets(covers.len(), count);
    let pictures = |parents: &[usize]| parents.iter().map(|&i| covers[i].clone()).collect::<Vec<_>>();
    let models = 2 + u64::from(subjects.autoencoder.is_some());
    looking.progress.stage("Making composites", models * sets.len() as u64);
    let average = |model, line, parents: &dyn Fn(&Set) -> Vec<usize>| {
        let order = |set: &Set| {
            let mut order = order(Kind::Average, pictures(&parents(set)), 0);
            order.recipe.line = line;
            order
        };
        let made = made(model, sets.iter().map(order).collect(), looking.progress)?;
        Ok::<Vec<RgbImage>, AssessError>(made.into_iter().flatten().collect())
    };
    let composites = average(subjects.model, Line::Exposed, &|set| set.parents.clone())?;
    let replaced = average(subjects.model, Line::Exposed, &|set| {
        let mut parents = set.parents.clone();
        parents[set.replaced] = set.by;
        parents
    })?;
    let latents = match subjects.autoencoder {
        // By its latents, drawn out to the parents' length: less grey than their bare mean.
        Some(model) => Some(average(model, Line::Straight, &|set| set.parents.clone())?),
        None => None,
    };
    let blends: Vec<RgbImage> = sets
        .iter()
        .map(|set| blended(&set.parents.iter().map(|&i| (&covers[i], 1.0)).collect::<Vec<_>>()))
        .collect();

    looking.progress.stage("Looking at composites", (models + 1) * sets.len() as u64);
    let own = looking.at(&composites)?;
    let other = looking.at(&replaced)?;
    let pixel = looking.at(&blends)?;
    let code_kid =
        latents.map(|latents| Ok::<_, AssessError>(kid(real, &looking.at(&latents)?)?.value)).transpose()?;
    let (median, worst) = ranks(&own, real, &sets);
    let (pixel_median, pixel_worst) = ranks(&pixel, real, &sets);
    let changes = (0..sets.len()).map(|i| distance(own.row(i), other.row(i)));
    let unrelated = (0..sets.len()).map(|i| distance(own.row(i), own.row((i + 1) % sets.len())));
    Ok(Composites {
        kid: kid(real, &own)?.value,
        pixel_kid: kid(real, &pixel)?.value,
        code_kid,
        rank: ParentRank { median, worst, pixel_median, pixel_worst },
        replace_one: changes.sum::<f64>() / unrelated.sum::<f64>().max(f64::MIN_POSITIVE),
        random_rank: random_rank(real, &sets),
    })
}

/// Means, over sets, of the median parent's and of the worst parent's rank: the share of all covers that are nearer to
/// the composite than that parent.
fn ranks(made: &Embeddings, real: &Embeddings, sets: &[Set]) -> (f64, f64) {
    let distances = made.squared_distances(real);
    let (mut medians, mut worsts) = (0.0, 0.0);
    for (row, set) in distances.chunks_exact(real.len()).zip(sets) {
        let rank =
            |&parent: &usize| row.iter().filter(|&&d| d < row[parent]).count() as f64 / real.len() as f64;
        let mut all: Vec<f64> = set.parents.iter().map(rank).collect();
        all.sort_by(f64::total_cmp);
        medians += all[all.len() / 2];
        worsts += all[all.len() - 1];
    }
    let n = sets.len().max(1) as f64;
    (medians / n, worsts / n)
}

/// The median parent's rank seen from a cover that has nothing to do with the set, for comparison.
fn random_rank(real: &Embeddings, sets: &[Set]) -> f64 {
    let strangers: Vec<usize> = sets.iter().map(|set| set.by).collect();
    ranks(&real.select(&strangers), real, sets).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Embeddings {
        Embeddings { dims: 1, values: (0..10).map(|i| i as f32).collect() }
    }

    #[test]
    fn ranks_are_shares_of_covers_that_are_nearer() {
        let set = Set { parents: vec![0, 2, 3, 4, 9], replaced: 0, by: 5 };
        let made = Embeddings { dims: 1, values: vec![2.1] };
        // From 2.1: cover 2 is nearest, then 3, 1, 4 and 0, …, 9 last.
        let (median, worst) = ranks(&made, &line(), std::slice::from_ref(&set));
        assert!((median - 0.3).abs() < 1e-9 && (worst - 0.9).abs() < 1e-9, "{median} {worst}");
    }

    #[test]
    fn sets_are_always_the_same_and_their_parents_differ() {
        let (a, b) = (sets(30, 20), sets(30, 20));
        for (a, b) in a.iter().zip(&b) {
            assert_eq!((&a.parents, a.replaced, a.by), (&b.parents, b.replaced, b.by));
            let mut all = [a.parents.clone(), vec![a.by]].concat();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), PARENTS + 1);
        }
    }
}

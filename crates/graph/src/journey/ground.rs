//! The map as one journey sees it: which albums may be stops, and what a step costs.

use super::super::adjacency::Adjacency;
use super::Rules;
use rayon::prelude::*;
use std::collections::HashMap;

/// The cost of a typical step. Costs are whole numbers, so that sums are exact and do not depend on their order.
pub(super) const TYPICAL: u64 = 1 << 20;
/// Typical lengths beyond which a step costs no more.
const LONGEST: f64 = 10.0;
/// Least length that can be typical, where nearly all lines join the same pictures.
const SHORTEST: f64 = 1e-3;

/// Highest sum of tolls: a hundred thousand stops of it can be added up.
const MOST_TOLL: u64 = 100_000_000 * TYPICAL;

pub(super) struct Ground<'a> {
    pub(super) adjacency: &'a Adjacency,
    pub(super) from: u32,
    pub(super) to: u32,
    /// What each arc costs.
    pub(super) cost: Vec<u64>,
    /// What must not come twice on the way: the first album by the same artist, or the album itself if that is unknown.
    pub(super) key: Vec<u32>,
    /// Albums that may be inner stops.
    pub(super) open: Vec<bool>,
    /// What is paid besides for coming to each album.
    pub(super) toll: Vec<u64>,
    /// Whether one may go from the first album to the last in one step.
    pub(super) direct: bool,
    /// Fewest steps from each album to the last, through open albums.
    pub(super) steps_left: Vec<u32>,
}

impl<'a> Ground<'a> {
    /// The ends must be albums.
    pub(super) fn new(adjacency: &'a Adjacency, from: u32, to: u32, rules: &Rules<'_>) -> Self {
        let n = adjacency.len();
        let key = keys(n, rules.artist);
        let ends = [key[from as usize], key[to as usize]];
        // The ends' keys keep the ends themselves from being inner stops too.
        let open: Vec<bool> = (0..n)
            .map(|album| !ends.contains(&key[album]) && !rules.avoid.get(album).is_some_and(|&avoid| avoid))
            .collect();
        let steps_left = adjacency.hops(to, |album| album == from || open[album as usize]);
        Self {
            adjacency,
            from,
            to,
            cost: costs(&adjacency.similarity),
            key,
            open,
            toll: vec![0; n],
            direct: true,
            steps_left,
        }
    }

    /// Fewest steps between the ends, whoever repeats; `None` if no steps lead there.
    pub(super) fn fewest_steps(&self) -> Option<u32> {
        let steps = self.steps_left[self.from as usize];
        (steps != u32::MAX).then_some(steps)
    }

    /// Makes the stops of former ways cost their toll, and forbids the way that has no stops.
    pub(super) fn charge<'w>(&mut self, ways: impl Iterator<Item = (&'w Vec<u32>, u64)>) {
        self.toll.fill(0);
        for (way, toll) in ways {
            for &album in &way[1..way.len() - 1] {
                let sum = &mut self.toll[album as usize];
                *sum = (*sum + toll).min(MOST_TOLL);
            }
            self.direct &= way.len() > 2;
        }
    }

    /// Whether one may step from `a` to its neighbour `b`.
    pub(super) fn may_step(&self, a: u32, b: u32) -> bool {
        if b == self.to { a != self.from || self.direct } else { self.open[b as usize] }
    }

    /// What a step along this arc costs, the toll where it leads to included.
    pub(super) fn price(&self, arc: usize) -> u64 {
        self.cost[arc] + self.toll[self.adjacency.to[arc] as usize]
    }

    /// What a whole way costs, tolls included.
    pub(super) fn total(&self, way: &[u32]) -> u64 {
        way.windows(2)
            .filter_map(|step| self.adjacency.arc(step[0], step[1]))
            .map(|arc| self.price(arc))
            .sum()
    }
}

fn keys(albums: usize, artist: &[Option<u32>]) -> Vec<u32> {
    let mut first = HashMap::new();
    (0..albums as u32)
        .map(|album| match artist.get(album as usize) {
            Some(&Some(artist)) => *first.entry(artist).or_insert(album),
            _ => album,
        })
        .collect()
}

/// The cost of a step for each similarity; see [`super::journeys`].
fn costs(similarity: &[f32]) -> Vec<u64> {
    let mut sorted = similarity.to_vec();
    if sorted.is_empty() {
        return Vec::new();
    }
    let middle = sorted.len() / 2;
    let (_, &mut median, _) = sorted.select_nth_unstable_by(middle, f32::total_cmp);
    let typical = (-f64::from(median).ln()).max(SHORTEST);
    let cost = |&s: &f32| {
        let length = (-f64::from(s).ln() / typical).min(LONGEST);
        (TYPICAL as f64 * (0.5 + 0.5 * length * length)).round() as u64
    };
    similarity.par_iter().map(cost).collect()
}

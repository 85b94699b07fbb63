//! Neighbourhoods of the map: communities of albums that are more alike among themselves than to the rest.

mod leiden;

use super::adjacency::Adjacency;
use leiden::{Network, compact};
use petgraph::graph::UnGraph;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Most runs, each of which begins with what the one before it found.
const RUNS: usize = 10;
/// Gain in modularity below which another run is not worth its time.
const ENOUGH: f64 = 1e-5;

/// A community for each album, numbered from 0 by size, largest first; of equally large ones that with the lowest
/// album first.
///
/// Found by the Leiden algorithm (Traag, Waltman and van Eck, “From Louvain to Leiden: guaranteeing well-connected
/// communities”, 2019) with similarity as weight, which makes modularity large; see [`modularity`]. It is run again on
/// its own result as long as that gains. Every community hangs together: lines within it lead from each of its albums
/// to each other. An album without neighbours is a community of its own.
///
/// `resolution` is 1 for modularity as it is usual; greater for more and smaller communities, less for fewer and larger
/// ones, down to 0 for one community per part of the graph. A resolution below 0, or that is no number, counts as 0.
/// The same seed gives the same communities, whatever the order in which lines were added.
pub fn communities(graph: &UnGraph<(), f32, u32>, resolution: f64, seed: u64) -> Vec<u32> {
    let adjacency = Adjacency::new(graph);
    let network = Network::new(&adjacency);
    let resolution = resolution.max(0.0);
    let mut community: Vec<u32> = (0..adjacency.len() as u32).collect();
    if let Some(scale) = network.scale(resolution) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut before = f64::NEG_INFINITY;
        for _ in 0..RUNS {
            network.improve(&mut community, scale, &mut rng);
            let after = quality(&adjacency, &community, resolution);
            if after < before + ENOUGH {
                break;
            }
            before = after;
        }
    }
    by_size(&parts(&adjacency, &community))
}

/// Modularity (Newman and Girvan, “Finding and evaluating community structure in networks”, 2004; with weights: Newman,
/// “Analysis of weighted networks”, 2004; with a resolution γ: Reichardt and Bornholdt, “Statistical mechanics of
/// community detection”, 2006): the share of all similarity that lies within communities, less γ times what would be
/// there if lines were drawn by chance between albums that keep the sum of theirs. For γ = 1 it is 0 when all is one
/// community, and below 1 always. 0 for a graph without lines.
///
/// `community` has a label for each album, any number; albums beyond its end are communities of their own.
pub fn modularity(graph: &UnGraph<(), f32, u32>, community: &[u32], resolution: f64) -> f64 {
    quality(&Adjacency::new(graph), community, resolution)
}

fn quality(adjacency: &Adjacency, community: &[u32], resolution: f64) -> f64 {
    let label = |a: u32| match community.get(a as usize) {
        Some(&label) => u64::from(label),
        None => u64::from(u32::MAX) + 1 + u64::from(a),
    };
    // Within, and all, of each community; both directions of a line.
    let mut sums: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
    for a in 0..adjacency.len() as u32 {
        let (mut within, mut all) = (0.0, 0.0);
        for (b, similarity) in adjacency.of(a) {
            all += f64::from(similarity);
            if label(a) == label(b) {
                within += f64::from(similarity);
            }
        }
        let sum = sums.entry(label(a)).or_default();
        *sum = (sum.0 + within, sum.1 + all);
    }
    let twice: f64 = sums.values().map(|&(_, all)| all).sum();
    if twice == 0.0 {
        return 0.0;
    }
    sums.values().map(|&(within, all)| within / twice - resolution * (all / twice).powi(2)).sum()
}

/// Divides communities whose lines do not join all of their albums, which only ever makes modularity larger. The last
/// step of a run leaves such a community very rarely.
fn parts(adjacency: &Adjacency, community: &[u32]) -> Vec<u32> {
    let mut part = vec![u32::MAX; community.len()];
    let mut open = Vec::new();
    for first in 0..community.len() as u32 {
        if part[first as usize] != u32::MAX {
            continue;
        }
        part[first as usize] = first;
        open.push(first);
        while let Some(a) = open.pop() {
            for &b in adjacency.neighbours(a) {
                if part[b as usize] == u32::MAX && community[b as usize] == community[a as usize] {
                    part[b as usize] = first;
                    open.push(b);
                }
            }
        }
    }
    part
}

/// The same communities, numbered by size.
fn by_size(community: &[u32]) -> Vec<u32> {
    // In order of first appearance, so that a lower number means a lower first album.
    let mut labels = community.to_vec();
    let count = compact(&mut labels);
    let mut size = vec![0usize; count];
    for &label in &labels {
        size[label as usize] += 1;
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&label| Reverse(size[label]));
    let mut rank = vec![0; count];
    for (place, label) in order.into_iter().enumerate() {
        rank[label] = place as u32;
    }
    labels.into_iter().map(|label| rank[label as usize]).collect()
}

#[cfg(test)]
mod tests;

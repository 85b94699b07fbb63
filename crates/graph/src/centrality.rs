//! How central an album is: how often a wanderer comes by (PageRank), and how many ways between others lead through
//! it (betweenness).

use super::adjacency::Adjacency;
use super::restart;
use petgraph::graph::UnGraph;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What each step adds to the length of a way, besides −ln(similarity): as much as a similarity of 0.95 would.
///
/// Without it a step between two prints of one cover would have no length. Ways could then wind through
/// near-duplicates for nothing, and how many shortest ways there are would no longer be a number: Brandes counts them
/// along ways that grow with each step.
const STEP: f64 = 0.05;
/// Lengths are counted in this part of one unit, as whole numbers: two ways are exactly as long as each other, or
/// are not, in whatever order their steps are added up.
const UNIT: f64 = (1u64 << 20) as f64;
/// Parts into which the sources are divided. Each is summed by itself and the parts in their order, so that the sums
/// do not depend on the number of threads.
const PARTS: usize = 16;
/// Sum of all errors of a PageRank.
const ERROR: f64 = 1e-9;

/// PageRank (Brin and Page, “The anatomy of a large-scale hypertextual web search engine”, 1998): the share of their
/// time, 0–1, that wanderers spend at each album who go to a neighbour with probability `damping` (0–0.999, usually
/// 0.85), the likelier the more alike it is, and else begin again at any album. Shares sum to 1. An album without
/// neighbours has 1/n. Errors sum to less than 10⁻⁹ before rounding to 32 bits.
pub fn pagerank(graph: &UnGraph<(), f32, u32>, damping: f32) -> Vec<f32> {
    let n = graph.node_count();
    let begin = vec![[1.0 / n.max(1) as f64]; n];
    let met = restart::settle(&Adjacency::new(graph), &begin, restart::damping(damping), ERROR);
    met.into_iter().map(|[share]| share as f32).collect()
}

/// How much of all going from album to album passes where, if everyone takes the shortest way.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Traffic {
    /// For each album the share, 0–1, of the pairs of other albums whose shortest way leads through it.
    pub albums: Vec<f32>,
    /// For each line, numbered as in the graph, the share of all pairs of albums whose shortest way runs along it.
    pub lines: Vec<f32>,
}

/// Betweenness: [`traffic`] through albums alone.
pub fn betweenness(graph: &UnGraph<(), f32, u32>, sources: usize, seed: u64) -> Vec<f32> {
    traffic(graph, sources, seed).albums
}

/// Betweenness of albums and of lines (Brandes, “A faster algorithm for betweenness centrality”, 2001, and “On
/// variants of shortest-path betweenness centrality and their generic computation”, 2008). A line's length is
/// −ln(similarity) + 0.05, so that the shortest way is that with the greatest product of similarities, with a small
/// charge for each step. Several shortest ways share their pair's traffic equally. Pairs that no way joins count as
/// pairs whose way leads nowhere.
///
/// Ways are counted from `sources` albums drawn without replacement, and the sums scaled up (Brandes and Pich,
/// “Centrality estimation in large networks”, 2007): the estimate is unbiased, and exact when `sources` is the number
/// of albums or more. It is the same for the same seed, whatever the number of threads. Without sources all is 0.
pub fn traffic(graph: &UnGraph<(), f32, u32>, sources: usize, seed: u64) -> Traffic {
    let (n, lines) = (graph.node_count(), graph.edge_count());
    let adjacency = Adjacency::new(graph);
    let length: Vec<u32> = adjacency.similarity.iter().map(|&s| length(s)).collect();
    let from = drawn(n, sources, seed);
    if from.is_empty() {
        return Traffic { albums: vec![0.0; n], lines: vec![0.0; lines] };
    }
    let parts: Vec<Counted> = from
        .par_chunks(from.len().div_ceil(PARTS))
        .map(|from| {
            let mut counted = Counted { albums: vec![0.0; n], lines: vec![0.0; lines] };
            let mut tree = Tree::new(n);
            for &source in from {
                tree.grow(&adjacency, &length, source);
                tree.count(&adjacency, &length, &mut counted);
            }
            counted
        })
        .collect();
    // Each pair is counted from both of its ends.
    let pairs = |others: usize| from.len() as f64 * others.max(1) as f64;
    let through = n as f64 / (pairs(n.saturating_sub(1)) * n.saturating_sub(2).max(1) as f64);
    let along = 1.0 / pairs(n.saturating_sub(1));
    Traffic {
        albums: total(&parts, through, n, |part| &part.albums),
        lines: total(&parts, along, lines, |part| &part.lines),
    }
}

fn total(parts: &[Counted], scale: f64, len: usize, of: impl Fn(&Counted) -> &[f64]) -> Vec<f32> {
    (0..len).map(|i| (scale * parts.iter().map(|part| of(part)[i]).sum::<f64>()) as f32).collect()
}

fn length(similarity: f32) -> u32 {
    ((STEP - f64::from(similarity).ln()) * UNIT).round() as u32
}

/// `sources` of `n` albums, rising.
fn drawn(n: usize, sources: usize, seed: u64) -> Vec<u32> {
    if sources >= n {
        return (0..n as u32).collect();
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn: Vec<u32> =
        rand::seq::index::sample(&mut rng, n, sources).into_iter().map(|i| i as u32).collect();
    drawn.sort_unstable();
    drawn
}

/// Sums over the sources of one part.
struct Counted {
    albums: Vec<f64>,
    lines: Vec<f64>,
}

/// The shortest ways from one album to all others.
struct Tree {
    distance: Vec<u64>,
    /// How many shortest ways lead to each album.
    ways: Vec<f64>,
    /// Ways beyond each album, in pairs.
    beyond: Vec<f64>,
    /// Albums in the order in which they are reached.
    order: Vec<u32>,
    queue: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Tree {
    fn new(n: usize) -> Self {
        Self {
            distance: vec![u64::MAX; n],
            ways: vec![0.0; n],
            beyond: vec![0.0; n],
            order: Vec::with_capacity(n),
            queue: BinaryHeap::new(),
        }
    }

    fn grow(&mut self, adjacency: &Adjacency, length: &[u32], source: u32) {
        self.distance.fill(u64::MAX);
        self.order.clear();
        self.distance[source as usize] = 0;
        self.ways[source as usize] = 1.0;
        self.queue.push(Reverse((0, source)));
        while let Some(Reverse((distance, a))) = self.queue.pop() {
            if distance > self.distance[a as usize] {
                continue;
            }
            self.order.push(a);
            let ways = self.ways[a as usize];
            for arc in adjacency.arcs(a) {
                let (b, there) = (adjacency.to[arc], distance + u64::from(length[arc]));
                let known = &mut self.distance[b as usize];
                if there < *known {
                    *known = there;
                    self.ways[b as usize] = ways;
                    self.queue.push(Reverse((there, b)));
                } else if there == *known {
                    self.ways[b as usize] += ways;
                }
            }
        }
    }

    /// Adds what passes on the way from the source to all others, from the farthest album back.
    fn count(&mut self, adjacency: &Adjacency, length: &[u32], counted: &mut Counted) {
        for &a in &self.order {
            self.beyond[a as usize] = 0.0;
        }
        for &b in self.order[1..].iter().rev() {
            let (distance, beyond) = (self.distance[b as usize], self.beyond[b as usize]);
            counted.albums[b as usize] += beyond;
            let per_way = (1.0 + beyond) / self.ways[b as usize];
            for arc in adjacency.arcs(b) {
                let a = adjacency.to[arc] as usize;
                if self.distance[a].checked_add(u64::from(length[arc])) == Some(distance) {
                    let passing = self.ways[a] * per_way;
                    self.beyond[a] += passing;
                    counted.lines[adjacency.line[arc] as usize] += passing;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use petgraph::graph::NodeIndex;

    /// Enumerates all simple ways between all pairs and counts along the shortest.
    fn enumerated(graph: &sample::Graph) -> Traffic {
        let n = graph.node_count();
        let mut traffic = Counted { albums: vec![0.0; n], lines: vec![0.0; graph.edge_count()] };
        for from in 0..n {
            for to in from + 1..n {
                let mut ways = Vec::new();
                simple_ways(graph, &mut vec![from], to, &mut Vec::new(), &mut ways);
                let long = |way: &[usize]| -> u64 {
                    way.iter().map(|&line| u64::from(length(graph.raw_edges()[line].weight))).sum()
                };
                let shortest = ways.iter().map(|(_, way)| long(way)).min();
                ways.retain(|(_, way)| Some(long(way)) == shortest);
                for (albums, way) in &ways {
                    for &album in &albums[1..albums.len() - 1] {
                        traffic.albums[album] += 1.0 / ways.len() as f64;
                    }
                    for &line in way {
                        traffic.lines[line] += 1.0 / ways.len() as f64;
                    }
                }
            }
        }
        let share = |sums: Vec<f64>, pairs: usize| sums.iter().map(|x| (x / pairs as f64) as f32).collect();
        Traffic {
            albums: share(traffic.albums, (n - 1) * (n - 2) / 2),
            lines: share(traffic.lines, n * (n - 1) / 2),
        }
    }

    fn simple_ways(
        graph: &sample::Graph,
        albums: &mut Vec<usize>,
        to: usize,
        lines: &mut Vec<usize>,
        found: &mut Vec<(Vec<usize>, Vec<usize>)>,
    ) {
        let here = *albums.last().unwrap();
        if here == to {
            found.push((albums.clone(), lines.clone()));
            return;
        }
        for next in graph.neighbors(NodeIndex::new(here)) {
            if !albums.contains(&next.index()) {
                lines.push(graph.find_edge(NodeIndex::new(here), next).unwrap().index());
                albums.push(next.index());
                simple_ways(graph, albums, to, lines, found);
                albums.pop();
                lines.pop();
            }
        }
    }

    fn assert_close(a: &[f32], b: &[f32]) {
        assert_eq!(a.len(), b.len());
        for (x, y) in a.iter().zip(b) {
            assert!((x - y).abs() < 1e-6, "{a:?}\n{b:?}");
        }
    }

    #[test]
    fn with_all_sources_it_is_what_enumerating_all_ways_gives() {
        for seed in 0..40 {
            let mut graph = sample::random(8, 0.35, seed);
            if seed % 2 == 0 {
                // Few different similarities: many pairs have several shortest ways.
                graph.edge_weights_mut().for_each(|s| *s = if *s > 0.5 { 1.0 } else { 0.5 });
            }
            let (found, naive) = (traffic(&graph, 8, 0), enumerated(&graph));
            assert_close(&found.albums, &naive.albums);
            assert_close(&found.lines, &naive.lines);
            assert_eq!(betweenness(&graph, usize::MAX, 1), found.albums);
        }
    }

    #[test]
    fn all_ways_of_a_star_lead_through_its_middle() {
        let lines: Vec<_> = (1..9).map(|a| (0, a, 0.5)).collect();
        let through = betweenness(&sample::graph(9, &lines), 9, 0);
        assert_close(&through, &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn the_shortest_way_is_the_one_of_the_greatest_similarity() {
        // 0.9 × 0.9 is more than 0.5, and 0.7 × 0.7 is less.
        let through = |s| betweenness(&sample::graph(3, &[(0, 1, s), (1, 2, s), (0, 2, 0.5)]), 3, 0)[1];
        assert_eq!((through(0.9), through(0.7)), (1.0, 0.0));
    }

    #[test]
    fn a_sample_estimates_without_bias() {
        let graph = sample::planted(4, 50, 0.12, 0.004, 5);
        let exact = betweenness(&graph, 200, 0);
        let mut mean = vec![0.0f32; 200];
        for seed in 0..60 {
            let estimate = betweenness(&graph, 40, seed);
            mean.iter_mut().zip(estimate).for_each(|(m, e)| *m += e / 60.0);
        }
        let most = exact.iter().copied().fold(0.0f32, f32::max);
        assert!(most > 0.02, "{most}");
        for (mean, exact) in mean.iter().zip(&exact) {
            assert!((mean - exact).abs() < 0.03 * most, "{mean} {exact}");
        }
    }

    #[test]
    fn the_number_of_threads_and_the_order_of_lines_do_not_matter() {
        let graph = sample::planted(3, 60, 0.1, 0.01, 7);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| (betweenness(&graph, 50, 9), pagerank(&graph, 0.85)))
        };
        let one = on(1);
        assert_eq!(one, on(5));
        assert_eq!(one.0, betweenness(&sample::shuffled(&graph, 1), 50, 9));
        assert_ne!(one.0, betweenness(&graph, 50, 10));
    }

    #[test]
    fn parts_and_lone_albums_have_no_traffic_between_them() {
        let traffic = traffic(&sample::graph(5, &[(0, 1, 0.5), (2, 3, 0.5)]), 5, 0);
        assert_eq!(traffic.albums, [0.0; 5]);
        assert_close(&traffic.lines, &[0.1, 0.1]);
        assert!(betweenness(&sample::graph(0, &[]), 3, 0).is_empty());
        assert_eq!(betweenness(&sample::graph(1, &[]), 3, 0), [0.0]);
        assert_eq!(betweenness(&sample::graph(2, &[(0, 1, 0.5)]), 0, 0), [0.0; 2]);
    }

    #[test]
    fn pagerank_sums_to_one_and_follows_similarity() {
        let graph = sample::graph(5, &[(0, 1, 0.9), (0, 2, 0.3), (0, 3, 0.3)]);
        let rank = pagerank(&graph, 0.85);
        assert!((rank.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(rank[0] > rank[1] && rank[1] > rank[2] && rank[2] == rank[3], "{rank:?}");
        assert!((rank[4] - 0.2).abs() < 1e-7);
        assert_close(&pagerank(&graph, 0.0), &[0.2; 5]);
        assert!(pagerank(&sample::graph(0, &[]), 0.85).is_empty());
    }

    #[test]
    fn without_restarts_pagerank_nears_the_sum_of_similarities() {
        let graph = sample::random(40, 0.3, 2);
        let strength: Vec<f32> =
            (0..40).map(|a| graph.edges(NodeIndex::new(a)).map(|line| *line.weight()).sum()).collect();
        let all: f32 = strength.iter().sum();
        for (rank, strength) in pagerank(&graph, 1.0).iter().zip(strength) {
            assert!((rank - strength / all).abs() < 2e-4, "{rank} {}", strength / all);
        }
    }
}

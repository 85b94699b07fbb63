//! Graphs for the tests of this folder.

use petgraph::graph::{NodeIndex, UnGraph};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(super) type Graph = UnGraph<(), f32, u32>;

/// A graph of `albums` albums with these lines.
pub(super) fn graph(albums: usize, lines: &[(u32, u32, f32)]) -> Graph {
    let mut graph = UnGraph::with_capacity(albums, lines.len());
    for _ in 0..albums {
        graph.add_node(());
    }
    for &(a, b, similarity) in lines {
        graph.add_edge(NodeIndex::from(a), NodeIndex::from(b), similarity);
    }
    graph
}

/// Each pair of albums is joined with a probability, by a similarity of 0.05 to 1.
pub(super) fn random(albums: usize, joined: f64, seed: u64) -> Graph {
    planted(1, albums, joined, 0.0, seed)
}

/// Groups of equal size, one after the other; `within` and `between` are the probabilities of a line.
pub(super) fn planted(groups: usize, size: usize, within: f64, between: f64, seed: u64) -> Graph {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let n = groups * size;
    let mut lines = Vec::new();
    for a in 0..n {
        for b in a + 1..n {
            let joined = if a / size == b / size { within } else { between };
            if rng.gen_bool(joined) {
                lines.push((a as u32, b as u32, rng.gen_range(0.05..1.0)));
            }
        }
    }
    graph(n, &lines)
}

/// Albums on a square grid of `side × side`, each joined to the right and below, by similarities of 0.3 to 0.9.
pub(super) fn grid(side: usize, seed: u64) -> Graph {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut lines = Vec::new();
    for a in 0..side * side {
        if a % side + 1 < side {
            lines.push((a as u32, a as u32 + 1, rng.gen_range(0.3..0.9)));
        }
        if a + side < side * side {
            lines.push((a as u32, (a + side) as u32, rng.gen_range(0.3..0.9)));
        }
    }
    graph(side * side, &lines)
}

/// The same graph with its lines added in another order and from the other end.
pub(super) fn shuffled(graph: &Graph, seed: u64) -> Graph {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut lines: Vec<(u32, u32, f32)> = graph
        .raw_edges()
        .iter()
        .map(|e| (e.target().index() as u32, e.source().index() as u32, e.weight))
        .collect();
    for i in (1..lines.len()).rev() {
        lines.swap(i, rng.gen_range(0..=i));
    }
    self::graph(graph.node_count(), &lines)
}

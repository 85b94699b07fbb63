//! The lines that the map draws: the closest few of each cover's neighbours, as a graph.

use super::neighbours::Neighbours;
use petgraph::graph::{NodeIndex, UnGraph};

/// Neighbours of each cover that get a line: both ends count, so a cover has about five.
const LINES: usize = 3;
/// Most lines at one cover, beyond those that are somebody's nearest: a plain black cover is near to hundreds.
const MOST: usize = 16;

/// Lines between albums `a < b`, sorted, with their similarity 0–1.
pub type EdgeList = Vec<(u32, u32, f32)>;

/// The lines between covers. `album[i]` is the album of vector `i`; it rises with `i`.
pub fn edges(neighbours: &Neighbours, album: &[u32]) -> EdgeList {
    let n = neighbours.len();
    let mut wanted: Vec<(f32, u32, u32, bool)> = Vec::with_capacity(n * LINES);
    for i in 0..n {
        for (rank, (j, similarity)) in neighbours.of(i).take(LINES).enumerate() {
            // Covers that have nothing in common get no line.
            if similarity > 0.0 {
                let i = i as u32;
                wanted.push((similarity, i.min(j), i.max(j), rank == 0));
            }
        }
    }
    // One line per pair, first ranks before others, strong before weak.
    wanted.sort_by(|x, y| (x.1, x.2).cmp(&(y.1, y.2)).then(y.3.cmp(&x.3)));
    wanted.dedup_by_key(|w| (w.1, w.2));
    wanted.sort_by(|x, y| y.3.cmp(&x.3).then(y.0.total_cmp(&x.0)).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut degree = vec![0usize; n];
    let mut kept: EdgeList = Vec::with_capacity(wanted.len());
    for (similarity, i, j, first) in wanted {
        let (x, y) = (i as usize, j as usize);
        if first || (degree[x] < MOST && degree[y] < MOST) {
            degree[x] += 1;
            degree[y] += 1;
            kept.push((album[x], album[y], similarity));
        }
    }
    kept.sort_by_key(|&(a, b, _)| (a, b));
    kept
}

/// The lines as a graph of `albums` nodes, numbered as they are.
pub fn graph(albums: usize, edges: &[(u32, u32, f32)]) -> UnGraph<(), f32, u32> {
    let mut graph = UnGraph::with_capacity(albums, edges.len());
    for _ in 0..albums {
        graph.add_node(());
    }
    for &(a, b, similarity) in edges {
        graph.add_edge(NodeIndex::from(a), NodeIndex::from(b), similarity);
    }
    graph
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neighbours;
    use ndarray::Array2;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn a_line_joins_two_albums_once() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let vectors = Array2::from_shape_fn((400, 6), |_| rng.gen_range(-1.0f32..1.0));
        let albums: Vec<u32> = (0..400).map(|i| i * 2).collect();
        let lines = edges(&neighbours(vectors.view(), 10), &albums);
        assert!(lines.windows(2).all(|w| (w[0].0, w[0].1) < (w[1].0, w[1].1)));
        assert!(lines.iter().all(|&(a, b, s)| a < b && a % 2 == 0 && s > 0.0 && s <= 1.0));
        let mean = 2.0 * lines.len() as f64 / 400.0;
        assert!((3.5..6.0).contains(&mean), "{mean}");
    }

    #[test]
    fn a_hub_does_not_drown_in_lines() {
        // A star: one vector in the middle of many that have little in common.
        let n = 80;
        let vectors = Array2::from_shape_fn((n, n), |(i, j)| match (i, j) {
            (_, 0) => 1.0f32,
            (i, j) if i == j => 1.5,
            _ => 0.0,
        });
        let lines = edges(&neighbours(vectors.view(), 10), &(0..n as u32).collect::<Vec<_>>());
        let graph = graph(n, &lines);
        // Each has the hub as its nearest, and keeps it.
        assert_eq!(graph.neighbors(NodeIndex::from(0)).count(), n - 1);
        assert!((1..n as u32).all(|i| graph.neighbors(NodeIndex::from(i)).count() <= MOST));
    }
}

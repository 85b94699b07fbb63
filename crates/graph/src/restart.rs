//! Random walks that begin again: a walker goes from album to neighbouring album, the likelier the more alike they
//! are, and at each step begins again with a fixed probability. Where it is met in the long run is PageRank when it
//! begins anywhere, and personalised PageRank when it begins at chosen albums.

use super::adjacency::Adjacency;
use rayon::prelude::*;

/// Greatest probability of walking on. Nearer to 1 the start no longer matters, and only rounding would be computed.
const MOST_DAMPING: f64 = 0.999;
/// Albums that one task computes. Fixed, so that sums do not depend on the number of threads.
const BLOCK: usize = 2_048;
/// Rounds after which only rounding is left, whatever the damping: error shrinks at least by 1/23 in each.
const MOST_ROUNDS: usize = 1_000;

/// A probability of walking on as it is used: 0 to 0.999, and 0 for what is no number.
pub(super) fn damping(asked: f32) -> f64 {
    let asked = f64::from(asked);
    if asked > 0.0 { asked.min(MOST_DAMPING) } else { 0.0 }
}

/// How often walkers are met at each album in the long run, for `K` ways of beginning side by side. `begin[a][k]` is
/// how often a walker of way `k` begins at album `a`; weights may be negative, and each column of the answer has the
/// sum of its column here. An album without neighbours keeps its walker until that begins again.
///
/// The equation x = (1 − d)·begin + d·M·x is solved by Chebyshev's semi-iterative method (Golub and Varga,
/// “Chebyshev semi-iterative methods, successive overrelaxation iterative methods, and second order Richardson
/// iterative methods”, 1961). It may be, because the walk is reversible: M's eigenvalues are real and lie within −1
/// to 1. For d = 0.85 it takes a quarter of the rounds of plain power iteration. It ends when the residual proves that
/// the sum of all errors of a column is below `error`.
pub(super) fn settle<const K: usize>(
    adjacency: &Adjacency,
    begin: &[[f64; K]],
    d: f64,
    error: f64,
) -> Vec<[f64; K]> {
    let n = adjacency.len();
    let strength: Vec<f64> =
        (0..n as u32).map(|a| adjacency.of(a).map(|(_, similarity)| f64::from(similarity)).sum()).collect();
    let mut former = vec![[0.0; K]; n];
    let mut x: Vec<[f64; K]> = begin.iter().map(|b| b.map(|b| (1.0 - d) * b)).collect();
    let mut omega = 1.0;
    for round in 0..MOST_ROUNDS {
        omega = if round == 0 { 1.0 / (1.0 - d * d / 2.0) } else { 1.0 / (1.0 - d * d * omega / 4.0) };
        // What each album passes on per unit of similarity.
        let passed: Vec<[f64; K]> = x
            .iter()
            .zip(&strength)
            .map(|(x, &strength)| x.map(|x| if strength > 0.0 { x / strength } else { 0.0 }))
            .collect();
        let residuals: Vec<[f64; K]> = former
            .par_chunks_mut(BLOCK)
            .enumerate()
            .map(|(block, former)| {
                let mut residual = [0.0; K];
                for (former, a) in former.iter_mut().zip(block * BLOCK..) {
                    let mut met = if strength[a] > 0.0 { [0.0; K] } else { x[a] };
                    for (b, similarity) in adjacency.of(a as u32) {
                        for k in 0..K {
                            met[k] += f64::from(similarity) * passed[b as usize][k];
                        }
                    }
                    for k in 0..K {
                        let change = d * met[k] + (1.0 - d) * begin[a][k] - x[a][k];
                        residual[k] += change.abs();
                        former[k] += omega * (change + x[a][k] - former[k]);
                    }
                }
                residual
            })
            .collect();
        std::mem::swap(&mut x, &mut former);
        let worst = (0..K).map(|k| residuals.iter().map(|r| r[k]).sum::<f64>()).fold(0.0, f64::max);
        // The residual belongs to the former x, and bounds its error once divided by 1 − d.
        if worst <= error * (1.0 - d) {
            return former;
        }
    }
    x
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::sample;
    use super::*;
    use petgraph::graph::NodeIndex;

    /// The same by Gaussian elimination on the dense matrix.
    pub(in super::super) fn dense(graph: &sample::Graph, begin: &[f64], d: f64) -> Vec<f64> {
        let n = graph.node_count();
        let weight = |a: usize, b: usize| {
            let found = graph.find_edge(NodeIndex::new(a), NodeIndex::new(b));
            found.map_or(0.0, |line| f64::from(graph[line]))
        };
        let mut rows: Vec<Vec<f64>> = vec![vec![0.0; n + 1]; n];
        for from in 0..n {
            let strength: f64 = (0..n).map(|to| weight(from, to)).sum();
            for to in 0..n {
                let chance = if strength > 0.0 {
                    weight(from, to) / strength
                } else {
                    f64::from(u8::from(from == to))
                };
                rows[to][from] = f64::from(u8::from(from == to)) - d * chance;
            }
            rows[from][n] = (1.0 - d) * begin[from];
        }
        for i in 0..n {
            let pivot = (i..n).max_by(|&a, &b| rows[a][i].abs().total_cmp(&rows[b][i].abs())).unwrap();
            rows.swap(i, pivot);
            let row = rows[i].clone();
            for (j, other) in rows.iter_mut().enumerate() {
                if j != i {
                    let factor = other[i] / row[i];
                    other.iter_mut().zip(&row).for_each(|(x, y)| *x -= factor * y);
                }
            }
        }
        (0..n).map(|i| rows[i][n] / rows[i][i]).collect()
    }

    #[test]
    fn it_solves_what_elimination_solves() {
        for seed in 0..20 {
            // Sparse enough that some albums are alone and some parts apart.
            let graph = sample::random(30, 0.06, seed);
            let adjacency = Adjacency::new(&graph);
            for d in [0.0, 0.5, 0.85, 0.99] {
                let begin: Vec<[f64; 2]> = (0..30).map(|a| [f64::from(a == seed as u32), 1.0]).collect();
                let found = settle(&adjacency, &begin, d, 1e-10);
                for k in 0..2 {
                    let start: Vec<f64> = begin.iter().map(|b| b[k]).collect();
                    let wrong: f64 =
                        dense(&graph, &start, d).iter().zip(&found).map(|(x, y)| (x - y[k]).abs()).sum();
                    assert!(wrong < 1e-10, "{seed} {d} {k}: {wrong}");
                }
            }
        }
    }

    #[test]
    fn nobody_is_lost_on_the_way() {
        let graph = sample::random(5_000, 0.001, 3);
        let begin: Vec<[f64; 1]> = (0..5_000).map(|a| [f64::from(a % 7)]).collect();
        let found = settle(&Adjacency::new(&graph), &begin, 0.9, 1e-9);
        let (before, after) =
            (begin.iter().map(|b| b[0]).sum::<f64>(), found.iter().map(|b| b[0]).sum::<f64>());
        assert!((before - after).abs() < 1e-9, "{before} {after}");
    }

    #[test]
    fn a_probability_out_of_range_is_brought_into_it() {
        assert_eq!([-1.0, f32::NAN, 0.0].map(damping), [0.0; 3]);
        assert_eq!([1.0, 7.0].map(damping), [MOST_DAMPING; 2]);
    }
}

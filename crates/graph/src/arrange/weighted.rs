//! A graph with weights, for forces to act along.

use rayon::prelude::*;

/// Nodes, their masses and their neighbours.
pub(super) struct Graph {
    /// Degree + 1 of each node.
    pub(super) mass: Vec<f32>,
    /// Node `i` has the neighbours `first[i]..first[i + 1]`.
    first: Vec<usize>,
    /// Who, and how strong: 1 in the mean of all edges.
    neighbours: Vec<(u32, f32)>,
}

impl Graph {
    pub(super) fn new(n: usize, edges: &[(u32, u32, f32)]) -> Self {
        let valid =
            |&&(a, b, w): &&(u32, u32, f32)| a != b && (a.max(b) as usize) < n && w > 0.0 && w.is_finite();
        let mut lines: Vec<(u32, u32, f32)> =
            edges.iter().filter(valid).map(|&(a, b, w)| (a.min(b), a.max(b), w)).collect();
        lines.par_sort_unstable_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then(x.2.total_cmp(&y.2)));
        lines.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 += next.2;
            }
            same
        });
        let total: f64 = lines.iter().map(|l| f64::from(l.2)).sum();
        let unit = (lines.len() as f64 / total.max(f64::MIN_POSITIVE)) as f32;
        let mut first = vec![0usize; n + 1];
        for &(a, b, _) in &lines {
            first[a as usize + 1] += 1;
            first[b as usize + 1] += 1;
        }
        let mass = first[1..].iter().map(|&degree| degree as f32 + 1.0).collect();
        for i in 0..n {
            first[i + 1] += first[i];
        }
        let mut free = first.clone();
        let mut neighbours = vec![(0, 0.0); 2 * lines.len()];
        for (a, b, w) in lines {
            for (i, j) in [(a, b), (b, a)] {
                neighbours[free[i as usize]] = (j, w * unit);
                free[i as usize] += 1;
            }
        }
        Self { mass, first, neighbours }
    }

    pub(super) fn of(&self, i: usize) -> &[(u32, f32)] {
        &self.neighbours[self.first[i]..self.first[i + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(graph: &Graph, n: usize) -> Vec<Vec<(u32, f32)>> {
        (0..n).map(|i| graph.of(i).to_vec()).collect()
    }

    #[test]
    fn both_ends_know_of_an_edge_and_weights_are_one_in_the_mean() {
        let graph = Graph::new(4, &[(2, 0, 30.0), (0, 1, 10.0)]);
        let expected = [vec![(1, 0.5), (2, 1.5)], vec![(0, 0.5)], vec![(0, 1.5)], vec![]];
        assert_eq!(listed(&graph, 4), expected);
        assert_eq!(graph.mass, [3.0, 2.0, 2.0, 1.0]);
    }

    #[test]
    fn repeated_edges_add_up() {
        let once = Graph::new(3, &[(0, 1, 1.0), (1, 2, 0.5)]);
        let twice = Graph::new(3, &[(0, 1, 0.25), (1, 2, 0.5), (1, 0, 0.75)]);
        assert_eq!(listed(&once, 3), listed(&twice, 3));
        assert_eq!(once.mass, twice.mass);
    }

    #[test]
    fn the_order_of_edges_does_not_matter() {
        let mut edges: Vec<(u32, u32, f32)> =
            (0..60).map(|k| (k * 7 % 20, k * 11 % 19, 0.1 + (k % 9) as f32)).collect();
        let forwards = Graph::new(20, &edges);
        edges.reverse();
        assert_eq!(listed(&forwards, 20), listed(&Graph::new(20, &edges), 20));
    }

    #[test]
    fn edges_that_cannot_be_count_nothing() {
        let bad =
            [(0, 0, 1.0), (0, 9, 1.0), (0, 1, f32::NAN), (0, 1, -1.0), (1, 0, f32::INFINITY), (1, 2, 0.0)];
        assert!(listed(&Graph::new(3, &bad), 3).iter().all(Vec::is_empty));
        assert!(Graph::new(0, &[(0, 1, 1.0)]).mass.is_empty());
    }
}

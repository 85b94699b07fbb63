//! The graph of lines laid out for reading: each album's neighbours side by side. Searches and walks read it many
//! thousand times over; petgraph's linked lists are made for changing a graph, not for that.

use petgraph::graph::UnGraph;
use std::collections::VecDeque;
use std::ops::Range;

/// Albums and their lines. Both directions of a line are listed: each is an *arc*.
pub(super) struct Adjacency {
    /// Where each album's arcs begin, and one number more.
    start: Vec<u32>,
    /// Where each arc leads; rising within an album.
    pub(super) to: Vec<u32>,
    /// How alike the two ends of each arc are, above 0 and at most 1.
    pub(super) similarity: Vec<f32>,
    /// The number of each arc's line in the graph.
    pub(super) line: Vec<u32>,
}

impl Adjacency {
    /// Reads a graph whose weights are similarities. A line from an album to itself, and one whose similarity is not
    /// above 0, is none; above 1 counts as 1; of several between the same two albums the strongest counts.
    pub(super) fn new(graph: &UnGraph<(), f32, u32>) -> Self {
        let n = graph.node_count();
        let lines = || {
            graph.raw_edges().iter().zip(0..).filter_map(|(edge, line)| {
                let (a, b) = (edge.source().index() as u32, edge.target().index() as u32);
                (a != b && edge.weight > 0.0).then_some((a, b, edge.weight.min(1.0), line))
            })
        };
        let mut end = vec![0u32; n + 1];
        for (a, b, ..) in lines() {
            end[a as usize + 1] += 1;
            end[b as usize + 1] += 1;
        }
        for a in 0..n {
            end[a + 1] += end[a];
        }
        let starts = end.clone();
        let mut arcs = vec![(0u32, 0f32, 0u32); end[n] as usize];
        for (a, b, similarity, line) in lines() {
            for (from, to) in [(a, b), (b, a)] {
                let place = &mut end[from as usize];
                arcs[*place as usize] = (to, similarity, line);
                *place += 1;
            }
        }
        let mut this = Self {
            start: Vec::with_capacity(n + 1),
            to: Vec::with_capacity(arcs.len()),
            similarity: Vec::with_capacity(arcs.len()),
            line: Vec::with_capacity(arcs.len()),
        };
        this.start.push(0);
        for a in 0..n {
            let mine = &mut arcs[starts[a] as usize..starts[a + 1] as usize];
            mine.sort_unstable_by(|x, y| x.0.cmp(&y.0).then(y.1.total_cmp(&x.1)).then(x.2.cmp(&y.2)));
            let first = this.to.len();
            for &(to, similarity, line) in mine.iter() {
                if this.to.len() == first || this.to.last() != Some(&to) {
                    this.to.push(to);
                    this.similarity.push(similarity);
                    this.line.push(line);
                }
            }
            this.start.push(this.to.len() as u32);
        }
        this
    }

    /// Number of albums.
    pub(super) fn len(&self) -> usize {
        self.start.len() - 1
    }

    /// The arcs that leave an album.
    pub(super) fn arcs(&self, album: u32) -> Range<usize> {
        self.start[album as usize] as usize..self.start[album as usize + 1] as usize
    }

    /// An album's neighbours, by rising number.
    pub(super) fn neighbours(&self, album: u32) -> &[u32] {
        &self.to[self.arcs(album)]
    }

    /// An album's neighbours with their similarities.
    pub(super) fn of(&self, album: u32) -> impl Iterator<Item = (u32, f32)> + '_ {
        self.arcs(album).map(|arc| (self.to[arc], self.similarity[arc]))
    }

    /// The arc from one album to another, if a line joins them.
    pub(super) fn arc(&self, from: u32, to: u32) -> Option<usize> {
        let place = self.neighbours(from).binary_search(&to).ok()?;
        Some(self.arcs(from).start + place)
    }

    /// The fewest lines from `from` to each album through albums that `open` lets pass; `u32::MAX` where there is no
    /// way. `from` itself need not be open.
    pub(super) fn hops(&self, from: u32, open: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut hops = vec![u32::MAX; self.len()];
        hops[from as usize] = 0;
        let mut queue = VecDeque::from([from]);
        while let Some(a) = queue.pop_front() {
            for &b in self.neighbours(a) {
                if hops[b as usize] == u32::MAX && open(b) {
                    hops[b as usize] = hops[a as usize] + 1;
                    queue.push_back(b);
                }
            }
        }
        hops
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn neighbours_are_listed_both_ways_and_sorted() {
        let adjacency = Adjacency::new(&sample::graph(4, &[(2, 0, 0.5), (0, 1, 0.25), (3, 2, 0.75)]));
        assert_eq!(adjacency.len(), 4);
        assert_eq!(adjacency.of(0).collect::<Vec<_>>(), [(1, 0.25), (2, 0.5)]);
        assert_eq!(adjacency.of(2).collect::<Vec<_>>(), [(0, 0.5), (3, 0.75)]);
        assert_eq!(adjacency.line[adjacency.arcs(2)], [0, 2]);
        assert_eq!((adjacency.arc(2, 3), adjacency.arc(3, 0)), (Some(adjacency.arcs(2).start + 1), None));
    }

    #[test]
    fn of_several_lines_the_strongest_counts_and_lines_that_are_none_do_not() {
        let odd =
            [(0, 1, 0.2), (1, 0, 0.6), (0, 1, 0.6), (1, 1, 0.9), (1, 2, 0.0), (2, 3, f32::NAN), (0, 3, 7.0)];
        let adjacency = Adjacency::new(&sample::graph(4, &odd));
        assert_eq!(adjacency.of(0).collect::<Vec<_>>(), [(1, 0.6), (3, 1.0)]);
        assert_eq!(adjacency.line[adjacency.arcs(1)], [1]);
        assert!(adjacency.neighbours(2).is_empty());
    }

    #[test]
    fn hops_go_round_what_is_closed() {
        let lines = [(0, 1, 1.0), (1, 2, 1.0), (0, 3, 1.0), (3, 4, 1.0), (4, 2, 1.0)];
        let adjacency = Adjacency::new(&sample::graph(6, &lines));
        assert_eq!(adjacency.hops(0, |_| true), [0, 1, 2, 1, 2, u32::MAX]);
        assert_eq!(adjacency.hops(0, |a| a != 1), [0, u32::MAX, 3, 1, 2, u32::MAX]);
    }
}

//! A mixture's neighbours, and what follows from them.

use crate::graph::{self, EdgeList, Neighbours, Parts};
use crate::mixture::Mixture;
use petgraph::graph::UnGraph;

/// Neighbours of all albums by one mixture.
pub struct Mixed {
    /// The mixture.
    pub mixture: Mixture,
    /// The lines that a map draws, `a < b`, sorted.
    pub edges: EdgeList,
    /// Every album with all its neighbours, whoever of two found the other: what is walked along.
    pub graph: UnGraph<(), f32, u32>,
    near: Neighbours,
}

impl Mixed {
    /// By comparing all albums with all.
    pub fn of(parts: &Parts, mixture: &Mixture) -> Self {
        let near = parts.neighbours(mixture, graph::NEIGHBOURS);
        let all: Vec<u32> = (0..near.len() as u32).collect();
        let edges = graph::edges(&near, &all);
        let mut ways: EdgeList = (0..near.len())
            .flat_map(|i| {
                near.of(i).map(move |(j, similarity)| (j.min(i as u32), j.max(i as u32), similarity))
            })
            .filter(|way| way.2 > 0.0)
            .collect();
        ways.sort_by_key(|&(a, b, _)| (a, b));
        ways.dedup_by_key(|&mut (a, b, _)| (a, b));
        let graph = graph::graph(parts.len(), &ways);
        Self { mixture: *mixture, edges, graph, near }
    }

    /// The neighbours of album number `i` that it has something in common with, nearest first, with similarity 0–1.
    pub fn near(&self, i: u32) -> impl Iterator<Item = (u32, f32)> + '_ {
        let known = (i as usize) < self.near.len();
        known.then(|| self.near.of(i as usize)).into_iter().flatten().filter(|near| near.1 > 0.0)
    }

    /// The same as fixed-width lists.
    pub fn neighbours(&self) -> &Neighbours {
        &self.near
    }
}

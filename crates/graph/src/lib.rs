//! Neighbours, edges, layout: which covers are alike, and where that puts them on the map.
//!
//! Everything here works on plain numbers: vectors in, indices and positions out.
//!
//! ```
//! use gatefold_graph::{edges, neighbours};
//! use ndarray::array;
//!
//! // Two pairs of vectors that point the same way.
//! let vectors = array![[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]];
//! let found = neighbours(vectors.view(), 1);
//! assert_eq!(found.index, [1, 0, 3, 2]);
//! // Vectors stand for albums by number; an edge joins those that are each other's neighbours.
//! let joined = edges(&found, &[0, 1, 2, 3]);
//! assert_eq!(joined.len(), 2);
//! ```
#![warn(missing_docs)]

mod adjacency;
pub mod arrange;
mod bridges;
mod centrality;
mod communities;
mod coverless;
mod edges;
mod journey;
mod layout;
mod links;
mod lists;
mod neighbours;
mod parts;
mod restart;
#[cfg(test)]
mod sample;
mod similar;
mod spread;
mod walk;

pub use bridges::{Bridge, Crossing, bridges};
pub use centrality::{Traffic, betweenness, pagerank, traffic};
pub use communities::{communities, modularity};
pub use coverless::{Anchor, place_coverless};
pub use edges::{EdgeList, edges, graph};
pub use journey::{End, Journey, MOST_STOPS, NoJourney, Rules, journeys};
pub use layout::{Start, layout, worth_keeping};
pub use links::Links;
pub use neighbours::{EXACT, Neighbours, neighbours};
pub use parts::{Known, Parts};
pub use similar::more_like;
pub use spread::{fit_scale, spacing, spread};
pub use walk::breadth_first;

/// Version of neighbours, edges, near-duplicates and layout; a change makes builds anew.
pub const VERSION: u32 = 2;
/// Neighbours found for each album.
pub const NEIGHBOURS: usize = 10;

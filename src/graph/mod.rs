//! Neighbours, edges, near-duplicates, layout: which covers are alike, and where that puts them on the map.
//!
//! Everything here works on plain numbers: vectors in, indices and positions out.

mod clusters;
mod coverless;
mod edges;
mod layout;
mod neighbours;
mod resemblance;
mod spread;
mod walk;

pub use clusters::{Look, clusters};
pub use coverless::{Anchor, place_coverless};
pub use edges::{EdgeList, edges, graph};
pub use layout::{Start, layout, worth_keeping};
pub use neighbours::{Neighbours, neighbours};
pub use resemblance::{Resemblance, Resembled};
pub use spread::{fit_scale, spacing, spread};
pub use walk::breadth_first;

/// Version of neighbours, edges, near-duplicates and layout; a change makes builds anew.
pub const VERSION: u32 = 1;
/// Neighbours found for each album.
pub const NEIGHBOURS: usize = 10;

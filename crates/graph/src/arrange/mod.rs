//! Arrangements: further places for the same albums, between which the page moves them.
//!
//! Each takes plain numbers (positions on the similarity map, years, genres, colours) and gives a position per album
//! in units of one cover, y downwards, about (0, 0). All are finite, the same for the same input whatever the number
//! of threads, and defined for no, one and two albums too.

mod assignment;
mod colour;
mod discs;
mod force;
mod genre;
mod lattice;
mod plane;
mod room;
mod sorting;
mod timeline;
mod tree;
mod weighted;

pub use colour::{ColourGrid, by_colour};
pub use force::{Begin, by_force};
pub use genre::{Island, Islands, by_genre};
pub use plane::{Plane, by_components};
pub use room::LEAST;
pub use timeline::{Tick, Timeline, by_year};

/// Version of all arrangements; a change makes builds anew.
pub const VERSION: u32 = 1;

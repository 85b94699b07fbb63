//! Covers as pixels and as numbers: decoding within limits, hashes, near-duplicates, descriptors that are computed from one
//! cover alone.
#![warn(missing_docs)]

pub mod cover;
pub mod features;
pub mod near_duplicates;
pub mod resemblance;

pub use near_duplicates::{Look, clusters};

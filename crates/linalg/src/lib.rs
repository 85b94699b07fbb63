//! Linear algebra that several parts need: matrix products, eigenvectors of symmetric matrices, principal components.
#![warn(missing_docs)]

pub mod dense;
pub mod leading;
mod pca;
pub mod product;
mod rows;
pub mod symmetric;
#[cfg(test)]
mod testing;

pub use pca::{Pca, PcaError, PcaParams, PcaValidParams};
pub use rows::{PixelRows, Rows};

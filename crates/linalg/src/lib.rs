//! Linear algebra that several parts need: matrix products, eigenvectors of symmetric matrices, principal components.
//!
//! ```
//! use gatefold_linalg::{PcaParams, PixelRows};
//!
//! // Three observations of four bytes each; all that differs lies along one direction.
//! let bytes = [0, 0, 9, 9, 10, 10, 9, 9, 20, 20, 9, 9];
//! let pca = PcaParams::new(1).fit_rows(&PixelRows::new(&bytes, 4))?;
//! let scores = pca.transform_rows(&PixelRows::new(&bytes, 4));
//! assert_eq!(scores.dim(), (3, 1));
//! assert!(scores[(1, 0)].abs() < 1e-3 * scores[(0, 0)].abs(), "the middle one lies at the mean");
//! # Ok::<(), gatefold_linalg::PcaError>(())
//! ```
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

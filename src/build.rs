//! From a catalogue to a map: decode, features, neighbours, layout, sheets; incremental.

use crate::album::AlbumId;
use crate::catalog::{Catalog, CatalogError};
use crate::map::{Columns, Manifest};
use crate::progress::Progress;
use crate::report::{BuildReport, FeatureInfo};
use std::path::PathBuf;

/// Why a build gave up.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum BuildError {
    #[error("{0}")]
    Other(String),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Brings everything derived up to date; does nothing where nothing changed.
pub fn run(catalog: &mut Catalog, progress: &dyn Progress) -> Result<BuildReport, BuildError> {
    let _ = (catalog, progress);
    todo!()
}

/// A finished build, read-only, whole. Albums are numbered as in the columns.
pub struct Built {
    /// Hash of what it was made from.
    pub hash: String,
    /// The manifest for the page.
    pub manifest: Manifest,
    /// The map's columns.
    pub columns: Columns,
    /// Which features.
    pub features: FeatureInfo,
    /// Near-duplicate cluster of each album (equal number = the same picture).
    pub clusters: Vec<u32>,
}

#[allow(unused_variables, missing_docs, clippy::todo)]
impl Built {
    /// The catalogue's present build; `None` before the first.
    pub fn open(catalog: &Catalog) -> Result<Option<Self>, BuildError> {
        todo!()
    }
    /// Number of an album in the columns.
    pub fn index(&self, id: AlbumId) -> Option<u32> {
        todo!()
    }
    /// Neighbours of album number `i`, nearest first, with similarity.
    pub fn neighbours(&self, i: u32) -> &[(u32, f32)] {
        todo!()
    }
    /// Up to `n` albums breadth-first from `i`, `i` first, and the edges (a, b, similarity) among them.
    pub fn nearest(&self, i: u32, n: usize) -> (Vec<u32>, Vec<(u32, u32, f32)>) {
        todo!()
    }
    /// File of a thumbnail sheet.
    pub fn sheet(&self, level: usize, sheet: u32) -> Option<PathBuf> {
        todo!()
    }
    /// The columns file, as sent to the page.
    pub fn columns_file(&self) -> PathBuf {
        todo!()
    }
    /// The labels file for the page: JSON array of `[title, artist]` in column order.
    pub fn labels_file(&self) -> PathBuf {
        todo!()
    }
}

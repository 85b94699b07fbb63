//! One file per kind of source; each yields records and cover bytes, never touches the store.

use crate::catalog::{Catalog, CatalogError};
use crate::progress::Progress;
use crate::report::ImportReport;
use std::path::Path;

/// Why nothing could be imported.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum ImportError {
    #[error("{0}")]
    Other(String),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Imports a CSV file or a folder of covers, without building.
pub fn run(catalog: &mut Catalog, path: &Path, progress: &dyn Progress) -> Result<ImportReport, ImportError> {
    let _ = (catalog, path, progress);
    todo!()
}

/// Fills a catalogue with the demo label.
pub fn demo(
    catalog: &mut Catalog,
    albums: u32,
    seed: u64,
    progress: &dyn Progress,
) -> Result<ImportReport, ImportError> {
    let _ = (catalog, albums, seed, progress);
    todo!()
}

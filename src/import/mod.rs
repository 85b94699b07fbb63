//! From a collection's files to records, and from records into the catalogue.
//!
//! One file per kind of source ([`folder`], [`csv_file`], [`label`]): each yields records, saying where a cover
//! lies but not reading it, and never touches the store. The pipeline reads, hashes and decodes covers on all
//! cores, a few hundred at a time, and commits each such chunk in one transaction. A bad record costs itself, with a
//! reason; what is unchanged since the last import is neither read nor decoded.

mod cells;
mod columns;
mod csv_file;
mod file_name;
mod folder;
mod label;
mod literal;
mod pipeline;
mod place;
mod record;
mod rows;

use crate::catalog::{Catalog, CatalogError};
use crate::progress::Progress;
use crate::report::{ImportReport, Skipped};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Why nothing could be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No such file or folder.
    #[error("{} does not exist: name a folder of covers or a CSV file", .0.display())]
    Missing(PathBuf),
    /// It is there but cannot be read.
    #[error("{} could not be read: {source}", .path.display())]
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file that is no table.
    #[error("{} {why}", .path.display())]
    NotATable {
        /// Which file.
        path: PathBuf,
        /// What it is instead, and what to do.
        why: String,
    },
    /// Not one record could be used.
    #[error("nothing could be imported from {}: {why}", .path.display())]
    Nothing {
        /// What was to be imported.
        path: PathBuf,
        /// Why not.
        why: String,
        /// The records that were left out, each with its reason.
        skipped: Vec<Skipped>,
    },
    /// The demo label does not mix with a person's own albums.
    #[error(
        "the catalogue holds {0} albums of your own: draw the demo into another --data directory, so that they \
         do not mix"
    )]
    NotEmpty(u64),
    /// No album was asked for.
    #[error("a demo label has 1 to 100000 albums, not {0}")]
    DemoSize(u32),
    /// Somebody asked to stop.
    #[error("the import was cancelled; {0} records were stored before that, and stay")]
    Cancelled(u64),
    /// The catalogue cannot take it.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Imports a CSV file or a folder of covers, without building.
///
/// The first albums of one's own replace the demo label, if the catalogue holds that. Records that an earlier
/// import of the same source had and this one has not stay in the catalogue.
///
/// # Errors
/// [`ImportError::Nothing`] when no record could be used, [`ImportError::Cancelled`], or what is wrong with the
/// path or the catalogue. A bad record is no error: it is in the report, with its reason.
pub fn run(catalog: &mut Catalog, path: &Path, progress: &dyn Progress) -> Result<ImportReport, ImportError> {
    let begin = Instant::now();
    let canonical = path.canonicalize().map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => ImportError::Missing(path.to_owned()),
        _ => ImportError::Unreadable { path: path.to_owned(), source },
    })?;
    let mut report = if canonical.is_dir() {
        progress.stage("looking for covers", 0);
        let (root, entries) = folder::entries(&canonical)?;
        let steps = entries.len() as u64;
        pipeline::run(catalog, &pipeline::Job::own("folder", &root), entries.into_iter(), steps, progress)?
    } else {
        progress.stage("reading the table", 0);
        let table = csv_file::Table::open(&canonical)?;
        let steps = table.count()?;
        pipeline::run(catalog, &pipeline::Job::own("csv", &canonical), table.entries()?, steps, progress)?
    };
    if report.imported + report.unchanged + report.duplicates == 0 {
        let why = match report.skipped.as_slice() {
            [] if canonical.is_dir() => {
                "no pictures were found in it (JPEG, PNG, GIF, WebP, BMP or TIFF files)".to_owned()
            }
            [] => "it has a header and no rows below it".to_owned(),
            [only] => format!("its only record was left out ({}: {})", only.source, only.reason),
            [first, ..] => format!(
                "all {} records were left out, the first one being {}: {}",
                report.skipped.len(),
                first.source,
                first.reason
            ),
        };
        return Err(ImportError::Nothing { path: path.to_owned(), why, skipped: report.skipped });
    }
    report.seconds = begin.elapsed().as_secs_f64();
    Ok(report)
}

/// Fills a catalogue with the demo label: `albums` invented albums whose covers are drawn from `seed`.
///
/// An earlier demo of another seed or size is replaced; the same one again is left as it is.
///
/// # Errors
/// [`ImportError::NotEmpty`] when the catalogue holds a person's own albums.
pub fn demo(
    catalog: &mut Catalog,
    albums: u32,
    seed: u64,
    progress: &dyn Progress,
) -> Result<ImportReport, ImportError> {
    let begin = Instant::now();
    if !(1..=100_000).contains(&albums) {
        return Err(ImportError::DemoSize(albums));
    }
    if !catalog.is_demo()? && !catalog.is_empty()? {
        return Err(ImportError::NotEmpty(catalog.len()?));
    }
    let entries = label::entries(seed, albums);
    let job = pipeline::Job::demo(seed);
    let mut report = pipeline::run(catalog, &job, entries, u64::from(albums), progress)?;
    report.seconds = begin.elapsed().as_secs_f64();
    Ok(report)
}

//! From a collection's files to records, and from records into the catalogue.
//!
//! One file per kind of source ([`folder`], [`csv_file`], [`label`]): each yields records, saying where a cover
//! lies but not reading it, and never touches the store. The pipeline reads, hashes and decodes covers on all
//! cores, a few hundred at a time, and commits each such chunk in one transaction. A bad record costs itself, with a
//! reason; what is unchanged since the last import is neither read nor decoded.

mod brackets;
mod cells;
mod columns;
mod coverless;
mod csv_file;
mod data_dir;
mod dates;
mod facts;
mod file_name;
mod find_file;
mod folder;
#[cfg(fuzzing)]
pub mod fuzzing;
mod genres;
mod header;
mod label;
mod languages;
mod letters;
mod literal;
pub mod names;
mod numbers;
mod pipeline;
mod place;
mod record;
mod rows;
mod survey;
mod tracks;

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
    /// Gatefold's own pictures.
    #[error(
        "{} belongs to a data directory of Gatefold, where copies of covers lie that were imported: name the folder or table \
         that they came from",
        .0.display()
    )]
    OwnCopies(PathBuf),
    /// A file that is no table.
    #[error("{} {why}", .path.display())]
    NotATable {
        /// Which file.
        path: PathBuf,
        /// What it is instead, and what to do.
        why: String,
    },
    /// A table that tells of no covers and no albums.
    #[error(
        "{} has no column for a cover's file (`file`) or an album's title (`album`); its columns are: {columns}",
        .path.display()
    )]
    NoColumns {
        /// Which file.
        path: PathBuf,
        /// What its first line says. Not for those who could not read the file themselves.
        columns: String,
    },
    /// A table with several lines of column names that are not understood together.
    #[error(
        "{} has several lines of column names, “{above}” above “{below}”, which make no sense together: keep one header line",
        .path.display()
    )]
    StackedHeader {
        /// Which file.
        path: PathBuf,
        /// The beginning of one line. Not for those who could not read the file themselves.
        above: String,
        /// The beginning of the next.
        below: String,
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
        if data_dir::is_data_dir(&canonical) || data_dir::is_own_copy(&canonical) {
            return Err(ImportError::OwnCopies(path.to_owned()));
        }
        progress.stage("looking for covers", 0);
        let found = folder::entries(&canonical)?;
        let steps = found.entries.len() as u64;
        let job = pipeline::Job::own("folder", &canonical).of(&found.entries);
        let report = pipeline::run(catalog, &job, found.entries.into_iter(), steps, progress)?;
        let no_cover = found.coverless.len() as u64;
        let notes = report.notes.into_iter().chain(coverless::folders(&found.coverless)).collect();
        ImportReport { first_level: found.first_level, no_cover, notes, ..report }
    } else {
        // Reading from a pipe or a device might never end.
        if !canonical.is_file() {
            let why = "is neither a file nor a folder: name a folder of covers or a CSV file".to_owned();
            return Err(ImportError::NotATable { path: path.to_owned(), why });
        }
        progress.stage("reading the table", 0);
        let table = csv_file::Table::open(&canonical, &|| progress.cancelled())?;
        let (job, entries) = (pipeline::Job::own("csv", &canonical), table.entries()?);
        let mut report = pipeline::run(catalog, &job, entries, table.count(), progress)?;
        table.tell(&mut report);
        table.tell_of_covers(&|hash| catalog.cover_path(hash).is_file(), &mut report);
        report
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

//! Covers of an assessment: those that a table names, held back or fitted on.

use super::AssessError;
use crate::TrainingData;
use image::RgbImage;
use std::path::{Path, PathBuf};

/// Columns that may name a cover's file.
const FILE: [&str; 5] = ["file", "filename", "path", "image", "cover"];

/// Covers at the model's size.
pub struct Covers {
    /// What references are fitted on, and what a model may have learned from.
    pub fitted: Vec<RgbImage>,
    /// What it never learned from, and what everything is measured on.
    pub unseen: Vec<RgbImage>,
}

impl Covers {
    /// A table's covers: nine tenths to fit references on, the tenth that training always holds back to measure on.
    ///
    /// # Errors
    /// When the table or all its covers cannot be read.
    pub fn held_back(table: &Path, size: usize) -> Result<Self, AssessError> {
        let data = TrainingData::from_files(&files(table)?, size)?;
        Ok(Self { fitted: data.pictures(), unseen: data.held_back(usize::MAX) })
    }

    /// All covers of one table to measure on, and the training part of another to fit references on.
    ///
    /// # Errors
    /// When a table or all its covers cannot be read.
    pub fn foreign(measured: &Path, fitted: &Path, size: usize) -> Result<Self, AssessError> {
        let own = TrainingData::from_files(&files(measured)?, size)?;
        let unseen = [own.pictures(), own.held_back(usize::MAX)].concat();
        Ok(Self { fitted: TrainingData::from_files(&files(fitted)?, size)?.pictures(), unseen })
    }
}

/// The files that a table names, in its order, each once; names are relative to the table.
fn files(table: &Path) -> Result<Vec<PathBuf>, AssessError> {
    let failed = |reason: String| AssessError::Table { path: table.to_owned(), reason };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(table)
        .map_err(|error| failed(error.to_string()))?;
    let header = reader.headers().map_err(|error| failed(error.to_string()))?.clone();
    let column = FILE.iter().find_map(|name| header.iter().position(|h| h.trim().eq_ignore_ascii_case(name)));
    let column = column.ok_or_else(|| {
        failed(format!("it has no column that names the covers' files: call one of them {}", FILE.join(", ")))
    })?;
    let folder = table.parent().unwrap_or(Path::new("."));
    let mut files = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| failed(error.to_string()))?;
        if let Some(name) = row.get(column).filter(|name| !name.trim().is_empty()) {
            files.push(folder.join(name.trim()));
        }
    }
    // The order of rows says nothing; that of names is the same everywhere.
    files.sort();
    files.dedup();
    if files.is_empty() {
        return Err(failed("it names no cover".to_owned()));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_a_column_of_files_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let table = dir.path().join("t.csv");
        std::fs::write(&table, "artist,album\na,b\n").unwrap();
        assert!(files(&table).unwrap_err().to_string().contains("no column"));
        std::fs::write(&table, "genre,File\nx,b.png\nx,a.png\nx,b.png\nx,\n").unwrap();
        assert_eq!(files(&table).unwrap(), [dir.path().join("a.png"), dir.path().join("b.png")]);
        assert!(files(&dir.path().join("none.csv")).is_err());
    }
}

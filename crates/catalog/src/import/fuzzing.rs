//! Doors for `fuzz/`, which no other build has.

use super::csv_file::Table;
use super::literal;
use crate::report::ImportReport;

/// Reads these bytes as a table's file, all rows of it.
///
/// # Panics
/// When a refusal is no sentence, or the disk is full.
pub fn read_table(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for the table");
    let path = folder.path().canonicalize().expect("the folder is there").join("table.csv");
    std::fs::write(&path, bytes).expect("the table is written");
    match Table::open(&path, &|| false) {
        Ok(table) => {
            // Rows of a separator's line and a header are no albums; nothing comes of nothing.
            match table.entries() {
                Ok(entries) => assert!(entries.count() <= bytes.len() + 1),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
            table.tell(&mut ImportReport::default());
        }
        Err(error) => assert!(error.to_string().len() > 20, "{error}"),
    }
}

/// Reads a cell as a list that Python wrote.
pub fn read_literal(cell: &str) {
    if let Some(literal) = literal::parse(cell) {
        let _ = (literal.clone().texts(), literal.pairs());
    }
}

//! Albums of a table that come without a cover, and why.

use super::columns::Columns;
use crate::album::CoverHash;
use crate::report::ImportReport;
use gatefold_types::album_table;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The albums without a cover that were met so far, by reason.
#[derive(Debug, Default)]
pub(super) struct Coverless(Mutex<Reasons>);

#[derive(Debug, Default)]
struct Reasons {
    /// By a column with their covers' addresses.
    addresses: BTreeMap<usize, u64>,
    /// Covers that lie in the catalogue from which the table was written.
    elsewhere: Vec<CoverHash>,
    /// The table says nothing of a cover.
    unnamed: u64,
}

impl Coverless {
    /// Remembers an album, by its row.
    pub(super) fn add(&self, columns: &Columns, cells: &[String]) {
        let filled = |column: &&usize| cells.get(**column).is_some_and(|cell| !cell.trim().is_empty());
        let mut reasons = self.reasons();
        if columns.is_own()
            && let Some(hash) = own_hash(cells)
        {
            reasons.elsewhere.push(hash);
        } else if let Some(column) = columns.link.iter().find(filled) {
            *reasons.addresses.entry(*column).or_default() += 1;
        } else {
            reasons.unnamed += 1;
        }
    }

    /// Counts the albums in a report, with a sentence for each reason. `is_there` says whether the catalogue has a cover;
    /// `pictures` is a column that is not used and holds names of pictures.
    pub(super) fn tell(
        &self,
        columns: &Columns,
        pictures: Option<&str>,
        is_there: &dyn Fn(&CoverHash) -> bool,
        report: &mut ImportReport,
    ) {
        let reasons = self.reasons();
        let elsewhere = reasons.elsewhere.iter().filter(|hash| !is_there(hash)).count() as u64;
        report.no_cover = reasons.addresses.values().sum::<u64>() + elsewhere + reasons.unnamed;
        let notes = &mut report.notes;
        for (column, count) in &reasons.addresses {
            let name = columns.names.get(*column).map_or("", String::as_str);
            let (albums, whose) = no_cover(*count);
            notes.push(format!(
                "{albums}: {whose} column “{name}” holds addresses, which are not fetched; save the pictures beside the \
                 table and name them in a column `file`"
            ));
        }
        if elsewhere > 0 {
            let (albums, whose) = no_cover(elsewhere);
            notes.push(format!(
                "{albums}: this table was exported from another catalogue, and {whose} covers lie there; import the \
                 folder or table that they came from as well, or name that catalogue with --data"
            ));
        }
        if reasons.unnamed > 0 {
            let (albums, _) = no_cover(reasons.unnamed);
            notes.push(match pictures {
                Some(name) => {
                    format!("{albums}: no column names a file; is it “{name}”? Then call that column `file`")
                }
                None => format!("{albums}: this table names none for {}", them(reasons.unnamed)),
            });
        }
    }

    // Counters are whole whatever happened to another thread.
    fn reasons(&self) -> MutexGuard<'_, Reasons> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cover that a row of this program's own table names.
fn own_hash(cells: &[String]) -> Option<CoverHash> {
    let column = album_table::COLUMNS.iter().position(|name| *name == "cover")?;
    let hash = cells.get(column)?.trim();
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| CoverHash(hash.to_ascii_lowercase()))
}

fn no_cover(count: u64) -> (String, &'static str) {
    match count {
        1 => ("one album has no cover".to_owned(), "its"),
        n => (format!("{n} albums have no cover"), "their"),
    }
}

/// What is to be said of folders with music and without a picture.
pub(super) fn folders(names: &[String]) -> Option<String> {
    const NAMED: usize = 5;
    let listed = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
    let more = names.len().saturating_sub(NAMED);
    match names {
        [] => None,
        [_] => Some(format!(
            "one album has music and no cover picture: {listed}; put a cover.jpg beside its music"
        )),
        _ => {
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            Some(format!("{} albums have music and no cover picture: {listed}{more}", names.len()))
        }
    }
}

fn them(count: u64) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

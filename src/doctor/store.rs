//! The catalogue's own file.

use super::{DoctorError, Found, NAMED};
use crate::catalog::{self, Catalog, CatalogError};
use crate::report::{Finding, FindingState};
use std::path::Path;

/// What to do about a catalogue that SQLite itself finds damaged.
pub(super) const ADVICE: &str = "put a copy of catalog.sqlite in its place if there is one; else move catalog.sqlite, \
    catalog.sqlite-wal and catalog.sqlite-shm aside and import the albums again; the covers in covers/ are files of their own";

/// Looks at the file page by page, at what rows point to, and at the index of search.
pub(super) fn look(catalog: &mut Catalog, found: &mut Found<'_>) -> Result<(), DoctorError> {
    found.go_on()?;
    found.progress.stage("The catalogue", 0);
    found.looked_at("albums", catalog.len().unwrap_or(0));
    let file = catalog.dir().join("catalog.sqlite");
    match sound(catalog, found.may_mend()) {
        Ok(Sound::Whole) => {}
        Ok(Sound::Reindexed) => {
            found.mended("catalogue", "indexes of the catalogue were damaged; they are written anew")
        }
        Ok(Sound::Damaged(said)) => {
            let what = format!("SQLite finds the catalogue damaged: {}", said.join("; "));
            found.add(Finding::new("catalogue", FindingState::Remains, what).advice(ADVICE).file(&file));
        }
        Err(error) => {
            let what = format!("SQLite cannot read all of the catalogue: {error}");
            found.add(Finding::new("catalogue", FindingState::Remains, what).advice(ADVICE).file(&file));
        }
    }
    match catalog.albums() {
        Ok(_) => {}
        Err(error) => found.failed("catalogue", &error),
    }
    match catalog.strays() {
        Ok(strays) => {
            for (table, rows) in strays {
                let what = format!("{rows} rows of the table “{table}” belong to rows that are not there");
                found.remains("catalogue", what, ADVICE);
            }
        }
        Err(error) => found.failed("catalogue", &error),
    }
    search(catalog, found);
    Ok(())
}

enum Sound {
    Whole,
    Reindexed,
    Damaged(Vec<String>),
}

fn sound(catalog: &mut Catalog, may_mend: bool) -> Result<Sound, CatalogError> {
    let said = catalog.integrity()?;
    if said.is_empty() {
        return Ok(Sound::Whole);
    }
    // An index is made from its table.
    if may_mend && said.iter().all(|line| line.contains("index")) && catalog.reindex().is_ok() {
        let again = catalog.integrity()?;
        return Ok(if again.is_empty() { Sound::Reindexed } else { Sound::Damaged(again) });
    }
    Ok(Sound::Damaged(said))
}

fn search(catalog: &mut Catalog, found: &mut Found<'_>) {
    match catalog.unsearchable() {
        Ok(0) => {}
        Ok(n) if found.may_mend() => match catalog.index_again() {
            Ok(()) => found.mended("search", format!("search did not know {n} albums rightly; it does now")),
            Err(error) => found.failed("search", &error),
        },
        Ok(n) => {
            let what = format!("search does not know {n} albums rightly");
            found.remains("search", what, "run `gatefold doctor` again when nothing else writes here");
        }
        Err(error) => found.failed("search", &error),
    }
}

/// What can be said of a data directory whose catalogue cannot be read: the covers' names are hashes of what they hold.
pub(super) fn without(dir: &Path, error: &CatalogError, found: &mut Found<'_>) {
    let file = dir.join("catalog.sqlite");
    found.add(Finding::new("catalogue", FindingState::Remains, error.to_string()).advice(ADVICE).file(&file));
    found.progress.stage("Covers", 0);
    let (whole, damaged) = catalog::covers_by_name(dir);
    found.report.why = Some("the catalogue cannot be read".to_owned());
    found.looked_at("covers", whole + damaged.len() as u64);
    found.note("covers", format!("{whole} covers are whole"), "they stay where they are");
    for path in damaged.iter().take(NAMED) {
        let what = "this cover is damaged: its name is the hash of what it should hold";
        let advice = "import its album again";
        found.add(Finding::new("covers", FindingState::Remains, what).advice(advice).file(path));
    }
    if damaged.len() > NAMED {
        let more = damaged.len() - NAMED;
        found.remains("covers", format!("{more} more covers are damaged"), "import their albums again");
    }
}

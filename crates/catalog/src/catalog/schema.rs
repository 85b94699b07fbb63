//! The catalogue's tables, and how an older catalogue becomes one of today.
//!
//! `PRAGMA user_version` counts the migrations that a catalogue has seen. A migration, once released, is never
//! changed: the next one is written below it.

use super::{CatalogError, Result};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// One script per version, the first making version 1 out of nothing.
const MIGRATIONS: [&str; 6] = [V1, V2, V3, V4, V5, V6];

/// The version that this program reads and writes.
pub(super) const VERSION: u32 = MIGRATIONS.len() as u32;

const V1: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Where albums come from: a CSV file, a folder, the demo label.
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    identity TEXT NOT NULL,
    UNIQUE (kind, identity)
) STRICT;

-- The covers' files as imported, in covers/; named by BLAKE3 of their bytes.
CREATE TABLE covers (
    hash TEXT PRIMARY KEY,
    extension TEXT NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was made from a cover, and by which version of the code.
CREATE TABLE derived (
    cover TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    mean BLOB NOT NULL,
    palette BLOB NOT NULL,
    dhash INTEGER NOT NULL,
    pixels BLOB NOT NULL,
    thumbnail BLOB NOT NULL
) STRICT;

-- What is known of an album from all its records. `names` is artist and title folded for comparison; `hash` is
-- BLAKE3 of everything known.
CREATE TABLE albums (
    id TEXT PRIMARY KEY,
    artist TEXT, title TEXT, track TEXT, genre TEXT, year INTEGER,
    plays INTEGER, listeners INTEGER, popularity REAL,
    cover TEXT, key TEXT NOT NULL, collection TEXT,
    genres TEXT NOT NULL, audio TEXT, similar TEXT NOT NULL,
    names TEXT,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX albums_by_names ON albums (names) WHERE names IS NOT NULL;
CREATE INDEX albums_by_genre ON albums (genre);
CREATE INDEX albums_by_cover ON albums (cover);

-- Folded text of each album, in the order in which lists show it.
CREATE TABLE search (
    sort TEXT NOT NULL,
    album TEXT NOT NULL UNIQUE,
    artist TEXT NOT NULL,
    title TEXT NOT NULL,
    rest TEXT NOT NULL,
    genre TEXT,
    weight INTEGER NOT NULL,
    PRIMARY KEY (sort, album)
) STRICT, WITHOUT ROWID;

-- What one source says of one album. `duplicate` marks a byte-identical copy of another record of its source.
CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    album TEXT NOT NULL,
    cover TEXT,
    size INTEGER,
    mtime_ns INTEGER,
    fingerprint BLOB NOT NULL,
    duplicate INTEGER NOT NULL,
    facts TEXT NOT NULL,
    UNIQUE (source, key)
) STRICT;
CREATE INDEX records_by_album ON records (album);
CREATE INDEX records_by_cover ON records (cover);

CREATE TABLE generated (
    id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    frames INTEGER NOT NULL,
    seconds REAL NOT NULL,
    recipe TEXT NOT NULL,
    parents TEXT NOT NULL
) STRICT;

CREATE TABLE evaluations (
    run TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    genres TEXT NOT NULL,
    mean_auc REAL NOT NULL,
    features TEXT NOT NULL,
    report TEXT NOT NULL
) STRICT;
";

const V2: &str = "
-- What was said of each cover in a pair of an evaluation, packed as `scores` does it; pairs in the order of rows.
CREATE TABLE evaluation_scores (
    seq INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES evaluations (run) ON DELETE CASCADE,
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    scores BLOB NOT NULL,
    UNIQUE (run, a, b)
) STRICT;
";

const V3: &str = "
-- What somebody thinks of a generated cover, 1 to 5.
ALTER TABLE generated ADD COLUMN stars INTEGER;
";

const V4: &str = "
-- Albums that somebody put together under a name: a JSON list of ids in the order of choosing.
CREATE TABLE sets (
    name TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    albums TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

const V5: &str = "
-- What a person changed of an album, laid over what its sources say; an album that is `removed` is on no list and no
-- map, while its records stay. `names` is artist and title as the person wants them, folded for comparison.
CREATE TABLE edits (
    album TEXT PRIMARY KEY,
    edit TEXT NOT NULL,
    removed INTEGER NOT NULL,
    names TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX edits_by_names ON edits (names) WHERE names IS NOT NULL;

-- When a source was last imported, in milliseconds since 1970, and whether its albums are left out.
ALTER TABLE sources ADD COLUMN imported_ms INTEGER;
ALTER TABLE sources ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
";

const V6: &str = "
-- BLAKE3 of what was derived, since a wrong pixel is a pixel; NULL for what was derived before there was one.
ALTER TABLE derived ADD COLUMN seal BLOB;
";

/// The version of the catalogue behind a connection; 0 for an empty file.
pub(super) fn version(connection: &Connection) -> Result<u32> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Sees that the tables of a catalogue of [`VERSION`] are there and can be understood.
pub(super) fn check(connection: &Connection) -> Result<()> {
    let tables = "meta, sources, covers, derived, albums, search, records, generated, evaluations, \
                  evaluation_scores, sets, edits";
    connection.prepare(&format!("SELECT 1 FROM {tables} LIMIT 0"))?;
    Ok(())
}

/// Brings a catalogue to [`VERSION`].
///
/// # Errors
/// [`CatalogError::Newer`] when it is of a later version.
pub(super) fn migrate(connection: &mut Connection, dir: &Path) -> Result<()> {
    migrate_with(connection, dir, &MIGRATIONS)
}

fn migrate_with(connection: &mut Connection, dir: &Path, migrations: &[&str]) -> Result<()> {
    let known = migrations.len() as u32;
    let found = version(connection)?;
    if found > known {
        return Err(CatalogError::Newer { dir: dir.to_owned(), found, known });
    }
    for (number, script) in (1u32..).zip(migrations).skip(found as usize) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(script)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Access, Catalog};

    #[test]
    fn an_older_catalogue_keeps_its_content_and_gains_what_is_new() {
        let mut connection = Connection::open_in_memory().unwrap();
        let dir = Path::new("/data");
        migrate_with(&mut connection, dir, &[V1]).unwrap();
        connection.execute("INSERT INTO meta VALUES ('a', '1')", []).unwrap();
        let next = "ALTER TABLE meta ADD COLUMN note TEXT NOT NULL DEFAULT 'new'";
        migrate_with(&mut connection, dir, &[V1, next]).unwrap();
        assert_eq!(version(&connection).unwrap(), 2);
        let row = connection.query_row("SELECT value || note FROM meta", [], |r| r.get::<_, String>(0));
        assert_eq!(row.unwrap(), "1new");
    }

    #[test]
    fn an_evaluation_of_the_first_version_is_still_read_and_has_no_scores() {
        let dir = tempfile::tempdir().unwrap();
        let mut connection = Connection::open(dir.path().join("catalog.sqlite")).unwrap();
        migrate_with(&mut connection, dir.path(), &[V1]).unwrap();
        let report = r#"{"features":"pixels","folds":3,"seed":0,"pairs":[],"mean_auc":0.5,"seconds":1.0}"#;
        let sql =
            "INSERT INTO evaluations VALUES ('0123456789abcdef', 5000, '[\"rock\"]', 0.5, 'pixels', ?1)";
        connection.execute(sql, [report]).unwrap();
        drop(connection);
        let catalog = Catalog::open(dir.path(), Access::Read).unwrap();
        let run = catalog.evaluation("0123456789abcdef").unwrap().unwrap();
        assert_eq!((run.at, run.report.folds), (5, 3));
        assert!(catalog.all_evaluation_scores("0123456789abcdef").unwrap().is_empty());
        assert_eq!(version(&catalog.connection).unwrap(), VERSION);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_version_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        let dir = Path::new("/data");
        migrate_with(&mut connection, dir, &[V1]).unwrap();
        let broken = "CREATE TABLE half (a TEXT); SELECT nonsense";
        assert!(migrate_with(&mut connection, dir, &[V1, broken]).is_err());
        assert_eq!(version(&connection).unwrap(), 1);
        assert!(connection.query_row("SELECT * FROM half", [], |_| Ok(())).is_err());
    }

    #[test]
    fn a_newer_catalogue_is_refused_with_both_versions() {
        let dir = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        catalog.connection.pragma_update(None, "user_version", 99).unwrap();
        drop(catalog);
        assert!(Catalog::exists(dir.path()));
        for access in [Access::Read, Access::Write] {
            let sentence = Catalog::open(dir.path(), access).unwrap_err().to_string();
            assert!(sentence.contains("version 99"), "{sentence}");
            assert!(sentence.contains(&format!("up to {VERSION}")), "{sentence}");
        }
    }
}

//! Opening a catalogue: created, migrated or refused; for reading also where nothing may be written.

use super::{Access, Catalog, CatalogError, Result, covers, lock::Lock, schema};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a statement waits for another process before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements kept ready; there are about forty different ones.
const STATEMENTS: usize = 64;

impl Catalog {
    /// Opens the catalogue in `dir`.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] (reading only), [`CatalogError::InUse`] (writing only), [`CatalogError::Newer`];
    /// see there.
    pub fn open(dir: &Path, access: Access) -> Result<Self> {
        match access {
            Access::Write => Self::open_writing(dir),
            Access::Read => Self::open_reading(dir),
        }
    }

    /// Whether `dir` holds a catalogue, be it of this version or another.
    pub fn exists(dir: &Path) -> bool {
        match connect_reading(dir).and_then(|connection| schema::version(&connection)) {
            Ok(version) => version > 0,
            Err(CatalogError::Missing(_)) => false,
            // Something lies there, and opening it will say what is wrong with it.
            Err(_) => true,
        }
    }

    fn open_writing(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|source| CatalogError::File {
            what: "created",
            path: dir.to_owned(),
            source,
        })?;
        let lock = Arc::new(Lock::take(dir)?);
        let mut connection = connect_writing(dir)?;
        // Covers and thumbnails are tens of kilobytes; larger pages keep each in one piece. Only a file that is
        // being created heeds it.
        connection.pragma_update(None, "page_size", 8192)?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        schema::migrate(&mut connection, dir)?;
        covers::clear_unfinished(dir);
        Ok(Self { dir: dir.to_owned(), connection, lock: Some(lock) })
    }

    /// Another connection that writes, under the same lock: for a process that keeps something small while an
    /// import, which commits a few hundred records at a time, goes on.
    ///
    /// # Errors
    /// [`CatalogError::ReadOnly`] when this one only reads.
    pub fn another(&self) -> Result<Self> {
        let lock = self.lock.clone().ok_or(CatalogError::ReadOnly)?;
        Ok(Self { dir: self.dir.clone(), connection: connect_writing(&self.dir)?, lock: Some(lock) })
    }

    fn open_reading(dir: &Path) -> Result<Self> {
        let connection = connect_reading(dir)?;
        match schema::version(&connection)? {
            0 => Err(CatalogError::Missing(dir.to_owned())),
            found if found > schema::VERSION => {
                Err(CatalogError::Newer { dir: dir.to_owned(), found, known: schema::VERSION })
            }
            found if found < schema::VERSION => {
                drop(connection);
                // Migrating is a writer's work. Nobody else is at it, or the lock says who.
                Self::open_writing(dir).map_err(|e| CatalogError::Older {
                    dir: dir.to_owned(),
                    found,
                    known: schema::VERSION,
                    why: e.to_string(),
                })?;
                Ok(Self { dir: dir.to_owned(), connection: connect_reading(dir)?, lock: None })
            }
            _ => Ok(Self { dir: dir.to_owned(), connection, lock: None }),
        }
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("catalog.sqlite")
}

fn connect_writing(dir: &Path) -> Result<Connection> {
    let mut connection = Connection::open(file(dir))?;
    prepare(&connection)?;
    // With a write-ahead log this loses nothing when the process dies, and at most the last transactions (never
    // the file's soundness) when the machine does.
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A transaction that reads first and writes then would be refused, not made to wait, when another connection
    // wrote in between.
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    Ok(connection)
}

fn prepare(connection: &Connection) -> Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

fn connect_reading(dir: &Path) -> Result<Connection> {
    let path = file(dir);
    if !path.is_file() {
        return Err(CatalogError::Missing(dir.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags)?;
    prepare(&connection)?;
    // The first read shows whether SQLite can have the shared-memory file that a write-ahead log needs.
    let Err(refusal) = schema::version(&connection) else { return Ok(connection) };
    // A folder that may not be written, and no writer that would have made the file: nothing can change.
    let log = dir.join("catalog.sqlite-wal");
    if std::fs::metadata(&log).is_ok_and(|m| m.len() > 0) {
        return Err(refusal);
    }
    let connection = Connection::open_with_flags(
        format!("file:{}?immutable=1", uri_path(&path)),
        flags | OpenFlags::SQLITE_OPEN_URI,
    )?;
    prepare(&connection)?;
    schema::version(&connection).map_err(|_| refusal)?;
    Ok(connection)
}

/// A path as it stands in a URI: what is not plain is escaped.
fn uri_path(path: &Path) -> String {
    let mut out = String::new();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_read_is_said_with_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!Catalog::exists(dir.path()));
        let refusal = Catalog::open(dir.path(), Access::Read).unwrap_err().to_string();
        assert!(refusal.contains("gatefold import"), "{refusal}");
        assert!(std::fs::read_dir(dir.path()).unwrap().next().is_none(), "reading must create nothing");
    }

    #[test]
    fn an_empty_file_is_no_catalogue() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(file(dir.path()), b"").unwrap();
        assert!(!Catalog::exists(dir.path()));
        assert!(matches!(Catalog::open(dir.path(), Access::Read), Err(CatalogError::Missing(_))));
    }

    #[test]
    fn readers_work_beside_a_writer_and_see_what_it_wrote() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = Catalog::open(dir.path(), Access::Write).unwrap();
        let reader = Catalog::open(dir.path(), Access::Read).unwrap();
        writer.set_meta("a", "1").unwrap();
        assert_eq!(reader.meta("a").unwrap().as_deref(), Some("1"));
        assert!(matches!(Catalog::open(dir.path(), Access::Write), Err(CatalogError::InUse { .. })));
    }

    #[test]
    fn a_second_connection_writes_while_the_first_is_busy_and_keeps_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = Catalog::open(dir.path(), Access::Write).unwrap();
        let mut second = first.another().unwrap();
        let batch = first.batch().unwrap();
        batch.set_meta("a", Some("1")).unwrap();
        let waits = std::thread::spawn(move || {
            second.set_meta("b", "2").unwrap();
            second
        });
        batch.commit().unwrap();
        let second = waits.join().unwrap();
        assert_eq!(second.meta("a").unwrap().as_deref(), Some("1"));
        drop(first);
        assert!(matches!(Catalog::open(dir.path(), Access::Write), Err(CatalogError::InUse { .. })));
        drop(second);
        assert!(Catalog::open(dir.path(), Access::Write).is_ok());
    }

    #[test]
    fn a_reader_needs_no_files_of_a_writer() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = Catalog::open(dir.path(), Access::Write).unwrap();
        writer.set_meta("a", "1").unwrap();
        drop(writer);
        for left in ["catalog.sqlite-wal", "catalog.sqlite-shm", "lock"] {
            std::fs::remove_file(dir.path().join(left)).ok();
        }
        let reader = Catalog::open(dir.path(), Access::Read).unwrap();
        assert_eq!(reader.meta("a").unwrap().as_deref(), Some("1"));
        // A writer may come while the reader is there.
        let mut writer = Catalog::open(dir.path(), Access::Write).unwrap();
        writer.set_meta("a", "2").unwrap();
        assert_eq!(reader.meta("a").unwrap().as_deref(), Some("2"));
    }

    #[test]
    fn a_reader_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        drop(Catalog::open(dir.path(), Access::Write).unwrap());
        let mut reader = Catalog::open(dir.path(), Access::Read).unwrap();
        assert!(matches!(reader.set_meta("a", "1"), Err(CatalogError::ReadOnly)));
    }

    #[test]
    fn a_path_of_any_letters_can_be_a_uri() {
        assert_eq!(uri_path(Path::new("/a b/ü?#.sqlite")), "/a%20b/%C3%BC%3F%23.sqlite");
    }
}

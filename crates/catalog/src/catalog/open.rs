//! Opening a catalogue: created, migrated or refused; for reading also where nothing may be written. What is wrong with
//! one that cannot be opened is said in words that lead somewhere.

use super::{Access, Catalog, CatalogError, Result, covers, disk, lock::Lock, schema};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a statement waits for another process before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements kept ready; there are about forty different ones.
const STATEMENTS: usize = 64;
/// Name of the catalogue's file.
pub(super) const FILE: &str = "catalog.sqlite";

impl Catalog {
    /// Opens the catalogue in `dir`.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] and [`CatalogError::Emptied`] (reading only), [`CatalogError::InUse`] (writing only),
    /// [`CatalogError::Newer`], [`CatalogError::Broken`]; see there.
    pub fn open(dir: &Path, access: Access) -> Result<Self> {
        let opened = match access {
            Access::Write => Self::open_writing(dir),
            Access::Read => Self::open_reading(dir),
        };
        opened.map_err(|error| told(dir, error))
    }

    /// Whether `dir` holds a catalogue, be it of this version or another.
    pub fn exists(dir: &Path) -> bool {
        // Where something else is wrong, something lies there, and opening it will say what.
        !matches!(Self::expect(dir), Err(CatalogError::Missing(_)))
    }

    /// Sees that there is a catalogue in `dir`, of whatever version: for who writes and would not have one made.
    ///
    /// # Errors
    /// As [`Catalog::open`] for reading.
    pub fn expect(dir: &Path) -> Result<()> {
        let there = connect_reading(dir).and_then(|connection| version_of(dir, &connection));
        there.map(drop).map_err(|error| told(dir, error))
    }

    fn open_writing(dir: &Path) -> Result<Self> {
        if dir.exists() && !dir.is_dir() {
            return Err(CatalogError::NoFolder(dir.to_owned()));
        }
        fs::create_dir_all(dir).map_err(|source| CatalogError::File {
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
        schema::check(&connection)?;
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
        match version_of(dir, &connection)? {
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
            _ => {
                schema::check(&connection)?;
                Ok(Self { dir: dir.to_owned(), connection, lock: None })
            }
        }
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// The folder of a file, for people.
pub(super) fn folder_of(file: &Path) -> String {
    file.parent().unwrap_or(file).display().to_string()
}

/// The version of a catalogue that was made at all.
fn version_of(dir: &Path, connection: &Connection) -> Result<u32> {
    match schema::version(connection)? {
        0 => Err(nothing(dir)),
        version => Ok(version),
    }
}

/// There is no catalogue; covers beside its place are worth a word.
fn nothing(dir: &Path) -> CatalogError {
    match (file(dir), disk::covers(dir)) {
        (file, covers) if covers > 0 && file.exists() => CatalogError::Emptied { file, covers },
        _ => CatalogError::Missing(dir.to_owned()),
    }
}

/// Sees that there is a file that may be read.
fn look(dir: &Path) -> Result<()> {
    let path = file(dir);
    let found = fs::metadata(&path).and_then(|meta| fs::File::open(&path).map(|_| meta));
    match found {
        Ok(meta) if meta.is_file() => Ok(()),
        Ok(_) => Err(CatalogError::Broken(path, "it is no file".to_owned())),
        Err(e) if e.kind() == ErrorKind::NotFound => Err(CatalogError::Missing(dir.to_owned())),
        Err(e) if e.kind() == ErrorKind::NotADirectory => Err(CatalogError::NoFolder(dir.to_owned())),
        Err(source) => Err(CatalogError::File { what: "read", path, source }),
    }
}

/// What went wrong while a catalogue was opened, with its file's name and a way out.
fn told(dir: &Path, error: CatalogError) -> CatalogError {
    match error {
        CatalogError::Sqlite(e) if is_damage(&e) => CatalogError::Broken(file(dir), e.to_string()),
        CatalogError::Sqlite(e) if is_refusal(&e) => {
            let path = file(dir);
            let opened = |write| fs::OpenOptions::new().read(true).write(write).open(&path);
            match (opened(false), opened(true)) {
                (Err(source), _) => CatalogError::Forbidden { what: "read", path, source },
                (_, Err(source)) => CatalogError::Forbidden { what: "written", path, source },
                (Ok(_), Ok(_)) => {
                    let what = "written (SQLite keeps two files beside the catalogue)";
                    let source = std::io::Error::other(e.to_string());
                    CatalogError::Forbidden { what, path: dir.to_owned(), source }
                }
            }
        }
        CatalogError::File { what, path, source }
            if matches!(source.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
        {
            CatalogError::Forbidden { what, path, source }
        }
        other => other,
    }
}

/// What SQLite says; where it means that the file is damaged, also what to do.
pub(super) fn sentence(error: &rusqlite::Error) -> String {
    match is_damage(error) {
        true => format!(
            "{FILE} in the data directory is damaged ({error}): run `gatefold doctor`, which mends what can be mended and \
             says what to do about the rest; the covers in covers/ are files of their own and are safe"
        ),
        false => format!("the catalogue could not be read or written: {error}"),
    }
}

/// Whether an error can only come from a file that is not what this program wrote.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error as E;
    let speaks_of_schema = |text: &str| text.contains("no such ") || text.contains("malformed");
    match error {
        E::SqliteFailure(failure, message) => {
            matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
                || (failure.code == ErrorCode::Unknown && message.as_deref().is_some_and(speaks_of_schema))
        }
        E::SqlInputError { msg, .. } => speaks_of_schema(msg),
        // Numbers that do not fit, text that is none, rows that every catalogue has: nobody wrote these.
        E::FromSqlConversionFailure(..)
        | E::IntegralValueOutOfRange(..)
        | E::Utf8Error(..)
        | E::InvalidColumnType(..)
        | E::QueryReturnedNoRows => true,
        _ => false,
    }
}

/// Whether SQLite was not let to the file.
fn is_refusal(error: &rusqlite::Error) -> bool {
    let codes = [ErrorCode::CannotOpen, ErrorCode::PermissionDenied, ErrorCode::ReadOnly];
    error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
}

fn connect_writing(dir: &Path) -> Result<Connection> {
    let mut connection = Connection::open(file(dir))?;
    prepare(&connection)?;
    // Each transaction is on the disk when it is acknowledged, whether the process dies or the machine does. An import
    // commits a few hundred records at a time, so that this costs it little.
    connection.pragma_update(None, "synchronous", "full")?;
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
    look(dir)?;
    let path = file(dir);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags)?;
    prepare(&connection)?;
    // The first read shows whether SQLite can have the shared-memory file that a write-ahead log needs.
    let Err(refusal) = schema::version(&connection) else { return Ok(connection) };
    // A folder that may not be written, and no writer that would have made the file: nothing can change.
    let log = dir.join("catalog.sqlite-wal");
    if fs::metadata(&log).is_ok_and(|m| m.len() > 0) {
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
    use crate::catalog::testing;

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
    fn covers_beside_an_empty_catalogue_are_not_passed_over_in_silence() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        testing::put(&mut catalog, "a", &testing::named("A", "B"), Some(&testing::png(7)));
        drop(catalog);
        std::fs::write(file(dir.path()), b"").unwrap();
        assert!(Catalog::exists(dir.path()));
        let refusal = Catalog::open(dir.path(), Access::Read).unwrap_err();
        assert!(matches!(&refusal, CatalogError::Emptied { covers: 1, .. }), "{refusal}");
        // Who imports again begins anew.
        drop(Catalog::open(dir.path(), Access::Write).unwrap());
        assert!(Catalog::open(dir.path(), Access::Read).unwrap().is_empty().unwrap());
    }

    #[test]
    fn a_damaged_catalogue_is_named_and_there_is_a_way_out() {
        let rubbish = |dir: &Path| std::fs::write(file(dir), b"rubbish ".repeat(2000)).unwrap();
        let header = |dir: &Path| {
            std::fs::write(file(dir), [&b"SQLite format 3\0"[..], &b"rubbish".repeat(500)].concat()).unwrap();
        };
        let change = |sql: &'static str| {
            move |dir: &Path| {
                drop(Catalog::open(dir, Access::Write).unwrap());
                let connection = Connection::open(file(dir)).unwrap();
                connection.pragma_update(None, "journal_mode", "delete").unwrap();
                connection.execute_batch(sql).unwrap();
            }
        };
        let version = change("PRAGMA user_version = -1");
        let table =
            change("PRAGMA writable_schema = on; UPDATE sqlite_schema SET sql = 'x' WHERE name = 'meta'");
        let cases: [(&str, &dyn Fn(&Path)); 4] =
            [("no database", &rubbish), ("half", &header), ("version", &version), ("table", &table)];
        for (name, damage) in cases {
            let dir = tempfile::tempdir().unwrap();
            damage(dir.path());
            for access in [Access::Read, Access::Write] {
                let opened = Catalog::open(dir.path(), access);
                let Err(refusal) = opened else { panic!("{name}, {access:?}: opened") };
                let sentence = refusal.to_string();
                for part in [&file(dir.path()).display().to_string(), "covers/", "import", "gatefold doctor"]
                {
                    assert!(sentence.contains(part), "{name}, {access:?}: {sentence}");
                }
            }
            assert!(Catalog::exists(dir.path()), "{name}");
        }
    }

    #[test]
    fn damage_that_a_later_question_meets_leads_to_the_doctor() {
        let dir = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        catalog.connection.execute_batch("DROP TABLE search; DROP TABLE albums").unwrap();
        let sentence = catalog.len().unwrap_err().to_string();
        assert!(sentence.contains("gatefold doctor") && sentence.contains("covers/"), "{sentence}");
    }

    #[test]
    fn a_file_is_no_data_directory() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for access in [Access::Read, Access::Write] {
            let refusal = Catalog::open(file.path(), access).unwrap_err().to_string();
            assert!(refusal.contains("no folder"), "{refusal}");
        }
    }

    #[test]
    fn what_may_not_be_read_is_not_called_missing() {
        let denied = || std::io::Error::from(ErrorKind::PermissionDenied);
        let error = CatalogError::File { what: "read", path: "/d/catalog.sqlite".into(), source: denied() };
        let sentence = told(Path::new("/d"), error).to_string();
        assert!(
            sentence.contains("may not be read by this user") && sentence.contains("--data"),
            "{sentence}"
        );
        let dir = tempfile::tempdir().unwrap();
        drop(Catalog::open(dir.path(), Access::Write).unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(file(dir.path()), std::fs::Permissions::from_mode(0o000)).unwrap();
            // Root may read all the same.
            if std::fs::File::open(file(dir.path())).is_err() {
                let refusal = Catalog::open(dir.path(), Access::Read).unwrap_err();
                assert!(matches!(refusal, CatalogError::Forbidden { .. }), "{refusal}");
                assert!(Catalog::exists(dir.path()));
            }
        }
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

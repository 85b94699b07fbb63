//! The store: SQLite and covers in the data directory.
//!
//! Everything that Gatefold knows lies in one folder: `catalog.sqlite` (write-ahead log), `covers/` (the covers as
//! they were imported, named by the hash of their bytes), `generated/` and, written by the build, `builds/`. One
//! process writes a data directory and holds `lock` while it does; any number read beside it. Each change is one
//! transaction, and each file is written beside its place and then renamed, so a process that is killed leaves
//! whole records or none.
//!
//! An album may be known from several sources. Each source's own facts are kept as a *record*; the album's facts
//! are its records' facts, the first source's first (see [`records`]).

mod albums;
mod covers;
mod derived;
mod disk;
mod edits;
mod evaluations;
mod generated;
mod health;
mod lock;
mod open;
pub mod path_text;
pub mod records;
mod schema;
mod scores;
mod search;
mod sets;
mod sources;
#[cfg(test)]
pub(crate) mod testing;
pub use gatefold_types::text;

pub use covers::{CoverFile, hash_of, make_durable};
pub use disk::{covers as covers_in, folder as folder_size, unfinished};
pub use health::{CoverUse, Gone, covers_by_name};
pub use records::{Batch, Facts, Known, NewRecord, SourceId, Stamp, Stored};

use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a catalogue is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Reads only; works beside a writer. The catalogue must exist.
    Read,
    /// Creates what is missing and holds the directory's lock until dropped.
    Write,
}

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Nothing to read.
    #[error(
        "there is no catalogue in {}: fill one with `gatefold import PATH` or `gatefold demo`, or name another \
         --data directory",
        .0.display()
    )]
    Missing(PathBuf),
    /// Another process writes.
    #[error("{} is in use by another gatefold{process}; stop it or use another --data directory", .dir.display())]
    InUse {
        /// The data directory.
        dir: PathBuf,
        /// ` (process N)`, or nothing when the other one could not be asked.
        process: String,
    },
    /// Written by a later version of this program.
    #[error(
        "the catalogue in {} has schema version {found}, and this gatefold knows versions up to {known}: use a \
         newer gatefold, or another --data directory",
        .dir.display()
    )]
    Newer {
        /// The data directory.
        dir: PathBuf,
        /// Its version.
        found: u32,
        /// The version of this program.
        known: u32,
    },
    /// Written by an earlier version, and it cannot be brought up to date now.
    #[error(
        "the catalogue in {} has schema version {found}, this gatefold needs {known}, and it could not be brought \
         up to date because {why}",
        .dir.display()
    )]
    Older {
        /// The data directory.
        dir: PathBuf,
        /// Its version.
        found: u32,
        /// The version of this program.
        known: u32,
        /// What stands in the way.
        why: String,
    },
    /// A write was asked of a catalogue that was opened with [`Access::Read`].
    #[error("this catalogue was opened for reading only; the change needs the data directory's writer")]
    ReadOnly,
    /// A file in the data directory.
    #[error("{} could not be {what}: {source}", .path.display())]
    File {
        /// `read`, `written`, …
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A cover whose file no longer holds what was imported.
    #[error("the file {} is damaged: import its album again", .0.display())]
    DamagedCover(PathBuf),
    /// Something that the catalogue holds makes no sense.
    #[error(
        "the catalogue holds {0}: run `gatefold doctor`, which mends what can be mended and says what to do about the rest"
    )]
    Damaged(String),
    /// Something was given that cannot be kept.
    #[error("{0}")]
    Refused(String),
    /// The catalogue's own file is no longer one.
    #[error(
        "the catalogue {file} is damaged ({why}). The covers lie beside it in covers/, each a file of its own, and are \
         safe. Put a copy of the catalogue in its place if there is one; else move {name}, {name}-wal and {name}-shm out of \
         {dir} and import the albums again. `gatefold doctor --data {dir}` says which covers are whole",
        file = .0.display(),
        name = open::FILE,
        dir = open::folder_of(.0),
        why = .1
    )]
    Broken(PathBuf, String),
    /// The catalogue's file holds nothing, and covers lie beside it.
    #[error(
        "the catalogue {file} is empty, while covers/ beside it holds {covers} covers: something emptied or replaced it. \
         Put a copy of it in its place if there is one; else import the albums again with `gatefold import PATH`, which \
         finds covers that are there. Nothing was changed",
        file = .file.display()
    )]
    Emptied {
        /// The catalogue's file.
        file: PathBuf,
        /// How many covers lie there.
        covers: u64,
    },
    /// A file or folder that this user may not read or write.
    #[error(
        "{} may not be {what} by this user ({source}): change whose it is or its permissions, or name another --data \
         directory",
        .path.display()
    )]
    Forbidden {
        /// `read`, `written`, …
        what: &'static str,
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Something else lies where a data directory should be.
    #[error("{} is no folder: name another --data directory", .0.display())]
    NoFolder(PathBuf),
    /// SQLite's own word.
    #[error("{}", open::sentence(.0))]
    Sqlite(#[from] rusqlite::Error),
}

type Result<T> = std::result::Result<T, CatalogError>;

/// A data directory's catalogue.
pub struct Catalog {
    dir: PathBuf,
    connection: Connection,
    /// Held by the writer, and by its other connections, until the last is dropped.
    lock: Option<Arc<lock::Lock>>,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("dir", &self.dir).field("access", &self.access()).finish()
    }
}

impl Catalog {
    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// How it was opened.
    pub fn access(&self) -> Access {
        if self.lock.is_some() { Access::Write } else { Access::Read }
    }

    /// A value kept under a name.
    pub fn meta(&self, key: &str) -> Result<Option<String>> {
        let mut statement = self.connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    /// Keeps a value under a name; it is on the disk when this returns.
    pub fn set_meta(&mut self, key: &str, value: &str) -> Result<()> {
        self.writable()?;
        let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
        self.connection.prepare_cached(sql)?.execute(params![key, value])?;
        Ok(())
    }

    /// Whether the catalogue is the demo label and nothing else.
    pub fn is_demo(&self) -> Result<bool> {
        Ok(self.meta("demo")?.as_deref() == Some("true"))
    }

    fn writable(&self) -> Result<()> {
        if self.lock.is_some() { Ok(()) } else { Err(CatalogError::ReadOnly) }
    }
}

/// Milliseconds since 1970: what was kept in the same second still has an order.
fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

/// The first 16 hexadecimal digits of a BLAKE3 hash over parts that cannot run into each other.
fn short_hash(parts: &[&[u8]]) -> String {
    format!("{:016x}", short_number(parts))
}

fn short_number(parts: &[&[u8]]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_be_bytes(first)
}

/// JSON of something that the catalogue keeps.
fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|e| CatalogError::Refused(format!("it cannot be written as JSON: {e}")))
}

/// The reverse, with a name for people.
fn from_json<T: serde::de::DeserializeOwned>(what: &str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|e| CatalogError::Damaged(format!("{what} that cannot be read ({e})")))
}

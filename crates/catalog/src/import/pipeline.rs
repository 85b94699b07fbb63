//! From records to the catalogue: covers are read, hashed and decoded on all cores while the chunk before is being
//! committed.
//!
//! Two threads meet here. One asks the source for a chunk of records and prepares it in parallel; covers go to the
//! data directory at once, so that only what was derived from them waits in memory. The other, the caller's, takes
//! the prepared chunks in order, decides what is new, the same or a copy, and commits each chunk in one transaction.
//! Decisions are made in the source's order, so they do not depend on the number of cores.

mod fold;
mod prepare;

use super::ImportError;
use super::record::Entry;
use crate::catalog::{Catalog, path_text};
use crate::progress::Progress;
use crate::report::ImportReport;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// Records that are prepared and committed together. What was derived from them, 20 kB each, waits in memory.
const CHUNK: usize = 256;

/// What is imported.
pub(super) struct Job {
    /// Kind of source.
    pub kind: &'static str,
    /// What tells this source from others of its kind.
    pub identity: String,
    /// Where the keys of its records are files, the folder that they are relative to.
    root: Option<PathBuf>,
    /// Said in front of every fact: when it changes, every record counts as changed.
    pub salt: String,
    pub stage: &'static str,
    /// The keys of all its records, where they are known beforehand.
    keys: Option<HashSet<String>>,
}

impl Job {
    /// A person's own albums, from a file or folder.
    pub(super) fn own(kind: &'static str, path: &Path) -> Self {
        let root = if kind == "csv" { path.parent() } else { Some(path) };
        Self {
            kind,
            identity: path_text::to_text(path.as_os_str()),
            root: root.map(Path::to_owned),
            salt: String::new(),
            stage: "reading covers",
            keys: None,
        }
    }

    /// The same, of these records and no others: pictures that are there and were albums before are none any more.
    pub(super) fn of(self, entries: &[Entry]) -> Self {
        let key = |entry: &Entry| match entry {
            Entry::Record(record) | Entry::Album(record, _) => Some(record.key.clone()),
            Entry::Skipped(_) => None,
        };
        Self { keys: Some(entries.iter().filter_map(key).collect()), ..self }
    }

    /// The demo label.
    pub(super) fn demo(seed: u64) -> Self {
        Self {
            kind: "demo",
            identity: seed.to_string(),
            root: None,
            // Another version of the program may draw another cover from the same facts.
            salt: env!("CARGO_PKG_VERSION").to_owned(),
            stage: "drawing covers",
            keys: None,
        }
    }

    fn is_demo(&self) -> bool {
        self.kind == "demo"
    }

    /// The file that a record's key names, where it names one.
    fn file(&self, key: &str) -> Option<PathBuf> {
        let root = self.root.as_ref()?;
        if self.kind == "folder" {
            return Some(root.join(path_text::from_text(key)));
        }
        // A `#` tells rows of the same file apart.
        (!key.contains('#')).then(|| root.join(key))
    }
}

/// Imports a source's records.
pub(super) fn run(
    catalog: &mut Catalog,
    job: &Job,
    entries: impl Iterator<Item = Entry> + Send,
    steps: u64,
    progress: &dyn Progress,
) -> Result<ImportReport, ImportError> {
    progress.stage(job.stage, steps);
    let since = catalog.last_import(job.kind, &job.identity)?;
    let source = catalog.source(job.kind, &job.identity)?;
    let known = catalog.known(&source)?;
    let derived = catalog.derived_covers()?;
    let dir = catalog.dir().to_owned();
    let preparer =
        prepare::Preparer { dir: &dir, salt: &job.salt, known: &known, derived: &derived, since, progress };
    let mut folder = fold::Folder::new(catalog, job, source, &preparer);
    std::thread::scope(|scope| {
        // One chunk may wait while another one is prepared and a third committed.
        let (sender, receiver) = mpsc::sync_channel(1);
        scope.spawn(|| {
            let sender = sender;
            let mut entries = entries;
            loop {
                let chunk: Vec<Entry> = entries.by_ref().take(CHUNK).collect();
                // The other side is gone when it failed, and has said why.
                if chunk.is_empty() || sender.send(preparer.prepare(chunk)).is_err() {
                    return;
                }
            }
        });
        // The receiver is dropped on the way out, which ends the thread.
        for chunk in receiver {
            folder.fold(chunk?)?;
            if progress.cancelled() {
                return Err(ImportError::Cancelled(folder.stored()));
            }
        }
        Ok(())
    })?;
    folder.finish()
}

//! The parallel half: compare, read, hash, decode, write the cover's file. Knows no other record.

use crate::album::CoverHash;
use crate::catalog::{CatalogError, CoverFile, Facts, Known, Stamp, hash_of};
use crate::cover::{self, Derived, Wish};
use crate::import::record::{Cover, Entry, Instead, Record};
use crate::progress::Progress;
use crate::report::Skipped;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What records are compared with.
pub(super) struct Preparer<'a> {
    /// The data directory.
    pub dir: &'a Path,
    pub salt: &'a str,
    /// The source's records as the last import left them.
    pub known: &'a HashMap<String, Known>,
    /// Covers that need no decoding any more.
    pub derived: &'a HashSet<CoverHash>,
    /// When the source was last imported, in milliseconds since 1970.
    pub since: Option<i64>,
    pub progress: &'a dyn Progress,
}

/// An entry of which everything is known that can be known by itself.
pub(super) enum Prepared<'a> {
    Skipped(Skipped),
    Ready(Box<Ready<'a>>),
}

impl Prepared<'_> {
    /// The cover's file that was written for it, or was there.
    pub(super) fn written(&self) -> Option<&CoverFile> {
        match self {
            Self::Ready(ready) => match &ready.state {
                State::Read(Some(loaded)) => Some(&loaded.file),
                State::Read(None) | State::Same(_) => None,
            },
            Self::Skipped(_) => None,
        }
    }
}

/// A record that can be stored.
pub(super) struct Ready<'a> {
    pub record: Record,
    /// Of the cover of an album's folder, the keys of pictures that belong to the same album.
    pub others: Option<Vec<String>>,
    pub fingerprint: [u8; 32],
    pub stamp: Option<Stamp>,
    pub state: State<'a>,
    /// The picture that should have been the cover and cannot be read, where another one took its place.
    pub passed_over: Option<Skipped>,
}

/// How a record compares with what is known.
pub(super) enum State<'a> {
    /// Facts and file are as they were. Its cover was not read.
    Same(&'a Known),
    /// Its cover was read.
    Read(Option<Loaded>),
}

/// A cover that lies in the data directory.
pub(super) struct Loaded {
    pub file: CoverFile,
    /// `None` where it is in the catalogue already.
    pub derived: Option<Derived>,
    /// Whether its file was missing or damaged, and is whole again.
    pub mended: bool,
}

impl<'a> Preparer<'a> {
    /// Prepares a chunk. Records keep their order.
    pub(super) fn prepare(&self, chunk: Vec<Entry>) -> Result<Vec<Prepared<'a>>, CatalogError> {
        chunk.into_par_iter().map(|entry| self.entry(entry)).collect()
    }

    /// Reads a record's cover, even where nothing seems to have changed.
    pub(super) fn read_again(&self, ready: Ready<'a>) -> Result<Prepared<'a>, CatalogError> {
        self.read(ready.record, ready.others, ready.fingerprint, ready.stamp)
    }

    fn entry(&self, entry: Entry) -> Result<Prepared<'a>, CatalogError> {
        let prepared = match entry {
            Entry::Skipped(skipped) => Ok(Prepared::Skipped(skipped)),
            // Nobody waits for the rest.
            Entry::Record(record) | Entry::Album(record, _) if self.progress.cancelled() => {
                Ok(skipped(&record, "the import was cancelled"))
            }
            Entry::Record(record) => self.record(*record, None),
            Entry::Album(record, others) => self.album(*record, others),
        };
        self.progress.advance(1);
        prepared
    }

    /// An album's folder: the first of its pictures that can be read is its cover.
    fn album(&self, mut record: Record, others: Vec<String>) -> Result<Prepared<'a>, CatalogError> {
        let instead = std::mem::take(&mut record.instead);
        let again = |record: &Record, path: PathBuf| Record {
            key: record.key.clone(),
            label: record.label.clone(),
            facts: record.facts.clone(),
            cover: Cover::File(path),
            instead: Vec::new(),
            repeats: record.repeats,
        };
        let best = match &record.cover {
            Cover::File(path) => again(&record, path.clone()),
            Cover::None | Cover::Drawn(_) => return self.record(record, Some(others)),
        };
        let refused = match self.record(best, Some(others.clone()))? {
            Prepared::Skipped(skipped) => skipped,
            ready => return Ok(ready),
        };
        for Instead { path, label } in instead {
            if let Prepared::Ready(mut ready) = self.record(again(&record, path), Some(others.clone()))? {
                let reason = format!("{}; {label} is the album's cover instead", refused.reason);
                ready.passed_over = Some(Skipped { source: refused.source, reason });
                return Ok(Prepared::Ready(ready));
            }
        }
        Ok(Prepared::Skipped(refused))
    }

    fn record(&self, record: Record, others: Option<Vec<String>>) -> Result<Prepared<'a>, CatalogError> {
        let fingerprint = self.fingerprint(&record.facts)?;
        let stamp = match &record.cover {
            Cover::File(path) => match stamp(path) {
                Ok(stamp) if stamp.size > cover::MAX_BYTES => {
                    let reason = format!(
                        "its file has {} MB: a cover has at most {}",
                        stamp.size >> 20,
                        cover::MAX_BYTES >> 20
                    );
                    return Ok(skipped(&record, reason));
                }
                Ok(stamp) => Some(stamp),
                Err(e) => return Ok(skipped(&record, format!("its file could not be read: {e}"))),
            },
            Cover::None | Cover::Drawn(_) => None,
        };
        let has_cover = !matches!(record.cover, Cover::None);
        let same = self.known.get(&record.key).filter(|known| {
            known.fingerprint == fingerprint
                && known.stamp == stamp
                && known.cover.is_some() == has_cover
                && known.cover.as_ref().is_none_or(|cover| cover.is_whole(self.dir, self.since))
        });
        if let Some(known) = same {
            let state = State::Same(known);
            let passed_over = None;
            let ready = Ready { record, others, fingerprint, stamp, state, passed_over };
            return Ok(Prepared::Ready(Box::new(ready)));
        }
        self.read(record, others, fingerprint, stamp)
    }

    fn read(
        &self,
        record: Record,
        others: Option<Vec<String>>,
        fingerprint: [u8; 32],
        stamp: Option<Stamp>,
    ) -> Result<Prepared<'a>, CatalogError> {
        let bytes = match &record.cover {
            Cover::None => None,
            Cover::File(path) => match fs::read(path) {
                Ok(bytes) => Some(bytes),
                Err(e) => return Ok(skipped(&record, format!("its file could not be read: {e}"))),
            },
            Cover::Drawn(draw) => match draw() {
                Ok(bytes) => Some(bytes),
                Err(reason) => return Ok(skipped(&record, reason)),
            },
        };
        let loaded = match bytes {
            None => None,
            Some(bytes) => {
                let derived = if self.derived.contains(&hash_of(&bytes)) {
                    None
                } else {
                    let over = || self.progress.cancelled();
                    match cover::derive_while(&bytes, Wish::until(&over)) {
                        Ok(derived) => Some(derived),
                        Err(reason) => return Ok(skipped(&record, reason)),
                    }
                };
                let (file, written) = CoverFile::write_anew(self.dir, &bytes)?;
                let known = self.known.get(&record.key).and_then(|known| known.cover.as_ref());
                let mended = written && known == Some(&file);
                Some(Loaded { file, derived, mended })
            }
        };
        Ok(Prepared::Ready(Box::new(Ready {
            record,
            others,
            fingerprint,
            stamp,
            state: State::Read(loaded),
            passed_over: None,
        })))
    }

    fn fingerprint(&self, facts: &Facts) -> Result<[u8; 32], CatalogError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.salt.as_bytes());
        serde_json::to_writer(&mut hasher, facts)
            .map_err(|e| CatalogError::Refused(format!("facts that cannot be written as JSON: {e}")))?;
        Ok(*hasher.finalize().as_bytes())
    }
}

fn skipped<'a>(record: &Record, reason: impl ToString) -> Prepared<'a> {
    Prepared::Skipped(Skipped { source: record.label.clone(), reason: reason.to_string() })
}

fn stamp(path: &Path) -> std::io::Result<Stamp> {
    let found = fs::metadata(path)?;
    // Reading from a pipe that took its place might never end.
    if !found.is_file() {
        return Err(std::io::Error::other("it is not a file"));
    }
    let changed = found.modified()?;
    let mtime_ns = match changed.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    };
    Ok(Stamp { size: found.len(), mtime_ns })
}

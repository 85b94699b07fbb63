//! What a source yields: records, and those that it had to leave out.

use crate::catalog::Facts;
use crate::report::Skipped;
use std::path::PathBuf;

/// One record of a source, in the source's order.
pub(super) enum Entry {
    /// To be stored.
    Record(Box<Record>),
    /// The cover of an album's folder, with the keys of pictures that belong to the same album and are none themselves.
    Album(Box<Record>, Vec<String>),
    /// Left out, with the reason.
    Skipped(Skipped),
}

/// What a source says of one album, and where its cover is.
pub(super) struct Record {
    /// What names it within its source: its file's path there, an id, its names. No two are the same.
    pub key: String,
    /// What a person finds it by, for the reason if it must be left out.
    pub label: String,
    /// What the source says.
    pub facts: Facts,
    /// Where its cover is.
    pub cover: Cover,
    /// Pictures of the same album, best first: the first that can be read counts where the cover cannot.
    pub instead: Vec<Instead>,
    /// Whether an earlier record of this run has the same natural key: then, without a cover, it is its copy.
    pub repeats: bool,
}

/// A picture that may take the cover's place.
pub(super) struct Instead {
    pub path: PathBuf,
    /// What a person finds it by.
    pub label: String,
}

/// Where a record's cover is.
pub(super) enum Cover {
    /// It has none.
    None,
    /// A file, known to lie where it may.
    File(PathBuf),
    /// Bytes of a picture file that are made when they are needed; the same facts always give the same.
    Drawn(Box<dyn Fn() -> Result<Vec<u8>, String> + Send + Sync>),
}

impl Entry {
    /// A record that is left out.
    pub(super) fn skipped(source: impl Into<String>, reason: impl ToString) -> Self {
        Self::Skipped(Skipped { source: source.into(), reason: reason.to_string() })
    }
}

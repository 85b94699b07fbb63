//! What an import did.

use super::BuildReport;
use serde::{Deserialize, Serialize};

/// A record that was left out, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Skipped {
    /// Row or file, as a person finds it again.
    pub source: String,
    /// A sentence that says what to do.
    pub reason: String,
}

/// Begins the reason for which a picture was left out that belongs to an album whose cover lies beside it.
const BESIDE: &str = "beside ";

impl Skipped {
    /// A picture that belongs to the album whose cover is called `cover`.
    pub fn beside(source: &str, cover: &str) -> Self {
        Self { source: source.to_owned(), reason: format!("{BESIDE}{cover}, which shows the album") }
    }

    /// Whether nothing is amiss: it belongs to an album that has another picture as its cover.
    pub fn is_beside(&self) -> bool {
        self.reason.starts_with(BESIDE)
    }
}

/// How the folders of the first level were read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FirstLevel {
    /// Each is a genre.
    Genres,
    /// Each is an artist, and no genre is known.
    Artists,
}

/// What an import did; every record is in exactly one of the first four.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ImportReport {
    /// Records that were new or had changed.
    pub imported: u64,
    /// Records that were there already, just so.
    pub unchanged: u64,
    /// Byte-identical covers of the same album within this run.
    pub duplicates: u64,
    /// Records that were left out.
    pub skipped: Vec<Skipped>,
    /// Albums of a table, or folders with music, that came without a cover; `notes` says why.
    #[serde(default)]
    pub no_cover: u64,
    /// Albums in the catalogue afterwards.
    pub albums: u64,
    /// How a folder's own folders were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_level: Option<FirstLevel>,
    /// Columns of the table whose names mean nothing to the importer, in the table's order.
    #[serde(default)]
    pub unused_columns: Vec<String>,
    /// What the owner should know of how the source was read: its code page, cells that were not understood.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The build that ended the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildReport>,
    /// Wall-clock seconds, build included.
    #[serde(default)]
    pub seconds: f64,
}

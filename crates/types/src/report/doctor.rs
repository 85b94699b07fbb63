//! How a data directory is: `gatefold doctor`.

use super::{AlbumLine, DiskUse};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was looked at in a data directory, what was found, and what was mended.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DoctorReport {
    /// The data directory.
    pub data: String,
    /// Whether nothing is wrong any more: no finding [remains](FindingState::Remains).
    pub well: bool,
    /// Whether what is derived was mended; else it was only looked at, and `why` says why.
    pub mends: bool,
    /// Why nothing was mended, as when a server writes the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// How many of each kind were looked at: `albums`, `covers`, `derived`, `build_files`, `generated`, `sets`.
    pub looked_at: BTreeMap<String, u64>,
    /// What was found, in the order in which it was looked for.
    pub findings: Vec<Finding>,
    /// What the parts take on disk; none where the catalogue cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<DiskUse>,
    /// Bytes that are free on that disk, where the system says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<u64>,
}

/// One thing that is not as it should be, or was not.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Finding {
    /// `catalogue`, `covers`, `derived`, `search`, `build`, `generated`, `leftovers`, `sets`, `edits` or `disk`.
    pub part: String,
    /// What became of it.
    pub state: FindingState,
    /// What it is, a sentence.
    pub what: String,
    /// What to do about it, a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// The file or folder that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The albums that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub albums: Vec<AlbumLine>,
}

/// What became of a finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FindingState {
    /// It was wrong and is right again.
    Mended,
    /// It is wrong; `advice` says what to do.
    Remains,
    /// Nothing is wrong with it, and it is worth knowing.
    Note,
}

impl Finding {
    /// Of a part.
    pub fn new(part: &str, state: FindingState, what: impl Into<String>) -> Self {
        Self { part: part.to_owned(), state, what: what.into(), advice: None, file: None, albums: Vec::new() }
    }

    /// With what to do.
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// About a file.
    pub fn file(mut self, file: &std::path::Path) -> Self {
        self.file = Some(file.display().to_string());
        self
    }
}

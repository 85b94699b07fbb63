//! What a catalogue is made of: `gatefold catalogue`.

use super::AlbumLine;
use serde::{Deserialize, Serialize};

/// One place that albums come from.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ImportedSource {
    /// Its number: `gatefold remove-source ID`.
    pub id: i64,
    /// `csv`, `folder`, `demo`.
    pub kind: String,
    /// Its path, or the demo's seed.
    pub name: String,
    /// Albums that it tells of.
    pub albums: u64,
    /// Those among them that no other source tells of.
    pub only_here: u64,
    /// When it was last imported, in seconds since 1970; none for imports by earlier versions.
    pub imported: Option<i64>,
    /// Whether its albums take part.
    pub shown: bool,
}

/// What a part of a data directory takes on disk.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DiskPart {
    /// `covers`, `derived` (thumbnails and what else is made of each cover), `facts`, `free` (room inside the
    /// catalogue's file), `builds`, `generated`, `training`.
    pub part: String,
    /// How much.
    pub bytes: u64,
}

impl DiskPart {
    /// So many bytes under a name.
    pub fn new(part: &str, bytes: u64) -> Self {
        Self { part: part.to_owned(), bytes }
    }
}

/// What a data directory takes on disk.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DiskUse {
    /// Bytes of all parts.
    pub total: u64,
    /// Part by part.
    pub parts: Vec<DiskPart>,
}

/// What a catalogue is made of.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CatalogueReport {
    /// The data directory.
    pub data: String,
    /// Albums on lists and maps.
    pub albums: u64,
    /// What it takes on disk.
    pub disk: DiskUse,
    /// Where its albums come from.
    pub sources: Vec<ImportedSource>,
    /// Albums that were deleted and can be restored.
    pub deleted: Vec<AlbumLine>,
}

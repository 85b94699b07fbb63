//! Named sets of albums.

use super::operation;
use crate::album::AlbumId;
use crate::sets::{self, AlbumSet};
use crate::wire::{DeletedSet, SetAlbums, Sets};
use serde::{Deserialize, Serialize};

const GROUP: &str = "sets";

/// All sets.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ListSets {}

operation! { ListSets -> Sets: Read Get "/sets", "sets",
"The named sets of albums, by name." }

/// One set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadSet {
    /// What it is called.
    pub name: String,
}

operation! { ReadSet -> SetAlbums: Read Get "/sets/{name}", "sets show NAME",
"A set with its albums." }

/// Keeps albums under a name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SaveSet {
    /// What it is called: 1 to 80 characters on one line.
    pub name: String,
    /// Its albums, 1 to 2,000.
    pub albums: Vec<AlbumId>,
}

impl SaveSet {
    fn fits(&self) -> Result<(), String> {
        let name = sets::name(&self.name).map(drop);
        name.and_then(|()| sets::albums(&self.albums).map(drop)).map_err(|unfit| unfit.to_string())
    }
}

operation! { SaveSet -> AlbumSet: Write Put "/sets/{name}", "sets save NAME --albums ID,ID",
"Keeps albums under a name; a set of that name is replaced.", check Self::fits }

/// Gives a set another name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RenameSet {
    /// What it is called.
    pub name: String,
    /// What it shall be called: 1 to 80 characters on one line.
    pub to: String,
}

impl RenameSet {
    fn fits(&self) -> Result<(), String> {
        sets::name(&self.to).map(drop).map_err(|unfit| unfit.to_string())
    }
}

operation! { RenameSet -> AlbumSet: Write Put "/sets/{name}/name", "sets rename NAME --to NAME",
"Gives a set another name.", check Self::fits }

/// Forgets a set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DeleteSet {
    /// What it is called.
    pub name: String,
}

operation! { DeleteSet -> DeletedSet: Write Delete "/sets/{name}", "sets delete NAME",
"Forgets a set; its albums stay." }

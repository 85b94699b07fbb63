//! What the catalogue is made of, and changes of it.

use super::{Body, operation};
use crate::album::AlbumId;
use crate::edit::Edit;
use crate::report::CatalogueReport;
use crate::wire::{Changed, Job};
use serde::{Deserialize, Serialize};

const GROUP: &str = "catalogue";

fn yes() -> bool {
    true
}

/// Declares a change of one album: which, and whether the map follows.
macro_rules! change {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        pub struct $name {
            /// Which album.
            pub id: AlbumId,
            /// Whether the map is built anew.
            #[serde(default = "yes")]
            pub build: bool,
        }
    };
}

/// Changes what is known of an album.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct EditAlbum {
    /// Which album.
    pub id: AlbumId,
    /// What to change: a field that is left out stays as it is, one that is null is not known.
    pub edit: Edit,
    /// Whether the map is built anew.
    #[serde(default = "yes")]
    pub build: bool,
}

impl EditAlbum {
    fn can_be(&self) -> Result<(), String> {
        if self.edit.is_empty() {
            return Err("nothing is to be changed: say an artist, an album, a genre or a year".to_owned());
        }
        self.edit.checked().map(drop).map_err(|error| error.to_string())
    }
}

operation! { EditAlbum -> Changed: Write Patch "/albums/{id}", "edit ID",
"Changes an album's artist, title, genre or year, over what its sources say.", Body::Field("edit"), Self::can_be }

change! {
    /// Takes all edits of an album back.
    UndoEdits
}
operation! { UndoEdits -> Changed: Write Delete "/albums/{id}/edit", "edit ID --undo",
"Takes all changes of an album back, so that it is what its sources say." }

change! {
    /// Takes an album off all lists and the map.
    DeleteAlbum
}
operation! { DeleteAlbum -> Changed: Write Delete "/albums/{id}", "delete ID",
"Takes an album off all lists and the map; it stays away when its source is imported again." }

change! {
    /// Brings a deleted album back.
    RestoreAlbum
}
operation! { RestoreAlbum -> Changed: Write Post "/albums/{id}/restore", "delete ID --undo",
"Brings a deleted album back.", Body::Optional, |_| Ok(()) }

/// What the catalogue is made of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadCatalogue {}

operation! { ReadCatalogue -> CatalogueReport: Read Get "/catalogue", "catalogue",
"What the catalogue is made of: sources, what it takes on the disk, deleted albums." }

/// Forgets a source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RemoveSource {
    /// The source's number.
    pub id: i64,
}

operation! { RemoveSource -> Job: Job Delete "/sources/{id}", "remove-source ID",
"Forgets a source, with the albums and covers that only it brought, and builds the map." }

/// Lets a source's albums take part, or not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ShowSource {
    /// The source's number.
    pub id: i64,
    /// Whether they take part.
    pub shown: bool,
}

operation! { ShowSource -> Job: Job Put "/sources/{id}/shown", "hide-source ID",
"Leaves a source's albums out of lists and the map, or lets them take part again, and builds the map." }

/// Imports a folder of covers or a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Import {
    /// Where it lies on the server's machine: a whole path, below a folder that the server was allowed to import from.
    pub path: String,
}

operation! { Import -> Job: Job Post "/import", "import PATH",
"Imports a folder of covers or a CSV file, and builds the map." }

/// Brings the map up to date.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Build {}

operation! { Build -> Job: Job Post "/build", "build",
"Brings the map up to date; what did not change is not made again.", Body::Optional, |_| Ok(()) }

/// Adds an invented record label.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Demo {
    /// How many albums.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 1, max = 100000)))]
    pub albums: u32,
    /// Another seed is another label.
    pub seed: u64,
}

impl Demo {
    /// Albums at most.
    pub const MOST: u32 = 100_000;

    fn in_range(&self) -> Result<(), String> {
        match self.albums {
            1..=Self::MOST => Ok(()),
            n => Err(format!("the demo has 1 to {} albums, not {n}", Self::MOST)),
        }
    }
}

impl Default for Demo {
    fn default() -> Self {
        Self { albums: 400, seed: 1 }
    }
}

operation! { Demo -> Job: Job Post "/demo", "demo",
"Fills the catalogue with an invented record label that is drawn from a seed, and builds the map.",
Body::Optional, Self::in_range }

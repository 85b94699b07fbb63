//! Albums: lists, one, what is near it.

use super::{operation, text_form::mixture};
use crate::album::AlbumId;
use crate::mixture::Mixture;
use crate::report::{AlbumList, Info};
use crate::wire::{AlbumDetail, Nearest, Neighbours, Surprises};
use serde::{Deserialize, Serialize};

const GROUP: &str = "albums";

/// The catalogue in numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadInfo {}

operation! { ReadInfo -> Info: Read Get "/info", "info",
"What is here: the version, albums and genres, the device and the models." }

/// Which albums to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ListAlbums {
    /// Words that artist, title or track contain, spelling forgiven; empty for all.
    pub query: String,
    /// Only this genre.
    pub genre: Option<String>,
    /// At most so many; 50 when not said, and never more than 10,000.
    pub limit: Option<u32>,
    /// Leave out so many first.
    pub offset: u32,
    /// These albums and nothing else, in this order; those that are not there are left out. At most 200.
    pub ids: Option<Vec<AlbumId>>,
}

impl ListAlbums {
    /// Albums of one answer at most; `total` says how many there are.
    pub const MOST: u32 = 10_000;
    /// Albums that can be asked for by their ids at once.
    pub const MOST_NAMED: usize = 200;

    /// These albums.
    pub fn named(ids: Vec<AlbumId>) -> Self {
        Self { ids: Some(ids), ..Self::default() }
    }

    fn few_enough(&self) -> Result<(), String> {
        match self.ids.as_ref().map_or(0, Vec::len) {
            n if n > Self::MOST_NAMED => Err(format!(
                "{n} albums are asked for by id, and one answer has at most {}: ask for them in parts",
                Self::MOST_NAMED
            )),
            _ => Ok(()),
        }
    }
}

operation! { ListAlbums -> AlbumList: Read Get "/albums", "albums",
"Albums that answer a search, or that are named by their ids.", check Self::few_enough }

/// One album.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadAlbum {
    /// Which.
    pub id: AlbumId,
}

operation! { ReadAlbum -> AlbumDetail: Read Get "/albums/{id}", "album ID",
"An album: what is known of it, its neighbours, its colours, and which genres its cover looks like." }

/// The albums nearest to one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct FindNearest {
    /// The album in the middle.
    pub id: AlbumId,
    /// How many, itself included.
    #[serde(default = "FindNearest::usual")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 1, max = 500)))]
    pub n: u32,
}

impl FindNearest {
    /// Albums around one at most.
    pub const MOST: u32 = 500;
    /// How many where nobody says.
    pub const USUAL: u32 = 50;

    fn usual() -> u32 {
        Self::USUAL
    }

    fn in_range(&self) -> Result<(), String> {
        super::explore::in_range(self.n, Self::MOST)
    }
}

operation! { FindNearest -> Nearest: Read Get "/albums/{id}/nearest", "nearest ID",
"The albums nearest to one on the map, in the order in which they are reached from neighbour to neighbour.",
check Self::in_range }

/// The neighbours of an album.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct FindNeighbours {
    /// Of which.
    pub id: AlbumId,
    /// What neighbours are made of, such as `look=1,year=0.25`; the usual mixture when not said.
    #[serde(with = "mixture", default = "mixture::usual")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<String>"))]
    pub mix: Mixture,
}

operation! { FindNeighbours -> Neighbours: Read Get "/albums/{id}/neighbours", "neighbours ID",
"An album's neighbours in a mixture, nearest first, with the reasons." }

/// Albums whose cover looks like another genre.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ListSurprises {
    /// At most so many.
    pub limit: u32,
}

impl ListSurprises {
    /// At most so many in any answer.
    pub const MOST: u32 = ListAlbums::MOST;
}

impl Default for ListSurprises {
    fn default() -> Self {
        Self { limit: 50 }
    }
}

operation! { ListSurprises -> Surprises: Read Get "/surprises", "surprises",
"Albums whose cover looks like another genre than they are tagged with, the surest first." }

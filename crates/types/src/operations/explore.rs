//! The map explored: reasons, journeys, neighbourhoods, more like these, duplicates.

use super::{operation, text_form::mixture};
use crate::album::{AlbumId, NotAnAlbumId};
use crate::mixture::Mixture;
use crate::wire::{Duplicates, Explained, Journeys, Members, Neighbourhoods, Neighbours};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

const GROUP: &str = "explore";

/// Albums near a picture at most.
pub const NEAR_MOST: u32 = MoreLike::MOST;
/// Albums near a picture where nobody says.
pub const NEAR_USUAL: u32 = MoreLike::USUAL;

pub(super) fn in_range(n: u32, most: u32) -> Result<(), String> {
    if (1..=most).contains(&n) { Ok(()) } else { Err(format!("`n` is a number from 1 to {most}, not {n}")) }
}

/// Why two albums are neighbours.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Explain {
    /// The one.
    pub a: AlbumId,
    /// The other.
    pub b: AlbumId,
    /// What neighbours are made of, such as `look=1,year=0.25`; the usual mixture when not said.
    #[serde(with = "mixture", default = "mixture::usual")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<String>"))]
    pub mix: Mixture,
}

operation! { Explain -> Explained: Read Get "/why", "why A B",
"Why two albums are neighbours, or how far they are from being so." }

/// Ways from one album to another.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct FindJourneys {
    /// Where from.
    pub from: AlbumId,
    /// Where to.
    pub to: AlbumId,
    /// How many different ones.
    #[serde(default = "FindJourneys::usual")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 1, max = 20)))]
    pub count: u32,
    /// Albums on the way, both ends included; as many as it takes when not said.
    #[serde(default)]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 2, max = 40)))]
    pub stops: Option<u32>,
    /// Albums that were played already and must not come again.
    #[serde(default)]
    pub avoid: Vec<AlbumId>,
    /// What neighbours are made of, such as `look=1,year=0.25`; the usual mixture when not said.
    #[serde(with = "mixture", default = "mixture::usual")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<String>"))]
    pub mix: Mixture,
}

impl FindJourneys {
    /// Journeys of one answer at most.
    pub const MOST: u32 = 20;
    /// How many where nobody says.
    pub const USUAL: u32 = 3;
    /// Albums on one journey at most.
    pub const MOST_STOPS: u32 = 40;

    /// The usual number of them, by the usual way.
    pub fn between(from: AlbumId, to: AlbumId) -> Self {
        Self { from, to, count: Self::USUAL, stops: None, avoid: Vec::new(), mix: Mixture::USUAL }
    }

    fn usual() -> u32 {
        Self::USUAL
    }

    fn in_range(&self) -> Result<(), String> {
        let most = Self::MOST;
        if !(1..=most).contains(&self.count) {
            return Err(format!("{} journeys are asked for: ask for 1 to {most}", self.count));
        }
        match self.stops {
            Some(stops) if !(2..=Self::MOST_STOPS).contains(&stops) => {
                Err(format!("a journey has 2 to {} albums, not {stops}", Self::MOST_STOPS))
            }
            _ => Ok(()),
        }
    }
}

operation! { FindJourneys -> Journeys: Read Get "/journeys", "journey FROM TO",
"Ways from one album to another in small steps, or the reason why there is none.", check Self::in_range }

/// An album that others should be like, or should not be like: its id, in the latter case with a minus before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seed {
    /// Which album.
    pub id: AlbumId,
    /// Whether others should not be like it.
    pub unlike: bool,
}

impl From<AlbumId> for Seed {
    fn from(id: AlbumId) -> Self {
        Self { id, unlike: false }
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.unlike { "-" } else { "" }, self.id)
    }
}

impl FromStr for Seed {
    type Err = NotAnAlbumId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, unlike) = text.strip_prefix('-').map_or((text, false), |id| (id, true));
        Ok(Self { id: id.parse()?, unlike })
    }
}

impl Serialize for Seed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl schemars::JsonSchema for Seed {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Seed".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^-?[0-9a-fA-F]{16}$",
            "description": "An album's id; with a minus before it, of one that others should not be like."
        })
    }
}

/// Albums that are like some, and unlike others.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MoreLike {
    /// Albums that others should be like; with a minus before it, one that they should not be like.
    pub ids: Vec<Seed>,
    /// How many.
    #[serde(default = "MoreLike::usual")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 1, max = 500)))]
    pub n: u32,
    /// What neighbours are made of, such as `look=1,year=0.25`; the usual mixture when not said.
    #[serde(with = "mixture", default = "mixture::usual")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<String>"))]
    pub mix: Mixture,
}

impl MoreLike {
    /// Albums of one answer at most.
    pub const MOST: u32 = 500;
    /// How many where nobody says.
    pub const USUAL: u32 = 20;

    fn usual() -> u32 {
        Self::USUAL
    }

    fn can_be(&self) -> Result<(), String> {
        if self.ids.iter().all(|seed| seed.unlike) {
            return Err("name at least one album that others should be like".to_owned());
        }
        in_range(self.n, Self::MOST)
    }
}

operation! { MoreLike -> Neighbours: Read Get "/like", "like ID,-ID",
"The albums most like some, and unlike others.", check Self::can_be }

/// The neighbourhoods of the map.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ListNeighbourhoods {
    /// What neighbours are made of, such as `look=1,year=0.25`; the usual mixture when not said.
    #[serde(with = "mixture", default = "mixture::usual")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<String>"))]
    pub mix: Mixture,
}

operation! { ListNeighbourhoods -> Neighbourhoods: Read Get "/neighbourhoods", "neighbourhoods",
"The neighbourhoods of the map, their central albums, and where they meet." }

/// The albums of one neighbourhood.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadNeighbourhood {
    /// Its number; the largest is 0.
    pub number: u32,
    /// What neighbours are made of, such as `look=1,year=0.25`; the usual mixture when not said.
    #[serde(with = "mixture", default = "mixture::usual")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<String>"))]
    pub mix: Mixture,
}

operation! { ReadNeighbourhood -> Members: Read Get "/neighbourhoods/{number}", "neighbourhoods NUMBER",
"The albums of one neighbourhood." }

/// Groups of albums with the same picture.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ListDuplicates {
    /// Leave out so many groups first.
    pub offset: u32,
    /// At most so many groups; all when not said.
    pub limit: Option<u32>,
}

operation! { ListDuplicates -> Duplicates: Read Get "/duplicates", "duplicates",
"Groups of albums with the same picture, the largest first." }

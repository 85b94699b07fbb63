//! New covers: asked for, listed, looked at, rated.

use super::{Body, operation};
use crate::finishing::{Finish, Format};
use crate::recipe::Recipe;
use crate::wire::{Attributes, FinishedNotes, Generated, GeneratedCovers, Job, Ratings, Resemblance};
use serde::{Deserialize, Serialize};

const GROUP: &str = "studio";

/// Has a new cover made and kept.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Generate {
    /// How it is made.
    pub recipe: Recipe,
}

impl Generate {
    fn can_be(&self) -> Result<(), String> {
        self.recipe.check().map_err(|error| error.to_string())
    }
}

operation! { Generate -> Job: Job Post "/generate", "generate average --albums ID,ID --out FILE",
"Makes a new cover and keeps it; the same recipe is made once.", Body::Field("recipe"), Self::can_be }

/// All covers that were made here.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ListGenerated {}

operation! { ListGenerated -> GeneratedCovers: Read Get "/generated", "generated",
"The covers that were made here, newest first, at most 500." }

/// A cover that was made here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadGenerated {
    /// Its id.
    pub id: String,
}

operation! { ReadGenerated -> Generated: Read Get "/generated/{id}", "generated ID",
"A cover that was made here: its recipe, its parents, its size." }

/// Keeps what somebody thinks of a generated cover.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RateGenerated {
    /// The cover's id.
    pub id: String,
    /// 1 to 5; null takes it back.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 1, max = 5)))]
    pub stars: Option<u8>,
}

impl RateGenerated {
    fn in_range(&self) -> Result<(), String> {
        match self.stars {
            None | Some(1..=5) => Ok(()),
            Some(_) => Err("a rating is a number from 1 to 5, or null for none".to_owned()),
        }
    }
}

operation! { RateGenerated -> Generated: Write Put "/generated/{id}/rating", "rate ID STARS",
"Keeps what somebody thinks of a generated cover.", check Self::in_range }

/// The real cover that a generated one resembles most.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadResemblance {
    /// The generated cover's id.
    pub id: String,
}

operation! { ReadResemblance -> Resemblance: Read Get "/generated/{id}/resembles", "resembles ID",
"The real cover that a generated one resembles most, and whether it comes too near." }

/// What a person should know of a finished cover before exporting it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadFinishedNotes {
    /// The generated cover's id.
    pub id: String,
    /// Title, border and the rest, as JSON; nothing is done to the picture without one.
    #[serde(default)]
    pub finish: Option<Finish>,
    /// The file it is for.
    #[serde(default)]
    pub format: Format,
    /// Pixels across, for a PNG: 64 to 4096.
    #[serde(default)]
    pub side: Option<u32>,
    /// Which of its pictures, counted from 0.
    #[serde(default)]
    pub frame: u32,
}

impl ReadFinishedNotes {
    /// Of the first picture.
    pub fn of(id: String, finish: Finish) -> Self {
        Self { id, finish: Some(finish), format: Format::default(), side: None, frame: 0 }
    }

    fn can_be(&self) -> Result<(), String> {
        self.finish.as_ref().map_or(Ok(()), |finish| finish.check().map_err(|error| error.to_string()))
    }
}

operation! { ReadFinishedNotes -> FinishedNotes: Read Get "/generated/{id}/finished/notes", "finish ID",
"What to know of a finished cover before it is exported, and the colours to choose from.", check Self::can_be }

/// What a new cover can be asked to have more of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ListAttributes {}

operation! { ListAttributes -> Attributes: Read Get "/attributes", "attributes",
"What a new cover can be asked to have more of, or less: light, age, colour, the catalogue's genres." }

/// What people think of each kind of recipe.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ListRatings {}

operation! { ListRatings -> Ratings: Read Get "/ratings", "ratings",
"What people think of each kind of recipe, by the stars they gave." }

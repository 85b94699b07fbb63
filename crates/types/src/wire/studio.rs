//! Generated covers, their ratings, and the likeness of albums' own covers.

use crate::recipe::{Kind, Recipe};
use crate::report::AlbumLine;
use serde::{Deserialize, Serialize};

/// A cover that was made here.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Generated {
    /// Sixteen hexadecimal digits from the recipe: `/generated/{id}`.
    pub id: String,
    /// How it was made.
    pub recipe: Recipe,
    /// Pixels across one picture.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pictures: 1, or the steps of an interpolation.
    pub frames: u32,
    /// Seconds it took.
    pub seconds: f64,
    /// The parents as the catalogue knows them, in the recipe's order.
    #[serde(default)]
    pub parents: Vec<AlbumLine>,
    /// What somebody thinks of it, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<u8>,
}

/// What people think of one kind of recipe.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RatedKind {
    /// The kind.
    pub kind: Kind,
    /// Mean of the stars given.
    pub mean: f64,
    /// Covers that were rated.
    pub rated: u32,
    /// Covers that were made.
    pub made: u32,
}

/// What a person should know of a finished cover before it is exported.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct FinishedNotes {
    /// Sentences: what was left out, what is hard to read.
    pub notes: Vec<String>,
    /// WCAG contrast (1–21) of letters and ground; none without letters.
    pub contrast: Option<f32>,
    /// The letters' colour.
    pub ink: Option<[u8; 3]>,
    /// Colours of the parents, to choose from by number.
    pub palette: Vec<[u8; 3]>,
}

/// The real cover that a generated one resembles most.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Resembles {
    /// Whose cover it is.
    pub album: AlbumLine,
    /// Correlation of the two as seen from afar, at most 1.
    pub similarity: f32,
    /// Whether that is nearer than covers of different albums usually come.
    pub too_near: bool,
}

/// Covers that were made here.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct GeneratedCovers {
    /// Newest first.
    pub generated: Vec<Generated>,
}

/// The real cover that a generated one resembles most.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Resemblance {
    /// It; none in a catalogue without covers.
    pub resembles: Option<Resembles>,
}

/// What a new cover can be asked to have more of, or less.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Attributes {
    /// Their names; none where the model understands none.
    pub attributes: Vec<String>,
}

/// What people think of each kind of recipe.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Ratings {
    /// One for each kind that was rated.
    pub ratings: Vec<RatedKind>,
}

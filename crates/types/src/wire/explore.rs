//! Neighbours and why they are some, journeys, communities, duplicates, and what a forest takes covers for.

use crate::album::{AlbumId, Edge, Genre};
use crate::mixture::Part;
use crate::report::AlbumLine;
use serde::{Deserialize, Serialize};

/// Share of all reasons below which one is not worth saying.
const WORTH_SAYING: f32 = 0.05;

/// An album whose cover looks like another genre than it is tagged with.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Surprise {
    /// Which album; its tag is in it.
    pub album: AlbumLine,
    /// The genre that its cover looks like.
    pub looks_like: Genre,
    /// Probability of that genre.
    pub likely: f32,
    /// Probability of the genre it is tagged with.
    pub tagged: f32,
}

/// What the catalogue's forest makes of a picture that is not in the catalogue.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Judged {
    /// Genres with their probability, the likeliest first.
    pub opinion: Vec<(Genre, f32)>,
}

/// A neighbour on the map.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Neighbour {
    /// Which album.
    pub album: AlbumLine,
    /// 0–1.
    pub similarity: f32,
    /// What makes it so, the most important first; empty where nothing was compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

/// Something written on a map.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MapLabel {
    /// What.
    pub text: String,
    /// Where its middle stands, in the map's units.
    pub at: [f32; 2],
    /// How far what it names reaches, in the map's units; 0 for a mark on an axis.
    pub size: f32,
}

/// A part of why two albums are neighbours.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Reason {
    /// What is alike.
    pub part: Part,
    /// Its share of all reasons, 0–1.
    pub share: f32,
    /// How alike the albums are in it, 0–1.
    pub similarity: f32,
    /// The same in words.
    pub words: String,
    /// Colours in common as `#rrggbb`, for the palette's part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colours: Vec<String>,
}

/// The reasons that are worth saying, in the same order: those with a share of at least 5 %, and the largest in any case.
pub fn telling(reasons: &[Reason]) -> Vec<&Reason> {
    let most = reasons.iter().map(|reason| reason.share).fold(0.0, f32::max);
    reasons.iter().filter(|reason| reason.share >= WORTH_SAYING.min(most)).collect()
}

/// Why two albums are neighbours, or how far they are from being so.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Explained {
    /// The one.
    pub a: AlbumLine,
    /// The other.
    pub b: AlbumLine,
    /// 0–1.
    pub similarity: f32,
    /// What makes it so, the most important first; empty where they have nothing in common.
    pub reasons: Vec<Reason>,
    /// Whether a cover's forest doubts the tag of either, where they are of different genres: the line between them may say
    /// more about a tag than about music.
    pub doubtful: bool,
}

/// One album on a journey.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Stop {
    /// Which.
    pub album: AlbumLine,
    /// How alike it is to the stop before, 0–1; none for the first.
    pub similarity: Option<f32>,
    /// What makes it so, the most important first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

/// A way from one album to another.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct JourneyLine {
    /// The albums, both ends included.
    pub stops: Vec<Stop>,
    /// What its steps cost together, in typical steps.
    pub cost: f64,
}

/// Journeys between two albums.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Journeys {
    /// The best first; none when there is a `reason`.
    pub journeys: Vec<JourneyLine>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Albums that lie together on the map.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Neighbourhood {
    /// Its number; the largest is 0.
    pub number: u32,
    /// What its albums have in common.
    pub name: String,
    /// Number of albums.
    pub albums: u32,
    /// The most central ones.
    pub central: Vec<AlbumLine>,
}

/// Where two neighbourhoods meet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct BridgeLine {
    /// Numbers of the two.
    pub between: (u32, u32),
    /// Lines between them.
    pub lines: u32,
    /// The pairs of albums by which one crosses, the best first, with their similarity.
    pub crossings: Vec<(AlbumLine, AlbumLine, f32)>,
}

/// The neighbourhoods of a map.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Neighbourhoods {
    /// The largest first.
    pub neighbourhoods: Vec<Neighbourhood>,
    /// The busiest first.
    pub bridges: Vec<BridgeLine>,
}

/// Groups of albums with the same picture.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Duplicates {
    /// The groups that were asked for, the largest first.
    pub duplicates: Vec<Vec<AlbumLine>>,
    /// How many there are in all.
    pub total: u64,
}

/// What is near a picture that is not in the catalogue.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct NearPicture {
    /// The albums that look most like it, nearest first.
    pub albums: Vec<Neighbour>,
    /// Where on the map it would stand.
    pub at: Option<[f32; 2]>,
    /// What the forest takes it for, the likeliest first.
    #[serde(default)]
    pub opinion: Vec<(Genre, f32)>,
}

/// The N albums nearest to one, breadth first over its neighbours.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Nearest {
    /// The album in the middle.
    pub centre: AlbumId,
    /// Albums in the order they were reached, the centre first.
    pub albums: Vec<AlbumLine>,
    /// Edges among them.
    pub edges: Vec<Edge>,
}

/// Albums with how alike they are.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Neighbours {
    /// The nearest first.
    pub albums: Vec<Neighbour>,
}

/// Albums whose cover looks like another genre than they are tagged with.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Surprises {
    /// The surest first.
    pub surprises: Vec<Surprise>,
}

/// The albums of a neighbourhood.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Members {
    /// Their ids.
    pub albums: Vec<AlbumId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_reasons_are_left_unsaid_but_never_all() {
        let reasons = |shares: &[f32]| -> Vec<Reason> {
            let reason = |&share| Reason {
                part: Part::Look,
                share,
                similarity: 1.0,
                words: String::new(),
                colours: Vec::new(),
            };
            shares.iter().map(reason).collect()
        };
        let said = |shares: &[f32]| -> Vec<f32> {
            telling(&reasons(shares)).into_iter().map(|reason| reason.share).collect()
        };
        assert_eq!(said(&[0.9, 0.06, 0.04]), [0.9, 0.06]);
        assert_eq!(said(&[0.04, 0.03]), [0.04]);
        assert!(said(&[]).is_empty());
    }
}

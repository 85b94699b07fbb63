//! What page and server say to each other, beyond the reports of [`crate::report`].

mod explore;
mod jobs;
mod studio;
mod training;

pub use explore::{
    BridgeLine, Duplicates, Explained, JourneyLine, Journeys, Judged, MapLabel, Members, NearPicture,
    Nearest, Neighbour, Neighbourhood, Neighbourhoods, Neighbours, Reason, Stop, Surprise, Surprises,
    telling,
};
pub use jobs::{Job, JobId, JobState, Jobs, Outcome, Refusal};
pub use studio::{
    Attributes, FinishedNotes, Generated, GeneratedCovers, RatedKind, Ratings, Resemblance, Resembles,
};
pub use training::{Training, TrainingLine, TrainingReport, TrainingState, Trainings};

use crate::album::{Album, Genre};
use crate::edit::Edit;
use crate::report::{AlbumLine, EvaluationReport};
use crate::sets::AlbumSet;
use serde::{Deserialize, Serialize};

/// Which albums to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AlbumQuery {
    /// Words that artist, title or track contain, spelling forgiven; empty for all.
    #[serde(default)]
    pub query: String,
    /// Only this genre.
    #[serde(default)]
    pub genre: Option<String>,
    /// At most so many; 50 when not said.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Leave out so many first.
    #[serde(default)]
    pub offset: u32,
}

/// An album with its neighbours.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AlbumDetail {
    /// The album.
    pub album: Album,
    /// What to call it.
    pub title: String,
    /// Its neighbours, nearest first.
    pub neighbours: Vec<Neighbour>,
    /// Up to five colours, `#rrggbb`, most common first.
    pub palette: Vec<String>,
    /// What the forest makes of the cover, said by trees that never saw it: genres with their probability, the
    /// likeliest first.
    #[serde(default)]
    pub opinion: Vec<(Genre, f32)>,
    /// What a person changed; left out where nothing was.
    #[serde(default, skip_serializing_if = "Edit::is_empty")]
    pub edit: Edit,
}

/// The answer to a change of albums: it is kept, and the map has to follow.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Changed {
    /// The album as it is now; none when it was deleted.
    #[serde(default)]
    pub album: Option<Album>,
    /// The build that brings the map up to date; none when so much waits already that it has to be asked for later.
    pub build: Option<JobId>,
}

/// One line in the list of evaluations.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct EvaluationLine {
    /// The run's id.
    pub run: String,
    /// Seconds since 1970.
    pub at: i64,
    /// Genres compared.
    pub genres: Vec<String>,
    /// Mean AUC.
    pub mean_auc: f64,
    /// Name of the features.
    pub features: String,
}

/// An evaluation that was kept.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct EvaluationRun {
    /// The run's id.
    pub run: String,
    /// Seconds since 1970.
    pub at: i64,
    /// What it found.
    pub report: EvaluationReport,
}

/// The named sets of albums.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Sets {
    /// By name.
    pub sets: Vec<AlbumSet>,
}

/// A set with its albums.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SetAlbums {
    /// The set.
    #[serde(flatten)]
    pub set: AlbumSet,
    /// What people read of its albums.
    pub lines: Vec<AlbumLine>,
}

/// A set that was forgotten.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DeletedSet {
    /// What it was called.
    pub deleted: String,
}

/// Evaluations that were kept.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Evaluations {
    /// Newest first.
    pub evaluations: Vec<EvaluationLine>,
}

//! What page and server say to each other, beyond the reports of [`crate::report`].

use crate::album::{Album, AlbumId, Edge, Genre};
use crate::edit::Edit;
use crate::mixture::Part;
use crate::recipe::{Kind, Recipe};
use crate::report::{AlbumLine, BuildReport, EvaluationReport, GraphReport, ImportReport, ModelReport};
use crate::sets::AlbumSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names a piece of work that goes on in the background.
pub type JobId = String;

/// Where a job stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "lowercase")]
// One of them at a time is on its way; a box would be one more thing to take apart.
#[allow(clippy::large_enum_variant)]
pub enum JobState {
    /// Waits for its turn.
    Queued,
    /// Under way.
    Running {
        /// What it does just now.
        stage: String,
        /// Steps done.
        done: u64,
        /// Steps in all; 0 when not known.
        total: u64,
    },
    /// Finished.
    Done {
        /// What came of it.
        outcome: Outcome,
    },
    /// Gave up, with a sentence that says why.
    Failed {
        /// The sentence.
        reason: String,
    },
    /// Stopped because somebody asked.
    Cancelled,
}

/// What came of a job.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Outcome {
    /// A new cover.
    Generated(Generated),
    /// An evaluation, kept under its run id.
    Evaluation {
        /// The run's id: `/evaluate/{run}`.
        run: String,
    },
    /// An import.
    Import(ImportReport),
    /// A build by itself.
    Build(BuildReport),
    /// How good neighbours are.
    Graph(GraphReport),
    /// How good a model is.
    Model(ModelReport),
    /// A model was trained.
    Training {
        /// The run's id: `/training/{id}`.
        run: String,
        /// Its folder.
        out: String,
    },
}

/// A job and where it stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// Where it stands.
    #[serde(flatten)]
    pub state: JobState,
}

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

/// Share of all reasons below which one is not worth saying.
const WORTH_SAYING: f32 = 0.05;

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

/// Evaluations that were kept.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Evaluations {
    /// Newest first.
    pub evaluations: Vec<EvaluationLine>,
}

/// Runs of training.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Trainings {
    /// The latest first.
    pub runs: Vec<TrainingLine>,
}

/// Jobs that a server remembers.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Jobs {
    /// Oldest first.
    pub jobs: Vec<Job>,
}

/// An answer that says no, as JSON on the wire: `{"error":"…"}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[error("{error}")]
pub struct Refusal {
    /// A sentence that a person can act on.
    pub error: String,
    /// Where to look, by the way that was asked: a route, or a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Refusal {
    /// The sentence for who reads a page: it begins with a capital and ends with a full stop.
    pub fn on_a_page(&self) -> String {
        let mut letters = self.error.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        let stop = if self.error.ends_with(['.', '!', '?', ')', '…']) { "" } else { "." };
        format!("{first}{}{stop}", letters.as_str())
    }
}

/// A line of a training log: how it goes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TrainingReport {
    /// Steps done.
    pub step: u64,
    /// Covers shown.
    pub images: u64,
    /// Covers per second, since the last report.
    pub images_per_s: f64,
    /// Parts of the loss by name.
    pub loss: BTreeMap<String, f64>,
}

/// Whether somebody trains.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TrainingState {
    /// A process is at it.
    Running,
    /// Ended before its last step: cancelled, killed, or it gave up.
    Stopped,
    /// Made its last step and was measured.
    Done,
}

/// A run of training in short.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TrainingLine {
    /// Sixteen hexadecimal digits from its folder's path: `/training/{id}`.
    pub id: String,
    /// What is trained: `vae`, `dcgan`.
    pub model: String,
    /// Its folder.
    pub out: String,
    /// Whether somebody trains.
    pub state: TrainingState,
    /// Steps done, as last reported.
    pub step: u64,
    /// Steps in all.
    pub steps: u64,
    /// Covers shown.
    pub images: u64,
    /// Covers per second, as last reported.
    pub images_per_s: f64,
    /// Seconds since 1970.
    pub started: i64,
    /// Whether there is a checkpoint to go on from.
    pub resumable: bool,
}

/// A run of training.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Training {
    /// The run in short.
    #[serde(flatten)]
    pub line: TrainingLine,
    /// All settings.
    pub settings: serde_json::Value,
    /// Measures, once it is done.
    pub metrics: Option<serde_json::Value>,
    /// Steps after which a contact sheet was made, ascending.
    pub sheets: Vec<u64>,
    /// Its log; a long one is thinned.
    pub log: Vec<TrainingReport>,
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

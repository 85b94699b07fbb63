//! What each command reports, in the shapes that other programs rely on: add fields, never rename.

mod catalogue;
mod doctor;
mod import;
mod model;

pub use catalogue::{CatalogueReport, DiskPart, DiskUse, ImportedSource};
pub use doctor::{DoctorReport, Finding, FindingState};
pub use import::{FirstLevel, ImportReport, Skipped};
pub use model::{CodeLikeness, Likeness, ModelReport, ParentRank, ReplicaKid, Sameness};

use crate::album::{Album, AlbumId, Genre};
use crate::recipe::Recipe;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One line of `gatefold albums`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AlbumLine {
    /// Its id.
    pub id: AlbumId,
    /// Artist, if known.
    pub artist: Option<String>,
    /// Title, if known.
    pub album: Option<String>,
    /// Genre, if known.
    pub genre: Option<Genre>,
    /// Year, if known.
    pub year: Option<i32>,
    /// What to call it on a page, whatever is known.
    pub title: String,
    /// Whether there is a cover.
    pub has_cover: bool,
}

impl From<&Album> for AlbumLine {
    fn from(album: &Album) -> Self {
        Self {
            id: album.id,
            artist: album.artist.clone(),
            album: album.title.clone(),
            genre: album.genre.clone(),
            year: album.year,
            title: album.display_title(),
            has_cover: album.cover.is_some(),
        }
    }
}

/// Albums that answer a query.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AlbumList {
    /// At most as many as asked for.
    pub albums: Vec<AlbumLine>,
    /// How many answer the query in all.
    pub total: u64,
}

/// Which features a build used.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct FeatureInfo {
    /// `pixels`, later others.
    pub name: String,
    /// Numbers per cover.
    pub dims: u32,
}

/// Wall-clock seconds of a build's stages.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub struct BuildSeconds {
    pub decode: f64,
    pub features: f64,
    pub neighbours: f64,
    pub layout: f64,
    #[serde(default)]
    pub opinions: f64,
    #[serde(default)]
    pub sheets: f64,
    pub total: f64,
}

/// What a build made.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct BuildReport {
    /// Albums on the map.
    pub albums: u64,
    /// Edges between them.
    pub edges: u64,
    /// How covers became vectors.
    pub features: FeatureInfo,
    /// How long it took.
    pub seconds: BuildSeconds,
    /// Hash of everything the build was made from.
    #[serde(default)]
    pub hash: String,
    /// Covers that had to be decoded; the rest was there already.
    #[serde(default)]
    pub decoded: u64,
    /// Files of the map before that were missing or damaged, and were made anew.
    #[serde(default)]
    pub damaged: u64,
}

/// Which classes an evaluation tells apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Question {
    /// Every pair of genres.
    #[default]
    Pairs,
    /// Each genre against all the others together.
    Rest,
    /// All genres at once.
    Together,
}

/// What to evaluate, and how.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct EvaluationSettings {
    /// Genres that are told apart; at least two.
    pub genres: Vec<Genre>,
    /// Which of them from which.
    #[serde(default)]
    pub question: Question,
    /// At most so many covers of each; `None` for all.
    pub per_genre: Option<u32>,
    /// Folds, 2–50.
    pub folds: u32,
    /// How often the folds are dealt anew, 1–20; figures are means over all of them.
    #[serde(default = "one")]
    pub repeats: u32,
    /// Take as many covers of the larger class as there are of the smaller one.
    #[serde(default)]
    pub balanced: bool,
    /// Only covers that the encoder of the `learned` features never saw.
    #[serde(default)]
    pub unseen: bool,
    /// `pixels`, `palette`, `form`, `named`, `learned` or `efficientnet`.
    pub features: String,
    /// Seed of sampling, folds and forest.
    pub seed: u64,
    /// Trees of the forest.
    pub trees: u32,
    /// Principal components kept.
    pub components: u32,
    /// Shuffle the labels first: the figure must then be chance.
    #[serde(default)]
    pub shuffle: bool,
    /// Measure how much each feature counts, by changing its values about.
    #[serde(default)]
    pub importance: bool,
}

fn one() -> u32 {
    1
}

impl Default for EvaluationSettings {
    fn default() -> Self {
        Self {
            genres: Vec::new(),
            question: Question::Pairs,
            per_genre: None,
            folds: 10,
            repeats: 1,
            balanced: false,
            unseen: false,
            features: "pixels".to_owned(),
            seed: 0,
            trees: 200,
            components: 64,
            shuffle: false,
            importance: false,
        }
    }
}

/// How often what was said with about the same probability was true.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CalibrationBin {
    /// Mean probability of the positive class that was said.
    pub said: f64,
    /// Share of these covers that are of the positive class.
    pub true_share: f64,
    /// Number of covers.
    pub n: u32,
}

/// How much worse the forest does without a feature.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Importance {
    /// The feature.
    pub feature: String,
    /// By how much the AUC falls when the test covers' values of it change places.
    pub auc_drop: f64,
}

/// How well one genre is told from another; `b` is the positive class.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PairReport {
    /// The negative class; `rest` where one genre stands against all others.
    pub a: Genre,
    /// The positive class.
    pub b: Genre,
    /// Covers of `a`.
    pub n_a: u32,
    /// Covers of `b`.
    pub n_b: u32,
    /// Mean over folds of the area under the ROC curve.
    pub auc: f64,
    /// Its standard deviation over folds.
    pub auc_sd: f64,
    /// Rows are the truth, columns the prediction at 0.5; `a` first.
    pub confusion: [[u32; 2]; 2],
    /// Out-of-fold scores pooled: (false positive rate, true positive rate), from (0,0) to (1,1).
    pub roc: Vec<(f64, f64)>,
    /// 95 % interval of the pooled area, by DeLong's method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auc_interval: Option<(f64, f64)>,
    /// Average precision of the pooled scores; the share of positives is chance.
    #[serde(default)]
    pub pr_auc: f64,
    /// Share of covers told right at 0.5.
    #[serde(default)]
    pub accuracy: f64,
    /// Ten ranges of the probability, empty ones left out.
    #[serde(default)]
    pub calibration: Vec<CalibrationBin>,
    /// Mean area of the same folds and vectors with the genres shuffled among the covers: must be chance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shuffled_auc: Option<f64>,
    /// The features that count most, the strongest first; only where asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub importance: Vec<Importance>,
}

/// All genres told apart at once.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TogetherReport {
    /// The classes.
    pub genres: Vec<Genre>,
    /// Covers of each.
    pub covers: Vec<u32>,
    /// Rows are the truth, columns the most probable genre.
    pub confusion: Vec<Vec<u32>>,
    /// Share of covers told right.
    pub accuracy: f64,
    /// Mean over the genres of the share told right.
    pub balanced_accuracy: f64,
    /// Each genre's area against all others, by its probability.
    pub auc: Vec<f64>,
    /// Share told right with the genres shuffled among the covers.
    pub shuffled_accuracy: f64,
}

/// How well the same features tell where a cover's file came from, within one genre: what a classifier can smell
/// besides the picture.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SourceCheck {
    /// One line for each genre and pair of sources with covers enough.
    pub lines: Vec<SourceLine>,
    /// Mean area over them.
    pub mean_auc: f64,
    /// What follows for the figures, as a sentence; `None` where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// Two sources told apart within a genre.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SourceLine {
    /// The genre that both are of.
    pub genre: Genre,
    /// One source.
    pub a: String,
    /// The other.
    pub b: String,
    /// Covers of each.
    pub covers: (u32, u32),
    /// Mean over folds of the area.
    pub auc: f64,
}

/// A sentence that a shallow tree on named features found.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Rule {
    /// As a person reads it: “darker than 0.30 and little saturation → metal (71 %)”.
    pub sentence: String,
    /// The genre it leads to.
    pub genre: Genre,
    /// Share of the covers under it that are of that genre.
    pub share: f64,
    /// Covers under it.
    pub covers: u32,
}

/// A cover's out-of-fold score.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Score {
    /// The album.
    pub id: AlbumId,
    /// Whether it is of the positive class.
    pub positive: bool,
    /// Probability of the positive class, said by a forest that never saw the cover; mean over repeats.
    pub score: f64,
    /// The fold that it was tested in, of the first repeat.
    #[serde(default)]
    pub fold: u32,
}

/// The scores of one pair of an evaluation, by ascending score. Of genres told apart all at once: of the covers of genre
/// `a` for which `b` was the likeliest, `b`'s probability; positive where they are the same genre.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PairScores {
    /// The negative class.
    pub a: Genre,
    /// The positive class.
    pub b: Genre,
    /// Its covers.
    pub scores: Vec<Score>,
}

/// What `gatefold evaluate` reports.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct EvaluationReport {
    /// Name of the features.
    pub features: String,
    /// Number of folds.
    pub folds: u32,
    /// The seed.
    pub seed: u64,
    /// Each pair, in the order of the genres asked for.
    pub pairs: Vec<PairReport>,
    /// Mean of the pairs' AUC.
    pub mean_auc: f64,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// The settings it ran with.
    #[serde(default)]
    pub settings: EvaluationSettings,
    /// Mean of the pairs' areas with shuffled genres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shuffled_auc: Option<f64>,
    /// All genres at once, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub together: Option<TogetherReport>,
    /// Whether the features tell the files' source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceCheck>,
    /// What a shallow tree says about the genres.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Covers that the features' encoder was trained on.
    #[serde(default)]
    pub seen: u32,
}

/// What `gatefold generate` reports.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct GenerateReport {
    /// The file written.
    pub out: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How to make it again.
    pub recipe: Recipe,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Each step of an interpolation, where asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<String>,
    /// What a person should know of the result, such as letters that no font has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A model that can be used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ModelInfo {
    /// Its name.
    pub name: String,
    /// BLAKE3 of weights and configuration, 16 hexadecimal digits.
    pub hash: String,
    /// Numbers it learned.
    pub params: u64,
}

/// What `gatefold info` reports.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Info {
    /// The program's version.
    pub version: String,
    /// Albums in the catalogue.
    pub albums: u64,
    /// Albums per genre.
    pub genres: BTreeMap<String, u64>,
    /// `cpu` or `cuda:0`.
    pub device: String,
    /// What can generate.
    pub models: Vec<ModelInfo>,
    /// The data directory.
    #[serde(default)]
    pub data: String,
    /// Whether the catalogue is the demo.
    #[serde(default)]
    pub demo: bool,
    /// Features that an evaluation can use in this build without being given a file.
    #[serde(default)]
    pub features: Vec<String>,
}

/// How good neighbours are as recommendations, by what they are made of.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct GraphRow {
    /// `random`, `popularity`, `pixels`, a part's name, or `mixed`.
    pub mixture: String,
    /// Share of an album's ten nearest that have its genre, 0–1; none where no two albums share a genre.
    pub genre_agreement_at_10: Option<f64>,
    /// Share of the albums that have one by their artist among their ten nearest, 0–1; of those by whose artist there is
    /// another.
    pub artist_hit_rate_at_10: Option<f64>,
    /// Share of the albums that have one among their ten nearest whose link to them was hidden, 0–1; none where the
    /// catalogue knows too few links.
    pub hit_rate_at_10: Option<f64>,
    /// Normalised discounted cumulative gain of the ten nearest for hidden links, 0–1; likewise.
    pub ndcg_at_10: Option<f64>,
}

/// What `gatefold evaluate-graph` reports.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct GraphReport {
    /// Albums of the catalogue.
    pub albums: u64,
    /// Albums that were asked for genre agreement.
    pub with_genre: u64,
    /// Albums that were asked for their artist.
    pub with_artist: u64,
    /// Links that were hidden.
    pub hidden_links: u64,
    /// What `mixed` stands for.
    #[serde(default)]
    pub mixed: String,
    /// One per mixture.
    pub rows: Vec<GraphRow>,
}

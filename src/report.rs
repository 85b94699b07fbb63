//! What each command reports, in the shapes that other programs rely on: add fields, never rename.

use crate::album::{Album, AlbumId, Genre};
use crate::recipe::Recipe;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A record that was left out, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Skipped {
    /// Row or file, as a person finds it again.
    pub source: String,
    /// A sentence that says what to do.
    pub reason: String,
}

/// What an import did; every record is in exactly one of the first four.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// Records that were new or had changed.
    pub imported: u64,
    /// Records that were there already, just so.
    pub unchanged: u64,
    /// Byte-identical covers of the same album within this run.
    pub duplicates: u64,
    /// Records that were left out.
    pub skipped: Vec<Skipped>,
    /// Albums in the catalogue afterwards.
    pub albums: u64,
    /// The build that ended the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildReport>,
    /// Wall-clock seconds, build included.
    #[serde(default)]
    pub seconds: f64,
}

/// One line of `gatefold albums`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
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
pub struct AlbumList {
    /// At most as many as asked for.
    pub albums: Vec<AlbumLine>,
    /// How many answer the query in all.
    pub total: u64,
}

/// Which features a build used.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct FeatureInfo {
    /// `pixels`, later others.
    pub name: String,
    /// Numbers per cover.
    pub dims: u32,
}

/// Wall-clock seconds of a build's stages.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct BuildSeconds {
    pub decode: f64,
    pub features: f64,
    pub neighbours: f64,
    pub layout: f64,
    #[serde(default)]
    pub sheets: f64,
    pub total: f64,
}

/// What a build made.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
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
}

/// What to evaluate, and how.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EvaluationSettings {
    /// Genres, every pair of which is told apart; at least two.
    pub genres: Vec<Genre>,
    /// At most so many covers of each; `None` for all.
    pub per_genre: Option<u32>,
    /// Folds, 2–50.
    pub folds: u32,
    /// `pixels`, later others.
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
}

impl Default for EvaluationSettings {
    fn default() -> Self {
        Self {
            genres: Vec::new(),
            per_genre: None,
            folds: 10,
            features: "pixels".to_owned(),
            seed: 0,
            trees: 200,
            components: 64,
            shuffle: false,
        }
    }
}

/// How well one genre is told from another; `b` is the positive class.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PairReport {
    /// The negative class.
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
}

/// What `gatefold evaluate` reports.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
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
}

/// What `gatefold generate` reports.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
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
}

/// A model that can be used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
}

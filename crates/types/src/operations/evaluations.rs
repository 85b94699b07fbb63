//! Evaluations: how well a cover tells its genre, how good neighbours and models are.

use super::{Body, operation};
use crate::album::Genre;
use crate::mixture::Mixture;
use crate::report::{EvaluationSettings, PairScores, Question};
use crate::wire::{EvaluationRun, Evaluations, Job};
use serde::{Deserialize, Serialize};

const GROUP: &str = "evaluations";

/// Measures how well a cover predicts its genre. All but the genres may be left out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Evaluate {
    /// Genres that are told apart; at least two.
    pub genres: Vec<String>,
    /// Which of them from which.
    #[serde(default)]
    pub question: Question,
    /// At most so many covers of each; all when not said.
    #[serde(default)]
    pub per_genre: Option<u32>,
    /// Folds, 2–50; 10 when not said.
    #[serde(default)]
    pub folds: Option<u32>,
    /// How often the folds are dealt anew, 1–20; once when not said.
    #[serde(default)]
    pub repeats: Option<u32>,
    /// Take as many covers of the larger class as there are of the smaller one.
    #[serde(default)]
    pub balanced: bool,
    /// Only covers that the encoder of the `learned` features never saw.
    #[serde(default)]
    pub unseen: bool,
    /// How a cover becomes a vector: one that `ReadInfo` lists, or several with `+` between; `pixels` when not said.
    #[serde(default)]
    pub features: Option<String>,
    /// Seed of sampling, folds and forest; 0 when not said.
    #[serde(default)]
    pub seed: Option<u64>,
    /// Trees of the forest; 200 when not said.
    #[serde(default)]
    pub trees: Option<u32>,
    /// Principal components kept; 64 when not said.
    #[serde(default)]
    pub components: Option<u32>,
    /// Shuffle the labels first: the figure must then be chance.
    #[serde(default)]
    pub shuffle: bool,
    /// Measure how much each feature counts.
    #[serde(default)]
    pub importance: bool,
}

impl From<EvaluationSettings> for Evaluate {
    fn from(settings: EvaluationSettings) -> Self {
        Self {
            genres: settings.genres.iter().map(ToString::to_string).collect(),
            question: settings.question,
            per_genre: settings.per_genre,
            folds: Some(settings.folds),
            repeats: Some(settings.repeats),
            balanced: settings.balanced,
            unseen: settings.unseen,
            features: Some(settings.features),
            seed: Some(settings.seed),
            trees: Some(settings.trees),
            components: Some(settings.components),
            shuffle: settings.shuffle,
            importance: settings.importance,
        }
    }
}

impl Evaluate {
    /// The settings, with the usual ones for what was left out.
    ///
    /// # Errors
    /// A sentence for a name that no genre has.
    pub fn settings(&self) -> Result<EvaluationSettings, String> {
        let usual = EvaluationSettings::default();
        let genre = |name: &String| Genre::new(name).ok_or_else(|| format!("“{name}” is not a genre"));
        Ok(EvaluationSettings {
            genres: self.genres.iter().map(genre).collect::<Result<_, _>>()?,
            question: self.question,
            per_genre: self.per_genre,
            folds: self.folds.unwrap_or(usual.folds),
            repeats: self.repeats.unwrap_or(usual.repeats),
            balanced: self.balanced,
            unseen: self.unseen,
            features: self.features.clone().unwrap_or(usual.features),
            seed: self.seed.unwrap_or(usual.seed),
            trees: self.trees.unwrap_or(usual.trees),
            components: self.components.unwrap_or(usual.components),
            shuffle: self.shuffle,
            importance: self.importance,
        })
    }
}

operation! { Evaluate -> Job: Job Post "/evaluations", "evaluate --genres A,B",
"Measures how well a cover predicts its genre, and keeps the result.", check |asked| asked.settings().map(drop) }

/// All evaluations that were kept.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ListEvaluations {}

operation! { ListEvaluations -> Evaluations: Read Get "/evaluations", "evaluations",
"The evaluations that were kept, newest first." }

/// An evaluation that was kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadEvaluation {
    /// The run's id.
    pub run: String,
}

operation! { ReadEvaluation -> EvaluationRun: Read Get "/evaluations/{run}", "evaluations RUN",
"An evaluation that was kept." }

/// What an evaluation said of each cover of a pair.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReadPairScores {
    /// The run's id.
    pub run: String,
    /// The negative class.
    pub a: String,
    /// The positive class.
    pub b: String,
}

operation! { ReadPairScores -> PairScores: Read Get "/evaluations/{run}/pairs/{a}/{b}", "evaluations RUN --pair A,B",
"What an evaluation said of each cover of a pair of genres." }

/// Measures how good neighbours are as recommendations.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct EvaluateGraph {
    /// Mixtures to measure besides the usual one, such as `look=1,palette=0.5`; at most 20.
    pub mixtures: Vec<String>,
}

impl EvaluateGraph {
    /// Mixtures at most.
    pub const MOST: usize = 20;

    /// The mixtures.
    ///
    /// # Errors
    /// A sentence for a text that is none.
    pub fn mixtures(&self) -> Result<Vec<Mixture>, String> {
        if self.mixtures.len() > Self::MOST {
            return Err(format!("at most {} mixtures are measured at once: ask in parts", Self::MOST));
        }
        let read = |text: &String| Mixture::parse(text).map_err(|error| error.to_string());
        self.mixtures.iter().map(read).collect()
    }
}

operation! { EvaluateGraph -> Job: Job Post "/evaluate-graph", "evaluate-graph",
"Measures how good neighbours are as recommendations.",
Body::Optional, |asked| asked.mixtures().map(drop) }

/// Measures how good the model is that the server has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct EvaluateModel {
    /// Sets of five covers that are mixed, 2–5000.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 2, max = 5000)))]
    pub sets: u32,
    /// Samples drawn, 2–10000.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 2, max = 10000)))]
    pub samples: u32,
    /// Pairs between which is interpolated, 2–5000.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 2, max = 5000)))]
    pub pairs: u32,
}

impl Default for EvaluateModel {
    fn default() -> Self {
        Self { sets: 500, samples: 1000, pairs: 200 }
    }
}

impl EvaluateModel {
    fn in_range(&self) -> Result<(), String> {
        let all = [("sets", self.sets, 5000), ("samples", self.samples, 10_000), ("pairs", self.pairs, 5000)];
        match all.into_iter().find(|(_, n, most)| !(2..=*most).contains(n)) {
            None => Ok(()),
            Some((name, n, most)) => Err(format!("`{name}` is a number from 2 to {most}, not {n}")),
        }
    }
}

operation! { EvaluateModel -> Job: Job Post "/evaluate-model", "evaluate-model --covers FILE",
"Measures how good the server's model is on the catalogue's covers, beside references.",
Body::Optional, Self::in_range }

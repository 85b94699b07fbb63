//! Evaluations: asked for, listed, read.

use crate::http::extract::{Body, Path};
use crate::http::jobs::accepted;
use crate::problem::Problem;
use crate::state::AppState;
use crate::{long_work, queries};
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use gatefold::album::Genre;
use gatefold::report::{EvaluationSettings, PairScores, Question};
use gatefold::wire::{EvaluationLine, EvaluationRun};
use serde::Deserialize;

/// `evaluations…`
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/evaluations", get(list).post(start))
        .route("/evaluations/{run}", get(one))
        .route("/evaluations/{run}/pairs/{a}/{b}", get(pair))
}

/// [`EvaluationSettings`], of which all but the genres may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    genres: Vec<String>,
    #[serde(default)]
    question: Question,
    per_genre: Option<u32>,
    folds: Option<u32>,
    repeats: Option<u32>,
    #[serde(default)]
    balanced: bool,
    #[serde(default)]
    unseen: bool,
    features: Option<String>,
    seed: Option<u64>,
    trees: Option<u32>,
    components: Option<u32>,
    #[serde(default)]
    shuffle: bool,
    #[serde(default)]
    importance: bool,
}

impl Asked {
    fn settings(self) -> Result<EvaluationSettings, Problem> {
        let usual = EvaluationSettings::default();
        let genre = |name: &String| {
            Genre::new(name).ok_or_else(|| Problem::Unacceptable(format!("“{name}” is not a genre")))
        };
        Ok(EvaluationSettings {
            genres: self.genres.iter().map(genre).collect::<Result<_, _>>()?,
            question: self.question,
            per_genre: self.per_genre,
            folds: self.folds.unwrap_or(usual.folds),
            repeats: self.repeats.unwrap_or(usual.repeats),
            balanced: self.balanced,
            unseen: self.unseen,
            features: self.features.unwrap_or(usual.features),
            seed: self.seed.unwrap_or(usual.seed),
            trees: self.trees.unwrap_or(usual.trees),
            components: self.components.unwrap_or(usual.components),
            shuffle: self.shuffle,
            importance: self.importance,
        })
    }
}

async fn start(State(state): State<AppState>, Body(asked): Body<Asked>) -> Result<Response, Problem> {
    Ok(accepted(&*long_work::evaluate(&state, asked.settings()?).await?))
}

async fn list(State(state): State<AppState>) -> Result<Json<Vec<EvaluationLine>>, Problem> {
    Ok(Json(queries::evaluations(&state).await?))
}

async fn one(State(state): State<AppState>, Path(run): Path<String>) -> Result<Json<EvaluationRun>, Problem> {
    Ok(Json(queries::evaluation(&state, run).await?))
}

async fn pair(
    State(state): State<AppState>,
    Path((run, a, b)): Path<(String, String, String)>,
) -> Result<Json<PairScores>, Problem> {
    Ok(Json(queries::pair_scores(&state, run, a, b).await?))
}

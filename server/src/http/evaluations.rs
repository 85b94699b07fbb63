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
use gatefold::report::EvaluationSettings;
use gatefold::wire::{EvaluationLine, EvaluationRun};
use serde::Deserialize;

/// `evaluations…`
pub fn router() -> Router<AppState> {
    Router::new().route("/evaluations", get(list).post(start)).route("/evaluations/{run}", get(one))
}

/// [`EvaluationSettings`], of which all but the genres may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    genres: Vec<String>,
    per_genre: Option<u32>,
    folds: Option<u32>,
    features: Option<String>,
    seed: Option<u64>,
    trees: Option<u32>,
    components: Option<u32>,
    #[serde(default)]
    shuffle: bool,
}

impl Asked {
    fn settings(self) -> Result<EvaluationSettings, Problem> {
        let usual = EvaluationSettings::default();
        let genre = |name: &String| {
            Genre::new(name).ok_or_else(|| Problem::Unacceptable(format!("“{name}” is not a genre")))
        };
        Ok(EvaluationSettings {
            genres: self.genres.iter().map(genre).collect::<Result<_, _>>()?,
            per_genre: self.per_genre,
            folds: self.folds.unwrap_or(usual.folds),
            features: self.features.unwrap_or_else(|| usual.features.clone()),
            seed: self.seed.unwrap_or(usual.seed),
            trees: self.trees.unwrap_or(usual.trees),
            components: self.components.unwrap_or(usual.components),
            shuffle: self.shuffle,
            ..usual
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

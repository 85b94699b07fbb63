//! Evaluations that were kept: listed, read, their scores.

use super::Serve;
use crate::problem::Problem;
use crate::problem::missing::{no_evaluation, no_pair};
use crate::state::AppState;
use gatefold::album::Genre;
use gatefold::catalog::Catalog;
use gatefold::operations::{ListEvaluations, ReadEvaluation, ReadPairScores};
use gatefold::report::{EvaluationReport, PairReport, PairScores};
use gatefold::wire::{EvaluationRun, Evaluations};

impl Serve<ListEvaluations> for AppState {
    async fn serve(&self, _: ListEvaluations) -> Result<Evaluations, Problem> {
        Ok(Evaluations { evaluations: self.store.read(Catalog::evaluations).await? })
    }
}

impl Serve<ReadEvaluation> for AppState {
    async fn serve(&self, ReadEvaluation { run }: ReadEvaluation) -> Result<EvaluationRun, Problem> {
        let name = run.clone();
        let found = self.store.read(move |catalog| catalog.evaluation(&run)).await?;
        found.ok_or_else(|| no_evaluation(&name))
    }
}

impl Serve<ReadPairScores> for AppState {
    async fn serve(&self, asked: ReadPairScores) -> Result<PairScores, Problem> {
        let ReadPairScores { run, a, b } = asked;
        let read = move |catalog: &Catalog| {
            let of = catalog.evaluation(&run)?.ok_or_else(|| no_evaluation(&run))?;
            let (a, b) = told_apart(&of.report, &a, &b).ok_or_else(|| no_pair(&run, &a, &b))?;
            let found = catalog.evaluation_scores(&run, &a, &b)?;
            if found.is_none()
                && of.report.together.is_some()
                && !catalog.all_evaluation_scores(&run)?.is_empty()
            {
                // No cover of the one was taken for the other.
                return Ok(PairScores { a, b, scores: Vec::new() });
            }
            found.ok_or_else(|| {
                Problem::NotFound(format!(
                    "the run “{run}” was made before scores were kept: evaluate once more, and look there"
                ))
            })
        };
        self.store.read(read).await
    }
}

/// The scores of all pairs of an evaluation; none where an earlier version ran it.
///
/// # Errors
/// [`Problem::NotFound`], and the catalogue's.
pub async fn evaluation_scores(state: &AppState, run: String) -> Result<Vec<PairScores>, Problem> {
    state
        .store
        .read(move |catalog| {
            if catalog.evaluation(&run)?.is_none() {
                return Err(no_evaluation(&run));
            }
            Ok(catalog.all_evaluation_scores(&run)?)
        })
        .await
}

/// The genres that are called so, where the run tells them apart: as a pair, or among all at once.
fn told_apart(report: &EvaluationReport, a: &str, b: &str) -> Option<(Genre, Genre)> {
    let pair =
        report.pairs.iter().find(|pair| is_pair(pair, a, b)).map(|pair| (pair.a.clone(), pair.b.clone()));
    pair.or_else(|| {
        let genres = &report.together.as_ref()?.genres;
        let one = |name: &str| Genre::new(name).filter(|genre| genres.contains(genre));
        Some((one(a)?, one(b)?))
    })
}

/// Whether a pair's genres are called so.
pub fn is_pair(pair: &PairReport, a: &str, b: &str) -> bool {
    let is = |genre: &Genre, name: &str| Genre::new(name).as_ref() == Some(genre);
    is(&pair.a, a) && is(&pair.b, b)
}

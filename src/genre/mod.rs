//! How well a cover predicts its genre.

use crate::catalog::Catalog;
use crate::progress::Progress;
use crate::report::{EvaluationReport, EvaluationSettings};

/// Why an evaluation cannot be made.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum EvaluationError {
    #[error("{0}")]
    Other(String),
    #[error("the evaluation was cancelled")]
    Cancelled,
}

/// Evaluates on a built catalogue.
pub fn evaluate(
    catalog: &Catalog,
    settings: &EvaluationSettings,
    progress: &dyn Progress,
) -> Result<EvaluationReport, EvaluationError> {
    let _ = (catalog, settings, progress);
    todo!()
}

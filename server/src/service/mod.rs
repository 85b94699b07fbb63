//! Service layer: one implementation per operation, which HTTP, the command line and the page ask alike.

pub mod albums;
pub mod attributes;
pub mod editing;
pub mod evaluations;
pub mod exploring;
pub mod exporting;
pub mod finishing;
pub mod generating;
pub mod jobs;
pub mod long_work;
pub mod measuring;
pub mod own_process;
pub mod pictures;
pub mod sets;
pub mod studio;
pub mod training;

use crate::problem::Problem;
use crate::state::AppState;
use gatefold::operations::{Operation, Unacceptable};

/// Answers one kind of request.
pub trait Serve<O: Operation> {
    /// The answer; the request was checked.
    fn serve(&self, request: O) -> impl Future<Output = Result<O::Answer, Problem>> + Send;
}

/// Checks a request and answers it.
///
/// # Errors
/// [`Problem::Unacceptable`] for one that can never work, and the operation's own.
pub async fn ask<O: Operation>(state: &AppState, request: O) -> Result<O::Answer, Problem>
where
    AppState: Serve<O>,
{
    request.check()?;
    state.serve(request).await
}

impl From<Unacceptable> for Problem {
    fn from(unacceptable: Unacceptable) -> Self {
        Self::Unacceptable(unacceptable.0)
    }
}

//! Why a request is not answered as it wished. Every variant carries the sentence that goes on the wire;
//! `http::error` turns it into a status, `backend` into a [`Refusal`] for pages.

use gatefold::build::BuildError;
use gatefold::catalog::CatalogError;
use gatefold::wire::Refusal;

/// A request's failure, with a sentence that a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The request cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// Nothing is there under that name.
    #[error("{0}")]
    NotFound(String),
    /// It was there, and is no longer.
    #[error("{0}")]
    Gone(String),
    /// Readable, and it can never work.
    #[error("{0}")]
    Unacceptable(String),
    /// Not from here, or not like this.
    #[error("{0}")]
    Forbidden(String),
    /// Meant for another server.
    #[error("{0}")]
    Misdirected(String),
    /// A body that is larger than anything this program wants.
    #[error("{0}")]
    TooLarge(String),
    /// A body of the wrong kind.
    #[error("{0}")]
    WrongType(String),
    /// The address knows other methods only.
    #[error("{0}")]
    WrongMethod(String),
    /// Too much is waiting already.
    #[error("{sentence}")]
    Busy {
        /// What to tell a person.
        sentence: String,
        /// When asking again makes sense.
        retry_after_s: u32,
    },
    /// This build or this data directory has no such part.
    #[error("{0}")]
    NotHere(String),
    /// Our fault.
    #[error("{0}")]
    Internal(String),
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<BuildError> for Problem {
    fn from(error: BuildError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { error: problem.to_string() }
    }
}

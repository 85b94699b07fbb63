//! Why a request is not answered as it wished. Every variant carries the sentence that goes on the wire;
//! `http::error` turns it into a status; pages get it as what they are [`Denied`].
//!
//! A page's server function gives the sentence alone. Whoever answers for it hears what kind of problem it was by
//! [`overhearing`] it.

use gatefold::catalog::CatalogError;
use gatefold::pipeline::BuildError;
use gatefold::wire::Refusal;
use gatefold_app::backend::Denied;
use std::cell::RefCell;

tokio::task_local! {
    static HEARD: RefCell<Option<Problem>>;
}

/// Does something, and tells as well the last problem by which a page was [`Denied`] meanwhile.
pub async fn overhearing<T>(work: impl Future<Output = T>) -> (T, Option<Problem>) {
    HEARD
        .scope(RefCell::new(None), async {
            let done = work.await;
            (done, HEARD.with(RefCell::take))
        })
        .await
}

/// A request's failure, with a sentence that a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The request cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// Nothing is there under that name.
    #[error("{0}")]
    NotFound(String),
    /// Nothing is called that.
    #[error("{what}; {listed}")]
    Unknown {
        /// That there is no such thing, which is all that a person needs on a page.
        what: String,
        /// Which route and command list what there is.
        listed: String,
    },
    /// It was there, and is no longer.
    #[error("{0}")]
    Gone(String),
    /// Readable, and it can never work.
    #[error("{0}")]
    Unacceptable(String),
    /// Who asks has not shown that they may.
    #[error("{0}")]
    Unauthorised(String),
    /// Not from here, or not like this.
    #[error("{0}")]
    Forbidden(String),
    /// Meant for another server.
    #[error("{0}")]
    Misdirected(String),
    /// A body that is larger than anything this program wants.
    #[error("{0}")]
    TooLarge(String),
    /// A body that came too slowly, or stopped coming.
    #[error("{0}")]
    TooSlow(String),
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

impl Problem {
    /// Nothing is called that: `what` says it, and `listed` where to look.
    pub fn unknown(what: impl Into<String>, listed: impl Into<String>) -> Self {
        Self::Unknown { what: what.into(), listed: listed.into() }
    }

    /// The sentence for who reads a page: no routes, no commands.
    pub fn on_a_page(&self) -> String {
        let Self::Unknown { what, .. } = self else { return self.to_string() };
        let mut letters = what.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        format!("{first}{}.", letters.as_str())
    }
}

impl From<Problem> for Denied {
    fn from(problem: Problem) -> Self {
        if let Problem::Internal(why) = &problem {
            tracing::error!("{why}");
        }
        let denied = Self { sentence: problem.on_a_page(), status: problem.status() };
        // Nobody listens where a page is rendered.
        let _ = HEARD.try_with(|heard| heard.replace(Some(problem)));
        denied
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { error: problem.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_kind_of_a_refusal_is_overheard() {
        let busy = Problem::Busy { sentence: "later".to_owned(), retry_after_s: 5 };
        let said = busy.clone();
        let (denied, heard) = overhearing(async move { Denied::from(said) }).await;
        assert_eq!((denied.sentence.as_str(), heard), ("later", Some(busy)));
        assert_eq!(overhearing(async {}).await.1, None);
    }

    #[test]
    fn a_page_says_what_is_not_there_and_programs_are_told_where_to_look() {
        let problem = Problem::unknown("no set is called “x”", "`/api/v1/sets` lists them");
        assert_eq!(Denied::from(problem.clone()).sentence, "No set is called “x”.");
        assert_eq!(Refusal::from(problem).error, "no set is called “x”; `/api/v1/sets` lists them");
    }
}

//! Why a request is not answered as it wished: neutral sentences, with a hint for each way of asking.
//!
//! Every variant carries the sentence that a person reads. `http::error` turns it into a status, the command line into an exit
//! code, a page shows the sentence alone.

pub mod missing;

use gatefold::catalog::CatalogError;
use gatefold::models::ModelError;
use gatefold::pipeline::BuildError;
use gatefold::wire::Refusal;

/// Where to look, by each way of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Names a route.
    pub http: String,
    /// Names a command.
    pub command: String,
}

impl Hint {
    /// For a program that asked over HTTP, and for a person who ran a command.
    pub fn new(http: impl Into<String>, command: impl Into<String>) -> Self {
        Self { http: http.into(), command: command.into() }
    }
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
    #[error("{what}")]
    Unknown {
        /// That there is no such thing, which is all that a person needs on a page.
        what: String,
        /// What lists those there are.
        hint: Hint,
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

/// What a model refuses is wrong with the recipe, or it is our fault: covers and codes are ours.
impl From<ModelError> for Problem {
    fn from(error: ModelError) -> Self {
        let sentence = error.to_string();
        match error {
            ModelError::Recipe(_)
            | ModelError::NoAttributes
            | ModelError::NoiseOnly
            | ModelError::UnknownAttribute { .. } => Self::Unacceptable(sentence),
            ModelError::Covers { .. }
            | ModelError::Description(_)
            | ModelError::Kind { .. }
            | ModelError::NoGenerator(_)
            | ModelError::Yardstick { .. }
            | ModelError::Cuda(_)
            | ModelError::Refused(_)
            | ModelError::Candle(_) => Self::Internal(sentence),
        }
    }
}

impl Problem {
    fn hint(&self) -> Option<&Hint> {
        if let Self::Unknown { hint, .. } = self { Some(hint) } else { None }
    }

    /// The refusal for who asked over HTTP.
    pub fn over_http(&self) -> Refusal {
        Refusal { error: self.to_string(), hint: self.hint().map(|hint| hint.http.clone()) }
    }

    /// The refusal for who ran a command.
    pub fn by_command(&self) -> Refusal {
        Refusal { error: self.to_string(), hint: self.hint().map(|hint| hint.command.clone()) }
    }

    /// Writes down what is our fault. A refusal is none.
    pub fn log(&self) {
        if let Self::Internal(why) = self {
            tracing::error!("{why}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_asking_is_told_where_to_look_in_its_own_words() {
        let problem = missing::no_set("x");
        let (http, command) = (problem.over_http(), problem.by_command());
        assert_eq!(
            (http.error.as_str(), command.error.as_str()),
            ("no set is called “x”", "no set is called “x”")
        );
        assert!(http.hint.is_some_and(|hint| hint.contains("/api/v1/sets") && !hint.contains("gatefold ")));
        assert!(command.hint.is_some_and(|hint| hint.contains("gatefold sets") && !hint.contains("/api")));
        assert_eq!(problem.over_http().on_a_page(), "No set is called “x”.");
    }

    #[test]
    fn a_cover_that_the_model_cannot_use_is_our_fault() {
        let covers = Problem::from(ModelError::Covers { needed: 2, given: 1 });
        assert!(matches!(covers, Problem::Internal(_)), "{covers:?}");
        assert!(matches!(Problem::from(ModelError::NoAttributes), Problem::Unacceptable(_)));
    }
}

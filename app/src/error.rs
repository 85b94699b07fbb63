//! The page's one error: it tells a server that said no from a server that cannot be reached.

use gatefold::wire::Refusal;
use serde::{Deserialize, Serialize};

/// An answer, or why there is none.
pub type Answer<T> = Result<T, PageError>;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", content = "what", rename_all = "lowercase")]
pub enum PageError {
    /// The server understood and said no; the sentence is its own.
    #[error("{0}")]
    Refused(String),
    /// Nobody answered.
    #[error("The server does not answer. Check that `gatefold serve` still runs, then try again.")]
    Unreachable,
    /// Somebody answered something else.
    #[error("Page and server do not understand each other ({0}). Reload the page.")]
    Garbled(String),
}

/// Routes and commands are no business of who reads a page.
impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.on_a_page())
    }
}

#[cfg(feature = "ssr")]
impl From<crate::door::Denied> for PageError {
    fn from(denied: crate::door::Denied) -> Self {
        denied.refusal.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_survives_the_wire() {
        for error in
            [PageError::Refused("No.".into()), PageError::Unreachable, PageError::Garbled("x".into())]
        {
            let json = serde_json::to_string(&error).unwrap();
            assert_eq!(serde_json::from_str::<PageError>(&json).unwrap(), error);
        }
    }

    #[test]
    fn a_page_says_the_sentence_and_leaves_the_hint_to_programs() {
        let refusal = Refusal {
            error: "no set is called “x”".to_owned(),
            hint: Some("`/api/v1/sets` lists those there are".to_owned()),
        };
        assert_eq!(PageError::from(refusal), PageError::Refused("No set is called “x”.".to_owned()));
    }
}

//! The page's one error: it tells a server that said no from a server that cannot be reached.

use gatefold::wire::Refusal;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::{Bytes, Decodes};
use serde::{Deserialize, Serialize};

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

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.error)
    }
}

#[cfg(feature = "ssr")]
impl From<crate::backend::Denied> for PageError {
    fn from(denied: crate::backend::Denied) -> Self {
        Self::Refused(denied.sentence)
    }
}

impl FromServerFnError for PageError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::ServerError(sentence) | ServerFnErrorErr::MiddlewareError(sentence) => {
                Self::Refused(sentence)
            }
            other => Self::Garbled(other.to_string()),
        }
    }

    /// What stands before the server functions (limits, the guard) answers as the interface for programs does:
    /// `{"error":"…"}`.
    fn de(data: Bytes) -> Self {
        if let Ok(error) = <JsonEncoding as Decodes<Self>>::decode(data.clone()) {
            return error;
        }
        match serde_json::from_slice::<Refusal>(&data) {
            Ok(refusal) => refusal.into(),
            Err(error) => Self::Garbled(error.to_string()),
        }
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
            assert_eq!(PageError::de(error.ser()), error);
        }
    }

    #[test]
    fn the_sentence_of_a_plain_refusal_is_kept() {
        let body = Bytes::from_static(br#"{"error":"The queue is full."}"#);
        assert_eq!(PageError::de(body), PageError::Refused("The queue is full.".into()));
    }

    #[test]
    fn what_is_no_answer_of_ours_is_told_from_a_refusal() {
        let error = PageError::de(Bytes::from_static(b"<html>Bad gateway</html>"));
        assert!(matches!(error, PageError::Garbled(_)), "{error:?}");
    }
}

//! The page's door on the server: what pages ask while they are rendered. The server implements it and puts an `Arc<dyn Door>` into
//! Leptos' context.

use async_trait::async_trait;
use axum::http::StatusCode;
use gatefold::wire::Refusal;
use std::any::Any;

/// A request or an answer; both sides know its type by the operation's name.
pub type Sealed = Box<dyn Any + Send>;

/// Why a page does not get what it asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denied {
    /// The sentence that a browser would have read.
    pub refusal: Refusal,
    /// What the same is for programs.
    pub status: StatusCode,
}

/// Answers what pages ask.
#[async_trait]
pub trait Door: Send + Sync + 'static {
    /// The answer to the operation of that name.
    async fn ask(&self, name: &'static str, request: Sealed) -> Result<Sealed, Denied>;
}

//! Extractors of raw routes: what their handlers take out of a request. Like axum's own, except that a refusal is a [`Problem`] and so has the
//! one shape that all our errors have.

use crate::problem::Problem;
use crate::state::AppState;
use crate::uploads::Picture;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use gatefold::album::AlbumId;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long to go on listening to who finds no room.
const LINGER: Duration = Duration::from_secs(2);

impl FromRequest<AppState> for Picture {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let mut body = request.into_body();
        let taken = state.uploads.take(&mut body).await;
        if matches!(taken, Err(Problem::Busy { .. })) {
            // A connection that is closed while somebody still sends is reset, and the answer lost: most senders end soon.
            let _ =
                tokio::time::timeout(LINGER, async { while let Some(Ok(_)) = body.frame().await {} }).await;
        }
        taken
    }
}

/// The part of an address after `?`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(Problem::Malformed(rejection.body_text())),
        }
    }
}

/// Parts of the path.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(rejection) => Err(Problem::NotFound(rejection.body_text())),
        }
    }
}

/// The album that a path names.
///
/// # Errors
/// [`Problem::Malformed`] with a sentence that says what an id looks like.
pub fn album_id(text: &str) -> Result<AlbumId, Problem> {
    text.parse().map_err(|e: gatefold::album::NotAnAlbumId| Problem::Malformed(e.to_string()))
}

//! What handlers take out of a request. Like axum's own, except that a refusal is a [`Problem`] and so has the
//! one shape that all our errors have.

use crate::http::uploads::broken;
use crate::problem::Problem;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use gatefold::album::AlbumId;
use serde::de::DeserializeOwned;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(refusal(&rejection)),
        }
    }
}

fn refusal(rejection: &JsonRejection) -> Problem {
    let why = rejection.body_text();
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge(why),
        _ if matches!(rejection, JsonRejection::BytesRejection(_)) => broken(rejection),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::WrongType("send JSON, and say so: `Content-Type: application/json`".to_owned())
        }
        StatusCode::UNPROCESSABLE_ENTITY => Problem::Unacceptable(why),
        _ => Problem::Malformed(why),
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

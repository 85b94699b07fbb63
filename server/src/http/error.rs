//! Problems on the wire: a status, and `{"error":"…"}`.

use crate::problem::Problem;
use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use std::any::Any;

impl Problem {
    /// The status that says the same to a program.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) | Self::Unknown { .. } => StatusCode::NOT_FOUND,
            Self::Gone(_) => StatusCode::GONE,
            Self::Unacceptable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthorised(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Misdirected(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::WrongType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotHere(_) => StatusCode::NOT_IMPLEMENTED,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl Problem {
    /// Headers that say more than the status.
    pub fn headers(&self) -> HeaderMap {
        let mut headers =
            HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
        match self {
            Self::Busy { retry_after_s, .. } => {
                headers.insert(header::RETRY_AFTER, (*retry_after_s).into());
            }
            Self::Unauthorised(_) => {
                let challenge = HeaderValue::from_static("Bearer realm=\"gatefold\"");
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
            _ => {}
        }
        headers
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> axum::response::Response {
        self.log();
        (self.status(), self.headers(), Json(self.over_http())).into_response()
    }
}

/// What a handler's panic looks like from outside.
pub fn from_panic(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let why = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!("a request's handler panicked: {why}");
    Problem::Internal("this is a fault in Gatefold: its log says where; please report it".to_owned())
        .into_response()
}

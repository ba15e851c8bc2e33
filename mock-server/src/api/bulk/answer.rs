//! Answers of the Bulk API 2.0: JSON, nothing, or CSV that may be too long to be held at once.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};

use crate::api::stream::{Pieces, respond};
use crate::storage::StoreError;

/// A successful answer.
pub enum Reply {
    /// Compact JSON.
    Json(StatusCode, Vec<u8>),
    Empty(StatusCode),
    Csv(Csv),
}

/// CSV in pieces.
pub struct Csv {
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub pieces: Pieces,
}

impl Csv {
    pub fn respond(self) -> Result<Response<Body>, StoreError> {
        let mut response = Response::new(respond(self.pieces)?);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv"));
        response.headers_mut().extend(self.headers);
        Ok(response)
    }
}

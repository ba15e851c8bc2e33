//! Answers of the Bulk API 2.0: JSON, nothing, or CSV that may be too long to be held at once.

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use futures_util::stream;

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

/// Makes the next piece of an answer; `None` after the last. Reads the org, so it is called off the threads that serve requests.
pub type Pieces = Box<dyn FnMut() -> Result<Option<Vec<u8>>, StoreError> + Send>;

/// An answer up to this length is sent as one, with its length.
const WHOLE: usize = 1024 * 1024;

impl Csv {
    /// The answer, the beginning of it already read.
    pub fn respond(self, kind: &'static str) -> Result<Response<Body>, StoreError> {
        let mut pieces = self.pieces;
        let mut begin = Vec::new();
        let mut more = true;
        while more && begin.len() < WHOLE {
            match pieces()? {
                Some(piece) => begin.extend_from_slice(&piece),
                None => more = false,
            }
        }
        let body = if more { streamed(begin, pieces) } else { Body::from(begin) };
        let mut response = Response::new(body);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response.headers_mut().extend(self.headers);
        Ok(response)
    }
}

/// The begin, then piece by piece what follows. A store that fails in the middle cuts the answer off.
fn streamed(begin: Vec<u8>, pieces: Pieces) -> Body {
    let rest = stream::unfold((Some(begin), pieces), |(begin, mut pieces)| async move {
        if let Some(begin) = begin {
            return Some((Ok(Bytes::from(begin)), (None, pieces)));
        }
        let made = tokio::task::spawn_blocking(move || (pieces(), pieces)).await;
        match made {
            Ok((Ok(Some(piece)), pieces)) => Some((Ok(Bytes::from(piece)), (None, pieces))),
            Ok((Ok(None), _)) => None,
            Ok((Err(error), pieces)) => Some((Err(error), (None, pieces))),
            Err(_) => None,
        }
    });
    Body::from_stream(rest)
}

//! Answers made in pieces: short ones are sent as one, with their length, long ones as they are made.

use axum::body::{Body, Bytes};
use futures_util::stream;

use crate::storage::StoreError;

/// Makes the next piece of an answer; `None` after the last. Reads the org, so it is called off the threads that serve requests.
pub type Pieces = Box<dyn FnMut() -> Result<Option<Vec<u8>>, StoreError> + Send>;

/// An answer up to this length is sent as one.
const WHOLE: usize = 1024 * 1024;

/// The body, the beginning of it already made.
pub fn respond(mut pieces: Pieces) -> Result<Body, StoreError> {
    let mut begin = Vec::new();
    while begin.len() < WHOLE {
        match pieces()? {
            Some(piece) if begin.is_empty() => begin = piece,
            Some(piece) => begin.extend_from_slice(&piece),
            None => return Ok(Body::from(begin)),
        }
    }
    Ok(streamed(begin, pieces))
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
            Ok((Err(error), pieces)) => Some((Err(error), (None, pieces))),
            Ok((Ok(None), _)) | Err(_) => None,
        }
    });
    Body::from_stream(rest)
}

//! Reading the whole body of a request, within the family's limit.

use std::io::Read;
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use flate2::bufread::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::table::Unserved;

/// A client that sends nothing for so long in the middle of a body has gone.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

/// Packed bodies above this many bytes are unpacked off the threads that serve connections.
const UNPACK_HERE: usize = 64 * 1024;

/// The body, unpacked if it came as gzip; at most `limit` bytes.
pub(super) async fn read(body: Incoming, headers: &HeaderMap, limit: usize) -> Result<Bytes, Unserved> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > limit as u64 {
        return Err(Unserved::BodyTooLarge { limit });
    }
    let bytes = collect(body, limit).await?;
    match headers.get(header::CONTENT_ENCODING).map(header::HeaderValue::as_bytes) {
        Some(coding) if coding.eq_ignore_ascii_case(b"gzip") => unpack(bytes, limit).await,
        _ => Ok(bytes),
    }
}

async fn collect(mut body: Incoming, limit: usize) -> Result<Bytes, Unserved> {
    let mut whole = Bytes::new();
    let mut pieces: Vec<u8> = Vec::new();
    loop {
        let frame = tokio::time::timeout(IDLE_LIMIT, body.frame()).await.map_err(|_| Unserved::BodyUnreadable)?;
        let Some(frame) = frame else { break };
        let Ok(data) = frame.map_err(|_| Unserved::BodyUnreadable)?.into_data() else { continue };
        if whole.len() + pieces.len() + data.len() > limit {
            return Err(Unserved::BodyTooLarge { limit });
        }
        if whole.is_empty() && pieces.is_empty() {
            whole = data;
        } else {
            pieces.extend_from_slice(&std::mem::take(&mut whole));
            pieces.extend_from_slice(&data);
        }
    }
    Ok(if pieces.is_empty() { whole } else { pieces.into() })
}

async fn unpack(packed: Bytes, limit: usize) -> Result<Bytes, Unserved> {
    if packed.len() <= UNPACK_HERE {
        return unpack_within(&packed, limit);
    }
    let unpacked = tokio::task::spawn_blocking(move || unpack_within(&packed, limit));
    unpacked.await.unwrap_or(Err(Unserved::BodyUnreadable))
}

/// Stops one byte past the limit, so a small body cannot expand without bound.
fn unpack_within(packed: &[u8], limit: usize) -> Result<Bytes, Unserved> {
    let mut unpacked = Vec::new();
    let mut decoder = MultiGzDecoder::new(packed).take(limit as u64 + 1);
    decoder.read_to_end(&mut unpacked).map_err(|_| Unserved::BodyUnreadable)?;
    if unpacked.len() > limit {
        return Err(Unserved::BodyTooLarge { limit });
    }
    Ok(unpacked.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_unpacked_within_the_limit() {
        let packed = gzip(&[b'a'; 1000]);
        assert_eq!(unpack_within(&packed, 1000).unwrap().len(), 1000);
        assert_eq!(unpack_within(&packed, 999), Err(Unserved::BodyTooLarge { limit: 999 }));
        assert_eq!(unpack_within(&packed[..packed.len() - 1], 1000), Err(Unserved::BodyUnreadable));
        assert_eq!(unpack_within(b"plain", 1000), Err(Unserved::BodyUnreadable));
    }
}

//! gzip for answers, when the client asks for it.

use std::io::Write;

use axum::body::Bytes;
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Below this many bytes packing costs more than it saves.
const LEAST: usize = 1024;

/// Whether `Accept-Encoding` names gzip, and not with `q=0`.
pub(super) fn is_accepted(headers: &HeaderMap) -> bool {
    let accepts = |coding: &str| {
        let (name, weight) = coding.split_once(';').map_or((coding, ""), |(name, weight)| (name, weight.trim()));
        name.trim().eq_ignore_ascii_case("gzip") && weight.strip_prefix("q=").is_none_or(|q| q.trim().parse().is_ok_and(|q: f32| q > 0.0))
    };
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| value.split(',').any(accepts))
}

/// The packed body, and the head that says so. None if it is too short or already coded.
pub(super) fn compress(head: &mut Parts, whole: &[u8]) -> Option<Bytes> {
    if whole.len() < LEAST || head.headers.contains_key(header::CONTENT_ENCODING) {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(whole.len() / 4), Compression::fast());
    encoder.write_all(whole).ok()?;
    let packed = encoder.finish().ok()?;
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    head.headers.remove(header::CONTENT_LENGTH);
    Some(packed.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_used_only_when_asked_for() {
        let check = |asked: &'static str, accepted: bool| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(asked))]);
            assert_eq!(is_accepted(&headers), accepted, "{asked}");
        };
        check("gzip, deflate, br", true);
        check("br;q=1.0, GZIP;q=0.5", true);
        check("gzip;q=0", false);
        check("identity", false);
        check("", false);
    }
}

//! Who may use the control surface: nobody without the token, and no web page that the developer happens to visit.

use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use serde_json::json;

use crate::edge::{Answer, text};
use crate::org::Site;
use crate::secret::same;

/// What a browser may send across sites without asking first.
const SIMPLE_TYPES: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// The refusal of a request to `/_mock`, as RFC 9457 has it; None if it may pass.
pub(super) fn refusal(parts: &Parts, site: &Site, token: Option<&str>) -> Option<Response<Answer>> {
    if is_foreign(parts, site) {
        return Some(problem(StatusCode::FORBIDDEN, "Origin", "another site may not use the control API"));
    }
    if parts.method != Method::GET && is_simple(parts) {
        return Some(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type", "send application/json"));
    }
    if token.is_some_and(|token| !shows(parts, token)) {
        let mut answer = problem(StatusCode::UNAUTHORIZED, "Authorization", "send `Authorization: Bearer` with the control token");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return Some(answer);
    }
    None
}

/// Browsers name the page that a request comes from; programs do not.
fn is_foreign(parts: &Parts, site: &Site) -> bool {
    let origin = parts.headers.get(header::ORIGIN);
    let fetched = parts.headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    // A link in another page may lead here; a script of another page may not fetch from here.
    let navigates = parts.headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate") && parts.method == Method::GET;
    origin.is_some_and(|origin| origin.as_bytes() != site.url().as_bytes()) || !navigates && matches!(fetched, Some(b"cross-site" | b"same-site"))
}

fn is_simple(parts: &Parts) -> bool {
    let Some(kind) = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return false };
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    SIMPLE_TYPES.contains(&kind.as_str())
}

fn shows(parts: &Parts, token: &str) -> bool {
    let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.split_once(' '));
    shown.is_some_and(|(scheme, shown)| scheme.eq_ignore_ascii_case("bearer") && same(token, shown.trim()))
}

fn problem(status: StatusCode, field: &str, detail: &str) -> Response<Answer> {
    let body = json!({ "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "detail": detail, "field": field });
    let mut answer = text(status, body.to_string());
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    answer
}

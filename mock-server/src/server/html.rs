//! What every HTML answer tells browsers, whichever family made it: a page that forgets a header cannot exist.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

/// Nothing but our own stylesheet and icon loads, and nobody frames us. Where a form leads is not limited: browsers apply
/// `form-action` to the redirects after it too, and those of login and consent end at the app's callback. All forms are
/// our own and escaped by construction.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_FRAME_OPTIONS, "DENY"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-cache, no-store, must-revalidate"),
];

/// Puts them on an answer that is HTML. What a fault asked for stays.
pub(super) fn protect(headers: &mut HeaderMap) {
    let is_html = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().get(..9).is_some_and(|kind| kind.eq_ignore_ascii_case(b"text/html")));
    if is_html {
        for (name, value) in HEADERS {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protected(kind: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.extend(kind.map(|kind| (CONTENT_TYPE, HeaderValue::from_static(kind))));
        protect(&mut headers);
        headers
    }

    #[test]
    fn html_is_protected_however_its_type_is_spelled() {
        for kind in ["text/html", "text/html;charset=UTF-8", "TEXT/HTML; charset=utf-8"] {
            let headers = protected(Some(kind));
            for (name, value) in HEADERS {
                assert_eq!(headers.get(&name).map(HeaderValue::as_bytes), Some(value.as_bytes()), "{kind}: {name}");
            }
        }
    }

    #[test]
    fn other_answers_are_left_alone() {
        assert_eq!(protected(None).len(), 0);
        assert_eq!(protected(Some("application/json")).len(), 1);
        assert_eq!(protected(Some("text/css")).len(), 1);
    }

    #[test]
    fn what_was_set_on_purpose_stays() {
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/html"))]);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=1"));
        protect(&mut headers);
        assert_eq!(headers.get(CACHE_CONTROL).map(HeaderValue::as_bytes), Some(b"max-age=1".as_slice()));
    }
}

//! Pages and redirects as responses, with the headers that keep a browser safe.

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{Response as HttpResponse, StatusCode};
use axum::response::{IntoResponse, Response};

/// Nothing but our own stylesheet and icon loads, and nobody frames us. Where a form leads is not limited: browsers apply
/// `form-action` to the redirects after it too, and those of login and consent end at the app's callback. All forms are
/// our own and escaped by construction.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_TYPE, "text/html;charset=UTF-8"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_FRAME_OPTIONS, "DENY"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-cache, no-store, must-revalidate"),
];

/// A rendered page.
pub(super) fn page(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(html) => {
            let mut response = (status, html).into_response();
            for (name, value) in HEADERS {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            response
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::BAD_REQUEST.into_response()
        }
    }
}

/// 302 to a path of this site or to an address the domain vouches for.
pub(super) fn redirect(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => HttpResponse::builder()
            .status(StatusCode::FOUND)
            .header(LOCATION, location)
            .header(CACHE_CONTROL, "no-store")
            .body(axum::body::Body::empty())
            .unwrap_or_default(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Adds a `Set-Cookie` header.
pub(super) fn with_cookie(mut response: Response, cookie: Option<String>) -> Response {
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

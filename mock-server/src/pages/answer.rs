//! Pages and redirects as responses. The headers that keep a browser safe are put on by the server, on whatever is HTML.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{Response as HttpResponse, StatusCode};
use axum::response::{IntoResponse, Response};

/// A rendered page.
pub(super) fn page(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(html) => (status, [(CONTENT_TYPE, "text/html;charset=UTF-8")], html).into_response(),
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

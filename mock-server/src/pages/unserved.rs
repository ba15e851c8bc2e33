//! What a browser sees where no handler answered.

use axum::http::header::ALLOW;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::error::message;
use super::view::Frame;
use crate::table::Unserved;

/// The dialect of pages.
pub(super) fn render(parts: &Parts, unserved: &Unserved) -> Response {
    let frame = Frame {
        base: parts.extensions.get::<crate::table::Arrival>().map(|arrival| arrival.site.prefix().to_owned()).unwrap_or_default(),
        ..Frame::default()
    };
    let page = |status, title, text: &str| message(status, frame, title, text);
    match unserved {
        Unserved::NotFound => {
            page(StatusCode::NOT_FOUND, "URL No Longer Exists", "You have attempted to reach a page that this stand-in does not have.")
        }
        Unserved::MethodNotAllowed { allowed } => {
            let mut response =
                page(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed", "This address exists, but not for the method of the request.");
            let allowed = allowed.iter().map(axum::http::Method::as_str).collect::<Vec<_>>().join(",");
            if let Ok(allowed) = HeaderValue::from_str(&allowed) {
                response.headers_mut().insert(ALLOW, allowed);
            }
            response
        }
        Unserved::BodyTooLarge { .. } => page(StatusCode::PAYLOAD_TOO_LARGE, "Form Too Large", "No form of this page is that long."),
        Unserved::BodyUnreadable => page(StatusCode::BAD_REQUEST, "Form Unreadable", "The body of the request could not be read."),
        Unserved::Fault { status, error } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST);
            page(status, error.as_deref().unwrap_or("Fault"), "A fault that was set on the control API answers in place of this page.")
        }
        Unserved::Locked => page(StatusCode::CONFLICT, "Locked", "A fault that was set on the control API keeps this page locked."),
    }
}

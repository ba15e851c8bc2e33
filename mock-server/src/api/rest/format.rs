//! How an answer is spelled: compact or pretty JSON, or XML. Source: `rest.md` 1.3.

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::error::RestError;
use super::{pretty, xml};

/// The spelling a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    xml: bool,
    /// `X-PrettyPrint: 1`
    pretty: bool,
}

/// A successful answer before it is spelled.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Content,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Some of the records it tells of failed, and the composite it is part of keeps all or nothing.
    pub has_failures: bool,
}

#[derive(Debug)]
pub enum Content {
    Empty,
    /// Compact JSON, and the name of the element that holds it when it is spelled as XML.
    Json {
        json: Bytes,
        root: &'static str,
    },
    /// A blob field's own bytes.
    Raw {
        bytes: Bytes,
        content_type: String,
    },
}

impl Answer {
    /// 200 with this compact JSON. `root` is the element's name in XML; an array of records has `Array`.
    pub fn json(json: impl Into<Bytes>, root: &'static str) -> Self {
        Self { status: StatusCode::OK, body: Content::Json { json: json.into(), root }, headers: Vec::new(), has_failures: false }
    }

    /// A status without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, body: Content::Empty, headers: Vec::new(), has_failures: false }
    }

    pub fn raw(bytes: impl Into<Bytes>, content_type: impl Into<String>) -> Self {
        Self {
            status: StatusCode::OK,
            body: Content::Raw { bytes: bytes.into(), content_type: content_type.into() },
            headers: Vec::new(),
            has_failures: false,
        }
    }

    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
const XML: HeaderValue = HeaderValue::from_static("application/xml;charset=UTF-8");

impl Format {
    /// The spelling a request asks for; JSON where `Accept` names nothing we have.
    pub fn of(headers: &HeaderMap) -> Self {
        Self { xml: accepted(headers) == Some(true), pretty: headers.get("x-prettyprint").is_some_and(|value| value == "1") }
    }

    /// # Errors
    /// `NotAcceptable` when `Accept` admits neither JSON nor XML.
    pub fn admitted(parts: &Parts) -> Result<(), RestError> {
        accepted(&parts.headers).map(drop).ok_or(RestError::NotAcceptable)
    }

    pub fn answer(self, answer: Answer) -> Response<Body> {
        let mut response = match answer.body {
            Content::Empty => Response::new(Body::empty()),
            Content::Json { json, root } => self.spelled(json, root),
            Content::Raw { bytes, content_type } => {
                let mut response = Response::new(Body::from(bytes));
                if let Ok(kind) = HeaderValue::try_from(content_type) {
                    response.headers_mut().insert(header::CONTENT_TYPE, kind);
                }
                response
            }
        };
        *response.status_mut() = answer.status;
        response.headers_mut().extend(answer.headers);
        response
    }

    pub fn refuse(self, error: &RestError) -> Response<Body> {
        error.log();
        let wire = error.wire();
        let mut out = Vec::new();
        wire.write(&mut out);
        if !error.is_alone() {
            out.insert(0, b'[');
            out.push(b']');
        }
        let mut response = self.spelled(out.into(), "Errors");
        *response.status_mut() = wire.status;
        if wire.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Token"));
        }
        response
    }

    fn spelled(self, json: Bytes, root: &str) -> Response<Body> {
        let (body, kind) = match (self.xml, self.pretty) {
            (true, _) => (xml::from_json(&json, root).into(), XML),
            (false, true) => (pretty::print(&json).into(), JSON),
            (false, false) => (json, JSON),
        };
        let mut response = Response::new(Body::from(body));
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

/// Whether `Accept` prefers XML; `None` when it admits neither XML nor JSON. The first type we have wins.
fn accepted(headers: &HeaderMap) -> Option<bool> {
    let mut named = false;
    for value in headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()) {
        for range in value.split(',') {
            named = true;
            match range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
                "application/json" | "*/*" | "application/*" | "text/*" | "" => return Some(false),
                "application/xml" | "text/xml" => return Some(true),
                _ => {}
            }
        }
    }
    (!named).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: Option<&'static str>, xml: Option<bool>) {
        let mut headers = HeaderMap::new();
        if let Some(accept) = accept {
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        }
        assert_eq!(accepted(&headers), xml, "{accept:?}");
    }

    #[test]
    fn the_first_known_type_of_accept_decides() {
        check(None, Some(false));
        check(Some("*/*"), Some(false));
        check(Some("text/html, application/xml;q=0.9, */*;q=0.8"), Some(true));
        check(Some("application/json, text/plain, */*"), Some(false));
        check(Some("image/png"), None);
    }
}

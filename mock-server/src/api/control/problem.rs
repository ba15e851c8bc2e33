//! The error dialect of the control API: RFC 9457, with the member that is wrong.

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::app::Taken;
use crate::schema::SchemaError;
use crate::storage::StoreError;
use crate::table::Unserved;
use crate::world::{Rejected, Why};

/// A refused call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// What was expected.
    detail: String,
    /// The member of the body, query or path that is wrong: `users[0].profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Problem {
    pub fn new(status: StatusCode, field: Option<&str>, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            field: field.map(str::to_owned),
        }
    }

    /// A member that is wrong.
    pub fn field(field: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Some(field), detail)
    }

    /// The same, seen from `member` that holds an array: `[1].type` becomes `records[1].type`.
    pub fn below(mut self, member: &str) -> Self {
        self.field = self.field.map(|field| format!("{member}{field}"));
        self
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, None, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

impl From<Rejected> for Problem {
    fn from(rejected: Rejected) -> Self {
        let status = match rejected.why {
            Why::Invalid => StatusCode::BAD_REQUEST,
            Why::Taken => StatusCode::CONFLICT,
            Why::Store => {
                tracing::error!(error = %rejected, "the store failed");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        let place = rejected.place();
        Self::new(status, Some(place.as_str()).filter(|place| !place.is_empty()), rejected.message)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Rejected::from(error).into()
    }
}

impl From<Taken> for Problem {
    fn from(taken: Taken) -> Self {
        Rejected::from(taken).into()
    }
}

impl From<SchemaError> for Problem {
    fn from(error: SchemaError) -> Self {
        Rejected::from(error).into()
    }
}

/// What never reached a handler.
pub fn unserved(parts: &Parts, unserved: &Unserved) -> Response {
    let mut allow = None;
    let (status, detail) = match unserved {
        Unserved::NotFound => (StatusCode::NOT_FOUND, format!("the control API has no {}: see /_mock/openapi.json", parts.uri.path())),
        Unserved::MethodNotAllowed { allowed } => {
            let allowed: Vec<_> = allowed.iter().map(axum::http::Method::as_str).collect();
            allow = HeaderValue::try_from(allowed.join(", ")).ok();
            (StatusCode::METHOD_NOT_ALLOWED, format!("expected {}", allowed.join(", ")))
        }
        Unserved::BodyTooLarge { limit } => (StatusCode::PAYLOAD_TOO_LARGE, format!("a body has at most {limit} bytes")),
        Unserved::BodyUnreadable => (StatusCode::BAD_REQUEST, "the body could not be read".to_owned()),
        // Faults do not reach the control API.
        Unserved::Fault { .. } | Unserved::Locked => (StatusCode::SERVICE_UNAVAILABLE, "the request met a fault".to_owned()),
    };
    let mut response = Problem::new(status, None, detail).into_response();
    response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
    response
}

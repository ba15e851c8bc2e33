//! Refusals of the Bulk API 1.0: one element or object with a code and a message, nearly always at status 400.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::json;

use super::spelling::{NAMESPACE, Spelling};
use crate::jobs::{JobError, escape};
use crate::storage::StoreError;
use crate::table::Unserved;

/// A refused call.
#[derive(Debug)]
pub enum AsyncError {
    /// No session, or one that is over. Clients know it by status 400.
    InvalidSession,
    NoSessionHeader,
    /// A live session that may not use this API.
    NotEnabled,
    /// The org's calls of the last 24 hours are used up.
    ExceededQuota,
    InvalidVersion(String),
    InvalidUrl,
    MethodNotAllowed,
    /// A body in XML or JSON that cannot be read.
    Unreadable(String),
    BodyTooLarge {
        limit: usize,
    },
    Injected {
        status: u16,
        code: String,
    },
    Job(JobError),
}

impl AsyncError {
    fn code(&self) -> &str {
        match self {
            Self::InvalidSession | Self::NoSessionHeader => "InvalidSessionId",
            Self::NotEnabled => "FeatureNotEnabled",
            Self::ExceededQuota => "ExceededQuota",
            Self::InvalidVersion(_) => "InvalidVersion",
            Self::InvalidUrl => "InvalidUrl",
            Self::MethodNotAllowed => "InvalidOperation",
            Self::Unreadable(_) => "InvalidXml",
            Self::BodyTooLarge { .. } => "ClientInputError",
            Self::Injected { code, .. } => code,
            Self::Job(error) => error.code(),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::InvalidSession => "Invalid session id".to_owned(),
            Self::NoSessionHeader => "Unable to find X-SFDC-Session header".to_owned(),
            // GUESS: only the code is documented.
            Self::NotEnabled => "Async API not enabled".to_owned(),
            // GUESS: the code is documented, the sentence is REST's.
            Self::ExceededQuota => "TotalRequests Limit exceeded.".to_owned(),
            Self::InvalidVersion(version) => format!("Api version {version} not supported"),
            Self::InvalidUrl => "Invalid URL".to_owned(),
            Self::MethodNotAllowed => "The HTTP method is not allowed for this resource".to_owned(),
            Self::Unreadable(why) => why.clone(),
            Self::BodyTooLarge { limit } => format!("Failed to read request. Exceeded max size limit of {limit}"),
            Self::Injected { code, .. } => code.clone(),
            Self::Job(error) => error.to_string(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Injected { status, .. } => StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST),
            Self::Job(JobError::Store(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The answer in the spelling of the request.
    pub fn answer(&self, spelling: Spelling) -> Response<Body> {
        if let Self::Job(JobError::Store(cause)) = self {
            tracing::error!(%cause, "the store failed");
        }
        let body = match spelling {
            Spelling::Json => json!({ "exceptionCode": self.code(), "exceptionMessage": self.message() }).to_string().into_bytes(),
            Spelling::Xml => {
                let mut out = format!(
                    r#"<?xml version="1.0" encoding="UTF-8"?><error xmlns="{NAMESPACE}"><exceptionCode>{}</exceptionCode><exceptionMessage>"#,
                    self.code()
                )
                .into_bytes();
                escape(&mut out, self.message().as_bytes());
                out.extend_from_slice(b"</exceptionMessage></error>");
                out
            }
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(spelling.media_type()));
        response
    }
}

impl From<JobError> for AsyncError {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl From<StoreError> for AsyncError {
    fn from(error: StoreError) -> Self {
        Self::Job(error.into())
    }
}

/// Answers what never reached a handler.
pub fn dialect(parts: &Parts, unserved: &Unserved) -> Response<Body> {
    let error = match unserved {
        Unserved::NotFound if session_header(&parts.headers).is_none() => AsyncError::NoSessionHeader,
        Unserved::NotFound => AsyncError::InvalidUrl,
        Unserved::MethodNotAllowed { .. } => AsyncError::MethodNotAllowed,
        Unserved::BodyTooLarge { .. } => AsyncError::BodyTooLarge { limit: crate::jobs::BATCH_BYTES },
        Unserved::BodyUnreadable => AsyncError::Unreadable("Failed to read request".to_owned()),
        Unserved::Fault { status, error } => {
            AsyncError::Injected { status: *status, code: error.clone().unwrap_or_else(|| injected(*status).to_owned()) }
        }
        Unserved::Locked => AsyncError::Injected { status: 400, code: "TooManyLockFailure".to_owned() },
    };
    error.answer(Spelling::of(&parts.headers).unwrap_or(Spelling::Xml))
}

/// The code that fits a status a fault asks for.
fn injected(status: u16) -> &'static str {
    match status {
        401 => "InvalidSessionId",
        403 | 429 => "ExceededQuota",
        408 | 504 => "Timeout",
        500.. => "InternalServerError",
        _ => "ClientInputError",
    }
}

pub fn session_header(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-sfdc-session").and_then(|value| value.to_str().ok()).map(str::trim).filter(|token| !token.is_empty())
}

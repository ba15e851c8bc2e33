//! How this family answers: JSON by default, urlencoded or XML on request, raw text at the authorize endpoint.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::apps::{Because, Explains};
use crate::oauth::{OAuthError, Parameters};
use crate::storage::StoreError;
use crate::table::{Unserved, because, without_end_slash};

/// The form an answer takes. `format=` wins over `Accept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    UrlEncoded,
    Xml,
}

impl Format {
    pub fn wanted(parameters: &Parameters, headers: &HeaderMap) -> Self {
        let accept = || headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        match parameters.get("format") {
            Some("json") => Self::Json,
            Some("urlencoded") => Self::UrlEncoded,
            Some("xml") => Self::Xml,
            _ if accept().starts_with("application/xml") || accept().starts_with("text/xml") => Self::Xml,
            _ if accept().starts_with("application/x-www-form-urlencoded") => Self::UrlEncoded,
            _ => Self::Json,
        }
    }
}

/// An answer that must not be stored by anybody on its way (RFC 6749, 5.1).
pub fn write(status: StatusCode, format: Format, root: &str, body: &impl Serialize) -> Response {
    let (kind, text) = match format {
        Format::Json => ("application/json;charset=UTF-8", serde_json::to_vec(body).unwrap_or_default()),
        Format::UrlEncoded => ("application/x-www-form-urlencoded;charset=UTF-8", url_encoded(&members(body)).into_bytes()),
        Format::Xml => ("application/xml;charset=UTF-8", xml(root, &members(body)).into_bytes()),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// A refusal of the token, revoke or introspect endpoint: always 400, also for a wrong secret.
pub fn refuse(error: &OAuthError, format: Format) -> Response {
    let body = Refusal { error: error.code(), error_description: error.description(), error_uri: error.uri() };
    because(write(status(error), format, "OAuth", &body), Because::of(error.clone()))
}

/// A refusal with a status of its own.
pub fn refuse_with(status: StatusCode, why: impl Explains + 'static) -> Response {
    let (error, description) = why.told();
    let response = write(status, Format::Json, "OAuth", &Refusal { error: &error, error_description: description.into_owned(), error_uri: None });
    because(response, Because::of(why))
}

#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
    error_description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_uri: Option<&'a str>,
}

fn status(error: &OAuthError) -> StatusCode {
    match error {
        OAuthError::Store(cause) => {
            tracing::error!(%cause, "a request could not be served");
            StatusCode::INTERNAL_SERVER_ERROR
        }
        _ => StatusCode::BAD_REQUEST,
    }
}

/// What stays as it is in a raw refusal.
const RAW: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.');

/// A refusal at the authorize address before the callback is trusted: form text in the body, no redirect, no page.
/// GUESS: status 400, and no content type, as one implementer measured it for the missing code challenge.
pub fn raw(error: &OAuthError) -> Response {
    let text = format!("error={}&error_description={}", error.code(), utf8_percent_encode(&error.description(), RAW));
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status(error);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Without a type a browser would guess one.
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    because(response, Because::of(error.clone()))
}

pub fn redirect(to: &str) -> Response {
    match HeaderValue::try_from(to) {
        Ok(location) => {
            (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]).into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The store failed: logged here, once.
pub fn failed(cause: StoreError) -> Response {
    refuse(&OAuthError::Store(cause), Format::Json)
}

/// A JSONP answer. The name of the function is checked, so that it cannot carry a script of its own.
pub fn jsonp(callback: &str, body: &impl Serialize) -> Option<Response> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$');
    if callback.len() > 128 || !callback.bytes().all(plain) {
        return None;
    }
    let text = format!("{callback}({});", serde_json::to_string(body).unwrap_or_default());
    Some(
        (
            [
                (header::CONTENT_TYPE, "application/javascript;charset=UTF-8"),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ],
            text,
        )
            .into_response(),
    )
}

/// JSON over several lines, for people.
pub fn pretty(body: &impl Serialize) -> Response {
    let text = serde_json::to_vec_pretty(body).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json;charset=UTF-8"), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// A plain-text refusal of the identity service.
pub fn text(status: StatusCode, text: &'static str, why: impl Explains + 'static) -> Response {
    because((status, [(header::CONTENT_TYPE, "text/plain;charset=UTF-8")], text).into_response(), Because::of(why))
}

/// A blank page that clients without a server of their own register as their callback.
pub async fn blank() -> Response {
    let page = "<!DOCTYPE html><html lang=\"en\"><head><title>Remote Access</title></head><body></body></html>";
    ([(header::CONTENT_TYPE, "text/html;charset=UTF-8")], page).into_response()
}

/// What never reached a handler.
pub fn dialect(parts: &Parts, unserved: &Unserved) -> Response {
    match unserved {
        Unserved::NotFound => StatusCode::NOT_FOUND.into_response(),
        Unserved::MethodNotAllowed { .. } if parts.method == Method::OPTIONS && parts.headers.contains_key(header::ORIGIN) => preflight(parts),
        Unserved::MethodNotAllowed { allowed } if allowed.contains(&Method::POST) => refuse(&OAuthError::MustPost, Format::Json),
        Unserved::MethodNotAllowed { .. } => raw(&OAuthError::MustGet),
        Unserved::BodyTooLarge { .. } => refuse_with(StatusCode::PAYLOAD_TOO_LARGE, OAuthError::Malformed("the body is too large".to_owned())),
        Unserved::BodyUnreadable => refuse(&OAuthError::Malformed("the body cannot be read".to_owned()), Format::Json),
        Unserved::Locked => refuse(&OAuthError::AlreadyProcessing, Format::Json),
        Unserved::Fault { status, error } => injected(parts, *status, error.as_deref()),
    }
}

/// Web pages of anywhere may read what is public. The other endpoints answer to origins of an org's CORS allowlist alone, which is empty here.
/// Source: Salesforce help, "Enable CORS for OAuth Endpoints" and "Configure Salesforce CORS Allowlist".
fn preflight(parts: &Parts) -> Response {
    if !PUBLIC.contains(&without_end_slash(parts.uri.path())) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, OPTIONS"));
    if let Some(asked) = parts.headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    response
}

const PUBLIC: [&str; 3] = ["/.well-known/openid-configuration", "/.well-known/auth-configuration", "/id/keys"];

/// What a test asked for. Calls are counted by REST, whose code a test may name: this family counts logins.
fn injected(parts: &Parts, status: u16, error: Option<&str>) -> Response {
    let asked = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let (status, code) = match error {
        Some("REQUEST_LIMIT_EXCEEDED" | "CONCURRENT_REQUESTS") => (StatusCode::BAD_REQUEST, OAuthError::LoginRateExceeded.code()),
        Some(code) => (asked, code),
        None if asked.is_server_error() => (asked, "service_unavailable"),
        None => (asked, "invalid_request"),
    };
    let error_description = KNOWN.iter().find(|known| known.code() == code).unwrap_or(&OAuthError::Unknown).description();
    let format = Format::wanted(&Parameters::default(), &parts.headers);
    write(status, format, "OAuth", &Refusal { error: code, error_description, error_uri: None })
}

/// What stands for its code where a test names no more than the code.
const KNOWN: &[OAuthError] = &[
    OAuthError::UnknownClient,
    OAuthError::WrongClientSecret,
    OAuthError::DeadRefreshToken,
    OAuthError::MalformedScope,
    OAuthError::UnsupportedGrantType,
    OAuthError::UnsupportedResponseType,
    OAuthError::WrongRedirectUri,
    OAuthError::MissingRedirectUri,
    OAuthError::AuthorizationPending,
    OAuthError::SlowDown,
    OAuthError::Denied,
    OAuthError::InvalidToken,
    OAuthError::UnsupportedTokenType,
    OAuthError::LoginRateExceeded,
];

fn members(body: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(body) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

fn url_encoded(members: &Map<String, Value>) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(members.iter().map(|(name, value)| (name, plain(value))));
    text.finish()
}

fn xml(root: &str, members: &Map<String, Value>) -> String {
    let mut text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><{root}>");
    for (name, value) in members {
        element(&mut text, name, value);
    }
    text.push_str(&format!("</{root}>"));
    text
}

fn element(text: &mut String, name: &str, value: &Value) {
    text.push_str(&format!("<{name}>"));
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| element(text, name, value)),
        other => text.push_str(&plain(other).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")),
    }
    text.push_str(&format!("</{name}>"));
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

//! Everything the REST family refuses, with the exact answer for each reason. Source: `rest.md` 1.3 and section 3.

use std::borrow::Cow;

use axum::http::{Method, StatusCode};

use super::composite::CompositeError;
use crate::jobs::JobError;
use crate::oauth::Door;
use crate::org::PasswordRefusal;
use crate::records::RecordError;
use crate::schema::SchemaError;
use crate::storage::StoreError;

/// A refused request.
#[derive(Debug)]
pub enum RestError {
    /// Nothing is at this path: unknown resource, sObject or version.
    NotFound,
    /// Salesforce answers at this path, this server does not yet.
    NotBuilt(String),
    /// The version of the path was retired.
    Gone,
    /// No Apex class serves this path.
    NoApexClass,
    MethodNotAllowed {
        method: Method,
        allowed: Vec<Method>,
    },
    /// No token, or one that leads to no live session.
    InvalidSession,
    /// A live session, at a login host: its org answers at the address that came with the token.
    UrlNotReset,
    /// A live session that may not use this API.
    WrongSessionKind,
    /// A live session whose scopes do not open this endpoint.
    LacksScope(Door),
    /// An `Authorization` header that is none.
    InvalidAuthHeader,
    /// A token of a site, at the org's own host.
    ForeignIssuer,
    ApiDisabledForOrg,
    ApiDisabledForUser,
    /// The org has not switched on what is asked for.
    FeatureOff,
    /// The org's calls of the last 24 hours are used up.
    RequestLimitExceeded,
    /// `X` of `Content-Type: X` is not taken here.
    UnsupportedMediaType(String),
    NotAcceptable,
    /// A change without a body.
    NoBody,
    BodyTooLarge {
        limit: usize,
    },
    BodyUnreadable,
    /// The body is not well-formed XML.
    Xml(String),
    /// The form does not hold what it should.
    Form(&'static str),
    MissingParameter(&'static str),
    /// A parameter of the address that is to be a number.
    NotANumber(String),
    /// The UI API is to be told which fields of a record are wanted.
    NoFieldsAsked,
    /// The UI API's words for a record that the user does not reach.
    NoAccessToRecord,
    /// The row changed (`If-Match`, `If-Unmodified-Since`) or is the one the caller has (`If-None-Match` on a change).
    PreconditionFailed,
    /// A conditional header that cannot be read.
    UnreadableCondition,
    /// Another request holds the row.
    RowLocked {
        id: String,
    },
    /// A test asked for this answer.
    Injected {
        status: StatusCode,
        code: Option<String>,
    },
    /// The caller must replace a password an admin made up before anything else.
    PasswordExpired,
    Password(PasswordRefusal),
    Record(RecordError),
    /// A composite, or a part of one.
    Composite(CompositeError),
    /// Of the Bulk API 2.0.
    Job(JobError),
    Store(StoreError),
}

/// The parts of one error on the wire.
#[derive(Debug)]
pub struct Wire<'e> {
    pub status: StatusCode,
    pub code: Cow<'e, str>,
    pub message: Cow<'e, str>,
    /// `None`: the member is left out.
    pub fields: Option<Vec<&'e str>>,
}

impl RestError {
    /// Stands alone in its body, where all others stand in a list.
    pub fn is_alone(&self) -> bool {
        matches!(self, Self::LacksScope(_))
    }

    /// Tells the log of a failure that is the server's own.
    pub fn log(&self) {
        if let Self::Store(cause) = self {
            tracing::error!(%cause, "the store failed");
        }
    }

    pub fn wire(&self) -> Wire<'_> {
        let (status, code, message): (u16, Cow<'_, str>, Cow<'_, str>) = match self {
            Self::NotFound => (404, "NOT_FOUND".into(), "The requested resource does not exist".into()),
            Self::NotBuilt(path) => (501, "MOCK_NOT_IMPLEMENTED".into(), format!("{path} is not built yet").into()),
            Self::NoApexClass => (404, "NOT_FOUND".into(), "Could not find a match for URL".into()),
            // GUESS: the text of a retired version's answer is not published (rest.md 10.1).
            Self::Gone => (410, "GONE".into(), "The API version in the URL is retired.".into()),
            Self::MethodNotAllowed { method, allowed } => (405, "METHOD_NOT_ALLOWED".into(), not_allowed(method, allowed).into()),
            Self::InvalidSession => (401, "INVALID_SESSION_ID".into(), "Session expired or invalid".into()),
            // GUESS: the code was seen, sentence and status are remembered.
            Self::UrlNotReset => (404, "URL_NOT_RESET".into(), "Destination URL not reset. The URL returned from login must be set".into()),
            Self::WrongSessionKind => (401, "INVALID_SESSION_ID".into(), "This session is not valid for use with the REST API".into()),
            Self::LacksScope(door) => (401, "INVALID_SESSION_ID".into(), lacks_scope(*door).into()),
            Self::InvalidAuthHeader => (401, "INVALID_AUTH_HEADER".into(), "INVALID_HEADER_TYPE".into()),
            Self::ForeignIssuer => (401, "INVALID_AUTH_HEADER".into(), "INVALID_ISS".into()),
            Self::ApiDisabledForOrg => (403, "API_DISABLED_FOR_ORG".into(), "The REST API is not enabled for this Organization.".into()),
            Self::ApiDisabledForUser => (403, "API_CURRENTLY_DISABLED".into(), "API is disabled for this User".into()),
            // GUESS: the sentence was seen with another code.
            Self::FeatureOff => (403, "FUNCTIONALITY_NOT_ENABLED".into(), "This feature is not currently enabled for this user.".into()),
            // GUESS: the status is remembered (rest.md 10.11).
            Self::PasswordExpired => {
                let message = "The users password has expired, you must call SetPassword before attempting any other API operations";
                (403, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD".into(), message.into())
            }
            Self::Password(refusal) => {
                let status = if *refusal == PasswordRefusal::NotAllowed { 403 } else { 400 };
                (status, refusal.code().into(), refusal.to_string().into())
            }
            Self::RequestLimitExceeded => (403, "REQUEST_LIMIT_EXCEEDED".into(), TOTAL_REQUESTS.into()),
            Self::UnsupportedMediaType(given) => {
                (415, "UNSUPPORTED_MEDIA_TYPE".into(), format!("MediaType of '{given}' is not supported by this resource").into())
            }
            // GUESS: the body of a 406 was not recorded (rest.md 10.11).
            Self::NotAcceptable => (406, "NOT_ACCEPTABLE".into(), "The requested media type is not supported by this resource".into()),
            Self::NoBody => (400, "JSON_PARSER_ERROR".into(), "The HTTP entity body is required, but this request has no entity body.".into()),
            Self::BodyTooLarge { limit } => {
                (413, "REQUEST_ENTITY_TOO_LARGE".into(), format!("The request body is longer than the {limit} bytes allowed").into())
            }
            Self::BodyUnreadable => (400, "JSON_PARSER_ERROR".into(), "The HTTP entity body could not be read".into()),
            // GUESS: code and words of broken XML; no recording shows them.
            Self::Xml(why) => (400, "XML_PARSER_ERROR".into(), why.as_str().into()),
            Self::Form(why) => (400, "INVALID_MULTIPART_REQUEST".into(), (*why).into()),
            Self::MissingParameter(name) => (400, "MISSING_ARGUMENT".into(), format!("The {name} parameter is required").into()),
            // Source: the answer that tests of Salesforce's own UI API client expect of an unreadable `pageToken`.
            Self::NotANumber(text) => (400, "ILLEGAL_QUERY_PARAMETER_VALUE".into(), format!("For input string: {text}").into()),
            // GUESS: the words; the code is known from clients.
            Self::NoFieldsAsked => (
                400,
                "ILLEGAL_QUERY_PARAMETER_VALUE".into(),
                "At least one of the fields, optionalFields or layoutTypes parameters is required".into(),
            ),
            Self::NoAccessToRecord => (403, "INSUFFICIENT_ACCESS".into(), words("INSUFFICIENT_ACCESS").into()),
            Self::PreconditionFailed => (412, "PRECONDITION_FAILED".into(), "The record does not meet the condition of the request".into()),
            Self::UnreadableCondition => (400, "INVALID_INPUT".into(), "The conditional header cannot be read".into()),
            // GUESS: 400 and 500 both appear in clients' tests (rest.md 10.2).
            Self::RowLocked { id } => {
                (400, "UNABLE_TO_LOCK_ROW".into(), format!("unable to obtain exclusive access to this record or 1 records: {id}").into())
            }
            Self::Injected { status, code } => return injected(*status, code.as_deref()),
            Self::Composite(error) => (error.status(), error.code().into(), error.message()),
            Self::Record(error) => (record_status(error), error.code().into(), error.to_string().into()),
            Self::Job(error) => (job_status(error), job_code(error), error.to_string().into()),
            Self::Store(_) => return Self::wire_of_record(&STORE_FAILED),
        };
        let fields = match self {
            Self::Record(error) => error.fields(),
            Self::RowLocked { .. } => Some(Vec::new()),
            _ => None,
        };
        Wire { status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), code, message, fields }
    }

    fn wire_of_record(error: &RecordError) -> Wire<'_> {
        let status = StatusCode::from_u16(record_status(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Wire { status, code: error.code().into(), message: error.to_string().into(), fields: error.fields() }
    }
}

static STORE_FAILED: RecordError = RecordError::Store(String::new());

impl Wire<'_> {
    /// Appends the error as a JSON object. What the framework refuses names the code first, everything else the message.
    pub fn write(&self, out: &mut Vec<u8>) {
        let member = |out: &mut Vec<u8>, name: &str, value: &str| {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(serde_json::Value::from(value).to_string().as_bytes());
        };
        let code_first = matches!(&*self.code, "NOT_FOUND" | "GONE" | "METHOD_NOT_ALLOWED" | "PROCESSING_HALTED" | "BATCH_PROCESSING_HALTED");
        let (first, second) = if code_first { (r#"{"errorCode":"#, r#","message":"#) } else { (r#"{"message":"#, r#","errorCode":"#) };
        let (one, two) = if code_first { (&self.code, &self.message) } else { (&self.message, &self.code) };
        member(out, first, one);
        member(out, second, two);
        if let Some(fields) = &self.fields {
            member(out, r#","fields":["#, "");
            out.truncate(out.len() - 2);
            let names: Vec<String> = fields.iter().map(|name| serde_json::Value::from(*name).to_string()).collect();
            out.extend_from_slice(names.join(",").as_bytes());
            out.push(b']');
        }
        out.push(b'}');
    }
}

fn lacks_scope(door: Door) -> String {
    let labels = door.labels().join(", ");
    format!("This session is not valid for use with the specified REST API endpoint. One of the following scopes is required: {labels}")
}

fn not_allowed(method: &Method, allowed: &[Method]) -> String {
    let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
    format!("HTTP Method '{method}' not allowed. Allowed are {}", allowed.join(","))
}

/// Bulk 2.0 spells the codes of Bulk 1.0 in capitals; what a query may not hold has a code of its own.
fn job_code(error: &JobError) -> Cow<'_, str> {
    match error {
        JobError::Query { code, .. } => code.into(),
        JobError::Unsupported(_) => "API_ERROR".into(),
        JobError::Store(_) => "UNKNOWN_EXCEPTION".into(),
        other => other.code().to_ascii_uppercase().into(),
    }
}

fn job_status(error: &JobError) -> u16 {
    match error {
        JobError::OtherVersion => 409,
        JobError::TooLong { .. } => 413,
        JobError::Store(_) => 500,
        _ => 400,
    }
}

/// Which HTTP status a reason of the records room has.
fn record_status(error: &RecordError) -> u16 {
    match error {
        RecordError::NotFound | RecordError::NoSuchExternalId(_) | RecordError::UnknownRecord | RecordError::EntityIsDeleted => 404,
        RecordError::InsufficientAccess => 403,
        RecordError::MultipleChoices(_) => 300,
        RecordError::Store(_) => 500,
        RecordError::Json(_)
        | RecordError::UnknownField { .. }
        | RecordError::IdInBody { .. }
        | RecordError::ReadOnlyFields(_)
        | RecordError::RequiredFieldMissing(_)
        | RecordError::StringTooLong { .. }
        | RecordError::RestrictedPicklist { .. }
        | RecordError::InvalidEmail { .. }
        | RecordError::OutsideRange { .. }
        | RecordError::WrongType { .. }
        | RecordError::NotDeserialized { .. }
        | RecordError::WrongIdType { .. }
        | RecordError::MalformedId(_)
        | RecordError::LookupNotFound(_)
        | RecordError::ForeignKeyNotFound { .. }
        | RecordError::ForeignKeyAmbiguous { .. }
        | RecordError::NotAnExternalId { .. }
        | RecordError::RecordType { .. }
        | RecordError::Duplicate { .. }
        | RecordError::NotSupported { .. }
        | RecordError::Unreachable
        | RecordError::DeleteFailed { .. }
        | RecordError::CrossReference
        | RecordError::Rule(_)
        | RecordError::ConvertedLead
        | RecordError::NotInBin { .. }
        | RecordError::InactiveOwner { .. }
        | RecordError::ReplicationDate(_)
        | RecordError::InvalidQueryLocator
        | RecordError::Definition(_)
        | RecordError::NotFlat(_)
        | RecordError::Query { .. } => 400,
    }
}

/// What the refusal says when the calls of a day are used up.
const TOTAL_REQUESTS: &str = "TotalRequests Limit exceeded.";

/// The answer to an injected fault: Salesforce's own words where the code has them.
fn injected(status: StatusCode, code: Option<&str>) -> Wire<'_> {
    let code = code.unwrap_or(match status.as_u16() {
        401 => "INVALID_SESSION_ID",
        403 => "REQUEST_LIMIT_EXCEEDED",
        404 => "NOT_FOUND",
        503 => "SERVER_UNAVAILABLE",
        _ => "UNKNOWN_EXCEPTION",
    });
    let fields = is_of_a_record(code).then(Vec::new);
    let message = words(code);
    let code = if code == "CONCURRENT_REQUESTS" { "REQUEST_LIMIT_EXCEEDED" } else { code };
    Wire { status, code: code.into(), message: message.into(), fields }
}

/// Refusals of one record show `fields`, if only an empty list.
fn is_of_a_record(code: &str) -> bool {
    matches!(
        code,
        "UNABLE_TO_LOCK_ROW"
            | "ENTITY_IS_LOCKED"
            | "FIELD_CUSTOM_VALIDATION_EXCEPTION"
            | "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
            | "INSUFFICIENT_ACCESS_OR_READONLY"
            | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
            | "INVALID_CROSS_REFERENCE_KEY"
            | "FIELD_INTEGRITY_EXCEPTION"
            | "STORAGE_LIMIT_EXCEEDED"
            | "TXN_SECURITY_METERING_ERROR"
    )
}

/// Salesforce's words for a code that needs no record to be said; a code we do not know stands for itself.
fn words(code: &str) -> &str {
    match code {
        "INVALID_SESSION_ID" => "Session expired or invalid",
        "REQUEST_LIMIT_EXCEEDED" => TOTAL_REQUESTS,
        "CONCURRENT_REQUESTS" => "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
        "NOT_FOUND" => "The requested resource does not exist",
        "SERVER_UNAVAILABLE" => "Server Unavailable",
        "QUERY_TIMEOUT" => "Your query request was running for too long.",
        "REQUEST_RUNNING_TOO_LONG" => "Your request was running for too long, and has been stopped.",
        "INSUFFICIENT_ACCESS_OR_READONLY" => "insufficient access rights on object id",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" => "insufficient access rights on cross-reference id",
        "INSUFFICIENT_ACCESS" => "You don't have access to this record. Ask your administrator for help or to request access.",
        "INVALID_CROSS_REFERENCE_KEY" => "invalid cross reference id",
        "INVALID_QUERY_LOCATOR" => "invalid query locator",
        "UNABLE_TO_LOCK_ROW" => "unable to obtain exclusive access to this record",
        "ENTITY_IS_LOCKED" => "the entity is locked for editing",
        "STORAGE_LIMIT_EXCEEDED" => "storage limit exceeded",
        "API_CURRENTLY_DISABLED" => "API is disabled for this User",
        "API_DISABLED_FOR_ORG" => "The REST API is not enabled for this Organization.",
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD" => {
            "The users password has expired, you must call SetPassword before attempting any other API operations"
        }
        "UNKNOWN_EXCEPTION" => "An unexpected error occurred. Please include this ErrorId if you contact support: 123456789-12345 (-123456789)",
        other => other,
    }
}

impl From<RecordError> for RestError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Store(cause) => Self::Store(StoreError::new(cause)),
            other => Self::Record(other),
        }
    }
}

impl From<CompositeError> for RestError {
    fn from(error: CompositeError) -> Self {
        Self::Composite(error)
    }
}

impl From<SchemaError> for RestError {
    fn from(error: SchemaError) -> Self {
        RecordError::from(error).into()
    }
}

impl From<StoreError> for RestError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(error: &RestError, status: u16, json: &str) {
        let mut out = Vec::new();
        let wire = error.wire();
        wire.write(&mut out);
        assert_eq!((wire.status.as_u16(), String::from_utf8(out).unwrap().as_str()), (status, json));
    }

    #[test]
    fn the_framework_names_the_code_first_and_has_no_fields() {
        check(&RestError::NotFound, 404, r#"{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}"#);
        check(
            &RestError::MethodNotAllowed { method: Method::PATCH, allowed: vec![Method::HEAD, Method::GET, Method::POST] },
            405,
            r#"{"errorCode":"METHOD_NOT_ALLOWED","message":"HTTP Method 'PATCH' not allowed. Allowed are HEAD,GET,POST"}"#,
        );
    }

    #[test]
    fn sessions_and_records_name_the_message_first() {
        check(&RestError::InvalidSession, 401, r#"{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}"#);
        check(
            &RecordError::RequiredFieldMissing(vec!["Name".into(), "StageName".into()]).into(),
            400,
            r#"{"message":"Required fields are missing: [Name, StageName]","errorCode":"REQUIRED_FIELD_MISSING","fields":["Name","StageName"]}"#,
        );
        check(&RecordError::EntityIsDeleted.into(), 404, r#"{"message":"entity is deleted","errorCode":"ENTITY_IS_DELETED","fields":[]}"#);
    }

    #[test]
    fn an_injected_code_is_answered_in_salesforces_words() {
        check(
            &RestError::Injected { status: StatusCode::FORBIDDEN, code: None },
            403,
            r#"{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}"#,
        );
    }
}

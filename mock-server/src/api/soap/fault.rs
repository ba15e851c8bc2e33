//! Why a SOAP call is refused as a whole, and the fault that says so. Source: `rest.md` 7.2 and the fault types of the partner WSDL.

use std::borrow::Cow;

use axum::http::StatusCode;

use super::endpoint::Dialect;
use crate::records::RecordError;
use crate::storage::StoreError;
use crate::xml::markup::Markup;
use crate::xml::{Malformed, SCHEMA_INSTANCE};

pub const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

const NOT_BUILT: &str = "MOCK_NOT_IMPLEMENTED";

/// A refused call.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub code: Code,
    pub message: Cow<'static, str>,
}

/// What stands in `faultcode`.
#[derive(Debug, Clone, PartialEq)]
pub enum Code {
    /// The message itself is wrong, before any call is found in it: `soapenv:Client`, without detail.
    Client,
    /// The version of SOAP is not 1.1.
    VersionMismatch,
    /// An ExceptionCode of the API, in a fault of its type.
    Api(Cow<'static, str>),
    /// An ExceptionCode of `login()`; its `faultcode` carries no prefix.
    Login(&'static str),
    /// A query that is refused at a place in its text: row and column, from 1.
    Query(Cow<'static, str>, (i64, i64)),
}

impl Fault {
    pub fn client(message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: Code::Client, message: message.into() }
    }

    pub fn api(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: Code::Api(code.into()), message: message.into() }
    }

    pub fn login(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: Code::Login(code), message: message.into() }
    }

    /// The session id is missing, unknown, ended, or of another org.
    pub fn invalid_session() -> Self {
        Self::api("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader: Illegal Session")
    }

    /// A session whose scopes leave the API out.
    pub fn wrong_session_kind() -> Self {
        Self::api("INVALID_SESSION_ID", "This session is not valid for use with the API")
    }

    /// A call with a session at a login host, which serves no data.
    pub fn destination_not_reset() -> Self {
        Self::api("UNKNOWN_EXCEPTION", "Destination URL not reset. The URL returned from login must be set in the SforceService")
    }

    pub fn api_disabled_for_org() -> Self {
        Self::api("API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner")
    }

    pub fn api_disabled_for_user() -> Self {
        Self::api("API_CURRENTLY_DISABLED", "API is disabled for this User")
    }

    /// The org's calls of the last 24 hours are used up.
    pub fn request_limit_exceeded() -> Self {
        Self::api("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    }

    pub fn password_expired() -> Self {
        Self::api(
            "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
            "The users password has expired, you must call SetPassword before attempting any other API operations",
        )
    }

    pub fn unsupported_version() -> Self {
        Self::api("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")
    }

    pub fn no_operation(namespace: &str, local: &str) -> Self {
        Self::client(format!("No operation available for request {{{namespace}}}{local}, please check the WSDL for the service."))
    }

    /// A call or an endpoint that Salesforce has and this release has not. It must not be taken for one that there is not.
    pub fn not_built(what: &str) -> Self {
        Self::api(NOT_BUILT, format!("{what} is not built yet"))
    }

    /// 500, as SOAP 1.1 asks, but for what is not built.
    pub fn status(&self) -> StatusCode {
        match &self.code {
            Code::Api(code) if code == NOT_BUILT => StatusCode::NOT_IMPLEMENTED,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// More records or ids than one call takes.
    pub fn too_many(limit: usize) -> Self {
        Self::api("EXCEEDED_ID_LIMIT", format!("record limit reached. cannot submit more than {limit} records into this call"))
    }

    pub fn no_such_object(name: &str) -> Self {
        Self::api(
            "INVALID_TYPE",
            format!(
                "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity \
                 name. Please reference your WSDL or the describe call for the appropriate names."
            ),
        )
    }

    pub fn no_such_field(name: &str, object: &str) -> Self {
        Self::api(
            "INVALID_FIELD",
            format!(
                "No such column '{name}' on entity '{object}'. If you are attempting to use a custom field, be sure to append the '__c' after the \
                 custom field name. Please reference your WSDL or the describe call for the appropriate names."
            ),
        )
    }

    /// An element that the WSDL asks for is not there.
    pub fn missing(operation: &str, element: &str) -> Self {
        Self::api("INVALID_FIELD", format!("{operation}: the element {element} is required"))
    }

    /// The document. `faultcode` has a prefix wherever clients look for one.
    pub fn render(&self, dialect: Dialect) -> String {
        let mut out = Markup::with_capacity(1024);
        out.raw(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
        let namespaces = format!(r#"xmlns:soapenv="{ENVELOPE}" xmlns:sf="{}" xmlns:xsi="{SCHEMA_INSTANCE}""#, dialect.fault_namespace());
        out.open_with("soapenv:Envelope", &namespaces);
        out.within("soapenv:Body", |out| out.within("soapenv:Fault", |out| self.write(out, dialect)));
        out.close("soapenv:Envelope");
        out.into_string()
    }

    fn write(&self, out: &mut Markup, dialect: Dialect) {
        let (code, exception) = match &self.code {
            Code::Client => (Cow::from("soapenv:Client"), None),
            Code::VersionMismatch => ("soapenv:VersionMismatch".into(), None),
            Code::Api(code) | Code::Query(code, _) => (format!("sf:{code}").into(), Some(&**code)),
            Code::Login(code) => (Cow::from(*code), Some(*code)),
        };
        out.leaf("faultcode", &code);
        let Some(exception) = exception else { return out.leaf("faultstring", &self.message) };
        out.leaf("faultstring", &format!("{exception}: {}", self.message));
        // The metadata WSDL has no types of faults.
        if dialect == Dialect::Metadata {
            return;
        }
        let kind = format!("sf:{}", self.kind(exception));
        out.open("detail");
        out.open_with(&kind, &format!(r#"xsi:type="{kind}""#));
        out.leaf("sf:exceptionCode", exception);
        out.leaf("sf:exceptionMessage", &self.message);
        if let Some((row, column)) = self.place(exception) {
            out.value("sf:row", row);
            out.value("sf:column", column);
        }
        out.close(&kind);
        out.close("detail");
    }

    /// The fault's type in the WSDL.
    fn kind(&self, exception: &str) -> &'static str {
        if matches!(self.code, Code::Login(_)) {
            return "LoginFault";
        }
        match exception {
            "INVALID_FIELD" => "InvalidFieldFault",
            "INVALID_TYPE" => "InvalidSObjectFault",
            "MALFORMED_QUERY" => "MalformedQueryFault",
            "MALFORMED_SEARCH" => "MalformedSearchFault",
            "MALFORMED_ID" => "InvalidIdFault",
            "INVALID_QUERY_LOCATOR" => "InvalidQueryLocatorFault",
            "INVALID_NEW_PASSWORD" => "InvalidNewPasswordFault",
            "INVALID_OLD_PASSWORD" => "InvalidOldPasswordFault",
            _ => "UnexpectedErrorFault",
        }
    }

    /// Row and column, which the query faults have; -1 where the complaint is about no place of a text.
    fn place(&self, exception: &str) -> Option<(i64, i64)> {
        match &self.code {
            Code::Query(_, place) => Some(*place),
            _ => matches!(exception, "INVALID_FIELD" | "INVALID_TYPE" | "MALFORMED_QUERY" | "MALFORMED_SEARCH").then_some((-1, -1)),
        }
    }
}

impl From<Malformed> for Fault {
    fn from(error: Malformed) -> Self {
        Self::client(error.to_string())
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        Self::api("UNKNOWN_EXCEPTION", RecordError::Store(String::new()).to_string())
    }
}

/// The code of a refusal as faults have it: what the other families call so is no ExceptionCode of the WSDLs, and readers generated from them
/// stumble over a code that they do not know. GUESS: which code stands in its place.
pub fn exception(code: &str) -> Cow<'static, str> {
    match code {
        "NOT_FOUND" => "RESOURCE_NOT_FOUND".into(),
        "INSUFFICIENT_ACCESS_OR_READONLY" => "INSUFFICIENT_ACCESS".into(),
        code => code.to_owned().into(),
    }
}

impl From<RecordError> for Fault {
    fn from(error: RecordError) -> Self {
        if let RecordError::Store(cause) = &error {
            tracing::error!(%cause, "the store failed");
        }
        let message = error.to_string();
        let code = match place_of(&message) {
            Some(place) => Code::Query(exception(error.code()), place),
            None => Code::Api(exception(error.code())),
        };
        Self { code, message: message.into() }
    }
}

/// Row and column of a message that names them as `ERROR at Row:1:Column:8`.
fn place_of(message: &str) -> Option<(i64, i64)> {
    let (row, rest) = message.split_once("ERROR at Row:")?.1.split_once(":Column:")?;
    let column = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fault: &Fault, dialect: Dialect, body: &str) {
        let document = fault.render(dialect);
        let inner = document.split_once("<soapenv:Fault>").and_then(|(_, rest)| rest.split_once("</soapenv:Fault>")).map(|(inner, _)| inner);
        assert_eq!(inner, Some(body));
        assert!(document.contains(dialect.fault_namespace()), "{document}");
    }

    #[test]
    fn a_refused_login_has_a_code_without_prefix() {
        check(
            &Fault::login("INVALID_LOGIN", "no"),
            Dialect::Partner,
            "<faultcode>INVALID_LOGIN</faultcode><faultstring>INVALID_LOGIN: no</faultstring><detail><sf:LoginFault xsi:type=\"sf:LoginFault\">\
             <sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode><sf:exceptionMessage>no</sf:exceptionMessage></sf:LoginFault></detail>",
        );
    }

    #[test]
    fn other_refusals_have_a_prefix_and_the_type_of_their_code() {
        check(
            &Fault::invalid_session(),
            Dialect::Enterprise,
            "<faultcode>sf:INVALID_SESSION_ID</faultcode>\
             <faultstring>INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session</faultstring>\
             <detail><sf:UnexpectedErrorFault xsi:type=\"sf:UnexpectedErrorFault\"><sf:exceptionCode>INVALID_SESSION_ID</sf:exceptionCode>\
             <sf:exceptionMessage>Invalid Session ID found in SessionHeader: Illegal Session</sf:exceptionMessage></sf:UnexpectedErrorFault></detail>",
        );
        check(&Fault::client("a < b"), Dialect::Partner, "<faultcode>soapenv:Client</faultcode><faultstring>a &lt; b</faultstring>");
    }

    #[test]
    fn a_refused_query_tells_its_place() {
        assert_eq!(place_of("\nSELECT Foo FROM X\n       ^\nERROR at Row:1:Column:8\nNo such column"), Some((1, 8)));
        assert_eq!(place_of("unexpected token: x"), None);
    }
}

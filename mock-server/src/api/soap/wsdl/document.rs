//! A WSDL written from the tables of types and calls, and, for the enterprise one, from the objects of the org.

use super::enumerations::ENUMERATIONS;
use super::objects;
use super::types::{Complex, Element, HEADERS, OPERATIONS, TYPES};
use crate::api::soap::endpoint::{Dialect, Endpoint};
use crate::schema::View;
use crate::xml::markup::Markup;

/// Codes of `Error.statusCode`, as far as this server gives them, with the most usual others.
const STATUS_CODES: &[&str] = &[
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "CANNOT_DELETE_MANAGED_OBJECT",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    "CANNOT_MODIFY_MANAGED_OBJECT",
    "CANNOT_UPDATE_CONVERTED_LEAD",
    "CIRCULAR_DEPENDENCY",
    "DELETE_FAILED",
    "DEPENDENCY_EXISTS",
    "DUPLICATES_DETECTED",
    "DUPLICATE_COMM_NICKNAME",
    "DUPLICATE_DEVELOPER_NAME",
    "DUPLICATE_EXTERNAL_ID",
    "DUPLICATE_USERNAME",
    "DUPLICATE_VALUE",
    "ENTITY_IS_DELETED",
    "ENTITY_IS_LOCKED",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "FIELD_FILTER_VALIDATION_EXCEPTION",
    "FIELD_INTEGRITY_EXCEPTION",
    "FUNCTIONALITY_NOT_ENABLED",
    "INACTIVE_OWNER_OR_USER",
    "INSUFFICIENT_ACCESS",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INVALID_AUTH_HEADER",
    "INVALID_CROSS_REFERENCE_KEY",
    "INVALID_EMAIL_ADDRESS",
    "INVALID_FIELD",
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "INVALID_ID_FIELD",
    "INVALID_INPUT",
    "INVALID_OPERATION",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "INVALID_QUERY_LOCATOR",
    "INVALID_SESSION_ID",
    "INVALID_STATUS",
    "INVALID_TYPE",
    "INVALID_TYPE_ON_FIELD_IN_RECORD",
    "LIMIT_EXCEEDED",
    "MALFORMED_ID",
    "MAXIMUM_SIZE_OF_ATTACHMENT",
    "MAXIMUM_SIZE_OF_DOCUMENT",
    "METHOD_NOT_ALLOWED",
    "MISSING_ARGUMENT",
    "NOT_FOUND",
    "NO_APPLICABLE_PROCESS",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "OPERATION_ENQUEUED",
    "PROCESSING_HALTED",
    "QUERY_TIMEOUT",
    "REQUEST_RUNNING_TOO_LONG",
    "REQUIRED_FIELD_MISSING",
    "STANDARD_PRICE_NOT_DEFINED",
    "STORAGE_LIMIT_EXCEEDED",
    "STRING_TOO_LONG",
    "UNABLE_TO_LOCK_ROW",
    "UNDELETE_FAILED",
    "UNKNOWN_EXCEPTION",
];

/// Codes of faults.
const EXCEPTION_CODES: &[&str] = &[
    "API_CURRENTLY_DISABLED",
    "API_DISABLED_FOR_ORG",
    "BATCH_PROCESSING_HALTED",
    "DUPLICATE_VALUE",
    "EXCEEDED_ID_LIMIT",
    "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION",
    "FUNCTIONALITY_NOT_ENABLED",
    "ILLEGAL_QUERY_PARAMETER_VALUE",
    "INACTIVE_OWNER_OR_USER",
    "INSUFFICIENT_ACCESS",
    "INVALID_AUTH_HEADER",
    "INVALID_CROSS_REFERENCE_KEY",
    "INVALID_FIELD",
    "INVALID_ID_FIELD",
    "INVALID_LOGIN",
    "INVALID_MULTIPART_REQUEST",
    "INVALID_NEW_PASSWORD",
    "INVALID_OLD_PASSWORD",
    "INVALID_OPERATION",
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
    "INVALID_QUERY_LOCATOR",
    "INVALID_REPLICATION_DATE",
    "INVALID_SEARCH",
    "INVALID_SESSION_ID",
    "INVALID_TYPE",
    "JSON_PARSER_ERROR",
    "LIMIT_EXCEEDED",
    "LOGIN_DURING_RESTRICTED_DOMAIN",
    "LOGIN_DURING_RESTRICTED_TIME",
    "LOGIN_MUST_USE_SECURITY_TOKEN",
    "MALFORMED_ID",
    "MALFORMED_QUERY",
    "MALFORMED_SEARCH",
    "MISSING_ARGUMENT",
    "NOT_ACCEPTABLE",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "OPERATION_TOO_LARGE",
    "ORG_LOCKED",
    "QUERY_TIMEOUT",
    "REQUEST_LIMIT_EXCEEDED",
    "REQUEST_RUNNING_TOO_LONG",
    "RESOURCE_NOT_FOUND",
    "SERVER_UNAVAILABLE",
    "TRIAL_EXPIRED",
    "TXN_SECURITY_METERING_ERROR",
    "UNABLE_TO_LOCK_ROW",
    "UNKNOWN_EXCEPTION",
    "UNSUPPORTED_API_VERSION",
    "UNSUPPORTED_CLIENT",
    "UNSUPPORTED_MEDIA_TYPE",
    "XML_PARSER_ERROR",
];

/// The types of faults; those of queries carry a place.
const FAULTS: &[(&str, &str)] = &[
    ("LoginFault", "ApiFault"),
    ("InvalidQueryLocatorFault", "ApiFault"),
    ("InvalidNewPasswordFault", "ApiFault"),
    ("InvalidOldPasswordFault", "ApiFault"),
    ("InvalidIdFault", "ApiFault"),
    ("UnexpectedErrorFault", "ApiFault"),
    ("InvalidFieldFault", "ApiQueryFault"),
    ("InvalidSObjectFault", "ApiQueryFault"),
    ("MalformedQueryFault", "ApiQueryFault"),
    ("MalformedSearchFault", "ApiQueryFault"),
];

/// What a WSDL is written for.
pub struct Wanted<'a> {
    pub endpoint: Endpoint,
    /// Where `login` is called.
    pub login_url: &'a str,
    /// The org's objects as the caller sees them; the enterprise WSDL has a type for each.
    pub objects: &'a View<'a>,
}

/// The document.
pub fn write(wanted: &Wanted<'_>) -> String {
    let dialect = wanted.endpoint.dialect;
    let mut out = Markup::with_capacity(128 * 1024);
    out.raw(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    out.raw("\n<!-- Written by a local stand-in for the Salesforce API. -->\n");
    let namespaces = format!(
        r#"targetNamespace="{tns}" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:fns="{fns}" xmlns:tns="{tns}" xmlns:ens="{ens}""#,
        tns = dialect.namespace(),
        fns = dialect.fault_namespace(),
        ens = dialect.sobject_namespace()
    );
    out.open_with("definitions", &namespaces);
    out.within("types", |out| {
        out.raw("\n");
        schema(out, dialect.sobject_namespace(), &[dialect.namespace()], |out| match dialect {
            Dialect::Partner | Dialect::Metadata => objects::any(out),
            Dialect::Enterprise => objects::typed(out, wanted.objects),
        });
        schema(out, dialect.namespace(), &[dialect.sobject_namespace()], |out| calls(out, wanted.endpoint.version));
        schema(out, dialect.fault_namespace(), &[dialect.namespace()], faults);
    });
    messages(&mut out);
    port(&mut out);
    binding(&mut out);
    out.open_with("service", r#"name="SforceService""#);
    out.open_with("port", r#"binding="tns:SoapBinding" name="Soap""#);
    let Endpoint { dialect, version } = wanted.endpoint;
    out.raw(&format!(r#"<soap:address location="{}/services/Soap/{}/{version}.0"/>"#, wanted.login_url, dialect.letter()));
    out.close("port");
    out.close("service");
    out.raw("\n");
    out.close("definitions");
    out.into_string()
}

fn schema(out: &mut Markup, namespace: &str, imports: &[&str], write: impl FnOnce(&mut Markup)) {
    out.open_with("schema", &format!(r#"elementFormDefault="qualified" xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}""#));
    for import in imports {
        out.raw(&format!("\n<import namespace=\"{import}\"/>"));
    }
    write(out);
    out.raw("\n");
    out.close("schema");
    out.raw("\n");
}

/// The schema of the calls: ids, types, headers, and an element for each request and answer.
fn calls(out: &mut Markup, version: u16) {
    out.raw("\n<simpleType name=\"ID\"><restriction base=\"xsd:string\"><length value=\"18\"/><pattern value=\"[a-zA-Z0-9]{18}\"/></restriction></simpleType>");
    out.raw("\n<simpleType name=\"QueryLocator\"><restriction base=\"xsd:string\"/></simpleType>");
    enumeration(out, "StatusCode", STATUS_CODES);
    ENUMERATIONS.iter().for_each(|(name, values)| enumeration(out, name, values));
    TYPES.iter().for_each(|known| complex(out, known, version));
    for header in HEADERS {
        out.raw("\n");
        out.open_with("element", &format!(r#"name="{}""#, header.name));
        anonymous(out, header.elements(version));
        out.close("element");
    }
    for call in OPERATIONS {
        out.raw("\n");
        out.open_with("element", &format!(r#"name="{}""#, call.name));
        anonymous(out, call.parameters());
        out.close("element");
        out.open_with("element", &format!(r#"name="{}Response""#, call.name));
        anonymous(out, call.result());
        out.close("element");
    }
}

pub(super) fn enumeration(out: &mut Markup, name: &str, values: &[&str]) {
    out.raw("\n");
    out.open_with("simpleType", &format!(r#"name="{name}""#));
    out.open_with("restriction", r#"base="xsd:string""#);
    values.iter().for_each(|value| out.raw(&format!(r#"<enumeration value="{value}"/>"#)));
    out.close("restriction");
    out.close("simpleType");
}

pub(super) fn complex(out: &mut Markup, known: &Complex, version: u16) {
    out.raw("\n");
    out.open_with("complexType", &format!(r#"name="{}""#, known.name));
    if let Some(base) = known.base {
        out.open("complexContent");
        out.open_with("extension", &format!(r#"base="tns:{base}""#));
    }
    sequence(out, known.elements(version));
    if known.base.is_some() {
        out.close("extension");
        out.close("complexContent");
    }
    out.close("complexType");
}

pub(super) fn anonymous(out: &mut Markup, elements: impl Iterator<Item = Element>) {
    out.within("complexType", |out| sequence(out, elements));
}

fn sequence(out: &mut Markup, elements: impl Iterator<Item = Element>) {
    out.within("sequence", |out| elements.for_each(|element| declare(out, &element)));
}

pub(super) fn declare(out: &mut Markup, element: &Element) {
    let kind = match element.kind {
        "string" | "boolean" | "int" | "double" | "dateTime" | "base64Binary" | "anyType" => format!("xsd:{}", element.kind),
        "sObject" => "ens:sObject".to_owned(),
        kind => format!("tns:{kind}"),
    };
    let minimum = if element.optional { r#" minOccurs="0""# } else { "" };
    let maximum = if element.repeated { r#" maxOccurs="unbounded""# } else { "" };
    let nillable = if element.nillable { r#" nillable="true""# } else { "" };
    out.raw(&format!(r#"<element name="{}" type="{kind}"{minimum}{maximum}{nillable}/>"#, element.name));
}

fn faults(out: &mut Markup) {
    enumeration(out, "ExceptionCode", EXCEPTION_CODES);
    out.raw("\n<complexType name=\"ApiFault\"><sequence><element name=\"exceptionCode\" type=\"fns:ExceptionCode\"/>");
    out.raw("<element name=\"exceptionMessage\" type=\"xsd:string\"/></sequence></complexType>");
    out.raw("\n<element name=\"fault\" type=\"fns:ApiFault\"/>");
    out.raw("\n<complexType name=\"ApiQueryFault\"><complexContent><extension base=\"fns:ApiFault\"><sequence>");
    out.raw(
        "<element name=\"row\" type=\"xsd:int\"/><element name=\"column\" type=\"xsd:int\"/></sequence></extension></complexContent></complexType>",
    );
    for (name, base) in FAULTS {
        out.raw(&format!(
            "\n<complexType name=\"{name}\"><complexContent><extension base=\"fns:{base}\"/></complexContent></complexType><element name=\"{name}\" type=\"fns:{name}\"/>"
        ));
    }
}

fn messages(out: &mut Markup) {
    out.raw("\n");
    out.open_with("message", r#"name="Header""#);
    HEADERS.iter().for_each(|header| out.raw(&format!(r#"<part element="tns:{0}" name="{0}"/>"#, header.name)));
    out.close("message");
    for (name, _) in FAULTS {
        out.raw(&format!("\n<message name=\"{name}\"><part name=\"fault\" element=\"fns:{name}\"/></message>"));
    }
    for call in OPERATIONS {
        let name = call.name;
        out.raw(&format!("\n<message name=\"{name}Request\"><part element=\"tns:{name}\" name=\"parameters\"/></message>"));
        out.raw(&format!("\n<message name=\"{name}Response\"><part element=\"tns:{name}Response\" name=\"parameters\"/></message>"));
    }
}

/// The faults a call may be refused with.
fn faults_of(call: &str) -> Vec<&'static str> {
    let all = |names: &[&'static str]| [names, &["UnexpectedErrorFault"]].concat();
    match call {
        "login" => vec!["LoginFault", "UnexpectedErrorFault", "InvalidIdFault"],
        "query" | "queryAll" => {
            all(&["MalformedQueryFault", "InvalidSObjectFault", "InvalidFieldFault", "InvalidIdFault", "InvalidQueryLocatorFault"])
        }
        "queryMore" => all(&["InvalidQueryLocatorFault", "InvalidFieldFault"]),
        "retrieve" => all(&["InvalidSObjectFault", "InvalidFieldFault", "MalformedQueryFault", "InvalidIdFault"]),
        "search" => all(&["InvalidSObjectFault", "InvalidFieldFault", "MalformedSearchFault"]),
        "create" | "update" | "upsert" | "merge" => all(&["InvalidSObjectFault", "InvalidFieldFault", "InvalidIdFault"]),
        "describeSObject" | "describeSObjects" | "getDeleted" | "getUpdated" => all(&["InvalidSObjectFault"]),
        "setPassword" => all(&["InvalidIdFault", "InvalidNewPasswordFault"]),
        "changeOwnPassword" => all(&["InvalidOldPasswordFault", "InvalidNewPasswordFault"]),
        "resetPassword" => all(&["InvalidIdFault"]),
        _ => all(&[]),
    }
}

fn port(out: &mut Markup) {
    out.raw("\n");
    out.open_with("portType", r#"name="Soap""#);
    for call in OPERATIONS {
        let name = call.name;
        out.raw(&format!("\n<operation name=\"{name}\"><input message=\"tns:{name}Request\"/><output message=\"tns:{name}Response\"/>"));
        faults_of(name).iter().for_each(|fault| out.raw(&format!(r#"<fault message="tns:{fault}" name="{fault}"/>"#)));
        out.close("operation");
    }
    out.close("portType");
}

fn binding(out: &mut Markup) {
    out.raw("\n");
    out.open_with("binding", r#"name="SoapBinding" type="tns:Soap""#);
    out.raw(r#"<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>"#);
    for call in OPERATIONS {
        out.raw(&format!("\n<operation name=\"{}\"><soap:operation soapAction=\"\"/>", call.name));
        let header = |part: &str| format!(r#"<soap:header use="literal" message="tns:Header" part="{part}"/>"#);
        out.within("input", |out| {
            call.headers.iter().for_each(|part| out.raw(&header(part)));
            out.raw(r#"<soap:body parts="parameters" use="literal"/>"#);
        });
        out.within("output", |out| {
            if call.name != "login" {
                out.raw(&header("LimitInfoHeader"));
            }
            out.raw(r#"<soap:body use="literal"/>"#);
        });
        faults_of(call.name)
            .iter()
            .for_each(|fault| out.raw(&format!(r#"<fault name="{fault}"><soap:fault name="{fault}" use="literal"/></fault>"#)));
        out.close("operation");
    }
    out.raw("\n");
    out.close("binding");
}

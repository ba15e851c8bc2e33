//! The record a request carries: JSON, XML, or a form with the record and the bytes of its blob. Source: `rest.md` 1.3 and 2.2.

use std::borrow::Cow;

use axum::http::header;

use super::call::Call;
use super::error::RestError;
use crate::api::multipart::{self, Part};
use crate::records::{Blob, Input, TextField};
use crate::xml::{self, Element};

/// A body, read as far as the schema is not needed.
#[derive(Debug)]
struct Sent<'b> {
    record: Record<'b>,
    /// What came beside the record in a form.
    blobs: Vec<Blob<'b>>,
}

#[derive(Debug)]
enum Record<'b> {
    Json(&'b [u8]),
    Xml(Vec<TextField<'static>>),
}

/// Runs `work` with the record that the call carries.
///
/// # Errors
/// `NoBody`, `UnsupportedMediaType`, `Xml` and `Form` for a body that is none; those of `work`.
pub fn with_input<T>(call: &Call<'_>, work: impl FnOnce(Input<'_>) -> Result<T, RestError>) -> Result<T, RestError> {
    let sent = Sent::read(call)?;
    let record = match &sent.record {
        Record::Json(body) => Input::Json(body),
        Record::Xml(fields) => Input::Text(fields),
    };
    if sent.blobs.is_empty() { work(record) } else { work(Input::WithBlobs { record: &record, blobs: &sent.blobs }) }
}

/// The body of a resource that takes JSON alone.
///
/// # Errors
/// `NoBody`, and `UnsupportedMediaType` for anything else.
pub fn json_body<'b>(call: &Call<'b>) -> Result<&'b [u8], RestError> {
    match Sent::read(call)? {
        Sent { record: Record::Json(body), blobs } if blobs.is_empty() => Ok(body),
        _ => Err(RestError::UnsupportedMediaType(media_type(call).1)),
    }
}

/// The `Content-Type` of a request, and its type alone in lower case.
pub fn media_type<'c>(call: &Call<'c>) -> (&'c str, String) {
    let given = call.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    (given, given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

impl<'b> Sent<'b> {
    fn read(call: &Call<'b>) -> Result<Self, RestError> {
        if call.body.is_empty() {
            return Err(RestError::NoBody);
        }
        let (given, kind) = media_type(call);
        match kind.as_str() {
            "multipart/form-data" => Self::form(given, call.body),
            kind => Ok(Self { record: Record::read(kind, call.body)?, blobs: Vec::new() }),
        }
    }

    /// The part without a file is the record, each part with one the blob field it is named after.
    fn form(media_type: &str, body: &'b [u8]) -> Result<Self, RestError> {
        let parts = multipart::parts(media_type, body).ok_or(RestError::Form("Multipart message could not be read"))?;
        let (records, blobs): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.file_name.is_none());
        let record = records.first().ok_or(RestError::Form("Multipart message must include a non-binary part"))?;
        let record = Record::read(record.content_type.as_deref().unwrap_or("application/json"), record.content)?;
        let blob = |part: Part<'b>| Blob { field: part.name, content_type: part.content_type, bytes: part.content };
        Ok(Self { record, blobs: blobs.into_iter().map(blob).collect() })
    }
}

impl<'b> Record<'b> {
    fn read(kind: &str, body: &'b [u8]) -> Result<Self, RestError> {
        match kind {
            "application/json" | "text/json" | "" => Ok(Self::Json(body)),
            "application/xml" | "text/xml" => Ok(Self::Xml(fields(body)?)),
            other => Err(RestError::UnsupportedMediaType(other.to_owned())),
        }
    }
}

/// `<Account><Name>Acme</Name><Parent><Ext__c>1</Ext__c></Parent></Account>`: the root's own name says nothing new.
fn fields(body: &[u8]) -> Result<Vec<TextField<'static>>, RestError> {
    Ok(xml_root(body)?.children.into_iter().flat_map(field).collect())
}

/// The root of an XML body.
pub fn xml_root(body: &[u8]) -> Result<Element, RestError> {
    let text = xml::decode(body, None).map_err(|why| RestError::Xml(why.to_string()))?;
    xml::parse(&text).map_err(|why| RestError::Xml(why.to_string()))
}

fn field(element: Element) -> Vec<TextField<'static>> {
    let name = element.name.local;
    if element.children.is_empty() {
        let value = (!element.nil).then_some(Cow::Owned(element.text));
        return vec![TextField { name: name.into(), value }];
    }
    let of_parent =
        |child: Element| TextField { name: format!("{name}.{}", child.name.local).into(), value: (!child.nil).then_some(Cow::Owned(child.text)) };
    element.children.into_iter().map(of_parent).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_xml_record_is_a_list_of_text_fields() {
        let body = br#"<?xml version="1.0"?><Contact xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><LastName>A &amp; B</LastName><Phone xsi:nil="true"/><Account><Ext__c>1</Ext__c></Account></Contact>"#;
        let text = |name: &str, value: Option<&str>| TextField { name: name.to_owned().into(), value: value.map(|value| value.to_owned().into()) };
        assert_eq!(fields(body).unwrap(), [text("LastName", Some("A & B")), text("Phone", None), text("Account.Ext__c", Some("1"))]);
        assert!(matches!(fields(b"<Contact>"), Err(RestError::Xml(_))));
    }
}

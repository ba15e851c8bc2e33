//! Bodies of batches, trees and collections: JSON, XML that says the same, or a form whose parts hold the bytes of files.
//!
//! All become JSON, which is read once, by the code of each resource. Source: REST API guide, "Batch", "sObject Tree", "sObject Collections"
//! and "Insert or Update Blob Data". GUESS: the element names of collections in XML are those of their JSON.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::api::multipart::{self, Part};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::sent::{json_body, media_type, xml_root};
use crate::xml::Element;

/// The body as JSON; `from_xml` says what an XML document means.
pub fn read<'b>(call: &Call<'b>, from_xml: fn(&Element) -> Value) -> Result<Cow<'b, [u8]>, RestError> {
    let (given, kind) = media_type(call);
    match kind.as_str() {
        "application/xml" | "text/xml" if !call.body.is_empty() => Ok(Cow::Owned(from_xml(&xml_root(call.body)?).to_string().into_bytes())),
        "multipart/form-data" if !call.body.is_empty() => form(given, call.body).map(Cow::Owned),
        _ => json_body(call).map(Cow::Borrowed),
    }
}

/// What parts of a batch are sent with: what they say is JSON, however the batch came.
pub fn headers_of_parts(headers: &HeaderMap) -> HeaderMap {
    let mut own = headers.clone();
    own.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    own
}

/// `<batch><batchRequests><batchRequest><method>…</method><url>…</url><richInput>…</richInput></batchRequest></batchRequests></batch>`
pub fn batch(root: &Element) -> Value {
    let part = |part: &Element| {
        let mut members = Map::new();
        for child in &part.children {
            let value = match child.name.local.as_str() {
                "richInput" => child
                    .children
                    .first()
                    .filter(|_| child.children.len() == 1)
                    .filter(|only| !only.children.is_empty())
                    .map_or_else(|| record(child), record),
                "method" => json!(child.text.trim().to_uppercase()),
                _ => json!(child.text.trim()),
            };
            members.insert(child.name.local.clone(), value);
        }
        Value::Object(members)
    };
    let parts: Vec<Value> = root.all("batchRequests").flat_map(|list| &list.children).map(part).collect();
    let mut members = Map::from_iter([("batchRequests".to_owned(), Value::Array(parts))]);
    members.extend(root.text_of("haltOnError").map(|text| ("haltOnError".to_owned(), json!(text.trim()))));
    Value::Object(members)
}

/// `<SObjectTreeRequest><records type="Account" referenceId="r"><Name>…</Name></records></SObjectTreeRequest>`, and collections likewise.
pub fn records(root: &Element) -> Value {
    let mut members = Map::from_iter([("records".to_owned(), root.all("records").map(record).collect())]);
    members.extend(root.text_of("allOrNone").map(|text| ("allOrNone".to_owned(), json!(text.trim()))));
    Value::Object(members)
}

/// `<request><ids>001…</ids><fields>Name</fields></request>`
pub fn names(root: &Element) -> Value {
    let texts = |name: &str| root.all(name).map(|item| json!(item.text.trim())).collect::<Value>();
    json!({ "ids": texts("ids"), "fields": texts("fields") })
}

/// A record's fields, its parents by external id, and the lists of its children.
fn record(element: &Element) -> Value {
    let mut members = Map::new();
    if !element.attributes.is_empty() {
        let attributes = element.attributes.iter().map(|(name, value)| (name.clone(), json!(value)));
        members.insert("attributes".to_owned(), Value::Object(attributes.collect()));
    }
    for child in &element.children {
        let value = match () {
            () if child.nil => Value::Null,
            () if child.name.local == "attributes" => plain(child),
            () if child.child("records").is_some() => records(child),
            () if !child.children.is_empty() => record(child),
            () => json!(child.text),
        };
        members.insert(child.name.local.clone(), value);
    }
    Value::Object(members)
}

fn plain(element: &Element) -> Value {
    element.children.iter().map(|child| (child.name.local.clone(), json!(child.text.trim()))).collect::<Map<_, _>>().into()
}

/// The part without a file is the request; the others are the bytes of the fields that the request names them for.
fn form(given: &str, body: &[u8]) -> Result<Vec<u8>, RestError> {
    let parts = multipart::parts(given, body).ok_or(RestError::Form("Multipart message could not be read"))?;
    let (texts, files): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.file_name.is_none());
    let text = texts.first().ok_or(RestError::Form("Multipart message must include a non-binary part"))?;
    let Ok(mut request) = serde_json::from_slice::<Value>(text.content) else {
        // The resource says what is wrong with it.
        return Ok(text.content.to_vec());
    };
    for list in ["records", "batchRequests"] {
        for item in request.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            fill(item, &files)?;
        }
    }
    Ok(request.to_string().into_bytes())
}

/// Puts bytes into the field that stands for them. Collections name the part among the attributes, batches beside `richInput`.
fn fill(item: &mut Value, files: &[Part<'_>]) -> Result<(), RestError> {
    let rich = item.get("richInput").is_some();
    let naming = if rich { item.as_object_mut() } else { item.get_mut("attributes").and_then(Value::as_object_mut) };
    let named = naming.and_then(|names| Some((names.remove("binaryPartName")?, names.remove("binaryPartNameAlias")?)));
    let Some((Value::String(part), Value::String(field))) = named else { return Ok(()) };
    let file = files.iter().find(|file| file.name == part).ok_or(RestError::Form("Multipart message lacks a binary part that the request names"))?;
    let record = if rich { item.get_mut("richInput") } else { Some(item) };
    if let Some(members) = record.and_then(Value::as_object_mut) {
        members.insert(field, STANDARD.encode(file.content).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml;

    fn check(meaning: fn(&Element) -> Value, document: &str, expected: &Value) {
        assert_eq!(meaning(&xml::parse(document).unwrap()), *expected);
    }

    #[test]
    fn documents_mean_what_the_json_of_the_resource_says() {
        check(
            batch,
            "<batch><haltOnError>true</haltOnError><batchRequests><batchRequest><method>Patch</method><url>v67.0/x</url><richInput><Account><Name>A</Name></Account></richInput></batchRequest><batchRequest><method>GET</method><url>y</url></batchRequest></batchRequests></batch>",
            &json!({"batchRequests": [{"method": "PATCH", "url": "v67.0/x", "richInput": {"Name": "A"}}, {"method": "GET", "url": "y"}], "haltOnError": "true"}),
        );
        check(
            records,
            "<SObjectTreeRequest><records type=\"Account\" referenceId=\"r1\"><Name>A</Name><Contacts><records type=\"Contact\" referenceId=\"r2\"><LastName>B</LastName></records></Contacts></records></SObjectTreeRequest>",
            &json!({"records": [{"attributes": {"type": "Account", "referenceId": "r1"}, "Name": "A", "Contacts": {"records": [{"attributes": {"type": "Contact", "referenceId": "r2"}, "LastName": "B"}]}}]}),
        );
        check(names, "<request><ids>1</ids><ids>2</ids><fields>Name</fields></request>", &json!({"ids": ["1", "2"], "fields": ["Name"]}));
    }

    #[test]
    fn bytes_of_a_form_stand_in_the_field_they_are_named_for() {
        let body = "--B\r\nContent-Disposition: form-data; name=\"collection\"\r\nContent-Type: application/json\r\n\r\n{\"records\":[{\"attributes\":{\"type\":\"Document\",\"binaryPartName\":\"b1\",\"binaryPartNameAlias\":\"Body\"},\"Name\":\"n\"}]}\r\n--B\r\nContent-Disposition: form-data; name=\"b1\"; filename=\"a\"\r\n\r\nhello\r\n--B--";
        let request = form("multipart/form-data; boundary=B", body.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(request).unwrap(), r#"{"records":[{"attributes":{"type":"Document"},"Name":"n","Body":"aGVsbG8="}]}"#);
        let lacking = body.replace("name=\"b1\"", "name=\"b2\"");
        assert!(matches!(form("multipart/form-data; boundary=B", lacking.as_bytes()), Err(RestError::Form(_))));
    }
}

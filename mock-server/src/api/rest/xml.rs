//! Answers spelled as XML. The JSON is read again: XML clients are few, and the buffers are written for the others.

use serde_json::{Map, Value};

/// The document for a compact JSON answer whose outermost element is `root`.
pub fn from_json(json: &[u8], root: &str) -> Vec<u8> {
    let value: Value = serde_json::from_slice(json).unwrap_or_default();
    let mut out = String::from(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    match &value {
        // A list of errors is `<Errors><Error>`, a list of versions `<Versions><Version>`.
        Value::Array(items) => {
            let item = root.strip_suffix('s').unwrap_or("item");
            open(&mut out, root, None);
            items.iter().for_each(|value| element(&mut out, item, value));
            close(&mut out, root);
        }
        Value::Object(members) => record(&mut out, type_of(members).unwrap_or(root), members),
        other => element(&mut out, root, other),
    }
    out.into_bytes()
}

/// A record's element bears the name of its object.
fn type_of(members: &Map<String, Value>) -> Option<&str> {
    members.get("attributes")?.get("type")?.as_str()
}

fn record(out: &mut String, name: &str, members: &Map<String, Value>) {
    open(out, name, members.get("attributes").and_then(Value::as_object));
    for (name, value) in members.iter().filter(|(name, _)| *name != "attributes") {
        element(out, name, value);
    }
    close(out, name);
}

fn element(out: &mut String, name: &str, value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(|value| element(out, name, value)),
        Value::Object(members) => record(out, name, members),
        Value::Null => {
            out.push('<');
            out.push_str(name);
            out.push_str(r#" xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>"#);
        }
        Value::String(text) => leaf(out, name, text),
        other => leaf(out, name, &other.to_string()),
    }
}

fn leaf(out: &mut String, name: &str, text: &str) {
    open(out, name, None);
    escape(out, text);
    close(out, name);
}

fn open(out: &mut String, name: &str, attributes: Option<&Map<String, Value>>) {
    out.push('<');
    out.push_str(name);
    for (name, value) in attributes.into_iter().flatten() {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(out, value.as_str().unwrap_or_default());
        out.push('"');
    }
    out.push('>');
}

fn close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // Not even a character reference may stand for these in XML 1.0.
            c if c < ' ' && !matches!(c, '\t' | '\n' | '\r') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, root: &str, expected: &str) {
        let document = String::from_utf8(from_json(json.as_bytes(), root)).unwrap();
        assert_eq!(document.strip_prefix(r#"<?xml version="1.0" encoding="UTF-8"?>"#), Some(expected));
    }

    #[test]
    fn lists_of_errors_and_versions_have_an_element_for_each() {
        check(
            r#"[{"errorCode":"NOT_FOUND","message":"a & b"}]"#,
            "Errors",
            "<Errors><Error><errorCode>NOT_FOUND</errorCode><message>a &amp; b</message></Error></Errors>",
        );
        check(r#"[{"label":"Spring '11"}]"#, "Versions", "<Versions><Version><label>Spring &apos;11</label></Version></Versions>");
    }

    #[test]
    fn a_record_bears_the_name_of_its_object() {
        check(
            r#"{"attributes":{"type":"Account","url":"/x"},"Id":"001","Owner":{"attributes":{"type":"User","url":"/u"},"Name":"A"}}"#,
            "sObject",
            r#"<Account type="Account" url="/x"><Id>001</Id><Owner type="User" url="/u"><Name>A</Name></Owner></Account>"#,
        );
        check(
            r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Account","url":"/x"},"Id":"001"}]}"#,
            "QueryResult",
            r#"<QueryResult><totalSize>1</totalSize><done>true</done><records type="Account" url="/x"><Id>001</Id></records></QueryResult>"#,
        );
    }
}

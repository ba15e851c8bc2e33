//! References from one part of a composite to what an earlier part answered: `@{account.id}`, `@{found.records[0].Id}`.

use std::collections::HashMap;
use std::convert::Infallible;

use axum::body::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

use super::error::CompositeError;
use crate::records::{Json, JsonKind};

/// What the parts that ran answered, by their reference ids.
pub struct Answers {
    bodies: HashMap<String, Bytes>,
    /// Bodies that were referred to.
    read: HashMap<String, Value>,
    /// From v52.0 on a field that is null may be referred to.
    nulls: bool,
}

/// What a reference leads to.
enum Target {
    Null,
    Text(String),
}

/// What may not stand in an address as it is. Slashes stay: a whole path may be referred to.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'<').add(b'>').add(b'?').add(b'`');

impl Answers {
    /// `version` is that of the composite request itself.
    pub fn new(version: u16) -> Self {
        Self { bodies: HashMap::new(), read: HashMap::new(), nulls: version >= 52 }
    }

    pub fn add(&mut self, reference_id: &str, body: Bytes) {
        self.bodies.insert(reference_id.to_owned(), body);
    }

    /// The address with its references replaced. Their braces may be percent-encoded.
    pub fn in_url(&mut self, url: &str) -> Result<String, CompositeError> {
        let decoded;
        let url = if url.contains('%') {
            decoded = plain_references(url);
            &decoded
        } else {
            url
        };
        self.replaced(url, |text| utf8_percent_encode(text, ESCAPED).to_string())
    }

    pub fn in_header(&mut self, value: &str) -> Result<String, CompositeError> {
        self.replaced(value, str::to_owned)
    }

    /// The body as JSON text with the references in its strings replaced.
    pub fn in_body(&mut self, body: &Json<'_>) -> Result<Vec<u8>, CompositeError> {
        let mut out = Vec::with_capacity(256);
        write(&mut out, body, &mut |out, text| self.write_text(out, text))?;
        Ok(out)
    }

    fn write_text(&mut self, out: &mut Vec<u8>, text: &str) -> Result<(), CompositeError> {
        let whole = text.strip_prefix("@{").and_then(|rest| rest.strip_suffix('}')).filter(|path| !path.contains('}'));
        match whole {
            Some(path) => match self.target(path)? {
                Target::Null => out.extend_from_slice(b"null"),
                Target::Text(text) => quote(out, &text),
            },
            None => quote(out, &self.replaced(text, str::to_owned)?),
        }
        Ok(())
    }

    fn replaced(&mut self, text: &str, spell: impl Fn(&str) -> String) -> Result<String, CompositeError> {
        let (mut out, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, path, after)) = next(rest) {
            out.push_str(before);
            if let Target::Text(text) = self.target(path)? {
                out.push_str(&spell(&text));
            }
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn target(&mut self, path: &str) -> Result<Target, CompositeError> {
        let name = path.split(['.', '[']).next().unwrap_or_default();
        let invalid = || CompositeError::InvalidReference { path: path.to_owned(), name: name.to_owned() };
        match self.found(name, &path[name.len()..]).ok_or_else(invalid)? {
            Value::Null if self.nulls => Ok(Target::Null),
            Value::String(text) => Ok(Target::Text(text)),
            value @ (Value::Bool(_) | Value::Number(_)) => Ok(Target::Text(value.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => Err(invalid()),
        }
    }

    /// `steps` are `.field` and `[0]` in turn; at least one is needed.
    fn found(&mut self, name: &str, steps: &str) -> Option<Value> {
        if !self.read.contains_key(name) {
            let value = serde_json::from_slice(self.bodies.get(name)?).ok()?;
            self.read.insert(name.to_owned(), value);
        }
        let (mut value, mut rest) = (self.read.get(name)?, steps);
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                let (place, after) = after.split_once(']')?;
                value = value.get(place.parse::<usize>().ok()?)?;
                rest = after;
            } else {
                let after = rest.strip_prefix('.')?;
                let end = after.find(['.', '[']).unwrap_or(after.len());
                value = value.get(&after[..end])?;
                rest = &after[end..];
            }
        }
        (!steps.is_empty()).then(|| value.clone())
    }
}

/// The text before the next reference, its path, and the text after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("@{")?;
    let (path, after) = rest.split_once('}')?;
    Some((before, path, after))
}

/// Names of the parts that a text refers to.
pub fn names(text: &str) -> Vec<&str> {
    let (mut names, mut rest) = (Vec::new(), text);
    while let Some((_, path, after)) = next(rest) {
        names.extend(path.split(['.', '[']).next());
        rest = after;
    }
    names
}

/// References whose braces and brackets were percent-encoded with the rest of an address.
pub fn plain_references(url: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(url.len()), url);
    let spellings = ["%40%7B", "%40%7b", "@%7B", "@%7b", "%40{"];
    while let Some((at, spelling)) = spellings.iter().filter_map(|spelling| Some((rest.find(spelling)?, *spelling))).min() {
        let after = &rest[at + spelling.len()..];
        let Some((end, close)) = ["%7D", "%7d", "}"].iter().filter_map(|close| Some((after.find(close)?, *close))).min() else { break };
        out.push_str(&rest[..at]);
        out.push_str("@{");
        out.push_str(&percent_encoding::percent_decode_str(&after[..end]).decode_utf8_lossy());
        out.push('}');
        rest = &after[end + close.len()..];
    }
    out.push_str(rest);
    out
}

/// The value as JSON text, its strings as they are.
pub fn written(json: &Json<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    let Ok(()) = write(&mut out, json, &mut |out, text| {
        quote(out, text);
        Ok::<_, Infallible>(())
    });
    out
}

fn write<E>(out: &mut Vec<u8>, json: &Json<'_>, on_text: &mut impl FnMut(&mut Vec<u8>, &str) -> Result<(), E>) -> Result<(), E> {
    match &json.kind {
        JsonKind::String(text) => on_text(out, text)?,
        JsonKind::Array(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                separate(out, place);
                write(out, item, on_text)?;
            }
            out.push(b']');
        }
        JsonKind::Object(members) => {
            out.push(b'{');
            for (place, (name, value)) in members.iter().enumerate() {
                separate(out, place);
                quote(out, name);
                out.push(b':');
                write(out, value, on_text)?;
            }
            out.push(b'}');
        }
        JsonKind::Null | JsonKind::Boolean(_) | JsonKind::Number { .. } => out.extend_from_slice(json.quoted().as_bytes()),
    }
    Ok(())
}

pub fn separate(out: &mut Vec<u8>, place: usize) {
    if place > 0 {
        out.push(b',');
    }
}

pub fn quote(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(Value::from(text).to_string().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(version: u16) -> Answers {
        let mut answers = Answers::new(version);
        answers.add("a", Bytes::from_static(br#"{"id":"001","Name":"A & B","n":7,"ok":true,"none":null}"#));
        answers.add("q", Bytes::from_static(br#"{"records":[{"Id":"x","Owner":{"Name":"O"}}]}"#));
        answers
    }

    fn check_body(version: u16, body: &str, expected: Result<&str, (&str, &str)>) {
        let found = answers(version).in_body(&Json::parse(body.as_bytes()).unwrap());
        let found = found.map(|body| String::from_utf8(body).unwrap());
        let expected = expected.map(str::to_owned).map_err(|(path, name)| CompositeError::InvalidReference { path: path.into(), name: name.into() });
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn references_in_a_body_are_replaced_wherever_strings_stand() {
        check_body(67, r#"{"AccountId":"@{a.id}"}"#, Ok(r#"{"AccountId":"001"}"#));
        check_body(67, r#"["@{q.records[0].Id}-@{a.n}", 1.50, null, "@{q.records[0].Owner.Name}"]"#, Ok(r#"["x-7",1.50,null,"O"]"#));
        check_body(67, r#"{"x":"@{a.ok}","y":"a@b.example","z":"@{"}"#, Ok(r#"{"x":"true","y":"a@b.example","z":"@{"}"#));
    }

    #[test]
    fn references_that_lead_nowhere_are_refused() {
        for path in ["b.id", "a.Id", "a", "q.records[1].Id", "q.records", "a.id.x"] {
            check_body(67, &format!(r#"["@{{{path}}}"]"#), Err((path, &path[..1])));
        }
        check_body(51, r#"["@{x[1].id}"]"#, Err(("x[1].id", "x")));
    }

    #[test]
    fn null_may_be_referred_to_from_version_52() {
        check_body(52, r#"{"x":"@{a.none}","y":"<@{a.none}>"}"#, Ok(r#"{"x":null,"y":"<>"}"#));
        check_body(51, r#"{"x":"@{a.none}"}"#, Err(("a.none", "a")));
    }

    #[test]
    fn references_in_an_address_are_encoded() {
        let url = |text| answers(67).in_url(text).unwrap();
        assert_eq!(url("/x/@{a.id}?q=@{a.Name}"), "/x/001?q=A%20%26%20B");
        assert_eq!(url("/x?q=Id='%40%7Bq.records%5B0%5D.Id%7D'%20"), "/x?q=Id='x'%20");
    }
}

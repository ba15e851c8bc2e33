//! Conditional requests on rows. Source: `rest.md` 1.4.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use catalogue::Object;
use twox_hash::XxHash3_128;

use super::date;
use super::error::RestError;
use super::format::Answer;
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::records::{Rows, Value};
use crate::storage::StoreError;

/// What a request makes its answer depend on.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Condition {
    if_match: Vec<String>,
    if_none_match: Vec<String>,
    /// Seconds since 1970: HTTP dates have no fractions.
    if_modified_since: Option<i64>,
    if_unmodified_since: Option<i64>,
}

/// When a row last changed.
#[derive(Debug, Default)]
pub struct Kept {
    modified: Option<Timestamp>,
}

impl Kept {
    pub fn of(rows: &impl Rows, object: &Object, id: RecordId) -> Result<Self, StoreError> {
        let index = object.field_index("SystemModstamp").or_else(|| object.field_index("LastModifiedDate"));
        let stored = rows.load(object, id)?;
        let value = index.zip(stored).map(|(index, stored)| stored[index].clone());
        Ok(Self { modified: value.and_then(|value| if let Value::Integer(at) = value { Some(Timestamp(at)) } else { None }) })
    }
}

impl Condition {
    /// `None` when the request has no condition. `If-Range` is passed over.
    ///
    /// # Errors
    /// `UnreadableCondition` for a value that is neither entity tags nor a date.
    pub fn read(headers: &HeaderMap) -> Result<Option<Self>, RestError> {
        let condition = Self {
            if_match: tags(headers, header::IF_MATCH)?,
            if_none_match: tags(headers, header::IF_NONE_MATCH)?,
            if_modified_since: instant(headers, header::IF_MODIFIED_SINCE)?,
            if_unmodified_since: instant(headers, header::IF_UNMODIFIED_SINCE)?,
        };
        Ok((condition != Self::default()).then_some(condition))
    }

    /// # Errors
    /// `PreconditionFailed` when the row is not (or, for `If-None-Match`, is) the one the caller knows.
    pub fn admits_change(&self, object: &Object, json: &[u8], kept: &Kept) -> Result<(), RestError> {
        let tag = tag(object, json);
        let fails = self.fails(tag.as_ref(), kept) || is_known(&self.if_none_match, tag.as_ref());
        if fails { Err(RestError::PreconditionFailed) } else { Ok(()) }
    }

    fn is_unchanged(&self, tag: Option<&String>, kept: &Kept) -> bool {
        if !self.if_none_match.is_empty() {
            return is_known(&self.if_none_match, tag);
        }
        self.if_modified_since.zip(kept.modified).is_some_and(|(since, modified)| modified.seconds() <= since)
    }

    fn fails(&self, tag: Option<&String>, kept: &Kept) -> bool {
        let unknown = !self.if_match.is_empty() && !is_known(&self.if_match, tag);
        unknown || self.if_unmodified_since.zip(kept.modified).is_some_and(|(since, modified)| modified.seconds() > since)
    }
}

fn is_known(tags: &[String], tag: Option<&String>) -> bool {
    tags.iter().any(|own| own == "*" || Some(own) == tag)
}

/// The record, or 304 when the caller has it already, or 412.
pub fn answer(condition: Option<&Condition>, object: &Object, json: Bytes, kept: &Kept) -> Result<Answer, RestError> {
    let tag = tag(object, &json);
    let mut answer = match condition {
        Some(condition) if condition.fails(tag.as_ref(), kept) => return Err(RestError::PreconditionFailed),
        Some(condition) if condition.is_unchanged(tag.as_ref(), kept) => Answer::empty(StatusCode::NOT_MODIFIED),
        _ => Answer::json(json, "sObject"),
    };
    if let Some(tag) = tag {
        answer = answer.header(header::ETAG, &tag);
    }
    match kept.modified {
        Some(modified) => Ok(answer.header(header::LAST_MODIFIED, &date::http(modified))),
        None => Ok(answer),
    }
}

/// Only Account rows have entity tags.
/// GUESS: Salesforce's algorithm is not known (rest.md 10.12); ours has the same form, 20 bytes in base64: a hash of the row and its length.
/// SHA-256 of it would cost more than reading it.
fn tag(object: &Object, json: &[u8]) -> Option<String> {
    if object.name != "Account" {
        return None;
    }
    let mut bytes = [0; 20];
    bytes[..16].copy_from_slice(&XxHash3_128::oneshot(json).to_le_bytes());
    bytes[16..].copy_from_slice(&(json.len() as u32).to_le_bytes());
    Some(["\"", &STANDARD.encode(bytes), "\""].concat())
}

fn tags(headers: &HeaderMap, name: HeaderName) -> Result<Vec<String>, RestError> {
    let mut tags = Vec::new();
    for value in headers.get_all(name) {
        for tag in value.to_str().map_err(|_| RestError::UnreadableCondition)?.split(',').map(str::trim) {
            let opaque = tag.strip_prefix("W/").unwrap_or(tag);
            let quoted = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            match quoted {
                // A tag comes back as it went out over a compressed answer.
                Some(inner) => tags.push(format!("\"{}\"", inner.strip_suffix("-gzip").unwrap_or(inner))),
                None if opaque == "*" => tags.push("*".to_owned()),
                None => return Err(RestError::UnreadableCondition),
            }
        }
    }
    Ok(tags)
}

fn instant(headers: &HeaderMap, name: HeaderName) -> Result<Option<i64>, RestError> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    value.to_str().ok().and_then(date::seconds).map(Some).ok_or(RestError::UnreadableCondition)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(object: &str, name: HeaderName, value: &str, status: Result<u16, u16>) {
        let object = catalogue::object(object).unwrap();
        let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
        let kept = Kept { modified: Some(Timestamp(1_769_860_800_500)) };
        let answered = Condition::read(&headers).and_then(|condition| answer(condition.as_ref(), object, Bytes::from_static(b"{}"), &kept));
        assert_eq!(answered.map(|answer| answer.status.as_u16()).map_err(|error| error.wire().status.as_u16()), status, "{value}");
    }

    #[test]
    fn a_row_the_caller_has_is_not_sent_again() {
        let own = tag(catalogue::object("Account").unwrap(), b"{}").unwrap();
        check("Account", header::IF_NONE_MATCH, &own, Ok(304));
        check("Account", header::IF_NONE_MATCH, &own.replace("=\"", "=-gzip\""), Ok(304));
        check("Account", header::IF_NONE_MATCH, "\"other\"", Ok(200));
        check("Contact", header::IF_NONE_MATCH, &own, Ok(200));
        check("Contact", header::IF_MODIFIED_SINCE, "Sat, 31 Jan 2026 12:00:00 GMT", Ok(304));
        check("Contact", header::IF_MODIFIED_SINCE, "Sat, 31 Jan 2026 11:59:59 GMT", Ok(200));
    }

    #[test]
    fn a_row_that_is_not_the_one_expected_is_refused() {
        check("Account", header::IF_MATCH, "\"other\"", Err(412));
        check("Account", header::IF_UNMODIFIED_SINCE, "Sat, 31 Jan 2026 11:59:59 GMT", Err(412));
        check("Account", header::IF_MATCH, "other", Err(400));
        check("Account", header::IF_MODIFIED_SINCE, "soon", Err(400));
    }
}

//! Reading what a composite request wraps around its parts, as strictly as Salesforce's binding does.

use std::borrow::Cow;

use super::error::CompositeError;
use crate::api::rest::error::RestError;
use crate::records::{Json, JsonError, JsonFault, JsonKind, RecordError};

/// A JSON object of which only some members are known.
#[derive(Clone, Copy)]
pub struct Members<'j> {
    list: &'j [(Cow<'j, str>, Json<'j>)],
    body: &'j [u8],
}

impl<'j> Members<'j> {
    /// # Errors
    /// `JSON_PARSER_ERROR` for a value that is no object, and for a member that is not among `known`.
    pub fn of(json: &'j Json<'j>, known: &[&str], body: &'j [u8]) -> Result<Self, RestError> {
        let members = Self::open(json, body)?;
        match members.list.iter().find(|(name, _)| !known.contains(&&**name)) {
            Some((name, value)) => Err(parser_error(value, JsonFault::Unrecognized(name.to_string()), body)),
            None => Ok(members),
        }
    }

    /// An object that may have any members.
    ///
    /// # Errors
    /// `JSON_PARSER_ERROR` for a value that is no object.
    pub fn open(json: &'j Json<'j>, body: &'j [u8]) -> Result<Self, RestError> {
        match &json.kind {
            JsonKind::Object(list) => Ok(Self { list, body }),
            _ => Err(mismatch(json, "complexvalue", body)),
        }
    }

    /// All members, in their order.
    pub fn all(&self) -> &'j [(Cow<'j, str>, Json<'j>)] {
        self.list
    }

    /// The member's value; null counts as none.
    pub fn get(&self, name: &str) -> Option<&'j Json<'j>> {
        let found = self.list.iter().rev().find(|(own, _)| own == name)?;
        (found.1.kind != JsonKind::Null).then_some(&found.1)
    }

    pub fn text(&self, name: &str) -> Result<Option<Cow<'j, str>>, RestError> {
        self.get(name).map(|json| text(json, self.body)).transpose()
    }

    /// # Errors
    /// `Missing` besides those of `text`.
    pub fn required_text(&self, name: &'static str) -> Result<Cow<'j, str>, RestError> {
        self.text(name)?.ok_or(RestError::Composite(CompositeError::Missing(name)))
    }

    /// The member as a flag, off when it is not there. Words are taken for flags as Jackson takes them.
    pub fn flag(&self, name: &str) -> Result<bool, RestError> {
        let Some(json) = self.get(name) else { return Ok(false) };
        match &json.kind {
            JsonKind::Boolean(flag) => Ok(*flag),
            JsonKind::String(word) if matches!(&**word, "true" | "false") => Ok(word == "true"),
            _ => Err(mismatch(json, "boolean", self.body)),
        }
    }

    /// # Errors
    /// `Missing`; `JSON_PARSER_ERROR` for a value that is no array.
    pub fn required_list(&self, name: &'static str) -> Result<&'j [Json<'j>], RestError> {
        let json = self.get(name).ok_or(RestError::Composite(CompositeError::Missing(name)))?;
        match &json.kind {
            JsonKind::Array(items) => Ok(items),
            _ => Err(mismatch(json, "complexvalue", self.body)),
        }
    }

    /// The member's own members, whatever their names.
    pub fn map(&self, name: &str) -> Result<&'j [(Cow<'j, str>, Json<'j>)], RestError> {
        self.get(name).map_or(Ok(&[][..]), |json| Ok(Self::open(json, self.body)?.list))
    }
}

/// A value as text: numbers and flags stand for themselves.
pub fn text<'j>(json: &'j Json<'j>, body: &[u8]) -> Result<Cow<'j, str>, RestError> {
    match &json.kind {
        JsonKind::String(text) => Ok(Cow::Borrowed(text)),
        JsonKind::Number { .. } | JsonKind::Boolean(_) => Ok(json.quoted().into()),
        _ => Err(mismatch(json, "string", body)),
    }
}

fn mismatch(json: &Json<'_>, wanted: &'static str, body: &[u8]) -> RestError {
    parser_error(json, json.mismatch(wanted), body)
}

fn parser_error(json: &Json<'_>, fault: JsonFault, body: &[u8]) -> RestError {
    RecordError::from(JsonError::at(body, json.offset, fault)).into()
}

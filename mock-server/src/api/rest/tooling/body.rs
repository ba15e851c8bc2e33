//! The body of a change in the Tooling API: a record whose `Metadata` is an object.

use serde_json::{Map, Value};

use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::sent::json_body;
use crate::records::{Json, JsonError, JsonKind, RecordError};

/// Fields whose value is an object.
const COMPLEX: [&str; 3] = ["Metadata", "SymbolTable", "ProfileMappings"];

/// The members of a body, by name in any case.
#[derive(Debug, Clone, Default)]
pub struct Body(Map<String, Value>);

impl Body {
    /// # Errors
    /// `JSON_PARSER_ERROR` when the body is no JSON object, or `Metadata` in it is none.
    pub fn read(call: &Call<'_>) -> Result<Self, RestError> {
        let bytes = json_body(call)?;
        let json = Json::parse(bytes).map_err(RecordError::from)?;
        let mismatch = |value: &Json<'_>| RecordError::from(JsonError::at(bytes, value.offset, value.mismatch("complexvalue")));
        let JsonKind::Object(members) = &json.kind else { return Err(mismatch(&json).into()) };
        let wrong = members.iter().find(|(name, value)| {
            COMPLEX.iter().any(|known| known.eq_ignore_ascii_case(name)) && !matches!(value.kind, JsonKind::Object(_) | JsonKind::Null)
        });
        if let Some((_, value)) = wrong {
            return Err(mismatch(value).into());
        }
        // What was read once as JSON is read again: the second reader keeps no places but gives owned values.
        serde_json::from_slice(bytes).map(Self).map_err(|_| mismatch(&json).into())
    }

    /// Takes a member out; null counts as absent.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let key = self.0.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
        self.0.shift_remove(&key).filter(|value| !value.is_null())
    }

    /// Takes a text out.
    pub fn take_text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text).filter(|text| !text.is_empty()),
            other => Some(other.to_string()),
        }
    }

    /// Takes `Metadata` out.
    pub fn take_metadata(&mut self) -> Option<Map<String, Value>> {
        match self.take("Metadata")? {
            Value::Object(metadata) => Some(metadata),
            _ => None,
        }
    }

    /// The members' names as they are written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null())
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    }

    /// Sets a member unless it is given.
    pub fn complete(&mut self, name: &str, value: impl Into<Value>) {
        if !self.has(name) {
            self.take(name);
            self.0.insert(name.to_owned(), value.into());
        }
    }

    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.take(name);
        self.0.insert(name.to_owned(), value.into());
    }

    /// The record as JSON text, objects in it as text: that is how they are stored.
    pub fn record(&self) -> Vec<u8> {
        let stored = |(name, value): (&String, &Value)| {
            let complex = COMPLEX.iter().any(|known| known.eq_ignore_ascii_case(name)) && value.is_object();
            (name.clone(), if complex { Value::String(value.to_string()) } else { value.clone() })
        };
        Value::Object(self.0.iter().map(stored).collect()).to_string().into_bytes()
    }
}

/// `REQUIRED_FIELD_MISSING` for one field.
pub fn missing(name: &str) -> RestError {
    RecordError::RequiredFieldMissing(vec![name.to_owned()]).into()
}

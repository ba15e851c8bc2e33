//! Records changed together, each with a result of its own. Source: `rest.md` section 5.

use catalogue::Object;

use super::reference::{quote, separate};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::id::RecordId;
use crate::records::{ROLLED_BACK, RecordError, Rows};
use crate::storage::StoreError;

/// A record that was changed.
#[derive(Debug, Clone, Copy)]
pub struct Saved {
    pub id: RecordId,
    /// Shown by upserts.
    pub created: Option<bool>,
}

/// A record that was not.
#[derive(Debug, Clone)]
pub struct Failed {
    /// Of the record the caller named, when there is one.
    pub id: Option<RecordId>,
    code: String,
    message: String,
    fields: Vec<String>,
}

pub type Item = Result<Saved, Failed>;

/// Why one record ends the work on it, or on all of them.
pub enum Refused {
    Item(Failed),
    /// The request is a bad one.
    Whole(RestError),
}

impl Failed {
    pub fn new(code: &str, message: impl Into<String>, fields: &[&str]) -> Self {
        Self { id: None, code: code.to_owned(), message: message.into(), fields: fields.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// Appends the error as `{"statusCode","message","fields"}`.
    pub fn write_error(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"statusCode":"#);
        quote(out, &self.code);
        out.extend_from_slice(br#","message":"#);
        quote(out, &self.message);
        out.extend_from_slice(br#","fields":["#);
        for (place, name) in self.fields.iter().enumerate() {
            separate(out, place);
            quote(out, name);
        }
        out.extend_from_slice(b"]}");
    }
}

impl From<RecordError> for Refused {
    /// What cannot be read is the whole request's fault; what may not be written is the record's.
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Json(_) | RecordError::UnknownField { .. } | RecordError::Store(_) => Self::Whole(error.into()),
            _ => Self::Item(Failed::new(error.code(), error.message(), &error.fields().unwrap_or_default())),
        }
    }
}

impl From<Failed> for Refused {
    fn from(failed: Failed) -> Self {
        Self::Item(failed)
    }
}

impl From<RestError> for Refused {
    fn from(error: RestError) -> Self {
        Self::Whole(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Whole(error.into())
    }
}

/// The error for an id that is none of this object's.
pub fn wrong_id(object: &Object, value: &str) -> Failed {
    let label = object.field("Id").map_or("Record ID", |field| &*field.label);
    Failed::new("MALFORMED_ID", format!("{label}: id value of incorrect type: {value}"), &["Id"])
}

/// Why changes were undone.
enum Undone {
    Items(Vec<Item>),
    Whole(RestError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Whole(error.into())
    }
}

/// Changes `count` records in one transaction, each by itself. With `all_or_none` a failure undoes the others,
/// which then say so; `keeps_id` if their ids are still those of records.
pub fn perform(
    call: &Call<'_>,
    count: usize,
    (all_or_none, keeps_id): (bool, bool),
    change: impl Fn(&dyn Rows, usize) -> Result<Saved, Refused>,
) -> Result<Vec<Item>, RestError> {
    let done = call.db.write(|tx| {
        let mut items = Vec::with_capacity(count);
        for place in 0..count {
            match tx.savepoint(|| change(tx, place)) {
                Ok(saved) => items.push(Ok(saved)),
                Err(Refused::Item(failed)) => items.push(Err(failed)),
                Err(Refused::Whole(error)) => return Err(Undone::Whole(error)),
            }
        }
        if all_or_none && items.iter().any(Result::is_err) { Err(Undone::Items(items)) } else { Ok(items) }
    });
    match done {
        Ok(items) => Ok(items),
        Err(Undone::Items(items)) => Ok(items.into_iter().map(|item| rolled_back(item, keeps_id)).collect()),
        Err(Undone::Whole(error)) => Err(error),
    }
}

fn rolled_back(item: Item, keeps_id: bool) -> Item {
    let saved = item?;
    let id = (keeps_id && saved.created != Some(true)).then_some(saved.id);
    let (code, message) = ROLLED_BACK;
    Err(Failed { id, ..Failed::new(code, message, &[]) })
}

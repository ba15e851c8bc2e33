//! A record addressed by the value of one of its fields (`/sobjects/Account/Ext__c/42`).

use catalogue::Object;

use super::check;
use super::error::RecordError;
use super::rows::Rows;
use super::values::{self, Value};
use crate::id::RecordId;

/// The field and the value it must have.
#[derive(Debug)]
pub struct ExternalId<'s> {
    pub object: &'s Object,
    pub field: usize,
    pub value: Value,
}

impl<'s> ExternalId<'s> {
    /// # Errors
    /// `NoSuchExternalId` when the field does not find records, `NotFound` for a value that no record can have.
    pub fn parse(object: &'s Object, field: &str, value: &str) -> Result<Self, RecordError> {
        let index = Self::field(object, field).ok_or_else(|| RecordError::NoSuchExternalId(field.to_owned()))?;
        match values::from_text(&object.fields[index], value) {
            Ok(Some(value)) if !value.is_null() => Ok(Self { object, field: index, value }),
            _ => Err(RecordError::NotFound),
        }
    }

    /// The place of the field, if records can be addressed by it.
    pub fn field(object: &Object, name: &str) -> Option<usize> {
        object.field_index(name).filter(|index| check::finds_records(&object.fields[*index]))
    }

    /// The one record with this value, if any.
    ///
    /// # Errors
    /// `MultipleChoices` when several have it.
    pub fn find(&self, rows: &dyn Rows) -> Result<Option<RecordId>, RecordError> {
        let mut ids = rows.ids_where(self.object, self.field, &self.value, 200)?;
        match ids.len() {
            0 | 1 => Ok(ids.pop()),
            _ => Err(RecordError::MultipleChoices(ids)),
        }
    }
}

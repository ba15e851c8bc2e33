//! Creating, changing and upserting one record, inside the caller's transaction.

use catalogue::{Field, Object};

use super::check;
use super::derived::{self, Whole};
use super::draft::{Draft, Operation};
use super::error::RecordError;
use super::input::Input;
use super::rows::Rows;
use super::values::{self, Value};
use crate::access::Access;
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::schema::Schema;

/// The write door: every family changes records through it, inside one transaction.
/// For partial success each record goes into a savepoint of its own (`Tx::savepoint`).
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub schema: &'a Schema,
    /// What the user may change.
    pub access: &'a Access,
    pub by: UserId,
    pub now: Timestamp,
}

/// What an upsert did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upserted {
    Created(RecordId),
    Updated(RecordId),
}

impl<'a> Change<'a> {
    /// Changes made by this user at this time.
    pub fn new(schema: &'a Schema, by: UserId, now: Timestamp) -> Self {
        Self { schema, access: Access::all(), by, now }
    }

    /// Within what a user may see and change. Without, everything may be changed, as by the control API.
    pub fn as_seen_by(self, access: &'a Access) -> Self {
        Self { access, ..self }
    }

    /// Creates a record of `object`.
    ///
    /// # Errors
    /// In this order: body, unknown and read-only fields, required fields, values, lookups, duplicates.
    pub fn create(&self, rows: &dyn Rows, object: &Object, input: Input<'_>) -> Result<RecordId, RecordError> {
        self.insert(rows, Draft::read(self.access, object, Operation::Create, input, None)?)
    }

    /// Changes the fields the input names.
    ///
    /// # Errors
    /// As `create`; `UnknownRecord` or `EntityIsDeleted` when the record is not there, which is found after the body is read.
    pub fn update(&self, rows: &dyn Rows, object: &Object, id: RecordId, input: Input<'_>) -> Result<(), RecordError> {
        self.alter(rows, id, Draft::read(self.access, object, Operation::Update, input, None)?)
    }

    /// Creates or changes the record whose external id field has this value.
    ///
    /// # Errors
    /// `NoSuchExternalId`, `MultipleChoices`, `NotFound` (nothing matches and `update_only`), and those of `create` and `update`.
    pub fn upsert(&self, rows: &dyn Rows, address: &ExternalId<'_>, input: Input<'_>, update_only: bool) -> Result<Upserted, RecordError> {
        let field = &address.object.fields[address.field];
        match address.find(rows)? {
            Some(id) => {
                let draft = Draft::read(self.access, address.object, Operation::Update, input, Some(&field.name))?;
                self.alter(rows, id, draft).map(|()| Upserted::Updated(id))
            }
            None if update_only || field.kind == catalogue::FieldType::Id => Err(RecordError::NotFound),
            None => {
                let mut draft = Draft::read(self.access, address.object, Operation::Create, input, Some(&field.name))?;
                draft.set(address.field, address.value.clone());
                self.insert(rows, draft).map(Upserted::Created)
            }
        }
    }

    pub(super) fn insert(&self, rows: &dyn Rows, mut draft: Draft<'_>) -> Result<RecordId, RecordError> {
        let object = draft.object;
        self.allow_create(object)?;
        kept_here(rows, object)?;
        let prefix =
            object.key_prefix.as_deref().ok_or_else(|| RecordError::NotSupported { operation: "inserted", label: object.label.to_string() })?;
        check::required_fields(&draft, Operation::Create)?;
        check::field_values(&mut draft)?;
        check::resolve_foreign_keys(rows, self.schema, &mut draft)?;
        check::lookups(rows, self.schema, &draft)?;
        check::unique_values(rows, &draft, None)?;
        derived::fill_defaults(&mut draft);
        self.number(rows, &mut draft)?;
        derived::fill(Whole { draft: &mut draft, stored: None }, self.now);
        let id = rows.new_id(prefix)?;
        self.stamp_created(&mut draft, id);
        rows.insert(object, &draft.values)?;
        Ok(id)
    }

    pub(super) fn alter(&self, rows: &dyn Rows, id: RecordId, mut draft: Draft<'_>) -> Result<(), RecordError> {
        let object = draft.object;
        let stored = stored(rows, object, id)?;
        self.allow_update(object)?;
        kept_here(rows, object)?;
        check::required_fields(&draft, Operation::Update)?;
        check::field_values(&mut draft)?;
        check::resolve_foreign_keys(rows, self.schema, &mut draft)?;
        check::lookups(rows, self.schema, &draft)?;
        check::unique_values(rows, &draft, Some(id))?;
        booleans_are_never_null(&mut draft);
        derived::fill(Whole { draft: &mut draft, stored: Some(&stored) }, self.now);
        self.stamp_modified(&mut draft);
        rows.update(object, id, &draft.values)?;
        Ok(())
    }

    /// Gives auto-number fields their next number.
    fn number(&self, rows: &dyn Rows, draft: &mut Draft<'_>) -> Result<(), RecordError> {
        for (index, field) in draft.object.fields.iter().enumerate().filter(|(_, field)| field.flags.auto_number) {
            let count = rows.next_number(&format!("{}.{}", draft.object.name, field.name))?;
            draft.set(index, Value::Text(self.numbered(draft.object, field, count)));
        }
        Ok(())
    }

    fn numbered(&self, object: &Object, field: &Field, count: u64) -> String {
        let defined = self.schema.custom_field(&object.name, &field.name).map(|own| (own.display_format.as_deref(), own.starting_number));
        let named = self.schema.custom_object(&object.name).map(|own| (own.name_field.display_format.as_deref(), own.name_field.starting_number));
        match defined.or(named.filter(|_| field.flags.name_field)) {
            Some((format, start)) => auto_number(format.unwrap_or("A-{0000}"), u64::from(start.unwrap_or(1)) + count - 1),
            // Cases of a fresh org begin at 00001000, other standard numbers at 00000100.
            None if object.name == "Case" => format!("{:08}", 999 + count),
            None => format!("{:08}", 99 + count),
        }
    }

    fn stamp_created(&self, draft: &mut Draft<'_>, id: RecordId) {
        let by = Value::Text(self.by.to_string());
        let owner = draft.object.field_index("OwnerId");
        if let Some(index) = owner.filter(|index| draft.get(*index).is_none_or(Value::is_null)) {
            draft.set(index, by.clone());
        }
        set(draft, "Id", Value::Text(id.to_string()));
        set(draft, "CreatedById", by);
        set(draft, "CreatedDate", Value::Integer(self.now.0));
        self.stamp_modified(draft);
    }

    fn stamp_modified(&self, draft: &mut Draft<'_>) {
        set(draft, "LastModifiedById", Value::Text(self.by.to_string()));
        set(draft, "LastModifiedDate", Value::Integer(self.now.0));
        set(draft, "SystemModstamp", Value::Integer(self.now.0));
    }
}

pub fn kept_here(rows: &dyn Rows, object: &Object) -> Result<(), RecordError> {
    if rows.keeps(object) { Ok(()) } else { Err(RecordError::NotImplemented(format!("{} records are changed by other means here", object.name))) }
}

fn set(draft: &mut Draft<'_>, name: &str, value: Value) {
    if let Some(index) = draft.object.field_index(name) {
        draft.set(index, value);
    }
}

/// GUESS: null for a checkbox clears it; no recording says whether Salesforce refuses it instead.
fn booleans_are_never_null(draft: &mut Draft<'_>) {
    for (index, value) in &mut draft.values {
        if value.is_null() && draft.object.fields[*index].kind == catalogue::FieldType::Boolean {
            *value = Value::Integer(0);
        }
    }
}

/// `INV-{0000}` with 7 is `INV-0007`. Date parts such as `{YYYY}` stay as they are.
fn auto_number(format: &str, number: u64) -> String {
    let Some((before, rest)) = format.split_once("{0") else { return format!("{format}{number}") };
    let Some((zeros, after)) = rest.split_once('}') else { return format!("{format}{number}") };
    format!("{before}{number:0width$}{after}", width = zeros.len() + 1)
}

/// The stored values of a record that is there to be changed.
///
/// # Errors
/// `UnknownRecord` or `EntityIsDeleted`.
pub fn stored(rows: &dyn Rows, object: &Object, id: RecordId) -> Result<Vec<Value>, RecordError> {
    let values = rows.load(object, id)?.ok_or(RecordError::UnknownRecord)?;
    let deleted = object.field_index("IsDeleted").is_some_and(|index| values[index].is_true());
    if deleted { Err(RecordError::EntityIsDeleted) } else { Ok(values) }
}

/// A record addressed by the value of one of its fields (`/sobjects/Account/Ext__c/42`).
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
        let index = object.field_index(field).filter(|index| check::finds_records(&object.fields[*index]));
        let index = index.ok_or_else(|| RecordError::NoSuchExternalId(field.to_owned()))?;
        match values::from_text(&object.fields[index], value) {
            Ok(Some(value)) if !value.is_null() => Ok(Self { object, field: index, value }),
            _ => Err(RecordError::NotFound),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_numbers_follow_their_format() {
        assert_eq!(auto_number("INV-{0000}", 7), "INV-0007");
        assert_eq!(auto_number("{0}", 12), "12");
        assert_eq!(auto_number("A-", 3), "A-3");
    }
}

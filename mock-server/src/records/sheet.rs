//! Many records of one table of text: the header is looked up once, then each row is read by column.

use std::borrow::Cow;

use catalogue::{FieldType, Object};

use super::address::ExternalId;
use super::change::{Change, Upserted};
use super::draft::{Draft, ForeignKey, Operation};
use super::error::RecordError;
use super::rows::Rows;
use super::values::{self, Value};
use crate::access::Access;
use crate::id::RecordId;

/// A header resolved against an object.
#[derive(Debug)]
pub struct Sheet<'s> {
    object: &'s Object,
    columns: Vec<Column<'s>>,
}

#[derive(Debug)]
enum Column<'s> {
    /// The record's own id, which says which record is meant.
    Id,
    Field {
        index: usize,
        createable: bool,
        updateable: bool,
    },
    /// `Account.Ext__c`, `User:Owner.Username`
    Parent {
        field: usize,
        object: Option<Cow<'s, str>>,
        external_id: Cow<'s, str>,
    },
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'c> {
    /// Empty: the field stays as it is.
    Unchanged,
    Null,
    Text(&'c str),
}

/// No field has this column's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownColumn(pub String);

impl<'s> Sheet<'s> {
    /// # Errors
    /// The first column that names no field of the object that the user sees, nor a parent by one of its fields.
    pub fn resolve(access: &Access, object: &'s Object, header: &'s [String]) -> Result<Self, UnknownColumn> {
        let columns = header.iter().map(|name| column(access, object, name).ok_or_else(|| UnknownColumn(name.clone())));
        Ok(Self { object, columns: columns.collect::<Result<_, _>>()? })
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The column of the record's id.
    pub fn id_column(&self) -> Option<usize> {
        self.columns.iter().position(|column| matches!(column, Column::Id))
    }

    /// The column of this field.
    pub fn column_of(&self, field: usize) -> Option<usize> {
        if self.object.fields[field].kind == FieldType::Id {
            return self.id_column();
        }
        self.columns.iter().position(|column| matches!(column, Column::Field { index, .. } if *index == field))
    }

    /// Creates a record from a row.
    ///
    /// # Errors
    /// As `Change::create`; a value that is none of its field's type says in which column it stands.
    pub fn create(&self, change: &Change<'_>, rows: &dyn Rows, row: &[Cell<'_>]) -> Result<RecordId, RecordError> {
        change.create_draft(rows, self.draft(Operation::Create, row.iter().copied(), None)?)
    }

    /// Creates a record from each row, all of them or none. The object fits that: see `fit_together`.
    ///
    /// # Errors
    /// Why one of them is refused; `None` when that is a value which another record has. The caller undoes what was done.
    pub fn create_all<'c>(
        &self,
        change: &Change<'_>,
        rows: &dyn Rows,
        table: impl Iterator<Item = impl Iterator<Item = Cell<'c>>>,
    ) -> Result<Option<Vec<RecordId>>, RecordError> {
        let drafts: Result<Vec<_>, _> = table.map(|row| self.draft(Operation::Create, row, None)).collect();
        change.create_drafts(rows, self.object, drafts?)
    }

    /// Changes the fields for which the row has values.
    ///
    /// # Errors
    /// As `Change::update`.
    pub fn update(&self, change: &Change<'_>, rows: &dyn Rows, id: RecordId, row: &[Cell<'_>]) -> Result<(), RecordError> {
        change.update_draft(rows, id, self.draft(Operation::Update, row.iter().copied(), None)?)
    }

    /// Creates or changes the record whose field has the value the row gives for it.
    ///
    /// # Errors
    /// As `Change::upsert`.
    pub fn upsert(&self, change: &Change<'_>, rows: &dyn Rows, address: &ExternalId<'_>, row: &[Cell<'_>]) -> Result<Upserted, RecordError> {
        let cells = row.iter().copied();
        match address.find(rows)? {
            Some(id) => change.update_draft(rows, id, self.draft(Operation::Update, cells, Some(address.field))?).map(|()| Upserted::Updated(id)),
            None => {
                let mut draft = self.draft(Operation::Create, cells, Some(address.field))?;
                draft.set(address.field, address.value.clone());
                change.create_draft(rows, draft).map(Upserted::Created)
            }
        }
    }

    /// `address` is the field that says which record is meant: it is not written.
    fn draft<'c>(&self, operation: Operation, row: impl Iterator<Item = Cell<'c>>, address: Option<usize>) -> Result<Draft<'s>, RecordError> {
        let mut draft = Draft::empty(self.object);
        let mut read_only = Vec::new();
        for (place, (column, cell)) in self.columns.iter().zip(row).enumerate() {
            let text = match cell {
                Cell::Unchanged => continue,
                Cell::Null => None,
                Cell::Text(text) => Some(text),
            };
            match column {
                Column::Id => {}
                Column::Field { index, .. } if Some(*index) == address => {}
                Column::Field { index, createable, updateable } => {
                    let field = &self.object.fields[*index];
                    if !(if operation == Operation::Create { *createable } else { *updateable }) {
                        read_only.push(field.name.to_string());
                    } else {
                        let value =
                            text.map_or(Ok(Value::Null), |text| values::from_loose_text(field, text).map_err(|error| placed(error, place, field)))?;
                        draft.set(*index, value);
                    }
                }
                Column::Parent { field, object, external_id } => match text {
                    None => draft.set(*field, Value::Null),
                    Some(value) => draft.foreign_keys.push(ForeignKey {
                        field: *field,
                        object: object.as_deref().map(str::to_owned),
                        external_id: external_id.to_string(),
                        value: value.to_owned(),
                    }),
                },
            }
        }
        if read_only.is_empty() { Ok(draft) } else { Err(RecordError::ReadOnlyFields(read_only)) }
    }
}

/// The same complaint as a table makes it: by column.
fn placed(error: RecordError, column: usize, field: &catalogue::Field) -> RecordError {
    match error {
        RecordError::WrongType { field: name, value, .. } => {
            RecordError::NotDeserialized { column, value, kind: field.kind.soap_type(), field: name }
        }
        other => other,
    }
}

fn column<'s>(access: &Access, object: &'s Object, name: &'s str) -> Option<Column<'s>> {
    if let Some((path, external_id)) = name.rsplit_once('.') {
        let (named, relationship) = path.split_once(':').map_or((None, path), |(object, rest)| (Some(object), rest));
        let is_it = |field: &catalogue::Field| field.relationship_name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(relationship));
        let field = object.fields.iter().position(is_it).filter(|field| !external_id.is_empty() && access.reads(object, &object.fields[*field]))?;
        return Some(Column::Parent { field, object: named.map(Cow::Borrowed), external_id: Cow::Borrowed(external_id) });
    }
    let index = object.field_index(name).filter(|index| access.reads(object, &object.fields[*index]))?;
    let field = &object.fields[index];
    let edits = access.edits(object, field);
    Some(match field.kind {
        FieldType::Id => Column::Id,
        FieldType::Address | FieldType::Location => return None,
        _ => Column::Field { index, createable: edits && field.flags.createable, updateable: edits && field.flags.updateable },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact() -> &'static Object {
        catalogue::object("Contact").unwrap()
    }

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn check_refusal(names: &[&str], row: &[Cell<'_>], expected: (&str, &str)) {
        let names = header(names);
        let error = Sheet::resolve(Access::all(), contact(), &names).unwrap().draft(Operation::Create, row.iter().copied(), None).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), expected);
    }

    #[test]
    fn a_row_says_only_what_its_cells_hold() {
        let names = header(&["lastname", "Phone", "Account.Ext__c", "Email", "User:Owner.Username"]);
        let sheet = Sheet::resolve(Access::all(), contact(), &names).unwrap();
        let row = [Cell::Text("A"), Cell::Null, Cell::Text("7"), Cell::Unchanged, Cell::Text("a@b.example")];
        let draft = sheet.draft(Operation::Create, row.into_iter(), None).unwrap();
        let index = |name| contact().field_index(name).unwrap();
        assert_eq!(draft.get(index("LastName")), Some(&Value::Text("A".into())));
        assert_eq!(draft.get(index("Phone")), Some(&Value::Null));
        assert_eq!(draft.get(index("Email")), None);
        let keys: Vec<_> = draft.foreign_keys.iter().map(|key| (key.field, key.object.as_deref(), key.external_id.as_str())).collect();
        assert_eq!(keys, [(index("AccountId"), None, "Ext__c"), (index("OwnerId"), Some("User"), "Username")]);
    }

    #[test]
    fn columns_that_name_nothing_are_refused() {
        for name in ["Foo", "", "Foo.Bar", "Account.", "MailingAddress", "Name "] {
            assert_eq!(Sheet::resolve(Access::all(), contact(), &header(&["LastName", name])).unwrap_err(), UnknownColumn(name.to_owned()), "{name}");
        }
    }

    #[test]
    fn values_of_another_type_are_named_by_column() {
        check_refusal(
            &["LastName", "Birthdate"],
            &[Cell::Text("A"), Cell::Text("soon")],
            ("INVALID_FIELD", "Failed to deserialize field at col 1. Due to, 'soon' is not a valid value for the type xsd:date"),
        );
        check_refusal(
            &["CreatedDate"],
            &[Cell::Text("x")],
            (
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                "Unable to create/update fields: CreatedDate. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
            ),
        );
    }
}

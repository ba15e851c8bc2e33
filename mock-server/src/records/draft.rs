//! A record as a request body gives it: fields found, values of the right type, nothing checked against other records yet.

use catalogue::{Field, FieldType, Object};

use super::error::RecordError;
use super::input::{Blob, Input, TextField};
use super::json::{Json, JsonError, Kind};
use super::values::{self, Value};
use crate::access::Access;

/// Creating or changing: which fields a caller may write differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Create,
    Update,
}

/// The fields of one record to write, by their place in the object.
#[derive(Debug, Clone)]
pub struct Draft<'s> {
    pub object: &'s Object,
    pub values: Vec<(usize, Value)>,
    /// Lookups named by an external id of the other record.
    pub foreign_keys: Vec<ForeignKey>,
}

/// `"Account": {"MyExt__c": "X1"}`
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKey {
    /// The reference field.
    pub field: usize,
    /// The object named in `attributes`, where the reference has several.
    pub object: Option<String>,
    pub external_id: String,
    pub value: String,
}

impl<'s> Draft<'s> {
    /// Reads what a caller sent. `addressed_by` is the external id field of the request's address, which the input may not repeat.
    ///
    /// # Errors
    /// The first unreadable value or unknown field in the input's order, then the fields the caller may not write.
    pub fn read(
        access: &Access,
        object: &'s Object,
        operation: Operation,
        input: Input<'_>,
        addressed_by: Option<&str>,
    ) -> Result<Self, RecordError> {
        let mut reading = Reading { access, draft: Self::empty(object), operation, addressed_by, read_only: Vec::new() };
        reading.input(input)?;
        if reading.read_only.is_empty() { Ok(reading.draft) } else { Err(RecordError::ReadOnlyFields(reading.read_only)) }
    }

    /// A draft that says nothing yet.
    pub fn empty(object: &'s Object) -> Self {
        Self { object, values: Vec::with_capacity(24), foreign_keys: Vec::new() }
    }

    /// The reference field whose relationship has this name.
    fn reference(&self, relationship: &str) -> Option<usize> {
        self.object.fields.iter().position(|field| field.relationship_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(relationship)))
    }

    pub fn get(&self, field: usize) -> Option<&Value> {
        self.values.iter().find(|(own, _)| *own == field).map(|(_, value)| value)
    }

    /// Sets a value; a field given twice keeps the last.
    pub fn set(&mut self, field: usize, value: Value) {
        match self.values.iter_mut().find(|(own, _)| *own == field) {
            Some((_, old)) => *old = value,
            None => self.values.push((field, value)),
        }
    }
}

/// A draft while its input is read.
struct Reading<'s, 'i> {
    access: &'i Access,
    draft: Draft<'s>,
    operation: Operation,
    addressed_by: Option<&'i str>,
    read_only: Vec<String>,
}

impl Reading<'_, '_> {
    fn input(&mut self, input: Input<'_>) -> Result<(), RecordError> {
        match input {
            Input::Json(body) => self.json(&Json::parse(body)?, body),
            Input::Parsed { value, body } => self.json(value, body),
            Input::Text(fields) => fields.iter().try_for_each(|field| self.text(field)),
            Input::WithBlobs { record, blobs } => {
                self.input(*record)?;
                blobs.iter().try_for_each(|blob| self.blob(blob))
            }
        }
    }

    /// The type of the bytes is that of the record, unless the record says otherwise itself.
    fn blob(&mut self, blob: &Blob<'_>) -> Result<(), RecordError> {
        let object = self.draft.object;
        let index = self.field(&blob.field).filter(|index| object.fields[*index].kind == FieldType::Base64);
        let index = index.ok_or_else(|| self.unknown(&blob.field))?;
        if self.admit(index)? {
            self.draft.set(index, Value::Blob(blob.bytes.to_vec()));
        }
        let kind = object.field_index("ContentType").filter(|kind| object.fields[*kind].flags.createable && self.draft.get(*kind).is_none());
        if let Some((kind, given)) = kind.zip(blob.content_type.as_deref()) {
            self.draft.set(kind, Value::text(given));
        }
        Ok(())
    }

    fn json(&mut self, value: &Json<'_>, body: &[u8]) -> Result<(), RecordError> {
        let Kind::Object(members) = &value.kind else {
            return Err(JsonError::at(body, value.offset, value.mismatch("complexvalue")).into());
        };
        members.iter().try_for_each(|(name, value)| self.member(name, value, body))
    }

    fn member(&mut self, name: &str, value: &Json<'_>, body: &[u8]) -> Result<(), RecordError> {
        if name == "attributes" {
            return Ok(());
        }
        if let Some(index) = self.field(name) {
            if self.admit(index)? {
                let value = values::from_json(&self.draft.object.fields[index], value, body)?;
                self.draft.set(index, value);
            }
            return Ok(());
        }
        match (self.reference(name), &value.kind) {
            (Some(index), Kind::Object(members)) => {
                self.admit(index)?;
                let key = foreign_key(index, members).ok_or_else(|| RecordError::NotAnExternalId { field: name.to_owned() })?;
                self.draft.foreign_keys.push(key);
                Ok(())
            }
            _ => Err(self.unknown(name)),
        }
    }

    fn text(&mut self, given: &TextField<'_>) -> Result<(), RecordError> {
        if let Some((path, external_id)) = given.name.rsplit_once('.') {
            return self.text_key(path, external_id, given);
        }
        let index = self.field(&given.name).ok_or_else(|| self.unknown(&given.name))?;
        if self.admit(index)? {
            let value = match &given.value {
                Some(text) => values::from_loose_text(&self.draft.object.fields[index], text)?,
                None => Value::Null,
            };
            self.draft.set(index, value);
        }
        Ok(())
    }

    /// `Account.Ext__c`, or `User:Owner.Username` where the lookup may hold several objects.
    fn text_key(&mut self, path: &str, external_id: &str, given: &TextField<'_>) -> Result<(), RecordError> {
        let (object, relationship) = path.split_once(':').map_or((None, path), |(object, rest)| (Some(object.to_owned()), rest));
        let field = self.reference(relationship).ok_or_else(|| self.unknown(&given.name))?;
        self.admit(field)?;
        match given.value.as_deref() {
            None | Some("") => self.draft.set(field, Value::Null),
            Some(value) => {
                self.draft.foreign_keys.push(ForeignKey { field, object, external_id: external_id.to_owned(), value: value.to_owned() });
            }
        }
        Ok(())
    }

    /// The field of that name, unless it is hidden from the user.
    fn field(&self, name: &str) -> Option<usize> {
        let object = self.draft.object;
        object.field_index(name).filter(|index| self.access.reads(object, &object.fields[*index]))
    }

    fn reference(&self, relationship: &str) -> Option<usize> {
        let object = self.draft.object;
        self.draft.reference(relationship).filter(|index| self.access.reads(object, &object.fields[*index]))
    }

    /// Whether the field's value is worth reading. What may never be written is not read:
    /// its refusal comes before a complaint about its type.
    fn admit(&mut self, index: usize) -> Result<bool, RecordError> {
        let field = &self.draft.object.fields[index];
        if self.addressed_by.is_some_and(|own| own.eq_ignore_ascii_case(&field.name)) || field.kind == FieldType::Id {
            return Err(RecordError::IdInBody { field: field.name.to_string() });
        }
        if deployed(self.access, self.draft.object, field) {
            return Ok(true);
        }
        if !writable(field, self.operation) || !self.access.edits(self.draft.object, field) {
            self.read_only.push(field.name.to_string());
        }
        Ok(field.flags.createable || field.flags.updateable)
    }

    fn unknown(&self, name: &str) -> RecordError {
        RecordError::UnknownField { field: name.to_owned(), object: self.draft.object.name.to_string() }
    }
}

/// Whether a record of a metadata type is written by nobody's right, as a deployment does: `QualifiedApiName` and `Label` follow from others.
fn deployed(access: &Access, object: &Object, field: &Field) -> bool {
    let own = field.flags.custom || matches!(&*field.name, "DeveloperName" | "MasterLabel" | "Language");
    own && access.user().is_none() && is_metadata_type(object)
}

/// Whether the object's records are deployed, not written through the data API.
pub fn is_metadata_type(object: &Object) -> bool {
    object.custom && object.name.ends_with("__mdt")
}

fn writable(field: &Field, operation: Operation) -> bool {
    match operation {
        Operation::Create => field.flags.createable,
        Operation::Update => field.flags.updateable,
    }
}

/// One member besides `attributes`, whose value is text or a number.
fn foreign_key(field: usize, members: &[(std::borrow::Cow<'_, str>, Json<'_>)]) -> Option<ForeignKey> {
    let mut object = None;
    let mut named = None;
    for (name, value) in members {
        match &value.kind {
            Kind::Object(attributes) if name == "attributes" => {
                object = attributes.iter().find(|(name, _)| name == "type").map(|(_, value)| value.quoted());
            }
            Kind::String(_) | Kind::Number { .. } if named.is_none() => named = Some((name.to_string(), value.quoted())),
            _ => return None,
        }
    }
    let (external_id, value) = named?;
    Some(ForeignKey { field, object, external_id, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact() -> &'static Object {
        catalogue::object("Contact").unwrap()
    }

    fn check_refusal(operation: Operation, body: &str, addressed_by: Option<&str>, code: &str, message: &str) {
        let error = Draft::read(Access::all(), contact(), operation, Input::Json(body.as_bytes()), addressed_by).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, message), "{body}");
    }

    #[test]
    fn fields_are_found_in_any_case_and_attributes_are_passed_over() {
        let body = br#"{"attributes":{"type":"Contact"},"lastname":"A","LASTNAME":"B"}"#;
        let draft = Draft::read(Access::all(), contact(), Operation::Create, Input::Json(body), None).unwrap();
        assert_eq!(draft.values.len(), 1);
        assert_eq!(draft.get(contact().field_index("LastName").unwrap()), Some(&Value::Text("B".into())));
    }

    #[test]
    fn a_lookup_may_be_named_by_an_external_id() {
        let body = br#"{"Account":{"attributes":{"type":"Account"},"Ext__c":7}}"#;
        let draft = Draft::read(Access::all(), contact(), Operation::Create, Input::Json(body), None).unwrap();
        let field = contact().field_index("AccountId").unwrap();
        assert_eq!(draft.foreign_keys, [ForeignKey { field, object: Some("Account".into()), external_id: "Ext__c".into(), value: "7".into() }]);
    }

    fn text<'a>(name: &'a str, value: Option<&'a str>) -> TextField<'a> {
        TextField { name: name.into(), value: value.map(Into::into) }
    }

    #[test]
    fn text_fields_name_parents_by_external_id_with_or_without_their_object() {
        let fields =
            [text("LastName", Some("A")), text("Account.Ext__c", Some("7")), text("User:Owner.Username", Some("a@b.example")), text("Phone", None)];
        let draft = Draft::read(Access::all(), contact(), Operation::Create, Input::Text(&fields), None).unwrap();
        let index = |name| contact().field_index(name).unwrap();
        assert_eq!(draft.get(index("Phone")), Some(&Value::Null));
        let key = |field, object: Option<&str>, external_id: &str, value: &str| ForeignKey {
            field: index(field),
            object: object.map(str::to_owned),
            external_id: external_id.into(),
            value: value.into(),
        };
        assert_eq!(draft.foreign_keys, [key("AccountId", None, "Ext__c", "7"), key("OwnerId", Some("User"), "Username", "a@b.example")]);
        let refused = Draft::read(Access::all(), contact(), Operation::Create, Input::Text(&[text("Foo.Bar", Some("x"))]), None).unwrap_err();
        assert_eq!(refused.to_string(), "No such column 'Foo.Bar' on sobject of type Contact");
    }

    #[test]
    fn fields_that_do_not_exist_or_may_not_be_written_are_refused() {
        check_refusal(Operation::Create, r#"{"Foo":1}"#, None, "INVALID_FIELD", "No such column 'Foo' on sobject of type Contact");
        check_refusal(Operation::Create, r#"{"id":"x"}"#, None, "INVALID_FIELD", "The Id field should not be specified in the sobject data.");
        check_refusal(
            Operation::Update,
            r#"{"Email":"a@b.example"}"#,
            Some("email"),
            "INVALID_FIELD",
            "The Email field should not be specified in the sobject data.",
        );
        check_refusal(
            Operation::Create,
            r#"{"Name":"x","CreatedDate":"x"}"#,
            None,
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Unable to create/update fields: Name, CreatedDate. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
        );
        check_refusal(
            Operation::Create,
            "[]",
            None,
            "JSON_PARSER_ERROR",
            "Cannot deserialize instance of complexvalue from START_ARRAY value [ at [line:1, column:1]",
        );
    }
}

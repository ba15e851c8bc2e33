//! A record as a request body gives it: fields found, values of the right type, nothing checked against other records yet.

use catalogue::{Field, FieldType, Object};

use super::error::RecordError;
use super::json::{Json, JsonError, Kind};
use super::values::{self, Value};

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
    /// Reads a JSON body. `addressed_by` is the external id field of the request's address, which the body may not repeat.
    ///
    /// # Errors
    /// The first unreadable value or unknown field in the body's order, then the fields the caller may not write.
    pub fn read(object: &'s Object, operation: Operation, body: &[u8], addressed_by: Option<&str>) -> Result<Self, RecordError> {
        let json = Json::parse(body)?;
        let Kind::Object(members) = &json.kind else {
            return Err(JsonError::at(body, json.offset, json.mismatch("complexvalue")).into());
        };
        let mut draft = Self { object, values: Vec::with_capacity(members.len() + 8), foreign_keys: Vec::new() };
        let mut read_only = Vec::new();
        for (name, value) in members {
            draft.member(name, value, body, &mut |field| {
                if addressed_by.is_some_and(|own| own.eq_ignore_ascii_case(&field.name)) || field.kind == FieldType::Id {
                    return Err(RecordError::IdInBody { field: field.name.to_string() });
                }
                if !writable(field, operation) {
                    read_only.push(field.name.to_string());
                }
                Ok(())
            })?;
        }
        if read_only.is_empty() { Ok(draft) } else { Err(RecordError::ReadOnlyFields(read_only)) }
    }

    fn member(
        &mut self,
        name: &str,
        value: &Json<'_>,
        body: &[u8],
        admit: &mut dyn FnMut(&Field) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        if name == "attributes" {
            return Ok(());
        }
        if let Some(index) = self.object.field_index(name) {
            let field = &self.object.fields[index];
            admit(field)?;
            // What may not be written is not read either: its refusal comes before a complaint about its type.
            if !field.flags.createable && !field.flags.updateable {
                return Ok(());
            }
            let value = values::from_json(field, value, body)?;
            self.set(index, value);
            return Ok(());
        }
        match (self.reference(name), &value.kind) {
            (Some(index), Kind::Object(members)) => {
                admit(&self.object.fields[index])?;
                let key = foreign_key(index, members).ok_or_else(|| RecordError::NotAnExternalId { field: name.to_owned() })?;
                self.foreign_keys.push(key);
                Ok(())
            }
            _ => Err(RecordError::UnknownField { field: name.to_owned(), object: self.object.name.to_string() }),
        }
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
        let error = Draft::read(contact(), operation, body.as_bytes(), addressed_by).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, message), "{body}");
    }

    #[test]
    fn fields_are_found_in_any_case_and_attributes_are_passed_over() {
        let body = br#"{"attributes":{"type":"Contact"},"lastname":"A","LASTNAME":"B"}"#;
        let draft = Draft::read(contact(), Operation::Create, body, None).unwrap();
        assert_eq!(draft.values.len(), 1);
        assert_eq!(draft.get(contact().field_index("LastName").unwrap()), Some(&Value::Text("B".into())));
    }

    #[test]
    fn a_lookup_may_be_named_by_an_external_id() {
        let body = br#"{"Account":{"attributes":{"type":"Account"},"Ext__c":7}}"#;
        let draft = Draft::read(contact(), Operation::Create, body, None).unwrap();
        let field = contact().field_index("AccountId").unwrap();
        assert_eq!(draft.foreign_keys, [ForeignKey { field, object: Some("Account".into()), external_id: "Ext__c".into(), value: "7".into() }]);
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

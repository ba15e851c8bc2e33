//! Objects whose records are the schema itself, as queries see them: what `EntityDefinition`, `FieldDefinition`, `CustomField` and their
//! like hold is made from the schema whenever it has changed.
//!
//! GUESS: Salesforce shows one and the same `Id` (all zeros) in every row of the objects that have a `DurableId`; here each row has its own.

mod custom;
mod entity;
mod field;
mod relationship;

use catalogue::Object;
use soql::Value;

use super::Schema;
use crate::id::RecordId;

/// Takes the rows one by one.
pub type Sink<'a> = dyn FnMut(Row) + 'a;

/// Makes the rows of one object.
pub type Derive = fn(&Schema, &mut Sink<'_>);

/// Whose rows are made from the schema, and how.
pub fn derivation(object: &str) -> Option<Derive> {
    Some(match object {
        "CustomField" => custom::fields,
        "CustomObject" => custom::objects,
        "DataType" => field::data_types,
        "EntityDefinition" => entity::definitions,
        "EntityParticle" => field::particles,
        "FieldDefinition" => field::definitions,
        "GlobalValueSet" => custom::global_value_sets,
        "PicklistValueInfo" => field::picklist_values,
        "Publisher" => entity::publishers,
        "RecordType" => custom::record_types,
        "RelationshipDomain" => relationship::domains,
        "RelationshipInfo" => relationship::infos,
        _ => return None,
    })
}

/// One row under construction: values by field name; fields that are not named are null.
#[derive(Debug, Default)]
pub struct Row(pub Vec<(&'static str, Value)>);

impl Row {
    /// A row with an id of its own, counted from 1.
    fn numbered(prefix: &str, number: usize) -> Self {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        Self::default().text("Id", RecordId::numbered(prefix, 0, number).to_string())
    }

    fn with_id(id: Option<RecordId>) -> Self {
        Self::default().maybe("Id", id.map(|id| id.to_string()))
    }

    fn text(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, Value::Text(value.into())));
        self
    }

    fn maybe(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    fn flag(mut self, name: &'static str, value: bool) -> Self {
        self.0.push((name, Value::Integer(value.into())));
        self
    }

    fn number(mut self, name: &'static str, value: impl Into<i64>) -> Self {
        self.0.push((name, Value::Integer(value.into())));
        self
    }
}

/// What other schema objects call an object: the id of its definition if it is custom, else its name.
pub fn durable_id(schema: &Schema, object: &Object) -> String {
    let id = schema.custom_object(&object.name).and_then(|own| own.id);
    id.map_or_else(|| object.name.to_string(), |id| id.as_15().to_owned())
}

/// The namespace before a custom name and the name without namespace and suffix: (`ns`, `Invoice`) of `ns__Invoice__c`.
pub fn split_name(name: &str) -> (Option<&str>, &str) {
    let Some((stem, _)) = name.rsplit_once("__") else { return (None, name) };
    match stem.split_once("__") {
        Some((namespace, rest)) => (Some(namespace), rest),
        None => (None, stem),
    }
}

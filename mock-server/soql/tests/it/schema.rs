//! Two related objects for generated data: accounts with parents, contacts with accounts and a polymorphic reference.

use std::borrow::Cow;
use std::sync::LazyLock;

use catalogue::{Api, ChildRelationship, Field, FieldFlags, FieldType, Object, ObjectFlags, PicklistValue, Text};
use rusqlite::Connection;
use soql::{Catalog, Relation};

use crate::model::{RATINGS, Row, V, World};

/// The schema, read from its tables or through sub-selects that lose the columns' collation.
pub(crate) struct Small {
    pub(crate) through_selects: bool,
}

impl Catalog for Small {
    fn object(&self, name: &str) -> Option<&Object> {
        OBJECTS.iter().find(|object| object.name.eq_ignore_ascii_case(name))
    }

    fn relation(&self, object: &Object) -> Relation<'_> {
        if !self.through_selects {
            return Relation::Table;
        }
        let column = |field: &Field| match field.kind {
            FieldType::Boolean | FieldType::Int | FieldType::Currency | FieldType::Datetime => format!("\"{}\"", field.name),
            _ => format!("\"{0}\" || '' AS \"{0}\"", field.name),
        };
        let columns: Vec<String> = object.fields.iter().map(column).collect();
        let sql = format!("SELECT {} FROM \"{}\"", columns.join(", "), object.name).into();
        Relation::Select { sql, columns: object.fields.iter().map(|field| field.name.clone()).collect() }
    }
}

static OBJECTS: LazyLock<[Object; 2]> = LazyLock::new(|| {
    let account = vec![reference("ParentId", "Parent", &["Account"])];
    let contact = vec![reference("AccountId", "Account", &["Account"]), reference("WhatId", "What", &["Account", "Contact"])];
    let contacts = ChildRelationship {
        child: "Contact".into(),
        field: "AccountId".into(),
        name: Some("Contacts".into()),
        cascade_delete: true,
        restricted_delete: false,
    };
    [object("Account", "001", account, vec![contacts]), object("Contact", "003", contact, Vec::new())]
});

fn object(name: &'static str, prefix: &'static str, references: Vec<Field>, children: Vec<ChildRelationship>) -> Object {
    let plain = [
        ("Id", FieldType::Id),
        ("IsDeleted", FieldType::Boolean),
        ("Name", FieldType::String),
        ("Rating", FieldType::Picklist),
        ("Size", FieldType::Int),
        ("Amount", FieldType::Currency),
        ("Active", FieldType::Boolean),
        ("Born", FieldType::Date),
        ("Seen", FieldType::Datetime),
        ("Tags", FieldType::Multipicklist),
    ];
    Object {
        name: name.into(),
        label: name.into(),
        label_plural: name.into(),
        key_prefix: Some(prefix.into()),
        custom: false,
        api: Api::Data,
        feature: None,
        flags: ObjectFlags { queryable: true, ..ObjectFlags::default() },
        name_field: Some("Name".into()),
        fields: plain.map(|(name, kind)| field(name, kind)).into_iter().chain(references).collect::<Vec<_>>().into(),
        children: Cow::Owned(children),
        record_types: Cow::Borrowed(&[]),
        seed: Cow::Borrowed(&[]),
    }
}

fn field(name: &'static str, kind: FieldType) -> Field {
    let flags = FieldFlags { nillable: kind != FieldType::Id, filterable: true, sortable: true, groupable: true, ..FieldFlags::default() };
    let picklist = if kind == FieldType::Picklist { RATINGS.map(picklist_value).to_vec() } else { Vec::new() };
    Field {
        name: name.into(),
        label: name.into(),
        kind,
        length: 0,
        precision: 0,
        scale: 0,
        digits: 0,
        flags,
        reference_to: Cow::Borrowed(&[]),
        relationship_name: None,
        compound: None,
        default_value: None,
        picklist: Cow::Owned(picklist),
    }
}

fn reference(name: &'static str, relationship: &'static str, targets: &[&'static str]) -> Field {
    let targets: Vec<Text> = targets.iter().map(|target| Cow::Borrowed(*target)).collect();
    let mut field = field(name, FieldType::Reference);
    field.flags.polymorphic = targets.len() > 1;
    field.reference_to = Cow::Owned(targets);
    field.relationship_name = Some(relationship.into());
    field
}

fn picklist_value(value: &'static str) -> PicklistValue {
    PicklistValue { value: value.into(), label: value.into(), default: false, active: true }
}

/// Fills a database the way the store does.
pub(crate) fn load(connection: &Connection, world: &World) {
    for object in OBJECTS.iter() {
        let columns: Vec<String> = object.fields.iter().map(column).collect();
        connection.execute(&format!("CREATE TABLE \"{}\" ({})", object.name, columns.join(", ")), []).unwrap();
        for row in world.rows(&object.name) {
            insert(connection, object, row);
        }
    }
}

fn column(field: &Field) -> String {
    let kind = match field.kind {
        FieldType::Id => "TEXT NOT NULL PRIMARY KEY",
        FieldType::Reference | FieldType::Date => "TEXT",
        FieldType::Boolean => "INTEGER NOT NULL DEFAULT 0",
        FieldType::Int | FieldType::Datetime => "INTEGER",
        FieldType::Currency => "REAL",
        _ => "TEXT COLLATE FOLD",
    };
    format!("\"{}\" {kind}", field.name)
}

fn insert(connection: &Connection, object: &Object, row: &Row) {
    let values: Vec<rusqlite::types::Value> = object.fields.iter().map(|field| stored(&row[field.name.as_ref()])).collect();
    let places = vec!["?"; values.len()].join(", ");
    connection.execute(&format!("INSERT INTO \"{}\" VALUES ({places})", object.name), rusqlite::params_from_iter(values)).unwrap();
}

fn stored(value: &V) -> rusqlite::types::Value {
    match value {
        V::Null => rusqlite::types::Value::Null,
        V::Text(text) => rusqlite::types::Value::Text(text.clone()),
        V::Number(number) => rusqlite::types::Value::Real(*number),
        V::Boolean(value) => rusqlite::types::Value::Integer(i64::from(*value)),
    }
}

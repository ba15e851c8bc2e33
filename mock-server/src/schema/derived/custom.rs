//! `CustomObject`, `CustomField`, `RecordType`, `GlobalValueSet`: what the org's admins have made.

use super::{Row, Sink, durable_id, split_name};
use crate::schema::{CustomField, CustomType, Schema, metadata};

pub(super) fn objects(schema: &Schema, sink: &mut Sink<'_>) {
    for object in &schema.definition().objects {
        let (namespace, name) = split_name(&object.name);
        sink(
            dated(Row::with_id(object.id), schema)
                .text("DeveloperName", name)
                .maybe("NamespacePrefix", namespace)
                .maybe("Description", object.description.clone())
                .text("Language", "en_US")
                .text("ManageableState", state(namespace))
                .text("SharingModel", format!("{:?}", object.sharing_model))
                .text("FullName", &*object.name)
                .text("Metadata", metadata::object(schema, object)),
        );
    }
}

pub(super) fn fields(schema: &Schema, sink: &mut Sink<'_>) {
    for field in &schema.definition().fields {
        let Some(object) = schema.data_object(&field.object) else { continue };
        let (namespace, name) = split_name(&field.name);
        let entity = durable_id(schema, object);
        let numeric = matches!(field.kind, CustomType::Number | CustomType::Currency | CustomType::Percent);
        let made = object.field(&field.name);
        let row = dated(Row::with_id(field.id), schema)
            .text("DeveloperName", name)
            .maybe("NamespacePrefix", namespace)
            .text("TableEnumOrId", &*entity)
            .text("EntityDefinitionId", &*entity)
            .text("ManageableState", state(namespace))
            .maybe("Description", field.description.clone())
            .maybe("InlineHelpText", field.inline_help_text.clone())
            .maybe("RelationshipLabel", field.relationship_label.clone())
            .text("FullName", full_name(object, field))
            .text("Metadata", metadata::field(schema, field));
        sink(match made {
            Some(made) if numeric => row.number("Precision", made.precision).number("Scale", made.scale),
            Some(made) if made.length > 0 && made.reference_to.is_empty() => row.number("Length", made.length),
            _ => row,
        });
    }
}

fn full_name(object: &catalogue::Object, field: &CustomField) -> String {
    format!("{}.{}", object.name, field.name)
}

pub(super) fn record_types(schema: &Schema, sink: &mut Sink<'_>) {
    for record_type in &schema.definition().record_types {
        let Some(object) = schema.data_object(&record_type.object) else { continue };
        let (namespace, name) = split_developer_name(&record_type.name);
        sink(
            dated(Row::with_id(record_type.id), schema)
                .text("Name", record_type.label())
                .text("DeveloperName", name)
                .maybe("NamespacePrefix", namespace)
                .maybe("Description", record_type.description.clone())
                .text("SobjectType", &*object.name)
                .text("EntityDefinitionId", durable_id(schema, object))
                .flag("IsActive", record_type.active)
                .text("ManageableState", state(namespace))
                .text("FullName", format!("{}.{}", object.name, record_type.name))
                .text("Metadata", metadata::record_type(record_type)),
        );
    }
}

pub(super) fn global_value_sets(schema: &Schema, sink: &mut Sink<'_>) {
    for set in &schema.definition().global_value_sets {
        sink(
            dated(Row::with_id(set.id), schema)
                .text("MasterLabel", set.label.clone().unwrap_or_else(|| set.name.replace('_', " ")))
                .maybe("Description", set.description.clone())
                .text("FullName", &*set.name)
                .flag("Sorted", false)
                .text("Metadata", metadata::value_set(set)),
        );
    }
}

/// GUESS: what an unlocked package with a namespace brought is `installedEditable` in lists, and tells it here as well.
fn state(namespace: Option<&str>) -> &'static str {
    if namespace.is_some() { "installed" } else { "unmanaged" }
}

/// The namespace before a name without suffix, and the name: (`ns`, `Partner`) of `ns__Partner`.
fn split_developer_name(name: &str) -> (Option<&str>, &str) {
    name.split_once("__").map_or((None, name), |(namespace, name)| (Some(namespace), name))
}

/// GUESS: parts of the schema keep no dates of their own; the schema's is shown.
fn dated(row: Row, schema: &Schema) -> Row {
    let at = schema.modified().whole_second().0;
    row.number("CreatedDate", at).number("LastModifiedDate", at).number("SystemModstamp", at)
}

//! `RelationshipInfo` and `RelationshipDomain`: who points at whom.

use catalogue::Object;

use super::{Row, Sink, durable_id};
use crate::schema::Schema;

/// One row a child list of an object: its parent's view.
pub(super) fn domains(schema: &Schema, sink: &mut Sink<'_>) {
    let mut number = 0;
    for parent in schema.data_objects() {
        for child in schema.children(parent) {
            let Some(object) = schema.data_object(&child.child) else { continue };
            number += 1;
            let info = info_id(schema, object, &child.field);
            sink(
                Row::numbered("0Jv", number)
                    .text("DurableId", format!("{info}.{}", parent.name))
                    .text("ChildSobjectId", durable_id(schema, object))
                    .text("ChildSobject", &*child.child)
                    .text("Field", &*child.field)
                    .text("FieldId", info.clone())
                    .text("ParentSobjectId", durable_id(schema, parent))
                    .text("ParentSobject", &*parent.name)
                    .text("RelationshipInfoId", info)
                    .maybe("RelationshipName", child.name.as_deref())
                    .flag("IsCascadeDelete", child.cascade_delete)
                    .flag("IsRestrictedDelete", child.restricted_delete)
                    .flag("IsDeprecatedAndHidden", false),
            );
        }
    }
}

/// One row a reference field.
pub(super) fn infos(schema: &Schema, sink: &mut Sink<'_>) {
    let mut number = 0;
    for object in schema.data_objects() {
        for field in object.fields.iter().filter(|field| field.kind == catalogue::FieldType::Reference) {
            number += 1;
            let constraint = schema.custom_field(&object.name, &field.name).and_then(crate::schema::CustomField::delete_constraint);
            let info = info_id(schema, object, &field.name);
            sink(
                Row::numbered("0Ju", number)
                    .text("DurableId", info.clone())
                    .text("ChildSobjectId", durable_id(schema, object))
                    .text("ChildSobject", &*object.name)
                    .text("FieldId", info)
                    .text("Field", &*field.name)
                    .flag("IsCascadeDelete", constraint == Some(crate::schema::DeleteConstraint::Cascade))
                    .flag("IsRestrictedDelete", constraint == Some(crate::schema::DeleteConstraint::Restrict))
                    .flag("IsDeprecatedAndHidden", false),
            );
        }
    }
}

fn info_id(schema: &Schema, object: &Object, field: &str) -> String {
    format!("{}.{}", durable_id(schema, object), field.strip_suffix("Id").unwrap_or(field))
}

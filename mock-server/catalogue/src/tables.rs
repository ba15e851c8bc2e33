//! The generated tables, and the functions their rows are written with: short rows keep the build quick.

use std::borrow::Cow;

use crate::{
    Api, ChildRelationship, DefaultValue, Feature, Field, FieldFlags, FieldType, Fields, Object, ObjectFlags, PicklistValue, RecordTypeInfo, SeedRow,
    SeedValue, Target, Text,
};

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

const fn text(text: Option<&'static str>) -> Option<Text> {
    match text {
        Some(text) => Some(Cow::Borrowed(text)),
        None => None,
    }
}

const fn bit(bits: u32, at: u32) -> bool {
    bits >> at & 1 == 1
}

#[expect(clippy::too_many_arguments, reason = "one row of a generated table")]
const fn object(
    (name, label, label_plural): (&'static str, &'static str, &'static str),
    key_prefix: Option<&'static str>,
    name_field: Option<&'static str>,
    api: Api,
    feature: Option<Feature>,
    flags: u32,
    fields: &'static [Field],
    children: &'static [ChildRelationship],
    record_types: &'static [RecordTypeInfo],
    seed: &'static [SeedRow],
) -> Object {
    Object {
        name: Cow::Borrowed(name),
        label: Cow::Borrowed(label),
        label_plural: Cow::Borrowed(label_plural),
        key_prefix: text(key_prefix),
        custom: false,
        api,
        feature,
        flags: object_flags(flags),
        name_field: text(name_field),
        fields: Fields::fixed(fields),
        children: Cow::Borrowed(children),
        record_types: Cow::Borrowed(record_types),
        seed: Cow::Borrowed(seed),
    }
}

const fn object_flags(bits: u32) -> ObjectFlags {
    ObjectFlags {
        queryable: bit(bits, 0),
        createable: bit(bits, 1),
        updateable: bit(bits, 2),
        deletable: bit(bits, 3),
        undeletable: bit(bits, 4),
        searchable: bit(bits, 5),
        triggerable: bit(bits, 6),
        feed_enabled: bit(bits, 7),
        mergeable: bit(bits, 8),
        replicateable: bit(bits, 9),
        retrieveable: bit(bits, 10),
        layoutable: bit(bits, 11),
    }
}

/// A field that points nowhere, lists nothing and is part of nothing.
const fn plain(names: (&'static str, &'static str), kind: FieldType, sizes: (u32, u8, u8, u8), flags: u32) -> Field {
    field(names, kind, sizes, flags, (&[], None), None, None, &[])
}

#[expect(clippy::too_many_arguments, reason = "one row of a generated table")]
const fn field(
    (name, label): (&'static str, &'static str),
    kind: FieldType,
    (length, precision, scale, digits): (u32, u8, u8, u8),
    flags: u32,
    (reference_to, relationship_name): (&'static [Text], Option<&'static str>),
    compound: Option<&'static str>,
    default_value: Option<&'static str>,
    picklist: &'static [PicklistValue],
) -> Field {
    Field {
        name: Cow::Borrowed(name),
        label: Cow::Borrowed(label),
        kind,
        length,
        precision,
        scale,
        digits,
        flags: field_flags(flags),
        reference_to: Cow::Borrowed(reference_to),
        relationship_name: text(relationship_name),
        compound: text(compound),
        default_value: match (kind, default_value) {
            (FieldType::Boolean, _) => Some(DefaultValue::Boolean(false)),
            (_, Some(value)) => Some(DefaultValue::Text(Cow::Borrowed(value))),
            (_, None) => None,
        },
        picklist: Cow::Borrowed(picklist),
    }
}

const fn field_flags(bits: u32) -> FieldFlags {
    FieldFlags {
        nillable: bit(bits, 0),
        createable: bit(bits, 1),
        updateable: bit(bits, 2),
        filterable: bit(bits, 3),
        sortable: bit(bits, 4),
        groupable: bit(bits, 5),
        defaulted_on_create: bit(bits, 6),
        unique: bit(bits, 7),
        external_id: bit(bits, 8),
        id_lookup: bit(bits, 9),
        calculated: bit(bits, 10),
        auto_number: bit(bits, 11),
        name_field: bit(bits, 12),
        case_sensitive: bit(bits, 13),
        restricted_picklist: bit(bits, 14),
        polymorphic: bit(bits, 15),
        custom: false,
    }
}

const fn value(value: &'static str, label: &'static str, default: bool) -> PicklistValue {
    PicklistValue { value: Cow::Borrowed(value), label: Cow::Borrowed(label), default, active: true }
}

const fn child(
    child: &'static str,
    field: &'static str,
    name: Option<&'static str>,
    cascade_delete: bool,
    restricted_delete: bool,
) -> ChildRelationship {
    ChildRelationship { child: Cow::Borrowed(child), field: Cow::Borrowed(field), name: text(name), cascade_delete, restricted_delete }
}

const fn record_type(
    (id, name, developer_name): (&'static str, &'static str, &'static str),
    active: bool,
    available: bool,
    default_mapping: bool,
    master: bool,
) -> RecordTypeInfo {
    RecordTypeInfo {
        id: Cow::Borrowed(id),
        name: Cow::Borrowed(name),
        developer_name: Cow::Borrowed(developer_name),
        active,
        available,
        default_mapping,
        master,
    }
}

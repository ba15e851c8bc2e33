//! What a custom object is before it has custom fields: its flags and the fields Salesforce gives it.

use std::borrow::Cow;

use catalogue::{Api, Field, FieldFlags, FieldType, Fields, Object, ObjectFlags, RecordTypeInfo};

use super::custom::{CustomObject, CustomSettingsType, ObjectKind};
use super::custom_field::{CustomField, CustomType};
use super::error::SchemaError;
use super::owned;

const MASTER_RECORD_TYPE: RecordTypeInfo = RecordTypeInfo {
    id: Cow::Borrowed("012000000000000AAA"),
    name: Cow::Borrowed("Master"),
    developer_name: Cow::Borrowed("Master"),
    active: true,
    available: true,
    default_mapping: true,
    master: true,
};

pub(super) fn object(definition: &CustomObject) -> Object {
    let kind = definition.kind();
    let plain = kind == ObjectKind::Record;
    Object {
        name: owned(&definition.name),
        label: owned(&definition.label),
        label_plural: Cow::Owned(definition.label_plural.clone().unwrap_or_else(|| format!("{}s", definition.label))),
        key_prefix: definition.key_prefix.clone().map(Cow::Owned),
        custom: true,
        api: Api::Data,
        feature: None,
        flags: flags(definition, kind),
        name_field: Some(Cow::Borrowed(if kind == ObjectKind::MetadataType { "DeveloperName" } else { "Name" })),
        fields: Fields::from(match kind {
            ObjectKind::Record => record_fields(definition),
            ObjectKind::Setting(kind) => setting_fields(kind),
            ObjectKind::MetadataType => metadata_type_fields(),
        }),
        children: Cow::Borrowed(&[]),
        record_types: if plain { Cow::Owned(vec![MASTER_RECORD_TYPE]) } else { Cow::Borrowed(&[]) },
        seed: Cow::Borrowed(&[]),
    }
}

fn flags(definition: &CustomObject, kind: ObjectKind) -> ObjectFlags {
    let plain = kind == ObjectKind::Record;
    // Records of metadata types are deployed, not written through the data API.
    let written = kind != ObjectKind::MetadataType;
    ObjectFlags {
        queryable: true,
        createable: written,
        updateable: written,
        deletable: written,
        undeletable: plain,
        searchable: plain && definition.enable_search != Some(false),
        triggerable: plain,
        feed_enabled: definition.enable_feeds,
        mergeable: false,
        replicateable: written,
        retrieveable: true,
        layoutable: plain,
    }
}

/// Refuses what settings and metadata types cannot hold.
pub(super) fn check_setting_field(field: &CustomField) -> Result<(), SchemaError> {
    use CustomType::*;
    let refused = [AutoNumber, EncryptedText, Html, Location, Lookup, MasterDetail, MultiselectPicklist, Time];
    if refused.contains(&field.kind) { Err(SchemaError::NotInSetting { kind: field.kind.name() }) } else { Ok(()) }
}

/// The fields every custom object has, in describe order.
fn record_fields(object: &CustomObject) -> Vec<Field> {
    // A queue may own a record, so an owner is a group or a user, as the owner of a case is.
    let mut owner = user("OwnerId", "Owner ID", "Owner");
    owner.reference_to = Cow::Borrowed(&[Cow::Borrowed("Group"), Cow::Borrowed("User")]);
    owner.flags = FieldFlags { createable: true, updateable: true, polymorphic: true, ..owner.flags };
    let mut fields = vec![id(), owner, system_field("IsDeleted", "Deleted", FieldType::Boolean), name_field(object)];
    fields.extend(audit_fields());
    for (name, label) in [("LastViewedDate", "Last Viewed Date"), ("LastReferencedDate", "Last Referenced Date")] {
        fields.push(nillable(system_field(name, label, FieldType::Datetime)));
    }
    if object.enable_activities {
        fields.push(nillable(system_field("LastActivityDate", "Last Activity Date", FieldType::Date)));
    }
    fields
}

/// A custom setting belongs to the org, a profile or a user, each of which has one; those of a list are told apart by name.
fn setting_fields(kind: CustomSettingsType) -> Vec<Field> {
    let hierarchy = kind == CustomSettingsType::Hierarchy;
    let mut owner = system_field("SetupOwnerId", "Location", FieldType::Reference);
    owner.reference_to = Cow::Borrowed(&[Cow::Borrowed("Organization"), Cow::Borrowed("Profile"), Cow::Borrowed("User")]);
    owner.relationship_name = Some(Cow::Borrowed("SetupOwner"));
    owner.flags = FieldFlags { createable: true, updateable: true, polymorphic: true, unique: hierarchy, ..owner.flags };
    let mut name = text("Name", "Name", 38);
    name.flags =
        FieldFlags { unique: !hierarchy, nillable: true, createable: true, updateable: true, name_field: true, id_lookup: true, ..name.flags };
    let mut fields = vec![id(), system_field("IsDeleted", "Deleted", FieldType::Boolean), name, owner];
    fields.extend(audit_fields());
    fields
}

fn metadata_type_fields() -> Vec<Field> {
    let mut developer_name = text("DeveloperName", "Custom Metadata Record Name", 40);
    developer_name.flags.name_field = true;
    let labels = [("MasterLabel", "Label", 40), ("Language", "Master Language", 40), ("NamespacePrefix", "Namespace Prefix", 15)];
    let mut fields = vec![id(), developer_name];
    fields.extend(labels.map(|(name, label, length)| text(name, label, length)));
    fields.extend([("Label", "Label", 40), ("QualifiedApiName", "Qualified API Name", 70)].map(|(name, label, length)| text(name, label, length)));
    fields.push(system_field("SystemModstamp", "System Modstamp", FieldType::Datetime));
    fields
}

pub(super) fn audit_fields() -> Vec<Field> {
    vec![
        system_field("CreatedDate", "Created Date", FieldType::Datetime),
        user("CreatedById", "Created By ID", "CreatedBy"),
        system_field("LastModifiedDate", "Last Modified Date", FieldType::Datetime),
        user("LastModifiedById", "Last Modified By ID", "LastModifiedBy"),
        system_field("SystemModstamp", "System Modstamp", FieldType::Datetime),
    ]
}

pub(super) fn id() -> Field {
    let mut id = system_field("Id", "Record ID", FieldType::Id);
    id.flags.id_lookup = true;
    id
}

pub(super) fn user(name: &'static str, label: &'static str, relationship: &'static str) -> Field {
    Field {
        reference_to: Cow::Borrowed(&[Cow::Borrowed("User")]),
        relationship_name: Some(Cow::Borrowed(relationship)),
        ..system_field(name, label, FieldType::Reference)
    }
}

fn text(name: &'static str, label: &'static str, length: u32) -> Field {
    let mut field = nillable(system_field(name, label, FieldType::String));
    field.length = length;
    field
}

pub(super) fn nillable(mut field: Field) -> Field {
    (field.flags.nillable, field.flags.defaulted_on_create) = (true, false);
    field
}

pub(super) fn system_field(name: &'static str, label: &'static str, kind: FieldType) -> Field {
    Field {
        name: Cow::Borrowed(name),
        label: Cow::Borrowed(label),
        kind,
        length: if matches!(kind, FieldType::Id | FieldType::Reference) { 18 } else { 0 },
        precision: 0,
        scale: 0,
        digits: 0,
        flags: FieldFlags {
            filterable: true,
            sortable: true,
            groupable: kind != FieldType::Datetime,
            defaulted_on_create: true,
            ..FieldFlags::default()
        },
        reference_to: Cow::Borrowed(&[]),
        relationship_name: None,
        compound: None,
        default_value: (kind == FieldType::Boolean).then_some(catalogue::DefaultValue::Boolean(false)),
        picklist: Cow::Borrowed(&[]),
    }
}

/// `Name`: text a user writes (Salesforce fills in the id when it is left out), or an auto number.
fn name_field(object: &CustomObject) -> Field {
    let number = object.name_field.display_format.is_some();
    let label = object.name_field.label.clone().unwrap_or_else(|| format!("{} Name", object.label));
    let mut field = system_field("Name", "", FieldType::String);
    field.label = Cow::Owned(label);
    field.length = 80;
    field.flags = FieldFlags {
        nillable: !number,
        createable: !number,
        updateable: !number,
        groupable: !number,
        auto_number: number,
        name_field: true,
        id_lookup: true,
        ..field.flags
    };
    field
}

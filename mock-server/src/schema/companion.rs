//! The objects that come with a custom object: `X__Share`, `X__History`, `X__Feed`; and the child lists every custom object has.

use std::borrow::Cow;

use catalogue::{Api, ChildRelationship, Field, FieldType, Fields, Object, ObjectFlags, PicklistValue};

use super::custom::{CustomObject, ObjectKind, SharingModel};
use super::shape::{audit_fields, id, nillable, system_field, user};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Companion {
    Share,
    History,
    Feed,
}

impl Companion {
    fn suffix(self) -> &'static str {
        match self {
            Self::Share => "Share",
            Self::History => "History",
            Self::Feed => "Feed",
        }
    }
}

/// `Invoice__c` → `Invoice__Share`
fn name(parent: &str, kind: Companion) -> String {
    format!("{}__{}", parent.trim_end_matches("__c"), kind.suffix())
}

pub(super) fn object(kind: Companion, parent: &Object) -> Object {
    let label = match kind {
        Companion::Share => format!("Share: {}", parent.label),
        Companion::History => format!("History: {}", parent.label),
        Companion::Feed => format!("{} Feed", parent.label),
    };
    let written = kind == Companion::Share;
    Object {
        name: Cow::Owned(name(&parent.name, kind)),
        label_plural: Cow::Owned(label.clone()),
        label: Cow::Owned(label),
        key_prefix: None,
        custom: true,
        api: Api::Data,
        feature: None,
        flags: ObjectFlags {
            queryable: true,
            createable: written,
            updateable: written,
            deletable: kind != Companion::History,
            retrieveable: true,
            replicateable: kind == Companion::History,
            ..ObjectFlags::default()
        },
        name_field: None,
        fields: Fields::from(match kind {
            Companion::Share => share_fields(parent),
            Companion::History => history_fields(parent),
            Companion::Feed => feed_fields(parent),
        }),
        children: Cow::Borrowed(&[]),
        record_types: Cow::Borrowed(&[]),
        seed: Cow::Borrowed(&[]),
    }
}

fn parent_id(parent: &Object) -> Field {
    Field {
        reference_to: Cow::Owned(vec![parent.name.clone()]),
        relationship_name: Some(Cow::Borrowed("Parent")),
        ..system_field("ParentId", "Parent ID", FieldType::Reference)
    }
}

fn share_fields(parent: &Object) -> Vec<Field> {
    let mut parent = parent_id(parent);
    let mut level = picklist("AccessLevel", "Access Level", &["Read", "Edit", "All"]);
    let mut who = system_field("UserOrGroupId", "User/Group ID", FieldType::Reference);
    who.reference_to = Cow::Borrowed(&[Cow::Borrowed("Group"), Cow::Borrowed("User")]);
    who.relationship_name = Some(Cow::Borrowed("UserOrGroup"));
    who.flags.polymorphic = true;
    let mut cause = picklist("RowCause", "Row Cause", &["Owner", "Manual", "Rule", "Team", "Territory"]);
    for field in [&mut parent, &mut level, &mut who] {
        (field.flags.createable, field.flags.defaulted_on_create) = (true, false);
    }
    level.flags.updateable = true;
    cause.flags.createable = true;
    vec![
        id(),
        parent,
        level,
        who,
        cause,
        system_field("LastModifiedDate", "Last Modified Date", FieldType::Datetime),
        user("LastModifiedById", "Last Modified By ID", "LastModifiedBy"),
        system_field("IsDeleted", "Deleted", FieldType::Boolean),
    ]
}

fn history_fields(parent: &Object) -> Vec<Field> {
    let value = |name, label| {
        let mut field = nillable(system_field(name, label, FieldType::AnyType));
        (field.length, field.flags.filterable, field.flags.sortable, field.flags.groupable) = (255, false, false, false);
        field
    };
    vec![
        id(),
        system_field("IsDeleted", "Deleted", FieldType::Boolean),
        parent_id(parent),
        user("CreatedById", "Created By ID", "CreatedBy"),
        system_field("CreatedDate", "Created Date", FieldType::Datetime),
        picklist("Field", "Changed Field", &["created", "feedEvent", "individualMerged", "locked", "Name", "Owner", "unlocked"]),
        picklist("DataType", "Datatype", &["AnyType", "Boolean", "Date", "DateOnly", "DateTime", "Double", "EntityId", "Text"]),
        value("OldValue", "Old Value"),
        value("NewValue", "New Value"),
    ]
}

fn feed_fields(parent: &Object) -> Vec<Field> {
    let mut fields = vec![
        id(),
        parent_id(parent),
        picklist("Type", "Feed Item Type", &["TrackedChange", "UserStatus", "TextPost", "LinkPost", "ContentPost", "PollPost", "CreateRecordEvent"]),
        system_field("IsDeleted", "Deleted", FieldType::Boolean),
    ];
    fields.extend(audit_fields());
    for (name, label) in [("CommentCount", "Comment Count"), ("LikeCount", "Like Count")] {
        fields.push(Field { digits: 9, ..system_field(name, label, FieldType::Int) });
    }
    for (name, label, length) in [("Title", "Title", 255), ("Body", "Body", 10_000), ("LinkUrl", "Link Url", 1_000)] {
        let kind = if name == "Title" { FieldType::String } else { FieldType::Textarea };
        fields.push(Field { length, ..nillable(system_field(name, label, kind)) });
    }
    fields
}

fn picklist(name: &'static str, label: &'static str, values: &[&'static str]) -> Field {
    let value = |value: &&'static str| PicklistValue { value: Cow::Borrowed(*value), label: Cow::Borrowed(*value), default: false, active: true };
    let mut field = nillable(system_field(name, label, FieldType::Picklist));
    (field.length, field.flags.restricted_picklist) = (40, true);
    field.picklist = values.iter().map(value).collect::<Vec<_>>().into();
    field
}

/// The child lists a custom object has without anybody defining them.
pub(super) fn lists(definition: &CustomObject, parent: &Object) -> Vec<ChildRelationship> {
    if definition.kind() != ObjectKind::Record {
        return Vec::new();
    }
    let list = |child: Cow<'static, str>, field: &'static str, name: Option<&'static str>, cascade_delete: bool| ChildRelationship {
        child,
        field: Cow::Borrowed(field),
        name: name.map(Cow::Borrowed),
        cascade_delete,
        restricted_delete: false,
    };
    let mut lists: Vec<_> = [
        ("AttachedContentDocument", "LinkedEntityId", Some("AttachedContentDocuments"), false),
        ("Attachment", "ParentId", Some("Attachments"), true),
        ("CombinedAttachment", "ParentId", Some("CombinedAttachments"), false),
        ("ContentDocumentLink", "LinkedEntityId", Some("ContentDocumentLinks"), true),
        ("ContentVersion", "FirstPublishLocationId", None, false),
        ("DuplicateRecordItem", "RecordId", Some("DuplicateRecordItems"), true),
        ("EmailMessage", "RelatedToId", Some("Emails"), false),
        ("FlowRecordRelation", "RelatedRecordId", None, true),
        ("Note", "ParentId", Some("Notes"), true),
        ("NoteAndAttachment", "ParentId", Some("NotesAndAttachments"), true),
        ("ProcessInstance", "TargetObjectId", Some("ProcessInstances"), true),
        ("ProcessInstanceHistory", "TargetObjectId", Some("ProcessSteps"), false),
        ("RecordAction", "RecordId", Some("RecordActions"), true),
        ("TopicAssignment", "EntityId", Some("TopicAssignments"), true),
    ]
    .into_iter()
    .map(|(child, field, name, cascade)| list(Cow::Borrowed(child), field, name, cascade))
    .collect();
    if definition.enable_activities {
        let activities = [
            ("ActivityHistory", "WhatId", "ActivityHistories"),
            ("Event", "WhatId", "Events"),
            ("OpenActivity", "WhatId", "OpenActivities"),
            ("Task", "WhatId", "Tasks"),
        ];
        lists.extend(activities.map(|(child, field, name)| list(Cow::Borrowed(child), field, Some(name), true)));
    }
    let shared = parent.field("OwnerId").is_some() && matches!(definition.sharing_model, SharingModel::Private | SharingModel::Read);
    let companions = [
        (shared, Companion::Share, "Shares"),
        (definition.enable_history, Companion::History, "Histories"),
        (definition.enable_feeds, Companion::Feed, "Feeds"),
    ];
    for (has, kind, list_name) in companions {
        if has {
            lists.push(list(Cow::Owned(name(&definition.name, kind)), "ParentId", Some(list_name), true));
        }
    }
    lists
}

/// What an object keeps about another: (`Invoice__c`, `Share`) for `Invoice__Share`.
pub fn companion_of(object: &Object) -> Option<(String, &'static str)> {
    if object.key_prefix.is_some() {
        return None;
    }
    let kinds = [Companion::Share, Companion::History, Companion::Feed].map(Companion::suffix);
    let kind = kinds.into_iter().find(|kind| object.name.ends_with(kind))?;
    let parent = object.name.strip_suffix(kind)?;
    if object.custom {
        return parent.strip_suffix("__").map(|stem| (format!("{stem}__c"), kind));
    }
    catalogue::object(parent).map(|known| (known.name.to_string(), kind))
}

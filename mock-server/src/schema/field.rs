//! From the definition of a custom field to the field describe shows.

use std::borrow::Cow;

use catalogue::{DefaultValue, Field, FieldFlags, FieldType, PicklistValue, Text};
use serde_json::Value;

use super::custom::{CustomField, CustomObject, CustomType, PicklistEntry};
use super::define::check_label;
use super::error::SchemaError;
use super::owned;

/// Refuses members the type does not have, and values outside its limits.
pub(super) fn check(field: &CustomField) -> Result<(), SchemaError> {
    check_members(field)?;
    check_label(&label(field), 40)?;
    check_ranges(field)?;
    check_default(field)
}

fn check_members(field: &CustomField) -> Result<(), SchemaError> {
    use CustomType::*;
    const PICKLISTS: &[CustomType] = &[Picklist, MultiselectPicklist];
    const RELATIONSHIPS: &[CustomType] = &[Lookup, MasterDetail];
    let kind = field.kind;
    let misfits: [(&'static str, bool, &[CustomType]); 12] = [
        ("length", field.length.is_some(), &[Text, LongTextArea, Html, EncryptedText]),
        ("precision", field.precision.is_some(), &[Number, Currency, Percent]),
        ("scale", field.scale.is_some(), &[Number, Currency, Percent, Location]),
        ("unique", field.unique, &[Text, Number, Email]),
        ("case_sensitive", field.case_sensitive, &[Text]),
        ("external_id", field.external_id, &[Text, Number, Email, AutoNumber]),
        ("values", !field.values.is_empty(), PICKLISTS),
        ("restricted", field.restricted, PICKLISTS),
        ("reference_to", field.reference_to.is_some(), RELATIONSHIPS),
        ("relationship_name", field.relationship_name.is_some(), RELATIONSHIPS),
        ("delete_constraint", field.delete_constraint.is_some(), &[Lookup]),
        ("display_format", field.display_format.is_some() || field.starting_number.is_some(), &[AutoNumber]),
    ];
    if let Some((member, ..)) = misfits.iter().find(|(_, given, kinds)| *given && !kinds.contains(&kind)) {
        return Err(SchemaError::NotForType { member, kind: kind.name() });
    }
    if field.required && matches!(kind, Checkbox | AutoNumber | LongTextArea | Html) {
        return Err(SchemaError::NotForType { member: "required", kind: kind.name() });
    }
    let missing = [
        ("values", PICKLISTS.contains(&kind) && field.values.is_empty()),
        ("reference_to", RELATIONSHIPS.contains(&kind) && field.reference_to.is_none()),
    ];
    match missing.iter().find(|(_, missing)| *missing) {
        Some((member, _)) => Err(SchemaError::Missing { member, kind: kind.name() }),
        None => Ok(()),
    }
}

fn check_ranges(field: &CustomField) -> Result<(), SchemaError> {
    let within = |member, fits: bool, expected| if fits { Ok(()) } else { Err(SchemaError::OutOfRange { member, expected }) };
    if let Some(length) = field.length {
        match field.kind {
            CustomType::Text => within("length", (1..=255).contains(&length), "1 to 255")?,
            CustomType::EncryptedText => within("length", (1..=175).contains(&length), "1 to 175")?,
            _ => within("length", (256..=131_072).contains(&length), "256 to 131072")?,
        }
    }
    let (precision, scale) = digits(field);
    within("precision", (1..=18).contains(&precision), "1 to 18")?;
    within("scale", scale <= precision && scale <= 17, "0 to 17, and not above precision")?;
    let relationship = field.relationship_name.as_deref();
    let word = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    within(
        "relationship_name",
        relationship.is_none_or(|name| word(name) && name.len() <= 40),
        "letters, digits and underscores, a letter first, at most 40",
    )?;
    let formatted = field.display_format.as_deref().is_none_or(|format| numbers(format) && format.len() <= 30);
    within("display_format", formatted, "text with the number's place in braces, such as `A-{0000}`, at most 30 characters")?;
    let mut values: Vec<&str> = field.values.iter().map(PicklistEntry::value).collect();
    let all = values.len();
    values.sort_unstable();
    values.dedup();
    within(
        "values",
        values.len() == all && values.iter().all(|value| (1..=255).contains(&value.chars().count())),
        "different texts of 1 to 255 characters",
    )
}

/// Whether an auto-number format has a place for the number: `{0}` to `{0000000000}`.
fn numbers(format: &str) -> bool {
    let Some((_, rest)) = format.split_once('{') else { return false };
    rest.split_once('}').is_some_and(|(zeros, _)| (1..=10).contains(&zeros.len()) && zeros.bytes().all(|byte| byte == b'0'))
}

fn check_default(field: &CustomField) -> Result<(), SchemaError> {
    use CustomType::*;
    let expected = match (field.kind, &field.default_value) {
        (_, None) | (Checkbox, Some(Value::Bool(_))) | (Number | Currency | Percent, Some(Value::Number(_))) => return Ok(()),
        (Text | TextArea | Email | Phone | Url, Some(Value::String(_))) => return Ok(()),
        (Checkbox, _) => "true or false",
        (Number | Currency | Percent, _) => "a number",
        (Text | TextArea | Email | Phone | Url, _) => "text",
        _ => return Err(SchemaError::NotForType { member: "default_value", kind: field.kind.name() }),
    };
    Err(SchemaError::OutOfRange { member: "default_value", expected })
}

/// The fields a definition makes: one, or a location and its two parts.
pub(super) fn fields(definition: &CustomField, parent: Option<&str>) -> Vec<Field> {
    let field = field(definition, parent);
    if definition.kind != CustomType::Location {
        return vec![field];
    }
    let part = |half: &str| Field {
        name: Cow::Owned(format!("{}__{half}__s", definition.name.trim_end_matches("__c"))),
        label: Cow::Owned(format!("{} ({half})", label(definition))),
        kind: FieldType::Double,
        precision: 18,
        scale: definition.scale.unwrap_or(5),
        flags: flags(definition, FieldType::Double),
        compound: Some(owned(&definition.name)),
        ..field.clone()
    };
    let parts = [part("Latitude"), part("Longitude")];
    let whole = Field { flags: FieldFlags { createable: false, updateable: false, ..field.flags }, ..field };
    parts.into_iter().chain([whole]).collect()
}

fn field(definition: &CustomField, parent: Option<&str>) -> Field {
    let kind = kind(definition.kind);
    let (precision, scale) = if matches!(kind, FieldType::Double | FieldType::Currency | FieldType::Percent) { digits(definition) } else { (0, 0) };
    Field {
        name: owned(&definition.name),
        label: Cow::Owned(label(definition)),
        kind,
        length: length(definition),
        precision,
        scale,
        digits: 0,
        flags: flags(definition, kind),
        reference_to: parent.map(owned).into_iter().collect::<Vec<Text>>().into(),
        relationship_name: parent.map(|_| Cow::Owned(definition.name.trim_end_matches("__c").to_owned() + "__r")),
        compound: None,
        default_value: default_value(definition),
        picklist: definition.values.iter().map(PicklistEntry::picklist_value).collect::<Vec<_>>().into(),
    }
}

fn label(definition: &CustomField) -> String {
    definition.label.clone().unwrap_or_else(|| definition.name.trim_end_matches("__c").replace('_', " "))
}

fn digits(definition: &CustomField) -> (u8, u8) {
    let scale = if definition.kind == CustomType::Currency { 2 } else { 0 };
    (definition.precision.unwrap_or(18), definition.scale.unwrap_or(scale))
}

fn kind(kind: CustomType) -> FieldType {
    match kind {
        CustomType::AutoNumber | CustomType::Text => FieldType::String,
        CustomType::Checkbox => FieldType::Boolean,
        CustomType::Currency => FieldType::Currency,
        CustomType::Date => FieldType::Date,
        CustomType::DateTime => FieldType::Datetime,
        CustomType::Email => FieldType::Email,
        CustomType::EncryptedText => FieldType::Encryptedstring,
        CustomType::Html | CustomType::LongTextArea | CustomType::TextArea => FieldType::Textarea,
        CustomType::Location => FieldType::Location,
        CustomType::Lookup | CustomType::MasterDetail => FieldType::Reference,
        CustomType::MultiselectPicklist => FieldType::Multipicklist,
        CustomType::Number => FieldType::Double,
        CustomType::Percent => FieldType::Percent,
        CustomType::Phone => FieldType::Phone,
        CustomType::Picklist => FieldType::Picklist,
        CustomType::Time => FieldType::Time,
        CustomType::Url => FieldType::Url,
    }
}

fn length(definition: &CustomField) -> u32 {
    definition.length.unwrap_or(match definition.kind {
        CustomType::Text | CustomType::TextArea | CustomType::Url | CustomType::Picklist => 255,
        CustomType::AutoNumber => 30,
        CustomType::Email => 80,
        CustomType::EncryptedText => 175,
        CustomType::Html | CustomType::LongTextArea => 32_768,
        CustomType::Lookup | CustomType::MasterDetail => 18,
        CustomType::MultiselectPicklist => 4_099,
        CustomType::Phone => 40,
        _ => 0,
    })
}

fn flags(definition: &CustomField, kind: FieldType) -> FieldFlags {
    let (number, master) = (definition.kind == CustomType::AutoNumber, definition.kind == CustomType::MasterDetail);
    let long = matches!(definition.kind, CustomType::LongTextArea | CustomType::Html | CustomType::EncryptedText);
    let sortable = !long && !matches!(kind, FieldType::Multipicklist | FieldType::Location);
    let ungrouped = [FieldType::Double, FieldType::Currency, FieldType::Percent, FieldType::Datetime, FieldType::Time];
    FieldFlags {
        nillable: !(definition.required || number || master || kind == FieldType::Boolean),
        createable: !number,
        updateable: !(number || master),
        filterable: !long,
        sortable,
        groupable: sortable && !number && !ungrouped.contains(&kind),
        defaulted_on_create: number || kind == FieldType::Boolean,
        unique: definition.unique,
        external_id: definition.external_id,
        id_lookup: definition.external_id,
        auto_number: number,
        case_sensitive: definition.case_sensitive,
        restricted_picklist: definition.restricted,
        custom: true,
        ..FieldFlags::default()
    }
}

fn default_value(definition: &CustomField) -> Option<DefaultValue> {
    match &definition.default_value {
        Some(Value::Bool(flag)) => Some(DefaultValue::Boolean(*flag)),
        Some(Value::Number(number)) => number.as_f64().map(DefaultValue::Number),
        Some(Value::String(text)) => Some(DefaultValue::Text(owned(text))),
        _ if definition.kind == CustomType::Checkbox => Some(DefaultValue::Boolean(false)),
        _ => {
            let value = definition.values.iter().find(|entry| matches!(entry, PicklistEntry::Full { default: true, .. }))?;
            Some(DefaultValue::Text(owned(value.value())))
        }
    }
}

impl PicklistEntry {
    fn value(&self) -> &str {
        match self {
            Self::Value(value) | Self::Full { value, .. } => value,
        }
    }

    fn picklist_value(&self) -> PicklistValue {
        let (label, default) = match self {
            Self::Value(value) => (value, false),
            Self::Full { value, label, default } => (label.as_ref().unwrap_or(value), *default),
        };
        PicklistValue { value: owned(self.value()), label: owned(label), default, active: true }
    }
}

/// The fields every custom object has, in describe order.
pub(super) fn system_fields(object: &CustomObject) -> Vec<Field> {
    let user = |name: &'static str, label: &'static str, relationship: &'static str| Field {
        reference_to: Cow::Borrowed(&[Cow::Borrowed("User")]),
        relationship_name: Some(Cow::Borrowed(relationship)),
        ..system_field(name, label, FieldType::Reference)
    };
    let mut id = system_field("Id", "Record ID", FieldType::Id);
    id.flags.id_lookup = true;
    // GUESS: `Group` (queues) owns a custom record only once a queue supports the object, so `User` alone is listed.
    let mut owner = user("OwnerId", "Owner ID", "Owner");
    (owner.flags.createable, owner.flags.updateable) = (true, true);
    let mut fields = vec![
        id,
        owner,
        system_field("IsDeleted", "Deleted", FieldType::Boolean),
        name_field(object),
        system_field("CreatedDate", "Created Date", FieldType::Datetime),
        user("CreatedById", "Created By ID", "CreatedBy"),
        system_field("LastModifiedDate", "Last Modified Date", FieldType::Datetime),
        user("LastModifiedById", "Last Modified By ID", "LastModifiedBy"),
        system_field("SystemModstamp", "System Modstamp", FieldType::Datetime),
    ];
    for (name, label) in [("LastViewedDate", "Last Viewed Date"), ("LastReferencedDate", "Last Referenced Date")] {
        let mut field = system_field(name, label, FieldType::Datetime);
        (field.flags.nillable, field.flags.defaulted_on_create) = (true, false);
        fields.push(field);
    }
    fields
}

fn system_field(name: &'static str, label: &'static str, kind: FieldType) -> Field {
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
        default_value: (kind == FieldType::Boolean).then_some(DefaultValue::Boolean(false)),
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

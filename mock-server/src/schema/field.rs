//! From the definition of a custom field to the field describe shows.

use std::borrow::Cow;

use catalogue::{DefaultValue, Field, FieldFlags, FieldType, PicklistValue, Text};
use serde_json::Value;

use super::custom::GlobalValueSet;
use super::custom_field::{CustomField, CustomType, DeleteConstraint, PicklistEntry};
use super::definition::Definition;
use super::error::{Named, SchemaError};
use super::{names, owned, shape};

/// Refuses what cannot be made, members the type does not have, and values outside its limits.
pub(super) fn check(field: &CustomField, all: &Definition) -> Result<(), SchemaError> {
    use CustomType::*;
    if field.formula.is_some() {
        return Err(SchemaError::Formula);
    }
    if matches!(field.kind, Summary | ExternalLookup | IndirectLookup) {
        return Err(SchemaError::NotComputed(field.kind));
    }
    check_members(field)?;
    names::check_label(&field.label())?;
    check_ranges(field)?;
    check_values(&field.values)?;
    check_dependency(field, all)?;
    check_default(field)
}

/// Refuses a value set with a name or values that cannot be.
pub(super) fn check_value_set(set: &GlobalValueSet) -> Result<(), SchemaError> {
    names::check_developer_name(&set.name, Named::GlobalValueSet)?;
    if set.values.is_empty() {
        return Err(SchemaError::OutOfRange { member: "values", expected: "a list of at least one value" });
    }
    check_values(&set.values)
}

/// A dependent picklist names a picklist or checkbox of its own object, and only values there are.
fn check_dependency(field: &CustomField, all: &Definition) -> Result<(), SchemaError> {
    if let Some(name) = &field.value_set_name
        && all.global_value_set(name).is_none()
    {
        return Err(SchemaError::Unknown { what: Named::GlobalValueSet, name: name.clone() });
    }
    let Some(controlling) = &field.controlling_field else {
        let alone = field.value_settings.is_empty();
        return if alone { Ok(()) } else { Err(SchemaError::Missing { member: "controlling_field", kind: "dependent Picklist" }) };
    };
    let wrong = SchemaError::OutOfRange { member: "controlling_field", expected: "the name of a picklist or checkbox of the object" };
    let custom = all.field(&field.object, controlling).map(|own| matches!(own.kind, CustomType::Picklist | CustomType::Checkbox));
    let standard = || catalogue::object(&field.object)?.field(controlling).map(|own| matches!(own.kind, FieldType::Picklist | FieldType::Boolean));
    let is_itself = controlling.eq_ignore_ascii_case(&field.name);
    if is_itself || custom.or_else(standard) != Some(true) {
        return Err(wrong);
    }
    let known = entries(field, all);
    let unknown = field.value_settings.iter().any(|setting| !known.iter().any(|entry| entry.value() == setting.value_name));
    if unknown { Err(SchemaError::OutOfRange { member: "value_settings", expected: "settings of values that the picklist has" }) } else { Ok(()) }
}

fn check_members(field: &CustomField) -> Result<(), SchemaError> {
    use CustomType::*;
    const PICKLISTS: &[CustomType] = &[Picklist, MultiselectPicklist];
    const RELATIONSHIPS: &[CustomType] = &[Lookup, MasterDetail];
    let kind = field.kind;
    let misfits: [(&'static str, bool, &[CustomType]); 21] = [
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
        ("visible_lines", field.visible_lines.is_some(), &[LongTextArea, Html, MultiselectPicklist]),
        ("mask_char", field.mask_char.is_some(), &[EncryptedText]),
        ("mask_type", field.mask_type.is_some(), &[EncryptedText]),
        ("display_location_in_decimal", field.display_location_in_decimal, &[Location]),
        ("value_set_name", field.value_set_name.is_some(), PICKLISTS),
        ("controlling_field", field.controlling_field.is_some(), PICKLISTS),
        ("reparentable_master_detail", field.reparentable_master_detail, &[MasterDetail]),
        ("write_requires_master_read", field.write_requires_master_read, &[MasterDetail]),
        ("relationship_label", field.relationship_label.is_some(), RELATIONSHIPS),
    ];
    if let Some((member, ..)) = misfits.iter().find(|(_, given, kinds)| *given && !kinds.contains(&kind)) {
        return Err(SchemaError::NotForType { member, kind: kind.name() });
    }
    if field.required && matches!(kind, Checkbox | AutoNumber | LongTextArea | Html | MasterDetail) {
        return Err(SchemaError::NotForType { member: "required", kind: kind.name() });
    }
    let missing = [
        ("values", PICKLISTS.contains(&kind) && field.values.is_empty() && field.value_set_name.is_none()),
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
    let nulled = field.required && field.kind == CustomType::Lookup && field.delete_constraint == Some(DeleteConstraint::SetNull);
    within("delete_constraint", !nulled, "Restrict or Cascade for a required lookup")
}

fn check_values(entries: &[PicklistEntry]) -> Result<(), SchemaError> {
    let mut values: Vec<String> = entries.iter().map(|entry| entry.value().to_lowercase()).collect();
    values.sort_unstable();
    values.dedup();
    let fit = values.len() == entries.len() && entries.iter().all(|entry| (1..=255).contains(&entry.value().chars().count()));
    if fit { Ok(()) } else { Err(SchemaError::OutOfRange { member: "values", expected: "different texts of 1 to 255 characters" }) }
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
pub(super) fn fields(definition: &CustomField, parent: Option<&str>, all: &Definition) -> Vec<Field> {
    let field = field(definition, parent, all);
    if definition.kind != CustomType::Location {
        return vec![field];
    }
    let part = |half: &str| Field {
        name: Cow::Owned(format!("{}__{half}__s", definition.name.trim_end_matches("__c"))),
        label: Cow::Owned(format!("{} ({half})", definition.label())),
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

fn field(definition: &CustomField, parent: Option<&str>, all: &Definition) -> Field {
    let kind = kind(definition.kind);
    let (precision, scale) = if matches!(kind, FieldType::Double | FieldType::Currency | FieldType::Percent) { digits(definition) } else { (0, 0) };
    Field {
        name: owned(&definition.name),
        label: Cow::Owned(definition.label()),
        kind,
        length: length(definition),
        precision,
        scale,
        digits: 0,
        flags: flags(definition, kind),
        reference_to: parent.map(owned).into_iter().collect::<Vec<Text>>().into(),
        relationship_name: parent.map(|_| Cow::Owned(definition.name.trim_end_matches("__c").to_owned() + "__r")),
        compound: None,
        default_value: default_value(definition, all),
        picklist: entries(definition, all).iter().map(PicklistEntry::picklist_value).collect::<Vec<_>>().into(),
    }
}

impl CustomField {
    pub fn label(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.name.trim_end_matches("__c").replace('_', " "))
    }

    /// What deleting the parent does, with the default of the type; `None` for a field that is no relationship.
    pub fn delete_constraint(&self) -> Option<DeleteConstraint> {
        match self.kind {
            CustomType::MasterDetail => Some(DeleteConstraint::Cascade),
            CustomType::Lookup if self.required => Some(self.delete_constraint.unwrap_or(DeleteConstraint::Restrict)),
            CustomType::Lookup => Some(self.delete_constraint.unwrap_or(DeleteConstraint::SetNull)),
            _ => None,
        }
    }
}

/// The values of a picklist, its own or those of its global value set.
fn entries<'d>(field: &'d CustomField, all: &'d Definition) -> &'d [PicklistEntry] {
    match &field.value_set_name {
        Some(name) => all.global_value_set(name).map_or(&[], |set| &set.values),
        None => &field.values,
    }
}

/// The lookup to the record type that an object has once there are record types.
pub(super) fn record_type_id() -> Field {
    let mut field = shape::nillable(shape::system_field("RecordTypeId", "Record Type ID", FieldType::Reference));
    field.reference_to = Cow::Borrowed(&[Cow::Borrowed("RecordType")]);
    field.relationship_name = Some(Cow::Borrowed("RecordType"));
    (field.flags.createable, field.flags.updateable) = (true, true);
    field
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
        // Refused before a field is made of them.
        CustomType::ExternalLookup | CustomType::IndirectLookup | CustomType::Summary => FieldType::AnyType,
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
        updateable: !number && (!master || definition.reparentable_master_detail),
        filterable: !long,
        sortable,
        groupable: sortable && !number && !ungrouped.contains(&kind),
        defaulted_on_create: number || kind == FieldType::Boolean,
        unique: definition.unique,
        external_id: definition.external_id,
        id_lookup: definition.external_id,
        auto_number: number,
        case_sensitive: definition.case_sensitive,
        restricted_picklist: definition.restricted || definition.value_set_name.is_some(),
        custom: true,
        ..FieldFlags::default()
    }
}

fn default_value(definition: &CustomField, all: &Definition) -> Option<DefaultValue> {
    match &definition.default_value {
        Some(Value::Bool(flag)) => Some(DefaultValue::Boolean(*flag)),
        Some(Value::Number(number)) => number.as_f64().map(DefaultValue::Number),
        Some(Value::String(text)) => Some(DefaultValue::Text(owned(text))),
        _ if definition.kind == CustomType::Checkbox => Some(DefaultValue::Boolean(false)),
        _ => {
            let value = entries(definition, all).iter().find(|entry| matches!(entry, PicklistEntry::Full { default: true, .. }))?;
            Some(DefaultValue::Text(owned(value.value())))
        }
    }
}

impl PicklistEntry {
    pub fn value(&self) -> &str {
        match self {
            Self::Value(value) | Self::Full { value, .. } => value,
        }
    }

    fn picklist_value(&self) -> PicklistValue {
        let (label, default, active) = match self {
            Self::Value(value) => (value, false, true),
            Self::Full { value, label, default, active } => (label.as_ref().unwrap_or(value), *default, *active),
        };
        PicklistValue { value: owned(self.value()), label: owned(label), default, active }
    }
}

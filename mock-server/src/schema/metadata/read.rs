//! From `Metadata` to definitions.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::write::{FIELD_MEMBERS, OBJECT_MEMBERS, misplaced};
use crate::schema::custom::{CustomObject, GlobalValueSet, NameField, RecordType};
use crate::schema::custom_field::{CustomField, CustomType, PicklistEntry, ValueSetting};
use crate::schema::error::{Refusal, SchemaError};

/// Why `Metadata` is no definition.
#[derive(Debug, Clone, PartialEq)]
pub enum MetadataError {
    /// The type has no such member.
    UnknownMember(String),
    /// A member holds a value of another type.
    Mismatch {
        member: String,
        value: String,
    },
    /// `FullName` does not name an object and a part of it.
    NoFullName,
    /// A default that is more than a literal.
    DefaultFormula(String),
    NameField,
    NoLabel(&'static str),
    Schema(SchemaError),
}

impl From<SchemaError> for MetadataError {
    fn from(error: SchemaError) -> Self {
        Self::Schema(error)
    }
}

impl MetadataError {
    /// Code and message of the Tooling API.
    pub fn refusal(&self) -> Refusal {
        let refusal = |code, message: String| Refusal { code, message, fields: Vec::new() };
        match self {
            // GUESS: worded as for an unknown field of a record.
            Self::UnknownMember(name) => refusal("INVALID_FIELD", format!("No such column '{name}' on sobject of type Metadata")),
            Self::Mismatch { member, value } => refusal("JSON_PARSER_ERROR", format!("Cannot deserialize instance of {member} from {value}")),
            Self::NoFullName => {
                Refusal { code: "REQUIRED_FIELD_MISSING", message: "Required fields are missing: [FullName]".to_owned(), fields: vec!["FullName"] }
            }
            Self::DefaultFormula(text) => {
                refusal("FIELD_INTEGRITY_EXCEPTION", format!("defaultValue must be a literal: this server computes no formulas: {text}"))
            }
            Self::NameField => refusal("FIELD_INTEGRITY_EXCEPTION", "Must specify a nameField of type Text or AutoNumber".to_owned()),
            Self::NoLabel(kind) => refusal("FIELD_INTEGRITY_EXCEPTION", format!("Must specify a non-empty label for the {kind}")),
            Self::Schema(error) => error.refusal(),
        }
    }
}

/// The members of one `Metadata`.
struct Members<'m>(&'m Map<String, Value>);

impl Members<'_> {
    fn known(self, names: &[&str]) -> Result<Self, MetadataError> {
        match self.0.keys().find(|key| !names.contains(&key.as_str()) && *key != "fullName") {
            Some(unknown) => Err(MetadataError::UnknownMember(unknown.clone())),
            None => Ok(self),
        }
    }

    /// A member's value; null counts as absent.
    fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, MetadataError> {
        let Some(value) = self.0.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
        let mismatch = || MetadataError::Mismatch { member: name.to_owned(), value: value.to_string() };
        let read = serde_json::from_value(value.clone()).ok();
        // Numbers and booleans may come as text, as in a metadata file.
        read.or_else(|| serde_json::from_str(value.as_str()?).ok()).map(Some).ok_or_else(mismatch)
    }

    fn flag(&self, name: &str) -> Result<bool, MetadataError> {
        Ok(self.get(name)?.unwrap_or(false))
    }
}

/// A custom field from its full name (`Account.Foo__c`) and `Metadata`.
pub fn field(full_name: &str, metadata: &Map<String, Value>) -> Result<CustomField, MetadataError> {
    let (object, name) = full_name.split_once('.').ok_or(MetadataError::NoFullName)?;
    let members = Members(metadata).known(&FIELD_MEMBERS)?;
    let kind: Option<CustomType> = members.get("type")?;
    let label: Option<String> = members.get("label")?;
    let label = label.filter(|label| !label.trim().is_empty()).ok_or(MetadataError::NoLabel("CustomField"))?;
    let kind = kind.ok_or(SchemaError::Missing { member: "type", kind: "Unknown" })?;
    let mut field = CustomField {
        object: object.to_owned(),
        name: name.to_owned(),
        kind,
        label: Some(label),
        length: members.get("length")?,
        precision: members.get("precision")?,
        scale: members.get("scale")?,
        required: members.flag("required")?,
        unique: members.flag("unique")?,
        case_sensitive: members.flag("caseSensitive")?,
        external_id: members.flag("externalId")?,
        reference_to: members.get("referenceTo")?,
        relationship_name: members.get("relationshipName")?,
        relationship_label: members.get("relationshipLabel")?,
        delete_constraint: members.get("deleteConstraint")?,
        display_format: members.get("displayFormat")?,
        starting_number: members.get("startingNumber")?,
        description: members.get("description")?,
        inline_help_text: members.get("inlineHelpText")?,
        track_history: members.flag("trackHistory")?,
        visible_lines: members.get("visibleLines")?,
        mask_char: members.get("maskChar")?,
        mask_type: members.get("maskType")?,
        display_location_in_decimal: members.flag("displayLocationInDecimal")?,
        reparentable_master_detail: members.flag("reparentableMasterDetail")?,
        write_requires_master_read: members.flag("writeRequiresMasterRead")?,
        formula: members.get("formula")?,
        ..CustomField::default()
    };
    required_members(&field)?;
    drop_what_is_fixed(&mut field);
    field.default_value = default_value(kind, members.get("defaultValue")?)?;
    if let Some(set) = members.get::<Map<String, Value>>("valueSet")? {
        value_set(&mut field, &Members(&set))?;
    }
    Ok(field)
}

/// Members the Metadata API does not complete by itself.
fn required_members(field: &CustomField) -> Result<(), MetadataError> {
    use CustomType::*;
    let missing = match field.kind {
        Text | LongTextArea | Html | EncryptedText if field.length.is_none() => Some("length"),
        LongTextArea | Html | MultiselectPicklist if field.visible_lines.is_none() => Some("visible_lines"),
        Number | Currency | Percent if field.precision.is_none() => Some("precision"),
        Number | Currency | Percent | Location if field.scale.is_none() => Some("scale"),
        Lookup | MasterDetail if field.reference_to.is_none() => Some("reference_to"),
        AutoNumber if field.display_format.is_none() => Some("display_format"),
        _ => None,
    };
    match missing {
        Some(member) if field.formula.is_none() => Err(misplaced(member, field.kind).into()),
        _ => Ok(()),
    }
}

/// Members whose only value goes without saying: clients send them along.
fn drop_what_is_fixed(field: &mut CustomField) {
    if field.kind == CustomType::TextArea && field.length == Some(255) {
        field.length = None;
    }
    if field.kind == CustomType::MasterDetail {
        (field.required, field.delete_constraint) = (false, None);
    }
    if !field.unique {
        field.case_sensitive = false;
    }
}

/// A literal formula: `true`, `5`, `"text"` or `'text'`.
fn default_value(kind: CustomType, given: Option<Value>) -> Result<Option<Value>, MetadataError> {
    let Some(given) = given else { return Ok(None) };
    let Value::String(text) = &given else { return Ok(Some(given)) };
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let quoted = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).filter(|inner| !inner.contains(quote));
    let literal = match kind {
        CustomType::Checkbox => text.to_lowercase().parse::<bool>().ok().map(Value::from),
        CustomType::Number | CustomType::Currency | CustomType::Percent => serde_json::from_str(text).ok().filter(Value::is_number),
        _ => serde_json::from_str(text).ok().filter(Value::is_string).or_else(|| quoted('\'').map(Value::from)),
    };
    literal.map(Some).ok_or_else(|| MetadataError::DefaultFormula(text.to_owned()))
}

fn value_set(field: &mut CustomField, set: &Members<'_>) -> Result<(), MetadataError> {
    field.value_set_name = set.get("valueSetName")?;
    field.restricted = set.flag("restricted")? && field.value_set_name.is_none();
    field.controlling_field = set.get("controllingField")?;
    if let Some(definition) = set.get::<Map<String, Value>>("valueSetDefinition")? {
        let given: Vec<Map<String, Value>> = Members(&definition).get("value")?.unwrap_or_default();
        field.values = given.iter().map(entry).collect::<Result<_, _>>()?;
    }
    let settings: Vec<Map<String, Value>> = set.get("valueSettings")?.unwrap_or_default();
    field.value_settings = settings.iter().map(setting).collect::<Result<_, _>>()?;
    Ok(())
}

fn entry(value: &Map<String, Value>) -> Result<PicklistEntry, MetadataError> {
    let members = Members(value);
    let name: Option<String> = members.get("valueName")?;
    let name = match name {
        Some(name) => Some(name),
        None => members.get("fullName")?,
    };
    let label: Option<String> = members.get("label")?;
    let value = name.or_else(|| label.clone()).ok_or(MetadataError::NoFullName)?;
    Ok(PicklistEntry::Full { value, label, default: members.flag("default")?, active: members.get("isActive")?.unwrap_or(true) })
}

fn setting(value: &Map<String, Value>) -> Result<ValueSetting, MetadataError> {
    let members = Members(value);
    let value_name: Option<String> = members.get("valueName")?;
    Ok(ValueSetting {
        value_name: value_name.ok_or(MetadataError::NoFullName)?,
        controlling_field_values: members.get("controllingFieldValue")?.unwrap_or_default(),
    })
}

/// A custom object from its full name (`Foo__c`) and `Metadata`.
pub fn object(full_name: &str, metadata: &Map<String, Value>) -> Result<CustomObject, MetadataError> {
    let members = Members(metadata).known(&OBJECT_MEMBERS)?;
    let label: Option<String> = members.get("label")?;
    let label = label.filter(|label| !label.trim().is_empty()).ok_or(MetadataError::NoLabel("CustomObject"))?;
    let custom_settings_type = members.get("customSettingsType")?;
    let plain = custom_settings_type.is_none() && !full_name.ends_with("__mdt");
    let name_field = match members.get::<Map<String, Value>>("nameField")? {
        Some(given) => name_field(&Members(&given))?,
        None if plain => return Err(MetadataError::NameField),
        None => NameField::default(),
    };
    Ok(CustomObject {
        name: full_name.to_owned(),
        label,
        label_plural: members.get("pluralLabel")?,
        name_field,
        description: members.get("description")?,
        sharing_model: members.get("sharingModel")?.unwrap_or_default(),
        custom_settings_type,
        enable_history: members.flag("enableHistory")?,
        enable_feeds: members.flag("enableFeeds")?,
        enable_activities: members.flag("enableActivities")?,
        enable_reports: members.flag("enableReports")?,
        enable_search: members.get("enableSearch")?,
        deployment_status: members.get("deploymentStatus")?.unwrap_or_default(),
        ..CustomObject::default()
    })
}

fn name_field(members: &Members<'_>) -> Result<NameField, MetadataError> {
    let kind: Option<String> = members.get("type")?;
    let display_format: Option<String> = members.get("displayFormat")?;
    let display_format = match kind.as_deref() {
        Some("Text") => None,
        Some("AutoNumber") => Some(display_format.unwrap_or_else(|| "A-{0000}".to_owned())),
        _ => return Err(MetadataError::NameField),
    };
    Ok(NameField { label: members.get("label")?, display_format, starting_number: members.get("startingNumber")? })
}

/// A record type from its full name (`Account.Partner`) and `Metadata`.
pub fn record_type(full_name: &str, metadata: &Map<String, Value>) -> Result<RecordType, MetadataError> {
    let (object, name) = full_name.split_once('.').ok_or(MetadataError::NoFullName)?;
    let members = Members(metadata);
    Ok(RecordType {
        object: object.to_owned(),
        name: name.to_owned(),
        label: members.get("label")?,
        description: members.get("description")?,
        active: members.get("active")?.unwrap_or(true),
        id: None,
    })
}

/// A global value set from its full name and `Metadata`.
pub fn global_value_set(full_name: &str, metadata: &Map<String, Value>) -> Result<GlobalValueSet, MetadataError> {
    let members = Members(metadata);
    let given: Vec<Map<String, Value>> = members.get("customValue")?.unwrap_or_default();
    Ok(GlobalValueSet {
        name: full_name.to_owned(),
        label: members.get("masterLabel")?,
        description: members.get("description")?,
        values: given.iter().map(entry).collect::<Result<_, _>>()?,
        id: None,
    })
}

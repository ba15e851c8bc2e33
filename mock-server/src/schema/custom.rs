//! Custom objects and fields as an admin defines them: the members of `objects` and `custom_fields` in a world.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One element of `objects`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomObject {
    /// `Invoice__c`
    pub name: String,
    pub label: String,
    /// The label with an `s` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_plural: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub name_field: NameField,
    /// Given by the server: `a00`, `a01`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_prefix: Option<String>,
}

/// What `Name` of a custom object is: text of up to 80 characters, or numbers that Salesforce gives.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NameField {
    /// `<object label> Name` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Makes it an auto number: `INV-{0000}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_format: Option<String>,
    /// The first number; 1 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting_number: Option<u32>,
}

/// One element of `custom_fields`. Members are those of the Metadata API's `CustomField`, in snake case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomField {
    /// API name of a standard or custom object.
    pub object: String,
    /// `Ext__c`
    pub name: String,
    #[serde(rename = "type")]
    pub kind: CustomType,
    /// The name without `__c`, underscores as spaces, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Characters. Text 1–255 (255), LongTextArea and Html 256–131,072 (32,768), EncryptedText 1–175 (175).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// Digits in all of a Number, Currency or Percent: 1–18 (18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<u8>,
    /// Digits after the point: 0–`precision` (0; 2 for Currency). For a Location 0–15 (5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u8>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: bool,
    /// Text, Number, Email only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unique: bool,
    /// With `unique`: values that differ only in case are different.
    #[serde(default, skip_serializing_if = "is_default")]
    pub case_sensitive: bool,
    /// Text, Number, Email, AutoNumber only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub external_id: bool,
    /// A value of the field's own type: a boolean for a Checkbox, a number, or text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_value: Option<serde_json::Value>,
    /// Of a Picklist or MultiselectPicklist, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<PicklistEntry>,
    /// Refuses values that are not in `values`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restricted: bool,
    /// The parent object of a Lookup or MasterDetail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_to: Option<String>,
    /// The child list's name on the parent, without `__r`. The child's plural label without spaces when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship_name: Option<String>,
    /// Of a Lookup: what becomes of this record when its parent is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_constraint: Option<DeleteConstraint>,
    /// Of an AutoNumber: `A-{0000}` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_format: Option<String>,
    /// Of an AutoNumber: the first number; 1 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting_number: Option<u32>,
}

/// The Metadata API's `FieldType`, as far as records need no formula engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CustomType {
    AutoNumber,
    Checkbox,
    Currency,
    Date,
    DateTime,
    Email,
    EncryptedText,
    Html,
    #[serde(alias = "Geolocation")]
    Location,
    LongTextArea,
    Lookup,
    MasterDetail,
    MultiselectPicklist,
    Number,
    Percent,
    Phone,
    Picklist,
    Text,
    TextArea,
    Time,
    Url,
}

impl CustomType {
    pub fn name(self) -> &'static str {
        match self {
            Self::AutoNumber => "AutoNumber",
            Self::Checkbox => "Checkbox",
            Self::Currency => "Currency",
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::Email => "Email",
            Self::EncryptedText => "EncryptedText",
            Self::Html => "Html",
            Self::Location => "Location",
            Self::LongTextArea => "LongTextArea",
            Self::Lookup => "Lookup",
            Self::MasterDetail => "MasterDetail",
            Self::MultiselectPicklist => "MultiselectPicklist",
            Self::Number => "Number",
            Self::Percent => "Percent",
            Self::Phone => "Phone",
            Self::Picklist => "Picklist",
            Self::Text => "Text",
            Self::TextArea => "TextArea",
            Self::Time => "Time",
            Self::Url => "Url",
        }
    }
}

/// What deleting the parent does to a lookup. `SetNull` unless said otherwise; a master-detail always cascades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DeleteConstraint {
    SetNull,
    Restrict,
    Cascade,
}

/// A picklist value: its text alone, or with label and default mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PicklistEntry {
    Value(String),
    Full {
        value: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
        #[serde(default, skip_serializing_if = "is_default")]
        default: bool,
    },
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

//! Custom fields as an admin defines them: the members of `custom_fields` in a world.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::custom::{is_default, is_yes, yes};
use crate::id::RecordId;

/// One element of `custom_fields`. Members are those of the Metadata API's `CustomField`, in snake case.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
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
    /// Given by the server: `00N…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub id: Option<RecordId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inline_help_text: Option<String>,
    /// Changes show in `X__History`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub track_history: bool,
    /// Lines of a LongTextArea, Html or MultiselectPicklist on a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_lines: Option<u16>,
    /// Of an EncryptedText: `asterisk` (that when left out) or `X`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_char: Option<MaskChar>,
    /// Of an EncryptedText: which characters are shown as the mask; all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_type: Option<MaskType>,
    /// Of a Location: shown in decimal degrees.
    #[serde(default, skip_serializing_if = "is_default")]
    pub display_location_in_decimal: bool,
    /// Of a picklist: the global value set its values come from, in place of `values`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_set_name: Option<String>,
    /// Of a picklist: the picklist or checkbox that limits its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controlling_field: Option<String>,
    /// Of a dependent picklist: which values go with which of the controlling field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub value_settings: Vec<ValueSetting>,
    /// Of a MasterDetail: the record may move to another master.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reparentable_master_detail: bool,
    /// Of a MasterDetail: read access to the master is enough to write the detail.
    #[serde(default, skip_serializing_if = "is_default")]
    pub write_requires_master_read: bool,
    /// Label of the child list on the parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship_label: Option<String>,
    /// Given to make it a formula field, which is refused so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
}

/// One value of a dependent picklist and the controlling values it is offered for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueSetting {
    pub value_name: String,
    /// For a controlling checkbox `checked` and `unchecked`.
    pub controlling_field_values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MaskChar {
    #[serde(rename = "asterisk")]
    Asterisk,
    X,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MaskType {
    All,
    CreditCard,
    LastFour,
    Nino,
    Sin,
    Ssn,
}

/// The Metadata API's `FieldType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum CustomType {
    AutoNumber,
    Checkbox,
    Currency,
    Date,
    DateTime,
    Email,
    EncryptedText,
    /// Refused: there are no external objects.
    ExternalLookup,
    Html,
    /// Refused: there are no external objects.
    IndirectLookup,
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
    /// Refused: there are no roll-ups yet.
    Summary,
    #[default]
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
            Self::ExternalLookup => "ExternalLookup",
            Self::IndirectLookup => "IndirectLookup",
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
            Self::Summary => "Summary",
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
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        active: bool,
    },
}

//! Custom objects, record types and value sets as an admin defines them: members of an org in a world.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::custom_field::PicklistEntry;
use crate::id::RecordId;

/// One element of `objects`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
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
    /// Given by the server: `01I…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub id: Option<RecordId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who sees records that nobody shared with them. The detail of a master-detail is always controlled by its parent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sharing_model: SharingModel,
    /// Makes the object a custom setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_settings_type: Option<CustomSettingsType>,
    /// Adds `X__History`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub enable_history: bool,
    /// Adds `X__Feed`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub enable_feeds: bool,
    /// Tasks and events may be about its records.
    #[serde(default, skip_serializing_if = "is_default")]
    pub enable_activities: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub enable_reports: bool,
    /// SOSL finds its records unless this is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_search: Option<bool>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub deployment_status: DeploymentStatus,
}

/// Org-wide default access to the records of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum SharingModel {
    Private,
    Read,
    #[default]
    ReadWrite,
    ControlledByParent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CustomSettingsType {
    List,
    Hierarchy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum DeploymentStatus {
    InDevelopment,
    #[default]
    Deployed,
}

/// What the end of an object's API name makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// `Invoice__c`
    Record,
    /// `Invoice__c` with `custom_settings_type`.
    Setting(CustomSettingsType),
    /// `Rate__mdt`
    MetadataType,
}

impl CustomObject {
    pub fn kind(&self) -> ObjectKind {
        match self.custom_settings_type {
            _ if self.name.ends_with("__mdt") => ObjectKind::MetadataType,
            Some(kind) => ObjectKind::Setting(kind),
            None => ObjectKind::Record,
        }
    }
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

/// One element of `record_types`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordType {
    /// API name of a standard or custom object.
    pub object: String,
    /// The developer name, `Partner`.
    pub name: String,
    /// The name with underscores as spaces when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub active: bool,
    /// Given by the server: `012…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub id: Option<RecordId>,
}

impl RecordType {
    pub fn label(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.name.replace('_', " "))
    }
}

/// One element of `global_value_sets`: values that several picklists share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GlobalValueSet {
    /// The developer name, `Colors`.
    pub name: String,
    /// The name with underscores as spaces when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub values: Vec<PicklistEntry>,
    /// Given by the server: `0Nt…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub id: Option<RecordId>,
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(super) fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
pub(super) fn is_yes(value: &bool) -> bool {
    *value
}

//! Picklist values as sObject describe shows them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use catalogue::{Field, FieldType, PicklistValue};
use serde::Serialize;

use crate::schema::CustomField;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PicklistDescribe<'a> {
    active: bool,
    default_value: bool,
    label: &'a str,
    /// Of a dependent picklist: a bit for each value of the controlling field, in Base64.
    valid_for: Option<String>,
    value: &'a str,
}

/// The values of `field`, which `controller` limits as `definition` says.
pub(super) fn values<'a>(field: &'a Field, controller: Option<&Field>, definition: Option<&CustomField>) -> Vec<PicklistDescribe<'a>> {
    let describe = |entry: &'a PicklistValue| PicklistDescribe {
        active: entry.active,
        default_value: entry.default,
        label: &entry.label,
        valid_for: controller.zip(definition).map(|(controller, definition)| valid_for(&entry.value, controller, definition)),
        value: &entry.value,
    };
    field.picklist.iter().map(describe).collect()
}

/// The highest bit of the first byte stands for the controlling field's first value; whole groups of three bytes, so that nothing is padded.
fn valid_for(value: &str, controller: &Field, definition: &CustomField) -> String {
    let controlling: Vec<&str> = match controller.kind {
        FieldType::Boolean => vec!["unchecked", "checked"],
        _ => controller.picklist.iter().map(|entry| &*entry.value).collect(),
    };
    let mut bits = vec![0_u8; controlling.len().div_ceil(24).max(1) * 3];
    let settings = definition.value_settings.iter().filter(|setting| setting.value_name == value);
    for name in settings.flat_map(|setting| &setting.controlling_field_values) {
        if let Some(at) = controlling.iter().position(|known| known == name) {
            bits[at / 8] |= 0x80 >> (at % 8);
        }
    }
    STANDARD.encode(bits)
}

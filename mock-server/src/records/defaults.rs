//! What fields hold when the caller gives nothing: defaults, record types, auto numbers.

use catalogue::{Field, FieldType, Object};

use super::draft::{Draft, is_metadata_type};
use super::error::RecordError;
use super::rows::Rows;
use super::values::{self, Value};
use crate::schema::Schema;

/// Gives every field that has a default and no value its default.
pub fn fill(draft: &mut Draft<'_>) {
    if is_metadata_type(draft.object) {
        name_metadata(draft);
    }
    let fields = &draft.object.fields;
    for index in fields.duties().defaulted.iter().copied() {
        let field = &fields[index];
        if draft.get(index).is_some_and(|value| !value.is_null() || field.flags.nillable) {
            continue;
        }
        if let Some(value) = default_of(draft.object, field) {
            draft.set(index, value);
        }
    }
}

/// A record of a metadata type is labelled as it is named, unless it says otherwise, and named in full without a namespace.
fn name_metadata(draft: &mut Draft<'_>) {
    let value =
        |draft: &Draft<'_>, name: &str| draft.object.field_index(name).and_then(|index| draft.get(index)).filter(|value| !value.is_null()).cloned();
    let Some(name) = value(draft, "DeveloperName") else { return };
    let label = value(draft, "MasterLabel").unwrap_or_else(|| name.clone());
    let language = value(draft, "Language").unwrap_or_else(|| Value::Text("en_US".to_owned()));
    for (field, value) in [("MasterLabel", label.clone()), ("Label", label), ("Language", language), ("QualifiedApiName", name)] {
        if let Some(index) = draft.object.field_index(field) {
            draft.set(index, value);
        }
    }
}

fn default_of(object: &Object, field: &Field) -> Option<Value> {
    use catalogue::DefaultValue;
    match &field.default_value {
        Some(DefaultValue::Text(text)) => values::from_text(field, text).ok().flatten(),
        Some(DefaultValue::Boolean(value)) => Some(Value::boolean(*value)),
        #[expect(clippy::cast_possible_truncation, reason = "the default of an int field is whole")]
        Some(DefaultValue::Number(number)) if field.kind == FieldType::Int => Some(Value::Integer(*number as i64)),
        Some(DefaultValue::Number(number)) => Some(Value::Real(*number)),
        None if field.name == "RecordTypeId" => {
            let default = object.record_types.iter().find(|kind| kind.default_mapping && kind.available && !kind.master);
            default.map(|kind| Value::Text(kind.id.to_string()))
        }
        // A list's default entry counts where the field must have a value.
        None => field.picklist.iter().find(|entry| entry.default && entry.active).map(|entry| Value::Text(entry.value.to_string())),
    }
}

/// Gives auto-number fields their next number.
pub fn number(schema: &Schema, rows: &dyn Rows, draft: &mut Draft<'_>) -> Result<(), RecordError> {
    let fields = &draft.object.fields;
    for index in fields.duties().numbered.iter().copied() {
        let field = &fields[index];
        let count = rows.next_number(&format!("{}.{}", draft.object.name, field.name))?;
        draft.set(index, Value::Text(numbered(schema, draft.object, field, count)));
    }
    Ok(())
}

fn numbered(schema: &Schema, object: &Object, field: &Field, count: u64) -> String {
    let defined = schema.custom_field(&object.name, &field.name).map(|own| (own.display_format.as_deref(), own.starting_number));
    let named = schema.custom_object(&object.name).map(|own| (own.name_field.display_format.as_deref(), own.name_field.starting_number));
    match defined.or(named.filter(|_| field.flags.name_field)) {
        Some((format, start)) => auto_number(format.unwrap_or("A-{0000}"), u64::from(start.unwrap_or(1)) + count - 1),
        // Cases of a fresh org begin at 00001000, other standard numbers at 00000100.
        None if object.name == "Case" => format!("{:08}", 999 + count),
        None => format!("{:08}", 99 + count),
    }
}

/// `INV-{0000}` with 7 is `INV-0007`. Date parts such as `{YYYY}` stay as they are.
fn auto_number(format: &str, number: u64) -> String {
    let Some((before, rest)) = format.split_once("{0") else { return format!("{format}{number}") };
    let Some((zeros, after)) = rest.split_once('}') else { return format!("{format}{number}") };
    format!("{before}{number:0width$}{after}", width = zeros.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_numbers_follow_their_format() {
        assert_eq!(auto_number("INV-{0000}", 7), "INV-0007");
        assert_eq!(auto_number("{0}", 12), "12");
        assert_eq!(auto_number("A-", 3), "A-3");
    }
}

//! Values of picklists for one record type.

use catalogue::{Field, FieldType, Object, PicklistValue};
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::error::RestError;
use super::super::format::Answer;
use super::super::layouts::check_record_type;
use super::super::records::found;
use super::super::versions::written;
use super::{address, marked};
use crate::records::RecordError;
use crate::schema::Schema;

/// `GET …/ui-api/object-info/Account/picklist-values/012000000000000AAA`
pub fn all(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = typed(call, &schema)?;
    let fields = object.fields.iter().filter(|field| has_values(field) && call.caller.access.reads(object, field));
    let values: Map<String, Value> = fields.map(|field| (field.name.to_string(), values(call, &schema, object, field))).collect();
    written(&marked(json!({ "eTag": null, "picklistFieldValues": values })), "PicklistValuesCollection")
}

/// `GET …/ui-api/object-info/Account/picklist-values/012000000000000AAA/Industry`
pub fn one(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = typed(call, &schema)?;
    let name = call.segment("field");
    let field = object.field(&name).filter(|field| has_values(field) && call.caller.access.reads(object, field));
    let unknown = || RecordError::UnknownField { field: name.to_string(), object: object.name.to_string() };
    written(&values(call, &schema, object, field.ok_or_else(unknown)?), "PicklistValues")
}

fn typed<'s>(call: &Call<'_>, schema: &'s Schema) -> Result<&'s Object, RestError> {
    let object = found(call, schema, &call.segment("object"))?;
    check_record_type(object, &call.segment("record_type"))?;
    Ok(object)
}

fn has_values(field: &Field) -> bool {
    matches!(field.kind, FieldType::Picklist | FieldType::Multipicklist | FieldType::Combobox)
}

fn values(call: &Call<'_>, schema: &Schema, object: &Object, field: &Field) -> Value {
    let definition = schema.custom_field(&object.name, &field.name);
    let controller = definition.and_then(|definition| object.field(definition.controlling_field.as_deref()?));
    let controlling: Vec<&str> = match controller {
        Some(controller) if controller.kind == FieldType::Boolean => vec!["false", "true"],
        Some(controller) => controller.picklist.iter().map(|entry| &*entry.value).collect(),
        None => Vec::new(),
    };
    let valid_for = |entry: &PicklistValue| -> Vec<usize> {
        let settings = definition.into_iter().flat_map(|definition| &definition.value_settings).filter(|setting| setting.value_name == entry.value);
        let names: Vec<&String> = settings.flat_map(|setting| &setting.controlling_field_values).collect();
        (0..controlling.len()).filter(|at| names.iter().any(|name| *name == controlling[*at])).collect()
    };
    let shown = |entry: &PicklistValue| json!({ "attributes": null, "label": entry.label, "validFor": valid_for(entry), "value": entry.value });
    let active: Vec<&PicklistValue> = field.picklist.iter().filter(|entry| entry.active).collect();
    let controllers: Map<String, Value> = controlling.iter().enumerate().map(|(at, value)| ((*value).to_owned(), json!(at))).collect();
    let rest = format!("object-info/{}/picklist-values/{}/{}", object.name, call.segment("record_type"), field.name);
    marked(json!({
        "controllerValues": controllers,
        "defaultValue": active.iter().find(|entry| entry.default).map(|entry| shown(entry)),
        "eTag": null,
        "url": address(call, &rest),
        "values": active.iter().map(|entry| shown(entry)).collect::<Vec<_>>(),
    }))
}

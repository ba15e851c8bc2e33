//! A field as the UI API's object info shows it: what describe says, under other names.

use catalogue::{Field, FieldType, Object};
use serde_json::{Map, Value, json};

use super::super::describe::field::FieldDescribe;
use crate::schema::Schema;
use crate::storage::StoreError;

/// Members that describe and object info share.
const SHARED: [&str; 25] = [
    "calculated",
    "compoundFieldName",
    "controllerName",
    "createable",
    "custom",
    "digits",
    "externalId",
    "extraTypeInfo",
    "filterable",
    "filteredLookupInfo",
    "highScaleNumber",
    "htmlFormatted",
    "inlineHelpText",
    "label",
    "length",
    "maskType",
    "nameField",
    "polymorphicForeignKey",
    "precision",
    "referenceTargetField",
    "relationshipName",
    "scale",
    "searchPrefilterable",
    "sortable",
    "unique",
];

pub fn info(schema: &Schema, object: &Object, field: &Field) -> Result<Value, StoreError> {
    let described = serde_json::to_value(FieldDescribe::of(schema, object, field)).map_err(StoreError::new)?;
    let controller = &described["controllerName"];
    let target = |name: &str| {
        let name_field = schema.object(name).and_then(|target| target.name_field.clone());
        json!({ "apiName": name, "nameFields": name_field.into_iter().collect::<Vec<_>>() })
    };
    let mut info = Map::from_iter([
        ("apiName".to_owned(), json!(field.name)),
        ("compound".to_owned(), json!(is_compound(object, field))),
        ("compoundComponentName".to_owned(), json!(component(field))),
        ("controllingFields".to_owned(), if controller.is_null() { json!([]) } else { json!([controller]) }),
        ("dataType".to_owned(), json!(data_type(field.kind))),
        ("reference".to_owned(), json!(field.kind == FieldType::Reference)),
        ("referenceToInfos".to_owned(), field.reference_to.iter().map(|name| target(name)).collect()),
        // GUESS: a field without which a record cannot be saved.
        ("required".to_owned(), json!(!field.flags.nillable && field.flags.createable && !field.flags.defaulted_on_create)),
        ("updateable".to_owned(), json!(field.flags.updateable)),
    ]);
    info.extend(SHARED.iter().map(|&name| (name.to_owned(), described[name].clone())));
    info.sort_keys();
    Ok(Value::Object(info))
}

/// Whether other fields are parts of this one.
fn is_compound(object: &Object, field: &Field) -> bool {
    object.fields.iter().any(|part| part.name != field.name && part.compound.as_deref() == Some(&*field.name))
}

/// What a part is called inside its whole: `City` of `BillingCity`.
fn component(field: &Field) -> Option<String> {
    let whole = field.compound.as_deref().filter(|whole| *whole != field.name)?;
    let stem = whole.strip_suffix("Address").unwrap_or_default();
    Some(field.name.strip_prefix(stem).unwrap_or(&field.name).to_owned())
}

fn data_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Id | FieldType::Reference => "Reference",
        FieldType::String => "String",
        FieldType::Textarea => "TextArea",
        FieldType::Picklist => "Picklist",
        FieldType::Multipicklist => "MultiPicklist",
        FieldType::Boolean => "Boolean",
        FieldType::Currency => "Currency",
        FieldType::Double => "Double",
        FieldType::Int => "Int",
        FieldType::Percent => "Percent",
        FieldType::Date => "Date",
        FieldType::Datetime => "DateTime",
        FieldType::Time => "Time",
        FieldType::Email => "Email",
        FieldType::Phone => "Phone",
        FieldType::Url => "Url",
        FieldType::Address => "Address",
        FieldType::Location => "Location",
        FieldType::Combobox => "ComboBox",
        FieldType::Encryptedstring => "EncryptedString",
        FieldType::Base64 => "Base64",
        FieldType::AnyType => "AnyType",
        FieldType::Complexvalue => "ComplexValue",
    }
}

//! Object info: what the UI API says of an object.

use catalogue::Object;
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::error::RestError;
use super::super::format::Answer;
use super::super::layouts::record_types;
use super::super::records::found;
use super::super::versions::written;
use super::{address, each, field, marked};
use crate::org::Right;

/// `GET /services/data/v67.0/ui-api/object-info`
pub fn list(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let shown = schema.objects().into_iter().filter(|object| object.flags.layoutable && call.caller.access.sees(object));
    let entry = |object: &Object| {
        let body = json!({
            "apiName": object.name, "keyPrefix": object.key_prefix, "label": object.label, "labelPlural": object.label_plural,
            "nameFields": name_fields(object), "objectInfoUrl": address(call, &format!("object-info/{}", object.name)),
        });
        (object.name.to_string(), body)
    };
    let objects: Map<String, Value> = shown.map(entry).collect();
    written(&marked(json!({ "eTag": null, "objects": objects })), "ObjectDirectory")
}

/// `GET /services/data/v67.0/ui-api/object-info/Account`
pub fn read(call: &Call<'_>) -> Result<Answer, RestError> {
    written(&info(call, &call.segment("object"))?, "ObjectInfo")
}

/// `GET /services/data/v67.0/ui-api/object-info/batch/Account,Contact`
pub fn read_many(call: &Call<'_>) -> Result<Answer, RestError> {
    written(&each(&call.segment("objects"), |name| info(call, name)), "BatchResults")
}

pub fn info(call: &Call<'_>, name: &str) -> Result<Value, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, name)?;
    let (access, flags) = (&call.caller.access, &object.flags);
    let mut fields = Map::new();
    for own in object.fields.iter().filter(|field| access.reads(object, field)) {
        fields.insert(own.name.to_string(), field::info(&schema, object, own)?);
    }
    let types = record_types(object);
    let default = types.iter().find(|info| info.default_mapping).or(types.first()).map(|info| info.id.clone());
    let type_infos: Map<String, Value> = types
        .iter()
        .map(|info| {
            let body = json!({
                "available": info.available, "defaultRecordTypeMapping": info.default_mapping, "master": info.master, "name": info.name,
                "recordTypeId": info.id,
            });
            (info.id.to_string(), body)
        })
        .collect();
    let children =
        object.children.iter().filter(|child| child.name.is_some() && schema.object(&child.child).is_some_and(|object| access.sees(object)));
    let child = |child: &catalogue::ChildRelationship| {
        json!({
            "childObjectApiName": child.child, "fieldName": child.field, "junctionIdListNames": [], "junctionReferenceTo": [],
            "relationshipName": child.name,
        })
    };
    Ok(marked(json!({
        "apiName": object.name,
        "associateEntityType": null,
        "associateParentEntity": null,
        "childRelationships": children.map(child).collect::<Vec<_>>(),
        "compactLayoutable": flags.layoutable,
        "createable": flags.createable && access.may(object, Right::Create),
        "custom": object.custom,
        "defaultRecordTypeId": default,
        "deletable": flags.deletable && access.may(object, Right::Delete),
        "dependentFields": {},
        "eTag": null,
        "feedEnabled": flags.feed_enabled,
        "fields": fields,
        "keyPrefix": object.key_prefix,
        "label": object.label,
        "labelPlural": object.label_plural,
        "layoutable": flags.layoutable,
        "mruEnabled": flags.layoutable,
        "nameFields": name_fields(object),
        "queryable": flags.queryable,
        "recordTypeInfos": type_infos,
        "searchLayoutable": flags.searchable && flags.layoutable,
        "searchable": flags.searchable,
        "themeInfo": { "color": "5867E8", "iconUrl": icon(call, object) },
        "updateable": flags.updateable && access.may(object, Right::Edit),
    })))
}

/// The fields a record is named by: a person's name has two parts.
fn name_fields(object: &Object) -> Vec<String> {
    let Some(name) = object.name_field.as_deref() else { return Vec::new() };
    let parts = ["FirstName", "LastName"].into_iter().filter(|part| object.field(part).is_some_and(|part| part.compound.as_deref() == Some(name)));
    let parts: Vec<String> = parts.map(str::to_owned).collect();
    if parts.is_empty() { vec![name.to_owned()] } else { [vec![name.to_owned()], parts].concat() }
}

pub fn icon(call: &Call<'_>, object: &Object) -> String {
    let (set, name) = if object.custom { ("custom", "custom1".to_owned()) } else { ("standard", object.name.to_lowercase()) };
    format!("{}/img/icon/t4v35/{set}/{name}_120.png", call.site.url())
}

//! Page layouts, compact layouts and approval layouts, made from the org's own schema. Source: `rest.md` section 4.

use catalogue::{Field, Object, RecordTypeInfo};
use serde_json::{Value, json};

use super::call::Call;
use super::describe::field::FieldDescribe;
use super::error::RestError;
use super::format::Answer;
use super::quick_actions::actions_of;
use super::records::found;
use super::resources::Resources;
use super::versions::written;
use crate::id::{RecordId, number_of};
use crate::schema::{Schema, layout_sections, list_columns, related_lists};

/// The record type of objects that have none.
const MASTER: &str = "012000000000000AAA";

pub fn rows(rows: Resources) -> Resources {
    rows.get("rest/global-layouts", "/services/data/{version}/sobjects/Global/describe/layouts", global)
        .get("rest/layouts", "/services/data/{version}/sobjects/{object}/describe/layouts", all)
        .get("rest/layout-of-record-type", "/services/data/{version}/sobjects/{object}/describe/layouts/{record_type}", of_record_type)
        .get("rest/named-layout", "/services/data/{version}/sobjects/{object}/describe/namedLayouts/{name}", named)
        .get("rest/compact-layouts-of-objects", "/services/data/{version}/compactLayouts", compact_of_objects)
        .get("rest/compact-layouts", "/services/data/{version}/sobjects/{object}/describe/compactLayouts", compact)
        .get(
            "rest/compact-layout-of-record-type",
            "/services/data/{version}/sobjects/{object}/describe/compactLayouts/{record_type}",
            compact_of_type,
        )
        .get("rest/approval-layouts", "/services/data/{version}/sobjects/{object}/describe/approvalLayouts", approval)
        .get("rest/approval-layout", "/services/data/{version}/sobjects/{object}/describe/approvalLayouts/{name}", named_approval)
}

/// The object of the path, if it has pages.
fn laid_out<'s>(call: &Call<'_>, schema: &'s Schema) -> Result<&'s Object, RestError> {
    let object = found(call, schema, &call.segment("object"))?;
    if object.flags.layoutable { Ok(object) } else { Err(RestError::NotFound) }
}

/// `GET /services/data/v67.0/sobjects/Global/describe/layouts`: the actions of pages that belong to no object.
fn global(call: &Call<'_>) -> Result<Answer, RestError> {
    let layout = json!({ "feedView": null, "id": layout_id("Global"), "name": "Global Layout", "quickActionList": { "quickActionListItems": actions_of(call, None)? } });
    written(&json!({ "layouts": [layout], "recordTypeMappings": [], "recordTypeSelectorRequired": [false] }), "DescribeLayoutResult")
}

/// `GET /services/data/v67.0/sobjects/Account/describe/layouts`
fn all(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = laid_out(call, &schema)?;
    let types = record_types(object);
    let mappings: Vec<Value> = types.iter().map(|info| mapping(call, object, info)).collect();
    let several = types.iter().filter(|info| info.available && !info.master).count() > 1;
    let body = json!({ "layouts": [layout(call, &schema, object)?], "recordTypeMappings": mappings, "recordTypeSelectorRequired": [several] });
    written(&body, "DescribeLayoutResult")
}

/// `GET …/describe/layouts/012…`
fn of_record_type(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = laid_out(call, &schema)?;
    check_record_type(object, &call.segment("record_type"))?;
    written(&layout(call, &schema, object)?, "DescribeLayout")
}

/// `GET …/describe/namedLayouts/UserAlt`: the layout of a user's own page; other objects have none by name.
fn named(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = laid_out(call, &schema)?;
    if object.name != "User" || !call.segment("name").eq_ignore_ascii_case("UserAlt") {
        return Err(RestError::NotFound);
    }
    let body = json!({ "layouts": [layout(call, &schema, object)?], "recordTypeMappings": [], "recordTypeSelectorRequired": [false] });
    written(&body, "DescribeLayoutResult")
}

pub fn record_types(object: &Object) -> Vec<RecordTypeInfo> {
    let master = RecordTypeInfo {
        id: MASTER.into(),
        name: "Master".into(),
        developer_name: "Master".into(),
        active: true,
        available: true,
        default_mapping: true,
        master: true,
    };
    if object.record_types.is_empty() { vec![master] } else { object.record_types.to_vec() }
}

pub fn check_record_type(object: &Object, id: &str) -> Result<(), RestError> {
    let wanted = RecordId::parse(id).map_err(|_| RestError::NotFound)?;
    let known = record_types(object).iter().any(|info| RecordId::parse(&info.id).is_ok_and(|own| own == wanted));
    if known { Ok(()) } else { Err(RestError::NotFound) }
}

fn mapping(call: &Call<'_>, object: &Object, info: &RecordTypeInfo) -> Value {
    json!({
        "active": info.active,
        "available": info.available,
        "defaultRecordTypeMapping": info.default_mapping,
        "developerName": info.developer_name,
        "layoutId": layout_id(&object.name),
        "master": info.master,
        "name": info.name,
        "picklistsForRecordType": null,
        "recordTypeId": info.id,
        "urls": { "layout": format!("/services/data/{}/sobjects/{}/describe/layouts/{}", call.asked().version, object.name, info.id) },
    })
}

/// The same for the same object in every org.
pub fn layout_id(object: &str) -> String {
    RecordId::numbered("00h", 0, number_of(object)).to_string()
}

/// The id of the section at this place of an object's page.
pub fn section_id(object: &Object, place: usize) -> String {
    RecordId::numbered("01B", 0, number_of(&format!("{}.{place}", object.name))).to_string()
}

fn layout(call: &Call<'_>, schema: &Schema, object: &Object) -> Result<Value, RestError> {
    let id = layout_id(&object.name);
    let sections: Vec<Value> = layout_sections(object)
        .into_iter()
        .enumerate()
        .map(|(place, section)| {
            let visible: Vec<&Field> = section.fields.into_iter().filter(|field| call.caller.access.reads(object, field)).collect();
            let rows: Vec<Value> = visible
                .chunks(2)
                .enumerate()
                .map(|(row, pair)| {
                    let items: Vec<Value> =
                        pair.iter().enumerate().map(|(column, field)| item(call, schema, object, field, row * 2 + column + 1)).collect();
                    json!({ "layoutItems": items, "numItems": items.len() })
                })
                .collect();
            json!({
                "collapsed": false,
                "columns": 2,
                "heading": section.heading,
                "layoutRows": rows,
                "layoutSectionId": section_id(object, place),
                "parentLayoutId": id,
                "rows": rows.len(),
                "tabOrder": "LeftToRight",
                "useCollapsibleSection": false,
                "useHeading": true,
            })
        })
        .collect();
    Ok(json!({
        "buttonLayoutSection": { "detailButtons": buttons(object) },
        "detailLayoutSections": sections,
        "editLayoutSections": sections,
        "feedView": null,
        "highlightsPanelLayoutSection": null,
        "id": id,
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": { "quickActionListItems": actions_of(call, Some(object))? },
        "relatedContent": null,
        "relatedLists": related(call, schema, object),
        "saveOptions": [],
    }))
}

fn item(call: &Call<'_>, schema: &Schema, object: &Object, field: &Field, order: usize) -> Value {
    let access = &call.caller.access;
    let edits = access.edits(object, field);
    let details = serde_json::to_value(FieldDescribe::of(schema, object, field)).unwrap_or_default();
    let required = field.flags.createable && !field.flags.nillable && !field.flags.defaulted_on_create;
    json!({
        "editableForNew": field.flags.createable && edits,
        "editableForUpdate": field.flags.updateable && edits,
        "label": field.label,
        "layoutComponents": [{ "components": [], "details": details, "displayLines": 1, "tabOrder": order, "type": "Field", "value": field.name }],
        "placeholder": false,
        "required": required,
    })
}

fn buttons(object: &Object) -> Vec<Value> {
    let standard = [("Edit", object.flags.updateable), ("Delete", object.flags.deletable), ("Clone", object.flags.createable)];
    let button = |name: &str| {
        json!({
            "behavior": null, "colors": null, "content": null, "contentSource": null, "custom": false, "encoding": null, "height": null, "icons": null,
            "label": name, "menubar": false, "name": name, "overridden": false, "resizeable": false, "scrollbars": false, "showsLocation": false,
            "showsStatus": false, "toolbar": false, "url": null, "width": null, "windowPosition": null,
        })
    };
    standard.into_iter().filter(|(_, has)| *has).map(|(name, _)| button(name)).collect()
}

fn related(call: &Call<'_>, schema: &Schema, object: &Object) -> Vec<Value> {
    let lists = related_lists(schema, object).into_iter().filter(|(_, child)| call.caller.access.sees(child));
    lists
        .map(|(relation, child)| {
            let columns: Vec<Value> = list_columns(child)
                .into_iter()
                .map(|column| {
                    let own = column.path.replace('.', "");
                    json!({
                        "field": format!("{}.{}", child.name, column.path), "fieldApiName": column.path, "format": null, "label": column.label,
                        "lookupId": if own == column.path && child.name_field.as_deref() == Some(&own) { Some("Id") } else { None }, "name": column.path,
                    })
                })
                .collect();
            json!({
                "accessLevelRequiredForCreate": null, "buttons": [], "columns": columns, "custom": child.custom, "field": relation.field,
                "label": child.label_plural, "limitRows": 5, "name": relation.name, "sobject": child.name, "sort": [],
            })
        })
        .collect()
}

/// `GET /services/data/v67.0/compactLayouts?q=Account,User`
fn compact_of_objects(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let names = call.parameter("q").filter(|names| !names.is_empty()).ok_or(RestError::MissingParameter("q"))?;
    let mut layouts = serde_json::Map::new();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let object = found(call, &schema, name)?;
        layouts.insert(object.name.to_string(), compact_layout(call, &schema, object)?);
    }
    written(&layouts, "CompactLayouts")
}

/// `GET /services/data/v67.0/sobjects/Account/describe/compactLayouts`
fn compact(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = laid_out(call, &schema)?;
    let url = format!("/services/data/{}/sobjects/{}/describe/compactLayouts", call.asked().version, object.name);
    let mapping = |info: &RecordTypeInfo| {
        json!({
            "available": info.available, "compactLayoutId": null, "compactLayoutName": "SYSTEM", "recordTypeId": info.id, "recordTypeName": info.name,
            "urls": { "compactLayout": format!("{url}/{}", info.id) },
        })
    };
    let body = json!({
        "compactLayouts": [compact_layout(call, &schema, object)?],
        "defaultCompactLayoutId": null,
        "recordTypeCompactLayoutMappings": record_types(object).iter().map(mapping).collect::<Vec<_>>(),
        "urls": { "primary": format!("{url}/primary") },
    });
    written(&body, "DescribeCompactLayoutsResult")
}

/// `GET …/describe/compactLayouts/primary`, or of a record type.
fn compact_of_type(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = laid_out(call, &schema)?;
    let which = call.segment("record_type");
    if which != "primary" {
        check_record_type(object, &which)?;
    }
    written(&compact_layout(call, &schema, object)?, "DescribeCompactLayout")
}

/// The layout every object has: its name.
fn compact_layout(call: &Call<'_>, schema: &Schema, object: &Object) -> Result<Value, RestError> {
    let name = object.name_field.as_deref().and_then(|name| object.field(name));
    let items: Vec<Value> =
        name.filter(|field| call.caller.access.reads(object, field)).map(|field| item(call, schema, object, field, 1)).into_iter().collect();
    Ok(json!({
        "actions": actions_of(call, Some(object))?,
        "fieldItems": items,
        "id": null,
        "imageItems": [],
        "label": "System Default",
        "name": "SYSTEM",
        "objectType": object.name,
    }))
}

/// `GET …/describe/approvalLayouts`: an org without approval processes has none.
fn approval(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    laid_out(call, &schema)?;
    written(&json!({ "approvalLayouts": [] }), "DescribeApprovalLayoutsResult")
}

/// `GET …/describe/approvalLayouts/Nope`
fn named_approval(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    laid_out(call, &schema)?;
    Err(RestError::NotFound)
}

//! Layouts of the UI API, records with everything a page needs, and the values new records begin with.

use catalogue::{Field, Object};
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::error::RestError;
use super::super::format::Answer;
use super::super::layouts::{check_record_type, layout_id, record_types, section_id};
use super::super::quick_actions::defaults_of;
use super::super::records::found;
use super::super::resources::Resources;
use super::super::versions::written;
use super::marked;
use super::object_info::info;
use super::paths::{self, Path};
use super::record::{MASTER, addressed, represented};
use crate::access::Access;
use crate::org::Right;
use crate::records::RecordError;
use crate::schema::{Schema, layout_sections};

/// Records one `record-ui` may show.
const MOST: usize = 200;

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/ui-layout", "/services/data/{version}/ui-api/layout/{object}", one)
        .get("rest/ui-record-ui", "/services/data/{version}/ui-api/record-ui/{ids}", record_ui)
        .get("rest/ui-create-defaults", "/services/data/{version}/ui-api/record-defaults/create/{object}", create)
        .get("rest/ui-clone-defaults", "/services/data/{version}/ui-api/record-defaults/clone/{id}", clone)
        .get("rest/ui-create-template", "/services/data/{version}/ui-api/record-defaults/template/create/{object}", template)
        .get("rest/ui-clone-template", "/services/data/{version}/ui-api/record-defaults/template/clone/{id}", clone_template)
}

/// Which form of a layout is asked for.
struct Form {
    kind: &'static str,
    mode: &'static str,
}

const KINDS: [&str; 2] = ["Compact", "Full"];
const MODES: [&str; 3] = ["Create", "Edit", "View"];

/// The forms a parameter names; `usual` where it names none.
///
/// # Errors
/// `Query` for a word that is none of `known`.
fn chosen(call: &Call<'_>, name: &str, known: &[&'static str], usual: &'static str) -> Result<Vec<&'static str>, RestError> {
    let Some(list) = call.parameter(name).filter(|list| !list.is_empty()) else { return Ok(vec![usual]) };
    let one = |word: &str| {
        let message = || format!("{word} is not a valid value for the {name} parameter");
        let refused = || RecordError::Query { code: "ILLEGAL_QUERY_PARAMETER_VALUE", message: message() };
        known.iter().copied().find(|own| own.eq_ignore_ascii_case(word)).ok_or_else(|| refused().into())
    };
    list.split(',').map(str::trim).map(one).collect()
}

/// `GET …/ui-api/layout/Account?layoutType=Full&mode=View&recordTypeId=012…`
fn one(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = laid_out(call, &schema, &call.segment("object"))?;
    let kinds = chosen(call, "layoutType", &KINDS, "Full")?;
    let modes = chosen(call, "mode", &MODES, "View")?;
    if let Some(id) = call.parameter("recordTypeId") {
        check_record_type(object, &id)?;
    }
    written(&layout(&call.caller.access, object, &Form { kind: kinds[0], mode: modes[0] }), "RecordLayout")
}

fn laid_out<'s>(call: &Call<'_>, schema: &'s Schema, name: &str) -> Result<&'s Object, RestError> {
    Some(found(call, schema, name)?).filter(|object| object.flags.layoutable).ok_or(RestError::NotFound)
}

fn layout(access: &Access, object: &Object, form: &Form) -> Value {
    let compact = form.kind == "Compact";
    let name = object.name_field.as_deref().and_then(|name| object.field(name));
    let sections: Vec<(String, Vec<&Field>)> = match compact {
        true => vec![(String::new(), name.into_iter().collect())],
        false => layout_sections(object).into_iter().map(|section| (section.heading, section.fields)).collect(),
    };
    let shown = |field: &&Field| access.reads(object, field);
    let section = |(place, (heading, fields)): (usize, (String, Vec<&Field>))| {
        let visible: Vec<&Field> = fields.into_iter().filter(shown).collect();
        let rows: Vec<Value> = visible
            .chunks(2)
            .map(|pair| json!({ "layoutItems": pair.iter().map(|field| item(access, object, field)).collect::<Vec<_>>() }))
            .collect();
        json!({
            "collapsible": !compact, "columns": if compact { 1 } else { 2 }, "heading": heading, "id": section_id(object, place),
            "layoutRows": rows, "rows": rows.len(), "useHeading": !compact,
        })
    };
    marked(json!({
        "eTag": null,
        "id": layout_id(&object.name),
        "layoutType": form.kind,
        "mode": form.mode,
        "objectApiName": object.name,
        "recordTypeId": record_types(object).iter().find(|info| info.default_mapping).map_or(MASTER.to_owned(), |info| info.id.to_string()),
        "saveOptions": [],
        "sections": sections.into_iter().enumerate().map(section).collect::<Vec<_>>(),
    }))
}

fn item(access: &Access, object: &Object, field: &Field) -> Value {
    let edits = access.edits(object, field);
    json!({
        "editableForNew": field.flags.createable && edits,
        "editableForUpdate": field.flags.updateable && edits,
        "label": field.label,
        "layoutComponents": [{ "apiName": field.name, "componentType": "Field", "label": field.label }],
        "lookupIdApiName": field.relationship_name.is_some().then_some("Id"),
        "required": field.flags.createable && !field.flags.nillable && !field.flags.defaulted_on_create,
        "sortable": false,
    })
}

/// `GET …/ui-api/record-ui/001…,003…?layoutTypes=Full&modes=View`
fn record_ui(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let ids = call.segment("ids");
    let ids: Vec<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if ids.len() > MOST {
        return Err(RecordError::Query { code: "EXCEEDED_ID_LIMIT", message: format!("You can't specify more than {MOST} records") }.into());
    }
    let (kinds, modes) = (chosen(call, "layoutTypes", &KINDS, "Full")?, chosen(call, "modes", &MODES, "View")?);
    let optional = call.parameter("optionalFields").unwrap_or_default();
    let (mut records, mut infos, mut layouts, mut states) = (Map::new(), Map::new(), Map::new(), Map::new());
    for id in ids {
        let (object, id) = addressed(call, &schema, id)?;
        let access = &call.caller.access;
        let mut wanted: Vec<Path> = kinds.iter().flat_map(|kind| paths::laid_out(access, object, kind)).collect();
        wanted.extend(paths::named(&schema, access, object, &optional).into_iter().flatten());
        let record = represented(call, &schema, (object, id), wanted)?;
        let kind = record["recordTypeId"].as_str().unwrap_or(MASTER).to_owned();
        records.insert(id.to_string(), record);
        if !infos.contains_key(&*object.name) {
            infos.insert(object.name.to_string(), info(call, &object.name)?);
            states.insert(layout_id(&object.name), user_state(object));
        }
        let by_type = layouts.entry(object.name.to_string()).or_insert_with(|| json!({}));
        by_type[kind] = forms(access, object, &kinds, &modes);
    }
    let body = json!({ "eTag": null, "layoutUserStates": states, "layouts": layouts, "objectInfos": infos, "records": records });
    written(&marked(body), "RecordUi")
}

fn forms(access: &Access, object: &Object, kinds: &[&'static str], modes: &[&'static str]) -> Value {
    let of_kind = |kind: &&'static str| {
        let modes: Map<String, Value> = modes.iter().map(|mode| ((*mode).to_owned(), layout(access, object, &Form { kind, mode }))).collect();
        ((*kind).to_owned(), Value::Object(modes))
    };
    kinds.iter().map(of_kind).collect::<Map<String, Value>>().into()
}

fn user_state(object: &Object) -> Value {
    let state = |place: usize| {
        let id = section_id(object, place);
        (id.clone(), json!({ "collapsed": false, "id": id }))
    };
    let sections: Map<String, Value> = (0..layout_sections(object).len()).map(state).collect();
    json!({ "id": layout_id(&object.name), "sectionUserStates": sections })
}

/// `GET …/ui-api/record-defaults/create/Account`
fn create(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = createable(call, &schema, &call.segment("object"))?;
    let record = template_of(call, object, &defaults_of(call, object));
    written(&with_layout(call, object, &record)?, "DefaultsForCreate")
}

/// `GET …/ui-api/record-defaults/clone/001…`
fn clone(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (object, record) = cloned(call, &schema)?;
    written(&with_layout(call, object, &record)?, "DefaultsForClone")
}

fn template(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = createable(call, &schema, &call.segment("object"))?;
    let record = template_of(call, object, &defaults_of(call, object));
    written(&with_info(call, object, &record)?, "TemplateForCreate")
}

fn clone_template(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (object, record) = cloned(call, &schema)?;
    written(&with_info(call, object, &record)?, "TemplateForClone")
}

fn createable<'s>(call: &Call<'_>, schema: &'s Schema, name: &str) -> Result<&'s Object, RestError> {
    let object = laid_out(call, schema, name)?;
    if call.caller.access.may(object, Right::Create) { Ok(object) } else { Err(RecordError::InsufficientAccess.into()) }
}

/// The values of a record that a copy of it would begin with.
fn cloned<'s>(call: &Call<'_>, schema: &'s Schema) -> Result<(&'s Object, Value), RestError> {
    let (object, id) = addressed(call, schema, &call.segment("id"))?;
    let object = createable(call, schema, &object.name)?;
    let source = represented(call, schema, (object, id), paths::laid_out(&call.caller.access, object, "Full"))?;
    let kept = |(name, field): (&String, &Value)| {
        let own = object.field(name).filter(|field| field.flags.createable)?;
        Some((own.name.to_string(), field["value"].clone()))
    };
    let values: Map<String, Value> = source["fields"].as_object().into_iter().flatten().filter_map(kept).collect();
    Ok((object, template_of(call, object, &values)))
}

/// A record that is not there yet.
fn template_of(call: &Call<'_>, object: &Object, values: &Map<String, Value>) -> Value {
    let access = &call.caller.access;
    let created = object.fields.iter().filter(|field| field.flags.createable && access.edits(object, field));
    let field = |field: &Field| {
        let value = values.get(&*field.name).cloned().unwrap_or(Value::Null);
        (field.name.to_string(), json!({ "displayValue": null, "value": value }))
    };
    let fields: Map<String, Value> = created.map(field).collect();
    marked(json!({
        "apiName": object.name, "childRelationships": {}, "eTag": null, "fields": fields, "id": null, "lastModifiedById": null,
        "lastModifiedDate": null, "recordTypeId": MASTER, "recordTypeInfo": null, "systemModstamp": null, "weakEtag": 0,
    }))
}

fn with_layout(call: &Call<'_>, object: &Object, record: &Value) -> Result<Value, RestError> {
    let layout = layout(&call.caller.access, object, &Form { kind: "Full", mode: "Create" });
    let infos = Map::from_iter([(object.name.to_string(), info(call, &object.name)?)]);
    Ok(json!({ "layout": layout, "objectInfos": infos, "record": record }))
}

fn with_info(call: &Call<'_>, object: &Object, record: &Value) -> Result<Value, RestError> {
    let infos = Map::from_iter([(object.name.to_string(), info(call, &object.name)?)]);
    Ok(marked(json!({ "eTag": null, "objectInfos": infos, "record": record })))
}

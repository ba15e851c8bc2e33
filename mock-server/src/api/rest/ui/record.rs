//! Records of the UI API: values, and how the user reads them.

use catalogue::{FieldType, Object};
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::error::RestError;
use super::super::format::Answer;
use super::super::query::{selected, selected_part};
use super::super::versions::written;
use super::paging::Paging;
use super::paths::{self, Path};
use super::{each, marked};
use crate::id::RecordId;
use crate::records::{Presence, Rows};
use crate::schema::Schema;

/// The record type of records that have none.
pub const MASTER: &str = "012000000000000AAA";

/// What every representation tells beside the fields asked for.
const SYSTEM: [&str; 5] = ["Id", "LastModifiedById", "LastModifiedDate", "RecordTypeId", "SystemModstamp"];

/// `GET /services/data/v67.0/ui-api/records/001…?fields=Account.Name`
pub fn read(call: &Call<'_>) -> Result<Answer, RestError> {
    written(&asked_for(call, &call.segment("id"), false)?, "Record")
}

/// `GET /services/data/v67.0/ui-api/records/batch/001…,001…`
pub fn read_many(call: &Call<'_>) -> Result<Answer, RestError> {
    written(&each(&call.segment("ids"), |id| asked_for(call, id, true)), "BatchResults")
}

fn asked_for(call: &Call<'_>, id: &str, batch: bool) -> Result<Value, RestError> {
    let schema = call.schema()?;
    let (object, id) = addressed(call, &schema, id)?;
    let access = &call.caller.access;
    let list = |name: &str| call.parameter(name).unwrap_or_default();
    // In a batch of several objects each record takes the fields of its own.
    let fields = if batch { paths::of_object(object, &list("fields")) } else { list("fields") };
    let mut wanted = paths::named(&schema, access, object, &fields).into_iter().collect::<Result<Vec<_>, _>>()?;
    wanted.extend(paths::named(&schema, access, object, &list("optionalFields")).into_iter().flatten());
    let layouts = list("layoutTypes");
    if !layouts.is_empty() {
        wanted.extend(paths::laid_out(access, object, &layouts));
    }
    if wanted.is_empty() && list("optionalFields").is_empty() && list("fields").is_empty() {
        return Err(RestError::NoFieldsAsked);
    }
    represented(call, &schema, (object, id), wanted)
}

/// The record an id names.
///
/// # Errors
/// `NotFound` for what is no id, or one of an object that is not there.
pub fn addressed<'s>(call: &Call<'_>, schema: &'s Schema, id: &str) -> Result<(&'s Object, RecordId), RestError> {
    let id = RecordId::parse(id).map_err(|_| RestError::NotFound)?;
    let object = schema.by_prefix(id.prefix()).filter(|object| call.caller.access.sees(object)).ok_or(RestError::NotFound)?;
    Ok((object, id))
}

/// The record with these fields.
///
/// # Errors
/// `NotFound` when there is none, `NoAccessToRecord` when the user does not reach it.
pub fn represented(call: &Call<'_>, schema: &Schema, (object, id): (&Object, RecordId), wanted: Vec<Path>) -> Result<Value, RestError> {
    let wanted = each_once(wanted);
    let rows = selected(call, schema, &query_for(call, object, &wanted, &format!("WHERE Id = '{id}'")))?;
    match rows["records"].get(0) {
        Some(row) => Ok(shown(object, row, &wanted)),
        None => Err(missing(call, object, id)?),
    }
}

/// A page of the records of one object with these fields, and how many there are in all; `rest` says which, in the syntax of what
/// follows FROM.
pub fn listed_part(
    call: &Call<'_>,
    schema: &Schema,
    object: &Object,
    wanted: Vec<Path>,
    (rest, paging): (&str, Paging),
) -> Result<(Vec<Value>, usize), RestError> {
    let wanted = each_once(wanted);
    let (rows, total) = selected_part(call, schema, &query_for(call, object, &wanted, rest), paging.range())?;
    Ok((rows.iter().map(|row| shown(object, row, &wanted)).collect(), total))
}

fn each_once(wanted: Vec<Path>) -> Vec<Path> {
    let mut unique: Vec<Path> = Vec::with_capacity(wanted.len());
    for path in wanted {
        if !unique.contains(&path) {
            unique.push(path);
        }
    }
    unique
}

fn query_for(call: &Call<'_>, object: &Object, wanted: &[Path], rest: &str) -> String {
    format!("SELECT {} FROM {} {rest}", columns(call, object, wanted).join(", "), object.name)
}

fn shown(object: &Object, row: &Value, wanted: &[Path]) -> Value {
    let mut fields = Map::new();
    for (number, path) in wanted.iter().enumerate() {
        let value = path.parents.iter().try_fold(row, |row, step| row.get(step)).and_then(|row| row.get(&path.name));
        let shown = row.get(format!("d{number}")).cloned().unwrap_or(Value::Null);
        place(&mut fields, path, row, json!({ "displayValue": shown, "value": spelled(value, path.kind) }));
    }
    whole(object, row, &fields)
}

/// Checks that the user reads the record.
///
/// # Errors
/// As `represented`.
pub fn reached(call: &Call<'_>, schema: &Schema, object: &Object, id: RecordId) -> Result<(), RestError> {
    represented(call, schema, (object, id), Vec::new()).map(drop)
}

fn missing(call: &Call<'_>, object: &Object, id: RecordId) -> Result<RestError, RestError> {
    let presence = call.db.read(|tx| tx.presence(object, id))?;
    Ok(if presence == Presence::Present { RestError::NoAccessToRecord } else { RestError::NotFound })
}

/// The values, and in columns of their own how the user reads them.
fn columns(call: &Call<'_>, object: &Object, wanted: &[Path]) -> Vec<String> {
    let seen = |name: &&str| object.field(name).is_some_and(|field| call.caller.access.reads(object, field));
    let mut columns: Vec<String> = SYSTEM.iter().filter(|name| seen(name)).map(|&name| name.to_owned()).collect();
    for (number, path) in wanted.iter().enumerate() {
        let own = path.soql();
        columns.extend(shown_by(path.kind).map(|function| format!("{function}({own}) d{number}")));
        let parents = (1..=path.parents.len()).map(|steps| format!("{}.Id", path.parents[..steps].join(".")));
        for column in parents.chain([own]) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    columns
}

/// The function that makes of a value what the user reads; texts and ids are read as they are.
fn shown_by(kind: FieldType) -> Option<&'static str> {
    use FieldType::{Currency, Date, Datetime, Double, Int, Multipicklist, Percent, Picklist, Time};
    match kind {
        Currency | Double | Int | Percent | Date | Datetime | Time => Some("FORMAT"),
        Picklist | Multipicklist => Some("toLabel"),
        _ => None,
    }
}

/// A value as this API spells it: instants end in `Z`.
fn spelled(value: Option<&Value>, kind: FieldType) -> Value {
    match (value, kind) {
        (Some(Value::String(text)), FieldType::Datetime) => json!(text.replace("+0000", "Z")),
        (value, _) => value.cloned().unwrap_or(Value::Null),
    }
}

/// Puts a field where its path leads: parents are records inside the record.
fn place(fields: &mut Map<String, Value>, path: &Path, row: &Value, field: Value) {
    let (mut fields, mut row) = (fields, row);
    for step in &path.parents {
        row = row.get(step).unwrap_or(&Value::Null);
        let parent = fields.entry(step.clone()).or_insert_with(|| parent(row));
        match parent["value"].get_mut("fields").and_then(Value::as_object_mut) {
            Some(inner) => fields = inner,
            // There is no parent.
            None => return,
        }
    }
    fields.insert(path.name.clone(), field);
}

fn parent(row: &Value) -> Value {
    let Some(id) = row.get("Id").filter(|id| !id.is_null()) else { return json!({ "displayValue": null, "value": null }) };
    let api_name = id.as_str().and_then(|id| row["attributes"]["url"].as_str()?.strip_suffix(id)?.trim_end_matches('/').rsplit('/').next());
    let fields = json!({ "Id": { "displayValue": null, "value": id } });
    let record = json!({
        "apiName": api_name, "childRelationships": {}, "eTag": null, "fields": fields, "id": id, "lastModifiedById": null, "lastModifiedDate": null,
        "recordTypeId": null, "recordTypeInfo": null, "systemModstamp": null, "weakEtag": 0,
    });
    json!({ "displayValue": row.get("Name").cloned().unwrap_or(Value::Null), "value": marked(record) })
}

fn whole(object: &Object, row: &Value, fields: &Map<String, Value>) -> Value {
    let own = |name: &str| row.get(name).cloned().unwrap_or(Value::Null);
    let instant = |name: &str| spelled(row.get(name), FieldType::Datetime);
    let record_type = own("RecordTypeId");
    let known = object.record_types.iter().find(|info| !info.master && record_type.as_str() == Some(&*info.id));
    let info = known.map(|info| {
        json!({
            "available": info.available, "defaultRecordTypeMapping": info.default_mapping, "master": info.master, "name": info.name,
            "recordTypeId": info.id,
        })
    });
    let modified = row["SystemModstamp"].as_str().and_then(|text| text.replace("+0000", "Z").parse::<jiff::Timestamp>().ok());
    marked(json!({
        "apiName": object.name,
        "childRelationships": {},
        "eTag": null,
        "fields": fields,
        "id": own("Id"),
        "lastModifiedById": own("LastModifiedById"),
        "lastModifiedDate": instant("LastModifiedDate"),
        "recordTypeId": known.map_or(MASTER, |info| &*info.id),
        "recordTypeInfo": info,
        "systemModstamp": instant("SystemModstamp"),
        "weakEtag": modified.map_or(0, jiff::Timestamp::as_millisecond),
    }))
}

//! List views in the UI API: what each shows, its records, both at once, and the records used last.

use catalogue::Object;
use serde_json::{Value, json};

use super::super::call::Call;
use super::super::error::RestError;
use super::super::format::Answer;
use super::super::list_views::readable;
use super::super::records::found;
use super::super::resources::Resources;
use super::super::versions::written;
use super::paging::{Paging, paged};
use super::paths::{self, Path};
use super::record::listed_part;
use super::{address, marked};
use crate::id::RecordId;
use crate::records::RecordError;
use crate::schema::{ListColumn, ListView, Schema, ViewScope, list_columns, list_view, list_views, list_views_of};

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/ui-lists-of", "/services/data/{version}/ui-api/list-info/{object}", summaries)
        .get("rest/ui-list-info", "/services/data/{version}/ui-api/list-info/{object}/{list}", info_named)
        .get("rest/ui-list-records", "/services/data/{version}/ui-api/list-records/{object}/{list}", records_named)
        .get("rest/ui-list-records-by-id", "/services/data/{version}/ui-api/list-records/{object}", records_by_id)
        .get("rest/ui-list-uis-of", "/services/data/{version}/ui-api/list-ui/{object}", ui_or_summaries)
        .get("rest/ui-list-ui", "/services/data/{version}/ui-api/list-ui/{object}/{list}", ui_named)
        .get("rest/ui-mru-info", "/services/data/{version}/ui-api/mru-list-info/{object}", mru_info)
        .get("rest/ui-mru-records", "/services/data/{version}/ui-api/mru-list-records/{object}", mru_records)
        .get("rest/ui-mru-ui", "/services/data/{version}/ui-api/mru-list-ui/{object}", mru_ui)
}

/// A list a path leads to.
struct Shown<'s> {
    object: &'s Object,
    view: ListView,
    /// Not a list view of the org: the records used last.
    is_mru: bool,
}

impl Shown<'_> {
    fn reference(&self) -> Value {
        let id = (!self.is_mru).then(|| self.view.id.to_string());
        let name = (!self.is_mru).then_some(&self.view.developer_name);
        json!({ "id": id, "listViewApiName": name, "objectApiName": self.object.name, "type": if self.is_mru { "mru" } else { "listView" } })
    }

    fn path(&self, call: &Call<'_>) -> String {
        match self.is_mru {
            true => address(call, &format!("mru-list-records/{}", self.object.name)),
            false => address(call, &format!("list-records/{}", self.view.id)),
        }
    }
}

fn named<'s>(call: &Call<'_>, schema: &'s Schema) -> Result<Shown<'s>, RestError> {
    let object = found(call, schema, &call.segment("object"))?;
    let view = list_view(object, &call.segment("list")).ok_or(RestError::NotFound)?;
    Ok(Shown { object, view, is_mru: false })
}

/// The list of an id that stands where an object's name could.
fn by_id<'s>(call: &Call<'_>, schema: &'s Schema) -> Result<Shown<'s>, RestError> {
    let id = RecordId::parse(&call.segment("object")).map_err(|_| RestError::NotFound)?;
    let view = list_views(schema).into_iter().find(|view| view.id == id).ok_or(RestError::NotFound)?;
    Ok(Shown { object: found(call, schema, &view.object)?, view, is_mru: false })
}

/// Whether an object's name stands where the id of a list could; names of 15 letters are spelled like ids.
fn names_an_object(call: &Call<'_>, schema: &Schema) -> bool {
    schema.object(&call.segment("object")).is_some()
}

fn mru<'s>(call: &Call<'_>, schema: &'s Schema) -> Result<Shown<'s>, RestError> {
    let object = found(call, schema, &call.segment("object"))?;
    let recent = list_views_of(object).into_iter().find(|view| view.scope == ViewScope::Recent);
    Ok(Shown { object, view: recent.ok_or(RestError::NotFound)?, is_mru: true })
}

/// `GET …/ui-api/list-info/Account` lists the views of an object; with the id of a view it tells of that one.
fn summaries(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    match names_an_object(call, &schema) {
        true => summary(call, &schema, "list-info"),
        false => written(&info(call, &schema, &by_id(call, &schema)?), "ListInfo"),
    }
}

/// `GET …/ui-api/list-ui/Account`, or of a view's id
fn ui_or_summaries(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    match names_an_object(call, &schema) {
        true => summary(call, &schema, "list-ui"),
        false => written(&ui(call, &schema, &by_id(call, &schema)?)?, "ListUi"),
    }
}

fn summary(call: &Call<'_>, schema: &Schema, resource: &str) -> Result<Answer, RestError> {
    let object = found(call, schema, &call.segment("object"))?;
    let recent_only = call.parameter("recentListsOnly").is_some_and(|text| text == "true");
    let wanted = call.parameter("q").unwrap_or_default().to_lowercase();
    let used = if recent_only { used(call)? } else { Vec::new() };
    let shown = list_views_of(object).into_iter().filter(|view| view.label.to_lowercase().contains(&wanted));
    let shown: Vec<ListView> = shown.filter(|view| !recent_only || used.contains(&view.id)).collect();
    let (paging, total) = (Paging::of(call)?, shown.len());
    let page = paging.cut(shown);
    let entry = |view: &ListView| json!({ "apiName": view.developer_name, "id": view.id.to_string(), "label": view.label, "listUiUrl": address(call, &format!("list-ui/{}", view.id)) });
    let body = json!({
        "eTag": null, "lists": page.iter().map(entry).collect::<Vec<_>>(), "objectApiName": object.name, "queryString": call.parameter("q"),
        "recentListsOnly": recent_only,
    });
    let path = address(call, &format!("{resource}/{}", object.name));
    written(&marked(paged(body, paging.members(call, &path, (page.len(), total)))), "ListViewSummaryCollection")
}

fn used(call: &Call<'_>) -> Result<Vec<RecordId>, RestError> {
    use crate::records::Usages;
    Ok(call.db.read(|tx| tx.used_ids(call.caller.user.id, "ListView"))?)
}

/// `GET …/ui-api/list-info/Account/AllAccounts`
fn info_named(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    written(&info(call, &schema, &named(call, &schema)?), "ListInfo")
}

fn records_named(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let shown = named(call, &schema)?;
    let info = info(call, &schema, &shown);
    written(&records(call, &schema, &shown, &info)?, "ListRecordCollection")
}

fn records_by_id(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let shown = by_id(call, &schema)?;
    let info = info(call, &schema, &shown);
    written(&records(call, &schema, &shown, &info)?, "ListRecordCollection")
}

fn ui_named(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let shown = named(call, &schema)?;
    written(&ui(call, &schema, &shown)?, "ListUi")
}

fn mru_info(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    written(&info(call, &schema, &mru(call, &schema)?), "ListInfo")
}

fn mru_records(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let shown = mru(call, &schema)?;
    let info = info(call, &schema, &shown);
    written(&records(call, &schema, &shown, &info)?, "ListRecordCollection")
}

fn mru_ui(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let shown = mru(call, &schema)?;
    written(&ui(call, &schema, &shown)?, "ListUi")
}

fn ui(call: &Call<'_>, schema: &Schema, shown: &Shown<'_>) -> Result<Value, RestError> {
    let info = info(call, schema, shown);
    let records = records(call, schema, shown, &info)?;
    Ok(marked(json!({ "eTag": null, "info": info, "records": records })))
}

/// What a list shows and how it is ordered.
fn info(call: &Call<'_>, schema: &Schema, shown: &Shown<'_>) -> Value {
    let columns = visible(call, schema, shown.object);
    let filtered = shown.view.conditions.iter().map(|condition| {
        let label = shown.object.field(condition.field).map(|field| field.label.to_string());
        json!({ "fieldApiName": condition.field, "label": label, "operandLabels": [condition.value.replace('_', " ")], "operator": "Equals" })
    });
    let mut filtered: Vec<Value> = filtered.collect();
    if shown.view.scope == ViewScope::Mine {
        filtered.insert(0, json!({ "fieldApiName": "", "label": "", "operandLabels": ["mine"], "operator": "Scope" }));
    }
    marked(json!({
        "cloneable": !shown.is_mru,
        "createable": !shown.is_mru,
        "deletable": false,
        "displayColumns": display_columns(shown.object, &columns),
        "eTag": null,
        "filterLogicString": null,
        "filteredByInfo": filtered,
        "label": shown.view.label,
        "listReference": shown.reference(),
        "orderedByInfo": ordered_by(&columns),
        "updateable": false,
        "userPreferences": preferences(&columns),
        "visibility": if shown.is_mru { "Private" } else { "Public" },
        "visibilityEditable": false,
    }))
}

/// The columns of an object's lists that the caller sees.
pub fn visible(call: &Call<'_>, schema: &Schema, object: &Object) -> Vec<ListColumn> {
    readable(call, schema, object, list_columns(object))
}

pub fn display_columns(object: &Object, columns: &[ListColumn]) -> Vec<Value> {
    let column = |column: &ListColumn| {
        let named = object.name_field.as_deref() == Some(&*column.path);
        let parent = column.path.strip_suffix(".Name").map(|parent| format!("{parent}.Id"));
        let lookup = if named { Some("Id".to_owned()) } else { parent };
        json!({ "fieldApiName": column.path, "label": column.label, "lookupId": lookup, "sortable": column.sortable })
    };
    columns.iter().map(column).collect()
}

pub fn ordered_by(columns: &[ListColumn]) -> Vec<Value> {
    let first = columns.iter().find(|column| column.sortable);
    first.map(|column| json!({ "fieldApiName": column.path, "isAscending": true, "label": column.label })).into_iter().collect()
}

pub fn preferences(columns: &[ListColumn]) -> Value {
    let each =
        |value: Value| -> Value { columns.iter().map(|column| (column.path.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into() };
    json!({ "columnWidths": each(json!(-1)), "columnWrap": each(json!(false)) })
}

/// What a collection of records shows: the list's own columns, and the fields the caller names.
pub struct Collection<'c> {
    pub object: &'c Object,
    pub columns: &'c [ListColumn],
    /// What stands between FROM and WHERE.
    pub using: &'static str,
    /// What chooses the records, in the syntax of WHERE; empty for all.
    pub condition: String,
    pub path: String,
}

/// A page of such a collection, without its reference.
///
/// # Errors
/// `UnknownField` for a field or an order that is not the object's.
pub fn collected(call: &Call<'_>, schema: &Schema, of: &Collection<'_>) -> Result<Value, RestError> {
    let (object, access) = (of.object, &call.caller.access);
    let list = |name: &str| call.parameter(name).unwrap_or_default();
    let (fields, optional) = (list("fields"), list("optionalFields"));
    let mut wanted: Vec<Path> =
        of.columns.iter().flat_map(|column| paths::named(schema, access, object, &format!("{}.{}", object.name, column.path))).flatten().collect();
    wanted.extend(paths::named(schema, access, object, &fields).into_iter().collect::<Result<Vec<_>, _>>()?);
    wanted.extend(paths::named(schema, access, object, &optional).into_iter().flatten());
    let sorted = sort_of(call, schema, of)?;
    let paging = Paging::of(call)?;
    let filter = if of.condition.is_empty() { format!("{} ", of.using) } else { format!("{} WHERE {} ", of.using, of.condition) };
    let order =
        sorted.iter().map(|(path, up)| format!("{path}{}", if *up { "" } else { " DESC" })).chain(["Id".to_owned()]).collect::<Vec<_>>().join(", ");
    let (records, total) = listed_part(call, schema, object, wanted, (&format!("{filter}ORDER BY {order}"), paging))?;
    let named = |list: &str| list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let body = json!({
        "eTag": null, "fields": named(&fields), "listInfoETag": null, "optionalFields": named(&optional),
        "sortBy": sorted.iter().map(|(path, up)| format!("{}{path}", if *up { "" } else { "-" })).collect::<Vec<_>>(),
        "records": records,
    });
    Ok(marked(paged(body, paging.members(call, &of.path, (records.len(), total)))))
}

/// The order a caller asks for (`sortBy=-Name`), or the list's own.
fn sort_of(call: &Call<'_>, schema: &Schema, of: &Collection<'_>) -> Result<Vec<(String, bool)>, RestError> {
    let Some(asked) = call.parameter("sortBy").filter(|text| !text.is_empty()) else {
        return Ok(of.columns.iter().find(|column| column.sortable).map(|column| (column.path.clone(), true)).into_iter().collect());
    };
    let one = |name: &str| {
        let (name, up) = name.strip_prefix('-').map_or((name, true), |name| (name, false));
        let own = name.strip_prefix(&format!("{}.", of.object.name)).unwrap_or(name);
        let unknown = || RecordError::UnknownField { field: name.to_owned(), object: of.object.name.to_string() };
        let path = paths::named(schema, &call.caller.access, of.object, &format!("{}.{own}", of.object.name)).pop();
        Ok((path.ok_or_else(unknown)?.map_err(|_| unknown())?.soql(), up))
    };
    asked.split(',').map(str::trim).filter(|name| !name.is_empty()).take(1).map(one).collect()
}

fn records(call: &Call<'_>, schema: &Schema, shown: &Shown<'_>, info: &Value) -> Result<Value, RestError> {
    use crate::records::Usages;
    let columns = visible(call, schema, shown.object);
    let condition = shown.view.condition(&call.caller.user.id.to_string());
    let of = Collection { object: shown.object, columns: &columns, using: shown.view.using(), condition, path: shown.path(call) };
    let mut body = collected(call, schema, &of)?;
    if !shown.is_mru {
        call.db.write(|tx| tx.note_list_view(shown.view.id, call.caller.user.id, call.app.now()))?;
    }
    body["listReference"] = shown.reference();
    body["listInfoETag"] = info["eTag"].clone();
    body["searchTerm"] = Value::Null;
    Ok(body)
}

//! List views: which there are, what each shows, and its records. Source: `rest.md` section 4.

use catalogue::{Field, FieldType, Object};
use serde_json::{Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::query::selected_part;
use super::records::found;
use super::resources::Resources;
use super::versions::written;
use crate::records::Usages;
use crate::schema::{HIDDEN_COLUMNS, ListColumn, ListCondition, ListView, Schema, ViewScope, list_column, list_view, list_views_of, select_item};

/// Records of a page of results: unless the caller says how many, and at most.
const USUAL: usize = 25;
const MOST: usize = 2_000;

pub fn rows(rows: Resources) -> Resources {
    rows.get("rest/list-views", "/services/data/{version}/sobjects/{object}/listviews", list)
        .get("rest/list-views-recent", "/services/data/{version}/sobjects/{object}/listviews/recent", recent)
        .get("rest/list-view", "/services/data/{version}/sobjects/{object}/listviews/{view}", one)
        .get("rest/list-view-describe", "/services/data/{version}/sobjects/{object}/listviews/{view}/describe", describe)
        .get("rest/list-view-results", "/services/data/{version}/sobjects/{object}/listviews/{view}/results", results)
}

/// `GET /services/data/v67.0/sobjects/Account/listviews`
fn list(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    listed(call, object, &list_views_of(object))
}

/// `GET …/listviews/recent`: those the caller looked at last.
fn recent(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let used = call.db.read(|tx| tx.used_ids(call.caller.user.id, "ListView"))?;
    let views: Vec<ListView> = used.iter().filter_map(|id| list_view(object, &id.to_string())).collect();
    listed(call, object, &views)
}

fn listed(call: &Call<'_>, object: &Object, views: &[ListView]) -> Result<Answer, RestError> {
    let entries: Vec<Value> = views.iter().map(|view| entry(call, view)).collect();
    let body = json!({ "done": true, "listviews": entries, "nextRecordsUrl": null, "size": views.len(), "sobjectType": object.name });
    written(&body, "ListViewsResult")
}

fn entry(call: &Call<'_>, view: &ListView) -> Value {
    let url = format!("/services/data/{}/sobjects/{}/listviews/{}", call.asked().version, view.object, view.id);
    json!({
        "describeUrl": format!("{url}/describe"),
        "developerName": view.developer_name,
        "id": view.id.to_string(),
        "label": view.label,
        "resultsUrl": format!("{url}/results"),
        "soqlCompatible": true,
        "url": url,
    })
}

/// The object and the list view of the path.
fn of_path<'s>(call: &Call<'_>, schema: &'s Schema) -> Result<(&'s Object, ListView), RestError> {
    let object = found(call, schema, &call.segment("object"))?;
    let view = list_view(object, &call.segment("view")).ok_or(RestError::NotFound)?;
    Ok((object, view))
}

/// `GET …/listviews/00B…`
fn one(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (_, view) = of_path(call, &schema)?;
    written(&entry(call, &view), "ListViewResult")
}

/// `GET …/listviews/00B…/describe`
fn describe(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (object, view) = of_path(call, &schema)?;
    let order = |path: &str| json!({ "fieldNameOrPath": path, "nullsPosition": "first", "sortDirection": "ascending" });
    let (shown, hidden) = shown_columns(call, &schema, object, &view);
    let first = shown.iter().find(|column| column.sortable && column.path != "Id").map(|column| order(&column.path));
    let scope = match view.scope {
        ViewScope::Everything => "everything",
        ViewScope::Mine => "mine",
        ViewScope::Recent => "mru",
    };
    let body = json!({
        "columns": columns((&shown, &hidden)),
        "id": view.id.to_string(),
        "orderBy": first.into_iter().chain([order("Id")]).collect::<Vec<_>>(),
        "query": view.query(object, &shown),
        "relatedEntityId": null,
        "scope": scope,
        "scopeEntityId": null,
        "sobjectType": object.name,
        "whereCondition": condition(&view.conditions),
    });
    written(&body, "ListViewDescribe")
}

fn condition(conditions: &[ListCondition]) -> Value {
    let one = |condition: &ListCondition| json!({ "field": condition.field, "operator": condition.operator, "values": [condition.value] });
    match conditions {
        [only] => one(only),
        all => json!({ "conditions": all.iter().map(one).collect::<Vec<_>>(), "conjunction": "and" }),
    }
}

/// Of an object's list columns those whose whole path the caller reads: every link on the way, and the field at its end.
pub fn readable(call: &Call<'_>, schema: &Schema, object: &Object, columns: Vec<ListColumn>) -> Vec<ListColumn> {
    columns.into_iter().filter(|column| reads_path(call, schema, object, &column.path)).collect()
}

fn reads_path(call: &Call<'_>, schema: &Schema, object: &Object, path: &str) -> bool {
    let access = &call.caller.access;
    let Some((step, rest)) = path.split_once('.') else { return object.field(path).is_some_and(|field| access.reads(object, field)) };
    let leads = |field: &&Field| field.relationship_name.as_deref() == Some(step) && access.reads(object, field);
    object.fields.iter().find(leads).is_some_and(|link| {
        // Of a parent that may be of several objects the path names what some of them have.
        let mut parents = link.reference_to.iter().filter_map(|name| schema.object(name)).filter(|parent| access.sees(parent));
        parents.any(|parent| reads_path(call, schema, parent, rest))
    })
}

/// The columns the caller sees, then those every list reads and does not show.
fn shown_columns(call: &Call<'_>, schema: &Schema, object: &Object, view: &ListView) -> (Vec<ListColumn>, Vec<ListColumn>) {
    let shown = readable(call, schema, object, view.columns(object));
    let hidden = HIDDEN_COLUMNS.iter().filter(|name| !shown.iter().any(|column| column.path == **name)).filter_map(|name| list_column(object, name));
    let hidden = hidden.collect();
    (shown, hidden)
}

fn columns((shown, hidden): (&[ListColumn], &[ListColumn])) -> Vec<Value> {
    let sorted = shown.iter().position(|column| column.sortable);
    let shown = shown.iter().enumerate().map(|(place, column)| column_json(column, false, sorted == Some(place)));
    shown.chain(hidden.iter().map(|column| column_json(column, true, false))).collect()
}

fn column_json(column: &ListColumn, hidden: bool, sorted: bool) -> Value {
    let (ascending, descending) = directions(column.kind);
    json!({
        "ascendingLabel": (!hidden).then_some(ascending),
        "descendingLabel": (!hidden).then_some(descending),
        "fieldNameOrPath": column.path,
        "hidden": hidden,
        "label": column.label,
        "searchable": matches!(column.kind, FieldType::String | FieldType::Textarea | FieldType::Email | FieldType::Phone | FieldType::Url),
        "selectListItem": select_item(column),
        "sortDirection": sorted.then_some("ascending"),
        "sortIndex": sorted.then_some(0),
        "sortable": column.sortable && !hidden,
        "type": column.kind.name(),
    })
}

fn directions(kind: FieldType) -> (&'static str, &'static str) {
    match kind {
        FieldType::Date | FieldType::Datetime | FieldType::Time => ("New to Old", "Old to New"),
        FieldType::Int | FieldType::Double | FieldType::Currency | FieldType::Percent => ("High to Low", "Low to High"),
        FieldType::Boolean => ("Selected to Not Selected", "Not Selected to Selected"),
        _ => ("Z-A", "A-Z"),
    }
}

/// `GET …/listviews/00B…/results?limit=25&offset=0`
fn results(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (object, view) = of_path(call, &schema)?;
    let (limit, offset) = (call.number("limit")?.unwrap_or(USUAL).clamp(1, MOST), call.number("offset")?.unwrap_or(0));
    let (shown, hidden) = shown_columns(call, &schema, object, &view);
    let all: Vec<&ListColumn> = shown.iter().chain(&hidden).collect();
    let user = call.caller.user.id.to_string();
    let condition = Some(view.condition(&user)).filter(|condition| !condition.is_empty()).map(|condition| format!(" WHERE {condition}"));
    let order = shown.iter().find(|column| column.sortable).map_or("Id", |column| &column.path);
    let names = all.iter().map(|column| select_item(column)).collect::<Vec<_>>().join(", ");
    let soql = format!("SELECT {names} FROM {}{}{} ORDER BY {order}, Id", object.name, view.using(), condition.unwrap_or_default());
    let end = offset.saturating_add(limit);
    let (records, total) = selected_part(call, &schema, &soql, offset..end)?;
    call.db.write(|tx| tx.note_list_view(view.id, call.caller.user.id, call.app.now()))?;
    let rows: Vec<Value> = records.iter().map(|record| row(record, &all)).collect();
    let body = json!({
        "columns": columns((&shown, &hidden)),
        "developerName": view.developer_name,
        "done": end >= total,
        "id": view.id.to_string(),
        "label": view.label,
        "records": rows,
        "size": rows.len(),
    });
    written(&body, "ListViewResults")
}

fn row(record: &Value, columns: &[&ListColumn]) -> Value {
    let cell = |column: &&ListColumn| {
        let value = column.path.split('.').try_fold(record, |value, step| value.get(step)).unwrap_or(&Value::Null);
        json!({ "fieldNameOrPath": column.path, "value": text(value, column.kind) })
    };
    json!({ "columns": columns.iter().map(cell).collect::<Vec<_>>() })
}

/// Values of a list are text: dates with times as `Fri Aug 01 21:15:46 GMT 2014`.
fn text(value: &Value, kind: FieldType) -> Option<String> {
    match (value, kind) {
        (Value::Null, _) => None,
        (Value::String(text), FieldType::Datetime) => {
            Some(text.parse().map_or_else(|_| text.clone(), |at: jiff::Timestamp| at.strftime("%a %b %d %H:%M:%S GMT %Y").to_string()))
        }
        (Value::String(text), _) => Some(text.clone()),
        (other, _) => Some(other.to_string()),
    }
}

//! `uiapi { aggregate { … } }`: groups of records and what is computed of each. Source: Salesforce GraphQL API guide, "Aggregate Queries".

use catalogue::Object;
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::query::selected;
use super::condition::Scope;
use super::connection::Window;
use super::error::GraphError;
use super::select::Asked;
use crate::schema::Schema;

/// What may be computed of a field: as GraphQL and as SOQL call it.
const FUNCTIONS: [(&str, &str); 6] =
    [("count", "COUNT"), ("countDistinct", "COUNT_DISTINCT"), ("sum", "SUM"), ("avg", "AVG"), ("min", "MIN"), ("max", "MAX")];

/// `Account(groupBy: {Industry: {group: true}}) { edges { node { aggregate { Industry { value } Id { count { value } } } } } }`
pub fn answer(call: &Call<'_>, schema: &Schema, asked: &Asked, path: &[String]) -> Result<Value, GraphError> {
    let sees = |object: &&Object| object.name == asked.name && object.flags.queryable && call.caller.access.sees(object);
    let undefined = || GraphError::undefined(&asked.name, "RecordQueryAggregate", path, asked.at);
    let object = schema.object(&asked.name).filter(sees).ok_or_else(undefined)?;
    let path = [path, std::slice::from_ref(&asked.key)].concat();
    let wrong = |why: String| GraphError::invalid("WrongType", &path, &why, asked.at);
    let aggregate = asked.selected("edges").and_then(|edges| edges.selected("node")).and_then(|node| node.selected("aggregate"));
    let fields = aggregate.map_or(&[][..], |aggregate| aggregate.selections.as_slice());
    let mut columns = Vec::new();
    for field in fields {
        own(call, object, &field.name).ok_or_else(|| GraphError::undefined(&field.name, &format!("{}Aggregate", object.name), &path, field.at))?;
        for (place, function) in functions(field) {
            columns.push(format!("{function}({}) {place}", field.name));
        }
    }
    let groups: Vec<&String> = asked.argument("groupBy").and_then(Value::as_object).into_iter().flat_map(Map::keys).collect();
    if let Some(group) = groups.iter().find(|group| own(call, object, group).is_none()) {
        return Err(GraphError::undefined(group, &format!("{}_GroupBy", object.name), &path, asked.at));
    }
    let selects = groups.iter().map(|group| (*group).clone()).chain(columns).collect::<Vec<_>>();
    if selects.is_empty() {
        return Err(wrong("An aggregate query needs a group or a function".to_owned()));
    }
    let scope = Scope { call, schema, object };
    let filter = asked.argument("where").map(|filter| scope.condition(filter)).transpose().map_err(wrong)?.filter(|text| !text.is_empty());
    let filter = filter.map(|text| format!(" WHERE {text}")).unwrap_or_default();
    let grouped = if groups.is_empty() {
        String::new()
    } else {
        format!(" GROUP BY {}", groups.iter().map(|group| group.as_str()).collect::<Vec<_>>().join(", "))
    };
    let window = Window::of(asked, &path)?;
    let soql = format!("SELECT {} FROM {}{filter}{grouped}", selects.join(", "), object.name);
    let found = selected(call, schema, &soql).map_err(|error| GraphError::fetching(&error, &path, asked.at))?;
    let rows = found["records"].as_array().map_or(&[][..], Vec::as_slice);
    let (page, more) = window.cut(rows);
    let edges = |edges: &Asked| -> Value { page.iter().enumerate().map(|(place, row)| edge(edges, row, &window.cursor(place))).collect() };
    let member = |field: &Asked| match field.name.as_str() {
        "edges" => edges(field),
        "totalCount" => json!(rows.len()),
        "pageResultCount" => json!(page.len()),
        "pageInfo" => window.info(field, (page.len(), more)),
        _ => json!(format!("{}AggregateConnection", object.name)),
    };
    Ok(asked.selections.iter().map(|field| (field.key.clone(), member(field))).collect::<Map<_, _>>().into())
}

fn own<'o>(call: &Call<'_>, object: &'o Object, name: &str) -> Option<&'o catalogue::Field> {
    object.field(name).filter(|field| *field.name == *name && call.caller.access.reads(object, field))
}

/// The functions asked for of a field, each under an alias of its own.
fn functions(field: &Asked) -> Vec<(String, &'static str)> {
    let known = FUNCTIONS.iter().filter(|(name, _)| field.selected(name).is_some());
    known.map(|(name, function)| (alias(&field.name, name), *function)).collect()
}

/// An alias may not hold two underscores in a row, which custom fields do.
fn alias(field: &str, function: &str) -> String {
    format!("{function}{}", field.replace('_', ""))
}

fn edge(asked: &Asked, row: &Value, cursor: &str) -> Value {
    let of_field = |field: &Asked, part: &Asked| match FUNCTIONS.iter().any(|(name, _)| *name == part.name) {
        true => part.selections.iter().map(|leaf| (leaf.key.clone(), row[alias(&field.name, &part.name)].clone())).collect::<Map<_, _>>().into(),
        false => row.get(&field.name).cloned().unwrap_or(Value::Null),
    };
    let aggregate = |aggregate: &Asked| -> Value {
        let field = |field: &Asked| {
            (field.key.clone(), field.selections.iter().map(|part| (part.key.clone(), of_field(field, part))).collect::<Map<_, _>>().into())
        };
        aggregate.selections.iter().map(field).collect::<Map<String, Value>>().into()
    };
    let node = |node: &Asked| -> Value { node.selections.iter().map(|part| (part.key.clone(), aggregate(part))).collect::<Map<_, _>>().into() };
    let member = |part: &Asked| match part.name.as_str() {
        "node" => node(part),
        "cursor" => json!(cursor),
        _ => Value::Null,
    };
    asked.selections.iter().map(|part| (part.key.clone(), member(part))).collect::<Map<_, _>>().into()
}

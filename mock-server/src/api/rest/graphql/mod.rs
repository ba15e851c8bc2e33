//! GraphQL: `POST /services/data/vXX.0/graphql`. A document is read (`lexer`, `parser`), what it asks for is gathered (`select`), and answered
//! by queries of the records room (`connection`, `aggregate`) or by changes (`write`). Source: `rest.md` section 4 and Salesforce's GraphQL
//! API guide.
//!
//! GUESS: an answer's errors leave the data that could be had; a document that means nothing has none.

mod aggregate;
mod condition;
mod connection;
mod document;
mod error;
mod lexer;
mod parser;
mod select;
mod write;

use serde_json::{Map, Value, json};

use self::connection::Connections;
use self::document::{Document, Kind, Operation};
use self::error::GraphError;
use self::select::Asked;
use self::write::Plan;
use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::quick_actions::plain;
use super::resources::Resources;
use super::sent::json_body;
use super::ui::object_info;
use super::versions::written;
use crate::records::{Json, RecordError};
use crate::schema::Schema;

/// The version GraphQL came with, and the one of mutations.
const SINCE: u16 = 51;
const MUTATIONS_SINCE: u16 = 59;

pub(super) fn rows(rows: Resources) -> Resources {
    rows.post("rest/graphql", "/services/data/{version}/graphql", run)
}

/// `POST /services/data/v67.0/graphql` with `{"query": "…", "operationName": "…", "variables": {…}}`
fn run(call: &Call<'_>) -> Result<Answer, RestError> {
    if call.version.number() < SINCE {
        return Err(RestError::NotFound);
    }
    let body = json_body(call)?;
    let sent = plain(&Json::parse(body).map_err(RecordError::from)?);
    let text = sent.get("query").and_then(Value::as_str).ok_or(RestError::MissingParameter("query"))?;
    let variables = sent.get("variables").and_then(Value::as_object).cloned().unwrap_or_default();
    let prepared = prepare(text, sent.get("operationName").and_then(Value::as_str), &variables);
    let (data, errors) = match prepared {
        Ok((kind, asked)) => answer(call, kind, &asked)?,
        Err(error) => (Value::Null, vec![error]),
    };
    written(&json!({ "data": data, "errors": errors.iter().map(GraphError::json).collect::<Vec<_>>() }), "GraphQL")
}

fn prepare(text: &str, name: Option<&str>, variables: &Map<String, Value>) -> Result<(Kind, Vec<Asked>), GraphError> {
    let document = parser::parse(text)?;
    let operation = chosen(&document, name)?;
    if operation.kind == Kind::Subscription {
        return Err(GraphError::invalid("UnknownOperation", &[], "The operation type 'subscription' is not supported", operation.at));
    }
    Ok((operation.kind, select::asked(&document, operation, variables)?))
}

fn chosen<'d>(document: &'d Document, name: Option<&str>) -> Result<&'d Operation, GraphError> {
    match (name.filter(|name| !name.is_empty()), document.operations.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => Err(GraphError::operation("Must provide operation name if query contains multiple operations.".to_owned())),
        (Some(name), all) => {
            let unknown = || GraphError::operation(format!("Unknown operation named '{name}'."));
            all.iter().find(|operation| operation.name.as_deref() == Some(name)).ok_or_else(unknown)
        }
    }
}

type Answered = (Value, Vec<GraphError>);

fn answer(call: &Call<'_>, kind: Kind, asked: &[Asked]) -> Result<Answered, RestError> {
    let schema = call.schema()?;
    let refused = |error| Ok((Value::Null, vec![error]));
    let plans = match planned(call, &schema, kind, asked) {
        Ok(plans) => plans,
        Err(error) => return refused(error),
    };
    let mut plans = plans.iter();
    let mut data = Map::new();
    let mut errors = Vec::new();
    for field in asked {
        let value = match (field.name.as_str(), kind) {
            ("__typename", kind) => json!(root(kind)),
            (_, Kind::Mutation) => {
                let Some(plan) = plans.next() else { continue };
                let outcome = write::run(call, &schema, plan)?;
                errors.extend(outcome.errors);
                Value::Object(outcome.data)
            }
            _ => {
                let (value, found) = uiapi(call, &schema, field)?;
                errors.extend(found);
                value
            }
        };
        data.insert(field.key.clone(), value);
    }
    let invalid = errors.iter().any(GraphError::is_of_the_document);
    Ok((if invalid { Value::Null } else { Value::Object(data) }, errors))
}

fn root(kind: Kind) -> &'static str {
    if kind == Kind::Mutation { "Mutation" } else { "Query" }
}

/// Judges the members of the root before any is answered: what each `uiapi` of a mutation comes to, in their order.
fn planned<'a>(call: &Call<'_>, schema: &'a Schema, kind: Kind, asked: &'a [Asked]) -> Result<Vec<Plan<'a>>, GraphError> {
    let mut plans = Vec::new();
    for field in asked {
        match (field.name.as_str(), kind) {
            ("__typename", _) => {}
            ("uiapi", Kind::Mutation) if call.version.number() >= MUTATIONS_SINCE => plans.push(write::plan(call, schema, field)?),
            ("uiapi", Kind::Query) => {}
            (other, kind) => return Err(GraphError::undefined(other, root(kind), &[], field.at)),
        }
    }
    Ok(plans)
}

/// The members of `uiapi { … }` in a query.
fn uiapi(call: &Call<'_>, schema: &Schema, asked: &Asked) -> Result<Answered, RestError> {
    let connections = Connections { call, schema };
    let path = [asked.key.clone()];
    let mut members = Map::new();
    let mut errors = Vec::new();
    for field in &asked.selections {
        let inner = [path[0].clone(), field.key.clone()];
        let each = |errors: &mut Vec<GraphError>, read: &dyn Fn(&Asked) -> Result<Value, GraphError>| {
            let mut found = Map::new();
            for own in &field.selections {
                let value = read(own).unwrap_or_else(|error| {
                    errors.push(error);
                    Value::Null
                });
                found.insert(own.key.clone(), value);
            }
            Value::Object(found)
        };
        let value = match field.name.as_str() {
            "query" => each(&mut errors, &|own| connections.answer(own, &inner)),
            "aggregate" => each(&mut errors, &|own| aggregate::answer(call, schema, own, &inner)),
            "objectInfos" => object_infos(call, field, &inner, &mut errors),
            "__typename" => json!("UIAPI"),
            other => {
                errors.push(GraphError::undefined(other, "UIAPI", &path, field.at));
                Value::Null
            }
        };
        members.insert(field.key.clone(), value);
    }
    Ok((Value::Object(members), errors))
}

/// `objectInfos(apiNames: ["Account"]) { ApiName label fields { ApiName dataType } }`
fn object_infos(call: &Call<'_>, asked: &Asked, path: &[String], errors: &mut Vec<GraphError>) -> Value {
    let names = asked.argument("apiNames").map(|names| names.as_array().map_or(std::slice::from_ref(names), Vec::as_slice)).unwrap_or_default();
    let mut infos = Vec::with_capacity(names.len());
    for name in names.iter().filter_map(Value::as_str) {
        match object_info::info(call, name) {
            Ok(info) => infos.push(projected(&info, &asked.selections)),
            Err(error) => {
                errors.push(GraphError::fetching(&error, path, asked.at));
                infos.push(Value::Null);
            }
        }
    }
    infos.into()
}

/// The members of object info that are asked for, which GraphQL calls `ApiName` where the UI API says `apiName`. What stands there under
/// names of its own (fields, record types) is a list here.
fn projected(info: &Value, asked: &[Asked]) -> Value {
    let member = |field: &Asked| {
        let name = if field.name == "ApiName" { "apiName" } else { field.name.as_str() };
        let value = info.get(name).cloned().unwrap_or(Value::Null);
        let keyed = matches!(name, "fields" | "recordTypeInfos");
        let value = match value {
            Value::Object(members) if keyed => members.values().map(|value| projected(value, &field.selections)).collect(),
            Value::Array(items) if !field.selections.is_empty() => items.iter().map(|item| projected(item, &field.selections)).collect(),
            value @ Value::Object(_) if !field.selections.is_empty() => projected(&value, &field.selections),
            value => value,
        };
        (field.key.clone(), value)
    };
    asked.iter().map(member).collect::<Map<_, _>>().into()
}

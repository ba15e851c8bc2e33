//! Mutations: records created, changed and deleted, all of them or each for itself. Source: Salesforce GraphQL API guide, "Mutations" (66.0).

use catalogue::Object;
use serde_json::{Map, Value, json};

use super::super::call::{Call, Origin, Request};
use super::super::error::RestError;
use super::connection::Connections;
use super::error::GraphError;
use super::select::Asked;
use crate::app::Database;
use crate::id::RecordId;
use crate::records::{Input, RecordError};
use crate::schema::Schema;
use crate::storage::StoreError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Create,
    Update,
    Delete,
}

/// What came of the parts: a member for each, and the errors.
pub struct Outcome {
    pub data: Map<String, Value>,
    pub errors: Vec<GraphError>,
}

/// A part that failed: what the transaction ends with.
enum Stop {
    Failed(Box<GraphError>),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Carries out the parts of `uiapi(input: {allOrNone: true}) { AccountCreate(input: {…}) { … } }`.
pub fn run(call: &Call<'_>, asked: &Asked, path: &[String]) -> Result<Outcome, RestError> {
    let all_or_none = asked.argument("input").and_then(|input| input.get("allOrNone")).and_then(Value::as_bool).unwrap_or(true);
    if !all_or_none {
        let mut outcome = Outcome { data: Map::new(), errors: Vec::new() };
        let mut ids = Map::new();
        for part in &asked.selections {
            let done = call.db.write(|tx| {
                within(call, Database::Within(&call.caller.org, tx), |inner| one(inner, part, path, &mut ids))
                    .map_err(|error| Stop::Failed(Box::new(error)))
            });
            outcome.take(part, done)?;
        }
        return Ok(outcome);
    }
    let done = call.db.write(|tx| {
        let mut ids = Map::new();
        let parts = |inner: &Call<'_>| {
            asked.selections.iter().map(|part| Ok((part.key.clone(), one(inner, part, path, &mut ids)?))).collect::<Result<Map<_, _>, GraphError>>()
        };
        within(call, Database::Within(&call.caller.org, tx), parts).map_err(|error| Stop::Failed(Box::new(error)))
    });
    match done {
        Ok(data) => Ok(Outcome { data, errors: Vec::new() }),
        Err(Stop::Failed(error)) => {
            Ok(Outcome { data: asked.selections.iter().map(|part| (part.key.clone(), Value::Null)).collect(), errors: vec![*error] })
        }
        Err(Stop::Store(error)) => Err(error.into()),
    }
}

impl Outcome {
    fn take(&mut self, part: &Asked, done: Result<Value, Stop>) -> Result<(), RestError> {
        let value = match done {
            Ok(value) => value,
            Err(Stop::Failed(error)) => {
                self.errors.push(*error);
                Value::Null
            }
            Err(Stop::Store(error)) => return Err(error.into()),
        };
        self.data.insert(part.key.clone(), value);
        Ok(())
    }
}

/// Runs `work` with the same call inside a transaction that is open.
fn within<T>(call: &Call<'_>, db: Database<'_>, work: impl FnOnce(&Call<'_>) -> T) -> T {
    let origin = Origin { app: call.app, caller: call.caller, site: call.site, db, all_or_none: true };
    let segments = super::super::parameters::Segments::of("/services/data/{version}/graphql", "");
    let request = Request { version: call.version, segments, query: None, headers: call.headers, body: call.body };
    work(&Call::new(origin, request))
}

/// One part; `ids` are those of the parts before it, by key.
fn one(call: &Call<'_>, asked: &Asked, path: &[String], ids: &mut Map<String, Value>) -> Result<Value, GraphError> {
    let fail = |error: RestError| GraphError::fetching(&error, &[path, std::slice::from_ref(&asked.key)].concat(), asked.at);
    let schema = call.schema().map_err(fail)?;
    let undefined = || GraphError::undefined(&asked.name, "UIAPIMutations", path, asked.at);
    let (object, act) = named(call, &schema, &asked.name).ok_or_else(undefined)?;
    let path = [path, std::slice::from_ref(&asked.key)].concat();
    let missing = |name: &str| GraphError::invalid("MissingFieldArgument", &path, &format!("Missing field argument '{name}'"), asked.at);
    let input = asked.argument("input").and_then(Value::as_object).ok_or_else(|| missing("input"))?;
    let id_of = |input: &Map<String, Value>| {
        let text = input.get("Id").and_then(Value::as_str).ok_or_else(|| missing("Id"))?;
        RecordId::parse(&referred(text, ids)).map_err(|_| fail(RecordError::MalformedId(text.to_owned()).into()))
    };
    let body = |input: &Map<String, Value>| {
        let fields = input.get(&*object.name).and_then(Value::as_object).ok_or_else(|| missing(&object.name))?;
        let value = |value: &Value| value.as_str().map_or_else(|| value.clone(), |text| json!(referred(text, ids)));
        Ok(Value::Object(fields.iter().map(|(name, own)| (name.clone(), value(own))).collect()).to_string())
    };
    let id = match act {
        Act::Create => {
            let text = body(input)?;
            call.db.write(|tx| call.change(&schema).create(tx, object, Input::Json(text.as_bytes()))).map_err(|error| fail(error.into()))?
        }
        Act::Update => {
            let (id, text) = (id_of(input)?, body(input)?);
            call.db.write(|tx| call.change(&schema).update(tx, object, id, Input::Json(text.as_bytes()))).map_err(|error| fail(error.into()))?;
            id
        }
        Act::Delete => {
            let id = id_of(input)?;
            call.db.write(|tx| call.change(&schema).delete(tx, object, id)).map_err(|error| fail(error.into()))?;
            id
        }
    };
    ids.insert(asked.key.clone(), json!(id.to_string()));
    let connections = Connections { call, schema: &schema };
    let mut answer = Map::new();
    for field in &asked.selections {
        let value = match field.name.as_str() {
            "Record" if act != Act::Delete => connections.record(object, id, field, &path)?,
            "Id" if act == Act::Delete => json!(id.to_string()),
            "success" if act == Act::Update => json!(true),
            "__typename" => json!(format!("{}Payload", asked.name)),
            other => return Err(GraphError::undefined(other, &format!("{}Payload", asked.name), &path, field.at)),
        };
        answer.insert(field.key.clone(), value);
    }
    Ok(answer.into())
}

/// `AccountCreate`, `AccountUpdate`, `AccountDelete`
fn named<'s>(call: &Call<'_>, schema: &'s Schema, name: &str) -> Option<(&'s Object, Act)> {
    let acts = [("Create", Act::Create), ("Update", Act::Update), ("Delete", Act::Delete)];
    let (object, act) = acts.into_iter().find_map(|(suffix, act)| Some((name.strip_suffix(suffix)?, act)))?;
    let object = schema.object(object).filter(|own| own.name == object && call.caller.access.sees(own))?;
    Some((object, act))
}

/// `@{AccountCreate}` stands for the id of what the part of that key made.
fn referred(text: &str, ids: &Map<String, Value>) -> String {
    let key = text.strip_prefix("@{").and_then(|rest| rest.strip_suffix('}'));
    let known = key.and_then(|key| ids.get(key.split('.').next().unwrap_or(key))).and_then(Value::as_str);
    known.unwrap_or(text).to_owned()
}

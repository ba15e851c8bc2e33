//! Mutations: records created, changed and deleted, all of them or each for itself. Source: Salesforce GraphQL API guide, "Mutations" (66.0).
//!
//! What a mutation asks for is judged whole ([`plan`]) before anything of it is written ([`run`]): a document that means nothing changes nothing.

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

/// What one `uiapi(input: {allOrNone: true}) { AccountCreate(input: {…}) { … } }` of a mutation comes to.
pub struct Plan<'a> {
    asked: &'a Asked,
    parts: Vec<Part<'a>>,
}

/// `AccountCreate(input: {…}) { Record { … } }`
struct Part<'a> {
    asked: &'a Asked,
    object: &'a Object,
    act: Act,
    /// The id of the record, or `@{…}` for one that a part before made.
    id: Option<&'a str>,
    fields: Option<&'a Map<String, Value>>,
    path: Vec<String>,
}

/// Judges the parts of a mutation without writing anything.
///
/// # Errors
/// `ValidationError` for objects, fields and selections that are not there, and for inputs of the wrong shape.
pub fn plan<'a>(call: &Call<'_>, schema: &'a Schema, asked: &'a Asked) -> Result<Plan<'a>, GraphError> {
    let path = std::slice::from_ref(&asked.key);
    let parts = asked.selections.iter().map(|part| planned(call, schema, part, path)).collect::<Result<_, _>>()?;
    Ok(Plan { asked, parts })
}

fn planned<'a>(call: &Call<'_>, schema: &'a Schema, asked: &'a Asked, path: &[String]) -> Result<Part<'a>, GraphError> {
    let undefined = || GraphError::undefined(&asked.name, "UIAPIMutations", path, asked.at);
    let (object, act) = named(call, schema, &asked.name).ok_or_else(undefined)?;
    let path = [path, std::slice::from_ref(&asked.key)].concat();
    let invalid = |rule: &str, why: &str| GraphError::invalid(rule, &path, why, asked.at);
    let missing = |name: &str| invalid("MissingFieldArgument", &format!("Missing field argument '{name}'"));
    let input = asked.argument("input").ok_or_else(|| missing("input"))?;
    let input = input.as_object().ok_or_else(|| invalid("WrongType", "argument 'input' must be an object"))?;
    let id = match (act, input.get("Id").filter(|id| !id.is_null())) {
        (Act::Create, _) => None,
        (_, Some(id)) => Some(id.as_str().ok_or_else(|| invalid("WrongType", "argument 'input.Id' must be an ID"))?),
        (_, None) => return Err(missing("Id")),
    };
    let fields = match act {
        Act::Delete => None,
        Act::Create | Act::Update => {
            let fields = input.get(&*object.name).filter(|fields| !fields.is_null()).ok_or_else(|| missing(&object.name))?;
            let fields = fields.as_object().ok_or_else(|| invalid("WrongType", &format!("argument 'input.{}' must be an object", object.name)))?;
            check_fields(call, object, fields).map_err(|why| invalid("WrongType", &why))?;
            Some(fields)
        }
    };
    let part = Part { asked, object, act, id, fields, path };
    part.check_selections(Connections { call, schema })?;
    Ok(part)
}

/// Fields that exist for the caller, with single values.
fn check_fields(call: &Call<'_>, object: &Object, fields: &Map<String, Value>) -> Result<(), String> {
    for (name, value) in fields {
        let known = object.field(name).filter(|field| *field.name == **name && call.caller.access.reads(object, field));
        if known.is_none() {
            return Err(format!("argument 'input.{0}' contains a field not in '{0}Representation': '{name}'", object.name));
        }
        if value.is_object() || value.is_array() {
            return Err(format!("argument 'input.{}.{name}' must be a single value", object.name));
        }
    }
    Ok(())
}

/// Carries out what was planned.
pub fn run(call: &Call<'_>, schema: &Schema, plan: &Plan<'_>) -> Result<Outcome, RestError> {
    let all_or_none = plan.asked.argument("input").and_then(|input| input.get("allOrNone")).and_then(Value::as_bool).unwrap_or(true);
    if !all_or_none {
        let mut outcome = Outcome { data: Map::new(), errors: Vec::new() };
        let mut ids = Map::new();
        for part in &plan.parts {
            let done = call.db.write(|tx| {
                within(call, Database::Within(&call.caller.org, tx), |inner| part.run(inner, schema, &mut ids))
                    .map_err(|error| Stop::Failed(Box::new(error)))
            });
            outcome.take(part.asked, done)?;
        }
        return Ok(outcome);
    }
    let done = call.db.write(|tx| {
        let mut ids = Map::new();
        let parts = |inner: &Call<'_>| {
            plan.parts.iter().map(|part| Ok((part.asked.key.clone(), part.run(inner, schema, &mut ids)?))).collect::<Result<Map<_, _>, GraphError>>()
        };
        within(call, Database::Within(&call.caller.org, tx), parts).map_err(|error| Stop::Failed(Box::new(error)))
    });
    match done {
        Ok(data) => Ok(Outcome { data, errors: Vec::new() }),
        Err(Stop::Failed(error)) => {
            Ok(Outcome { data: plan.parts.iter().map(|part| (part.asked.key.clone(), Value::Null)).collect(), errors: vec![*error] })
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

impl Part<'_> {
    fn check_selections(&self, connections: Connections<'_>) -> Result<(), GraphError> {
        let payload = || format!("{}Payload", self.asked.name);
        if self.asked.selections.is_empty() {
            let why = format!("Subselection required for type '{}' of field '{}'", payload(), self.asked.name);
            return Err(GraphError::invalid("SubselectionRequired", &self.path, &why, self.asked.at));
        }
        for field in &self.asked.selections {
            match field.name.as_str() {
                "Record" if self.act != Act::Delete => connections.check_record(self.object, field, &self.path)?,
                "Id" if self.act == Act::Delete => {}
                "success" if self.act == Act::Update => {}
                "__typename" => {}
                other => return Err(GraphError::undefined(other, &payload(), &self.path, field.at)),
            }
        }
        Ok(())
    }

    /// Does it; `ids` are those of the parts before it, by key.
    fn run(&self, call: &Call<'_>, schema: &Schema, ids: &mut Map<String, Value>) -> Result<Value, GraphError> {
        let id = self.write(call, schema, ids).map_err(|error| GraphError::fetching(&error, &self.path, self.asked.at))?;
        let connections = Connections { call, schema };
        let mut answer = Map::new();
        for field in &self.asked.selections {
            let value = match field.name.as_str() {
                "Record" => connections.record(self.object, id, field, &self.path)?,
                "Id" => json!(id.to_string()),
                "success" => json!(true),
                _ => json!(format!("{}Payload", self.asked.name)),
            };
            answer.insert(field.key.clone(), value);
        }
        // Only a part that is done whole can be referred to.
        ids.insert(self.asked.key.clone(), json!(id.to_string()));
        Ok(answer.into())
    }

    fn write(&self, call: &Call<'_>, schema: &Schema, ids: &Map<String, Value>) -> Result<RecordId, RestError> {
        let id = |text: &str| RecordId::parse(&referred(text, ids)).map_err(|_| RecordError::MalformedId(text.to_owned()));
        let value = |value: &Value| value.as_str().map_or_else(|| value.clone(), |text| json!(referred(text, ids)));
        let fields = self.fields.map(|fields| fields.iter().map(|(name, own)| (name.clone(), value(own))).collect::<Map<_, _>>());
        let text = fields.map(|fields| Value::Object(fields).to_string()).unwrap_or_default();
        let input = || Input::Json(text.as_bytes());
        let id = self.id.map(id).transpose()?;
        let change = call.change(schema);
        Ok(match (self.act, id) {
            (Act::Update, Some(id)) => call.db.write(|tx| change.update(tx, self.object, id, input())).map(|_| id)?,
            (Act::Delete, Some(id)) => call.db.write(|tx| change.delete(tx, self.object, id)).map(|()| id)?,
            _ => call.db.write(|tx| change.create(tx, self.object, input()))?,
        })
    }
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

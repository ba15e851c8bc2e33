//! `/tooling/composite/sobjects`: what the Tooling API keeps, several at once. Each is answered by its own resource, for a definition is more
//! than a row. GUESS: shapes and limits are those of the data API's collections.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use serde_json::{Map, Value, json};

use super::MOST_CHANGED;
use super::body::headers_of_parts;
use super::chain::Undone;
use super::error::CompositeError;
use super::permitted::TOOLING;
use super::since;
use super::subrequest::{Outcome, Part, run};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::api::rest::resources::Resources;
use crate::api::rest::sent::json_body;
use crate::api::rest::versions::written;
use crate::app::Database;
use crate::id::RecordId;
use crate::records::{Json, JsonError, ROLLED_BACK, RecordError};

const SINCE: u16 = 42;

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/tooling-composite-resources", "/services/data/{version}/tooling/composite", list)
        .post("rest/tooling-collection-create", "/services/data/{version}/tooling/composite/sobjects", create)
        .patch("rest/tooling-collection-update", "/services/data/{version}/tooling/composite/sobjects", update)
        .delete("rest/tooling-collection-delete", "/services/data/{version}/tooling/composite/sobjects", delete)
        .get("rest/tooling-collection-read", "/services/data/{version}/tooling/composite/sobjects/{object}", read)
        .post("rest/tooling-collection-read-many", "/services/data/{version}/tooling/composite/sobjects/{object}", read_many)
}

/// `GET /services/data/v67.0/tooling/composite`
fn list(call: &Call<'_>) -> Result<Answer, RestError> {
    let url = |name: &str| format!("{}/composite/{name}", call.root());
    written(&json!({ "batch": url("batch"), "sobjects": url("sobjects") }), "urls")
}

/// One request that a collection stands for.
struct Asked {
    method: Method,
    url: String,
    body: Bytes,
    /// The record it names.
    id: Option<String>,
}

/// The records of a body.
struct Sent {
    all_or_none: bool,
    records: Vec<Map<String, Value>>,
}

impl Sent {
    fn read(call: &Call<'_>) -> Result<Self, RestError> {
        since(call, SINCE)?;
        let sent = sent(call)?;
        let records = sent["records"].as_array().ok_or(CompositeError::Missing("records"))?;
        if records.len() > MOST_CHANGED {
            return Err(CompositeError::TooManyRecords { max: MOST_CHANGED }.into());
        }
        let records = records.iter().map(|record| record.as_object().cloned().unwrap_or_default()).collect();
        let all_or_none = matches!(&sent["allOrNone"], Value::Bool(true)) || sent["allOrNone"].as_str().is_some_and(|text| text == "true");
        Ok(Self { all_or_none: all_or_none || call.all_or_none, records })
    }
}

/// The body, once in the words of the record parser and once as owned values; a number that only the first can read is refused as well.
fn sent(call: &Call<'_>) -> Result<Value, RestError> {
    let body = json_body(call)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    serde_json::from_slice(body).map_err(|_| RecordError::from(JsonError::at(body, json.offset, json.mismatch("complexvalue"))).into())
}

/// What a record is, and the rest of it.
fn typed(mut record: Map<String, Value>) -> Result<(String, Map<String, Value>), RestError> {
    let attributes = record.remove("attributes");
    let kind = attributes.as_ref().and_then(|attributes| attributes["type"].as_str()).ok_or(CompositeError::MissingType)?.to_owned();
    let plain = kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain { Ok((kind, record)) } else { Err(RestError::NotFound) }
}

/// `POST /services/data/v67.0/tooling/composite/sobjects`
fn create(call: &Call<'_>) -> Result<Answer, RestError> {
    let sent = Sent::read(call)?;
    let one = |record| {
        let (kind, fields) = typed(record)?;
        Ok(Asked { method: Method::POST, url: format!("{}/sobjects/{kind}", call.root()), body: text(fields), id: None })
    };
    let asked = sent.records.into_iter().map(one).collect::<Result<Vec<_>, RestError>>()?;
    performed(call, &asked, sent.all_or_none)
}

/// `PATCH /services/data/v67.0/tooling/composite/sobjects`
fn update(call: &Call<'_>) -> Result<Answer, RestError> {
    let sent = Sent::read(call)?;
    let one = |record| {
        let (kind, mut fields) = typed(record)?;
        let key = fields.keys().find(|name| name.eq_ignore_ascii_case("Id")).cloned();
        let id = key.and_then(|key| fields.remove(&key)).and_then(|id| id.as_str().map(str::to_owned));
        let id = id.filter(|id| RecordId::parse(id).is_ok()).ok_or_else(|| RecordError::MalformedId(String::new()))?;
        Ok(Asked { method: Method::PATCH, url: format!("{}/sobjects/{kind}/{id}", call.root()), body: text(fields), id: Some(id) })
    };
    let asked = sent.records.into_iter().map(one).collect::<Result<Vec<_>, RestError>>()?;
    performed(call, &asked, sent.all_or_none)
}

fn text(fields: Map<String, Value>) -> Bytes {
    Bytes::from(Value::Object(fields).to_string())
}

/// `DELETE /services/data/v67.0/tooling/composite/sobjects?ids=01p…,01q…`
fn delete(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let schema = call.schema()?;
    let ids = call.parameter("ids").ok_or(RestError::MissingParameter("ids"))?;
    let ids: Vec<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if ids.len() > MOST_CHANGED {
        return Err(CompositeError::TooManyRecords { max: MOST_CHANGED }.into());
    }
    let one = |id: &str| {
        let id = RecordId::parse(id).map_err(|_| RecordError::MalformedId(id.to_owned()))?;
        let object = schema.by_prefix(id.prefix()).map_or("Nope", |object| &*object.name);
        Ok(Asked { method: Method::DELETE, url: format!("{}/sobjects/{object}/{id}", call.root()), body: Bytes::new(), id: Some(id.to_string()) })
    };
    let asked = ids.into_iter().map(one).collect::<Result<Vec<_>, RestError>>()?;
    let all_or_none = call.all_or_none || call.parameter("allOrNone").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    performed(call, &asked, all_or_none)
}

fn performed(call: &Call<'_>, asked: &[Asked], all_or_none: bool) -> Result<Answer, RestError> {
    let headers = headers_of_parts(call.headers);
    if !all_or_none {
        let items: Vec<Value> = asked.iter().map(|asked| item(asked, &outcome(call, call.db, &headers, asked), false)).collect();
        return written(&items, "Array");
    }
    let done = call.db.write(|tx| {
        let within = Database::Within(&call.caller.org, tx);
        let outcomes: Vec<Outcome> = asked.iter().map(|asked| outcome(call, within, &headers, asked)).collect();
        if outcomes.iter().any(|outcome| outcome.failed || !outcome.status.is_success()) { Err(Undone::Outcomes(outcomes)) } else { Ok(outcomes) }
    });
    let (outcomes, undone) = match done {
        Ok(outcomes) => (outcomes, false),
        Err(Undone::Outcomes(outcomes)) => (outcomes, true),
        Err(Undone::Store(error)) => return Err(error.into()),
    };
    let items: Vec<Value> = asked.iter().zip(&outcomes).map(|(asked, outcome)| item(asked, outcome, undone)).collect();
    Ok(Answer { has_failures: undone && call.all_or_none, ..written(&items, "Array")? })
}

fn outcome(call: &Call<'_>, db: Database<'_>, headers: &HeaderMap, asked: &Asked) -> Outcome {
    let origin = crate::api::rest::call::Origin { app: call.app, caller: call.caller, site: call.site, db, all_or_none: false };
    run(origin, &TOOLING, &Part { method: &asked.method, url: &asked.url, headers, body: &asked.body })
}

fn item(asked: &Asked, outcome: &Outcome, undone: bool) -> Value {
    let body: Value = serde_json::from_slice(outcome.body()).unwrap_or_default();
    if outcome.status.is_success() && !undone {
        let id = body["id"].as_str().map(str::to_owned).or_else(|| asked.id.clone());
        return json!({ "id": id, "success": true, "errors": [] });
    }
    let errors: Vec<Value> = if outcome.status.is_success() {
        let (code, message) = ROLLED_BACK;
        vec![json!({ "statusCode": code, "message": message, "fields": [] })]
    } else {
        let error = |error: &Value| {
            let fields = error.get("fields").cloned().unwrap_or_else(|| json!([]));
            json!({ "statusCode": error["errorCode"], "message": error["message"], "fields": fields })
        };
        body.as_array().into_iter().flatten().map(error).collect()
    };
    match &asked.id {
        Some(id) => json!({ "id": id, "success": false, "errors": errors }),
        None => json!({ "success": false, "errors": errors }),
    }
}

/// `GET /services/data/v67.0/tooling/composite/sobjects/ApexClass?ids=01p…&fields=Name`
fn read(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let list = |name| call.parameter(name).ok_or(RestError::MissingParameter(name));
    let (ids, fields) = (list("ids")?, list("fields")?);
    read_all(call, &ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect::<Vec<_>>(), &fields)
}

/// `POST /services/data/v67.0/tooling/composite/sobjects/ApexClass` with `{"ids": […], "fields": […]}`
fn read_many(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let sent = sent(call)?;
    let list = |name: &'static str| {
        let items = sent[name].as_array().ok_or(CompositeError::Missing(name))?;
        Ok::<_, RestError>(items.iter().filter_map(Value::as_str).collect::<Vec<_>>())
    };
    read_all(call, &list("ids")?, &list("fields")?.join(","))
}

/// The records in the order of their ids, null for those that are not there.
fn read_all(call: &Call<'_>, ids: &[&str], fields: &str) -> Result<Answer, RestError> {
    if ids.len() > MOST_CHANGED {
        return Err(CompositeError::TooManyRecords { max: MOST_CHANGED }.into());
    }
    let schema = call.schema()?;
    let object = crate::api::rest::records::found(call, &schema, &call.segment("object"))?;
    let headers = headers_of_parts(call.headers);
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let id = RecordId::parse(id).map_err(|_| RecordError::MalformedId((*id).to_owned()))?;
        let fields = percent_encoding::utf8_percent_encode(fields, percent_encoding::NON_ALPHANUMERIC);
        let url = format!("{}/sobjects/{}/{id}?fields={fields}", call.root(), object.name);
        let outcome = outcome(call, call.db, &headers, &Asked { method: Method::GET, url, body: Bytes::new(), id: None });
        let body: Value = serde_json::from_slice(outcome.body()).unwrap_or_default();
        match outcome.status.as_u16() {
            200 => found.push(body),
            404 => found.push(Value::Null),
            // What no record can be read with is the whole request's fault.
            _ => return Ok(Answer::json(outcome.body, "Errors").status(outcome.status)),
        }
    }
    written(&found, "Array")
}

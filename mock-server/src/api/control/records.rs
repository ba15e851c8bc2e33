//! Records of an org, made and changed past the users' rights.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::query::Query;
use super::{Problem, body, org};
use crate::app::{App, LiveOrg};
use crate::id::RecordId;
use crate::world::{self, RECORDS_SHOWN, RecordEntry, View};

/// Which records are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Only those of this object.
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// `GET /orgs/{org}/records?type=`: the first 1,000.
pub async fn list(State(app): State<App>, Path(name): Path<String>, Query(wanted): Query<Wanted>) -> Result<Json<Value>, Problem> {
    let org = org(&app, &name)?;
    let schema = org.schema()?;
    let unknown = |kind: &str| Problem::field("type", format!("the org has no object {kind:?}"));
    let of = wanted.kind.map(|kind| schema.object(&kind).ok_or_else(|| unknown(&kind))).transpose()?;
    let (records, truncated) = View::of(&app).records(&org, of.map(|object| &*object.name), RECORDS_SHOWN)?;
    Ok(Json(json!({ "records": records, "records_truncated": truncated })))
}

/// `POST /orgs/{org}/records`: one or an array, all or none.
pub async fn add(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<(StatusCode, Json<Value>), Problem> {
    let org = org(&app, &name)?;
    let many = bytes.trim_ascii().first() == Some(&b'[');
    let entries: Vec<RecordEntry> = if many { body::read_many(&bytes, "records")? } else { vec![body::read(&bytes)?] };
    let ids = world::records::add(&app, &org, &entries).map_err(|rejected| if many { rejected } else { rejected.alone() })?;
    let made: Vec<_> = entries.into_iter().zip(ids).map(|(entry, id)| RecordEntry { id: Some(id.to_string()), ..entry }).collect();
    let answer = if many { json!(made) } else { json!(made.first()) };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `GET /orgs/{org}/records/{id}`
pub async fn show(State(app): State<App>, Path((name, id)): Path<(String, String)>) -> Result<Json<RecordEntry>, Problem> {
    let org = org(&app, &name)?;
    found(&org, parse(&id)?).map(Json)
}

/// `PATCH /orgs/{org}/records/{id}`: the body is `{"fields": {…}}`, or the fields alone. What else an element says stays as it is.
pub async fn change(State(app): State<App>, Path((name, id)): Path<(String, String)>, bytes: Bytes) -> Result<Json<RecordEntry>, Problem> {
    let (org, id) = (org(&app, &name)?, parse(&id)?);
    let mut given: Map<String, Value> = body::read(&bytes)?;
    let before = found(&org, id)?;
    for (member, stays) in [("ref", None), ("type", Some(before.kind)), ("id", before.id)] {
        if given.remove(member).is_some_and(|wanted| wanted.as_str() != stays.as_deref()) {
            return Err(Problem::field(member, format!("the {member} of a record cannot be changed; a field of this name goes into \"fields\"")));
        }
    }
    let fields = match given.remove("fields") {
        None => given,
        Some(Value::Object(fields)) => match given.keys().next() {
            None => fields,
            Some(stray) => return Err(Problem::field(stray, "fields stand in \"fields\" or alone, not both")),
        },
        Some(_) => return Err(Problem::field("fields", "a JSON object is expected")),
    };
    world::records::change(&app, &org, id, &fields)?;
    found(&org, id).map(Json)
}

/// `DELETE /orgs/{org}/records/{id}`
pub async fn remove(State(app): State<App>, Path((name, id)): Path<(String, String)>) -> Result<StatusCode, Problem> {
    let (org, id) = (org(&app, &name)?, parse(&id)?);
    found(&org, id)?;
    world::records::remove(&app, &org, id)?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(id: &str) -> Result<RecordId, Problem> {
    RecordId::parse(id).map_err(|error| Problem::field("id", error.to_string()))
}

fn found(org: &LiveOrg, id: RecordId) -> Result<RecordEntry, Problem> {
    world::record(org, id)?.ok_or_else(|| Problem::not_found(format!("the org has no record {id}")))
}

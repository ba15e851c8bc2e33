//! Records of an org, made and changed past the users' rights.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Problem, body, org};
use crate::app::{App, LiveOrg};
use crate::id::RecordId;
use crate::world::{self, RECORDS_SHOWN, RecordEntry, View};

/// `GET /orgs/{org}/records`: the first 1,000.
pub async fn list(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    let (records, truncated) = View::of(&app).records(&*org(&app, &name)?, RECORDS_SHOWN)?;
    Ok(Json(json!({ "records": records, "records_truncated": truncated })))
}

/// `POST /orgs/{org}/records`: one or an array, all or none.
pub async fn add(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<(StatusCode, Json<Value>), Problem> {
    let org = org(&app, &name)?;
    let many = bytes.trim_ascii().first() == Some(&b'[');
    let entries: Vec<RecordEntry> = body::read_many(&bytes)?;
    let ids = world::records::add(&app, &org, &entries)?;
    let made: Vec<_> = entries.into_iter().zip(ids).map(|(entry, id)| RecordEntry { id: Some(id.to_string()), ..entry }).collect();
    let answer = if many { json!(made) } else { json!(made.first()) };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `GET /orgs/{org}/records/{id}`
pub async fn show(State(app): State<App>, Path((name, id)): Path<(String, String)>) -> Result<Json<RecordEntry>, Problem> {
    let org = org(&app, &name)?;
    found(&org, parse(&id)?).map(Json)
}

/// `PATCH /orgs/{org}/records/{id}`: the body is `{"fields": {…}}`, or the fields alone.
pub async fn change(State(app): State<App>, Path((name, id)): Path<(String, String)>, bytes: Bytes) -> Result<Json<RecordEntry>, Problem> {
    let (org, id) = (org(&app, &name)?, parse(&id)?);
    let mut given: Map<String, Value> = body::read(&bytes)?;
    let fields = match given.remove("fields") {
        Some(Value::Object(fields)) => fields,
        _ => given,
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

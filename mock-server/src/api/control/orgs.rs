//! Orgs and their switches.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Problem, body, org};
use crate::app::App;
use crate::world::{self, OrgEntry, RECORDS_SHOWN, View};

/// `GET /orgs`
pub async fn list(State(app): State<App>) -> Result<Json<Value>, Problem> {
    let view = View::of(&app);
    let orgs = app.orgs().iter().map(|org| view.org(org, 0)).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "orgs": orgs })))
}

/// `POST /orgs`: the org with everything its body says, or nothing.
pub async fn add(State(app): State<App>, bytes: Bytes) -> Result<(StatusCode, Json<OrgEntry>), Problem> {
    let entry: OrgEntry = body::read(&bytes)?;
    let org = match &entry.copy_of {
        Some(wanted) => world::orgs::copy(&app, &entry, wanted)?,
        None => world::orgs::open(&app, &entry)?,
    };
    if let Some(wrong) = world::fill(&app, &org, &entry).into_iter().next() {
        world::orgs::remove(&app, &org)?;
        return Err(wrong.into());
    }
    Ok((StatusCode::CREATED, Json(View::of(&app).org(&org, RECORDS_SHOWN)?)))
}

/// `GET /orgs/{org}`
pub async fn show(State(app): State<App>, Path(name): Path<String>) -> Result<Json<OrgEntry>, Problem> {
    Ok(Json(View::of(&app).org(&*org(&app, &name)?, RECORDS_SHOWN)?))
}

/// `PATCH /orgs/{org}`: its own settings. Users, apps and the like change under their own addresses.
pub async fn change(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<Json<OrgEntry>, Problem> {
    const HELD: [&str; 8] = ["users", "profiles", "permission_sets", "apps", "installed_packages", "objects", "custom_fields", "records"];
    let org = org(&app, &name)?;
    let change: serde_json::Map<String, Value> = body::read(&bytes)?;
    if let Some(member) = HELD.iter().find(|member| change.contains_key(**member)) {
        return Err(Problem::field(member, format!("change it under /_mock/v1/orgs/{name}/")));
    }
    let before = View::of(&app).org(&org, 0)?;
    let mut after = body::patch(&before, &bytes)?;
    if let Some(policies) = change.get("policies") {
        after.policies = body::patch_switches(&before.policies, policies.to_string().as_bytes())?;
    }
    world::orgs::change(&app, &org, &after)?;
    Ok(Json(View::of(&app).org(&org, RECORDS_SHOWN)?))
}

/// `DELETE /orgs/{org}`: with the apps and packages it defines.
pub async fn remove(State(app): State<App>, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    world::orgs::remove(&app, &*org(&app, &name)?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /orgs/{org}/refresh`: what a sandbox refresh leaves, which is another org under the same name.
pub async fn refresh(State(app): State<App>, Path(name): Path<String>) -> Result<Json<OrgEntry>, Problem> {
    let refreshed = world::orgs::refresh(&app, &*org(&app, &name)?)?;
    Ok(Json(View::of(&app).org(&refreshed, RECORDS_SHOWN)?))
}

/// `GET /orgs/{org}/policies`
pub async fn policies(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(shown(&*org(&app, &name)?)))
}

/// `PATCH /orgs/{org}/policies`: sets the switches that the body names; `null` gives one back to the era.
pub async fn change_policies(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<Json<Value>, Problem> {
    let org = org(&app, &name)?;
    let policies = body::patch_switches(&org.facts().policies, &bytes)?;
    app.change_org(org.id(), |facts| facts.policies = policies)?;
    Ok(Json(shown(&org)))
}

fn shown(org: &crate::app::LiveOrg) -> Value {
    json!({ "policies": org.facts().policies, "effective_policies": *org.switches() })
}

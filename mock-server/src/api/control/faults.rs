//! Faults on the control API.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::requests::{find_app, find_org};
use super::{Problem, body};
use crate::app::App;
use crate::apps::Flow;
use crate::fault::{Fault, FaultSpec, Named};
use crate::org::Directory;

/// What requests can be made with.
const METHODS: [Method; 7] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// `GET /faults`
pub async fn list(State(app): State<App>) -> Json<Value> {
    Json(json!({ "faults": app.faults().list().iter().map(|fault| shown(fault)).collect::<Vec<_>>() }))
}

/// `POST /faults`
pub async fn add(State(app): State<App>, bytes: Bytes) -> Result<(StatusCode, Json<Value>), Problem> {
    let spec: FaultSpec = body::read(&bytes)?;
    sensible(&spec)?;
    let mut named = Named::default();
    if let Some(route) = spec.matches.route.as_deref().filter(|route| !app.faults().is_known_route(route)) {
        return Err(Problem::field("match.route", format!("no row is {route:?}")));
    }
    if let Some(name) = &spec.matches.org {
        named.org = Some(find_org(&app, name).ok_or_else(|| Problem::field("match.org", format!("no org is {name:?}")))?);
    }
    if let Some(name) = &spec.matches.app {
        named.app = Some(find_app(&app, name).ok_or_else(|| Problem::field("match.app", format!("no app is {name:?}")))?);
    }
    if let Some(name) = &spec.matches.user {
        let org = app.org_of_username(name)?;
        let user = org.map(|org| org.read(|tx| tx.user_named(name))).transpose()?.flatten();
        named.user = Some(user.ok_or_else(|| Problem::field("match.user", format!("no user has the username {name:?}")))?.id);
    }
    let fault = app.faults().add(spec, named, app.entropy());
    Ok((StatusCode::CREATED, Json(shown(&fault))))
}

/// Whether the numbers and words of a fault are such that it can strike at all.
fn sensible(spec: &FaultSpec) -> Result<(), Problem> {
    if !(0.0..=1.0).contains(&spec.probability) {
        return Err(Problem::field("probability", format!("{} is not between 0 and 1", spec.probability)));
    }
    if let Some(method) = spec.matches.method.as_deref().filter(|method| !METHODS.iter().any(|known| known.as_str().eq_ignore_ascii_case(method))) {
        let known: Vec<_> = METHODS.iter().map(Method::as_str).collect();
        return Err(Problem::field("match.method", format!("{method:?} is none of {}", known.join(", "))));
    }
    if let Some(flow) = spec.matches.flow.as_deref().filter(|flow| !Flow::ALL.iter().any(|known| known.name() == *flow)) {
        let known = Flow::ALL.map(Flow::name);
        return Err(Problem::field("match.flow", format!("{flow:?} is none of {}", known.join(", "))));
    }
    Ok(())
}

/// `DELETE /faults/{id}`: what it holds goes on.
pub async fn remove(State(app): State<App>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    if id.parse().is_ok_and(|id| app.faults().remove(id)) { Ok(StatusCode::NO_CONTENT) } else { Err(unknown(&id)) }
}

/// `POST /faults/{id}/release`: lets go the requests that the fault holds now, and tells how many they were.
pub async fn release(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let fault = id.parse().ok().and_then(|id| app.faults().get(id)).ok_or_else(|| unknown(&id))?;
    let released = fault.held();
    fault.release();
    Ok(Json(json!({ "released": released })))
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("no fault has the number {id}"))
}

/// The fault as it was asked for, its number, and how it has fared.
fn shown(fault: &Fault) -> Value {
    let mut shown = json!(fault.spec);
    shown["id"] = fault.id.to_string().into();
    shown["seen"] = fault.seen().into();
    shown["applied"] = fault.applied().into();
    shown["held"] = fault.held().into();
    shown
}

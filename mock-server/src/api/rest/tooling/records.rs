//! Creating, changing and deleting what the Tooling API shows: each object by what it is.

use axum::http::{StatusCode, header};
use catalogue::Object;

use super::body::Body;
use super::packages::{self, Packaging};
use super::sandboxes::{self, Environment};
use super::{code, components, container};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::api::rest::records as rest;
use crate::id::RecordId;
use crate::org::Permission;
use crate::records::{Input, RecordError};

/// What is behind an object.
enum Kind {
    /// A part of the schema.
    Component(components::Component),
    /// Apex, Visualforce, a static resource.
    Code,
    /// `ApexClassMember` and its like.
    Member,
    AsyncRequest,
    /// What packages are built and installed with.
    Packaging(Packaging),
    /// Sandboxes and their copies.
    Environment(Environment),
    /// Rows and no more.
    Record,
}

impl Kind {
    fn of(object: &Object) -> Self {
        if let Some(component) = components::Component::of(&object.name) {
            return Self::Component(component);
        }
        if let Some(kind) = Packaging::of(&object.name) {
            return Self::Packaging(kind);
        }
        if let Some(kind) = Environment::of(&object.name) {
            return Self::Environment(kind);
        }
        match &*object.name {
            "ApexClass" | "ApexTrigger" | "ApexPage" | "ApexComponent" | "StaticResource" => Self::Code,
            "ApexClassMember" | "ApexTriggerMember" | "ApexPageMember" | "ApexComponentMember" => Self::Member,
            "ContainerAsyncRequest" => Self::AsyncRequest,
            _ => Self::Record,
        }
    }
}

/// `POST /services/data/v67.0/tooling/sobjects/CustomField`
pub fn create(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = rest::found(call, &schema, &call.segment("object"))?;
    may_change(call, object)?;
    let kind = Kind::of(object);
    if let Kind::Packaging(kind) = kind {
        let id = packages::create(call, &schema, object, kind)?;
        return Ok(created(call, object, id));
    }
    let body = Body::read(call)?;
    let id = match kind {
        Kind::Component(component) => components::create(call, component, body)?,
        Kind::Code => code::create(call, &schema, object, body)?,
        Kind::Member => container::add_member(call, &schema, object, body)?,
        Kind::AsyncRequest => container::deploy(call, &schema, object, body)?,
        Kind::Environment(kind) => sandboxes::create(call, object, kind, body)?,
        Kind::Record | Kind::Packaging(_) => {
            let body = body.record();
            call.db.write(|tx| call.change(&schema).create(tx, object, Input::Json(&body)))?
        }
    };
    Ok(created(call, object, id))
}

/// GUESS: `infos` and `warnings` are always there; stored answers show the one, the other is remembered.
fn created(call: &Call<'_>, object: &Object, id: RecordId) -> Answer {
    let json = format!(r#"{{"id":"{id}","success":true,"errors":[],"warnings":[],"infos":[]}}"#);
    Answer::json(json, "Result").status(StatusCode::CREATED).header(header::LOCATION, &call.record_url(&object.name, id))
}

/// `GET /services/data/v67.0/tooling/sobjects/ApexClass/01p…`
pub fn read(call: &Call<'_>) -> Result<Answer, RestError> {
    if &*call.segment("object") == "ApexLog" && &*call.segment("id") == "Body" {
        return Err(RestError::NotFound);
    }
    rest::read(call)
}

/// `PATCH /services/data/v67.0/tooling/sobjects/CustomField/00N…`
pub fn update(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = rest::found(call, &schema, &call.segment("object"))?;
    let id = rest::record_id(&call.segment("id"))?;
    may_change(call, object)?;
    let body = Body::read(call)?;
    match Kind::of(object) {
        Kind::Component(component) => components::update(call, component, id, body)?,
        Kind::Code => code::update(call, &schema, object, id, body)?,
        Kind::Packaging(kind) => packages::update(call, object, kind, id, body)?,
        Kind::Environment(kind) => sandboxes::update(call, object, kind, id, body)?,
        Kind::Member | Kind::AsyncRequest | Kind::Record => {
            let body = body.record();
            call.db.write(|tx| call.change(&schema).update(tx, object, id, Input::Json(&body)))?;
        }
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// `DELETE /services/data/v67.0/tooling/sobjects/CustomField/00N…`
pub fn delete(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = rest::found(call, &schema, &call.segment("object"))?;
    let id = rest::record_id(&call.segment("id"))?;
    may_change(call, object)?;
    match Kind::of(object) {
        Kind::Component(component) => components::delete(call, component, id)?,
        Kind::Environment(kind) => sandboxes::delete(call, object, kind, id)?,
        Kind::Code => {
            let stored = code::stored_as(object);
            call.db.write(|tx| call.change(&schema).delete(tx, stored, id))?;
        }
        Kind::Member | Kind::AsyncRequest | Kind::Record | Kind::Packaging(_) => {
            call.db.write(|tx| call.change(&schema).delete(tx, object, id))?;
        }
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// GUESS: `Customize Application` stands for all permissions of setup, `Author Apex` among them.
fn may_change(call: &Call<'_>, object: &Object) -> Result<(), RestError> {
    let traced = matches!(&*object.name, "TraceFlag" | "DebugLevel" | "ApexLog");
    if traced && call.caller.user.has(Permission::ViewSetup) { Ok(()) } else { may_customize(call) }
}

pub fn may_customize(call: &Call<'_>) -> Result<(), RestError> {
    if call.caller.user.has(Permission::CustomizeApplication) { Ok(()) } else { Err(RecordError::InsufficientAccess.into()) }
}

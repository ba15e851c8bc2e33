//! Sandboxes by way of the Tooling API, as the Salesforce CLI drives them. Source: `packaging-and-cli.md` 3.8.

use axum::http::StatusCode;
use catalogue::{FieldType, Object};
use serde_json::{Value, json};

use super::body::{Body, missing};
use super::packages::{check_fields, is_true};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::app::{Database, SANDBOX_INFO, SANDBOX_PROCESS, SandboxRefused, SandboxRequest};
use crate::id::RecordId;
use crate::org::SandboxLicense;
use crate::records::{RecordError, Value as Stored};

/// An object that is more than records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    Sandbox,
    Copy,
}

impl Environment {
    pub fn of(object: &str) -> Option<Self> {
        match object {
            SANDBOX_INFO => Some(Self::Sandbox),
            SANDBOX_PROCESS => Some(Self::Copy),
            _ => None,
        }
    }
}

/// `POST /services/data/v67.0/tooling/sobjects/SandboxInfo`: a new sandbox.
pub fn create(call: &Call<'_>, object: &Object, kind: Environment, mut body: Body) -> Result<RecordId, RestError> {
    if kind == Environment::Copy || matches!(call.db, Database::Within(..)) {
        return Err(not_supported("inserted", object));
    }
    check_fields(object, &body, |flags| flags.createable)?;
    let request = request_of(object, &mut body)?;
    if request.name.is_empty() {
        return Err(missing("SandboxName"));
    }
    call.app.create_sandbox(&call.caller.org, &request, call.caller.user.id).map_err(refused)
}

/// `PATCH /services/data/v67.0/tooling/sobjects/SandboxInfo/0GQ…`: a refresh. `PATCH …/SandboxProcess/0GR…`: what becomes of a copy that waits.
pub fn update(call: &Call<'_>, object: &Object, kind: Environment, id: RecordId, mut body: Body) -> Result<(), RestError> {
    if matches!(call.db, Database::Within(..)) {
        return Err(not_supported("updated", object));
    }
    check_fields(object, &body, |flags| flags.updateable)?;
    let (production, by) = (&call.caller.org, call.caller.user.id);
    if kind == Environment::Sandbox {
        let request = request_of(object, &mut body)?;
        return call.app.refresh_sandbox(production, id, &request, by).map(drop).map_err(refused);
    }
    let action = body.take_text("RefreshAction").ok_or_else(|| missing("RefreshAction"))?;
    match action.to_ascii_uppercase().as_str() {
        "ACTIVATE" => call.app.activate_sandbox(production, id, by).map_err(refused),
        "DISCARD" => call.app.discard_sandbox(production, id, by).map_err(refused),
        _ => Err(bad_choice(object, "RefreshAction", action)),
    }
}

/// `DELETE /services/data/v67.0/tooling/sobjects/SandboxInfo/0GQ…`
pub fn delete(call: &Call<'_>, object: &Object, kind: Environment, id: RecordId) -> Result<(), RestError> {
    if kind == Environment::Copy || matches!(call.db, Database::Within(..)) {
        return Err(not_supported("deleted", object));
    }
    call.app.delete_sandbox(&call.caller.org, id, call.caller.user.id).map_err(refused)
}

/// `POST /services/data/v67.0/tooling/sandboxAuth`: a code for whoever asked for the sandbox. GUESS: who may ask for it; here everybody who may
/// change Setup.
pub fn authorize(call: &Call<'_>) -> Result<Answer, RestError> {
    super::records::may_customize(call)?;
    if matches!(call.db, Database::Within(..)) {
        return Err(RestError::NotFound);
    }
    let mut body = Body::read(call)?;
    let mut text = |name: &str| body.take_text(name).ok_or_else(|| missing(name));
    let (sandbox, client, callback) = (text("sandboxName")?, text("clientId")?, text("callbackUrl")?);
    let auth = call.app.sandbox_auth(&call.caller.org, call.caller.user.id, (&sandbox, &client, &callback), call.site).map_err(refused)?;
    let answer = json!({ "authUserName": auth.username, "authCode": auth.code, "instanceUrl": auth.instance_url, "loginUrl": auth.login_url });
    Ok(Answer::json(answer.to_string(), "Result").status(StatusCode::OK))
}

fn request_of(object: &Object, body: &mut Body) -> Result<SandboxRequest, RestError> {
    let name = body.take_text("SandboxName").unwrap_or_default();
    let license = match body.take_text("LicenseType") {
        Some(text) => Some(SandboxLicense::read(&text).ok_or_else(|| bad_choice(object, "LicenseType", text))?),
        None => None,
    };
    let source = match body.take_text("SourceId") {
        Some(text) => Some(RecordId::parse(&text).map_err(|_| RecordError::MalformedId(text))?),
        None => None,
    };
    let description = body.take_text("Description");
    let auto_activate = body.take("AutoActivate").is_some_and(|value| is_true(&value));
    let left: Vec<String> = body.names().map(str::to_owned).collect();
    let other = left.iter().filter_map(|name| {
        let field = object.field(name)?;
        Some((field.name.to_string(), stored(field.kind, &body.take(name)?)))
    });
    let other = other.collect();
    Ok(SandboxRequest { name, license, source, description, auto_activate, other })
}

fn stored(kind: FieldType, value: &Value) -> Stored {
    match (kind, value) {
        (FieldType::Boolean, value) => Stored::boolean(is_true(value)),
        (FieldType::Int, Value::Number(number)) => number.as_i64().map_or(Stored::Null, Stored::Integer),
        (FieldType::Int, value) => value.as_str().and_then(|text| text.parse().ok()).map_or(Stored::Null, Stored::Integer),
        (_, Value::String(text)) => Stored::text(text.as_str()),
        (_, other) => Stored::text(other.to_string()),
    }
}

fn refused(refused: SandboxRefused) -> RestError {
    match refused {
        SandboxRefused::Unknown => RestError::NotFound,
        SandboxRefused::Store(error) => error.into(),
        other => {
            let fields: Vec<&str> = other.field().into_iter().collect();
            RecordError::rule(other.code(), other.to_string(), &fields).into()
        }
    }
}

fn not_supported(operation: &'static str, object: &Object) -> RestError {
    RecordError::NotSupported { operation, label: object.label.to_string() }.into()
}

fn bad_choice(object: &Object, field: &str, value: String) -> RestError {
    let label = object.field(field).map_or_else(String::new, |field| field.label.to_string());
    RecordError::RestrictedPicklist { label, field: field.to_owned(), value }.into()
}

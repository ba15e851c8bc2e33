//! `/sobjects/User/{id}/password`: whether it is expired, a new one, a made up one.

use axum::http::StatusCode;
use serde_json::json;

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;
use super::sent::json_body;
use crate::id::UserId;
use crate::oauth::{Changer, reset_password, set_password};
use crate::org::{Directory, PasswordRefusal, Switches};
use crate::records::{Json, JsonKind};

const PATH: &str = "/services/data/{version}/sobjects/User/{id}/password";

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/password", PATH, show).post("rest/set-password", PATH, set).delete("rest/reset-password", PATH, reset)
}

/// `GET`: whether the password is expired.
fn show(call: &Call<'_>) -> Result<Answer, RestError> {
    let user = call.db.read(|tx| tx.user(user(call)?).map_err(RestError::from))?.ok_or(RestError::NotFound)?;
    Ok(Answer::json(json!({ "isExpired": user.password_expired }).to_string(), "UserPassword"))
}

/// `POST {"NewPassword":"…"}`
fn set(call: &Call<'_>) -> Result<Answer, RestError> {
    let of = user(call)?;
    let body = json_body(call)?;
    let json = Json::parse(body).map_err(crate::records::RecordError::from)?;
    let new = match &json.kind {
        JsonKind::Object(members) => members.iter().find(|(name, _)| name == "NewPassword").map(|(_, value)| &value.kind),
        _ => None,
    };
    let Some(JsonKind::String(new)) = new else { return Err(RestError::MissingParameter("NewPassword")) };
    let switches = call.caller.org.switches();
    call.db.write(|tx| set_password(tx, &changer(call, &switches), of, new).map_err(RestError::from)?.map_err(RestError::from))?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// `DELETE`: answers the password that was made up.
fn reset(call: &Call<'_>) -> Result<Answer, RestError> {
    let of = user(call)?;
    let switches = call.caller.org.switches();
    let password = call.db.write(|tx| reset_password(tx, &changer(call, &switches), of).map_err(RestError::from)?.map_err(RestError::from))?;
    Ok(Answer::json(json!({ "NewPassword": password }).to_string(), "UserPassword"))
}

fn changer<'a>(call: &'a Call<'_>, switches: &'a Switches) -> Changer<'a> {
    Changer { user: &call.caller.user, session: &call.caller.session, switches, now: call.app.now(), entropy: call.app.entropy() }
}

fn user(call: &Call<'_>) -> Result<UserId, RestError> {
    UserId::parse(&call.segment("id")).map_err(|_| RestError::NotFound)
}

impl From<PasswordRefusal> for RestError {
    fn from(refusal: PasswordRefusal) -> Self {
        match refusal {
            PasswordRefusal::NoSuchUser => Self::NotFound,
            other => Self::Password(other),
        }
    }
}

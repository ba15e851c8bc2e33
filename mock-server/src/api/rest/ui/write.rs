//! Changing records through the UI API. GUESS: refusals are those of the record resources, without the UI API's own envelope of field errors.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::super::call::Call;
use super::super::error::RestError;
use super::super::format::Answer;
use super::super::quick_actions::plain;
use super::super::records::found;
use super::super::sent::json_body;
use super::super::versions::written;
use super::paths;
use super::record::{addressed, represented};
use crate::records::{Input, Json, JsonError, JsonFault, JsonKind, RecordError};

/// `POST /services/data/v67.0/ui-api/records` with `{"apiName": "Account", "fields": {"Name": "Acme"}}`
pub fn create(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let sent = Sent::read(call)?;
    let object = found(call, &schema, &sent.api_name.ok_or(RestError::MissingParameter("apiName"))?)?;
    let text = Value::Object(sent.fields).to_string();
    let id = call.db.write(|tx| call.change(&schema).create(tx, object, Input::Json(text.as_bytes())))?;
    let record = represented(call, &schema, (object, id), paths::laid_out(&call.caller.access, object, "Full"))?;
    Ok(written(&record, "Record")?.status(StatusCode::CREATED))
}

/// `PATCH /services/data/v67.0/ui-api/records/001…` with `{"fields": {"Name": "Acme"}}`
pub fn update(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (object, id) = addressed(call, &schema, &call.segment("id"))?;
    let sent = Sent::read(call)?;
    let text = Value::Object(sent.fields).to_string();
    call.db.write(|tx| call.change(&schema).update(tx, object, id, Input::Json(text.as_bytes())))?;
    written(&represented(call, &schema, (object, id), paths::laid_out(&call.caller.access, object, "Full"))?, "Record")
}

/// `DELETE /services/data/v67.0/ui-api/records/001…`
pub fn delete(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (object, id) = addressed(call, &schema, &call.segment("id"))?;
    call.db.write(|tx| call.change(&schema).delete(tx, object, id))?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// A record as it is sent.
#[derive(Default)]
struct Sent {
    api_name: Option<String>,
    fields: Map<String, Value>,
}

impl Sent {
    fn read(call: &Call<'_>) -> Result<Self, RestError> {
        let body = json_body(call)?;
        let json = Json::parse(body).map_err(RecordError::from)?;
        let JsonKind::Object(members) = &json.kind else {
            return Err(RecordError::from(JsonError::at(body, json.offset, json.mismatch("complexvalue"))).into());
        };
        let mut sent = Self::default();
        for (name, value) in members {
            match (&**name, &value.kind) {
                ("fields", JsonKind::Object(_)) => sent.fields = plain(value),
                ("apiName", JsonKind::String(name)) => sent.api_name = Some(name.to_string()),
                ("allowSaveOnDuplicate" | "apiName", _) => {}
                ("fields", _) => return Err(RecordError::from(JsonError::at(body, value.offset, value.mismatch("complexvalue"))).into()),
                _ => return Err(RecordError::from(JsonError::at(body, value.offset, JsonFault::Unrecognized(name.to_string()))).into()),
            }
        }
        Ok(sent)
    }
}

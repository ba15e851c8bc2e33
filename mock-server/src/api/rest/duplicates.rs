//! The answer of a duplicate rule, which a fault asks for: there are no duplicate rules here. Source: `rest.md` section 3.

use axum::http::{HeaderMap, StatusCode};
use catalogue::Object;
use serde_json::{Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::records::found;
use crate::clock::Timestamp;
use crate::records::{RecordError, Rows};

const MESSAGE: &str = "Use one of these records?";

/// From this version on the member has its right name.
const SPELLED_RIGHT_SINCE: u16 = 52;

/// Whether the caller saves in spite of duplicates: `Sforce-Duplicate-Rule-Header: allowSave=true`.
pub fn are_allowed(headers: &HeaderMap) -> bool {
    let options = headers.get("sforce-duplicate-rule-header").and_then(|value| value.to_str().ok()).unwrap_or_default();
    options
        .split([';', ','])
        .filter_map(|option| option.trim().split_once('='))
        .any(|(name, value)| name.trim().eq_ignore_ascii_case("allowSave") && value.trim().eq_ignore_ascii_case("true"))
}

/// The refusal, naming the newest record of the object as the duplicate if there is one.
pub fn refusal(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let newest = call.db.read(|tx| {
        let changed = tx.changed_between(object, Timestamp(i64::MIN), Timestamp(i64::MAX), false)?;
        Ok::<_, RecordError>(changed.last().map(|(id, _)| *id))
    })?;
    let records: Vec<Value> = newest.iter().map(|id| matched(call, object, &id.to_string())).collect();
    let key = if call.version.number() < SPELLED_RIGHT_SINCE { "duplicateResut" } else { "duplicateResult" };
    let error = json!([{ key: result(object, &records), "errorCode": "DUPLICATES_DETECTED", "message": MESSAGE }]);
    Ok(Answer::json(error.to_string(), "Errors").status(StatusCode::BAD_REQUEST))
}

fn result(object: &Object, records: &[Value]) -> Value {
    let name = &object.name;
    json!({
        "allowSave": true,
        "duplicateRule": format!("Standard_{name}_Duplicate_Rule"),
        "duplicateRuleEntityType": name,
        "errorMessage": MESSAGE,
        "matchResults": [{
            "entityType": name,
            "errors": [],
            "matchEngine": "ExactMatchEngine",
            "matchRecords": records,
            "rule": format!("Standard_{name}_Match_Rule_v1_0"),
            "size": records.len(),
            "success": true
        }]
    })
}

fn matched(call: &Call<'_>, object: &Object, id: &str) -> Value {
    json!({
        "additionalInformation": [],
        "fieldDiffs": [],
        "matchConfidence": 100.0,
        "record": { "attributes": { "type": object.name, "url": call.record_url(&object.name, id) }, "Id": id }
    })
}

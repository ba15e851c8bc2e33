//! Approval processes, workflow rules and invocable actions, as an org without any of its own answers. Source: `rest.md` section 4.

use serde_json::{Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::records::found;
use super::resources::Resources;
use super::sent::json_body;
use super::versions::written;
use crate::app::Tx;
use crate::id::RecordId;
use crate::records::{self, Input, Json, JsonError, JsonKind, RecordError};
use crate::storage::StoreError;

pub fn rows(rows: Resources) -> Resources {
    rows.get("rest/approvals", "/services/data/{version}/process/approvals", approvals)
        .post("rest/submit-approval", "/services/data/{version}/process/approvals", submit)
        .get("rest/workflow-rules", "/services/data/{version}/process/rules", workflow_rules)
        .post("rest/trigger-workflow-rules", "/services/data/{version}/process/rules", trigger)
        .get("rest/workflow-rules-of-object", "/services/data/{version}/process/rules/{object}", rules_of_object)
        .get("rest/actions", "/services/data/{version}/actions", actions)
        .get("rest/standard-actions", "/services/data/{version}/actions/standard", standard_actions)
        .get("rest/standard-action", "/services/data/{version}/actions/standard/{action}", standard_action)
        .post("rest/run-standard-action", "/services/data/{version}/actions/standard/{action}", run_standard_action)
        .get("rest/custom-actions", "/services/data/{version}/actions/custom", custom_actions)
        .get("rest/custom-actions-of-type", "/services/data/{version}/actions/custom/{type}", custom_actions_of_type)
}

/// The kinds of custom action. None of them can be made here, so each has an empty list.
const CUSTOM: [&str; 5] = ["apex", "emailAlert", "flow", "quickAction", "sendNotification"];

/// Names of inputs and whether they must be given.
type Inputs = &'static [(&'static str, bool)];

/// A standard action: name, label, its inputs with whether they must be given.
const STANDARD: [(&str, &str, Inputs); 2] = [
    ("chatterPost", "Post to Chatter", &[("text", true), ("subjectNameOrId", true), ("type", false), ("visibility", false)]),
    ("submit", "Submit for Approval", &[("objectId", true), ("comment", false), ("processDefinitionNameOrId", false), ("submitterId", false)]),
];

/// `GET /services/data/v67.0/process/approvals`
fn approvals(_: &Call<'_>) -> Result<Answer, RestError> {
    written(&json!({ "approvals": {} }), "ProcessApprovals")
}

/// `POST /services/data/v67.0/process/approvals`: with no process in the org, none applies to any record.
fn submit(call: &Call<'_>) -> Result<Answer, RestError> {
    let body = json_body(call)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let requests = member(&json, "requests").ok_or(RestError::MissingParameter("requests"))?;
    let JsonKind::Array(items) = &requests.kind else {
        return Err(RecordError::from(JsonError::at(body, requests.offset, requests.mismatch("list"))).into());
    };
    match items.first() {
        Some(item) => Err(submission_refused(call, &member(item, "contextId").map(Json::quoted).unwrap_or_default())?),
        None => Err(RestError::MissingParameter("requests")),
    }
}

/// Why a record cannot be submitted.
fn submission_refused(call: &Call<'_>, unverified_id: &str) -> Result<RestError, RestError> {
    let (schema, id) = (call.schema()?, addressed(call, unverified_id)?);
    let refused = |tx: &Tx<'_>| Ok::<_, StoreError>(records::submission_refused(tx, &schema, &call.caller.access, id));
    Ok(call.db.read(refused)?.into())
}

/// The id of a record of an object of this org.
fn addressed(call: &Call<'_>, unverified_id: &str) -> Result<RecordId, RestError> {
    let malformed = || RecordError::MalformedId(unverified_id.to_owned());
    let id = RecordId::parse(unverified_id).map_err(|_| malformed())?;
    call.schema()?.by_prefix(id.prefix()).ok_or_else(malformed)?;
    Ok(id)
}

/// The record an id leads to must be there for the caller.
fn check_record(call: &Call<'_>, unverified_id: &str) -> Result<(), RestError> {
    let (schema, id) = (call.schema()?, addressed(call, unverified_id)?);
    Ok(call.db.read(|tx| records::check_reached(tx, &schema, &call.caller.access, id))?)
}

fn member<'j, 'a>(json: &'j Json<'a>, name: &str) -> Option<&'j Json<'a>> {
    match &json.kind {
        JsonKind::Object(members) => members.iter().find(|(own, _)| own == name).map(|(_, value)| value),
        _ => None,
    }
}

/// `GET /services/data/v67.0/process/rules`
fn workflow_rules(_: &Call<'_>) -> Result<Answer, RestError> {
    written(&json!({ "rules": {} }), "ProcessRules")
}

/// `GET /services/data/v67.0/process/rules/Account`
fn rules_of_object(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    found(call, &schema, &call.segment("object"))?;
    workflow_rules(call)
}

/// `POST /services/data/v67.0/process/rules`: no rule fires.
fn trigger(call: &Call<'_>) -> Result<Answer, RestError> {
    let body = json_body(call)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let contexts = member(&json, "contextIds").ok_or(RestError::MissingParameter("contextIds"))?;
    let JsonKind::Array(items) = &contexts.kind else {
        return Err(RecordError::from(JsonError::at(body, contexts.offset, contexts.mismatch("list"))).into());
    };
    for item in items {
        check_record(call, &item.quoted())?;
    }
    written(&json!({ "errors": null, "success": true }), "ProcessRuleResult")
}

fn action_url(call: &Call<'_>, path: &str) -> String {
    format!("/services/data/{}/actions/{path}", call.asked().version)
}

/// `GET /services/data/v67.0/actions`
fn actions(call: &Call<'_>) -> Result<Answer, RestError> {
    written(&json!({ "custom": action_url(call, "custom"), "standard": action_url(call, "standard") }), "Actions")
}

/// `GET /services/data/v67.0/actions/standard`
fn standard_actions(call: &Call<'_>) -> Result<Answer, RestError> {
    let entry = |(name, label, _): &(&str, &str, &[(&str, bool)])| json!({ "label": label, "name": name, "type": name.to_uppercase(), "url": action_url(call, &format!("standard/{name}")) });
    written(&json!({ "actions": STANDARD.iter().map(entry).collect::<Vec<_>>() }), "InvocableActions")
}

type Standard = (&'static str, &'static str, &'static [(&'static str, bool)]);

fn standard(call: &Call<'_>) -> Result<Standard, RestError> {
    let named = call.segment("action");
    STANDARD.into_iter().find(|(name, ..)| name.eq_ignore_ascii_case(&named)).ok_or(RestError::NotFound)
}

/// `GET /services/data/v67.0/actions/standard/chatterPost`
fn standard_action(call: &Call<'_>) -> Result<Answer, RestError> {
    let (name, label, inputs) = standard(call)?;
    let input = |(name, required): &(&str, bool)| json!({ "byteLength": 0, "description": null, "label": name, "maxOccurs": 1, "name": name, "picklistValues": null, "required": required, "sobjectType": null, "type": "STRING" });
    let body = json!({
        "category": null, "description": label, "inputs": inputs.iter().map(input).collect::<Vec<_>>(), "label": label, "name": name, "outputs": [],
        "standard": true, "targetEntityName": null, "type": name.to_uppercase(),
    });
    written(&body, "InvocableAction")
}

/// `POST /services/data/v67.0/actions/standard/chatterPost`: one result for each input, 400 when any failed.
fn run_standard_action(call: &Call<'_>) -> Result<Answer, RestError> {
    let (name, _, inputs) = standard(call)?;
    let body = json_body(call)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let given = member(&json, "inputs").ok_or(RestError::MissingParameter("inputs"))?;
    let JsonKind::Array(items) = &given.kind else {
        return Err(RecordError::from(JsonError::at(body, given.offset, given.mismatch("list"))).into());
    };
    let mut results: Vec<Value> = Vec::with_capacity(items.len());
    for item in items {
        let missing = inputs.iter().find(|(input, required)| *required && member(item, input).is_none());
        let outcome = match missing {
            Some((input, _)) => {
                Err(RecordError::Query { code: "REQUIRED_FIELD_MISSING", message: format!("Missing required input parameter: {input}") }.into())
            }
            None => perform(call, name, item),
        };
        results.push(match outcome {
            Ok(outputs) => json!({ "actionName": name, "errors": null, "isSuccess": true, "outputValues": outputs }),
            Err(error) => {
                let wire = error.wire();
                let error = json!({ "statusCode": wire.code, "message": wire.message, "fields": wire.fields.clone().unwrap_or_default() });
                json!({ "actionName": name, "errors": [error], "isSuccess": false, "outputValues": null })
            }
        });
    }
    let failed = results.iter().any(|result| result["isSuccess"] == json!(false));
    let answer = written(&results, "Array")?;
    Ok(if failed { answer.status(axum::http::StatusCode::BAD_REQUEST) } else { answer })
}

fn perform(call: &Call<'_>, action: &str, input: &Json<'_>) -> Result<Value, RestError> {
    let text = |name: &str| member(input, name).map(Json::quoted).unwrap_or_default();
    if action == "submit" {
        return Err(submission_refused(call, &text("objectId"))?);
    }
    let schema = call.schema()?;
    let feed = schema.object("FeedItem").ok_or(RestError::NotFound)?;
    let record = json!({ "ParentId": text("subjectNameOrId"), "Body": text("text") }).to_string();
    let id = call.db.write(|tx| call.change(&schema).create(tx, feed, Input::Json(record.as_bytes())))?;
    Ok(json!({ "feedItemId": id.to_string() }))
}

/// `GET /services/data/v67.0/actions/custom`
fn custom_actions(call: &Call<'_>) -> Result<Answer, RestError> {
    let kinds: serde_json::Map<String, Value> =
        CUSTOM.iter().map(|kind| ((*kind).to_owned(), json!(action_url(call, &format!("custom/{kind}"))))).collect();
    written(&kinds, "CustomActions")
}

/// `GET /services/data/v67.0/actions/custom/flow`
fn custom_actions_of_type(call: &Call<'_>) -> Result<Answer, RestError> {
    match CUSTOM.iter().any(|kind| *kind == call.segment("type")) {
        true => written(&json!({ "actions": [] }), "InvocableActions"),
        false => Err(RestError::NotFound),
    }
}

//! Deployments by REST: `/metadata/deployRequest`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;
use super::sent::media_type;
use crate::api::multipart;
use crate::app::may_use_metadata;
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::metadata::{DeployOptions, Deployment, deploy_result};
use crate::records::RecordError;

pub fn rows(resources: Resources) -> Resources {
    resources
        .post("rest/deploy-request", "/services/data/{version}/metadata/deployRequest", create)
        .get("rest/deploy-status", "/services/data/{version}/metadata/deployRequest/{id}", status)
        .patch("rest/deploy-cancel", "/services/data/{version}/metadata/deployRequest/{id}", cancel)
}

fn refused(code: &'static str, message: impl Into<String>) -> RestError {
    RecordError::Query { code, message: message.into() }.into()
}

fn admit(call: &Call<'_>) -> Result<(), RestError> {
    if may_use_metadata(&call.caller.access, &call.caller.user) {
        return Ok(());
    }
    Err(refused("INSUFFICIENT_ACCESS", "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions"))
}

/// An archive with its options as a form, or the id of a check that is to be deployed as JSON.
fn create(call: &Call<'_>) -> Result<Answer, RestError> {
    admit(call)?;
    let (given, kind) = media_type(call);
    if kind != "multipart/form-data" {
        return deploy_validated(call);
    }
    let parts = multipart::parts(given, call.body).ok_or(RestError::Form("Multipart message could not be read"))?;
    let archive = parts.iter().find(|part| part.file_name.is_some()).ok_or(RestError::Form("Multipart message must include a file"))?;
    let stated = parts.iter().find(|part| part.file_name.is_none()).ok_or(RestError::Form("Multipart message must include a non-binary part"))?;
    let stated: Value = serde_json::from_slice(stated.content).map_err(|error| refused("JSON_PARSER_ERROR", error.to_string()))?;
    let deployment = call.app.deploy(call.caller, options(&stated["deployOptions"]), archive.content)?;
    Ok(answer(&deployment, false).status(StatusCode::CREATED))
}

fn deploy_validated(call: &Call<'_>) -> Result<Answer, RestError> {
    let body: Value = serde_json::from_slice(call.body).map_err(|error| refused("JSON_PARSER_ERROR", error.to_string()))?;
    let unknown = || refused("INVALID_ID_FIELD", "The validation ID is not valid or not eligible for a quick deployment");
    let id = body["validatedDeployRequestId"].as_str().and_then(|id| RecordId::parse(id).ok()).ok_or_else(unknown)?;
    let deployment = call.app.deploy_validated(call.caller, id)?.ok_or_else(unknown)?;
    let mut body = body_of(&deployment, false);
    body["validatedDeployRequestId"] = json!(id);
    Ok(Answer::json(body.to_string(), "deployRequest").status(StatusCode::CREATED))
}

fn status(call: &Call<'_>) -> Result<Answer, RestError> {
    admit(call)?;
    let with_details = call.parameter("includeDetails").is_some_and(|value| value == "true");
    let deployment = call.app.deployment(&call.caller.org, id(call)?)?.ok_or(RestError::NotFound)?;
    Ok(answer(&deployment, with_details))
}

/// `{"deployResult": {"status": "Canceling"}}`
fn cancel(call: &Call<'_>) -> Result<Answer, RestError> {
    admit(call)?;
    let body: Value = serde_json::from_slice(call.body).map_err(|error| refused("JSON_PARSER_ERROR", error.to_string()))?;
    if body["deployResult"]["status"] != "Canceling" {
        return Err(refused("INVALID_FIELD", "The status of a deployment can be set to Canceling alone"));
    }
    let id = id(call)?;
    match call.app.cancel_deployment(call.caller, id)? {
        None => Err(RestError::NotFound),
        Some(false) => Err(refused("INVALID_ID_FIELD", "Deployment already completed")),
        Some(true) => {
            let deployment = call.app.deployment(&call.caller.org, id)?.ok_or(RestError::NotFound)?;
            Ok(answer(&deployment, false).status(StatusCode::ACCEPTED))
        }
    }
}

fn id(call: &Call<'_>) -> Result<RecordId, RestError> {
    RecordId::parse(&call.segment("id")).ok().filter(|id| id.prefix() == "0Af").ok_or(RestError::NotFound)
}

fn answer(deployment: &Deployment, with_details: bool) -> Answer {
    Answer::json(body_of(deployment, with_details).to_string(), "deployRequest")
}

fn body_of(deployment: &Deployment, with_details: bool) -> Value {
    let options = &deployment.options;
    json!({
        "id": deployment.id,
        "validatedDeployRequestId": null,
        "deployResult": deploy_result(deployment, with_details, Timestamp::rest),
        "deployOptions": {
            "allowMissingFiles": options.allow_missing_files,
            "autoUpdatePackage": options.auto_update_package,
            "checkOnly": options.check_only,
            "ignoreWarnings": options.ignore_warnings,
            "performRetrieve": options.perform_retrieve,
            "purgeOnDelete": options.purge_on_delete,
            "rollbackOnError": options.rollback_on_error,
            "runTests": options.run_tests,
            "singlePackage": options.single_package,
            "testLevel": options.test_level,
        },
    })
}

/// Flags may come as text; what is left out is false.
fn options(given: &Value) -> DeployOptions {
    let flag = |name: &str| given[name] == true || given[name] == "true";
    let names = given["runTests"].as_array().into_iter().flatten();
    DeployOptions {
        allow_missing_files: flag("allowMissingFiles"),
        auto_update_package: flag("autoUpdatePackage"),
        check_only: flag("checkOnly"),
        ignore_warnings: flag("ignoreWarnings"),
        perform_retrieve: flag("performRetrieve"),
        purge_on_delete: flag("purgeOnDelete"),
        rollback_on_error: flag("rollbackOnError"),
        single_package: flag("singlePackage"),
        test_level: given["testLevel"].as_str().map(str::to_owned),
        run_tests: names.filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

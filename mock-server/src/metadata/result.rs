//! `DeployResult`, spelled once for SOAP and REST. Members are in the order of the WSDL; null ones are left out of XML.

use serde_json::{Value, json};

use super::operation::{Deployment, Message, Outcome, Status};
use crate::clock::Timestamp;

/// The result as it stands. `time` spells a moment as the asking API does.
pub fn deploy_result(deployment: &Deployment, with_details: bool, time: fn(Timestamp) -> String) -> Value {
    let (deployed, failed, total) = deployment.counts();
    let over = deployment.status.is_over();
    let started = (deployment.status != Status::Pending).then(|| time(deployment.created));
    let last = time(deployment.completed.unwrap_or(deployment.created));
    let (error_code, error_message) = deployment.error.clone().unzip();
    json!({
        "canceledBy": deployment.canceled_by.as_ref().map(|(user, _)| user),
        "canceledByName": deployment.canceled_by.as_ref().map(|(_, name)| name),
        "checkOnly": deployment.options.check_only,
        "completedDate": deployment.completed.map(time),
        "createdBy": short(&deployment.created_by.to_string()),
        "createdByName": deployment.created_by_name,
        "createdDate": time(deployment.created),
        "details": with_details.then(|| details(deployment, time)),
        "done": over,
        "errorMessage": error_message,
        "errorStatusCode": error_code,
        "id": deployment.id,
        "ignoreWarnings": deployment.options.ignore_warnings,
        "lastModifiedDate": last,
        "numberComponentErrors": failed,
        "numberComponentsDeployed": deployed,
        "numberComponentsTotal": total,
        "numberTestErrors": 0,
        "numberTestsCompleted": 0,
        "numberTestsTotal": 0,
        "rollbackOnError": deployment.options.rollback_on_error,
        "runTestsEnabled": runs_tests(deployment),
        "startDate": started,
        "status": deployment.status.name(),
        "success": matches!(deployment.status, Status::Succeeded | Status::SucceededPartial),
    })
}

/// Nothing is compiled, so no test runs, whatever level was asked for.
fn runs_tests(deployment: &Deployment) -> bool {
    deployment.options.test_level.as_deref().is_some_and(|level| level != "NoTestRun")
}

/// `createdBy` of a result has 15 characters.
fn short(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}

fn details(deployment: &Deployment, time: fn(Timestamp) -> String) -> Value {
    let at = time(deployment.completed.unwrap_or(deployment.created));
    let of =
        |failed: bool| deployment.messages.iter().filter(|message| message.failed() == failed).map(|message| row(message, &at)).collect::<Vec<_>>();
    json!({
        "componentFailures": of(true),
        "componentSuccesses": of(false),
        "runTestResult": { "numFailures": 0, "numTestsRun": 0, "totalTime": 0.0 },
    })
}

fn row(message: &Message, at: &str) -> Value {
    let (problem, problem_type, place) = match &message.outcome {
        Outcome::Failed(failure) => (Some(&failure.problem), Some("Error"), failure.place),
        Outcome::Warned(warning) => (Some(warning), Some("Warning"), None),
        _ => (None, None, None),
    };
    json!({
        "changed": matches!(message.outcome, Outcome::Created | Outcome::Changed | Outcome::Deleted),
        "columnNumber": place.map(|(_, column)| column),
        "componentType": message.kind,
        "created": message.outcome == Outcome::Created,
        "createdDate": at,
        "deleted": message.outcome == Outcome::Deleted,
        "fileName": message.file,
        "fullName": message.full_name,
        "id": message.id,
        "lineNumber": place.map(|(line, _)| line),
        "problem": problem,
        "problemType": problem_type,
        "success": !message.failed(),
    })
}

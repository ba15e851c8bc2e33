//! `deploy`, `checkDeployStatus`, `cancelDeploy`, `deployRecentValidation`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::call::{Call, Reply};
use super::super::fault::Fault;
use super::list::spelled;
use super::{process, unknown_id};
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::metadata::{DeployOptions, deploy_result};
use crate::xml::Element;
use crate::xml::markup::Markup;

/// `deploy(ZipFile, DeployOptions)`
pub fn deploy(call: &Call) -> Result<Reply, Fault> {
    let text: String = call.parameter("ZipFile")?.split_ascii_whitespace().collect();
    // GUESS: the fault for a file that is no base64.
    let archive = STANDARD
        .decode(text.split_ascii_whitespace().collect::<String>())
        .map_err(|_| Fault::client("ZipFile is not a valid value for the type xsd:base64Binary"))?;
    let options = options(call.element().child("DeployOptions").unwrap_or(&Element::default()));
    let deployment = call.app().deploy(&call.caller, options, &archive)?;
    Ok(queued(deployment.id))
}

/// `deployRecentValidation(validationId)`
pub fn deploy_validated(call: &Call) -> Result<Reply, Fault> {
    let checked = process(call, "0Af", &["validationId"])?;
    let refused = || Fault::api("INVALID_ID_FIELD", "The validation ID is not valid or not eligible for a quick deployment");
    let deployment = call.app().deploy_validated(&call.caller, checked)?.ok_or_else(refused)?;
    let mut out = Markup::default();
    out.value("result", deployment.id);
    Ok(Reply::of(out.into_string()))
}

/// `checkDeployStatus(asyncProcessId, includeDetails)`
pub fn status(call: &Call) -> Result<Reply, Fault> {
    let id = process(call, "0Af", &["asyncProcessId", "id"])?;
    let deployment = call.app().deployment(&call.caller.org, id)?.ok_or_else(unknown_id)?;
    let result = deploy_result(&deployment, call.element().is_true("includeDetails"), Timestamp::iso);
    let mut out = Markup::default();
    out.within("result", |out| out.raw(&spelled(&result)));
    Ok(Reply::of(out.into_string()))
}

/// `cancelDeploy(String)`
pub fn cancel(call: &Call) -> Result<Reply, Fault> {
    let id = process(call, "0Af", &["String", "id"])?;
    match call.app().cancel_deployment(&call.caller, id)? {
        None => Err(unknown_id()),
        Some(false) => Err(Fault::api("INVALID_ID_FIELD", "Deployment already completed")),
        Some(true) => {
            let mut out = Markup::default();
            out.within("result", |out| {
                out.value("done", true);
                out.value("id", id);
            });
            Ok(Reply::of(out.into_string()))
        }
    }
}

/// `AsyncResult` of an operation that was taken.
pub(super) fn queued(id: RecordId) -> Reply {
    let mut out = Markup::default();
    out.within("result", |out| {
        out.value("done", false);
        out.value("id", id);
        out.leaf("state", "Queued");
    });
    Reply::of(out.into_string())
}

/// Source: Metadata API guide, DeployOptions: what is left out is false.
fn options(given: &Element) -> DeployOptions {
    DeployOptions {
        allow_missing_files: given.is_true("allowMissingFiles"),
        auto_update_package: given.is_true("autoUpdatePackage"),
        check_only: given.is_true("checkOnly"),
        ignore_warnings: given.is_true("ignoreWarnings"),
        perform_retrieve: given.is_true("performRetrieve"),
        purge_on_delete: given.is_true("purgeOnDelete"),
        rollback_on_error: given.is_true("rollbackOnError"),
        single_package: given.is_true("singlePackage"),
        test_level: given.text_of("testLevel").map(|level| level.trim().to_owned()),
        run_tests: given.all("runTests").map(|name| name.text.trim().to_owned()).collect(),
    }
}

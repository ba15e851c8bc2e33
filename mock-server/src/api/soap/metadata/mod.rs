//! The calls of the Metadata API: `/services/Soap/m/**`.

mod components;
mod deploy;
mod list;
mod progress;
mod retrieve;

use super::Run;
use super::call::Call;
use super::fault::Fault;
use crate::app::may_use_metadata;
use crate::id::RecordId;

/// Calls of Salesforce's metadata WSDL that this release has not.
pub(super) const NOT_BUILT: [&str; 2] = ["describeValueType", "renameMetadata"];

/// The calls of the metadata WSDL.
pub(super) fn operation(name: &str) -> Option<Run> {
    Some(match name {
        "describeMetadata" => list::describe,
        "listMetadata" => list::list,
        "readMetadata" => components::read,
        "createMetadata" => components::create,
        "updateMetadata" => components::update,
        "upsertMetadata" => components::upsert,
        "deleteMetadata" => components::delete,
        "deploy" => deploy::deploy,
        "deployRecentValidation" => deploy::deploy_validated,
        "checkDeployStatus" => deploy::status,
        "cancelDeploy" => deploy::cancel,
        "retrieve" => retrieve::retrieve,
        "checkRetrieveStatus" => retrieve::status,
        "checkStatus" => progress::check,
        _ => return None,
    })
}

/// # Errors
/// The user may not use this API.
pub(super) fn admit(call: &Call) -> Result<(), Fault> {
    if may_use_metadata(&call.caller.access, &call.caller.user) {
        return Ok(());
    }
    let message = "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions";
    Err(Fault::api("INSUFFICIENT_ACCESS", message))
}

/// The id of the operation that a call is about.
fn process(call: &Call, prefix: &str, names: &[&str]) -> Result<RecordId, Fault> {
    let element = call.element();
    let text = names.iter().find_map(|name| element.text_of(name)).map(str::trim);
    let text = text.ok_or_else(|| Fault::missing(&element.name.local, names.first().copied().unwrap_or("asyncProcessId")))?;
    RecordId::parse(text).ok().filter(|id| id.prefix() == prefix).ok_or_else(unknown_id)
}

/// GUESS: the fault for an id that leads to no operation.
fn unknown_id() -> Fault {
    Fault::api("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
}

fn unknown_type(name: &str) -> Fault {
    // GUESS: the words for a type that is not known were not recorded.
    Fault::api("INVALID_TYPE", format!("Unknown type:{name}"))
}

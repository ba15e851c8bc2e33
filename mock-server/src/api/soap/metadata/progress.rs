//! `checkStatus`: how far operations of either kind are. Source: Metadata API guide, before version 31; older clients still ask.

use super::super::call::{Call, Reply};
use super::super::fault::Fault;
use super::unknown_id;
use crate::id::RecordId;
use crate::metadata::Status;
use crate::xml::markup::Markup;

/// `checkStatus(asyncProcessId…)`: an `AsyncResult` for each.
pub fn check(call: &Call) -> Result<Reply, Fault> {
    let ids: Vec<&str> = call.element().all("asyncProcessId").map(|id| id.text.trim()).collect();
    if ids.is_empty() {
        return Err(Fault::missing("checkStatus", "asyncProcessId"));
    }
    let mut out = Markup::default();
    for id in ids {
        let id = RecordId::parse(id).map_err(|_| unknown_id())?;
        let (status, error) = stands(call, id)?;
        out.within("result", |out| {
            out.value("done", status.is_over());
            out.value("id", id);
            if let Some((_, message)) = &error {
                out.leaf("message", message);
            }
            out.leaf("state", state(status));
            if let Some((code, _)) = &error {
                out.leaf("statusCode", code);
            }
        });
    }
    Ok(Reply::of(out.into_string()))
}

/// Why an operation failed as a whole: code and words.
type WholeFailure = Option<(String, String)>;

fn stands(call: &Call, id: RecordId) -> Result<(Status, WholeFailure), Fault> {
    let org = &call.caller.org;
    if id.prefix() == "09S" {
        let (retrieval, _) = call.app().retrieval(org, id, false)?.ok_or_else(unknown_id)?;
        return Ok((retrieval.status, retrieval.error));
    }
    let deployment = call.app().deployment(org, id)?.ok_or_else(unknown_id)?;
    Ok((deployment.status, deployment.error))
}

fn state(status: Status) -> &'static str {
    match status {
        Status::Pending => "Queued",
        Status::InProgress | Status::Canceling => "InProgress",
        Status::Succeeded | Status::SucceededPartial => "Completed",
        Status::Failed | Status::Canceled => "Error",
    }
}

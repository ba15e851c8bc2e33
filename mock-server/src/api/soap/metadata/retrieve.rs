//! `retrieve` and `checkRetrieveStatus`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::call::{Call, Reply};
use super::super::fault::Fault;
use super::deploy::queued;
use super::list::properties_of;
use super::{process, unknown_id};
use crate::metadata::{Manifest, Status};
use crate::xml::markup::Markup;

/// `retrieve(retrieveRequest)`; some clients call the parameter `request`.
pub fn retrieve(call: &Call) -> Result<Reply, Fault> {
    let element = call.element();
    let request =
        element.child("retrieveRequest").or_else(|| element.child("request")).ok_or_else(|| Fault::missing("retrieve", "retrieveRequest"))?;
    let unpackaged = request.child("unpackaged").ok_or_else(|| Fault::missing("retrieve", "unpackaged"))?;
    let manifest = Manifest::of(unpackaged).map_err(|why| Fault::api("LIMIT_EXCEEDED", why))?;
    // The folder of the files is that of the package: there is one here, which has no name.
    let retrieval = call.app().retrieve(&call.caller, &manifest, false)?;
    Ok(queued(retrieval.id))
}

/// `checkRetrieveStatus(asyncProcessId, includeZip)`: the archive comes along unless it is declined.
pub fn status(call: &Call) -> Result<Reply, Fault> {
    let id = process(call, "09S", &["asyncProcessId", "id"])?;
    let with_archive = call.element().child("includeZip").is_none() || call.element().is_true("includeZip");
    let (retrieval, archive) = call.app().retrieval(&call.caller.org, id, with_archive)?.ok_or_else(unknown_id)?;
    let mut out = Markup::with_capacity(archive.len() * 4 / 3 + 4096);
    out.within("result", |out| {
        out.value("done", retrieval.status.is_over());
        if let Some((code, message)) = &retrieval.error {
            out.leaf("errorMessage", message);
            out.leaf("errorStatusCode", code);
        }
        for properties in &retrieval.files {
            out.within("fileProperties", |out| out.raw(&properties_of(properties)));
        }
        out.value("id", retrieval.id);
        for (file, problem) in &retrieval.messages {
            out.within("messages", |out| {
                out.leaf("fileName", file);
                out.leaf("problem", problem);
            });
        }
        out.leaf("status", retrieval.status.name());
        out.value("success", retrieval.status == Status::Succeeded);
        if !archive.is_empty() {
            out.leaf("zipFile", &STANDARD.encode(&archive));
        }
    });
    Ok(Reply::of(out.into_string()))
}

//! `process` and the search for duplicates, as an org without approval processes and duplicate rules answers them.

use super::call::{Call, Reply};
use super::fault::Fault;
use super::query::{id_of, object_of};
use crate::app::Tx;
use crate::records::{self, RecordError};
use crate::storage::StoreError;
use crate::xml::Element;
use crate::xml::markup::Markup;

/// Records of one `findDuplicates`. Source: SOAP API guide.
const MOST: usize = 50;

/// `process(actions…)`: no process applies to any record, and no work item waits.
pub fn process(call: &Call) -> Result<Reply, Fault> {
    let mut out = Markup::default();
    for action in call.element().all("actions") {
        let (code, message) = refusal(call, action)?;
        out.within("result", |out| {
            out.nil("entityId");
            out.within("errors", |out| {
                out.leaf("message", &message);
                out.leaf("statusCode", code);
            });
            out.nil("instanceId");
            out.nil("instanceStatus");
            out.nil("newWorkitemIds");
            out.leaf("success", "false");
        });
    }
    Ok(Reply::of(out.into_string()))
}

fn refusal(call: &Call, action: &Element) -> Result<(&'static str, String), Fault> {
    if action.all("workitemId").next().is_some() {
        return told(RecordError::UnknownRecord);
    }
    let text = action.text_of("objectId").ok_or_else(|| Fault::missing("process", "objectId"))?;
    let (schema, id) = (call.schema()?, id_of(text.trim())?);
    let refused = |tx: &Tx<'_>| Ok::<_, StoreError>(records::submission_refused(tx, &schema, &call.caller.access, id));
    told(call.caller.org.read(refused)?)
}

/// Code and words of a refusal, unless it is the store that failed.
fn told(refusal: RecordError) -> Result<(&'static str, String), Fault> {
    match refusal {
        RecordError::Store(_) => Err(refusal.into()),
        refusal => Ok((refusal.code(), refusal.to_string())),
    }
}

/// `findDuplicates(sObjects…)`
pub fn find_duplicates(call: &Call) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    let records: Vec<&Element> = call.element().all("sObjects").collect();
    check_count(records.len())?;
    for record in &records {
        let kind = record.text_of("type").ok_or_else(|| Fault::missing("findDuplicates", "type"))?;
        object_of(call, &schema, kind.trim())?;
    }
    Ok(found(vec![None; records.len()]))
}

/// `findDuplicatesByIds(ids…)`
pub fn find_duplicates_by_ids(call: &Call) -> Result<Reply, Fault> {
    let ids = call.element().all("ids").map(|id| id_of(id.text.trim())).collect::<Result<Vec<_>, _>>()?;
    check_count(ids.len())?;
    let schema = call.schema()?;
    let gone = |id| match call.caller.org.read(|tx| records::check_reached(tx, &schema, &call.caller.access, id)) {
        Ok(()) => Ok(None),
        Err(RecordError::Store(why)) => Err(RecordError::Store(why).into()),
        Err(_) => told(RecordError::UnknownRecord).map(Some),
    };
    Ok(found(ids.into_iter().map(gone).collect::<Result<_, Fault>>()?))
}

fn check_count(count: usize) -> Result<(), Fault> {
    if count > MOST { Err(Fault::too_many(MOST)) } else { Ok(()) }
}

/// A result for each record. GUESS: without an active rule nothing is a duplicate, and that is a success.
fn found(refused: Vec<Option<(&str, String)>>) -> Reply {
    let mut out = Markup::default();
    for refusal in refused {
        out.within("result", |out| {
            if let Some((code, message)) = &refusal {
                out.within("errors", |out| {
                    out.leaf("message", message);
                    out.leaf("statusCode", code);
                });
            }
            out.leaf("success", if refusal.is_some() { "false" } else { "true" });
        });
    }
    Reply::of(out.into_string())
}

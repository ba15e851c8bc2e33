//! `getDeleted` and `getUpdated`.

use serde_json::Value;

use super::call::{Call, Reply};
use super::fault::Fault;
use super::query::object_of;
use crate::access::Level;
use crate::records::{Span, deleted, updated};
use crate::storage::StoreError;
use crate::xml::markup::Markup;

/// `getDeleted(sObjectType, startDate, endDate)`
pub fn get_deleted(call: &Call) -> Result<Reply, Fault> {
    changes(call, true)
}

/// `getUpdated(sObjectType, startDate, endDate)`
pub fn get_updated(call: &Call) -> Result<Reply, Fault> {
    changes(call, false)
}

fn changes(call: &Call, of_deleted: bool) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    let object = object_of(call, &schema, call.parameter("sObjectType")?.trim())?;
    let now = call.app().now();
    let span = Span::parse(call.parameter("startDate")?.trim(), call.parameter("endDate")?.trim(), now)?;
    let rule = call.caller.access.rows(&*schema, object, Level::Read);
    let json = call.caller.org.read(|tx| if of_deleted { deleted(tx, object, span, now, &rule) } else { updated(tx, object, span, now, &rule) })?;
    let changes: Value = serde_json::from_slice(&json).map_err(StoreError::new)?;
    let mut out = Markup::with_capacity(json.len() + 256);
    out.within("result", |out| {
        for row in changes["deletedRecords"].as_array().into_iter().flatten() {
            out.within("deletedRecords", |out| {
                moment(out, "deletedDate", &row["deletedDate"]);
                out.leaf("id", row["id"].as_str().unwrap_or_default());
            });
        }
        if of_deleted {
            moment(out, "earliestDateAvailable", &changes["earliestDateAvailable"]);
        }
        for id in changes["ids"].as_array().into_iter().flatten() {
            out.leaf("ids", id.as_str().unwrap_or_default());
        }
        moment(out, "latestDateCovered", &changes["latestDateCovered"]);
    });
    Ok(Reply::of(out.into_string()))
}

/// REST's `+0000` is SOAP's `Z`.
fn moment(out: &mut Markup, name: &str, value: &Value) {
    out.leaf(name, &value.as_str().unwrap_or_default().replace("+0000", "Z"));
}

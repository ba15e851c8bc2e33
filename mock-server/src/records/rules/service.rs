//! Cases, assets and contracts.

use super::{Ruled, Scene, lists};
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::records::error::RecordError;
use crate::records::moment;
use crate::records::values::Value;
use crate::records::whole::Whole;

pub fn case(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    closing(whole, "CaseStatus", "ClosedDate", scene.change.now);
    if !whole.changes(&["ContactId"]) {
        return Ok(());
    }
    let contact = scene.load(whole.get("ContactId"))?;
    let value = |name: &str| contact.as_ref().map_or(Value::Null, |contact| contact.get(name).clone());
    for (own, of_contact) in [("ContactPhone", "Phone"), ("ContactMobile", "MobilePhone"), ("ContactEmail", "Email"), ("ContactFax", "Fax")] {
        whole.set(own, value(of_contact));
    }
    if whole.get("AccountId").is_null() {
        whole.set("AccountId", value("AccountId"));
    }
    Ok(())
}

/// `IsClosed` follows the status; the time of closing is kept beside it.
pub fn closing(whole: &mut Whole<'_, '_>, statuses: &str, closed_at: &str, now: Timestamp) {
    if !whole.changes(&["Status"]) {
        return;
    }
    let (closed, was_closed) = (lists::flag(statuses, whole.text("Status"), "IsClosed"), whole.before("IsClosed").is_true());
    if closed != was_closed || whole.is_new() {
        whole.set(closed_at, if closed { Value::Integer(now.0) } else { Value::Null });
    }
    whole.set("IsClosed", Value::boolean(closed));
}

/// `Comments` written to a case become a comment of it.
pub fn case_written(scene: Scene<'_>, whole: &Whole<'_, '_>, id: RecordId) -> Ruled {
    if whole.given("Comments") && whole.changes(&["Comments"]) {
        scene.make("CaseComment", &[("ParentId", Value::Text(id.to_string())), ("CommentBody", whole.get("Comments").clone())])?;
    }
    Ok(())
}

pub fn asset(whole: &Whole<'_, '_>) -> Ruled {
    if whole.get("AccountId").is_null() && whole.get("ContactId").is_null() {
        let message = "Every asset needs an account, a contact, or both.".to_owned();
        return Err(RecordError::rule("FIELD_INTEGRITY_EXCEPTION", message, &[]));
    }
    Ok(())
}

/// A contract ends the day before its term in months is over.
pub fn contract(scene: Scene<'_>, whole: &mut Whole<'_, '_>) {
    if whole.changes(&["StartDate", "ContractTerm"]) {
        let end = whole.number("ContractTerm").and_then(|months| moment::contract_end(whole.text("StartDate"), months));
        whole.set("EndDate", end.map_or(Value::Null, Value::Text));
    }
    if whole.changes(&["Status"]) {
        let code = match whole.text("Status") {
            "Activated" => "Activated",
            "In Approval Process" => "InApproval",
            _ => "Draft",
        };
        whole.set("StatusCode", Value::Text(code.to_owned()));
        if code == "Activated" {
            whole.set_default("ActivatedDate", || Value::Integer(scene.change.now.0));
            whole.set_default("ActivatedById", || Value::Text(scene.change.by.to_string()));
        }
    }
}

//! What the recycle bin, merging and converting leave in an org's tables.

use std::sync::Arc;

use catalogue::Object;

use super::{OrgDb, Store, Tx};
use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId, UserId};
use crate::org::{Directory, NewUser};
use crate::records::{Change, Conversion, Input, KEPT, Presence, RecordError, Rows, Value, purge_expired};
use crate::schema::{Features, Schema};
use crate::secret::Secret;

const NOW: Timestamp = Timestamp(1_769_860_800_000);

fn org() -> Arc<OrgDb> {
    Store::in_memory().unwrap().org(OrgId::numbered(1), 1).unwrap()
}

fn schema() -> Schema {
    Schema::standard(Features::NONE, NOW)
}

fn change(schema: &Schema) -> Change<'_> {
    Change::new(schema, UserId::parse("005Fk0000000001IAA").unwrap(), NOW)
}

/// Whose records they are.
fn owner() -> NewUser {
    NewUser {
        id: Some(UserId::parse("005Fk0000000001IAA").unwrap()),
        username: "owner@acme.example".to_owned(),
        nickname: None,
        email: "owner@acme.example".to_owned(),
        first_name: None,
        last_name: "Owner".to_owned(),
        alias: "owner".to_owned(),
        is_active: true,
        time_zone: "UTC".to_owned(),
        locale: "en_US".to_owned(),
        language: "en_US".to_owned(),
        password: None,
        security_token: Secret(String::new()),
        profile: RecordId::numbered("00e", 1, 1),
        permission_sets: Vec::new(),
    }
}

fn object(name: &str) -> &'static Object {
    catalogue::object(name).unwrap()
}

fn made(tx: &Tx<'_>, change: &Change<'_>, name: &str, json: &serde_json::Value) -> RecordId {
    change.create(tx, object(name), Input::Json(json.to_string().as_bytes())).unwrap()
}

fn value(tx: &Tx<'_>, id: RecordId, name: &str, field: &str) -> Value {
    tx.load(object(name), id).unwrap().unwrap()[object(name).field_index(field).unwrap()].clone()
}

fn text(id: RecordId) -> Value {
    Value::Text(id.to_string())
}

/// Runs `test` on an account with a contact, and an asset that only looks the account up.
fn check(test: impl FnOnce(&Tx<'_>, &Change<'_>, [RecordId; 3])) {
    let schema = schema();
    let change = change(&schema);
    org()
        .write(|tx| {
            tx.add_user(&owner(), None, NOW)?;
            let account = made(tx, &change, "Account", &serde_json::json!({ "Name": "Acme" }));
            let contact = made(tx, &change, "Contact", &serde_json::json!({ "LastName": "Lovelace", "AccountId": account.to_string() }));
            let child = made(tx, &change, "Account", &serde_json::json!({ "Name": "Daughter", "ParentId": account.to_string() }));
            test(tx, &change, [account, contact, child]);
            Ok::<_, RecordError>(())
        })
        .unwrap();
}

#[test]
fn a_restored_record_has_its_children_and_is_looked_up_again() {
    check(|tx, change, [account, contact, child]| {
        change.delete(tx, object("Account"), account).unwrap();
        assert_eq!(tx.presence(object("Contact"), contact).unwrap(), Presence::Deleted);
        assert_eq!(value(tx, child, "Account", "ParentId"), Value::Null);
        change.undelete(tx, object("Account"), account).unwrap();
        assert_eq!(tx.presence(object("Contact"), contact).unwrap(), Presence::Present);
        assert_eq!(value(tx, child, "Account", "ParentId"), text(account));
        assert_eq!(change.undelete(tx, object("Account"), account).unwrap_err().code(), "UNDELETE_FAILED");
    });
}

#[test]
fn a_purged_record_is_gone_with_its_children() {
    check(|tx, change, [account, contact, _]| {
        let refused = change.purge(tx, object("Account"), account).unwrap_err();
        assert_eq!(refused.message(), "Invalid record id; no recycle bin entry found");
        change.delete(tx, object("Account"), account).unwrap();
        change.purge(tx, object("Account"), account).unwrap();
        assert_eq!(tx.presence(object("Account"), account).unwrap(), Presence::Absent);
        assert_eq!(tx.presence(object("Contact"), contact).unwrap(), Presence::Absent);
    });
}

#[test]
fn the_bin_keeps_a_record_for_fifteen_days() {
    check(|tx, change, [account, ..]| {
        change.delete(tx, object("Account"), account).unwrap();
        purge_expired(change.schema, tx, Timestamp(NOW.0 + KEPT)).unwrap();
        assert_eq!(tx.presence(object("Account"), account).unwrap(), Presence::Deleted);
        purge_expired(change.schema, tx, Timestamp(NOW.0 + KEPT + 1)).unwrap();
        assert_eq!(tx.presence(object("Account"), account).unwrap(), Presence::Absent);
    });
}

#[test]
fn a_merge_hands_over_what_hung_on_the_loser() {
    check(|tx, change, [account, contact, child]| {
        let merged = change.merge(tx, object("Account"), child, Input::Json(br#"{"Phone":"1"}"#), &[account]).unwrap();
        assert!(merged.updated_related.contains(&contact), "{merged:?}");
        assert_eq!(value(tx, contact, "Contact", "AccountId"), text(child));
        assert_eq!(value(tx, child, "Account", "Phone"), Value::Text("1".into()));
        assert_eq!(value(tx, account, "Account", "MasterRecordId"), text(child));
        assert_eq!(tx.presence(object("Account"), account).unwrap(), Presence::Deleted);
    });
}

#[test]
fn a_record_is_not_merged_with_itself_or_with_many() {
    check(|tx, change, [account, _, child]| {
        let merge = |losers: &[RecordId]| change.merge(tx, object("Account"), account, Input::Json(b"{}"), losers).unwrap_err().code();
        assert_eq!(merge(&[account]), "INVALID_CROSS_REFERENCE_KEY");
        assert_eq!(merge(&[]), "LIMIT_EXCEEDED");
        assert_eq!(merge(&[child, child, child]), "LIMIT_EXCEEDED");
    });
}

fn conversion(lead: RecordId) -> Conversion {
    Conversion {
        lead,
        converted_status: "Closed - Converted".to_owned(),
        account: None,
        contact: None,
        opportunity: None,
        owner: None,
        create_opportunity: true,
        opportunity_name: None,
        overwrite_lead_source: false,
    }
}

#[test]
fn a_converted_lead_becomes_account_contact_and_opportunity_once() {
    check(|tx, change, _| {
        let body = serde_json::json!({ "FirstName": "Ada", "LastName": "Byron", "Company": "Engines", "City": "London" });
        let lead = made(tx, change, "Lead", &body);
        let refused = change.convert_lead(tx, &Conversion { converted_status: "Open - Not Contacted".into(), ..conversion(lead) }).unwrap_err();
        assert_eq!((refused.code(), refused.message().as_str()), ("INVALID_STATUS", "invalid convertedStatus: Open - Not Contacted"));
        let made = change.convert_lead(tx, &conversion(lead)).unwrap();
        assert_eq!(value(tx, made.account, "Account", "Name"), Value::Text("Engines".into()));
        assert_eq!(value(tx, made.account, "Account", "BillingCity"), Value::Text("London".into()));
        assert_eq!(value(tx, made.contact, "Contact", "Name"), Value::Text("Ada Byron".into()));
        assert_eq!(value(tx, made.contact, "Contact", "AccountId"), text(made.account));
        assert_eq!(value(tx, made.opportunity.unwrap(), "Opportunity", "CloseDate"), Value::Text("2026-03-31".into()));
        assert_eq!(value(tx, lead, "Lead", "ConvertedAccountId"), text(made.account));
        assert_eq!(change.convert_lead(tx, &conversion(lead)).unwrap_err().code(), "CANNOT_UPDATE_CONVERTED_LEAD");
    });
}

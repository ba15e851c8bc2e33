use soql::sosl::{Terms, index_fields};

use crate::id::{OrgId, RecordId};
use crate::records::{FullText, Rows, Value};
use crate::storage::StoreError;
use crate::store::{OrgDb, Store};
use std::sync::Arc;

fn account() -> &'static catalogue::Object {
    catalogue::object("Account").unwrap()
}

fn org(store: &Store) -> Arc<OrgDb> {
    store.org(OrgId::numbered(1), 1).unwrap()
}

/// Writes an account in a transaction of its own.
fn add(org: &OrgDb, fields: &[(&str, &str)]) -> RecordId {
    let add = |tx: &crate::store::Tx<'_>| -> Result<RecordId, StoreError> {
        let id = tx.new_id("001")?;
        let mut row = vec![(account().field_index("Id").unwrap(), Value::Text(id.to_string()))];
        row.extend(fields.iter().map(|(name, value)| (account().field_index(name).unwrap(), Value::Text((*value).to_owned()))));
        tx.insert(account(), &row)?;
        Ok(id)
    };
    org.write(add).unwrap()
}

fn change(org: &OrgDb, id: RecordId, field: &str, value: &Value) {
    org.write(|tx| tx.update(account(), id, &[(account().field_index(field).unwrap(), value.clone())])).unwrap();
}

/// What a search finds, in any order, after the index was brought up to date.
fn found(org: &OrgDb, text: &str) -> Vec<RecordId> {
    let terms = Terms::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    let fields: Vec<String> = index_fields(account()).map(|field| field.name.to_string()).collect();
    let mut ids = org
        .write(|tx| {
            tx.freshen(&[account()])?;
            assert!(!tx.is_stale(&[account()])?);
            tx.holding(account(), &fields, &terms, 100)
        })
        .unwrap();
    ids.sort();
    ids
}

#[track_caller]
fn check(org: &OrgDb, text: &str, expected: &[RecordId]) {
    assert_eq!(found(org, text), expected, "{text}");
}

#[test]
fn words_phrases_wildcards_and_operators_find_records() {
    let store = Store::in_memory().unwrap();
    let org = org(&store);
    check(&org, "acme", &[]);
    let acme = add(&org, &[("Name", "Acme Rockets, Inc."), ("Phone", "(415) 555-1212"), ("BillingCity", "Orléans")]);
    let best = add(&org, &[("Name", "Best Rocket"), ("Website", "https://best.example"), ("Description", "Friends of ACME")]);
    for (text, expected) in [
        ("acme", vec![acme, best]),
        ("ACME rockets", vec![acme]),
        ("\"acme rockets\"", vec![acme]),
        ("\"rockets acme\"", vec![]),
        ("rocket", vec![best]),
        ("rocket*", vec![acme, best]),
        ("ro*s", vec![acme]),
        ("rocket?", vec![acme]),
        ("r?cket*", vec![acme, best]),
        ("\"best ro*\"", vec![best]),
        ("\"be?t rocket\"", vec![best]),
        ("*cme", vec![]),
        ("acme AND NOT friends", vec![acme]),
        ("(acme AND inc) OR example", vec![acme, best]),
        ("orleans", vec![acme]),
        ("ORLÉANS", vec![acme]),
        ("4155551212", vec![acme]),
        ("5551212", vec![acme]),
        ("\"555-1212\"", vec![acme]),
        ("best\\.example", vec![best]),
        ("zz*", vec![]),
        ("z?z", vec![]),
        ("acme zz?z", vec![]),
        ("acme OR zz?z", vec![acme, best]),
    ] {
        check(&org, text, &expected);
    }
}

#[test]
fn the_index_follows_every_change() {
    let store = Store::in_memory().unwrap();
    let org = org(&store);
    let first = add(&org, &[("Name", "First")]);
    check(&org, "first", &[first]);
    let second = add(&org, &[("Name", "Second")]);
    change(&org, first, "Name", &Value::Text("Third".to_owned()));
    check(&org, "first", &[]);
    check(&org, "second", &[second]);
    check(&org, "third", &[first]);
    change(&org, second, "IsDeleted", &Value::Integer(1));
    check(&org, "second", &[]);
    change(&org, second, "IsDeleted", &Value::Integer(0));
    check(&org, "second", &[second]);
    org.write(|tx| tx.remove(account(), second)).unwrap();
    check(&org, "second", &[]);
    // The row number of a record that is gone is used again.
    let third = add(&org, &[("Name", "Fourth")]);
    check(&org, "fourth", &[third]);
    check(&org, "second", &[]);
}

#[test]
fn a_rolled_back_change_and_a_restored_copy_leave_the_index_right() {
    let store = Store::in_memory().unwrap();
    let org = org(&store);
    let kept = add(&org, &[("Name", "Kept")]);
    check(&org, "kept", &[kept]);
    let copy = store.alone(|| org.copy(None)).unwrap();
    let undone: Result<(), StoreError> = org.write(|tx| {
        tx.update(account(), kept, &[(account().field_index("Name").unwrap(), Value::Text("Undone".to_owned()))])?;
        tx.freshen(&[account()])?;
        Err(StoreError::new("no"))
    });
    assert!(undone.is_err());
    check(&org, "undone", &[]);
    check(&org, "kept", &[kept]);
    add(&org, &[("Name", "Later")]);
    change(&org, kept, "Name", &Value::Text("Changed".to_owned()));
    assert_eq!(found(&org, "later").len(), 1);
    store.alone(|| org.restore(&copy)).unwrap();
    check(&org, "later", &[]);
    check(&org, "changed", &[]);
    check(&org, "kept", &[kept]);
}

#[test]
fn a_copy_from_before_the_first_search_is_searched_anew() {
    let store = Store::in_memory().unwrap();
    let org = org(&store);
    let kept = add(&org, &[("Name", "Kept")]);
    let copy = store.alone(|| org.copy(None)).unwrap();
    check(&org, "kept", &[kept]);
    store.alone(|| org.restore(&copy)).unwrap();
    check(&org, "kept", &[kept]);
}

#[test]
fn only_the_fields_asked_for_are_looked_at() {
    let store = Store::in_memory().unwrap();
    let org = org(&store);
    let id = add(&org, &[("Name", "Acme"), ("Description", "rockets")]);
    let in_fields = |fields: &[&str], text: &str| {
        let fields: Vec<String> = fields.iter().map(|&name| name.to_owned()).collect();
        let terms = Terms::parse(text).unwrap();
        org.write(|tx| {
            tx.freshen(&[account()])?;
            tx.holding(account(), &fields, &terms, 10)
        })
        .unwrap()
    };
    assert_eq!(in_fields(&["Name"], "acme"), [id]);
    assert_eq!(in_fields(&["Name"], "rockets"), []);
    assert_eq!(in_fields(&["Description", "Name"], "rockets AND acme"), [id]);
    assert_eq!(in_fields(&["Name"], "acme AND NOT rockets"), [id]);
    assert_eq!(in_fields(&[], "acme"), []);
}

#[test]
fn deep_and_long_terms_are_answered() {
    let store = Store::in_memory().unwrap();
    let org = org(&store);
    let id = add(&org, &[("Name", "aa bb")]);
    let mut nested = "aa".to_owned();
    for level in 0..19 {
        nested = if level % 2 == 0 { format!("(xx OR {nested})") } else { format!("(bb AND {nested})") };
    }
    check(&org, &nested, &[id]);
    let chain = vec!["aa"; 1_900].join(" ");
    check(&org, &chain, &[id]);
    check(&org, &"ab ".repeat(3_300), &[]);
}

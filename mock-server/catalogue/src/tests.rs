use std::collections::HashSet;

use super::{Api, DefaultValue, Feature, FieldType, STANDARD, SeedRow, SeedValue, TARGETS, by_prefix, object, target};

#[test]
fn objects_are_found_in_any_case() {
    for standard in &STANDARD {
        for name in [standard.name.to_string(), standard.name.to_lowercase(), standard.name.to_uppercase()] {
            assert_eq!(object(&name).map(|found| &found.name), Some(&standard.name));
        }
    }
    for name in ["", "Accoun", "Accountx", "Äccount", "Account\0"] {
        assert_eq!(object(name), None, "{name}");
    }
}

#[test]
fn key_prefixes_lead_back_to_an_object_with_that_prefix() {
    for standard in &STANDARD {
        if let Some(prefix) = &standard.key_prefix {
            assert_eq!(by_prefix(prefix).and_then(|found| found.key_prefix.as_ref()), Some(prefix));
        }
    }
    assert_eq!(by_prefix("001").map(|found| &*found.name), Some("Account"));
    assert_eq!(by_prefix("zzz"), None);
    assert_eq!(by_prefix("0015"), None);
}

#[test]
fn every_reference_leads_to_an_object_or_a_target() {
    for standard in &STANDARD {
        for field in standard.fields.iter() {
            for name in field.reference_to.iter() {
                assert!(object(name).is_some() || target(name).is_some(), "{}.{} -> {name}", standard.name, field.name);
            }
        }
    }
    assert!(TARGETS.iter().all(|row| object(row.name).is_none()));
}

#[test]
fn names_are_unique_within_an_object() {
    for standard in &STANDARD {
        let mut names: Vec<_> = standard.fields.iter().map(|field| field.name.to_lowercase()).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "{}", standard.name);
    }
}

#[test]
fn seed_rows_name_fields_of_their_object() {
    for standard in &STANDARD {
        for row in standard.seed.iter() {
            for (name, value) in row.iter() {
                assert!(standard.field(name).is_some(), "{}.{name}", standard.name);
                assert_ne!(*value, SeedValue::Null, "{}.{name}", standard.name);
            }
        }
    }
    let id = |row: &SeedRow| row.iter().find(|(name, _)| *name == "Id").map(|(_, value)| format!("{value:?}"));
    let ids: Vec<_> = STANDARD.iter().flat_map(|standard| standard.seed.iter()).map(id).collect();
    assert!(ids.iter().all(Option::is_some) && ids.iter().collect::<HashSet<_>>().len() == ids.len());
    assert_eq!(object("OpportunityStage").map(|found| found.seed.len()), Some(10));
}

#[test]
fn rows_carry_what_the_files_say() {
    let account = object("Account").expect("an account");
    assert_eq!((&*account.label_plural, account.api, account.feature), ("Accounts", Api::Data, None));
    assert!(account.flags.queryable && account.flags.mergeable && account.flags.layoutable && !account.custom);
    let name = account.field("NAME").expect("a name");
    assert_eq!((&*name.name, name.length, name.kind, name.compound.as_deref()), ("Name", 255, FieldType::String, Some("Name")));
    assert!(name.flags.name_field && name.flags.createable && !name.flags.nillable && !name.flags.polymorphic);
    let deleted = account.field("IsDeleted").expect("a deletion mark");
    assert_eq!(deleted.default_value, Some(DefaultValue::Boolean(false)));
    let parent = account.field("ParentId").expect("a parent");
    assert_eq!((parent.length, parent.relationship_name.as_deref(), &*parent.reference_to[0]), (18, Some("Parent"), "Account"));
    assert_eq!(account.record_types[0].id, "012000000000000AAA");
    assert_eq!(object("ScratchOrgInfo").and_then(|found| found.feature), Some(Feature::DevHub));
}

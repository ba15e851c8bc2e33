use catalogue::{Feature, FieldType};
use serde_json::{Value, json};

use super::{Definition, Features, Schema, SchemaError, StorageClass, columns};
use crate::clock::Timestamp;

fn definition(objects: Value, fields: Value) -> Definition {
    let mut definition = Definition::default();
    for object in serde_json::from_value::<Vec<_>>(objects).unwrap() {
        definition.add_object(object);
    }
    definition.fields = serde_json::from_value(fields).unwrap();
    definition
}

fn schema(objects: Value, fields: Value) -> Result<Schema, SchemaError> {
    Schema::new(Features::NONE, definition(objects, fields), Timestamp(0))
}

fn invoices(fields: Value) -> Schema {
    schema(json!([{"name": "Invoice__c", "label": "Invoice"}]), fields).unwrap()
}

fn check_refused(field: &Value, member: &str, message: &str) {
    let error = schema(json!([{"name": "Invoice__c", "label": "Invoice"}]), json!([field])).unwrap_err();
    assert_eq!((error.member(), error.to_string().as_str()), (member, message));
}

#[test]
fn a_fresh_org_shows_the_catalogue_less_its_missing_features() {
    let schema = Schema::standard(Features::NONE, Timestamp(0));
    assert_eq!(schema.object("aCCOUNT").map(|object| &*object.name), Some("Account"));
    assert_eq!(schema.object("ScratchOrgInfo"), None);
    assert_eq!(schema.object("SandboxInfo"), None, "of the Tooling API only");
    assert!(schema.any_object("SandboxInfo").is_some());
    assert_eq!(schema.by_prefix("006").map(|object| &*object.name), Some("Opportunity"));
    assert_eq!(schema.by_prefix("a00"), None);
    let hub = Schema::standard(Features::NONE.with(Feature::DevHub), Timestamp(0));
    assert!(hub.object("scratchorginfo").is_some());
    assert!(hub.objects().len() > schema.objects().len());
    assert_ne!(hub.generation(), schema.generation());
}

#[test]
fn child_lists_of_missing_objects_are_left_out() {
    let schema = Schema::standard(Features::NONE, Timestamp(0));
    let account = schema.object("Account").unwrap();
    assert!(account.children.iter().any(|child| child.child == "Quote"));
    assert!(!schema.children(account).any(|child| child.child == "Quote"));
    assert!(schema.children(account).any(|child| child.child == "Contact"));
}

#[test]
fn a_custom_object_has_its_own_prefix_and_the_fields_every_object_has() {
    let schema = schema(json!([{"name": "Invoice__c", "label": "Invoice"}, {"name": "Line__c", "label": "Line"}]), json!([])).unwrap();
    let names: Vec<_> = schema.object("invoice__C").unwrap().fields.iter().map(|field| field.name.to_string()).collect();
    assert_eq!(
        names.join(" "),
        "Id OwnerId IsDeleted Name CreatedDate CreatedById LastModifiedDate LastModifiedById SystemModstamp LastViewedDate LastReferencedDate"
    );
    assert_eq!(schema.by_prefix("a01").map(|object| &*object.name), Some("Line__c"));
    assert_eq!(schema.object("Line__c").map(|object| &*object.label_plural), Some("Lines"));
    let listed: Vec<_> = schema.objects().iter().map(|object| object.name.to_ascii_lowercase()).collect();
    assert!(listed.is_sorted() && listed.contains(&"line__c".to_owned()));
}

#[test]
fn prefixes_count_on_after_a_removal() {
    let mut definition = definition(json!([{"name": "A__c", "label": "A"}, {"name": "B__c", "label": "B"}]), json!([]));
    definition.remove_object("a__c").unwrap();
    definition.add_object(serde_json::from_value(json!({"name": "C__c", "label": "C"})).unwrap());
    let prefixes: Vec<_> = definition.objects.iter().map(|object| object.key_prefix.as_deref()).collect();
    assert_eq!(prefixes, [Some("a01"), Some("a02")]);
    assert_eq!(definition.remove_object("a__c"), Err(SchemaError::UnknownObject("a__c".into())));
}

#[test]
fn a_custom_field_joins_a_standard_object_without_touching_others() {
    let schema = invoices(json!([{"object": "account", "name": "Ext__c", "type": "Text", "length": 40, "external_id": true, "unique": true}]));
    let field = schema.object("Account").unwrap().field("ext__c").unwrap();
    assert_eq!((field.kind, field.length, &*field.label), (FieldType::String, 40, "Ext"));
    assert!(field.flags.external_id && field.flags.unique && field.flags.id_lookup && field.flags.custom && field.flags.nillable);
    assert!(schema.object("Contact").unwrap().field("Ext__c").is_none());
    assert!(catalogue::object("Account").unwrap().field("Ext__c").is_none());
    assert!(schema.generation() >= super::FIRST_CUSTOM_GENERATION);
}

#[test]
fn a_lookup_gives_its_parent_a_child_list() {
    let schema = invoices(
        json!([{"object": "Invoice__c", "name": "Customer__c", "type": "Lookup", "reference_to": "account", "delete_constraint": "Restrict"}]),
    );
    let field = schema.object("Invoice__c").unwrap().field("Customer__c").unwrap();
    assert_eq!((field.relationship_name.as_deref(), &*field.reference_to[0]), (Some("Customer__r"), "Account"));
    let account = schema.object("Account").unwrap();
    let child = schema.children(account).find(|child| child.child == "Invoice__c").unwrap();
    assert_eq!((child.name.as_deref(), child.cascade_delete, child.restricted_delete), (Some("Invoices__r"), false, true));
    assert!(schema.refers(field, "001") && !schema.refers(field, "003"));
}

#[test]
fn a_detail_belongs_to_its_master() {
    let master = json!({"object": "Invoice__c", "name": "Account__c", "type": "MasterDetail", "reference_to": "Account"});
    let schema = invoices(json!([master]));
    let invoice = schema.object("Invoice__c").unwrap();
    assert!(invoice.field("OwnerId").is_none());
    assert!(!invoice.field("Account__c").unwrap().flags.nillable);
    let account = schema.object("Account").unwrap();
    assert!(account.children.iter().any(|child| child.child == "Invoice__c" && child.cascade_delete));
    check_refused(
        &json!({"object": "Contact", "name": "Account__c", "type": "MasterDetail", "reference_to": "Account"}),
        "type",
        "a custom object takes at most two master-detail fields, a standard object none",
    );
}

#[test]
fn a_location_is_stored_as_its_two_parts() {
    let schema = invoices(json!([{"object": "Invoice__c", "name": "Place__c", "type": "Geolocation"}]));
    let invoice = schema.object("Invoice__c").unwrap();
    let stored: Vec<_> = columns(invoice).filter(|column| column.name.starts_with("Place")).map(|column| (column.name, column.class)).collect();
    assert_eq!(stored, [("Place__Latitude__s", StorageClass::Real), ("Place__Longitude__s", StorageClass::Real)]);
    assert_eq!(invoice.field("Place__Latitude__s").unwrap().compound.as_deref(), Some("Place__c"));
    assert_eq!(invoice.field("Place__c").unwrap().kind, FieldType::Location);
}

#[test]
fn many_target_fields_take_custom_objects() {
    let schema = invoices(json!([]));
    let what = schema.object("Task").unwrap().field("WhatId").unwrap();
    let owner = schema.object("Task").unwrap().field("OwnerId").unwrap();
    assert!(schema.refers(what, "a00") && schema.refers(what, "001") && !schema.refers(what, "a01"));
    assert!(!schema.refers(owner, "a00") && schema.refers(owner, "005"));
}

#[test]
fn bad_definitions_name_the_member() {
    let field = |extra: Value| {
        let mut field = json!({"object": "Account", "name": "X__c", "type": "Text"});
        field.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        field
    };
    check_refused(
        &field(json!({"name": "X"})),
        "name",
        "\"X\" is no API name: letters, digits and single underscores, a letter first, at most 40 characters, then `__c`",
    );
    check_refused(&field(json!({"object": "Acount"})), "object", "this org has no object \"Acount\"");
    check_refused(&field(json!({"object": "Organization"})), "object", "\"Organization\" takes no custom fields");
    check_refused(&field(json!({"length": 256})), "length", "\"length\" must be 1 to 255");
    check_refused(&field(json!({"precision": 3})), "precision", "a Text field cannot have \"precision\"");
    check_refused(&field(json!({"type": "Picklist"})), "values", "a Picklist field needs \"values\"");
    check_refused(&field(json!({"type": "Picklist", "values": ["a", "a"]})), "values", "\"values\" must be different texts of 1 to 255 characters");
    check_refused(&field(json!({"type": "Lookup"})), "reference_to", "a Lookup field needs \"reference_to\"");
    check_refused(
        &field(json!({"type": "Lookup", "reference_to": "Nope"})),
        "reference_to",
        "\"reference_to\" must be the name of an object of this org",
    );
    check_refused(&field(json!({"type": "Number", "precision": 4, "scale": 5})), "scale", "\"scale\" must be 0 to 17, and not above precision");
    check_refused(&field(json!({"type": "Checkbox", "default_value": "yes"})), "default_value", "\"default_value\" must be true or false");
    check_refused(
        &field(json!({"type": "AutoNumber", "display_format": "A"})),
        "display_format",
        "\"display_format\" must be text with the number's place in braces, such as `A-{0000}`, at most 30 characters",
    );
}

#[test]
fn what_exists_cannot_be_made_twice() {
    let field = json!({"object": "Account", "name": "X__c", "type": "Text"});
    let error = schema(json!([]), json!([field, field])).unwrap_err();
    assert!(error.is_conflict(), "{error}");
    let lookup = |name: &str| json!({"object": "Invoice__c", "name": name, "type": "Lookup", "reference_to": "Account"});
    let error = schema(json!([{"name": "Invoice__c", "label": "Invoice"}]), json!([lookup("A__c"), lookup("B__c")])).unwrap_err();
    assert_eq!(error.to_string(), "the relationship \"Invoices__r\" of Account is taken: give another \"relationship_name\"");
    let object = json!({"name": "Invoice__c", "label": "Invoice"});
    assert!(schema(json!([object, object]), json!([])).unwrap_err().is_conflict());
}

#[test]
fn a_field_keeps_its_type() {
    let mut definition = definition(json!([]), json!([{"object": "Account", "name": "X__c", "type": "Text"}]));
    let other = |kind: &str| serde_json::from_value(json!({"object": "Account", "name": "X__c", "type": kind})).unwrap();
    assert_eq!(definition.replace_field(other("Number")), Err(SchemaError::Fixed("type")));
    assert_eq!(definition.replace_field(other("Text")), Ok(()));
    assert_eq!(definition.remove_field("account", "x__c"), Ok(()));
    assert_eq!(definition.remove_field("account", "x__c"), Err(SchemaError::UnknownField("account.x__c".into())));
}

#[test]
fn definitions_survive_storage() {
    let before = definition(
        json!([{"name": "Invoice__c", "label": "Invoice", "name_field": {"display_format": "INV-{0000}"}}]),
        json!([{"object": "Invoice__c", "name": "Kind__c", "type": "Picklist", "values": ["a", {"value": "b", "default": true}], "restricted": true}]),
    );
    let after: Definition = serde_json::from_str(&serde_json::to_string(&before).unwrap()).unwrap();
    assert_eq!(before, after);
    let schema = Schema::new(Features::NONE, after, Timestamp(0)).unwrap();
    assert!(schema.object("Invoice__c").unwrap().field("Name").unwrap().flags.auto_number);
}

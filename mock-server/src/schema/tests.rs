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
    assert_eq!(definition.replace_field("X__c", other("Number")), Err(SchemaError::Fixed("type")));
    assert_eq!(definition.replace_field("X__c", other("Text")), Ok(()));
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

fn names(object: &catalogue::Object) -> String {
    object.fields.iter().map(|field| field.name.to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_private_object_with_history_brings_the_objects_that_belong_to_it() {
    let invoice = json!({"name": "Invoice__c", "label": "Invoice", "sharing_model": "Private", "enable_history": true, "enable_feeds": true});
    let private = schema(json!([invoice]), json!([])).unwrap();
    let share = private.object("Invoice__Share").unwrap();
    assert_eq!(names(share), "Id ParentId AccessLevel UserOrGroupId RowCause LastModifiedDate LastModifiedById IsDeleted");
    assert_eq!(names(private.object("invoice__history").unwrap()), "Id IsDeleted ParentId CreatedById CreatedDate Field DataType OldValue NewValue");
    assert_eq!(super::companion_of(share), Some(("Invoice__c".to_owned(), "Share")));
    let lists: Vec<_> = private.object("Invoice__c").unwrap().children.iter().filter_map(|child| child.name.as_deref()).collect();
    for name in ["Attachments", "Feeds", "Histories", "Shares"] {
        assert!(lists.contains(&name), "{lists:?}");
    }
    let public = invoices(json!([]));
    assert!(public.object("Invoice__Share").is_none() && public.object("Invoice__History").is_none());
}

#[test]
fn settings_and_metadata_types_have_fields_of_their_own() {
    let schema = schema(
        json!([
            {"name": "Limits__c", "label": "Limits", "custom_settings_type": "Hierarchy"},
            {"name": "Rate__mdt", "label": "Rate"},
            {"name": "Invoice__c", "label": "Invoice"},
        ]),
        json!([{"object": "Rate__mdt", "name": "Percent__c", "type": "Percent"}]),
    )
    .unwrap();
    let setting = schema.object("Limits__c").unwrap();
    assert_eq!(names(setting), "Id IsDeleted Name SetupOwnerId CreatedDate CreatedById LastModifiedDate LastModifiedById SystemModstamp");
    let rate = schema.object("Rate__mdt").unwrap();
    assert_eq!(names(rate), "Id DeveloperName MasterLabel Language NamespacePrefix Label QualifiedApiName SystemModstamp Percent__c");
    assert_eq!((rate.key_prefix.as_deref(), schema.object("Invoice__c").unwrap().key_prefix.as_deref()), (Some("m00"), Some("a01")));
    assert!(!rate.flags.createable && setting.flags.createable && !setting.flags.layoutable);
}

#[test]
fn record_types_give_their_object_a_lookup() {
    let mut definition = definition(json!([]), json!([]));
    definition.add_record_type(serde_json::from_value(json!({"object": "Account", "name": "Key_Partner"})).unwrap());
    definition.give_ids(|prefix| Ok::<_, std::convert::Infallible>(crate::id::RecordId::numbered(prefix, 1, 1))).unwrap();
    let schema = Schema::new(Features::NONE, definition, Timestamp(0)).unwrap();
    let account = schema.object("Account").unwrap();
    assert!(account.field("RecordTypeId").is_some());
    let kinds: Vec<_> = account.record_types.iter().map(|kind| (&*kind.name, kind.master, kind.default_mapping)).collect();
    assert_eq!(kinds, [("Master", true, false), ("Key Partner", false, true)]);
    assert!(schema.object("Contact").unwrap().field("RecordTypeId").is_none());
}

#[test]
fn a_global_value_set_gives_its_values_to_a_restricted_picklist() {
    let mut definition = definition(json!([]), json!([{"object": "Account", "name": "Color__c", "type": "Picklist", "value_set_name": "Colors"}]));
    assert_eq!(Schema::new(Features::NONE, definition.clone(), Timestamp(0)).unwrap_err().to_string(), "this org has no global value set \"Colors\"");
    definition.add_global_value_set(serde_json::from_value(json!({"name": "Colors", "values": ["red", "green"]})).unwrap());
    let schema = Schema::new(Features::NONE, definition, Timestamp(0)).unwrap();
    let field = schema.object("Account").unwrap().field("Color__c").unwrap();
    assert!(field.flags.restricted_picklist && field.picklist.iter().map(|value| &*value.value).eq(["red", "green"]));
}

#[test]
fn a_renamed_field_is_followed_by_what_depends_on_it() {
    let mut definition = definition(
        json!([]),
        json!([
            {"object": "Account", "name": "Kind__c", "type": "Picklist", "values": ["a", "b"]},
            {"object": "Account", "name": "Sub__c", "type": "Picklist", "values": ["a1", "b1"], "controlling_field": "Kind__c",
             "value_settings": [{"value_name": "a1", "controlling_field_values": ["a"]}]},
        ]),
    );
    assert!(matches!(definition.remove_field("Account", "Kind__c"), Err(SchemaError::InUse { .. })));
    let renamed = serde_json::from_value(json!({"object": "Account", "name": "Sort__c", "type": "Picklist", "values": ["a", "b"]})).unwrap();
    definition.replace_field("kind__c", renamed).unwrap();
    assert_eq!(definition.field("Account", "Sub__c").unwrap().controlling_field.as_deref(), Some("Sort__c"));
    assert!(Schema::new(Features::NONE, definition, Timestamp(0)).is_ok());
}

#[test]
fn what_needs_an_engine_is_refused_in_salesforces_manner() {
    let refusal = |field: Value| schema(json!([]), json!([field])).unwrap_err().refusal();
    let check = |field: Value, code: &str, message: &str| {
        let refusal = refusal(field);
        assert_eq!((refusal.code, refusal.message.as_str()), (code, message));
    };
    let field = |extra: Value| {
        let mut field = json!({"object": "Account", "name": "X__c", "type": "Text"});
        field.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        field
    };
    check(field(json!({"formula": "1"})), "FIELD_INTEGRITY_EXCEPTION", "formula fields cannot be made yet: this server computes no formulas");
    check(field(json!({"precision": 3})), "FIELD_INTEGRITY_EXCEPTION", "Can not specify 'precision' for a CustomField of type Text");
    check(field(json!({"type": "Lookup"})), "FIELD_INTEGRITY_EXCEPTION", "Must specify 'referenceTo' for a CustomField of type Lookup");
    check(field(json!({"name": "X"})), "FIELD_INTEGRITY_EXCEPTION", "Could not resolve standard field's name.");
    check(
        field(json!({"object": "Nope__c"})),
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Entity Enumeration Or ID: bad value for restricted picklist field: Nope__c",
    );
    let twice = schema(json!([]), json!([field(json!({})), field(json!({}))])).unwrap_err().refusal();
    assert_eq!((twice.code, twice.message.as_str()), ("DUPLICATE_DEVELOPER_NAME", "There is already a field named X on Account."));
}

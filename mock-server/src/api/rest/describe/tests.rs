use axum::http::HeaderValue;
use serde_json::{Value, json};

use super::super::format::Content;
use super::*;
use crate::schema::{Definition, Features};

const CREATED: Timestamp = Timestamp(1_769_860_800_000);

fn standard() -> Schema {
    Schema::standard(Features::NONE, CREATED)
}

fn v67() -> Root<'static> {
    Root { version: ApiVersion::parse("v67.0").unwrap(), path: "/services/data/v67.0" }
}

fn body(answer: Answer) -> Value {
    let Content::Json { json, .. } = answer.body else { panic!("a body") };
    serde_json::from_slice(&json).unwrap()
}

fn describe(schema: &Schema, name: &str) -> Value {
    body(full((schema, Access::all()), name, v67(), "https://acme.my.salesforce.com", &HeaderMap::new()).unwrap())
}

fn field<'v>(object: &'v Value, name: &str) -> &'v Value {
    object["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap()
}

fn keys(value: &Value) -> String {
    value.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn describe_global_lists_the_objects_of_the_org() {
    let global = body(global(&standard(), Access::all(), v67(), &HeaderMap::new()).unwrap());
    assert_eq!(keys(&global), "encoding maxBatchSize sobjects");
    let sobjects = global["sobjects"].as_array().unwrap();
    assert_eq!(
        keys(&sobjects[0]),
        "activateable associateEntityType associateParentEntity createable custom customSetting deepCloneable deletable deprecatedAndHidden \
         feedEnabled hasSubtypes isInterface isSubtype keyPrefix label labelPlural layoutable mergeable mruEnabled name queryable replicateable \
         retrieveable searchable triggerable undeletable updateable urls"
    );
    assert_eq!(sobjects[0]["name"], "Account");
    let urls = &sobjects[0]["urls"];
    assert_eq!(keys(urls), "compactLayouts rowTemplate approvalLayouts listviews describe quickActions layouts sobject");
    assert_eq!(urls["rowTemplate"], "/services/data/v67.0/sobjects/Account/{ID}");
    let named = |name: &str| sobjects.iter().find(|object| object["name"] == name);
    assert_eq!(named("ScratchOrgInfo"), None);
    let history = named("AccountHistory").unwrap();
    assert_eq!((&history["associateEntityType"], &history["associateParentEntity"]), (&json!("History"), &json!("Account")));
    assert_eq!(history["keyPrefix"], Value::Null);
    assert_eq!(keys(&history["urls"]), "rowTemplate describe sobject");
}

#[test]
fn an_object_is_described_with_every_key_in_its_order() {
    let account = describe(&standard(), "account");
    assert_eq!(
        keys(&account),
        "actionOverrides activateable associateEntityType associateParentEntity childRelationships compactLayoutable createable custom \
         customSetting deepCloneable defaultImplementation deletable deprecatedAndHidden extendedBy extendsInterfaces feedEnabled fields hasSubtypes \
         implementedBy implementsInterfaces isInterface isSubtype keyPrefix label labelPlural layoutable listviewable lookupLayoutable mergeable \
         mruEnabled name namedLayoutInfos networkScopeFieldName queryable recordTypeInfos replicateable retrieveable searchLayoutable searchable \
         sobjectDescribeOption supportedScopes triggerable undeletable updateable urls"
    );
    assert_eq!(
        keys(&account["fields"][0]),
        "aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete caseSensitive compoundFieldName \
         controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate dependentPicklist deprecatedAndHidden digits \
         displayLocationInDecimal encrypted externalId extraTypeInfo filterable filteredLookupInfo formulaTreatNullNumberAsZero groupable \
         highScaleNumber htmlFormatted idLookup inlineHelpText label length mask maskType name nameField namePointing nillable permissionable \
         picklistValues polymorphicForeignKey precision queryByDistance referenceTargetField referenceTo relationshipName relationshipOrder \
         restrictedDelete restrictedPicklist scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead"
    );
    assert_eq!(
        account["childRelationships"].as_array().unwrap().iter().find(|child| child["relationshipName"] == "ChildAccounts").unwrap(),
        &json!({"cascadeDelete": false, "childSObject": "Account", "deprecatedAndHidden": false, "field": "ParentId",
                "junctionIdListNames": [], "junctionReferenceTo": [], "relationshipName": "ChildAccounts", "restrictedDelete": false})
    );
    assert_eq!(
        account["recordTypeInfos"],
        json!([{"active": true, "available": true, "defaultRecordTypeMapping": true, "developerName": "Master", "master": true, "name": "Master",
                "recordTypeId": "012000000000000AAA",
                "urls": {"layout": "/services/data/v67.0/sobjects/Account/describe/layouts/012000000000000AAA"}}])
    );
    assert_eq!(account["urls"]["uiNewRecord"], "https://acme.my.salesforce.com/001/e");
    assert_eq!(account["supportedScopes"][1], json!({"label": "My accounts", "name": "mine"}));
}

#[test]
fn fields_carry_what_follows_from_their_type() {
    let account = describe(&standard(), "Account");
    let check = |name: &str, expected: Value| {
        let field = field(&account, name);
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&field[key], value, "{name}.{key}");
        }
    };
    check("Id", json!({"byteLength": 18, "aggregatable": true, "idLookup": true, "soapType": "tns:ID", "permissionable": false}));
    check("Name", json!({"byteLength": 765, "nameField": true, "extraTypeInfo": "switchablepersonname", "compoundFieldName": "Name"}));
    check("IsDeleted", json!({"defaultValue": false, "aggregatable": false, "length": 0}));
    check("ParentId", json!({"referenceTo": ["Account"], "relationshipName": "Parent", "searchPrefilterable": true, "namePointing": false}));
    check("BillingAddress", json!({"queryByDistance": true, "soapType": "urn:address", "permissionable": true, "sortable": false}));
    check("Description", json!({"extraTypeInfo": "plaintextarea", "filterable": false, "aggregatable": false}));
    assert_eq!(
        field(&account, "Type")["picklistValues"][0],
        json!({"active": true, "defaultValue": false, "label": "Prospect", "validFor": null, "value": "Prospect"})
    );
}

#[test]
fn custom_objects_and_fields_are_described_like_standard_ones() {
    let mut definition = Definition::default();
    definition.add_object(serde_json::from_value(json!({"name": "Invoice__c", "label": "Invoice"})).unwrap());
    definition.fields = serde_json::from_value(json!([
        {"object": "Account", "name": "Ext__c", "type": "Text", "length": 40, "external_id": true, "unique": true, "default_value": "a\"b"},
        {"object": "Invoice__c", "name": "Account__c", "type": "MasterDetail", "reference_to": "Account"},
        {"object": "Invoice__c", "name": "Notes__c", "type": "Html"},
    ]))
    .unwrap();
    let schema = Schema::new(Features::NONE, definition, CREATED).unwrap();
    let account = describe(&schema, "Account");
    let ext = field(&account, "Ext__c");
    assert_eq!((&ext["externalId"], &ext["unique"], &ext["custom"], &ext["byteLength"]), (&json!(true), &json!(true), &json!(true), &json!(120)));
    assert_eq!((&ext["defaultValue"], &ext["defaultValueFormula"]), (&Value::Null, &json!(r#""a\"b""#)));
    let invoice = describe(&schema, "invoice__c");
    assert_eq!((&invoice["keyPrefix"], &invoice["custom"], &invoice["labelPlural"]), (&json!("a00"), &json!(true), &json!("Invoices")));
    let master = field(&invoice, "Account__c");
    assert_eq!((&master["relationshipName"], &master["cascadeDelete"], &master["nillable"]), (&json!("Account__r"), &json!(true), &json!(false)));
    let notes = field(&invoice, "Notes__c");
    assert_eq!((&notes["extraTypeInfo"], &notes["htmlFormatted"]), (&json!("richtextarea"), &json!(true)));
    let children = account["childRelationships"].as_array().unwrap();
    assert!(children.iter().any(|child| child["relationshipName"] == "Invoices__r" && child["cascadeDelete"] == true));
}

#[test]
fn a_describe_the_caller_has_is_not_sent_again() {
    let check = |since: &'static str, status: StatusCode| {
        let headers = HeaderMap::from_iter([(header::IF_MODIFIED_SINCE, HeaderValue::from_static(since))]);
        for answer in [global(&standard(), Access::all(), v67(), &headers), full((&standard(), Access::all()), "Account", v67(), "", &headers)] {
            let answer = answer.unwrap();
            assert_eq!(answer.status, status, "{since}");
            assert!(answer.headers.contains(&(header::LAST_MODIFIED, HeaderValue::from_static("Sat, 31 Jan 2026 12:00:00 GMT"))));
        }
    };
    check("Sat, 31 Jan 2026 12:00:00 GMT", StatusCode::NOT_MODIFIED);
    check("Sat, 31 Jan 2026 11:59:59 GMT", StatusCode::OK);
    check("soon", StatusCode::OK);
}

#[test]
fn an_object_the_org_lacks_is_not_found() {
    for name in ["Nope", "ScratchOrgInfo", "SandboxInfo", "Ext__c", ""] {
        assert!(matches!(seen(&standard(), Access::all(), name), Err(RestError::NotFound)), "{name}");
    }
    let basic = body(basic_information((&standard(), Access::all()), catalogue::object("Contact").unwrap(), v67(), Vec::new()).unwrap());
    assert_eq!((keys(&basic).as_str(), &basic["objectDescribe"]["name"]), ("objectDescribe recentItems", &json!("Contact")));
}

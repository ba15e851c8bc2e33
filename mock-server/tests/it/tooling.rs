//! The Tooling API over HTTP: definitions, code, containers, and the schema as records.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Answer, Mock};

const ROOT: &str = "/services/data/v67.0/tooling";
const DATA: &str = "/services/data/v67.0";

struct Admin {
    mock: Mock,
    token: String,
}

impl Admin {
    async fn start() -> Self {
        let mock = Mock::start().await;
        let token = mock.token("acme", "admin@acme.example").await;
        Self { mock, token }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.mock.rest(method, &self.token, path, body).await
    }

    /// A query of the Tooling API that is answered.
    async fn query(&self, soql: &str) -> Value {
        let answer = self.ask(soql).await;
        assert_eq!(answer.status, 200, "{soql}: {}", answer.text);
        answer.json()
    }

    async fn ask(&self, soql: &str) -> Answer {
        self.call(Method::GET, &format!("{ROOT}/query?q={}", soql.replace(' ', "+")), None).await
    }

    async fn create(&self, object: &str, body: Value) -> String {
        let answer = self.call(Method::POST, &format!("{ROOT}/sobjects/{object}"), Some(body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let created = answer.json();
        let id = created["id"].as_str().unwrap().to_owned();
        assert_eq!(created, json!({"id": id, "success": true, "errors": [], "warnings": [], "infos": []}));
        id
    }

    async fn refused(&self, object: &str, body: Value, status: u16, error: Value) {
        self.call(Method::POST, &format!("{ROOT}/sobjects/{object}"), Some(body)).await.expect(status, &json!([error]));
    }

    async fn field(&self, full_name: &str, metadata: Value) -> String {
        self.create("CustomField", json!({"FullName": full_name, "Metadata": metadata})).await
    }
}

#[tokio::test]
async fn a_custom_object_and_its_fields_are_usable_at_once() {
    let admin = Admin::start().await;
    let object = json!({"FullName": "Parcel__c", "Metadata": {"label": "Parcel", "pluralLabel": "Parcels", "nameField": {"type": "AutoNumber", "label": "No", "displayFormat": "P-{0000}"},
        "deploymentStatus": "Deployed", "sharingModel": "ReadWrite", "enableHistory": true}});
    let id = admin.create("CustomObject", object.clone()).await;
    assert!(id.starts_with("01I"));
    admin.field("Parcel__c.Weight__c", json!({"label": "Weight", "type": "Number", "precision": 8, "scale": 2})).await;
    admin.field("Parcel__c.Buyer__c", json!({"label": "Buyer", "type": "Lookup", "referenceTo": "Account", "relationshipName": "Parcels"})).await;
    let record = admin.call(Method::POST, &format!("{DATA}/sobjects/Parcel__c"), Some(json!({"Weight__c": 1.5}))).await;
    assert_eq!(record.status, 201, "{}", record.text);
    let read = admin.call(Method::GET, &format!("{DATA}/query?q=SELECT+Name,Weight__c,Buyer__r.Name+FROM+Parcel__c"), None).await.json();
    assert_eq!((&read["records"][0]["Name"], &read["records"][0]["Weight__c"]), (&json!("P-0001"), &json!(1.5)));
    let taken = json!({"message": "That object name is already in use.", "errorCode": "DUPLICATE_DEVELOPER_NAME", "fields": ["DeveloperName"]});
    admin.refused("CustomObject", object, 400, taken).await;
}

#[tokio::test]
async fn a_field_is_read_renamed_and_removed_by_its_id() {
    let admin = Admin::start().await;
    let id = admin.field("Account.Shade__c", json!({"label": "Shade", "type": "Text", "length": 40, "externalId": true})).await;
    let account = json!({"Name": "Shaded", "Shade__c": "dark"});
    assert_eq!(admin.call(Method::POST, &format!("{DATA}/sobjects/Account"), Some(account)).await.status, 201);

    let found = admin.query("SELECT Id, DeveloperName, TableEnumOrId, FullName, Metadata FROM CustomField WHERE DeveloperName = 'Shade'").await;
    assert_eq!(
        (&found["size"], &found["totalSize"], &found["queryLocator"], &found["entityTypeName"]),
        (&json!(1), &json!(1), &Value::Null, &json!("CustomField"))
    );
    let row = &found["records"][0];
    assert_eq!(row["attributes"], json!({"type": "CustomField", "url": format!("{ROOT}/sobjects/CustomField/{id}")}));
    assert_eq!((&row["FullName"], &row["TableEnumOrId"]), (&json!("Account.Shade__c"), &json!("Account")));
    assert_eq!((&row["Metadata"]["type"], &row["Metadata"]["length"], &row["Metadata"]["externalId"]), (&json!("Text"), &json!(40), &json!(true)));
    assert!(row["Metadata"].as_object().unwrap().contains_key("formula"));

    let renamed = json!({"FullName": "Account.Tone__c", "Metadata": {"label": "Tone", "type": "Text", "length": 60}});
    let path = format!("{ROOT}/sobjects/CustomField/{id}");
    assert_eq!(admin.call(Method::PATCH, &path, Some(renamed)).await.status, 204);
    let values = admin.call(Method::GET, &format!("{DATA}/query?q=SELECT+Tone__c+FROM+Account+WHERE+Tone__c='dark'"), None).await.json();
    assert_eq!(values["totalSize"], 1, "{values}");
    assert_eq!(admin.call(Method::GET, &path, None).await.json()["DeveloperName"], "Tone");

    assert_eq!(admin.call(Method::DELETE, &path, None).await.status, 204);
    let gone = admin.call(Method::GET, &format!("{DATA}/query?q=SELECT+Tone__c+FROM+Account"), None).await;
    assert_eq!(gone.json()[0]["errorCode"], "INVALID_FIELD");
    admin.call(Method::GET, &path, None).await.expect(404, &json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]));
    let unknown = json!([{"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": []}]);
    admin.call(Method::DELETE, &path, None).await.expect(404, &unknown);
}

#[tokio::test]
async fn bad_definitions_are_refused_in_salesforces_words() {
    let admin = Admin::start().await;
    let integrity = |message: &str| json!({"message": message, "errorCode": "FIELD_INTEGRITY_EXCEPTION", "fields": []});
    let field = |name: &str, metadata: Value| json!({"FullName": name, "Metadata": metadata});
    let text = json!({"label": "X", "type": "Text", "length": 10});
    admin.field("Account.X__c", text.clone()).await;
    let cases = [
        (
            field("Account.X__c", text.clone()),
            json!({"message": "There is already a field named X on Account.", "errorCode": "DUPLICATE_DEVELOPER_NAME", "fields": ["DeveloperName"]}),
        ),
        (field("Account.Y__c", json!({"label": "Y", "type": "Text"})), integrity("Must specify 'length' for a CustomField of type Text")),
        (field("Account.Y__c", json!({"type": "Text", "length": 5})), integrity("Must specify a non-empty label for the CustomField")),
        (
            field("Account.Y__c", json!({"label": "Y", "type": "Date", "length": 5})),
            integrity("Can not specify 'length' for a CustomField of type Date"),
        ),
        (field("Account.Y", text.clone()), integrity("Could not resolve standard field's name.")),
        (
            field("Account.Y__c", json!({"label": "Y", "type": "Text", "formula": "Name", "length": 5})),
            integrity("formula fields cannot be made yet: this server computes no formulas"),
        ),
        (
            field("Account.Y__c", json!({"label": "Y", "type": "Checkbox", "defaultValue": "TODAY() > x"})),
            integrity("defaultValue must be a literal: this server computes no formulas: TODAY() > x"),
        ),
        (
            json!({"Metadata": text}),
            json!({"message": "Required fields are missing: [FullName]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["FullName"]}),
        ),
        (
            json!({"FullName": "Account.Y__c"}),
            json!({"message": "Required fields are missing: [Metadata]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["Metadata"]}),
        ),
        (
            field("Account.Y__c", json!({"label": "Y", "type": "Text", "length": 5, "nope": 1})),
            json!({"message": "No such column 'nope' on sobject of type Metadata", "errorCode": "INVALID_FIELD", "fields": []}),
        ),
        (
            field("Nope__c.Y__c", text.clone()),
            json!({"message": "Entity Enumeration Or ID: bad value for restricted picklist field: Nope__c", "errorCode": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "fields": ["TableEnumOrId"]}),
        ),
        (
            field("Account.Y__c", json!("text")),
            json!({"message": "Cannot deserialize instance of complexvalue from VALUE_STRING value text at [line:1, column:39]", "errorCode": "JSON_PARSER_ERROR"}),
        ),
    ];
    for (body, error) in cases {
        admin.refused("CustomField", body, 400, error).await;
    }
    let nameless = json!({"FullName": "Box__c", "Metadata": {"label": "Box", "pluralLabel": "Boxes"}});
    admin.refused("CustomObject", nameless, 400, integrity("Must specify a nameField of type Text or AutoNumber")).await;
}

#[tokio::test]
async fn the_schema_is_queried_like_records_in_both_apis() {
    let admin = Admin::start().await;
    admin.field("Account.Hue__c", json!({"label": "Hue", "type": "Picklist", "valueSet": {"valueSetDefinition": {"value": [{"fullName": "red", "default": false, "label": "Red"}]}}})).await;
    let soql = "SELECT QualifiedApiName, DataType, DurableId, EntityDefinition.KeyPrefix FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Account' AND QualifiedApiName IN ('Hue__c', 'OwnerId', 'Name') ORDER BY QualifiedApiName";
    for root in [ROOT, DATA] {
        let answer = admin.call(Method::GET, &format!("{root}/query?q={}", soql.replace(' ', "+")), None).await.json();
        let rows: Vec<_> = answer["records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["QualifiedApiName"].as_str().unwrap(), row["DataType"].as_str().unwrap()))
            .collect();
        assert_eq!(rows, [("Hue__c", "Picklist"), ("Name", "Text(255)"), ("OwnerId", "Lookup(User)")], "{answer}");
        assert_eq!(
            (&answer["records"][2]["DurableId"], &answer["records"][0]["EntityDefinition"]["KeyPrefix"]),
            (&json!("Account.Owner"), &json!("001"))
        );
    }
    let objects = admin.query("SELECT QualifiedApiName, (SELECT QualifiedApiName FROM Fields WHERE QualifiedApiName = 'Hue__c') FROM EntityDefinition WHERE QualifiedApiName = 'Account'").await;
    assert_eq!(objects["records"][0]["Fields"]["records"][0]["QualifiedApiName"], "Hue__c", "{objects}");
    let particles = admin.query("SELECT COUNT() FROM EntityParticle WHERE EntityDefinitionId = 'Account' AND IsComponent = true").await;
    assert!(particles["totalSize"].as_u64().unwrap() > 10, "{particles}");
    let values = admin
        .call(
            Method::GET,
            &format!(
                "{DATA}/query?q=SELECT+Value+FROM+PicklistValueInfo+WHERE+EntityParticle.EntityDefinition.QualifiedApiName='Account'+AND+Label='Red'"
            ),
            None,
        )
        .await;
    assert_eq!(values.json()["records"][0]["Value"], "red", "{}", values.text);
    let refused = json!([{"message": "FieldDefinition: a filter on a reified column is required [EntityDefinitionId,DurableId]", "errorCode": "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION"}]);
    admin.ask("SELECT Id FROM FieldDefinition").await.expect(400, &refused);
}

#[tokio::test]
async fn metadata_is_read_one_row_at_a_time() {
    let admin = Admin::start().await;
    for name in ["One", "Two"] {
        admin.create("ApexClass", json!({"Name": name, "Body": format!("public class {name} {{ }}")})).await;
    }
    let refused = json!([{"message": "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than one row for retrieval. Result size: 2", "errorCode": "MALFORMED_QUERY"}]);
    admin.ask("SELECT Id, Metadata FROM ApexClass").await.expect(400, &refused);
    let one = admin.query("SELECT FullName, Metadata, ApiVersion, Status, IsValid FROM ApexClass WHERE Name = 'One'").await;
    let row = &one["records"][0];
    assert_eq!(row["Metadata"], json!({"apiVersion": 67.0, "packageVersions": [], "status": "Active", "urls": null}));
    assert_eq!((&row["FullName"], &row["ApiVersion"], &row["IsValid"]), (&json!("One"), &json!(67.0), &json!(true)));
}

#[tokio::test]
async fn code_is_named_by_its_source_and_changed_through_a_container() {
    let admin = Admin::start().await;
    let class = admin.create("ApexClass", json!({"Body": "public class Greeter { }"})).await;
    let taken = json!({"message": "duplicate value found: <unknown> duplicates value on record with id: <unknown>", "errorCode": "DUPLICATE_VALUE"});
    admin.refused("ApexClass", json!({"Body": "class greeter {}"}), 400, taken).await;
    let trigger = admin.create("ApexTrigger", json!({"Body": "trigger Guard on Account (before insert) { }"})).await;
    let read = admin.call(Method::GET, &format!("{ROOT}/sobjects/ApexTrigger/{trigger}"), None).await.json();
    assert_eq!(
        (&read["Name"], &read["TableEnumOrId"], &read["UsageBeforeInsert"], &read["UsageAfterInsert"]),
        (&json!("Guard"), &json!("Account"), &json!(true), &json!(false))
    );

    let container = admin.create("MetadataContainer", json!({"Name": "Work"})).await;
    let member = json!({"MetadataContainerId": container, "ContentEntityId": class, "Body": "public class Greeter { Integer i; }"});
    admin.create("ApexClassMember", member.clone()).await;
    let again = admin.call(Method::POST, &format!("{ROOT}/sobjects/ApexClassMember"), Some(member)).await;
    assert_eq!((again.status.as_u16(), &again.json()[0]["errorCode"]), (400, &json!("DUPLICATE_VALUE")));
    let check = admin.create("ContainerAsyncRequest", json!({"MetadataContainerId": container, "IsCheckOnly": true})).await;
    let state = admin.query(&format!("SELECT State, DeployDetails, ErrorMsg FROM ContainerAsyncRequest WHERE Id = '{check}'")).await;
    assert_eq!((&state["records"][0]["State"], &state["records"][0]["DeployDetails"]["componentFailures"]), (&json!("Completed"), &json!([])));
    let source = |answer: Value| answer["Body"].as_str().unwrap().to_owned();
    let class_path = format!("{ROOT}/sobjects/ApexClass/{class}");
    assert!(!source(admin.call(Method::GET, &class_path, None).await.json()).contains("Integer"));
    admin.create("ContainerAsyncRequest", json!({"MetadataContainerId": container, "IsCheckOnly": false})).await;
    assert!(source(admin.call(Method::GET, &class_path, None).await.json()).contains("Integer"));
    assert_eq!(admin.call(Method::DELETE, &format!("{ROOT}/sobjects/MetadataContainer/{container}"), None).await.status, 204);
}

#[tokio::test]
async fn nothing_that_would_run_apex_pretends_to() {
    let admin = Admin::start().await;
    let run = |source: &str| format!("{ROOT}/executeAnonymous/?anonymousBody={source}");
    let logged = json!({"line": -1, "column": -1, "compiled": true, "success": true, "compileProblem": null, "exceptionStackTrace": null, "exceptionMessage": null});
    admin.call(Method::GET, &run("System.debug('Hello');"), None).await.expect(200, &logged);
    let effect = admin.call(Method::GET, &run("insert+new+Account();"), None).await.json();
    assert_eq!((&effect["compiled"], &effect["success"]), (&json!(true), &json!(false)));
    let class = admin.create("ApexClass", json!({"Body": "@isTest class T { }"})).await;
    let job = admin.call(Method::POST, &format!("{ROOT}/runTestsAsynchronous/"), Some(json!({"classids": class}))).await;
    assert!(job.json().as_str().unwrap().starts_with("707"), "{}", job.text);
    let results =
        admin.query(&format!("SELECT Outcome, ApexClass.Name FROM ApexTestResult WHERE AsyncApexJobId = {}", job.text.replace('"', "'"))).await;
    assert_eq!((&results["records"][0]["Outcome"], &results["records"][0]["ApexClass"]["Name"]), (&json!("Fail"), &json!("T")));
    let now = admin.call(Method::POST, &format!("{ROOT}/runTestsSynchronous/"), Some(json!({"tests": [{"className": "T"}]}))).await.json();
    assert_eq!((&now["numTestsRun"], &now["numFailures"]), (&json!(1), &json!(1)));
    assert_eq!(admin.call(Method::GET, &format!("{ROOT}/completions?type=apex"), None).await.json(), json!({"publicDeclarations": {}}));
}

#[tokio::test]
async fn each_api_shows_its_own_objects() {
    let admin = Admin::start().await;
    let global = admin.call(Method::GET, &format!("{ROOT}/sobjects/"), None).await.json();
    let names: Vec<_> = global["sobjects"].as_array().unwrap().iter().map(|object| object["name"].as_str().unwrap()).collect();
    for name in ["ApexClass", "CustomField", "CustomObject", "EntityDefinition", "TraceFlag", "ValidationRule", "Layout", "FlexiPage"] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(!names.contains(&"Account") && names.is_sorted_by_key(|name| name.to_lowercase()));
    let described = admin.call(Method::GET, &format!("{ROOT}/sobjects/ApexClass/describe"), None).await.json();
    assert_eq!(described["urls"]["rowTemplate"], format!("{ROOT}/sobjects/ApexClass/{{ID}}"));
    let fields: Vec<_> = described["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert!(fields.contains(&"SymbolTable") && fields.contains(&"Metadata"));
    for object in &names {
        let answer = admin.ask(&format!("SELECT Id FROM {object} LIMIT 1")).await;
        assert!(answer.status == 200 || answer.json()[0]["errorCode"] != "UNKNOWN_EXCEPTION", "{object}: {}", answer.text);
        assert_ne!(answer.status.as_u16() / 100, 5, "{object}: {}", answer.text);
    }
    let missing = json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]);
    admin.call(Method::GET, &format!("{ROOT}/sobjects/Account"), None).await.expect(404, &missing);
    admin.call(Method::GET, &format!("{DATA}/sobjects/CustomField"), None).await.expect(404, &missing);
}

#[tokio::test]
async fn traces_are_kept_and_checked_like_records() {
    let admin = Admin::start().await;
    let level = admin.create("DebugLevel", json!({"DeveloperName": "Mine", "MasterLabel": "Mine", "ApexCode": "FINE"})).await;
    let user = admin.query("SELECT Id FROM User WHERE Username = 'admin@acme.example'").await["records"][0]["Id"].as_str().unwrap().to_owned();
    let flag = json!({"TracedEntityId": user, "DebugLevelId": level, "LogType": "DEVELOPER_LOG", "ExpirationDate": "2030-01-01T00:00:00Z"});
    let id = admin.create("TraceFlag", flag).await;
    let found = admin.query("SELECT Id, DebugLevel.DeveloperName, LogType FROM TraceFlag").await;
    assert_eq!((&found["records"][0]["Id"], &found["records"][0]["DebugLevel"]["DeveloperName"]), (&json!(id), &json!("Mine")));
    let bad = json!({"DeveloperName": "Other", "MasterLabel": "Other", "ApexCode": "LOUD"});
    let error = json!({"message": "Apex Code: bad value for restricted picklist field: LOUD", "errorCode": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "fields": ["ApexCode"]});
    admin.refused("DebugLevel", bad, 400, error).await;
    assert_eq!(admin.call(Method::DELETE, &format!("{ROOT}/sobjects/TraceFlag/{id}"), None).await.status, 204);
}

#[tokio::test]
async fn who_may_not_customize_changes_nothing() {
    let admin = Admin::start().await;
    let standard = admin.mock.token("acme", "standard@acme.example").await;
    let body = json!({"FullName": "Account.Z__c", "Metadata": {"label": "Z", "type": "Text", "length": 5}});
    let refused = json!([{"message": "insufficient access rights on object id", "errorCode": "INSUFFICIENT_ACCESS_OR_READONLY", "fields": []}]);
    admin.mock.rest(Method::POST, &standard, &format!("{ROOT}/sobjects/CustomField"), Some(body)).await.expect(403, &refused);
}

#[tokio::test]
async fn record_types_and_value_sets_are_made_and_used() {
    let admin = Admin::start().await;
    let kind = admin.create("RecordType", json!({"FullName": "Account.Partner", "Metadata": {"active": true, "label": "Partner"}})).await;
    let account = json!({"Name": "Typed", "RecordTypeId": kind});
    assert_eq!(admin.call(Method::POST, &format!("{DATA}/sobjects/Account"), Some(account)).await.status, 201);
    let found =
        admin.call(Method::GET, &format!("{DATA}/query?q=SELECT+RecordType.DeveloperName+FROM+Account+WHERE+Name='Typed'"), None).await.json();
    assert_eq!(found["records"][0]["RecordType"]["DeveloperName"], "Partner", "{found}");
    let described = admin.call(Method::GET, &format!("{DATA}/sobjects/Account/describe"), None).await.json();
    assert!(described["recordTypeInfos"].as_array().unwrap().iter().any(|info| info["recordTypeId"] == json!(kind)));

    let values = json!([{"valueName": "S", "default": false}, {"valueName": "L", "default": true}]);
    admin.create("GlobalValueSet", json!({"FullName": "Sizes", "Metadata": {"masterLabel": "Sizes", "customValue": values}})).await;
    admin.field("Account.Size__c", json!({"label": "Size", "type": "Picklist", "valueSet": {"valueSetName": "Sizes", "restricted": true}})).await;
    let bad = admin.call(Method::POST, &format!("{DATA}/sobjects/Account"), Some(json!({"Name": "x", "Size__c": "XL"}))).await;
    assert_eq!(bad.json()[0]["errorCode"], "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "{}", bad.text);
}

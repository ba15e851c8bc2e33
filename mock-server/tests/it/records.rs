//! sObject rows over HTTP: create, read, change, upsert, delete, relationships, conditions, spelling.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Answer, Mock};

/// A server and one user's calls to it.
pub struct Org {
    pub mock: Mock,
    pub token: String,
}

const ROOT: &str = "/services/data/v67.0";

impl Org {
    pub async fn acme() -> Self {
        let mock = Mock::start().await;
        let token = mock.token("acme", "admin@acme.example").await;
        Self { mock, token }
    }

    /// A call under v67.0.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.mock.rest(method, &self.token, &format!("{ROOT}{path}"), body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Creates a record and gives its id.
    pub async fn create(&self, object: &str, fields: Value) -> String {
        let answer = self.post(&format!("/sobjects/{object}"), fields).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// A GET with headers of its own.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.mock.client.get(self.mock.at(&format!("{ROOT}{path}"))).bearer_auth(&self.token);
        self.mock.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
    }

    /// Adds a custom field to an object of acme.
    pub async fn custom_field(&self, field: Value) {
        self.mock.control(Method::POST, "/orgs/acme/custom-fields", field).await;
    }
}

fn refusal(code: &str, message: &str, fields: &[&str]) -> Value {
    json!([{"message": message, "errorCode": code, "fields": fields}])
}

#[tokio::test]
async fn a_record_is_created_read_changed_and_deleted() {
    let org = Org::acme().await;
    let created = org.post("/sobjects/Account/", json!({"Name": "Hooli", "NumberOfEmployees": 12, "BillingCity": "Paris"})).await;
    let id = created.json()["id"].as_str().unwrap().to_owned();
    created.expect(201, &json!({"id": id, "success": true, "errors": []}));
    assert_eq!(created.header("location"), format!("{ROOT}/sobjects/Account/{id}"));
    assert!(created.header("sforce-limit-info").starts_with("api-usage="));
    assert_eq!(created.header("content-type"), "application/json;charset=UTF-8");

    let read = org.get(&format!("/sobjects/account/{}", &id[..15])).await;
    let record = read.json();
    assert_eq!(read.status, 200);
    assert!(
        read.text.starts_with(&format!(r#"{{"attributes":{{"type":"Account","url":"{ROOT}/sobjects/Account/{id}"}},"Id":"{id}","IsDeleted":false,"#))
    );
    assert_eq!((&record["Name"], &record["NumberOfEmployees"], &record["Phone"]), (&json!("Hooli"), &json!(12), &Value::Null));
    assert_eq!(record["BillingAddress"]["city"], "Paris");
    assert_eq!(record["OwnerId"], record["CreatedById"]);
    assert_eq!(record["CreatedDate"], record["SystemModstamp"]);

    let changed = org.patch(&format!("/sobjects/Account/{id}"), json!({"Name": "Hooli XYZ", "BillingCity": ""})).await;
    assert_eq!((changed.status.as_u16(), changed.text.as_str()), (204, ""));
    let some = org.get(&format!("/sobjects/Account/{id}?fields=name,BillingAddress")).await;
    some.expect(
        200,
        &json!({"attributes": {"type": "Account", "url": format!("{ROOT}/sobjects/Account/{id}")}, "Name": "Hooli XYZ", "BillingAddress": null}),
    );

    assert_eq!(org.delete(&format!("/sobjects/Account/{id}")).await.status, 204);
    org.get(&format!("/sobjects/Account/{id}")).await.expect(404, &refusal("ENTITY_IS_DELETED", "entity is deleted", &[]));
    org.delete(&format!("/sobjects/Account/{id}")).await.expect(404, &refusal("ENTITY_IS_DELETED", "entity is deleted", &[]));
}

async fn check_create(org: &Org, object: &str, body: Value, status: u16, expected: Value) {
    let answer = org.post(&format!("/sobjects/{object}"), body).await;
    assert_eq!((answer.status.as_u16(), &answer.json()), (status, &expected), "{object}");
}

#[tokio::test]
async fn a_bad_record_is_refused_in_salesforces_words() {
    let org = Org::acme().await;
    let unknown_field = json!([{"message": "No such column 'Foo' on sobject of type Account", "errorCode": "INVALID_FIELD"}]);
    check_create(&org, "Account", json!({"Foo": 1}), 400, unknown_field).await;
    let missing = refusal("REQUIRED_FIELD_MISSING", "Required fields are missing: [StageName, CloseDate]", &["StageName", "CloseDate"]);
    check_create(&org, "Opportunity", json!({"Name": "x"}), 400, missing).await;
    let email = refusal("INVALID_EMAIL_ADDRESS", "Email: invalid email address: x", &["Email"]);
    check_create(&org, "Contact", json!({"LastName": "x", "Email": "x"}), 400, email).await;
    let shape = refusal("MALFORMED_ID", "Account ID: id value of incorrect type: 005", &["AccountId"]);
    check_create(&org, "Contact", json!({"LastName": "x", "AccountId": "005"}), 400, shape).await;
    let absent = refusal("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id: 001Fk0000000001", &[]);
    check_create(&org, "Contact", json!({"LastName": "x", "AccountId": "001Fk0000000001"}), 400, absent).await;
    let kind = json!([{"message": "Cannot deserialize instance of date from VALUE_STRING value soon at [line:1, column:14]", "errorCode": "JSON_PARSER_ERROR"}]);
    check_create(&org, "Contact", json!({"Birthdate": "soon"}), 400, kind).await;
    check_create(&org, "Nope__c", json!({}), 404, json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}])).await;
}

#[tokio::test]
async fn an_empty_or_foreign_body_is_refused() {
    let org = Org::acme().await;
    let send = async |kind: &'static str, body: &'static str| {
        let request = org.mock.client.post(org.mock.at(&format!("{ROOT}/sobjects/Account"))).bearer_auth(&org.token);
        org.mock.send(request.header("content-type", kind).body(body)).await
    };
    let none = json!([{"message": "The HTTP entity body is required, but this request has no entity body.", "errorCode": "JSON_PARSER_ERROR"}]);
    send("application/json", "").await.expect(400, &none);
    let media = json!([{"message": "MediaType of 'multipart/related' is not supported by this resource", "errorCode": "UNSUPPORTED_MEDIA_TYPE"}]);
    send("multipart/related; boundary=x", "x").await.expect(415, &media);
    let colon = "Unexpected character ('j' (code 106)): was expecting a colon to separate field name and value at [line:1, column:9]";
    send("application/json", "{\"Name\"j").await.expect(400, &json!([{"message": colon, "errorCode": "JSON_PARSER_ERROR"}]));
}

#[tokio::test]
async fn ids_that_lead_nowhere_are_told_apart() {
    let org = Org::acme().await;
    let gone = json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]);
    org.get("/sobjects/Account/001Fk0000000001").await.expect(404, &gone);
    let unknown = refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]);
    org.patch("/sobjects/Account/001Fk0000000001", json!({"Name": "x"})).await.expect(404, &unknown);
    org.delete("/sobjects/Account/001Fk0000000001").await.expect(404, &unknown);
    let no_id = json!([{"errorCode": "NOT_FOUND", "message": "Provided external ID field does not exist or is not accessible: nope"}]);
    org.get("/sobjects/Account/nope").await.expect(404, &no_id);
    let malformed = json!([{"message": "malformed id 0015500001QdQWa999", "errorCode": "MALFORMED_ID"}]);
    org.get("/sobjects/Account/0015500001QdQWa999").await.expect(400, &malformed);
}

#[tokio::test]
async fn methods_and_sessions_are_refused_by_the_framework() {
    let org = Org::acme().await;
    let method = json!([{"errorCode": "METHOD_NOT_ALLOWED", "message": "HTTP Method 'POST' not allowed. Allowed are HEAD,GET"}]);
    org.post("/query", json!({})).await.expect(405, &method);
    let session = json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]);
    org.mock.get(&format!("{ROOT}/sobjects/Account/001Fk0000000001")).await.expect(401, &session);
    org.mock.rest(Method::GET, "00Dnope", &format!("{ROOT}/query?q=x"), None).await.expect(401, &session);
    let oauth =
        org.mock.client.get(org.mock.at(&format!("{ROOT}/query?q=SELECT+Id+FROM+Account"))).header("authorization", format!("OAuth {}", org.token));
    assert_eq!(org.mock.send(oauth).await.status, 200);
}

#[tokio::test]
async fn an_upsert_creates_then_changes_and_tells_which() {
    let org = Org::acme().await;
    org.custom_field(json!({"object": "Account", "name": "Ext__c", "type": "Text", "length": 40, "external_id": true})).await;
    let path = "/sobjects/Account/Ext__c/A%201";
    let created = org.patch(path, json!({"Name": "One"})).await;
    let id = created.json()["id"].clone();
    created.expect(201, &json!({"id": id, "success": true, "errors": [], "created": true}));
    org.patch(path, json!({"Name": "Two"})).await.expect(200, &json!({"id": id, "success": true, "errors": [], "created": false}));
    let old = org.mock.rest(Method::PATCH, &org.token, &format!("/services/data/v45.0{path}"), Some(json!({"Name": "Three"}))).await;
    assert_eq!((old.status.as_u16(), old.text.as_str()), (204, ""));
    let read = org.get("/sobjects/Account/ext__c/a%201").await.json();
    assert_eq!((&read["Name"], &read["Ext__c"], &read["Id"]), (&json!("Three"), &json!("A 1"), &id));

    let in_body = json!([{"message": "The Ext__c field should not be specified in the sobject data.", "errorCode": "INVALID_FIELD"}]);
    org.patch(path, json!({"Ext__c": "A 1"})).await.expect(400, &in_body);
    let gone = json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]);
    org.patch("/sobjects/Account/Ext__c/B?updateOnly=true", json!({"Name": "x"})).await.expect(404, &gone);
    org.get("/sobjects/Account/Ext__c/B").await.expect(404, &gone);
    let field = json!([{"errorCode": "NOT_FOUND", "message": "Provided external ID field does not exist or is not accessible: Namez"}]);
    org.patch("/sobjects/Account/Namez/x", json!({"Name": "x"})).await.expect(404, &field);

    let twin = org.create("Account", json!({"Name": "Twin", "Ext__c": "A 1"})).await;
    let choices = json!([format!("{ROOT}/sobjects/Account/{}", id.as_str().unwrap()), format!("{ROOT}/sobjects/Account/{twin}")]);
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let body = (method == Method::PATCH).then(|| json!({"Name": "x"}));
        org.call(method, path, body).await.expect(300, &choices);
    }
    assert_eq!(org.delete(&format!("/sobjects/Account/{twin}")).await.status, 204);
    assert_eq!(org.delete(path).await.status, 204);
    org.get(path).await.expect(404, &gone);
}

#[tokio::test]
async fn a_unique_value_belongs_to_one_record() {
    let org = Org::acme().await;
    org.custom_field(json!({"object": "Account", "name": "Key__c", "type": "Text", "length": 40, "unique": true})).await;
    let first = org.create("Account", json!({"Name": "One", "Key__c": "k"})).await;
    let message = format!("duplicate value found: Key__c duplicates value on record with id: {}", &first[..15]);
    check_create(&org, "Account", json!({"Name": "Two", "Key__c": "K"}), 400, refusal("DUPLICATE_VALUE", &message, &[])).await;
    assert_eq!(org.patch(&format!("/sobjects/Account/{first}"), json!({"Key__c": "k"})).await.status, 204);
}

#[tokio::test]
async fn lookups_may_be_named_by_external_id_and_followed_by_address() {
    let org = Org::acme().await;
    org.custom_field(json!({"object": "Account", "name": "Ext__c", "type": "Text", "length": 40, "external_id": true})).await;
    let account = org.create("Account", json!({"Name": "One", "Ext__c": "X1"})).await;
    let contact = org.create("Contact", json!({"LastName": "Byron", "Account": {"Ext__c": "X1"}})).await;

    let owned = org.create("Contact", json!({"LastName": "Stan", "Owner": {"Username": "standard@acme.example"}})).await;
    let owner = org.get(&format!("/sobjects/Contact/{owned}/Owner?fields=Username")).await.json();
    assert_eq!(owner["Username"], "standard@acme.example");

    let parent = org.get(&format!("/sobjects/Contact/{contact}/Account?fields=Name")).await;
    let url = |object: &str, id: &str| format!("{ROOT}/sobjects/{object}/{id}");
    parent.expect(200, &json!({"attributes": {"type": "Account", "url": url("Account", &account)}, "Name": "One"}));
    let children = org.get(&format!("/sobjects/Account/{account}/Contacts?fields=LastName")).await;
    let byron = json!({"attributes": {"type": "Contact", "url": url("Contact", &contact)}, "LastName": "Byron"});
    children.expect(200, &json!({"totalSize": 1, "done": true, "records": [byron]}));
    let owner = org.get(&format!("/sobjects/Contact/{contact}/Account/Owner")).await;
    assert_eq!((owner.status.as_u16(), &owner.json()["Username"]), (200, &json!("admin@acme.example")));
    assert_eq!(org.patch(&format!("/sobjects/Contact/{contact}/Account"), json!({"Name": "Two"})).await.status, 204);
    assert_eq!(org.get(&format!("/sobjects/Account/{account}")).await.json()["Name"], "Two");

    let gone = json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]);
    org.get(&format!("/sobjects/Contact/{contact}/ReportsTo")).await.expect(404, &gone);
    org.get(&format!("/sobjects/Contact/{contact}/Nope")).await.expect(404, &gone);
    let none = json!({"totalSize": 0, "done": true, "records": []});
    org.get(&format!("/sobjects/Account/{account}/Opportunities")).await.expect(200, &none);
    let message = "Foreign key external ID: x9 not found for field Ext__c in entity Account";
    check_create(
        &org,
        "Contact",
        json!({"LastName": "x", "Account": {"Ext__c": "X9"}}),
        400,
        json!([{"message": message, "errorCode": "INVALID_FIELD"}]),
    )
    .await;
}

#[tokio::test]
async fn deleting_takes_children_along_unless_they_forbid_it() {
    let org = Org::acme().await;
    let account = org.create("Account", json!({"Name": "One"})).await;
    let contact = org.create("Contact", json!({"LastName": "Byron", "AccountId": account})).await;
    let case = org.create("Case", json!({"Subject": "Stuck", "AccountId": account})).await;
    let answer = org.delete(&format!("/sobjects/Account/{account}")).await;
    let number = org.get(&format!("/sobjects/Case/{case}?fields=CaseNumber")).await.json()["CaseNumber"].as_str().unwrap().to_owned();
    let message = format!("Your attempt to delete One could not be completed because it is associated with the following cases.: {number}\n");
    answer.expect(400, &refusal("DELETE_FAILED", &message, &[]));

    assert_eq!(org.delete(&format!("/sobjects/Case/{case}")).await.status, 204);
    assert_eq!(org.delete(&format!("/sobjects/Account/{account}")).await.status, 204);
    assert_eq!(org.get(&format!("/sobjects/Contact/{contact}")).await.json()[0]["errorCode"], "ENTITY_IS_DELETED");
}

#[tokio::test]
async fn a_row_the_caller_has_is_not_sent_again() {
    let org = Org::acme().await;
    let id = org.create("Account", json!({"Name": "One"})).await;
    let path = format!("/sobjects/Account/{id}");
    let read = org.get(&path).await;
    let tag = read.header("etag").to_owned();
    let unchanged = org.get_with(&path, &[("if-none-match", &tag)]).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.text.as_str(), unchanged.header("etag")), (304, "", tag.as_str()));
    assert_eq!(org.get_with(&path, &[("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT")]).await.status, 304);
    assert_eq!(org.get_with(&path, &[("if-modified-since", "Thu, 01 Jan 2015 00:00:00 GMT")]).await.status, 200);
    let change = |tag: String| {
        org.mock.client.patch(org.mock.at(&format!("{ROOT}{path}"))).bearer_auth(&org.token).header("if-match", tag).json(&json!({"Name": "Two"}))
    };
    assert_eq!(org.mock.send(change("\"x\"".to_owned())).await.status, 412);
    assert_eq!(org.mock.send(change(tag.clone())).await.status, 204);
    assert_eq!(org.mock.send(change(tag)).await.status, 412);
}

#[tokio::test]
async fn what_was_deleted_and_changed_is_listed() {
    let org = Org::acme().await;
    org.mock.control(Method::POST, "/clock", json!({"set": "2026-09-01T10:00:30Z", "freeze": true})).await;
    let kept = org.create("Lead", json!({"LastName": "Kept", "Company": "x"})).await;
    let gone = org.create("Lead", json!({"LastName": "Gone", "Company": "x"})).await;
    assert_eq!(org.delete(&format!("/sobjects/Lead/{gone}")).await.status, 204);
    org.mock.control(Method::POST, "/clock", json!({"advance": "PT10M"})).await;
    let span = "start=2026-09-01T10:00:00%2B00:00&end=2026-09-01T10:05:00Z";
    let covered = "2026-09-01T10:05:00.000+0000";
    org.get(&format!("/sobjects/Lead/updated?{span}")).await.expect(200, &json!({"ids": [kept], "latestDateCovered": covered}));
    let deleted = json!({
        "deletedRecords": [{"deletedDate": "2026-09-01T10:00:30.000+0000", "id": gone}],
        "earliestDateAvailable": "2026-08-17T10:10:30.000+0000", "latestDateCovered": covered
    });
    org.get(&format!("/sobjects/Lead/deleted?{span}")).await.expect(200, &deleted);
    let order = json!([{"message": "startDate before endDate", "errorCode": "INVALID_REPLICATION_DATE"}]);
    org.get("/sobjects/Lead/updated?start=2026-09-01T10:00:00Z&end=2026-09-01T09:00:00Z").await.expect(400, &order);
    assert_eq!(org.get("/sobjects/Lead/updated?start=2026-09-01T10:00:00Z").await.json()[0]["errorCode"], "MISSING_ARGUMENT");
}

#[tokio::test]
async fn answers_are_spelled_as_asked() {
    let org = Org::acme().await;
    let pretty = org.get_with("/sobjects/Nope", &[("x-prettyprint", "1")]).await;
    assert_eq!(pretty.text, "[ {\n  \"errorCode\" : \"NOT_FOUND\",\n  \"message\" : \"The requested resource does not exist\"\n} ]");
    let xml = org.get_with("/sobjects/Account/nope", &[("accept", "application/xml")]).await;
    assert_eq!((xml.status.as_u16(), xml.header("content-type")), (404, "application/xml;charset=UTF-8"));
    assert_eq!(
        xml.text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Errors><Error><errorCode>NOT_FOUND</errorCode><message>Provided external ID field does not exist or is not accessible: nope</message></Error></Errors>"
    );
    assert_eq!(org.get_with("/query?q=SELECT+Id+FROM+Account", &[("accept", "image/png")]).await.status, 406);
    let zipped = org.get_with("/sobjects/Account/describe", &[("accept-encoding", "gzip")]).await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn an_address_may_stand_for_method_and_accept_header() {
    let org = Org::acme().await;
    let id = org.create("Account", json!({"Name": "One"})).await;
    let tunnelled = org.post(&format!("/sobjects/Account/{id}?_HttpMethod=PATCH"), json!({"Name": "Two"})).await;
    assert_eq!((tunnelled.status.as_u16(), tunnelled.text.as_str()), (204, ""));
    let xml = org.get("/query.xml?q=SELECT+Name+FROM+Account+WHERE+Name='Two'").await;
    let url = format!("{ROOT}/sobjects/Account/{id}");
    assert_eq!(
        xml.text,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><QueryResult><totalSize>1</totalSize><done>true</done><records type=\"Account\" url=\"{url}\"><Name>Two</Name></records></QueryResult>"
        )
    );
}

#[tokio::test]
async fn what_is_not_built_says_so_and_what_never_was_is_not_found() {
    let org = Org::acme().await;
    for path in ["/chatter/feeds", "/chatter/feeds/news"] {
        let answer = org.get(path).await;
        assert_eq!((answer.status.as_u16(), &answer.json()[0]["errorCode"]), (501, &json!("MOCK_NOT_IMPLEMENTED")), "{path}");
        assert_eq!(org.mock.get(&format!("{ROOT}{path}")).await.status, 401);
    }
    let gone = json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]);
    for path in ["/commerce/x", "/nope"] {
        org.get(path).await.expect(404, &gone);
    }
    assert_eq!(org.mock.get(&format!("{ROOT}/chatter/feeds")).await.status, 401);
}

#[tokio::test]
async fn an_inactive_user_owns_nothing() {
    let org = Org::acme().await;
    let user = org.query("SELECT Id FROM User WHERE Username = 'standard@acme.example'").await.json()["records"][0]["Id"].clone();
    let account = org.create("Account", json!({"Name": "One", "OwnerId": user})).await;
    org.mock.control(Method::PATCH, "/orgs/acme/users/standard", json!({"active": false})).await;
    let message = format!("operation performed with inactive user [{}] as owner of account", &user.as_str().unwrap()[..15]);
    check_create(&org, "Account", json!({"Name": "Two", "OwnerId": user}), 400, refusal("INACTIVE_OWNER_OR_USER", &message, &["OwnerId"])).await;
    assert_eq!(org.patch(&format!("/sobjects/Account/{account}"), json!({"Name": "Three"})).await.status, 204);
}

#[tokio::test]
async fn an_org_without_the_api_is_refused_after_its_session_is_known() {
    let mock = Mock::start().await;
    let world = mock.control(Method::GET, "/world", Value::Null).await;
    let starter = world["orgs"].as_array().unwrap().iter().find(|org| org["name"] == "starter").unwrap();
    let token = mock.token("starter", starter["users"][0]["username"].as_str().unwrap()).await;
    let disabled = json!([{"message": "The REST API is not enabled for this Organization.", "errorCode": "API_DISABLED_FOR_ORG"}]);
    mock.rest(Method::GET, &token, &format!("{ROOT}/query?q=SELECT+Id+FROM+Account"), None).await.expect(403, &disabled);
}

//! Who sees and changes what: object permissions, field-level security, sharing, and the objects that say so.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Answer;
use crate::records::Org;

const ROOT: &str = "/services/data/v67.0";

/// An org with its administrator and one other user.
struct Two {
    admin: Org,
    token: String,
}

impl Two {
    async fn with(profile: &str) -> Self {
        let admin = Org::acme().await;
        let user = json!({"name": "other", "username": "other@acme.example", "profile": profile});
        admin.mock.control(Method::POST, "/orgs/acme/users", user).await;
        let token = admin.mock.token("acme", "other@acme.example").await;
        Self { admin, token }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.admin.mock.rest(method, &self.token, &format!("{ROOT}{path}"), body).await
    }

    async fn query(&self, soql: &str) -> Answer {
        self.call(Method::GET, &format!("/query?q={}", soql.replace(' ', "+")), None).await
    }

    async fn other(&self) -> String {
        self.admin.first("SELECT Id FROM User WHERE Username = 'other@acme.example'").await
    }

    /// A permission set assigned to the other user.
    async fn granted(&self, rows: &[Value]) -> String {
        let set = self.admin.create("PermissionSet", json!({"Name": "Extra", "Label": "Extra"})).await;
        for row in rows {
            let mut row = row.clone();
            row["ParentId"] = json!(set);
            let object = if row.get("Field").is_some() { "FieldPermissions" } else { "ObjectPermissions" };
            self.admin.create(object, row).await;
        }
        self.admin.create("PermissionSetAssignment", json!({"AssigneeId": self.other().await, "PermissionSetId": set})).await;
        set
    }
}

impl Org {
    /// The id of the first row of a query.
    async fn first(&self, soql: &str) -> String {
        let answer = self.get(&format!("/query?q={}", soql.replace(' ', "+"))).await;
        let id = answer.json()["records"][0]["Id"].as_str().map(str::to_owned);
        id.unwrap_or_else(|| panic!("{soql}: {}", answer.text))
    }

    async fn defaults(&self, object: &str, model: &str) {
        self.mock.control(Method::PATCH, "/orgs/acme", json!({"org_wide_defaults": {object: model}})).await;
    }
}

fn refusal(code: &str, message: &str, fields: &Value) -> Value {
    json!([{"message": message, "errorCode": code, "fields": fields}])
}

fn names(answer: &Answer) -> Vec<String> {
    let records = answer.json()["records"].as_array().unwrap_or_else(|| panic!("{}", answer.text)).clone();
    records.iter().map(|record| record["Name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn an_object_without_permission_does_not_exist() {
    let two = Two::with("Minimum Access - Salesforce").await;
    let query = two.query("SELECT Id FROM Account").await;
    assert_eq!((query.status.as_u16(), &query.json()[0]["errorCode"]), (400, &json!("INVALID_TYPE")));
    assert!(query.text.contains("sObject type 'Account' is not supported."), "{}", query.text);
    let missing = json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]);
    two.call(Method::GET, "/sobjects/Account/describe", None).await.expect(404, &missing);
    two.call(Method::POST, "/sobjects/Account", Some(json!({"Name": "x"}))).await.expect(404, &missing);
    let global = two.call(Method::GET, "/sobjects", None).await.json();
    assert!(global["sobjects"].as_array().unwrap().iter().all(|object| object["name"] != "Account"));
    assert!(global["sobjects"].as_array().unwrap().iter().any(|object| object["name"] == "User"));
}

#[tokio::test]
async fn reading_alone_changes_nothing() {
    let two = Two::with("Read Only").await;
    let id = two.admin.create("Account", json!({"Name": "Acme"})).await;
    assert_eq!(two.query("SELECT Name FROM Account WHERE Name = 'Acme'").await.json()["totalSize"], 1);
    let refused = |word: &str| refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", &format!("entity type cannot be {word}: Account"), &json!([]));
    two.call(Method::POST, "/sobjects/Account", Some(json!({"Name": "x"}))).await.expect(400, &refused("inserted"));
    two.call(Method::PATCH, &format!("/sobjects/Account/{id}"), Some(json!({"Name": "x"}))).await.expect(400, &refused("updated"));
    let readonly = refusal("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", &json!([]));
    two.call(Method::DELETE, &format!("/sobjects/Account/{id}"), None).await.expect(403, &readonly);
    let describe = two.call(Method::GET, "/sobjects/Account/describe", None).await.json();
    assert_eq!([&describe["createable"], &describe["updateable"], &describe["deletable"], &describe["queryable"]], [false, false, false, true]);
}

#[tokio::test]
async fn a_permission_set_opens_an_object_and_its_fields() {
    let two = Two::with("Minimum Access - Salesforce").await;
    two.granted(&[
        json!({"SobjectType": "Account", "PermissionsRead": true, "PermissionsCreate": true}),
        json!({"SobjectType": "Account", "Field": "Account.Industry", "PermissionsRead": true}),
        json!({"SobjectType": "Account", "Field": "Account.Phone", "PermissionsRead": true, "PermissionsEdit": true}),
    ])
    .await;
    assert_eq!(two.query("SELECT Name, Industry, Phone FROM Account LIMIT 1").await.status, 200);
    let hidden = two.query("SELECT Website FROM Account").await;
    assert!(hidden.text.contains("No such column 'Website' on entity 'Account'."), "{}", hidden.text);
    let unknown = json!([{"message": "No such column 'Website' on sobject of type Account", "errorCode": "INVALID_FIELD"}]);
    two.call(Method::POST, "/sobjects/Account", Some(json!({"Name": "x", "Website": "y"}))).await.expect(400, &unknown);
    let closed = refusal(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: Industry. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
        &json!(["Industry"]),
    );
    two.call(Method::POST, "/sobjects/Account", Some(json!({"Name": "x", "Industry": "Energy"}))).await.expect(400, &closed);
    let made = two.call(Method::POST, "/sobjects/Account", Some(json!({"Name": "x", "Phone": "1"}))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let described = two.call(Method::GET, "/sobjects/Account/describe", None).await.json();
    let field = |name: &str| described["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).cloned();
    assert_eq!(field("Website"), None);
    assert_eq!(field("Industry").map(|field| (field["updateable"].clone(), field["createable"].clone())), Some((json!(false), json!(false))));
    assert_eq!(field("Phone").map(|field| field["updateable"].clone()), Some(json!(true)));
    let record = two.call(Method::GET, &format!("/sobjects/Account/{}", made.json()["id"].as_str().unwrap()), None).await.json();
    assert_eq!((record.get("Website"), record["Phone"].as_str()), (None, Some("1")));
}

#[tokio::test]
async fn private_records_are_their_owners_and_those_above() {
    let two = Two::with("Standard User").await;
    two.admin.defaults("Account", "Private").await;
    let hidden = two.admin.create("Account", json!({"Name": "Hidden"})).await;
    let own = two.call(Method::POST, "/sobjects/Account", Some(json!({"Name": "Own"}))).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(names(&two.query("SELECT Name FROM Account").await), ["Own"]);
    assert_eq!(two.query("SELECT COUNT() FROM Account").await.json()["totalSize"], 1);
    let missing = json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]);
    two.call(Method::GET, &format!("/sobjects/Account/{hidden}"), None).await.expect(404, &missing);
    let unreachable = refusal("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id", &json!([]));
    two.call(Method::PATCH, &format!("/sobjects/Account/{hidden}"), Some(json!({"Name": "x"}))).await.expect(400, &unreachable);
    let lookup = refusal(
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        &format!("insufficient access rights on cross-reference id: {}", &hidden[..15]),
        &json!([]),
    );
    two.call(Method::POST, "/sobjects/Contact", Some(json!({"LastName": "x", "AccountId": hidden}))).await.expect(400, &lookup);
    // A contact follows its account.
    two.admin.create("Contact", json!({"LastName": "Seen", "AccountId": own})).await;
    two.admin.create("Contact", json!({"LastName": "Unseen", "AccountId": hidden})).await;
    assert_eq!(names(&two.query("SELECT Name FROM Contact").await), ["Seen"]);
    // Who stands above in the hierarchy sees it too.
    let chief = two.admin.create("UserRole", json!({"Name": "Chief"})).await;
    let clerk = two.admin.create("UserRole", json!({"Name": "Clerk", "ParentRoleId": chief})).await;
    let admin = two.admin.first("SELECT Id FROM User WHERE Username = 'standard@acme.example'").await;
    assert_eq!(two.admin.patch(&format!("/sobjects/User/{}", two.other().await), json!({"UserRoleId": clerk})).await.status, 204);
    assert_eq!(two.admin.patch(&format!("/sobjects/User/{admin}"), json!({"UserRoleId": chief})).await.status, 204);
    let above = two.admin.mock.token("acme", "standard@acme.example").await;
    let seen = two.admin.mock.rest(Method::GET, &above, &format!("{ROOT}/query?q=SELECT+Name+FROM+Account"), None).await;
    assert_eq!(names(&seen), ["Own"]);
}

#[tokio::test]
async fn a_share_opens_one_record_as_far_as_it_says() {
    let two = Two::with("Standard User").await;
    two.admin.defaults("Account", "Private").await;
    let id = two.admin.create("Account", json!({"Name": "Shared"})).await;
    let share = json!({"AccountId": id, "UserOrGroupId": two.other().await, "AccountAccessLevel": "Read", "OpportunityAccessLevel": "None"});
    let share = two.admin.create("AccountShare", share).await;
    assert_eq!(names(&two.query("SELECT Name FROM Account").await), ["Shared"]);
    let readonly = refusal("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", &json!([]));
    let path = format!("/sobjects/Account/{id}");
    two.call(Method::PATCH, &path, Some(json!({"Phone": "1"}))).await.expect(403, &readonly);
    assert_eq!(two.admin.patch(&format!("/sobjects/AccountShare/{share}"), json!({"AccountAccessLevel": "Edit"})).await.status, 204);
    assert_eq!(two.call(Method::PATCH, &path, Some(json!({"Phone": "1"}))).await.status, 204);
    two.call(Method::DELETE, &path, None).await.expect(403, &readonly);
    let trivial =
        two.admin.post("/sobjects/AccountShare", json!({"AccountId": id, "UserOrGroupId": two.other().await, "AccountAccessLevel": "None"})).await;
    assert_eq!((trivial.status.as_u16(), &trivial.json()[0]["errorCode"]), (400, &json!("FIELD_INTEGRITY_EXCEPTION")));
}

#[tokio::test]
async fn a_queue_shares_its_records_with_its_members() {
    let two = Two::with("Standard User").await;
    two.admin.defaults("Lead", "Private").await;
    let queue = two.admin.create("Group", json!({"Name": "Incoming", "Type": "Queue"})).await;
    two.admin.create("QueueSobject", json!({"QueueId": queue, "SobjectType": "Lead"})).await;
    two.admin.create("Lead", json!({"LastName": "Queued", "Company": "C", "OwnerId": queue})).await;
    assert_eq!(names(&two.query("SELECT Name FROM Lead").await).len(), 0);
    two.admin.create("GroupMember", json!({"GroupId": queue, "UserOrGroupId": two.other().await})).await;
    assert_eq!(names(&two.query("SELECT Name FROM Lead").await), ["Queued"]);
}

fn user(username: &str, profile: &str) -> Value {
    json!({"Username": username, "LastName": "New", "Email": "new@acme.example", "Alias": "new", "ProfileId": profile,
        "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "de_DE", "LanguageLocaleKey": "de", "EmailEncodingKey": "UTF-8"})
}

#[tokio::test]
async fn users_are_made_changed_and_deactivated_as_records() {
    let org = Org::acme().await;
    let profile = org.first("SELECT Id FROM Profile WHERE Name = 'Standard User'").await;
    let id = org.create("User", user("new@acme.example", &profile)).await;
    let seen = org.get(&format!("/sobjects/User/{id}?fields=Name,CommunityNickname,IsActive,TimeZoneSidKey,Title")).await.json();
    assert_eq!(
        [&seen["Name"], &seen["CommunityNickname"], &seen["IsActive"], &seen["TimeZoneSidKey"], &seen["Title"]],
        [&json!("New"), &json!("new"), &json!(true), &json!("Europe/Berlin"), &Value::Null]
    );
    let taken = org.post("/sobjects/User", user("NEW@acme.example", &profile)).await;
    assert_eq!(
        (taken.status.as_u16(), &taken.json()[0]["errorCode"], &taken.json()[0]["fields"]),
        (400, &json!("DUPLICATE_USERNAME"), &json!(["Username"]))
    );
    let elsewhere = org.post("/sobjects/User", user("developer@devorg.example", &profile)).await;
    assert_eq!(elsewhere.json()[0]["errorCode"], "DUPLICATE_USERNAME");
    let missing = org.post("/sobjects/User", json!({"Username": "x@acme.example"})).await.json();
    assert_eq!(
        missing[0]["message"],
        "Required fields are missing: [LastName, Email, Alias, TimeZoneSidKey, LocaleSidKey, EmailEncodingKey, ProfileId, LanguageLocaleKey]"
    );
    let token = org.mock.token("acme", "new@acme.example").await;
    assert_eq!(org.patch(&format!("/sobjects/User/{id}"), json!({"Title": "Clerk", "IsActive": false})).await.status, 204);
    assert_eq!(org.get(&format!("/sobjects/User/{id}?fields=Title")).await.json()["Title"], "Clerk");
    assert_eq!(org.mock.rest(Method::GET, &token, &format!("{ROOT}/sobjects"), None).await.status, 401);
    let refused = refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be deleted: User", &json!([]));
    org.delete(&format!("/sobjects/User/{id}")).await.expect(400, &refused);
}

#[tokio::test]
async fn who_does_not_manage_users_changes_only_what_is_personal() {
    let two = Two::with("Standard User").await;
    let own = format!("/sobjects/User/{}", two.other().await);
    assert_eq!(two.call(Method::PATCH, &own, Some(json!({"Title": "Me"}))).await.status, 204);
    let managed = two.call(Method::PATCH, &own, Some(json!({"IsActive": false}))).await;
    assert_eq!((managed.status.as_u16(), &managed.json()[0]["fields"]), (400, &json!(["IsActive"])));
    let admin = two.admin.first("SELECT Id FROM User WHERE Username = 'admin@acme.example'").await;
    assert_eq!(two.call(Method::PATCH, &format!("/sobjects/User/{admin}"), Some(json!({"Title": "x"}))).await.status, 403);
    let made = two.call(Method::POST, "/sobjects/PermissionSet", Some(json!({"Name": "Mine", "Label": "Mine"}))).await;
    assert_eq!(made.json()[0]["errorCode"], "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY");
}

#[tokio::test]
async fn permission_sets_and_assignments_are_rows_like_others() {
    let two = Two::with("Standard User").await;
    let set = two.granted(&[json!({"SobjectType": "Solution", "PermissionsRead": true, "PermissionsEdit": true})]).await;
    let again = two.admin.post("/sobjects/PermissionSetAssignment", json!({"AssigneeId": two.other().await, "PermissionSetId": set})).await;
    let message = format!("Duplicate PermissionSetAssignment. Assignee: {}; Permission Set: {}", &two.other().await[..15], &set[..15]);
    again.expect(400, &refusal("DUPLICATE_VALUE", &message, &json!([])));
    let unmet = two.admin.post("/sobjects/ObjectPermissions", json!({"ParentId": set, "SobjectType": "Lead", "PermissionsEdit": true})).await;
    unmet.expect(400, &refusal("FIELD_INTEGRITY_EXCEPTION", "Permission Edit Lead depends on permission(s): Read Lead", &json!([])));
    let bad = two
        .admin
        .post("/sobjects/FieldPermissions", json!({"ParentId": set, "SobjectType": "Account", "Field": "Account.Name", "PermissionsRead": true}))
        .await;
    let words = "Field Name: bad value for restricted picklist field: Account.Name";
    bad.expect(400, &refusal("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", words, &json!(["Field"])));
    let owned =
        two.admin.get("/query?q=SELECT+Profile.Name+FROM+PermissionSet+WHERE+IsOwnedByProfile=true+AND+Profile.Name='Standard+User'").await.json();
    assert_eq!((&owned["totalSize"], &owned["records"][0]["Profile"]["Name"]), (&json!(1), &json!("Standard User")));
    let assigned = two
        .admin
        .get(&format!("/query?q=SELECT+PermissionSet.IsOwnedByProfile+FROM+PermissionSetAssignment+WHERE+AssigneeId='{}'", two.other().await))
        .await;
    assert_eq!(assigned.json()["totalSize"], 2);
    assert_eq!(two.admin.patch(&format!("/sobjects/PermissionSet/{set}"), json!({"PermissionsViewAllData": true})).await.status, 204);
    assert_eq!(two.query("SELECT Id FROM UserLogin LIMIT 1").await.status, 200);
    assert_eq!(two.admin.delete(&format!("/sobjects/PermissionSet/{set}")).await.status, 204);
    assert_eq!(two.query("SELECT Id FROM UserLogin LIMIT 1").await.status, 400);
}

#[tokio::test]
async fn a_frozen_user_is_out_until_thawed() {
    let two = Two::with("Standard User").await;
    let login = two.admin.first(&format!("SELECT Id FROM UserLogin WHERE UserId = '{}'", two.other().await)).await;
    assert_eq!(two.admin.patch(&format!("/sobjects/UserLogin/{login}"), json!({"IsFrozen": true})).await.status, 204);
    assert_eq!(two.call(Method::GET, "/sobjects", None).await.status, 401);
    assert_eq!(two.admin.patch(&format!("/sobjects/UserLogin/{login}"), json!({"IsFrozen": false})).await.status, 204);
    assert_eq!(two.call(Method::GET, "/sobjects", None).await.status, 401, "the session ended with the freezing");
    let thawed = Two { token: two.admin.mock.token("acme", "other@acme.example").await, ..two };
    assert_eq!(thawed.call(Method::GET, "/sobjects", None).await.status, 200);
}

#[tokio::test]
async fn objects_that_nobody_writes_by_hand_say_so() {
    let org = Org::acme().await;
    for object in ["LoginHistory", "AuthSession", "UserLicense", "Profile"] {
        let answer = org.post(&format!("/sobjects/{object}"), json!({})).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()[0]["errorCode"]),
            (400, &json!("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")),
            "{object}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_custom_object_is_opened_by_a_permission_set_alone() {
    let two = Two::with("Standard User").await;
    two.admin.mock.control(Method::POST, "/orgs/acme/objects", json!({"name": "Invoice__c", "label": "Invoice"})).await;
    assert_eq!(two.query("SELECT Id FROM Invoice__c").await.json()[0]["errorCode"], "INVALID_TYPE");
    two.granted(&[json!({"SobjectType": "Invoice__c", "PermissionsRead": true, "PermissionsCreate": true})]).await;
    assert_eq!(two.query("SELECT Id FROM Invoice__c").await.status, 200);
    assert_eq!(two.call(Method::POST, "/sobjects/Invoice__c", Some(json!({"Name": "I"}))).await.status, 201);
}

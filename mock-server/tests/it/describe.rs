//! Versions, describe and limits over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Answer, Mock};

const ROOT: &str = "/services/data/v67.0";

async fn get(mock: &Mock, token: &str, path: &str) -> Answer {
    mock.rest(Method::GET, token, path, None).await
}

fn not_found() -> Value {
    json!([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}])
}

fn names(global: &Value) -> Vec<&str> {
    global["sobjects"].as_array().unwrap().iter().filter_map(|object| object["name"].as_str()).collect()
}

#[tokio::test]
async fn the_versions_are_listed_without_a_session_and_are_not_counted() {
    let mock = Mock::start().await;
    for path in ["/services/data", "/services/data/"] {
        let answer = mock.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json;charset=UTF-8"));
        assert!(!answer.headers.contains_key("sforce-limit-info"));
        let versions = answer.json();
        assert_eq!(versions[0], json!({"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}));
        assert_eq!(versions.as_array().unwrap().last().unwrap()["version"], "67.0");
    }
    let xml = mock.send(mock.client.get(mock.at("/services/data")).header("accept", "application/xml")).await;
    let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Versions><Version><label>Summer &apos;14</label><url>/services/data/v31.0</url>";
    assert!(xml.text.starts_with(start), "{}", xml.text);
}

#[tokio::test]
async fn the_version_root_leads_to_the_identity_url() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin@acme.example").await;
    let root = get(&mock, &token, ROOT).await.json();
    assert_eq!(root["sobjects"], "/services/data/v67.0/sobjects");
    let identity = root["identity"].as_str().unwrap();
    assert!(identity.starts_with("http://127.0.0.1:") && identity.contains("/id/00D"), "{identity}");
    let known = get(&mock, &token, identity).await;
    assert_eq!((known.status.as_u16(), &known.json()["username"]), (200, &json!("admin@acme.example")));
}

#[tokio::test]
async fn retired_versions_are_gone_and_others_not_found() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin@acme.example").await;
    for version in ["v26.0", "v30.0"] {
        let gone = json!([{"errorCode": "GONE", "message": "The API version in the URL is retired."}]);
        get(&mock, &token, &format!("/services/data/{version}/sobjects/Account/describe")).await.expect(410, &gone);
    }
    for version in ["v99.0", "v38", "x"] {
        get(&mock, &token, &format!("/services/data/{version}/sobjects")).await.expect(404, &not_found());
    }
}

#[tokio::test]
async fn without_a_session_nothing_is_described() {
    let mock = Mock::start().await;
    let refused = json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]);
    for path in ["", "/sobjects", "/sobjects/Account", "/sobjects/Account/describe", "/limits", "/limits/recordCount"] {
        mock.get(&format!("{ROOT}{path}")).await.expect(401, &refused);
        get(&mock, "00D!x", &format!("{ROOT}{path}")).await.expect(401, &refused);
    }
}

#[tokio::test]
async fn an_object_is_described_in_any_case_and_with_or_without_an_end_slash() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin@acme.example").await;
    let account = get(&mock, &token, &format!("{ROOT}/sobjects/account/describe/")).await.json();
    assert_eq!((&account["name"], &account["keyPrefix"]), (&json!("Account"), &json!("001")));
    assert!(account["urls"]["uiNewRecord"].as_str().unwrap().starts_with(&mock.login_url));
    let basic = get(&mock, &token, &format!("{ROOT}/sobjects/Account/")).await.json();
    assert_eq!(basic["objectDescribe"]["urls"]["describe"], "/services/data/v67.0/sobjects/Account/describe");
    get(&mock, &token, &format!("{ROOT}/sobjects/Nope/describe")).await.expect(404, &not_found());
}

#[tokio::test]
async fn custom_schema_is_described_at_once_and_changes_the_date() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin@acme.example").await;
    let before = get(&mock, &token, &format!("{ROOT}/sobjects")).await;
    let seen = before.header("last-modified").to_owned();
    let again =
        |since: String| mock.send(mock.client.get(mock.at(&format!("{ROOT}/sobjects"))).bearer_auth(&token).header("if-modified-since", since));
    let unchanged = again(seen.clone()).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.text.as_str(), unchanged.header("last-modified")), (304, "", seen.as_str()));

    mock.control(Method::POST, "/clock", json!({"advance": "PT1H"})).await;
    mock.control(Method::POST, "/orgs/acme/objects", json!({"name": "Parcel__c", "label": "Parcel"})).await;
    let lookup = json!({"object": "Parcel__c", "name": "Buyer__c", "type": "Lookup", "reference_to": "Account"});
    mock.control(Method::POST, "/orgs/acme/custom-fields", lookup).await;
    let token = mock.token("acme", "admin@acme.example").await;
    let changed = mock.send(mock.client.get(mock.at(&format!("{ROOT}/sobjects"))).bearer_auth(&token).header("if-modified-since", seen)).await;
    assert_eq!(changed.status, 200);
    assert!(names(&changed.json()).contains(&"Parcel__c"));
    let account = get(&mock, &token, &format!("{ROOT}/sobjects/Account/describe")).await.json();
    let children = account["childRelationships"].as_array().unwrap();
    assert!(children.iter().any(|child| child["relationshipName"] == "Parcels__r"));
    let other = mock.token("devorg", &admin_of(&mock, "devorg").await).await;
    get(&mock, &other, &format!("{ROOT}/sobjects/Parcel__c")).await.expect(404, &not_found());
}

async fn admin_of(mock: &Mock, org: &str) -> String {
    let world = mock.control(Method::GET, "/world", Value::Null).await;
    let org = world["orgs"].as_array().unwrap().iter().find(|known| known["name"] == org).unwrap();
    org["users"][0]["username"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn only_a_dev_hub_knows_scratch_orgs() {
    let mock = Mock::start().await;
    let query = format!("{ROOT}/query?q=SELECT%20Id%20FROM%20ScratchOrgInfo%20limit%201");
    let plain = mock.token("acme", "admin@acme.example").await;
    let refused = get(&mock, &plain, &query).await;
    assert_eq!((refused.status.as_u16(), &refused.json()[0]["errorCode"]), (400, &json!("INVALID_TYPE")));
    let hub = mock.token("devhub", &admin_of(&mock, "devhub").await).await;
    get(&mock, &hub, &query).await.expect(200, &json!({"totalSize": 0, "done": true, "records": []}));
    let global = get(&mock, &hub, &format!("{ROOT}/sobjects")).await.json();
    assert!(names(&global).contains(&"ScratchOrgInfo"));
}

#[tokio::test]
async fn every_call_counts_against_the_daily_allowance() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin@acme.example").await;
    let first = get(&mock, &token, &format!("{ROOT}/limits")).await;
    assert_eq!(first.header("sforce-limit-info"), "api-usage=1/100000");
    assert_eq!(first.json()["DailyApiRequests"], json!({"Max": 100_000, "Remaining": 99_999}));
    let second = get(&mock, &token, &format!("{ROOT}/sobjects/Nope")).await;
    assert_eq!((second.status.as_u16(), second.header("sforce-limit-info")), (404, "api-usage=2/100000"));
}

#[tokio::test]
async fn records_are_counted_and_empty_objects_left_out() {
    let mock = Mock::start().await;
    mock.control(Method::POST, "/orgs", json!({"name": "counted", "kind": "developer", "edition": "Developer"})).await;
    let user = json!({"name": "ada", "username": "ada@counted.example", "profile": "System Administrator"});
    mock.control(Method::POST, "/orgs/counted/users", user).await;
    let token = mock.token("counted", "ada@counted.example").await;
    for name in ["A", "B"] {
        mock.rest(Method::POST, &token, &format!("{ROOT}/sobjects/Account"), Some(json!({"Name": name}))).await;
    }
    let counted = |objects: &str| format!("{ROOT}/limits/recordCount?sObjects={objects}");
    let accounts = json!({"sObjects": [{"count": 2, "name": "Account"}]});
    get(&mock, &token, &counted("account,Contact,Nope")).await.expect(200, &accounts);
    get(&mock, &token, &counted("Contact")).await.expect(200, &json!({"sObjects": []}));
    let all = get(&mock, &token, &format!("{ROOT}/limits/recordCount")).await.json();
    assert!(all["sObjects"].as_array().unwrap().contains(&json!({"count": 2, "name": "Account"})), "{all}");
}

#[tokio::test]
async fn other_methods_are_refused_with_those_allowed() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin@acme.example").await;
    let message = |method: &str, allowed: &str| json!([{"errorCode": "METHOD_NOT_ALLOWED", "message": format!("HTTP Method '{method}' not allowed. Allowed are {allowed}")}]);
    mock.rest(Method::PATCH, &token, &format!("{ROOT}/sobjects/Account"), None).await.expect(405, &message("PATCH", "HEAD,GET,POST"));
    mock.rest(Method::POST, &token, &format!("{ROOT}/sobjects"), None).await.expect(405, &message("POST", "HEAD,GET"));
}

#[tokio::test]
async fn what_is_removed_and_made_again_starts_empty() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin@acme.example").await;
    let field = |kind: &str| json!({"object": "Account", "name": "Mark__c", "type": kind, "external_id": true});
    mock.control(Method::POST, "/orgs/acme/custom-fields", field("Text")).await;
    let account = json!({"Name": "Marked", "Mark__c": "seven"});
    assert_eq!(mock.rest(Method::POST, &token, &format!("{ROOT}/sobjects/Account"), Some(account)).await.status, 201);
    mock.control(Method::DELETE, "/orgs/acme/custom-fields/Account.Mark__c", Value::Null).await;
    let query = format!("{ROOT}/query?q=SELECT+Mark__c+FROM+Account+WHERE+Name='Marked'");
    assert_eq!(get(&mock, &token, &query).await.json()[0]["errorCode"], "INVALID_FIELD");
    mock.control(Method::POST, "/orgs/acme/custom-fields", field("Number")).await;
    assert_eq!(get(&mock, &token, &query).await.json()["records"][0]["Mark__c"], Value::Null);

    let object = json!({"name": "Crate__c", "label": "Crate"});
    mock.control(Method::POST, "/orgs/acme/objects", object.clone()).await;
    assert_eq!(mock.rest(Method::POST, &token, &format!("{ROOT}/sobjects/Crate__c"), Some(json!({"Name": "A"}))).await.status, 201);
    mock.control(Method::DELETE, "/orgs/acme/objects/Crate__c", Value::Null).await;
    get(&mock, &token, &format!("{ROOT}/sobjects/Crate__c")).await.expect(404, &not_found());
    mock.control(Method::POST, "/orgs/acme/objects", object).await;
    let count = format!("{ROOT}/query?q=SELECT+COUNT()+FROM+Crate__c");
    get(&mock, &token, &count).await.expect(200, &json!({"totalSize": 0, "done": true, "records": []}));
}

//! Sandboxes and scratch orgs over time: copies that are under way, orgs that come and go beside their records.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Mock;

const TOOLING: &str = "/services/data/v67.0/tooling";

async fn tooling(mock: &Mock, method: Method, path: &str, body: Value) -> Value {
    let token = mock.token("acme", "admin").await;
    let request = mock.client.request(method, format!("{}{TOOLING}{path}", mock.login_url)).bearer_auth(token);
    let answer = mock.send(if body.is_null() { request } else { request.json(&body) }).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
    if answer.text.is_empty() { Value::Null } else { answer.json() }
}

/// What `SandboxProcess` says of a sandbox, the newest copy first.
async fn processes(mock: &Mock, name: &str) -> Vec<(String, Value, Value)> {
    let soql = format!("SELECT Status, CopyProgress, EndDate FROM SandboxProcess WHERE SandboxName = '{name}' ORDER BY Id DESC");
    let found = tooling(mock, Method::GET, &format!("/query?q={}", soql.replace(' ', "+").replace('\'', "%27")), Value::Null).await;
    let rows = found["records"].as_array().unwrap().iter();
    rows.map(|row| (row["Status"].as_str().unwrap().to_owned(), row["CopyProgress"].clone(), row["EndDate"].clone())).collect()
}

async fn advance(mock: &Mock, by: &str) {
    mock.control(Method::POST, "/clock", json!({"advance": by})).await;
}

#[tokio::test]
async fn a_copy_goes_through_its_states_and_the_sandbox_is_there_in_the_end() {
    let mock = Mock::start().await;
    mock.control(Method::POST, "/clock", json!({"freeze": true})).await;
    mock.control(Method::PATCH, "/orgs/acme/policies", json!({"sandbox_copy_seconds": 90})).await;
    tooling(&mock, Method::POST, "/sobjects/SandboxInfo", json!({"SandboxName": "slow", "LicenseType": "Developer"})).await;
    assert_eq!(processes(&mock, "slow").await, [("Pending".to_owned(), json!(0), Value::Null)]);
    advance(&mock, "PT45S").await;
    assert_eq!(processes(&mock, "slow").await, [("Processing".to_owned(), json!(50), Value::Null)]);
    assert_eq!(mock.try_control(Method::GET, "/orgs/acme--slow", Value::Null).await.status, 404);
    advance(&mock, "PT45S").await;
    // Nobody has asked since: the clock alone makes it.
    assert_eq!(mock.try_control(Method::GET, "/orgs/acme--slow", Value::Null).await.status, 200);
    let [(status, progress, end)] = &processes(&mock, "slow").await[..] else { panic!("one copy") };
    assert_eq!((status.as_str(), progress, end.is_string()), ("Completed", &json!(100), true));
}

#[tokio::test]
async fn a_sandbox_of_the_world_is_listed_until_it_is_removed() {
    let mock = Mock::start().await;
    assert_eq!(processes(&mock, "uat").await.len(), 1);
    mock.control(Method::POST, "/orgs/acme--uat/refresh", Value::Null).await;
    assert_eq!(processes(&mock, "uat").await[0].0, "Completed");
    mock.control(Method::DELETE, "/orgs/acme--uat", Value::Null).await;
    assert_eq!(processes(&mock, "uat").await[0].0, "Deleted");
    let listed = tooling(&mock, Method::GET, "/query?q=SELECT+Id+FROM+SandboxInfo", Value::Null).await;
    assert_eq!(listed["totalSize"], 0);
}

#[tokio::test]
async fn a_refresh_by_the_test_author_copies_production_again() {
    let mock = Mock::start().await;
    tooling(&mock, Method::POST, "/sobjects/SandboxInfo", json!({"SandboxName": "copy", "LicenseType": "Developer"})).await;
    mock.control(Method::POST, "/orgs/acme/users", json!({"name": "late", "profile": "Standard User"})).await;
    let after = mock.control(Method::POST, "/orgs/acme--copy/refresh", Value::Null).await;
    let late = after["users"].as_array().unwrap().iter().find(|user| user["name"] == "late").expect("who came since the copy");
    assert_eq!((&late["username"], &late["email"]), (&json!("late@acme.example.copy"), &json!("late@acme.example.invalid")));
    assert!(mock.try_control(Method::GET, "/orgs/acme/users/late", Value::Null).await.status.is_success());
}

#[tokio::test]
async fn a_username_that_is_taken_gets_characters_in_front() {
    let mock = Mock::start().await;
    mock.control(Method::POST, "/orgs", json!({"name": "other", "users": [{"name": "a", "username": "admin@acme.example.copy"}]})).await;
    tooling(&mock, Method::POST, "/sobjects/SandboxInfo", json!({"SandboxName": "copy", "LicenseType": "Developer"})).await;
    let copied = mock.control(Method::GET, "/orgs/acme--copy/users/admin", Value::Null).await;
    assert_eq!(copied["username"], "1admin@acme.example.copy");
    // The name belongs to whom it belonged.
    assert_eq!(mock.control(Method::GET, "/orgs/other/users/a", Value::Null).await["username"], "admin@acme.example.copy");
}

#[tokio::test]
async fn a_snapshot_taken_before_it_brings_no_sandbox_back() {
    let mock = Mock::start().await;
    let before = mock.control(Method::POST, "/snapshots", json!({})).await["id"].as_str().unwrap().to_owned();
    tooling(&mock, Method::POST, "/sobjects/SandboxInfo", json!({"SandboxName": "copy", "LicenseType": "Full"})).await;
    mock.control(Method::POST, &format!("/snapshots/{before}/restore"), json!({})).await;
    assert_eq!(mock.try_control(Method::GET, "/orgs/acme--copy", Value::Null).await.status, 404);
    assert!(processes(&mock, "copy").await.is_empty());
    // And its names are free again.
    tooling(&mock, Method::POST, "/sobjects/SandboxInfo", json!({"SandboxName": "copy", "LicenseType": "Full"})).await;
    assert_eq!(mock.control(Method::GET, "/orgs/acme--copy/users/admin", Value::Null).await["username"], "admin@acme.example.copy");
}

/// Signs up for a scratch org and returns what the record says then.
async fn sign_up(mock: &Mock) -> Value {
    let token = mock.token("devhub", "publisher").await;
    let records = format!("{}/services/data/v67.0/sobjects/ScratchOrgInfo", mock.login_url);
    let body = json!({
        "Edition": "Developer", "OrgName": "Crew", "DurationDays": 1, "ConnectedAppConsumerKey": "PlatformCLI",
        "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect",
    });
    let made = mock.send(mock.client.post(&records).bearer_auth(&token).json(&body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    read(mock, made.json()["id"].as_str().unwrap()).await
}

async fn read(mock: &Mock, id: &str) -> Value {
    let token = mock.token("devhub", "publisher").await;
    let record = format!("{}/services/data/v67.0/sobjects/ScratchOrgInfo/{id}", mock.login_url);
    mock.send(mock.client.get(record).bearer_auth(token)).await.json()
}

#[tokio::test]
async fn a_scratch_org_ends_with_its_days_though_nobody_looks() {
    let mock = Mock::start().await;
    let info = sign_up(&mock).await;
    assert_eq!(info["Status"], "Active", "{info}");
    let org = format!("/orgs/{}", info["ScratchOrg"].as_str().unwrap());
    assert_eq!(mock.try_control(Method::GET, &org, Value::Null).await.status, 200);
    advance(&mock, "PT24H").await;
    assert_eq!(mock.try_control(Method::GET, &org, Value::Null).await.status, 404);
    assert_eq!(read(&mock, info["Id"].as_str().unwrap()).await["Status"], "Deleted");
}

#[tokio::test]
async fn a_scratch_org_that_the_test_author_removes_is_told_as_deleted() {
    let mock = Mock::start().await;
    let info = sign_up(&mock).await;
    mock.control(Method::DELETE, &format!("/orgs/{}", info["ScratchOrg"].as_str().unwrap()), Value::Null).await;
    assert_eq!(read(&mock, info["Id"].as_str().unwrap()).await["Status"], "Deleted");
}

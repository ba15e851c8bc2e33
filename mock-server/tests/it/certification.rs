//! What certification checks do on the server's side: ended tokens, renamed and refreshed orgs, small pages, new keys.

use reqwest::Method;
use serde_json::{Value, json};
use sf_mock::config::{Addressing, Config};

use crate::bench::Mock;

const LIMITS: &str = "/services/data/v67.0/limits";

/// Access and refresh token of `web` for a user of `acme`.
async fn tokens(mock: &Mock) -> (String, String) {
    let made = mock.control(Method::POST, "/orgs/acme/sessions", json!({"username": "standard", "app": "web"})).await;
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

async fn refresh(mock: &Mock, token: &str) -> Value {
    let app = mock.control(Method::GET, "/apps/web", Value::Null).await;
    let (key, secret) = (app["consumer_key"].as_str().unwrap(), app["consumer_secret"].as_str().unwrap());
    let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", key), ("client_secret", secret)];
    mock.post_form("/services/oauth2/token", &form).await.json()
}

async fn last_entry(mock: &Mock) -> Value {
    let page = mock.control(Method::GET, "/requests", Value::Null).await;
    page["requests"].as_array().unwrap().last().cloned().unwrap_or_default()
}

#[tokio::test]
async fn sessions_end_without_their_grants_and_grants_with_their_sessions() {
    let mock = Mock::start().await;
    let (access, token) = tokens(&mock).await;
    assert_eq!(mock.control(Method::DELETE, "/orgs/acme/sessions?app=web&user=standard", Value::Null).await, json!({"ended": 1}));
    assert_eq!(mock.rest(Method::GET, &access, LIMITS, None).await.status, 401);
    let renewed = refresh(&mock, &token).await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(mock.control(Method::DELETE, "/orgs/acme/grants?user=admin", Value::Null).await["revoked"], 0);
    assert_eq!(mock.rest(Method::GET, &renewed, LIMITS, None).await.status, 200);
    assert_eq!(mock.control(Method::DELETE, "/orgs/acme/grants?app=web", Value::Null).await, json!({"revoked": 1}));
    assert_eq!(mock.rest(Method::GET, &renewed, LIMITS, None).await.status, 401);
    let entry = last_entry(&mock).await;
    assert_eq!((&entry["app"], &entry["session"]), (&json!("web"), &json!("ended")));
    assert_eq!(refresh(&mock, &token).await["error"], "invalid_grant");
    let entry = last_entry(&mock).await;
    assert_eq!((&entry["user"], &entry["generation"]["presented"]), (&json!("standard@acme.example"), &json!(1)));
    assert!(entry["grant"].as_str().unwrap().starts_with("0CG"));
}

#[tokio::test]
async fn a_renamed_org_leaves_its_old_port_to_those_who_have_not_heard() {
    let mock = Mock::with(Config { addressing: Addressing::Ports, ..Config::on_free_ports() }).await;
    mock.control(Method::PATCH, "/orgs/acme/policies", json!({"my_domain_change_ends_tokens": false})).await;
    let (access, token) = tokens(&mock).await;
    let old = mock.control(Method::GET, "/orgs/acme", Value::Null).await["instance_url"].as_str().unwrap().to_owned();
    let new = mock.control(Method::PATCH, "/orgs/acme", json!({"name": "apex"})).await["instance_url"].as_str().unwrap().to_owned();
    assert_ne!(old, new);
    let call = async |base: &str, token: &str| mock.send(mock.client.get(format!("{base}{LIMITS}")).bearer_auth(token)).await;
    let refused = call(&old, &access).await;
    assert_eq!((refused.status.as_u16(), &refused.json()[0]["errorCode"]), (401, &json!("INVALID_SESSION_ID")));
    assert_eq!(call(&new, &access).await.status, 200);
    let renewed = refresh(&mock, &token).await;
    assert_eq!(renewed["instance_url"], new.as_str());
    assert_eq!(call(&new, renewed["access_token"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_refreshed_sandbox_is_another_org_at_the_same_address() {
    let mock = Mock::with(Config { addressing: Addressing::Ports, ..Config::on_free_ports() }).await;
    let before = mock.control(Method::GET, "/orgs/acme--uat", Value::Null).await;
    let user = before["users"][0]["username"].as_str().unwrap();
    let made = mock.control(Method::POST, "/orgs/acme--uat/sessions", json!({"username": user})).await;
    let after = mock.control(Method::POST, "/orgs/acme--uat/refresh", Value::Null).await;
    assert_ne!(before["id"], after["id"]);
    assert_eq!(
        (&before["name"], &before["instance_url"], &before["users"][0]["password"]),
        (&after["name"], &after["instance_url"], &after["users"][0]["password"])
    );
    let (url, token) = (after["instance_url"].as_str().unwrap(), made["access_token"].as_str().unwrap());
    assert_eq!(mock.send(mock.client.get(format!("{url}{LIMITS}")).bearer_auth(token)).await.status, 401);
    let made = mock.control(Method::POST, "/orgs/acme--uat/sessions", json!({"username": user})).await;
    assert_eq!(mock.send(mock.client.get(format!("{url}{LIMITS}")).bearer_auth(made["access_token"].as_str().unwrap())).await.status, 200);
    assert_eq!(mock.try_control(Method::POST, "/orgs/acme/refresh", Value::Null).await.status, 400);
}

#[tokio::test]
async fn a_new_signing_key_joins_the_old_one() {
    let mock = Mock::start().await;
    let kids = async || mock.get("/id/keys").await.json()["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect::<Vec<_>>();
    assert_eq!(kids().await, ["246"]);
    assert_eq!(mock.control(Method::POST, "/signing-keys", Value::Null).await, json!({"kid": "247"}));
    assert_eq!(kids().await, ["247", "246"]);
    mock.control(Method::POST, "/reset", Value::Null).await;
    assert_eq!(kids().await, ["246"]);
}

#[tokio::test]
async fn pages_are_as_small_as_the_switch_says_and_their_locators_cannot_be_made_up() {
    let mock = Mock::start().await;
    mock.control(Method::PATCH, "/orgs/acme/policies", json!({"query_page_rows": 7})).await;
    let names: Vec<_> = (0..20).map(|number| json!({"type": "Account", "fields": {"Name": format!("Paged {number}")}})).collect();
    mock.control(Method::POST, "/orgs/acme/records", json!(names)).await;
    let token = mock.token("acme", "admin").await;
    let mut page =
        mock.rest(Method::GET, &token, "/services/data/v67.0/query?q=SELECT+Id+FROM+Account+WHERE+Name+LIKE+'Paged%25'", None).await.json();
    let mut sizes = Vec::new();
    while let Some(next) = page["nextRecordsUrl"].as_str().map(str::to_owned) {
        sizes.push(page["records"].as_array().unwrap().len());
        let (locator, _) = next.rsplit_once('-').unwrap();
        let made_up = mock.rest(Method::GET, &token, &format!("{locator}-7"), None).await;
        assert_eq!(made_up.json()[0]["errorCode"], "INVALID_QUERY_LOCATOR");
        page = mock.rest(Method::GET, &token, &next, None).await.json();
    }
    sizes.push(page["records"].as_array().unwrap().len());
    assert_eq!(sizes, [7, 7, 6]);
}

#[tokio::test]
async fn access_tokens_are_as_long_as_the_switch_says() {
    let mock = Mock::start().await;
    mock.control(Method::PATCH, "/orgs/acme/policies", json!({"access_token_length": 3000})).await;
    for jwt in [false, true] {
        mock.control(Method::PATCH, "/apps/web", json!({"jwt_access_tokens": jwt})).await;
        let (access, _) = tokens(&mock).await;
        assert_eq!((access.starts_with("eyJ"), (3000..3010).contains(&access.len())), (jwt, true), "{}", access.len());
        assert_eq!(mock.rest(Method::GET, &access, LIMITS, None).await.status, 200);
    }
}

#[tokio::test]
async fn a_device_is_told_how_long_to_wait() {
    let mock = Mock::start().await;
    let app = mock.control(Method::GET, "/apps/device", Value::Null).await;
    let owner = app["org"].as_str().unwrap();
    mock.control(Method::PATCH, &format!("/orgs/{owner}/policies"), json!({"device_poll_seconds": 1})).await;
    let form = [("response_type", "device_code"), ("client_id", app["consumer_key"].as_str().unwrap())];
    assert_eq!(mock.post_form("/services/oauth2/token", &form).await.json()["interval"], 1);
}

#[tokio::test]
async fn an_assertion_is_told_apart_without_its_signature() {
    let mock = Mock::start().await;
    // {"alg":"RS256"} . {"iss":"key","sub":"standard@acme.example","aud":"https://login.salesforce.com","exp":9}
    let assertion = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrZXkiLCJzdWIiOiJzdGFuZGFyZEBhY21lLmV4YW1wbGUiLCJhdWQiOiJodHRwczovL2xvZ2luLnNhbGVzZm9yY2UuY29tIiwiZXhwIjo5fQ.c2lnbmF0dXJl";
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)];
    mock.post_form("/services/oauth2/token", &form).await;
    let entry = last_entry(&mock).await;
    let jwt = &entry["fingerprints"]["assertion"]["jwt"];
    assert_eq!((&jwt["alg"], &jwt["sub"], &jwt["exp"]), (&json!("RS256"), &json!("standard@acme.example"), &json!(9)));
    assert!(jwt["expires_in_s"].as_i64().unwrap() < 0);
    assert_eq!((&entry["client_id"], &entry["user"]), (&json!("key"), &json!("standard@acme.example")));
    assert!(!entry.to_string().contains("c2lnbmF0dXJl"));
}

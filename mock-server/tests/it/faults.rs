//! Faults, as a client under test meets them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::bench::Mock;
use crate::edge::until;

const VERSIONS: &str = "/services/data";

/// Adds a fault for the version list and returns its number.
async fn add(mock: &Mock, action: Value) -> String {
    let fault = mock.control(Method::POST, "/faults", json!({"match": {"route": "rest/versions"}, "action": action})).await;
    fault["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_status_is_answered_in_the_familys_dialect() {
    let mock = Mock::start().await;
    add(&mock, json!({"status": 503, "error": "SERVER_UNAVAILABLE"})).await;
    let answer = mock.get(VERSIONS).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()[0]["errorCode"], "SERVER_UNAVAILABLE");
    assert_eq!(mock.get(VERSIONS).await.status, StatusCode::OK, "a fault strikes once unless it says more");
}

#[tokio::test]
async fn a_body_and_headers_are_answered_as_given() {
    let mock = Mock::start().await;
    add(&mock, json!({"status": 429, "body": {"busy": true}, "headers": {"retry-after": "7"}})).await;
    let answer = mock.get(VERSIONS).await;
    answer.expect(429, &json!({"busy": true}));
    assert_eq!(answer.header("retry-after"), "7");
}

#[tokio::test]
async fn a_held_request_waits_for_its_release() {
    let mock = Mock::start().await;
    for release in [true, false] {
        let id = add(&mock, json!({"hold": true})).await;
        let request = mock.client.get(mock.at(VERSIONS));
        let held = tokio::spawn(async move { request.send().await.unwrap().status() });
        until(async || last_event(&mock).await["event"] == "held").await;
        assert_eq!(last_event(&mock).await["held"], true);
        assert!(!held.is_finished());
        if release {
            assert_eq!(mock.control(Method::POST, &format!("/faults/{id}/release"), Value::Null).await, json!({"released": 1}));
        } else {
            mock.control(Method::DELETE, &format!("/faults/{id}"), Value::Null).await;
        }
        assert_eq!(held.await.unwrap(), StatusCode::OK);
        let entry = last_event(&mock).await;
        assert_eq!((&entry["event"], &entry["held"], &entry["status"]), (&json!("request"), &json!(true), &json!(200)));
    }
}

async fn last_event(mock: &Mock) -> Value {
    let page = mock.control(Method::GET, "/requests", Value::Null).await;
    page["requests"].as_array().unwrap().last().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_cut_connection_gives_no_whole_answer() {
    let mock = Mock::start().await;
    for cut in ["before_effect", "after_effect", "mid_body"] {
        add(&mock, json!({"cut": cut})).await;
        let answer = mock.client.get(mock.at(VERSIONS)).send().await;
        match answer {
            Ok(answer) => assert!(cut == "mid_body" && answer.bytes().await.is_err(), "{cut}"),
            Err(error) => assert!(cut != "mid_body" && !error.is_timeout(), "{cut}: {error}"),
        }
    }
}

#[tokio::test]
async fn a_cut_before_or_after_decides_whether_the_request_took_effect() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin").await;
    for (cut, created) in [("before_effect", 0), ("after_effect", 1)] {
        mock.control(Method::POST, "/faults", json!({"match": {"method": "POST", "org": "acme"}, "action": {"cut": cut}})).await;
        let request = mock.client.post(mock.at("/services/data/v67.0/sobjects/Account")).bearer_auth(&token).json(&json!({"Name": cut}));
        assert!(request.send().await.is_err());
        let query = format!("/services/data/v67.0/query?q=SELECT+COUNT()+FROM+Account+WHERE+Name='{cut}'");
        assert_eq!(mock.rest(Method::GET, &token, &query, None).await.json()["totalSize"], created, "{cut}");
    }
}

#[tokio::test]
async fn a_fault_of_one_org_leaves_others_alone() {
    let mock = Mock::start().await;
    mock.control(Method::POST, "/faults", json!({"match": {"org": "acme"}, "action": {"status": 500}, "count": null})).await;
    for (org, user, status) in [("acme", "admin", 500), ("devorg", "developer", 200)] {
        let token = mock.token(org, user).await;
        assert_eq!(mock.rest(Method::GET, &token, "/services/data/v67.0/limits", None).await.status, status, "{org}");
    }
}

#[tokio::test]
async fn a_fault_that_makes_no_sense_names_the_member() {
    let mock = Mock::start().await;
    let check = async |body: Value, status: u16, member: &str| {
        let answer = mock.try_control(Method::POST, "/faults", body).await;
        assert!(answer.status == status && answer.text.contains(member), "{member}: {} {}", answer.status, answer.text);
    };
    check(json!({"action": {"hold": true}, "wehn": 1}), 400, "wehn").await;
    check(json!({"match": {"rout": "x"}, "action": {"hold": true}}), 400, "rout").await;
    check(json!({"match": {"route": "rest/nothing"}, "action": {"hold": true}}), 400, "match.route").await;
    check(json!({"match": {"org": "nobody"}, "action": {"hold": true}}), 400, "match.org").await;
    check(json!({"match": {"app": "nothing"}, "action": {"hold": true}}), 400, "match.app").await;
    check(json!({"action": {"hold": true}, "probability": 2}), 400, "probability").await;
    check(json!({"action": {"alter": {}}}), 400, "alter").await;
    check(json!({"action": {"rate_limit": 3}}), 400, "action.rate_limit").await;
    assert_eq!(mock.try_control(Method::DELETE, "/faults/99", Value::Null).await.status, 404);
}

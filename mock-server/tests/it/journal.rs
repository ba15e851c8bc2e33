//! The journal, as the conformance harness reads it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Mock;

const QUERY: &str = "/services/data/v67.0/query?q=SELECT+Id+FROM+Account+LIMIT+1";

async fn entries(mock: &Mock, query: &str) -> Vec<Value> {
    let page = mock.control(Method::GET, &format!("/requests{query}"), Value::Null).await;
    page["requests"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_entry_tells_who_asked_what_and_was_answered_what() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin").await;
    mock.rest(Method::GET, &token, QUERY, None).await;
    let entry = entries(&mock, "").await.pop().unwrap();
    let told = ["event", "org", "user", "method", "route", "status", "error", "held", "site", "flow"].map(|member| entry[member].clone());
    let expected = [
        json!("request"),
        json!("acme"),
        json!("admin@acme.example"),
        json!("GET"),
        json!("rest/query"),
        json!(200),
        Value::Null,
        json!(false),
        json!("login"),
        Value::Null,
    ];
    assert_eq!(told, expected);
    assert_eq!(entry["params"]["q"], "SELECT Id FROM Account LIMIT 1");
    assert!(entry["response"]["body"].as_str().unwrap().contains("\"records\""));
    assert!(entry["at"].as_str().unwrap().ends_with('Z') && entry["connection"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn no_secret_is_shown_but_equal_ones_can_be_told() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin").await;
    mock.rest(Method::GET, &token, QUERY, None).await;
    mock.post_form("/services/oauth2/revoke", &[("token", &token)]).await;
    let entries = entries(&mock, "").await;
    let text = json!(entries).to_string();
    assert!(!text.contains(token.split('!').nth(1).unwrap()), "{text}");
    let [.., query, revoke] = &entries[..] else { panic!("two entries") };
    assert_eq!(query["request"]["headers"]["authorization"], "Bearer [redacted]");
    assert_eq!(revoke["params"]["token"], "[redacted]");
    assert_eq!(query["fingerprints"]["bearer"]["id"], revoke["fingerprints"]["token"]["id"]);
}

#[tokio::test]
async fn a_refusal_shows_its_error_pair() {
    let mock = Mock::start().await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", "5Aep861x"), ("client_id", "nobody"), ("client_secret", "s")];
    let answer = mock.post_form("/services/oauth2/token", &form).await.json();
    let entry = entries(&mock, "").await.pop().unwrap();
    assert_eq!(entry["error"], json!({"code": answer["error"], "message": answer["error_description"]}));
    assert_eq!(
        (&entry["flow"], &entry["client_auth"], &entry["client_id"]),
        (&json!("refresh_token"), &json!("client_secret_post"), &json!("nobody"))
    );
}

#[tokio::test]
async fn entries_can_be_asked_by_org_and_from_a_number_on() {
    let mock = Mock::start().await;
    for (org, user) in [("acme", "admin"), ("devorg", "developer"), ("acme", "admin")] {
        let token = mock.token(org, user).await;
        mock.rest(Method::GET, &token, "/services/data/v67.0/limits", None).await;
    }
    let seqs = async |query: &str| entries(&mock, query).await.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect::<Vec<_>>();
    let all = seqs("").await;
    assert_eq!(all.len(), 3);
    assert_eq!(seqs("?org=acme").await, [all[0], all[2]]);
    assert_eq!(seqs(&format!("?since={}", all[0])).await, [all[1], all[2]]);
    assert_eq!(seqs("?limit=1").await, [all[0]]);
    assert_eq!(mock.try_control(Method::GET, "/requests?org=nobody", Value::Null).await.status, 400);
    assert!(entries(&mock, "").await.iter().all(|entry| entry["route"] == "rest/limits"), "the control API is not journaled");
}

#[tokio::test]
async fn the_stream_brings_entries_as_they_come() {
    let mock = Mock::start().await;
    let mut stream = mock.client.get(mock.at("/_mock/v1/requests/stream")).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    for path in ["/services/data", "/id/keys"] {
        mock.get(path).await;
        let event = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        assert!(event.starts_with("event: request\nid: "), "{event}");
        assert_eq!(serde_json::from_str::<Value>(data).unwrap()["path"], path);
    }
}

#[tokio::test]
async fn a_long_body_is_cut_and_its_rest_digested() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin").await;
    let body = json!({"Name": "Long", "Description": "d".repeat(100_000)});
    mock.rest(Method::POST, &token, "/services/data/v67.0/sobjects/Account", Some(body.clone())).await;
    let entry = entries(&mock, "").await.pop().unwrap();
    let length = body.to_string().len();
    assert_eq!(entry["request"]["length"], length);
    assert_eq!(entry["request"]["rest"]["length"], length - 65_536);
    assert_eq!(entry["request"]["rest"]["xxh3"].as_str().unwrap().len(), 32);
}

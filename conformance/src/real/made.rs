//! Records that a scenario made in a real org, and their removal at its end.

use reqwest::Method;
use serde_json::Value;

use super::RealOrg;
use crate::client::{Http, Request};
use crate::failure::Outcome;

/// Most records that one request removes. Salesforce's limit of collections.
const AT_ONCE: usize = 200;

/// Errors that mean that a record is gone already: the scenario, or the removal of its parent, was faster.
const GONE: [&str; 2] = ["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"];

/// Ids of records that an answer to a write tells of: `{"id", "success": true}` or `{"referenceId", "id"}`, however deep.
pub fn ids(answer: &Value) -> Vec<String> {
    let below = match answer {
        Value::Array(items) => items.iter().flat_map(ids).collect(),
        Value::Object(members) => members.values().flat_map(ids).collect(),
        _ => Vec::new(),
    };
    let tells = answer["success"] == true || answer["referenceId"].is_string();
    let own = answer["id"].as_str().filter(|id| tells && is_id(id));
    own.map(str::to_owned).into_iter().chain(below).collect()
}

/// The same from an answer as it came, in JSON or in XML.
pub fn ids_of_text(text: &str) -> Vec<String> {
    if let Ok(body) = serde_json::from_str(text) {
        return ids(&body);
    }
    let elements = text.split("<id>").skip(1).filter_map(|rest| rest.split_once("</id>"));
    elements.map(|(id, _)| id.to_owned()).filter(|id| is_id(id)).collect()
}

fn is_id(text: &str) -> bool {
    [15, 18].contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Removes these records, the newest first. What cannot be removed is noted.
pub async fn remove(org: &RealOrg, http: &Http, mut ids: Vec<String>) {
    ids.reverse();
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    for some in ids.chunks(AT_ONCE) {
        match remove_some(org, http, some).await {
            Ok(left) => org.leave_behind(left),
            Err(_) => org.leave_behind(some.to_vec()),
        }
    }
}

/// The ids of those that stay.
async fn remove_some(org: &RealOrg, http: &Http, ids: &[String]) -> Outcome<Vec<String>> {
    let path = format!("/services/data/{}/composite/sobjects?ids={}&allOrNone=false", org.version, ids.join(","));
    let request = Request::new(Method::DELETE, format!("{}{path}", org.session.instance_url)).bearer(&org.session.access_token);
    let answers = http.send(request).await?.json()?;
    let is_gone = |answer: &Value| answer["success"] == true || answer["errors"].as_array().is_some_and(|errors| errors.iter().any(is_of_gone));
    Ok(ids.iter().enumerate().filter(|(at, _)| !is_gone(&answers[*at])).map(|(_, id)| id.clone()).collect())
}

fn is_of_gone(error: &Value) -> bool {
    error["statusCode"].as_str().is_some_and(|code| GONE.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(answer: &Value, expected: &[&str]) {
        assert_eq!(ids(answer), expected, "{answer}");
    }

    #[test]
    fn records_are_found_in_the_answers_of_every_way_to_write() {
        let (one, two) = ("001000000000001AAA", "003000000000002AAA");
        check(&json!({ "id": one, "success": true, "errors": [] }), &[one]);
        check(&json!([{ "id": one, "success": true }, { "success": false, "errors": [] }]), &[one]);
        check(&json!({ "hasErrors": false, "results": [{ "referenceId": "r", "id": two }] }), &[two]);
        assert_eq!(ids_of_text(&format!("<?xml version=\"1.0\"?><Result><id>{one}</id><success>true</success></Result>")), [one]);
        check(&json!({ "compositeResponse": [{ "body": { "id": one, "success": true }, "referenceId": "r" }] }), &[one]);
    }

    #[test]
    fn what_was_only_read_is_nothing_to_remove() {
        check(&json!({ "Id": "001000000000001AAA", "id": "001000000000001AAA", "Name": "Acme" }), &[]);
        check(&json!({ "id": "https://login.example/id/x/y", "success": true }), &[]);
    }
}

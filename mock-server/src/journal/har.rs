//! The journal as an HTTP Archive (HAR 1.2), which browsers' developer tools and many proxies read.

use serde_json::{Map, Value, json};

use super::entry::{Entry, Event};
use super::render::{Names, render};
use super::{FingerprintKey, pairs};
use crate::clock::Timestamp;

/// The archive of these entries, oldest first, secrets hidden as in the journal. Requests that a fault holds are left out until they were answered.
pub fn har<'e>(entries: impl Iterator<Item = &'e Entry>, key: &FingerprintKey, names: &impl Names) -> Value {
    let answered = entries.filter(|entry| entry.event == Event::Request);
    let entries: Vec<Value> = answered.map(|entry| archived(entry, &render(entry, key, names))).collect();
    json!({ "log": {
        "version": "1.2",
        "creator": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "entries": entries,
    } })
}

fn archived(entry: &Entry, shown: &Value) -> Value {
    let took = entry.answered_at().map_or(0, |Timestamp(end)| (end - entry.taken.at.0).max(0));
    let version = format!("{:?}", entry.taken.version);
    json!({
        "startedDateTime": shown["at"],
        "time": took,
        "request": request(entry, shown, &version),
        "response": response(shown, &version),
        "cache": {},
        "timings": { "send": 0, "wait": took, "receive": 0 },
        "connection": shown["connection"].to_string(),
        // Members of our own begin with an underscore, as the format asks.
        "_seq": shown["seq"],
        "_virtual_at": shown["virtual_at"],
        "_org": shown["org"],
        "_app": shown["app"],
        "_user": shown["user"],
        "_refusal": shown["refusal"],
        "_fault": shown["fault"],
    })
}

fn request(entry: &Entry, shown: &Value, version: &str) -> Value {
    let message = &shown["request"];
    let host = message["headers"]["host"].as_str().or(shown["site"].as_str()).unwrap_or_default();
    let path = shown["path"].as_str().unwrap_or_default();
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let mut request = json!({
        "method": shown["method"],
        "url": format!("{}://{host}{path}", entry.taken.scheme.as_str()),
        "httpVersion": version,
        "cookies": [],
        "headers": headers(&message["headers"]),
        "queryString": named(pairs(query.as_bytes())),
        "headersSize": -1,
        "bodySize": message["length"],
    });
    if message["length"].as_u64().is_some_and(|length| length > 0) {
        let kind = message["headers"]["content-type"].as_str().unwrap_or_default();
        let text = message["body"].as_str().or(message["body_base64"].as_str()).unwrap_or_default();
        let is_form = kind.starts_with("application/x-www-form-urlencoded");
        let params = if is_form { named(pairs(text.as_bytes())) } else { json!([]) };
        request["postData"] = json!({ "mimeType": kind, "text": text, "params": params });
    }
    request
}

/// Status 0 stands for a connection that was cut before any answer, as browsers write it.
fn response(shown: &Value, version: &str) -> Value {
    let message = &shown["response"];
    let status = shown["status"].as_u64().unwrap_or_default();
    let reason =
        u16::try_from(status).ok().and_then(|status| axum::http::StatusCode::from_u16(status).ok()).and_then(|status| status.canonical_reason());
    let mut content = json!({
        "size": message["length"].as_u64().unwrap_or_default(),
        "mimeType": message["headers"]["content-type"].as_str().unwrap_or("x-unknown"),
    });
    if let Some(text) = message["body"].as_str() {
        content["text"] = text.into();
    } else if let Some(text) = message["body_base64"].as_str() {
        content["text"] = text.into();
        content["encoding"] = "base64".into();
    }
    json!({
        "status": status,
        "statusText": reason.unwrap_or_default(),
        "httpVersion": version,
        "cookies": [],
        "headers": headers(&message["headers"]),
        "content": content,
        "redirectURL": message["headers"]["location"].as_str().unwrap_or_default(),
        "headersSize": -1,
        "bodySize": message["length"].as_u64().unwrap_or_default(),
    })
}

/// A name that stands several times has an array in the journal.
fn headers(shown: &Value) -> Value {
    let each = |(name, value): (&String, &Value)| match value {
        Value::Array(values) => values.iter().map(|value| json!({ "name": name, "value": value })).collect(),
        value => vec![json!({ "name": name, "value": value })],
    };
    shown.as_object().unwrap_or(&Map::new()).iter().flat_map(each).collect()
}

fn named(pairs: Vec<(String, String)>) -> Value {
    pairs.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

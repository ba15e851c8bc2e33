//! The HTTP exchanges of one scenario, kept for the report of a failure. Secrets are redacted on the way in.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// Longest body shown, in characters.
const BODY_LIMIT: usize = 2_000;

/// Names of parameters, JSON members and headers whose values never reach a report.
const SECRET_NAMES: &[&str] = &[
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "consumer_secret",
    "code",
    "code_verifier",
    "token",
    "assertion",
    "client_assertion",
    "subject_token",
    "password",
    "pw",
    "security_token",
    "csrf",
    "_csrf",
    "sid",
    "oauth_token",
    "signature",
    "installation_key",
    "control_token",
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

const REDACTED: &str = "[redacted]";

/// Exchanges in the order they ended; clones share them.
#[derive(Clone, Default)]
pub struct Transcript(Arc<Mutex<Vec<String>>>);

impl Transcript {
    /// Adds one exchange.
    pub fn add(&self, exchange: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for exchange in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            writeln!(f, "{exchange}")?;
        }
        Ok(())
    }
}

/// A header line, its value hidden when it holds a credential.
pub fn header_line(name: &str, value: &str) -> String {
    format!("{name}: {}", if is_secret(name) { REDACTED } else { value })
}

/// An address or path with the values of secret query parameters hidden, those of its fragment too.
pub fn redact_url(url: &str) -> String {
    let Some(at) = url.find(['?', '#']) else { return url.to_owned() };
    let (path, rest) = url.split_at(at);
    let (mark, parameters) = rest.split_at(1);
    format!("{path}{mark}{}", redact_parameters(parameters))
}

/// A body as text: JSON and forms with secrets hidden, pages by their beginning, all cut at the limit.
pub fn redact_body(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let shown = match serde_json::from_str::<Value>(&text) {
        Ok(mut json) => {
            redact_json(&mut json);
            json.to_string()
        }
        Err(_) if text.contains('=') && !text.contains(['<', '\n']) => redact_parameters(&text),
        Err(_) => text.into_owned(),
    };
    match shown.char_indices().nth(BODY_LIMIT) {
        Some((end, _)) => format!("{}… ({} characters)", &shown[..end], shown.chars().count()),
        None => shown,
    }
}

fn is_secret(name: &str) -> bool {
    SECRET_NAMES.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

fn redact_parameters(parameters: &str) -> String {
    let redact = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={REDACTED}"),
        _ => pair.to_owned(),
    };
    parameters.split('&').map(redact).collect::<Vec<_>>().join("&")
}

fn redact_json(json: &mut Value) {
    match json {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                if is_secret(name) && value.is_string() {
                    *value = Value::from(REDACTED);
                } else {
                    redact_json(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact_json),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted_wherever_they_stand() {
        let cases = [
            (redact_url("https://a.example/cb?code=aPrx1&state=s"), "https://a.example/cb?code=[redacted]&state=s"),
            (redact_url("myapp://cb#access_token=00D!x&scope=api"), "myapp://cb#access_token=[redacted]&scope=api"),
            (header_line("Authorization", "Bearer x"), "Authorization: [redacted]"),
            (redact_body(b"grant_type=refresh_token&refresh_token=5Aep"), "grant_type=refresh_token&refresh_token=[redacted]"),
            (redact_body(br#"{"users":[{"password":"p","name":"ada"}]}"#), r#"{"users":[{"password":"[redacted]","name":"ada"}]}"#),
        ];
        for (shown, expected) in cases {
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn a_long_body_is_cut_and_its_length_told() {
        let shown = redact_body("x".repeat(5_000).as_bytes());
        assert!(shown.ends_with("… (5000 characters)"), "{shown}");
    }
}
